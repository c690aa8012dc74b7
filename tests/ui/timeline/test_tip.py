"""Do the tooltips say name, time, size, round trip and the distance to the deadline, as plain lines?"""

from __future__ import annotations

from framescope.engine.frames import Opcode
from framescope.ui.opcode_names import EVENT
from framescope.ui.timeline.tip import measure_text, tip_of
from helpers import scope_traces
from helpers.made_trace import MadeTrace


def row_at(made: MadeTrace, seconds: float, opcode: int) -> int:
    time = scope_traces.moment(made, seconds)
    rows = range(len(made.trace.rows))
    return next(r for r in rows if made.trace.record(r).time == time and made.trace.record(r).first & 0x0F == opcode)


def test_a_pong_says_its_rtt_and_how_near_the_deadline_was() -> None:
    made = scope_traces.feed()
    made.frame(45, b"")
    tip = tip_of(made.trace, row_at(made, 31.84, Opcode.PONG), 0)
    assert (tip.title, tip.moment) == ("Pong · RTT 1.84 s", "31.840 s")
    assert tip.lines == ["1.16 s before its 3 s deadline"]


def test_a_late_pong_says_how_late() -> None:
    made = scope_traces.failed()
    tip = tip_of(made.trace, row_at(made, 57.4, Opcode.PONG), 0)
    assert tip.title == "Pong · RTT 27.4 s"
    assert tip.lines[0] == "7.40 s after its 20 s deadline"


def test_a_pong_behind_bulk_data_says_so() -> None:
    made = scope_traces.opened()
    scope_traces.ping(made, 1, 3.0)
    made.frame(1.5, bytes(100_000), Opcode.BINARY)
    tip = tip_of(made.trace, scope_traces.pong(made, 1, 2.0), 0)
    assert tip.lines[1] == "98 KiB arrived ahead of it"


def test_a_waiting_ping_counts_down() -> None:
    made = scope_traces.feed()
    tip = tip_of(made.trace, row_at(made, 39.8, Opcode.PING), scope_traces.moment(made, 40.9))
    assert tip.title.startswith("Ping frame ")
    assert tip.lines[:2] == ["sent · 4 B", "pong due in 1.9 s"]


def test_a_text_says_number_direction_and_size() -> None:
    made = scope_traces.feed()
    tip = tip_of(made.trace, row_at(made, 1.5, Opcode.TEXT), 0)
    assert (tip.title, tip.moment, tip.lines[0]) == ("Text frame 1", "1.500 s", "received · 200 B")
    assert tip.text.startswith("Text frame 1, 1.500 s, received")


def test_an_event_is_told_as_in_the_table_and_without_markup_or_control_characters() -> None:
    made = scope_traces.opened()
    made.knob(2, "ping_timeout", 20.0, 3.0)
    tip = tip_of(made.trace, 0, 0)
    assert (tip.opcode, tip.title) == (EVENT, "ping_timeout 20 → 3")


def test_a_close_reason_from_the_wire_stays_one_short_line() -> None:
    made = scope_traces.opened()
    row = made.frame(2, b"\x03\xe8" + b"a\x1b\n" + "\u202e".encode() + b"b" * 110, Opcode.CLOSE)
    for line in tip_of(made.trace, row, 0).lines:
        assert len(line) <= 90
        assert not set(line) & {"\x1b", "\n", "\u202e"}


def test_a_measurement_counts_frames_and_bytes_of_both_directions() -> None:
    made = scope_traces.opened()
    made.frame(1, bytes(98))  # 100 B on the wire
    made.frame(2, bytes(94), sent=True)  # masked: 100 B
    made.frame(9, bytes(94))
    found = measure_text(made.trace, scope_traces.moment(made, 0.5), scope_traces.moment(made, 2.34))
    assert found == "Δt 1.84 s · 2 frames · 200 B"
