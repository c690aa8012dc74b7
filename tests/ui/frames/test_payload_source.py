"""Is a compressed message's payload what it said, and the wire's where that is not known?"""

from __future__ import annotations

import pytest

from framescope.engine.deflate import Deflater
from framescope.ui.frames import payload_source
from framescope.ui.frames.payload_source import Payload, payload_of
from framescope.ui.frames.payload_text import PayloadKind
from helpers.made_trace import MadeTrace

COMPRESSED = PayloadKind(is_text=True, is_compressed=True)


def content_of(payload: Payload) -> bytes:
    return payload.source.plain(0, payload.source.length)


@pytest.fixture
def made() -> MadeTrace:
    made = MadeTrace()
    made.deflate()
    return made


def test_fragments_are_inflated_one_behind_the_other(made: MadeTrace) -> None:
    deflater = Deflater(15, is_reset=False)
    parts = [deflater.deflate(b"hello, ", ends=False), deflater.deflate(b"hello", ends=True)]
    rows = [made.frame(1.0, parts[0], first=0x41), made.frame(1.1, parts[1], first=0x80)]
    payload = payload_of(made.trace, rows, COMPRESSED)
    size = len(parts[0]) + len(parts[1])
    assert content_of(payload) == b"hello, hello"
    assert payload.kind == PayloadKind(is_text=True, origin=f"inflated from {size} B")
    assert not payload.is_awaited


def test_what_was_not_compressed_is_as_on_the_wire(made: MadeTrace) -> None:
    row = made.frame(1.0, b"plain")
    payload = payload_of(made.trace, [row], PayloadKind(is_text=True))
    assert (content_of(payload), payload.kind) == (b"plain", PayloadKind(is_text=True))


def test_damaged_data_is_as_on_the_wire_for_good(made: MadeTrace) -> None:
    row = made.frame(1.0, b"\xff\xff", first=0xC1)
    payload = payload_of(made.trace, [row], COMPRESSED)
    assert (content_of(payload), payload.kind, payload.is_awaited) == (b"\xff\xff", COMPRESSED, False)


def test_what_is_far_away_is_awaited(made: MadeTrace) -> None:
    deflater = Deflater(15, is_reset=False)
    for _ in range(5000):
        row = made.frame(1.0, deflater.deflate(b"tick", ends=True), first=0xC1)
    first = payload_of(made.trace, [row], COMPRESSED)
    assert (first.kind, first.is_awaited) == (COMPRESSED, True)
    assert content_of(payload_of(made.trace, [row], COMPRESSED)) == b"tick"


def test_of_a_bomb_only_the_beginning(made: MadeTrace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload_source, "INFLATED_LIMIT", 1000)
    deflater = Deflater(15, is_reset=False)
    row = made.frame(1.0, deflater.deflate(bytes(100_000), ends=True), first=0xC2)
    payload = payload_of(made.trace, [row], PayloadKind(is_text=False, is_compressed=True))
    assert content_of(payload) == bytes(1000)
    assert payload.kind.origin.startswith("beginning, inflated from ")
    assert not payload.kind.is_whole
