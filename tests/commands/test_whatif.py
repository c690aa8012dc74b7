"""Does each setting get its line: when it would have closed, how late the dead are seen, and what is not recorded?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framescope.cli import main
from framescope.lab import scenario as acts
from framescope.lab.scenario import End, Network
from helpers.lab_captures import book_of, scenario

CaptureFixture = pytest.CaptureFixture[str]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Round trips of 1 s, pings each 2 s at 3, 5, 7, 9 s; from 8.3 s on nothing passes, and it ends at 14 s."""
    played = scenario(
        acts.Change(at=8.3, black_hole=True),
        client=End(ping_interval=2, ping_timeout=3, close_timeout=2),
        network=Network(latency=0.5),
    )
    with book_of(tmp_path / "capture", played):
        return tmp_path / "capture"


def whatif(capture: Path, timeouts: str, *more: str) -> int:
    return main(["whatif", str(capture), "--ping-timeout", timeouts, "--connection", "1", *more])


def test_one_line_a_setting_and_a_suggestion(capture: Path, capsys: CaptureFixture) -> None:
    assert whatif(capture, "0.5,3,20") == 0
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "Connection 1 · ws://lab.test/",
        "Recorded: 14.000 s, 4 pings, 3 answered, slowest answer 1.00 s.",
        "",
        "ping_interval  ping_timeout  false closes  dead server seen  this connection",
        "          2 s         0.5 s             3      within 2.5 s  closed at 3.500 s, although the server was alive",
        "          2 s           3 s             0        within 5 s  closed at 12.000 s, 4.00 s after the last sign of"
        " life",
        "          2 s          20 s             0       within 22 s  not recorded from 14.000 s on",
        "",
        "Suggestion: ping_timeout 2 s: worst round trip 1 s × 1.6.",
    ]


def test_other_intervals_are_tried_with_every_timeout(capture: Path, capsys: CaptureFixture) -> None:
    assert whatif(capture, "3,20", "--ping-interval", "1,200ms,13", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    fates = [line for line in lines if line["type"] == "fate"]
    assert [(fate["interval"], fate["timeout"]) for fate in fates] == [
        (1, 3), (1, 20), (0.2, 3), (0.2, 20), (13, 3), (13, 20),
    ]  # fmt: skip
    assert [fate["verdict"] for fate in fates[-2:]] == ["not_recorded", "not_recorded"]
    assert fates[1]["dead_within"] == 21
    assert lines[-1] == {
        "version": 1, "connection": 1, "type": "suggestion", "timeout": 2, "reason": "worst round trip 1 s × 1.6",
    }  # fmt: skip


def test_a_setting_that_survives(tmp_path: Path, capsys: CaptureFixture) -> None:
    with book_of(tmp_path / "capture", scenario(acts.Close(at=14, end="client"))):
        pass
    assert whatif(tmp_path / "capture", "1", "--ping-interval", "4") == 0
    assert "survived the recording, to 14." in capsys.readouterr().out


def test_what_has_no_answer_is_said(capture: Path, tmp_path: Path, capsys: CaptureFixture) -> None:
    refused = scenario(server=End(answer="403"), client=End(ping_interval="none"))
    silent = scenario(acts.Close(at=3, end="client"), client=End(ping_interval="none"))
    with book_of(tmp_path / "other", refused, silent):
        pass
    assert main(["whatif", str(tmp_path / "other"), "--ping-timeout", "5"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "connection 1 never opened: no keepalive ran." in err
    assert "connection 3 sent no pings (ping_interval none): give --ping-interval." in err
    assert main(["whatif", str(tmp_path / "other"), "--ping-timeout", "0.5,5", "--ping-interval", "1"]) == 0
    out = capsys.readouterr().out
    assert out.count("No suggestion: no ping was answered.") == 2
    assert "\n\nConnection 4 · ws://lab.test/\n" in out and "not recorded from 1.1" in out


def test_no_capture_and_no_such_connection(capture: Path, tmp_path: Path, capsys: CaptureFixture) -> None:
    assert whatif(tmp_path / "nothing", "5") == 1
    assert main(["whatif", str(capture), "--ping-timeout", "5", "--connection", "9"]) == 1
    err = capsys.readouterr().err
    assert "there is no capture in" in err and "there is no connection 9" in err
