"""Do parts become messages, does cancelling lose none, and does the queue pause and resume reading?"""

from __future__ import annotations

import asyncio

import pytest

from framescope.engine.errors import ConcurrencyError
from framescope.engine.events import Part
from framescope.engine.frames import Opcode
from framescope.net.assembler import AHEAD, Assembler, marks
from helpers.loops import in_loop


def text(words: str, *, begins: bool = True, ends: bool = True) -> Part:
    return Part(Opcode.TEXT, words.encode(), words, begins, ends)


def binary(data: bytes, *, begins: bool = True, ends: bool = True) -> Part:
    return Part(Opcode.BINARY, data, None, begins, ends)


def assembler(max_queue: int | None = 16) -> tuple[Assembler, list[bool]]:
    pauses: list[bool] = []
    return Assembler(max_queue, pauses.append), pauses


@in_loop
async def test_messages_come_as_their_kind() -> None:
    messages, _ = assembler()
    messages.put(text("a"))
    messages.put(binary(b"b"))
    assert [await messages.get(), await messages.get()] == ["a", b"b"]


@in_loop
async def test_decode_chooses_the_kind() -> None:
    messages, _ = assembler()
    messages.put(text("ä"))
    messages.put(binary("ö".encode()))
    assert [await messages.get(decode=False), await messages.get(decode=True)] == ["ä".encode(), "ö"]
    messages.put(binary(b"\xff"))
    with pytest.raises(UnicodeDecodeError):
        await messages.get(decode=True)


@in_loop
async def test_fragments_are_joined() -> None:
    messages, _ = assembler()
    messages.put(text("a", ends=False))
    messages.put(text("", begins=False, ends=False))
    messages.put(text("b", begins=False))
    assert await messages.get() == "ab"


@in_loop
async def test_cancelling_between_fragments_loses_nothing() -> None:
    messages, _ = assembler()
    messages.put(text("a", ends=False))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await messages.get()
    messages.put(text("b", begins=False))
    assert await messages.get() == "ab"


@in_loop
async def test_cancelling_as_a_message_comes_loses_nothing() -> None:
    messages, _ = assembler()
    received: list[object] = []
    for number in range(1000):
        receiving = asyncio.gather(messages.get())
        await asyncio.sleep(0)
        messages.put(text(str(number)))
        receiving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await receiving
        received.append(await messages.get())
    assert received == [str(number) for number in range(1000)]


@in_loop
async def test_two_receivers_are_refused() -> None:
    messages, _ = assembler()
    receiving = asyncio.gather(messages.get())
    await asyncio.sleep(0)
    with pytest.raises(ConcurrencyError):
        await messages.get()
    with pytest.raises(ConcurrencyError):
        await anext(aiter(messages.stream()))
    messages.put(text("still mine"))
    assert await receiving == ["still mine"]


@in_loop
async def test_high_mark_pauses_and_low_mark_resumes() -> None:
    messages, pauses = assembler(4)
    for _ in range(6):
        messages.put(text("x"))
    assert pauses == [True]
    assert len(messages) == 6
    for _ in range(4):
        await messages.get()
    assert pauses == [True]
    await messages.get()
    assert pauses == [True, False]


@in_loop
async def test_room_for_what_comes_while_paused_is_bounded_and_comes_back() -> None:
    messages, pauses = assembler(2)
    for _ in range(3):
        messages.put(binary(bytes(AHEAD)))
    assert pauses == [True]
    assert messages.has_room()  # what came before the pause is the queue's own matter
    messages.put(binary(bytes(AHEAD - 1000)))
    assert messages.has_room()
    messages.put(binary(bytes(1000)))
    assert not messages.has_room()
    for _ in range(5):
        await messages.get()
    assert pauses == [True, False]
    assert messages.has_room()


@in_loop
async def test_many_small_parts_count_by_what_they_cost() -> None:
    messages, _ = assembler(2)
    count = 0
    while messages.has_room():
        messages.put(text("x"))
        count += 1
    assert count < AHEAD / 256


@in_loop
async def test_message_of_many_fragments_passes_a_short_queue() -> None:
    messages, pauses = assembler(1)
    receiving = asyncio.gather(messages.get())
    for number in range(100):
        messages.put(text("x", begins=number == 0, ends=number == 99))
        await asyncio.sleep(0)
    assert await receiving == ["x" * 100]
    assert pauses == []


@in_loop
async def test_no_limit() -> None:
    messages, pauses = assembler(None)
    for _ in range(100):
        messages.put(text("x"))
    assert pauses == []


@in_loop
async def test_what_was_queued_comes_before_the_end() -> None:
    messages, _ = assembler()
    messages.put(text("last"))
    messages.put(text("half", ends=False))
    messages.close()
    assert await messages.get() == "last"
    for _ in range(2):
        with pytest.raises(EOFError):
            await messages.get()


@in_loop
async def test_end_wakes_the_receiver() -> None:
    messages, _ = assembler()
    asyncio.get_running_loop().call_soon(messages.close)
    with pytest.raises(EOFError):
        await messages.get()


@in_loop
async def test_stream_gives_parts_as_they_come() -> None:
    messages, _ = assembler()
    messages.put(text("a", ends=False))
    pieces = aiter(messages.stream())
    assert await anext(pieces) == "a"
    messages.put(text("b", begins=False))
    messages.put(binary(b"next"))
    assert [piece async for piece in pieces] == ["b"]
    assert await messages.get() == b"next"


@in_loop
async def test_stream_decodes_characters_that_straddle_parts() -> None:
    messages, _ = assembler()
    whole = "a€b".encode()
    messages.put(binary(whole[:2], ends=False))
    messages.put(binary(whole[2:], begins=False))
    assert [piece async for piece in messages.stream(decode=True)] == ["a", "€b"]
    messages.put(text("€"))
    assert [piece async for piece in messages.stream(decode=False)] == ["€".encode()]
    messages.put(binary(whole[:2]))
    with pytest.raises(UnicodeDecodeError):
        [piece async for piece in messages.stream(decode=True)]


@in_loop
async def test_stream_left_half_way_blocks_the_rest() -> None:
    messages, _ = assembler()
    messages.put(text("a", ends=False))
    pieces = messages.stream()
    assert await anext(pieces) == "a"
    await pieces.aclose()  # type: ignore[attr-defined]
    with pytest.raises(ConcurrencyError):
        await messages.get()


@in_loop
async def test_stream_cancelled_before_its_first_part_loses_nothing() -> None:
    messages, _ = assembler()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(messages.stream())
    messages.put(text("a"))
    assert await messages.get() == "a"


@in_loop
async def test_stream_that_is_cut_ends_with_the_connection() -> None:
    messages, _ = assembler()
    messages.put(text("a", ends=False))
    pieces = messages.stream()
    await anext(pieces)
    messages.close()
    for receive in (anext(pieces), messages.get()):
        with pytest.raises(EOFError):
            await receive


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [(16, (16, 4)), (None, (None, None)), ((8, 2), (8, 2)), ((8, None), (8, 2)), ((None, 2), (8, 2)), (0, (0, 0))],
)
def test_marks(bounds: int | tuple[int | None, int | None] | None, expected: tuple[int | None, int | None]) -> None:
    assert marks(bounds) == expected


@pytest.mark.parametrize("bounds", [(4, 5), (4, -1)])
def test_marks_that_cannot_be(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        marks(bounds)


@in_loop
async def test_a_closing_connection_is_read_on_though_nobody_receives() -> None:
    messages, pauses = assembler(2)
    for number in range(3):
        messages.put(text(str(number)))
    messages.let_pass()
    assert pauses == [True, False]
    messages.put(text("3"))
    messages.put(text("4"))
    assert pauses == [True, False]
    assert [await messages.get() for _ in range(5)] == ["0", "1", "2", "3", "4"]


@in_loop
async def test_a_closing_connection_keeps_no_more_than_its_room() -> None:
    messages, pauses = assembler(2)
    messages.let_pass()
    size = AHEAD // 4
    for _ in range(10):
        messages.put(binary(bytes(size)))
    kept = len(messages)
    assert 4 <= kept < 10
    messages.put(text("not after what was dropped"))
    for _ in range(kept):
        assert len(await messages.get()) == size
    messages.put(text("nor when there is room again"))
    messages.close()
    with pytest.raises(EOFError):
        await messages.get()
    assert True not in pauses


@in_loop
async def test_without_a_limit_nothing_is_dropped() -> None:
    messages, _ = assembler(None)
    messages.let_pass()
    for _ in range(10):
        messages.put(binary(bytes(AHEAD // 4)))
    assert len(messages) == 10


@in_loop
async def test_one_huge_part_pauses_reading_until_it_is_taken() -> None:
    """A little deflate can become a thousand times as much: two of those never wait."""
    messages, pauses = assembler()
    huge = binary(bytes(AHEAD + 1))
    messages.put(text("a"))
    messages.put(huge)
    assert pauses == [True]
    assert await messages.get() == "a"
    assert pauses == [True]
    assert await messages.get() == huge.payload
    assert pauses == [True, False]
    messages.put(binary(bytes(AHEAD)))
    assert pauses == [True, False]
