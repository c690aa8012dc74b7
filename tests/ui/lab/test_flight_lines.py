"""Do lines lead from where a frame left to where it arrived, or was lost?"""

from __future__ import annotations

from framescope.lab.flights import HANDSHAKE, Flight
from framescope.ui.lab.flight_lines import (
    ARRIVED,
    FLYING,
    LATE,
    LOST,
    FlightLine,
    Rails,
    flight_lines,
    name_of,
)
from framescope.ui.lab.span import Span

RAILS = Rails(100.0, 300.0)
SPAN = Span(0.0, 10.0, 1000.0)


def flight(sent: float, received: float | None = None, *, to_server: bool = True, first: int = 0x81) -> Flight:
    return Flight(to_server, first, 5, 0, 7, sent, received)


def lines(*flights: Flight, span: Span = SPAN, now: float = 10.0) -> list[FlightLine]:
    return flight_lines(flights, span, RAILS, now=now, latency=1.0)


def test_a_frame_slopes_from_its_sender_to_its_receiver() -> None:
    there, back = lines(flight(1, 2), flight(2, 3, to_server=False))
    assert there[:5] == (100, 100, 200, 300, ARRIVED)
    assert back[:5] == (200, 300, 300, 100, ARRIVED)


def test_a_lost_one_ends_where_it_was_lost() -> None:
    lost = flight(1)
    lost.lost = 1.5
    (line,) = lines(lost)
    assert line[:5] == (100, 100, 150, 184, LOST) and line.cross == (150, 184)


def test_one_that_was_repeated_arrives_and_keeps_its_cross() -> None:
    repeated = flight(1, 4)
    repeated.lost = 1.5
    (line,) = lines(repeated)
    assert (line.x2, line.fate, line.cross) == (400, ARRIVED, (150, 184))


def test_one_on_its_way_ends_now() -> None:
    (half,) = lines(flight(1), now=1.5)
    assert half[:5] == (100, 100, 150, 200, FLYING)
    (waits,) = lines(flight(1), now=8.0)
    assert waits.x2 == 800 and 290 < waits.y2 < 300  # it never seems to arrive


def test_one_that_came_too_late_is_told_apart() -> None:
    late = flight(1, 2)
    late.is_late = True
    assert lines(late)[0].fate == LATE


def test_only_what_is_in_view_is_drawn() -> None:
    flights = [flight(second, second + 0.5) for second in range(7)]
    assert [line.flight.sent for line in lines(*flights, span=Span(4.2, 6.2, 100.0))] == [4, 5, 6]


def test_control_frames_and_the_handshake_have_names() -> None:
    named = [flight(0, first=first) for first in (HANDSHAKE, 0x88, 0x89, 0x8A, 0x81)]
    assert [name_of(each) for each in named] == ["GET, Upgrade", "Close", "ping", "pong", ""]
    assert name_of(flight(0, first=HANDSHAKE, to_server=False)) == "101"
