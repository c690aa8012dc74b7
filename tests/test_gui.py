"""Do the window's arguments mean what they say, and is a display looked for where there is one?"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

import framescope
from framescope import gui
from framescope.__main__ import COMMANDS
from framescope.capture.writer import CaptureWriter
from framescope.resources import resource
from framescope.ui.theme import Look


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert gui.main(["--version"]) == 0
    assert capsys.readouterr().out == f"framescope {framescope.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], {"address": None, "demo": False, "embedded": False, "theme": "dark", "seconds": None}),
        (["ws://x", "--embedded", "--theme", "system"], {"address": "ws://x", "embedded": True, "theme": "system"}),
        (["--demo", "--seconds", "1.5", "--screenshot", "a.png"], {"seconds": 1.5, "screenshot": Path("a.png")}),
    ],
)
def test_arguments(arguments: list[str], wanted: dict[str, object]) -> None:
    chosen = vars(gui._parser().parse_args(arguments))
    assert {name: chosen[name] for name in wanted} == wanted


@pytest.mark.parametrize("arguments", [["--theme", "pink"], ["--seconds", "soon"], ["--seconds", "nan"], ["a", "b"]])
def test_wrong_arguments_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        gui.main(arguments)
    assert end.value.code == 2
    assert "usage: framescope" in capsys.readouterr().err


def test_help_names_the_commands_without_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        gui.main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert [command for command in COMMANDS if f"\n  {command} " not in said] == []


def test_a_capture_is_no_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CaptureWriter(tmp_path).close()
    assert gui.main([str(tmp_path)]) == 2
    assert "is a capture; to read it: framescope why, or frames" in capsys.readouterr().err


def test_no_place_for_captures_is_told_with_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setattr(gui, "captures_folder", lambda: tmp_path / "file" / "captures")
    with pytest.raises(gui.NoPlaceError, match=r"Captures cannot be kept in .*captures: Not a directory"):
        asyncio.run(gui._new_link(is_embedded=True))


def test_no_address_is_too_long_to_be_looked_at(tmp_path: Path) -> None:
    assert not gui._is_capture(Path("ws://x/" + "y" * 5000))
    assert not gui._is_capture(tmp_path)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a display")
@pytest.mark.parametrize(
    ("variables", "has_display"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({"QT_QPA_PLATFORM": "vnc"}, True)],
)
def test_a_display(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], has_display: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert gui._has_display() is has_display


def test_a_picture_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Windowless:
        def save_picture(self, file: Path) -> bool:
            return file.name == "good.png"

    saved = [gui._save(Windowless(), Path(name)) for name in ("good.png", "bad.png")]  # type: ignore[arg-type]
    assert saved == [True, False]
    said = capsys.readouterr()
    assert said.out == "The window is in good.png\n"
    assert said.err == "The picture could not be written to bad.png\n"


def test_the_lab_has_the_users_own_lessons_and_tells_of_a_bad_one(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = resource("lessons", "01-no-close-frame.toml").read_text("utf-8").replace("no-close-frame", "mine", 1)
    (tmp_path / "mine.toml").write_text(own, "utf-8")
    for name in ("other.toml", "third.toml"):
        (tmp_path / name).write_text("", "utf-8")
    monkeypatch.setattr(gui, "lessons_folder", lambda: tmp_path)
    monkeypatch.setattr(gui, "progress_file", lambda: tmp_path / "lessons.json")
    parent = QWidget()
    qtbot.addWidget(parent)
    page: Any = gui._new_lab(Look("dark"), parent).page
    page.open_lesson("mine")
    assert page.lesson.name == "mine"
    qtbot.waitUntil(lambda: page.toast.text.startswith("other.toml is empty"))
    assert page.toast.text.endswith("(1 more: framescope lesson list)")
