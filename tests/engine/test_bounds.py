"""RELIABILITY V1 to V4, F24 (RFC 6455 10.4): what can a peer's bytes cost, in memory and in time?"""

from __future__ import annotations

import time
import tracemalloc
import zlib
from functools import cache

import pytest

from framescope.engine.connection import Connection
from framescope.engine.events import Event, Part, ViolationSeen
from framescope.engine.frames import FIN, RSV1, Frame, Opcode, serialise
from framescope.engine.masking import apply_mask
from framescope.engine.settings import Limits
from framescope.engine.state import State
from helpers.conversation import REQUEST, server

KEY = b"\x37\xfa\x21\x3d"
READ = 64 * 1024  # B
DEFLATE = b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"

pytestmark = pytest.mark.timeout(300)


def fresh(limits: Limits | None = None, *, has_deflate: bool = False) -> Connection:
    request = REQUEST.replace(b"\r\n\r\n", DEFLATE) if has_deflate else REQUEST
    connection = server(limits=limits, request=request)
    connection.events()
    return connection


def feed(connection: Connection, data: bytes) -> list[Event]:
    """Read as a driver does, and return what is not a frame or a part."""
    told: list[Event] = []
    for start in range(0, len(data), READ):
        connection.receive_data(data[start : start + READ], 1.0)
        told += [event for event in connection.events() if not isinstance(event, Frame | Part)]
    return told


def violations(events: list[Event]) -> list[tuple[int, int]]:
    return [(event.violation.code, event.violation.offset) for event in events if isinstance(event, ViolationSeen)]


def fragments(payload: bytes, count: int, limits: Limits | None = None) -> tuple[Connection, list[tuple[int, int]]]:
    """Send a message of so many fragments and without an end."""
    connection = fresh(limits)
    told = violations(feed(connection, serialise(Opcode.TEXT, payload, KEY)))
    frame = serialise(Opcode.CONTINUATION, payload, KEY)
    block = frame * (READ // len(frame))
    left = count - 1
    while left > 0:
        told += violations(feed(connection, block[: left * len(frame)]))
        left -= len(block) // len(frame)
    return connection, told


@pytest.mark.parametrize("payload", [b"a", b""])
@pytest.mark.parametrize("is_allowed", [False, True])
@pytest.mark.parametrize("count", [150_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_fragments_without_an_end_take_little_time(payload, is_allowed, count):
    """V2: a million takes 3 s at most, and ends in the right verdict, wherever the limit is."""
    begun = time.process_time()
    connection, told = fragments(payload, count, Limits(max_fragments=count) if is_allowed else None)
    assert time.process_time() - begun < 3.0
    offset = len(REQUEST) + (6 + len(payload)) * 131_072
    assert told == ([] if is_allowed else [(1009, offset)])
    assert connection.state is (State.OPEN if is_allowed else State.CLOSING)


@pytest.mark.parametrize("payload", [b"a", b""])
@pytest.mark.parametrize("limits", [Limits(max_fragments=20_000), Limits(max_fragments=40_000)])
@pytest.mark.parametrize("count", [40_000, pytest.param(300_000, marks=pytest.mark.long)])
def test_fragments_without_an_end_take_no_memory(payload, limits, count):
    """V2: whatever comes of them has been handed on. What a read brings is held until its events are taken."""
    tracemalloc.start()
    try:
        fragments(payload, count, limits)
        assert tracemalloc.get_traced_memory()[1] < 32e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("first", [FIN | Opcode.TEXT, FIN | Opcode.BINARY, int(Opcode.BINARY)])
@pytest.mark.parametrize(
    ("length", "code"),
    [(2**31 - 1, 1009), (2**31, 1009), (2**32, 1009), (2**60, 1009), (2**63, 1002), (2**64 - 1, 1002)],
)
@pytest.mark.parametrize("is_limited", [True, False])
def test_declared_length_allocates_nothing(first, length, code, is_limited):
    """V4: judged by the header; where it may be, no byte is set aside for what it declares."""
    connection = fresh(None if is_limited else Limits(max_message=None))
    tracemalloc.start()
    try:
        told = feed(connection, bytes((first, 0xFF)) + length.to_bytes(8, "big") + KEY + apply_mask(b"abc", KEY))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    is_legal = not is_limited and code == 1009
    assert violations(told) == ([] if is_legal else [(code, len(REQUEST))])


@cache
def bomb() -> bytes:
    """Half a megabyte that inflates to 500."""
    packer = zlib.compressobj(9, wbits=-15)
    message = b"".join(packer.compress(bytes(1 << 20)) for _ in range(500)) + packer.flush(zlib.Z_SYNC_FLUSH)
    return serialise(FIN | RSV1 | Opcode.BINARY, message[:-4], KEY)


@pytest.mark.parametrize("limit", [1 << 20, 64 << 20])
def test_decompression_bomb_is_stopped_at_the_limit(limit):
    """V1: no more than twice the limit is ever unpacked."""
    data = bomb()
    assert len(data) < 600_000
    begun = time.process_time()
    told = feed(fresh(Limits(max_message=limit), has_deflate=True), data)
    assert time.process_time() - begun < 1.0
    assert [code for code, _ in violations(told)] == [1009]
    connection = fresh(Limits(max_message=limit), has_deflate=True)
    tracemalloc.start()
    try:
        feed(connection, data)
        assert tracemalloc.get_traced_memory()[1] < 2 * limit + len(data)
    finally:
        tracemalloc.stop()


def seconds_in_single_bytes(first: int, size: int) -> float:
    connection = fresh()
    data = serialise(first, b"a" * size, KEY)
    reads = [data[place : place + 1] for place in range(len(data))]
    begun = time.process_time()
    for read in reads:
        connection.receive_data(read, 1.0)
    spent = time.process_time() - begun
    assert sum(len(event.payload) for event in connection.events() if isinstance(event, Part)) == size
    return spent


@pytest.mark.parametrize("first", [FIN | Opcode.TEXT, FIN | Opcode.BINARY])
def test_frame_in_single_bytes_takes_linear_time(first):
    """V3, F24: four times the time would be quadratic."""
    small = min(seconds_in_single_bytes(first, 70_000) for _ in range(2))
    assert min(seconds_in_single_bytes(first, 140_000) for _ in range(2)) < 3.0 * small


@pytest.mark.long
@pytest.mark.parametrize(("first", "seconds"), [(FIN | Opcode.TEXT, 12.0), (FIN | Opcode.BINARY, 2.0)])
def test_frame_of_4_mb_in_single_bytes(first, seconds):
    """V3: and 8 MB take at most 2.3 times as long. Text is judged with every byte."""
    small = min(seconds_in_single_bytes(first, 4_000_000) for _ in range(2))
    assert small < seconds
    assert min(seconds_in_single_bytes(first, 8_000_000) for _ in range(2)) < 2.3 * small
