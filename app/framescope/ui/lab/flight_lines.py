"""Where does each frame's line begin and end? Qt-free: from sending at one rail to receipt, or to where it was lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from framescope.lab.flights import HANDSHAKE, Flight
from framescope.ui.lab.span import Span

ARRIVED, FLYING, LOST, LATE = "arrived", "flying", "lost", "late"
_LOST_AT = 0.42  # share of the way, so that crosses of both directions do not meet


class Rails(NamedTuple):
    """Heights of the client's and the server's rail, px."""

    client: float
    server: float

    def sender(self, to_server: bool) -> float:
        return self.client if to_server else self.server

    def receiver(self, to_server: bool) -> float:
        return self.server if to_server else self.client


class FlightLine(NamedTuple):
    """One frame on the picture. `cross`: where it was lost, also of a frame that TCP repeated."""

    x1: float
    y1: float
    x2: float
    y2: float
    fate: str
    flight: Flight
    cross: tuple[float, float] | None = None


def flight_lines(
    flights: Sequence[Flight], span: Span, rails: Rails, *, now: float, latency: float
) -> list[FlightLine]:
    """Return the lines in view. `latency` (s): how far one that is on its way has come."""
    lines = [_line(flight, span, rails, now, latency) for flight in flights]
    return [line for line in lines if line.x1 >= 0 or line.x2 >= 0]


def _line(flight: Flight, span: Span, rails: Rails, now: float, latency: float) -> FlightLine:
    start, end = rails.sender(flight.to_server), rails.receiver(flight.to_server)
    x1 = span.x(flight.sent)
    lost, received = flight.lost, flight.received
    cross = None if lost is None else (span.x(max(lost, flight.sent)), start + (end - start) * _LOST_AT)
    if received is not None:
        fate = LATE if flight.is_late else ARRIVED
        return FlightLine(x1, start, span.x(received), end, fate, flight, cross)
    if cross is not None:
        return FlightLine(x1, start, *cross, LOST, flight, cross)
    way = min(0.97, (now - flight.sent) / latency) if latency > 0 else 0.97
    return FlightLine(x1, start, span.x(now), start + (end - start) * max(0.0, way), FLYING, flight)


def name_of(flight: Flight) -> str:
    """Name a half of the opening handshake, or a control frame; data need no name."""
    if flight.first == HANDSHAKE:
        return "GET, Upgrade" if flight.to_server else "101"
    return {8: "Close", 9: "ping", 10: "pong"}.get(flight.first & 0x0F, "")
