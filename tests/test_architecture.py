"""Who may import whom, and what no line may say. Each check is shown to fail on a small bad sample."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.source import PACKAGE, PROJECT, Source, sources
from helpers.source_rules import bare_tasks, markup_sinks, nested_loops, openers_of_links, running_what_is_read

Rule = Callable[[Source], list[str]]

# Where a rule's own answer lives.
EXEMPT: dict[Rule, set[str]] = {
    bare_tasks: {"tasks.py"},
    markup_sinks: {"ui/plain.py"},
    nested_loops: set(),
    running_what_is_read: set(),
}


@pytest.mark.parametrize("rule", EXEMPT, ids=lambda rule: rule.__name__)
def test_the_source_obeys(rule: Rule) -> None:
    faults = [fault for source in sources(PACKAGE) if source.name not in EXEMPT[rule] for fault in rule(source)]
    assert not faults, "\n".join(faults)


def test_links_are_opened_in_one_function_at_most() -> None:
    openers = [opener for source in sources(PACKAGE) for opener in openers_of_links(source)]
    assert len(openers) <= 1, "\n".join(openers)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (bare_tasks, "asyncio.create_task(work())"),
        (bare_tasks, "loop.create_task(work())"),
        (bare_tasks, "group.create_task(work())"),
        (bare_tasks, "from asyncio import create_task\ncreate_task(work())"),
        (bare_tasks, "asyncio.ensure_future(work())"),
        (markup_sinks, "from PySide6.QtWidgets import QLabel"),
        (markup_sinks, "QtWidgets.QMessageBox.warning(None, 'Closed', reason)"),
        (markup_sinks, "class Reason(QTextEdit): pass"),
        (markup_sinks, "view.appendHtml(reason)"),
        (markup_sinks, "label.setTextFormat(Qt.TextFormat.RichText)"),
        (markup_sinks, "widget.setToolTip(reason)"),
        (markup_sinks, "QToolTip.showText(position, reason)"),
        (markup_sinks, "answer = reason if role == Qt.ItemDataRole.ToolTipRole else None"),
        (running_what_is_read, "import pickle"),
        (running_what_is_read, "from marshal import loads"),
        (running_what_is_read, "eval(payload)"),
        (running_what_is_read, "exec(payload)"),
        (running_what_is_read, "yaml.load(payload)"),
        (nested_loops, "async def ask():\n    dialog.exec()"),
        (nested_loops, "async def paint():\n    app.processEvents()"),
        (nested_loops, "from qasync import asyncSlot"),
    ],
)
def test_a_rule_finds_its_fault(rule: Rule, text: str) -> None:
    assert rule(Source.of("sample.py", text))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (bare_tasks, "tasks.start(work(), 'work')"),
        (markup_sinks, "PlainLabel(reason)"),
        (markup_sinks, "action.setToolTip(tip_text(reason))"),
        (markup_sinks, "QToolTip.showText(position, tip_text(reason))"),
        (markup_sinks, "QToolTip.showText(position, tip_text(reason) if reason else '')"),
        (markup_sinks, "button.setToolTip('Zoom in')"),
        (markup_sinks, "toast.showText(reason)"),
        (markup_sinks, "answer = tip_text(reason) if role == Qt.ItemDataRole.ToolTipRole else None"),
        (running_what_is_read, "re.compile(pattern)\napp.exec()"),
        (nested_loops, "def ask():\n    dialog.exec()"),
    ],
)
def test_a_rule_lets_the_right_way_pass(rule: Rule, text: str) -> None:
    assert rule(Source.of("sample.py", text)) == []


def test_every_function_that_opens_links_is_found() -> None:
    text = """
from PySide6.QtGui import QDesktopServices
def one(): QDesktopServices.openUrl(a)
class Bar:
    def two(self): QtGui.QDesktopServices.openUrl(b)
"""
    assert openers_of_links(Source.of("sample.py", text)) == ["sample.py: one", "sample.py: two"]


# Import contracts. They stand in pyproject.toml; import-linter reads them there.

LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"
GUI = "import PySide6.QtWidgets, qasync\nimport framescope.ui.window, framescope.probe.messages"


def check_contracts(app: Path) -> str:
    """Return import-linter's words on the framescope package in `app`, nothing if every contract is kept."""
    answer = subprocess.run(
        [sys.executable, "-c", LINTER, "--no-cache", "--no-logo", "--config", str(PROJECT / "pyproject.toml")],
        cwd=app,
        env=os.environ | {"PYTHONPATH": str(app), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout + answer.stderr if answer.returncode else ""


def test_imports_go_downwards_only() -> None:
    assert check_contracts(PACKAGE.parent) == ""


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """Copy the package's folders, their modules empty, and add the parts that come later."""
    for path in PACKAGE.rglob("*.py"):
        module = tmp_path / "framescope" / path.relative_to(PACKAGE)
        module.parent.mkdir(parents=True, exist_ok=True)
        module.touch()
    for name in ("gui.py", "cli.py", "lab/__init__.py", "decoders/__init__.py", "ui/window.py", "net/driver.py"):
        module = tmp_path / "framescope" / name
        module.parent.mkdir(exist_ok=True)
        module.touch()
    (tmp_path / "framescope" / "gui.py").write_text(GUI)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("engine/frames.py", "import time", "The engine does no input or output"),
        ("engine/frames.py", "from asyncio import sleep", "The engine does no input or output"),
        ("net/driver.py", "import framescope.capture.records", "Downwards only"),
        ("capture/records.py", "import framescope.analysis.model", "Downwards only"),
        ("tasks.py", "import framescope.resources", "Downwards only"),
        ("lab/__init__.py", "import framescope.probe.messages", "Downwards only"),
        ("decoders/__init__.py", "import framescope.net.driver", "Downwards only"),
        ("newcomer.py", "", "Downwards only"),
        ("cli.py", "from framescope.ui import window", "Only gui opens the user interface"),
        ("session/options.py", "from PySide6.QtCore import QObject", "Only ui and gui know Qt"),
        ("cli.py", "import qasync", "Only ui and gui know Qt"),
        ("ui/window.py", "import framescope.net.driver", "reaches connections through probe"),
        ("ui/window.py", "from framescope.session.options import ConnectOptions", "reaches connections through probe"),
    ],
)
def test_a_wrong_import_breaks_its_contract(skeleton: Path, module: str, line: str, contract: str) -> None:
    (skeleton / "framescope" / module).write_text(line + "\n")
    said = check_contracts(skeleton)
    assert any(contract in words for words in said.splitlines() if words.endswith("BROKEN")), said


def test_the_right_imports_are_let_pass(skeleton: Path) -> None:
    allowed = {
        "ui/window.py": "import PySide6.QtWidgets, framescope.probe.messages, framescope.analysis.model",
        "probe/messages.py": "import framescope.session.options, framescope.net.driver",
        "session/options.py": "import framescope.net.driver, framescope.capture.records",
        "net/driver.py": "import asyncio, framescope.engine.frames, framescope.tasks",
        "__init__.py": "def late():\n    import framescope.net.driver",
        "capture/records.py": "from framescope import __version__",
    }
    for module, line in allowed.items():
        (skeleton / "framescope" / module).write_text(line + "\n")
    assert check_contracts(skeleton) == ""
    for name in ("lab", "decoders"):
        shutil.rmtree(skeleton / "framescope" / name)
    assert check_contracts(skeleton) == ""
