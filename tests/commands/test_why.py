"""Is every connection's diagnosis printed, for people and for programs, and said where there is none?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from framescope.capture.details import EndInfo
from framescope.capture.writer import CaptureWriter
from framescope.cli import main
from framescope.lab import scenario as acts
from framescope.lab.scenario import End
from helpers.captures import INFO
from helpers.lab_captures import book_of, scenario

CaptureFixture = pytest.CaptureFixture[str]


@pytest.fixture
def late(tmp_path: Path) -> Path:
    """Connections 1 and 2: the client's keepalive gives the server up, whose pong comes too late."""
    with book_of(tmp_path / "capture", scenario(acts.Change(at=9, latency=2))):
        return tmp_path / "capture"


def lines(capsys: CaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_text_has_every_part(late: Path, capsys: CaptureFixture) -> None:
    assert main(["why", str(late), "--connection", "1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    parts = out.split("\n\n")
    assert parts[0].startswith("Connection 1 · ws://lab.test/\nConnectionClosedError: sent 1011 (internal error)")
    assert "What happened\n  1      10.100 s  Keepalive ping sent. Deadline: 13.100 s.  [frame 3]" in parts[1]
    assert "The pong arrived 1.00 s too late, discarded.  [frame " in parts[1]
    assert parts[2].startswith("Probable causes\n  strong    The server or the way to it was too slow")
    assert "Ruled out\n" in out and "Not known from here\n" in out
    assert "Try\n  Raise ping_timeout to 10 s\n" in out
    assert (
        parts[-1].startswith("At the other end\n  ")
        and "If Close reaches it, the server says: received 1011 (internal error)" in parts[-1]
    )


def test_every_connection_has_its_json_line(late: Path, capsys: CaptureFixture) -> None:
    assert main(["why", str(late), "--json"]) == 0
    first, second = lines(capsys)
    assert (first["version"], first["type"], first["connection"], second["connection"]) == (1, "diagnosis", 1, 2)
    assert (first["causes"][0]["key"], first["causes"][0]["strength"]) == ("pong_late", "strong")
    assert first["tries"][0] == {
        "text": "Raise ping_timeout to 10 s",
        "knob": "ping_timeout",
        "value": 10,
        "lesson": "",
    }
    assert first["steps"][0]["time"] == pytest.approx(10.1)
    assert first["steps"][0]["frame"] == 3


def test_two_connections_stand_apart(late: Path, capsys: CaptureFixture) -> None:
    assert main(["why", str(late)]) == 0
    assert "\n\nConnection 2 · ws://lab.test/\n" in capsys.readouterr().out


def test_what_the_peer_wrote_moves_no_terminal(tmp_path: Path, capsys: CaptureFixture) -> None:
    played = scenario(acts.Close(at=3, end="server", reason="\x1b[2J\u202e"), client=End())
    with book_of(tmp_path / "capture", played):
        pass
    assert main(["why", str(tmp_path / "capture")]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out and "\u202e" not in out and "␛[2J\\u202e" in out


def test_a_connection_that_lives_still_is_said(tmp_path: Path, capsys: CaptureFixture) -> None:
    writer = CaptureWriter(tmp_path / "capture")
    writer.open_connection(INFO, 0)
    number = writer.open_connection(INFO, 0)
    writer.ended(number, EndInfo("ConnectionClosedError", "s", 1006, "", "fin", True), 2_000_000_000)
    writer.close()
    assert main(["why", str(tmp_path / "capture"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["connection"] for line in out.splitlines()] == [2]
    assert err == "framescope: connection 1 has no end to explain: it has not ended, as far as the recording goes.\n"
    assert main(["why", str(tmp_path / "capture"), "--connection", "1"]) == 1


def test_a_capture_cut_short_is_read_as_far_as_it_goes(late: Path, capsys: CaptureFixture) -> None:
    index = late / "index"
    index.write_bytes(index.read_bytes()[: 40 * 30 + 7])
    assert main(["why", str(late)]) == 1
    err = capsys.readouterr().err
    assert "connection 1 has no end to explain" in err and "The index ends inside a record" in err


def test_no_capture_and_no_such_connection(late: Path, tmp_path: Path, capsys: CaptureFixture) -> None:
    assert main(["why", str(tmp_path / "nothing")]) == 1
    assert "there is no capture in" in capsys.readouterr().err
    assert main(["why", str(late), "--connection", "9"]) == 1
    assert "there is no connection 9; there are: 1, 2" in capsys.readouterr().err


def test_a_recording_that_stopped_says_so(tmp_path: Path, capsys: CaptureFixture) -> None:
    folder = tmp_path / "capture"
    writer = CaptureWriter(folder)
    number = writer.open_connection(INFO, 0)
    writer.ended(number, EndInfo("ConnectionClosedError", "s", 1006, "", "fin", True), 2_000_000_000)
    writer._recording_stopped("The disk is full.")
    writer.close()
    assert main(["why", str(folder)]) == 0
    assert "framescope: The disk is full." in capsys.readouterr().err
