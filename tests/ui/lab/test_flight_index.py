"""Are the frames in a view found among any number of others, and those that arrived counted?"""

from __future__ import annotations

from framescope.lab.flights import HANDSHAKE, Flight
from framescope.ui.lab.flight_index import FlightIndex


def flight(sent: float, received: float | None = None, *, to_server: bool = True, first: int = 0x81) -> Flight:
    return Flight(to_server, first, 5, 0, 7, sent, received)


def index_of(*flights: Flight) -> FlightIndex:
    index = FlightIndex()
    index.refresh(flights)
    return index


def seen(index: FlightIndex, start: float, end: float, *, most: int = 1000, step: float = 1.0) -> list[float]:
    return sorted(each.sent for each in index.in_view(start, end, most=most, step=step)[0])


def test_what_is_under_way_in_the_view_is_found_and_no_more() -> None:
    flights = [flight(second, second + 0.5, to_server=second % 2 == 0) for second in range(100)]
    assert seen(index_of(*flights), 50.2, 52.2) == [49, 50, 51, 52]  # a second of slack for lost ones


def test_a_frame_that_takes_long_is_in_every_view_on_its_way() -> None:
    flights = [flight(0, 0.1), flight(1, 60.0), flight(2, 60.0), flight(61, 61.1)]
    assert seen(index_of(*flights), 30.0, 31.0) == [1, 2]


def test_one_that_never_arrives_ends_where_it_was_lost() -> None:
    lost, waits = flight(5), flight(6)
    lost.lost = 5.2
    assert seen(index_of(lost, waits), 90.0, 91.0) == [6]


def test_one_stands_for_many_where_they_are_dense_and_pings_stay() -> None:
    flights = [flight(number / 100, number / 100 + 0.05) for number in range(1000)]
    flights += [flight(10 + number, 10.5 + number, first=0x89) for number in range(3)]
    index = index_of(*flights)
    found, is_dense = index.in_view(0.0, 13.0, most=50, step=0.5)
    assert is_dense and len([each for each in found if each.first == 0x81]) == 20
    assert len([each for each in found if each.first == 0x89]) == 3
    again, _ = index.in_view(0.25, 13.25, most=50, step=0.5)
    assert {each.sent for each in found if each.sent >= 0.5} <= {each.sent for each in again}  # no flicker
    assert index.in_view(9.0, 9.2, most=50, step=0.5)[1] is True
    assert index.in_view(9.9, 13.0, most=200, step=0.5)[1] is False


def test_it_goes_on_with_the_run_and_counts() -> None:
    flights = [flight(0, 0.1, first=HANDSHAKE), flight(0.2, to_server=False), flight(0.3, to_server=False)]
    index = index_of(*flights)
    assert (index.arrived(True), index.arrived(False), index.swallowed) == (1, 0, 0)
    flights[1].received = 0.5
    flights[2].lost = 0.4
    flights.append(flight(0.6))
    index.refresh(flights)
    assert (index.arrived(True), index.arrived(False), index.swallowed) == (1, 1, 1)
    flights[2].received = 0.9
    index.refresh(flights)
    assert (index.arrived(False), index.swallowed) == (2, 0) and seen(index, 0.0, 2.0) == [0, 0.2, 0.3, 0.6]
