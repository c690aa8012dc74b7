"""Which frames become bars, which an envelope, and from when on is nothing heard any more?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.capture.details import ViolationInfo
from framescope.capture.reader import DTYPE
from framescope.capture.records import Kind
from framescope.engine.frames import Opcode
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.frames import Picture, failed_at, next_ping, picture
from framescope.ui.timeline.viewport import SECOND, Viewport
from helpers import scope_traces
from helpers.made_trace import MadeTrace


def shown(made: MadeTrace, *, end: float, width: float = 600, sent: bool = False) -> Picture:
    view = Viewport()
    view.resize(width)
    view.begin(made.trace.start, scope_traces.moment(made, end))
    view.fit_all()
    lane = made.trace.lanes[sent]
    return picture(lane, view, EnvelopeCache(lane))


def test_few_frames_are_bars_and_pings_go_to_the_channel() -> None:
    found = shown(scope_traces.feed(), end=40)
    assert found.envelope is None
    assert sorted(set(found.bars.opcodes.tolist())) == [Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY]
    assert len(found.bars.times) == 42
    assert found.paired.opcodes.tolist() == [Opcode.PONG] * 3


def test_above_a_frame_for_three_pixels_there_is_an_envelope() -> None:
    assert shown(scope_traces.feed(), end=40, width=130).envelope is None
    dense = shown(scope_traces.feed(), end=40, width=120)
    assert dense.envelope is not None
    assert dense.envelope.counts.sum() == 45
    assert sorted(dense.bars.opcodes.tolist()) == [0, 0, 2]  # the rare ones are still drawn


def test_a_close_among_very_many_frames_is_drawn() -> None:
    made = scope_traces.opened()
    records = np.zeros(50_000, DTYPE)
    records["time"] = np.linspace(made.trace.start + SECOND, made.trace.start + 90 * SECOND, 50_000).astype(np.int64)
    records["kind"], records["first"], records["connection"], records["length"] = Kind.FRAME, 0x81, 1, 100
    made.extend(records)
    made.frame(95, b"\x03\xe8", Opcode.CLOSE)
    found = shown(made, end=100)
    assert found.bars.opcodes.tolist() == [Opcode.CLOSE]


def test_more_than_can_be_sorted_out_is_an_envelope_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.ui.timeline.frames._SORTED_OUT", 10)
    found = shown(scope_traces.feed(), end=40)
    assert len(found.bars.times) == 0
    assert found.envelope is not None


def test_frames_have_no_effect_from_the_missed_deadline_on() -> None:
    made = scope_traces.failed()
    assert failed_at(made.trace.story) == scope_traces.moment(made, 50)
    assert failed_at(scope_traces.feed().trace.story) is None


def test_the_peers_violation_fails_the_connection_ours_does_not() -> None:
    made = scope_traces.opened()
    info = ViolationInfo("rule", "RFC 6455 5.1", 0, 1002, "reason")
    made.violation(5, info, sent=True)
    assert failed_at(made.trace.story) is None
    made.violation(6, info)
    assert failed_at(made.trace.story) == scope_traces.moment(made, 6)


def test_the_next_ping_is_due_while_its_deadline_runs() -> None:
    made = scope_traces.feed()
    assert next_ping(made.trace.story) == scope_traces.moment(made, 44)
    made.ended(41, scope_traces.FAILED)
    assert next_ping(made.trace.story) is None
    assert next_ping(scope_traces.opened().trace.story) is None
