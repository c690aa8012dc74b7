"""Tests of the bytes that views read a stretch at a time."""

from __future__ import annotations

import pytest

from framescope.capture.records import Flag
from framescope.engine.frames import serialise
from framescope.ui.frames.byte_sources import Content, FrameBytes, MessageBytes, payload_length
from helpers.made_trace import KEY, MadeTrace


def test_a_frame_on_the_wire_and_unmasked() -> None:
    made = MadeTrace()
    payload = bytes(range(20))
    row = made.frame(0.1, payload, 2, sent=True)
    source = FrameBytes(made, made.trace.rows.record(row))
    wire = serialise(0x82, payload, KEY)
    assert source.length == len(wire)
    for start in range(source.length):
        for stop in range(start, source.length + 1):
            assert source.wire(start, stop) == wire[start:stop]
            assert source.plain(start, stop) == (bytes(6) + payload)[start:stop]


def test_a_message_is_its_fragments_in_order() -> None:
    made = MadeTrace()
    rows = [
        made.frame(0.1, b"abc", 1, sent=True, fin=False),
        made.frame(0.2, b"", 0, sent=True, fin=False),
        made.frame(0.3, b"defgh", 0, sent=True),
    ]
    source = MessageBytes(made, [made.trace.rows.record(row) for row in rows])
    assert source.length == 8
    for start in range(9):
        for stop in range(start, 9):
            assert source.plain(start, stop) == b"abcdefgh"[start:stop]


@pytest.mark.parametrize("available", [0, 1, 57, 99, 100])
def test_a_frame_in_which_the_connection_ended(available: int) -> None:
    made = MadeTrace()
    row = made.frame(0.1, bytes(100), 2, cut=2 + available, flags=Flag.PARTIAL)
    record = made.trace.rows.record(row)
    assert payload_length(made, record) == available
    assert FrameBytes(made, record).length == 2 + available


def test_a_declared_length_is_not_believed() -> None:
    made = MadeTrace()
    wire = b"\x82\x7f" + (2**62).to_bytes(8, "big") + b"abc"
    row = made.frame(0.1, b"", 2, wire=wire, flags=Flag.PARTIAL)
    assert payload_length(made, made.trace.rows.record(row)) == 3


def test_bytes_in_memory() -> None:
    source = Content(b"hello")
    assert (source.length, source.wire(1, 3), source.plain(3, 99)) == (5, b"el", b"lo")
