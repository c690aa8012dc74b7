"""Do the keys for next, next of its kind and next error lead where they say?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.capture.reader import DTYPE
from framescope.capture.records import Kind
from framescope.engine.frames import Opcode
from framescope.ui.timeline.walk import error_rows, extent_of, has_bad_end, next_error, next_frame
from helpers import scope_traces
from helpers.made_trace import MadeTrace


def opcode(made: MadeTrace, row: int | None) -> int | None:
    return None if row is None else made.trace.record(row).first & 0x0F


def times(made: MadeTrace, *rows: int | None) -> list[float]:
    return [(made.trace.record(row).time - made.trace.start) / 1e9 for row in rows if row is not None]


def test_steps_skip_events_and_end_at_the_ends() -> None:
    made = scope_traces.opened()
    first = made.frame(1, b"a")
    made.knob(2, "ping_timeout", 20.0, 3.0)
    last = made.frame(3, b"b", Opcode.BINARY)
    assert next_frame(made.trace, first, 1) == last
    assert next_frame(made.trace, last, -1) == first
    assert next_frame(made.trace, last, 1) is None
    assert next_frame(made.trace, first, -1) is None
    assert next_frame(made.trace, None, 1) == last


def test_a_step_to_the_same_opcode_passes_the_others() -> None:
    made = scope_traces.feed()
    pings = [row for row in range(len(made.trace.rows)) if opcode(made, row) == Opcode.PING]
    assert next_frame(made.trace, pings[0], 1, same_opcode=True) == pings[1]
    assert next_frame(made.trace, pings[1], -1, same_opcode=True) == pings[0]


def test_a_step_finds_its_kind_far_away() -> None:
    made = scope_traces.opened()
    first = made.frame(1, b"", Opcode.PING, sent=True)
    records = np.zeros(200_000, DTYPE)
    records["time"] = made.trace.start + 2_000_000_000
    records["kind"], records["first"], records["connection"] = Kind.FRAME, 0x81, 1
    made.extend(records)
    last = made.frame(3, b"", Opcode.PING, sent=True)
    assert next_frame(made.trace, first, 1, same_opcode=True) == last
    assert next_frame(made.trace, last, -1, same_opcode=True) == first


def test_errors_are_walked_round_and_round() -> None:
    made = scope_traces.failed()
    rows = error_rows(made.trace)
    assert times(made, *rows) == [50, 60, 60]
    assert next_error(made.trace, None, 1) == rows[0]
    assert next_error(made.trace, None, -1) == rows[-1]
    assert next_error(made.trace, rows[0], 1) == rows[1]
    assert next_error(made.trace, rows[-1], 1) == rows[0]
    early = next_frame(made.trace, 0, 1)
    assert next_error(made.trace, early, 1) == rows[0]
    assert next_error(made.trace, early, -1) == rows[-1]


def test_a_good_connection_has_no_errors() -> None:
    made = scope_traces.feed()
    assert next_error(made.trace, None, 1) is None
    assert not has_bad_end(made.trace)
    assert has_bad_end(scope_traces.failed().trace)


def test_the_extent_of_a_fragment_is_its_message() -> None:
    made = scope_traces.feed()
    rows = [row for row in range(len(made.trace.rows)) if opcode(made, row) in (0, 2)]
    for row in rows:
        start, end = extent_of(made.trace, row)
        assert start == scope_traces.moment(made, 15.6)
        assert end == scope_traces.moment(made, 15.8)


def test_the_extent_of_a_ping_or_pong_is_the_exchange() -> None:
    made = scope_traces.feed()
    for row in range(len(made.trace.rows)):
        if opcode(made, row) in (9, 10) and times(made, row)[0] in (30.0, 31.84):
            start, end = extent_of(made.trace, row)
            assert (end - start) / 1e9 == pytest.approx(1.84)


def test_the_extent_of_a_waiting_ping_reaches_to_its_deadline() -> None:
    made = scope_traces.opened()
    row = scope_traces.ping(made, 5, 3.0)
    start, end = extent_of(made.trace, row)
    assert (end - start) / 1e9 == pytest.approx(3)


def test_an_event_is_a_moment() -> None:
    made = scope_traces.opened()
    made.knob(2, "ping_timeout", 20.0, 3.0)
    assert extent_of(made.trace, 0) == (scope_traces.moment(made, 2), scope_traces.moment(made, 2))


def test_other_rows_can_count_as_errors() -> None:
    made = scope_traces.failed()
    errors = error_rows(made.trace)
    more = next_frame(made.trace, None, -1)
    assert more is not None and more not in errors
    wanted = sorted([*errors, more], key=lambda row: (made.trace.record(row).time, row))
    found, row = [], None
    for _ in wanted:
        row = next_error(made.trace, row, 1, more=[more])
        found.append(row)
    assert found == wanted
