"""Is a frame's place in its message found, also around control frames, across reads and where the rules are broken?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.analysis.fragments import Fragment, Fragments
from framescope.analysis.trace import Trace
from framescope.engine.frames import Opcode
from helpers.scripted import Script, frames_in_bulk

UNKNOWN = Fragment(None, None, None, False)


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    return script


def places(trace: Trace) -> list[Fragment | None]:
    return [trace.fragment_of(row) for row in range(len(trace.rows))]


def test_a_message_in_one_frame_and_control_frames_have_no_fragments(script: Script) -> None:
    script.received(Opcode.TEXT, b"whole", at=1)
    script.received(Opcode.PING, b"", at=1)
    script.received(3, b"", at=1, fin=False)
    assert places(script.trace()) == [None, None, None]


def test_fragments_are_counted_over_control_frames_and_the_other_direction(script: Script) -> None:
    script.received(Opcode.TEXT, b"before", at=1)
    script.received(Opcode.BINARY, bytes(100), at=1, fin=False)
    script.received(Opcode.PING, b"", at=1)
    script.sent(Opcode.TEXT, b"from here", at=1, fin=False)
    script.received(Opcode.CONTINUATION, bytes(50), at=2, fin=False)
    script.received(Opcode.CONTINUATION, bytes(7), at=3)
    script.received(Opcode.TEXT, b"behind", at=3)
    assert places(script.trace()) == [
        None,
        Fragment(1, 3, 157, False),
        None,
        Fragment(1, None, None, False),
        Fragment(2, 3, 157, False),
        Fragment(3, 3, 157, True),
        None,
    ]


def test_the_rows_of_a_message_are_found_from_each_of_them(script: Script) -> None:
    script.received(Opcode.TEXT, b"a", at=1, fin=False)
    script.received(Opcode.PING, b"", at=1)
    script.received(Opcode.CONTINUATION, b"b", at=1)
    script.received(Opcode.TEXT, b"whole", at=1)
    trace = script.trace()
    assert [trace.message_rows(row) for row in range(4)] == [[0, 2], [], [0, 2], []]


def test_an_open_message_has_no_total_until_it_ends(script: Script) -> None:
    script.received(Opcode.TEXT, b"a", at=1, fin=False)
    script.received(Opcode.CONTINUATION, b"b", at=2, fin=False)
    trace = script.trace()
    assert trace.fragment_of(1) == Fragment(2, None, None, False)
    script.received(Opcode.CONTINUATION, b"c", at=3)
    trace.update(script.poll())
    assert trace.fragment_of(1) == Fragment(2, 3, 3, False)


def test_a_continuation_without_a_begin_has_no_place(script: Script) -> None:
    script.received(Opcode.CONTINUATION, b"a", at=1)
    script.received(Opcode.TEXT, b"whole", at=1)
    script.received(Opcode.CONTINUATION, b"a", at=1, fin=False)
    trace = script.trace()
    assert trace.fragment_of(0) == Fragment(None, None, None, True)
    assert trace.fragment_of(2) == UNKNOWN


def test_a_message_that_another_one_interrupts_never_ends(script: Script) -> None:
    script.received(Opcode.TEXT, b"a", at=1, fin=False)
    script.received(Opcode.TEXT, b"b", at=1, fin=False)
    script.received(Opcode.CONTINUATION, b"c", at=1)
    assert places(script.trace()) == [
        Fragment(1, None, None, False),
        Fragment(1, 2, 2, False),
        Fragment(2, 2, 2, True),
    ]


def long_message(count: int) -> Trace:
    firsts = np.zeros(count, np.uint8)
    firsts[0], firsts[-1] = 0x02, 0x80
    trace = Trace(1, Script())
    trace.update(frames_in_bulk(np.arange(count), first=firsts, lengths=10))
    return trace


def test_long_messages_are_counted_as_far_as_one_looks() -> None:
    trace = long_message(4000)
    assert trace.fragment_of(2500) == Fragment(2501, 4000, 40_000, False)
    trace = long_message(20_000)
    assert trace.fragment_of(100) == Fragment(101, None, None, False)
    assert trace.fragment_of(10_000) == UNKNOWN
    assert trace.fragment_of(19_999) == Fragment(None, None, None, True)


def test_neighbours_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = long_message(4000)
    looks: list[int] = []
    within = Fragments._message_within

    def counting(fragments: Fragments, lane: object, index: int, low: int, high: int) -> object:
        looks.append(index)
        return within(fragments, lane, index, low, high)  # type: ignore[arg-type]

    monkeypatch.setattr(Fragments, "_message_within", counting)
    assert [trace.fragment_of(row).place for row in range(2000, 2040)] == list(range(2001, 2041))  # type: ignore[union-attr]
    assert looks == [2000, 2000]
