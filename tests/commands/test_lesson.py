"""Do the lessons' commands list, play in time or at once, record, and check a file?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from framescope.cli import main
from framescope.commands.lesson import run_lesson
from framescope.resources import resource

SOUND = resource("lessons", "01-no-close-frame.toml")


def test_every_lesson_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 16
    assert lines[1].split()[:2] == ["2", "keepalive-ping-timeout"]
    assert main(["lesson", "list", "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["version"], first["type"], first["name"]) == (1, "lesson", "no-close-frame")


@pytest.mark.parametrize("name", ["keepalive-ping-timeout", "2"])
def test_a_lesson_is_played_at_once(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "run", name, "--instant"]) == 0
    out = capsys.readouterr().out
    assert "When does the client's program learn of it, by a `ConnectionClosedError`?" in out
    assert "12.1" in out and "client   3 s without pong" in out
    assert out.rstrip().endswith("Read on: RFC 6455 5.5.2, RFC 6455 5.5.3, RFC 6455 7.4.1")
    assert "At 14.1 s, another 2 s later" in out
    assert "Not “At 8.3 s, at once”. At 8.3 s nothing changes" in out and "Not “At 14.1" not in out


def test_a_lesson_takes_its_time_or_a_part_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    slept: list[float] = []
    assert run_lesson("1", speed=1.0, is_json=True, seed=1, record=None, sleep=slept.append) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    last = [line for line in lines if line["type"] == "note"][-1]["time"]
    assert sum(slept) == pytest.approx(last, abs=1e-3)
    slept.clear()
    assert run_lesson("1", speed=4.0, is_json=True, seed=1, record=None, sleep=slept.append) == 0
    assert sum(slept) == pytest.approx(last / 4, abs=1e-3)
    slept.clear()
    assert run_lesson("1", speed=None, is_json=True, seed=1, record=None, sleep=slept.append) == 0
    assert slept == []


def test_the_json_lines_have_all_that_the_help_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "run", "2", "--instant", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["type"] for line in lines} == {"lesson", "note", "answer"}
    with pytest.raises(SystemExit):
        main(["lesson", "run", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    for line in lines:
        assert all(name in told for name in line), line
    lesson, answer = lines[0], lines[-1]
    assert len(lesson["answers"]) == 4 and "{" not in lesson["text"]
    assert answer["answer"] in lesson["answers"] and len(answer["wrong"]) == 3
    pongs = [line for line in lines if line.get("kind") == "pong received"]
    assert pongs and all(1 < line["value"] < 1.5 for line in pongs)


def test_what_does_not_go_together_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["lesson", "run", "1", "--real", "--instant"])
    assert "not allowed with" in capsys.readouterr().err
    assert main(["lesson", "run", "1", "--real", "--record", str(tmp_path / "capture")]) == 2
    assert "is not recorded" in capsys.readouterr().err


def test_a_run_can_be_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "capture"
    assert main(["lesson", "run", "1", "--instant", "--record", str(folder)]) == 0
    assert main(["frames", str(folder)]) == 0
    assert "no close frame received or sent" in capsys.readouterr().out
    assert main(["lesson", "run", "1", "--instant", "--record", str(folder)]) == 1
    assert f"{folder} holds a capture already" in capsys.readouterr().err
    assert main(["lesson", "run", "1", "--instant", "--record", str(folder / "index")]) == 1
    assert "index is a file" in capsys.readouterr().err


def test_a_run_that_takes_long_says_so_first(capsys: pytest.CaptureFixture[str]) -> None:
    slept: list[float] = []
    assert run_lesson("silent-drop", speed=1.0, is_json=False, seed=1, record=None, sleep=slept.append) == 0
    assert "framescope: this takes up to 16 min 55 s; --instant plays it at once." in capsys.readouterr().err
    for is_json, speed in ((True, 1.0), (False, None)):
        assert run_lesson("silent-drop", speed=speed, is_json=is_json, seed=1, record=None, sleep=slept.append) == 0
        assert capsys.readouterr().err == ""


def test_what_a_lesson_says_does_nothing_to_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    text = SOUND.read_text("utf-8").replace('title = "', 'title = "\\u001b[31m\\u202e', 1)
    file.write_text(text, "utf-8")
    assert main(["lesson", "check", str(file)]) == 0
    assert main(["lesson", "run", str(file), "--instant"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\u202e" not in out and out.count("␛[31m\\u202e") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_a_signal_ends_the_real_librarys_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def stage(_scenario: object) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            return await asyncio.Event().wait()
        finally:
            ended.append("the processes")

    monkeypatch.setattr("framescope.commands.lesson.stage", stage)
    assert main(["lesson", "run", "1", "--real"]) == 128 + signal.SIGTERM
    assert ended == ["the processes"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("keepalive-ping-timeot", "did you mean keepalive-ping-timeout?"),
        ("keepalive", "did you mean keepalive-ping-timeout?"),
        ("99", "see them all with: framescope lesson list"),
        ("", "see them all with: framescope lesson list"),
    ],
)
def test_an_unknown_lesson_is_told_with_the_nearest(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "run", name]) == 1
    assert f"there is no lesson called {name}; {words}" in capsys.readouterr().err


def test_a_sound_file_passes_the_check_and_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "check", str(SOUND)]) == 0
    assert "ends as it says, with 3 seeds" in capsys.readouterr().out
    assert main(["lesson", "run", str(SOUND), "--instant"]) == 0


def test_own_lessons_are_listed_and_found_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("framescope.commands.lesson.lessons_folder", lambda: tmp_path)
    own = SOUND.read_text("utf-8").replace('name = "no-close-frame"', 'name = "mine"')
    (tmp_path / "mine.toml").write_text(own, "utf-8")
    (tmp_path / "other.toml").write_text("number = ", "utf-8")
    assert main(["lesson", "list"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[-1].split()[1] == "mine" and "other.toml is no TOML" in told.err
    assert main(["lesson", "run", "mine", "--instant"]) == 0


def test_a_lesson_that_does_not_end_as_it_says_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(SOUND.read_text("utf-8").replace("at = 5.2", "at = 7.7"), "utf-8")
    assert main(["lesson", "check", str(file)]) == 1
    assert "mine.toml: [[seen]], no. 1: expected client: raised at 7.7 s" in capsys.readouterr().err
    file.write_text("number = ", "utf-8")
    assert main(["lesson", "check", str(file)]) == 1
    assert "mine.toml is no TOML" in capsys.readouterr().err


def test_a_lesson_is_held_against_the_real_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "run", "no-close-frame", "--real", "--speed", "5"]) == 0
    out = capsys.readouterr().out
    assert out.count("the same") == 2
    assert "websockets:  ConnectionClosedError: no close frame received or sent" in out


def test_a_lesson_that_cannot_be_staged_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "run", "masking", "--real"]) == 2
    assert "sends no illegal frames" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["lesson", "run", "masking", "--real", "--speed", "fast"])
    assert "is no speed" in capsys.readouterr().err
