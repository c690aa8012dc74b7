"""Do the command line's two formats say what a row is, without a character that acts?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from framescope.analysis import frame_lines
from framescope.analysis.frame_lines import LINE_VERSION, end_line, json_line, text_line
from framescope.analysis.visible import visible
from framescope.capture.details import EndInfo
from framescope.capture.records import Flag
from framescope.engine.deflate import Deflater
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from helpers.made_trace import MadeTrace

END = EndInfo("ConnectionClosedError", "no close frame received or sent", 1006, "", "fin", True, advice="Try again.")


def read(made: MadeTrace, row: int) -> dict[str, Any]:
    line = json_line(made.trace, row)
    assert line.isascii() and "\n" not in line
    content: dict[str, Any] = json.loads(line)
    return content


def test_a_frame_for_people() -> None:
    made = MadeTrace()
    row = made.frame(2.5, b"hello", sent=True)
    assert text_line(made.trace, row).split() == ["2.500", "↑", "text", "FIN", "MASK", "5", "B", "hello"]


def test_a_note_stands_in_brackets() -> None:
    made = MadeTrace()
    made.frame(1.0, b"p", Opcode.PING, sent=True, flags=Flag.KEEPALIVE)
    row = made.frame(1.044, b"p", Opcode.PONG)
    assert text_line(made.trace, row).endswith("   [RTT 44 ms]")


def test_an_event_for_people_and_for_programs() -> None:
    made = MadeTrace()
    made.knob(3.0, "ping_interval", 20.0, 5.0)
    assert text_line(made.trace, 0).split(maxsplit=1) == ["3.000", "ping_interval 20 → 5"]
    assert read(made, 0) == {
        "version": LINE_VERSION, "type": "event", "connection": 1, "time": 3.0, "event": "ping_interval 20 → 5",
    }  # fmt: skip


def test_a_frame_for_programs() -> None:
    made = MadeTrace()
    row = made.frame(2.5, b"h\xc3\xa9llo", sent=True)
    assert read(made, row) == {
        "version": LINE_VERSION, "type": "frame", "connection": 1, "time": 2.5, "number": 1, "direction": "sent",
        "opcode": "text", "fin": True, "rsv1": False, "mask": True, "length": 6, "text": "héllo",
    }  # fmt: skip


def test_bytes_are_hex_and_flags_are_named() -> None:
    made = MadeTrace()
    row = made.frame(1.0, b"\xff\x00", Opcode.BINARY, fin=False, flags=Flag.AFTER_FAILURE)
    line = read(made, row)
    assert (line["direction"], line["hex"], line["fin"], line["after_failure"]) == ("received", "ff00", False, True)
    assert "text" not in line


@pytest.mark.parametrize(("ours", "field"), [(True, "rtt"), (False, "answered_after")])
def test_a_pong_has_its_round_trip(ours: bool, field: str) -> None:
    made = MadeTrace()
    ping = made.frame(1.0, b"p", Opcode.PING, sent=ours)
    pong = made.frame(1.25, b"p", Opcode.PONG, sent=not ours)
    assert read(made, pong)[field] == 0.25
    assert field not in read(made, ping)


def test_a_long_payload_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_lines, "PAYLOAD_LIMIT", 4)
    made = MadeTrace()
    line = read(made, made.frame(1.0, b"abcdef"))
    assert (line["text"], line["is_cut"], line["length"]) == ("abcd", True, 6)
    assert "is_cut" not in read(made, made.frame(2.0, b"abcd"))


def test_nothing_from_the_wire_acts_on_a_terminal() -> None:
    made = MadeTrace()
    evil = "\x1b[2J\u202e\r\nx"
    rows = [made.frame(1.0, evil.encode()), made.frame(2.0, b"\x03\xe8" + evil.encode(), Opcode.CLOSE)]
    made.ended(3.0, EndInfo("ConnectionClosedOK", evil, 1000, evil, "close_frames", True, advice=evil))
    lines = [text_line(made.trace, row) for row in [*rows, *range(2, len(made.trace.rows))]]
    lines += end_line(made.trace, is_json=False).split("\n")
    assert all(line == visible(line) for line in lines)
    assert end_line(made.trace, is_json=True).isascii()


def test_the_end() -> None:
    made = MadeTrace()
    assert end_line(made.trace, is_json=False) == ""
    made.ended(4.0, END)
    headline, sentence, advice = end_line(made.trace, is_json=False).split("\n")
    assert headline == "ConnectionClosedError: no close frame received or sent"
    assert "FIN" in sentence and advice == "Try again."
    line = json.loads(end_line(made.trace, is_json=True))
    assert (line["type"], line["time"], line["code"], line["ending"], line["by_peer"]) == (
        "closed", 4.0, 1006, "fin", True,
    )  # fmt: skip
    assert line["explanation"] == sentence


def test_a_missed_deadline_is_an_event() -> None:
    made = MadeTrace()
    made.deadline(1.5, Which.PONG, Change.MISSED, 1.5)
    assert "Pong deadline passed" in read(made, 0)["event"]


def test_compressed_messages_are_readable_from_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeTrace()
    made.deflate()
    deflater = Deflater(15, is_reset=False)
    for place in range(400):
        made.frame(1.0, deflater.deflate(b"tick %d" % place, ends=True), first=0xC1)
    assert "tick 399   [deflated: " in text_line(made.trace, 400)
    line = read(made, 300)
    assert (line["text"], line["compressed"]) == ("tick 299", True)
    assert "is_inflated" not in line
    assert "is_cut" not in line
    monkeypatch.setattr(frame_lines, "PAYLOAD_LIMIT", 4)
    assert (read(made, 300)["text"], read(made, 300)["is_cut"]) == ("tick", True)
