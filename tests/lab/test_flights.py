"""Is every frame paired with its arrival, and told as lost where its bytes were?"""

from __future__ import annotations

from framescope.lab.flights import Flight, Flights


def flight(offset: int, length: int, sent: float, to_server: bool = True) -> Flight:
    return Flight(to_server, 0x81, length, offset, offset + length, sent)


def test_the_nth_received_is_the_nth_sent_of_its_direction() -> None:
    flights = Flights()
    first, back, second = flight(0, 5, 1.0), flight(0, 5, 1.1, to_server=False), flight(5, 5, 1.2)
    for each in (first, back, second):
        flights.sent(each)
    assert flights.received(True, 2.0) is first
    assert flights.received(False, 2.1) is back
    assert flights.received(True, 2.2, is_late=True) is second
    assert (first.received, second.received, second.is_late, back.received) == (2.0, 2.2, True, 2.1)
    assert flights.received(True, 3.0) is None


def test_a_flight_is_lost_where_its_bytes_were_and_only_the_first_time() -> None:
    flights = Flights()
    before, inside, after = flight(0, 5, 1.0), flight(5, 5, 1.0), flight(10, 5, 1.0)
    for each in (before, inside, after):
        flights.sent(each)
    flights.lost(True, 6, 2, 1.5)
    flights.lost(True, 6, 2, 1.9)
    assert (before.lost, inside.lost, after.lost) == (None, 1.5, None)


def test_bytes_may_be_lost_before_their_frame_has_left_whole() -> None:
    flights = Flights()
    flights.lost(True, 100, 50, 1.0)
    whole = flight(0, 200, 1.2)
    other = flight(200, 5, 1.3)
    flights.sent(whole)
    flights.sent(other)
    assert (whole.lost, other.lost) == (1.0, None)
