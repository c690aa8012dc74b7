"""Is what is under the pointer found: the nearest frame in 8 px, a mark of the channel, a flag?"""

from __future__ import annotations

import pytest

from framescope.engine.frames import Opcode
from framescope.ui.timeline.bands import NATURAL, bands
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.flags import flags_in_view, place
from framescope.ui.timeline.pick import Picker
from framescope.ui.timeline.viewport import Viewport
from helpers import scope_traces
from helpers.made_trace import MadeTrace

BANDS = bands(NATURAL)


def picker(made: MadeTrace, end: float) -> Picker:
    view = Viewport()
    view.resize(880)
    view.begin(made.trace.start, scope_traces.moment(made, end))
    view.fit_all()
    exchanges = ExchangeColumns(made.trace.story)
    exchanges.refresh()
    flags = place(flags_in_view(made.trace.story, view), view, lambda text: 6.0 * len(text))
    return Picker(made.trace, exchanges, view, BANDS, flags)


@pytest.fixture
def made() -> MadeTrace:
    made = scope_traces.feed()
    made.knob(25, "ping_timeout", 20.0, 3.0)
    return made


def at(made: MadeTrace, seconds: float, y: float, dx: float = 0.0) -> tuple[float, int] | None:
    """What is at a moment, as (its time in seconds, its opcode)?"""
    found = picker(made, 40)
    row = found.row_at(found.view.x(scope_traces.moment(made, seconds)) + dx, y)
    if row is None:
        return None
    record = made.trace.record(row)
    return (record.time - made.trace.start) / 1e9, record.first & 0x0F


def test_the_nearest_frame_of_the_lane_under_the_pointer(made: MadeTrace) -> None:
    y = BANDS.received.middle
    assert at(made, 12.5, y, 5) == (12.5, Opcode.TEXT)
    assert at(made, 12.5, y, -7.9) == (12.5, Opcode.TEXT)
    assert at(made, 12.5, y, 9) is None
    assert at(made, 12.5, BANDS.sent.middle) is None
    assert at(made, 15.68, y) == (15.7, Opcode.CONTINUATION)


def test_pings_stand_at_the_top_of_the_channel_and_pongs_at_the_bottom(made: MadeTrace) -> None:
    channel = BANDS.keepalive
    assert at(made, 20, channel.top + 10, 1) == (20, Opcode.PING)
    assert at(made, 20, channel.bottom - 10, 1) == (20.04, Opcode.PONG)
    assert at(made, 31.84, channel.top + 10) == (31.84, Opcode.PONG)


def test_a_flag_is_picked_by_its_words(made: MadeTrace) -> None:
    found = picker(made, 40)
    flag = found.flags[0]
    assert found.row_at(flag.left + flag.width - 2, BANDS.flags.middle) == flag.flag.row
    assert found.row_at(flag.left + flag.width + 9, BANDS.flags.middle) is None


def test_the_strip_gives_the_nearest_pong(made: MadeTrace) -> None:
    assert at(made, 31.84, BANDS.rtt.middle, 4) == (31.84, Opcode.PONG)
    assert at(made, 25, BANDS.rtt.middle) is None


def test_ruler_and_state_band_hold_no_rows(made: MadeTrace) -> None:
    assert at(made, 12.5, BANDS.ruler.middle) is None
    assert at(made, 12.5, BANDS.state.middle) is None


def test_among_very_many_frames_the_nearest_is_found(made: MadeTrace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.ui.timeline.pick._MOST", 2)
    assert at(made, 15.69, BANDS.received.middle) == (15.7, Opcode.CONTINUATION)
