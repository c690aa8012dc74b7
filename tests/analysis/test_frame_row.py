"""Tests of a row's texts and of the forms in which it is copied."""

from __future__ import annotations

import json

import pytest

from framescope.analysis import frame_row
from framescope.analysis.frame_row import AWAITED, PREVIEW_LIMIT, FrameRow, preview_of, row_of
from framescope.analysis.inflating import COMPLETE, KNOWN
from framescope.capture.details import ViolationInfo
from framescope.capture.records import Flag
from framescope.engine.close import Close, body_of
from framescope.engine.deflate import Deflater
from framescope.engine.events import Change, Which
from framescope.engine.frames import serialise
from helpers.made_trace import KEY, MadeTrace


def shown(made: MadeTrace, row: int) -> FrameRow:
    return row_of(made.trace, row, preview_of(made.trace, row))


def test_a_frame() -> None:
    made = MadeTrace()
    made.frame(1.0, b"first")
    row = shown(made, made.frame(2.5, b'{"op":1}', sent=True))
    assert row.cells() == ("2", "2.500", "+1.500", "↑", "Text", "FIN MASK", "8 B", '{"op":1}', "")
    assert row.flags == (("FIN", True), ("RSV1", False), ("MASK", True))


def test_an_event_has_no_number_and_says_what_happened() -> None:
    made = MadeTrace()
    made.frame(1.0, b"first")
    made.deadline(1.5, Which.PONG, Change.MISSED, 1.5)
    row = shown(made, 1)
    assert (row.number, row.is_event, row.tint) == (0, True, "err")
    assert row.preview.startswith("Pong deadline passed")
    assert row.cells()[:5] == ("", "1.500", "+0.500", "", "Event")


@pytest.mark.parametrize(
    ("payload", "opcode", "text"),
    [
        (b"\x5e\xd0\x33\x9b", 10, "5e d0 33 9b"),
        (bytes(40), 2, "00 " * 31 + "00 …"),
        (body_of(Close(1011, "keepalive ping timeout")), 8, "03 f3 “keepalive ping timeout”"),
        (b"\x03\xe8", 8, "03 e8"),
        ("tab\tand \u202eback".encode(), 1, "tab␉and \\u202eback"),
        (b"bad \xff", 1, "bad \\xff"),
        (b"<b>bold</b>", 1, "<b>bold</b>"),
        (b"", 1, ""),
    ],
)
def test_previews(payload: bytes, opcode: int, text: str) -> None:
    made = MadeTrace()
    assert preview_of(made.trace, made.frame(1.0, payload, opcode)) == text


def test_a_preview_has_at_most_512_characters() -> None:
    made = MadeTrace()
    assert PREVIEW_LIMIT == 512  # RELIABILITY 6
    for size in (511, 512, 513, 5000):
        assert preview_of(made.trace, made.frame(1.0, b"x" * size)) == "x" * min(size, 512)
    assert len(preview_of(made.trace, made.frame(1.0, "\u202e".encode() * 500))) == PREVIEW_LIMIT


def test_a_fragment_reads_as_its_message_does() -> None:
    made = MadeTrace()
    made.frame(1.0, b"Hel", 1, fin=False)
    made.frame(1.1, b"?", 9)
    text = made.frame(1.2, b"lo", 0)
    assert preview_of(made.trace, text) == "lo"
    made.frame(1.3, b"\x01", 2, fin=False)
    binary = made.frame(1.4, b"lo", 0)
    assert preview_of(made.trace, binary) == "6c 6f"
    made.frame(1.5, b"\x01", first=0x41)  # compressed
    compressed = made.frame(1.6, b"lo", 0)
    assert preview_of(made.trace, compressed) == "6c 6f"


def test_a_violation_tints_its_row_and_a_close_code_only_its_note() -> None:
    made = MadeTrace()
    bad = made.frame(1.0, b"x", first=0x93)
    offset = 0
    made.violation(1.0, ViolationInfo("reserved bit set without an extension", "RFC 6455 5.2", offset, 1002, ""))
    assert shown(made, bad).flags == (("FIN", True), ("RSV1", False), ("RSV3", True), ("MASK", False))
    event = shown(made, bad + 1)
    assert (event.is_event, event.tint) == (True, "err")
    close = shown(made, made.frame(1.1, body_of(Close(1011, "")), 8))
    assert (close.level, close.tint) == ("err", "")


def test_what_came_after_the_failure_is_faded() -> None:
    made = MadeTrace()
    assert shown(made, made.frame(1.0, b"late", flags=Flag.AFTER_FAILURE)).is_faded


def test_a_waiting_ping_counts_to_the_time_that_is_given() -> None:
    made = MadeTrace()
    ping = made.frame(1.0, b"1234", 9, sent=True, flags=Flag.KEEPALIVE)
    made.deadline(1.0, Which.PONG, Change.ARMED, 21.0)
    row = row_of(made.trace, ping, "", made.trace.start + 4_000_000_000)
    assert row.note == "waiting for pong, 3.00 s"


def test_copies_of_a_text_frame() -> None:
    made = MadeTrace()
    payload = b'say "hi"\n'
    row = made.frame(1.25, payload, sent=True)
    assert frame_row.as_text(shown(made, row)) == '1\t1.250\t\t↑\tText\tFIN MASK\t9 B\tsay "hi"␊\t'
    assert frame_row.as_hex(made.trace, row) == serialise(0x81, payload, KEY).hex(" ")
    assert frame_row.as_python(made.trace, row) == "await ws.send('say \"hi\"\\n')"
    assert json.loads(frame_row.as_json(made.trace, row)) == {
        "time": 1.25,
        "number": 1,
        "direction": "sent",
        "opcode": "text",
        "fin": True,
        "rsv1": False,
        "mask": True,
        "length": 9,
        "text": 'say "hi"\n',
    }


@pytest.mark.parametrize(
    ("payload", "opcode", "call"),
    [
        (b"\x00\xff", 2, "await ws.send(b'\\x00\\xff')"),
        (b"\xff", 1, "await ws.send(b'\\xff', text=True)"),
        (b"1234", 9, "await ws.ping(b'1234')"),
        (b"1234", 10, "await ws.pong(b'1234')"),
        (body_of(Close(1001, "bye")), 8, "await ws.close(1001, 'bye')"),
        (b"", 8, "await ws.close()"),
    ],
)
def test_copies_as_python(payload: bytes, opcode: int, call: str) -> None:
    made = MadeTrace()
    assert frame_row.as_python(made.trace, made.frame(1.0, payload, opcode)) == call


def test_json_of_bytes_and_of_an_event() -> None:
    made = MadeTrace()
    row = made.frame(1.0, b"\xff\x00", 2)
    assert json.loads(frame_row.as_json(made.trace, row))["hex"] == "ff00"
    made.knob(2.0, "ping_timeout", 20.0, 3.0)
    assert json.loads(frame_row.as_json(made.trace, row + 1)) == {"time": 2.0, "event": "ping_timeout 20 → 3"}


def compressed(*messages: bytes, first: int = 0xC1) -> MadeTrace:
    made = MadeTrace()
    made.deflate()
    deflater = Deflater(15, is_reset=False)
    for place, message in enumerate(messages):
        made.frame(1.0 + place, deflater.deflate(message, ends=True), first=first)
    return made


def test_a_compressed_message_is_shown_and_copied_as_it_was_said() -> None:
    made = compressed(b'{"hello": 1}', b'{"hello": "again"}')
    assert shown(made, 2).preview == '{"hello": "again"}'
    assert shown(made, 2).note.startswith("deflated: ")
    content = json.loads(frame_row.as_json(made.trace, 2))
    assert (content["text"], content["compressed"]) == ('{"hello": "again"}', True)
    assert content["length"] == made.trace.record(2).length
    assert frame_row.as_python(made.trace, 1) == """await ws.send('{"hello": 1}')"""
    assert frame_row.as_hex(made.trace, 1).startswith("c1 ")


def test_compressed_bytes_are_hex_of_what_they_were() -> None:
    made = compressed(bytes(range(40)), first=0xC2)
    assert preview_of(made.trace, 1) == bytes(range(32)).hex(" ") + " …"


def test_a_preview_that_is_not_known_yet_says_so() -> None:
    made = compressed(*[b"hello"] * 300)
    assert preview_of(made.trace, 1, KNOWN) == AWAITED
    early = shown(made, 300)
    assert (early.preview, early.note) == (AWAITED, "compressed")  # 256 frames a call
    assert shown(made, 300).preview == "hello"


def test_what_cannot_be_inflated_stays_hex() -> None:
    made = MadeTrace()
    made.deflate()
    row = made.frame(1.0, b"\xff\xfe", first=0xC1)
    assert preview_of(made.trace, row, COMPLETE) == "ff fe"
    content = json.loads(frame_row.as_json(made.trace, row))
    assert (content["hex"], content["compressed"], content["is_inflated"]) == ("fffe", True, False)
    assert frame_row.as_python(made.trace, row) == "await ws.send(b'\\xff\\xfe', text=True)"
