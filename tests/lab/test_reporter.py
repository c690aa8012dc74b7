"""Are frames and the two halves of the handshake told as flights?"""

from __future__ import annotations

from framescope.lab import scenario as acts
from framescope.lab.flights import HANDSHAKE
from framescope.lab.runner import Run
from framescope.lab.scenario import End, Network, Scenario


def played(*script: acts.Acts, **parts: object) -> Run:
    run = Run(Scenario(duration=20, network=Network(latency=0.1), script=script, **parts))  # type: ignore[arg-type]
    run.run()
    return run


def test_the_handshake_is_two_flights() -> None:
    request, answer = played().flights.all[:2]
    assert (request.to_server, request.first, request.sent, request.received) == (True, HANDSHAKE, 0.0, 0.1)
    assert (answer.to_server, answer.first, answer.sent, answer.received) == (False, HANDSHAKE, 0.1, 0.2)


def test_a_refusal_is_a_flight_and_silence_is_none() -> None:
    assert [flight.received for flight in played(server=End(answer="503")).flights.all] == [0.1, 0.2]
    assert len(played(server=End(answer="silence")).flights.all) == 1


def test_control_frames_keep_their_payload_and_the_keepalive_is_marked() -> None:
    run = played(acts.Ping(at=1.0, end="client"), client=End(ping_interval=5), server=End(ping_interval="none"))
    pings = [flight for flight in run.flights.all if flight.first == 0x89]
    pongs = [flight for flight in run.flights.all if flight.first == 0x8A]
    assert [ping.is_keepalive for ping in pings] == [False, True, True, True]
    assert [ping.payload for ping in pings[:3]] == [pong.payload for pong in pongs[:3]]


def test_what_comes_after_a_failure_is_marked_late() -> None:
    server = End(pong_delay=3.0)
    run = played(client=End(ping_interval=2, ping_timeout=1, close_timeout=5), server=server)
    assert any(flight.is_late for flight in run.flights.all if not flight.to_server)
