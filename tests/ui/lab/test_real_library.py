"""Is the program's own command started for a lesson, and is what it says read?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QWidget

from framescope.lab.lesson import Lesson
from framescope.lab.scenario import Scenario
from framescope.lab.staging import Comparison
from framescope.ui.lab.real_library import RealLibrary, arguments, compared_in, refusal, seconds_for


@pytest.mark.parametrize(("duration", "speed"), [(4, "1"), (52, "6.5"), (1200, "10")])
def test_a_long_lesson_goes_faster_within_bounds(duration: float, speed: str) -> None:
    assert arguments("masking.json", Scenario(duration=duration)) == [
        "lesson", "run", "masking.json", "--real", "--json", "--speed", speed,
    ]  # fmt: skip


def test_it_is_known_how_long_it_takes() -> None:
    assert [seconds_for(Scenario(duration=duration)) for duration in (4, 52, 1200)] == [6.0, 10.0, 122.0]


def test_comparisons_are_read_and_other_lines_are_not() -> None:
    output = b'{"type":"note"}\nnoise\n{"type":"compared","who":"client","ours":"a","theirs":null,"same":false}\n'
    assert compared_in(output) == [Comparison("client", "a", None)]


def test_what_cannot_be_asked_says_why(lessons: dict[str, Lesson]) -> None:
    assert "illegal" in refusal(lessons["violations"].scenario)
    assert refusal(lessons["closing-handshake"].scenario) == ""


def test_a_command_that_fails_is_told(qtbot: Any, lessons: dict[str, Lesson]) -> None:
    library = RealLibrary()
    with qtbot.waitSignal(library.told, timeout=20_000) as told:
        library.start(lessons["violations"])
        assert library.is_running
    assert told.args[0] == [] and "illegal" in told.args[1] and not library.is_running


def test_a_folder_that_cannot_be_made_is_told(
    qtbot: Any, lessons: dict[str, Lesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("framescope.ui.lab.real_library.TemporaryDirectory", refuse)
    library = RealLibrary()
    with qtbot.waitSignal(library.told) as told:
        library.start(lessons["masking"])
    assert "No space" in told.args[1] and not library.is_running


def members(group: int) -> list[str]:
    """The commands that live in a process group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8").rsplit(")", 1)[1].split()
            if int(fields[2]) == group and fields[0] != "Z":
                found.append((folder / "cmdline").read_text("utf-8"))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the processes are looked for in /proc")
def test_with_its_window_both_ends_go_too_and_their_files(
    qtbot: Any, lessons: dict[str, Lesson], shown: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    window = QWidget()
    library = RealLibrary(window)
    library.watch(window)
    shown(window)
    long = msgspec.structs.replace(lessons["closing-handshake"], scenario=Scenario(duration=60))
    with qtbot.assertNotEmitted(library.told):
        library.start(long)
        group = library.pid
        qtbot.waitUntil(lambda: len([line for line in members(group) if ".py" in line]) == 2, timeout=20_000)
        assert list(tmp_path.rglob("server.py"))
        window.close()
        assert not library.is_running
        qtbot.waitUntil(lambda: not members(group))
    assert list(tmp_path.iterdir()) == []


def test_the_real_library_says_the_same_at_the_closing_handshake(qtbot: Any, lessons: dict[str, Lesson]) -> None:
    library = RealLibrary()
    with qtbot.waitSignal(library.told, timeout=40_000) as told:
        library.start(lessons["closing-handshake"])
    compared, trouble = told.args
    assert trouble == "" and [(each.who, each.is_same) for each in compared] == [("client", True), ("server", True)]
