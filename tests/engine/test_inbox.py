"""Do reads become frames, in bounded memory and linear time? RFC 6455 5.2; RELIABILITY V3, V4."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest

from framescope.engine.errors import Violation
from framescope.engine.frames import RSV1, Frame, Head, serialise
from framescope.engine.inbox import DEFLATED_PART, PART, Chunk, Inbox, Item

KEY = b"\x37\xfa\x21\x3d"


def inbox(masked: bool = False) -> Inbox:
    return Inbox(masked=masked, reserved=0, offset=100)


def items(box: Inbox, *reads: bytes) -> list[Item]:
    found: list[Item] = []
    for read in reads:
        box.feed(read)
        while box.data and (item := box.step()) is not None:
            found.append(item)
    return found


def test_frames_of_one_read():
    data = serialise(0x81, b"a", None) + serialise(0x89, b"", None)
    assert items(inbox(), data) == [Frame(0x81, b"a", None, 2, 1, 100), Frame(0x89, b"", None, 2, 0, 103)]


def test_frame_of_many_reads_is_announced_by_its_head():
    data = serialise(0x81, b"abcdef", KEY)
    head = Head(0x81, KEY, 6, 6, 100)
    frame = Frame(0x81, b"abcdef", KEY, 6, 6, 100)
    assert items(inbox(masked=True), *[data[i : i + 1] for i in range(len(data))]) == [head, frame]


@pytest.mark.parametrize("length", [PART - 1, PART])
def test_frame_up_to_a_part_is_whole(length):
    payload = bytes(length)
    data = serialise(0x82, payload, None)
    size = len(data) - length
    whole = Frame(0x82, payload, None, size, length, 100)
    assert items(inbox(), data) == [whole]
    assert items(inbox(), data[:10], data[10:]) == [Head(0x82, None, size, length, 100), whole]


@pytest.mark.parametrize("cuts", [[], [20], [PART], [PART + 14], [PART + 15, 2 * PART], range(7, 3 * PART, 9999)])
def test_larger_frame_comes_in_parts_of_just_that_size(cuts):
    """V3: at most one item per 64 KiB, and the same ones however the reads cut it."""
    payload = bytes(i % 256 for i in range(2 * PART + 5))
    data = serialise(0x82, payload, KEY) + serialise(0x8A, b"x", KEY)
    edges = [0, *cuts, len(data)]
    found = items(inbox(masked=True), *[data[a:b] for a, b in itertools.pairwise(edges)])
    head = Head(0x82, KEY, 14, len(payload), 100)
    assert found == [
        head,
        Chunk(head, payload[:PART], False),
        Chunk(head, payload[PART : 2 * PART], False),
        Chunk(head, payload[2 * PART :], True),
        Frame(0x82, b"", KEY, 14, len(payload), 100),
        Frame(0x8A, b"x", KEY, 6, 1, 100 + 14 + len(payload)),
    ]


@pytest.mark.parametrize(
    ("data", "after"),
    [
        pytest.param("83", None, id="F8: one byte proves nothing"),
        pytest.param("837e", 2, id="F8: unknown opcode"),
        pytest.param("897e", 2, id="F12: ping over 125 bytes"),
        pytest.param("8180", 2, id="F2: masked"),
        pytest.param("827e0001", 4, id="F9: not minimal"),
        pytest.param("827fffffffffffffffff", 10, id="F10: most significant bit"),
    ],
)
def test_fault_is_told_with_the_byte_that_proves_it(data, after):
    raw = bytes.fromhex(data)
    box = inbox()
    found = items(box, *[raw[i : i + 1] for i in range(len(raw))])
    if after is None:
        assert found == []
        return
    fault, *head = found
    assert isinstance(fault, Violation)
    assert fault.offset == 100
    assert head == ([Head(0x82, None, 4, 1, 100)] if data == "827e0001" else [])


@pytest.mark.parametrize(
    ("faulty", "frame"),
    [
        pytest.param("83024142", Frame(0x83, b"AB", None, 2, 2, 100), id="F8: opcode"),
        pytest.param("8382000000004142", Frame(0x83, b"AB", bytes(4), 6, 2, 100), id="F8: and masked"),
        pytest.param("897e000141", Frame(0x89, b"A", None, 4, 1, 100), id="F12: long form"),
        pytest.param("817f000000000000000141", Frame(0x81, b"A", None, 10, 1, 100), id="F9: not minimal"),
        pytest.param("0900", Frame(0x09, b"", None, 2, 0, 100), id="F12: fragmented ping"),
    ],
)
def test_faulty_frame_is_read_to_its_end_as_evidence(faulty, frame):
    """Strict verdict, lenient display: however the reads cut it, and with what follows or without."""
    data = bytes.fromhex(faulty)
    for cut in range(1, len(data) + 1):
        found = items(inbox(), data[:cut], data[cut:] + b"\x81\x00")
        assert isinstance(found[0], Violation)
        assert found[-1] == frame
        assert [type(item) for item in found[1:-1]] in ([], [Head])


@pytest.mark.parametrize(
    ("first", "reserved", "piece"),
    [(0xC1, RSV1, DEFLATED_PART), (0x80, RSV1, DEFLATED_PART), (0x81, RSV1, PART), (0x80, 0, PART)],
)
def test_what_may_be_compressed_is_handed_on_in_smaller_pieces(first, reserved, piece):
    """RFC 7692 8: a little of it becomes much."""
    payload = bytes(i % 251 for i in range(2 * PART + 5))
    data = serialise(first, payload, None)
    for cut in (len(data), PART, 7000, DEFLATED_PART + 1):
        box = Inbox(masked=False, reserved=reserved, offset=0)
        found = items(box, *(data[start : start + cut] for start in range(0, len(data), cut)))
        chunks = [item for item in found if isinstance(item, Chunk)]
        assert b"".join(chunk.payload for chunk in chunks) == payload
        assert {len(chunk.payload) for chunk in chunks[:-1]} == {piece}


def test_faulty_frame_that_is_large_is_handed_on_in_pieces():
    data = b"\x83\x7f" + (PART + 1).to_bytes(8, "big") + bytes(PART + 1)
    kinds = [type(item) for item in items(inbox(), data)]
    assert kinds == [Violation, Head, Chunk, Chunk, Frame]


def test_length_that_no_frame_can_have_is_the_last_that_is_read():
    box = inbox()
    assert len(items(box, b"\x82\x7f" + b"\xff" * 8, b"abc", bytes(1000))) == 1
    assert box.is_broken


def test_nothing_comes_and_nothing_is_kept_behind_a_faulty_frame():
    box = inbox()
    found = items(box, serialise(0x83, b"", None) + serialise(0x81, b"a", None))
    assert [type(item) for item in found] == [Violation, Head, Frame]
    assert box.is_broken
    for _ in range(100):
        assert not box.feed(bytes(1000))
    assert not box.data
    assert not box.waiting


@pytest.mark.parametrize("length", [2**31 - 1, 2**31, 2**32, 2**60, 2**63 - 1])
def test_huge_length_allocates_nothing(length):
    """V4: the header is told at once, and no byte is set aside for what it declares."""
    head = b"\x82\x7f" + length.to_bytes(8, "big")
    box = inbox()
    tracemalloc.start()
    try:
        assert items(box, head) == [Head(0x82, None, 10, length, 100)]
        items(box, b"abc")
        assert tracemalloc.get_traced_memory()[1] < 20_000
    finally:
        tracemalloc.stop()


def test_bytes_kept_are_bounded_by_a_part_and_a_read():
    """V4: a frame without an end is handed on as it comes."""
    box = inbox()
    items(box, b"\x82\x7f" + (2**40).to_bytes(8, "big"))
    most = 0
    for _ in range(100):
        items(box, bytes(3000))
        most = max(most, sum(map(len, box.waiting)))
    assert most < PART


def test_buffer_that_is_used_again_does_no_harm():
    buffer = bytearray(serialise(0x82, b"abc", None))
    box = inbox()
    (frame,) = items(box, memoryview(buffer))
    buffer[:] = bytes(len(buffer))
    assert isinstance(frame, Frame)
    assert frame.payload == b"abc"


def test_payload_under_way_can_be_looked_at():
    data = serialise(0x81, b"abcdefgh", KEY)
    box = inbox(masked=True)
    items(box, data[:11])
    assert box.payload_waiting(0) == b"abcde"
    assert box.payload_waiting(3) == b"de"


@pytest.mark.parametrize("steps", [1, 2])
def test_frame_whose_header_alone_has_come(steps):
    data = serialise(0x82, bytes(300), KEY)
    box = inbox(masked=True)
    box.feed(data[:8])
    for _ in range(steps):
        box.step()
    assert box.partial() == (Head(0x82, KEY, 8, 300, 100), 8, b"")
