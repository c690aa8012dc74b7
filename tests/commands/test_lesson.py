"""Do the lessons' commands list, play in time or at once, record, and check a file?"""

from __future__ import annotations

import json
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


def test_a_lesson_takes_its_time_unless_it_is_instant(capsys: pytest.CaptureFixture[str]) -> None:
    slept: list[float] = []
    assert run_lesson("1", is_instant=False, is_json=True, seed=1, record=None, sleep=slept.append) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    notes = [line for line in lines if line["type"] == "note"]
    assert sum(slept) == pytest.approx(notes[-1]["time"], abs=1e-3)
    assert lines[-1]["answer"] == "`ConnectionClosedError`: no close frame received or sent"


def test_a_run_can_be_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "capture"
    assert main(["lesson", "run", "1", "--instant", "--record", str(folder)]) == 0
    assert main(["frames", str(folder)]) == 0
    assert "no close frame received or sent" in capsys.readouterr().out
    assert main(["lesson", "run", "1", "--instant", "--record", str(folder)]) == 1
    assert "cannot be kept" in capsys.readouterr().err


def test_an_unknown_lesson_is_told_with_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "run", "nothing"]) == 1
    assert "there is no lesson called nothing; there are: no-close-frame," in capsys.readouterr().err


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
