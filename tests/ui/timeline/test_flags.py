"""Are the right flags raised, and do their words find places that do not overlap?"""

from __future__ import annotations

import pytest

from framescope.analysis.model import KnobTurn
from framescope.capture.details import EndInfo
from framescope.engine.events import Change, Which
from framescope.ui.timeline.flags import Flag, flags_in_view, merged_turns, place
from framescope.ui.timeline.viewport import SECOND, Viewport
from helpers.made_trace import MadeTrace

END = EndInfo("ConnectionClosedError", "sent 1011", 1006, "", "deadline", False)


def view_of(made: MadeTrace, end: float) -> Viewport:
    view = Viewport()
    view.resize(1000)
    view.begin(made.trace.start, made.trace.start + round(end * SECOND))
    view.fit_all()
    return view


def texts(made: MadeTrace, end: float = 100) -> list[str]:
    return [flag.text for flag in flags_in_view(made.trace.story, view_of(made, end))]


def test_a_knob_change_says_from_what_to_what() -> None:
    made = MadeTrace()
    made.knob(10, "ping_interval", 20.0, 5.0)
    made.knob(60, "ping_timeout", 20.0, None)
    assert texts(made) == ["ping_timeout 20→None", "ping_interval 20→5"]


def test_a_missed_deadline_comes_first() -> None:
    made = MadeTrace()
    made.knob(10, "ping_interval", 20.0, 5.0)
    made.deadline(40, Which.PONG, Change.MISSED, 40)
    assert texts(made) == ["pong deadline missed", "ping_interval 20→5"]


def test_a_deadline_that_ends_the_connection_shares_its_flag() -> None:
    made = MadeTrace()
    made.deadline(40, Which.PONG, Change.MISSED, 40)
    made.deadline(50, Which.CLOSE, Change.MISSED, 50)
    made.ended(50.001, END)
    assert texts(made) == ["pong deadline missed", "TCP drop"]


@pytest.mark.parametrize(
    ("ending", "code", "text", "tone"),
    [
        ("close_frames", 1000, "closed 1000", "fg2"),
        ("close_frames", 1002, "closed 1002", "err"),
        ("fin", 1006, "TCP closed by peer", "err"),
        ("reset", 1006, "TCP reset", "err"),
        ("refused", None, "not opened", "err"),
    ],
)
def test_the_end_says_how(ending: str, code: int | None, text: str, tone: str) -> None:
    made = MadeTrace()
    made.ended(50, EndInfo("X", "x", code, "", ending, False))
    (flag,) = flags_in_view(made.trace.story, view_of(made, 60))
    assert (flag.text, flag.tone) == (text, tone)


def test_what_is_out_of_view_has_no_flag() -> None:
    made = MadeTrace()
    made.knob(10, "ping_interval", 20.0, 5.0)
    view = view_of(made, 1000)
    view.zoom_to(made.trace.start + 800 * SECOND, made.trace.start + 860 * SECOND)
    assert flags_in_view(made.trace.story, view) == []


def test_one_gesture_is_one_flag_from_first_to_last_value() -> None:
    turns = [KnobTurn(row, row * 10, "ping_timeout", 20.0 - row, 19.0 - row) for row in range(5)]
    turns.append(KnobTurn(5, 45, "ping_interval", 20.0, 5.0))
    merged = merged_turns(turns, 10)
    assert [(turn.name, turn.old, turn.new, turn.row) for turn in merged] == [
        ("ping_timeout", 20.0, 15.0, 4),
        ("ping_interval", 20.0, 5.0, 5),
    ]
    assert len(merged_turns(turns, 9)) == 6


def flag(time: int, *, text: str = "ten wide..", is_before: bool = False) -> Flag:
    return Flag(time, 0, text, "short", "acc", is_before)


def placed(*flags: Flag) -> list[tuple[float, str]]:
    view = Viewport()
    view.resize(1000)
    view.begin(0, 880)
    view.span, view.start = 1000.0, 0
    return [(round(found.left), found.text) for found in place(list(flags), view, lambda text: 10.0 * len(text))]


def test_words_stand_right_of_their_line_or_left_where_asked() -> None:
    assert placed(flag(300), flag(700, is_before=True)) == [(300, "ten wide.."), (588, "ten wide..")]


def test_the_second_of_two_near_flags_goes_to_the_other_side() -> None:
    assert placed(flag(300), flag(305)) == [(300, "ten wide.."), (305, "")]
    assert placed(flag(300), flag(290)) == [(300, "ten wide.."), (178, "ten wide..")]


def test_a_flag_without_room_has_no_words() -> None:
    assert placed(flag(300), flag(300, is_before=True), flag(302))[2] == (302, "")


def test_words_turn_back_at_the_right_edge() -> None:
    assert placed(flag(960)) == [(848, "ten wide..")]
