"""Who is told what an endpoint does? The flights, the notebook, and the capture."""

from __future__ import annotations

from collections.abc import Sequence

from framescope.engine.events import Event, FrameSent, HandshakeFailed, LateFrame, Opened, Part, Requested
from framescope.engine.frames import Frame
from framescope.engine.http import Response
from framescope.lab.application import NEVER
from framescope.lab.flights import HANDSHAKE, Flight, Flights
from framescope.lab.narrator import Narrator
from framescope.net.gauge import Gauges
from framescope.net.tap import NoTap, PhaseReport, Tap

_TURNS = (Requested, LateFrame, Opened, HandshakeFailed)


class Reporter:
    """Reports one end. Times are the engine's, in seconds."""

    def __init__(self, is_server: bool, *, tap: Tap, flights: Flights, narrator: Narrator) -> None:
        self.tap = tap
        self.is_recorded = type(tap) is not NoTap
        self._is_server = is_server
        self._flights = flights
        self._narrator = narrator
        self._gauges = Gauges(tap)

    def note(self, now: float, kind: str, text: str = "") -> None:
        """Write a line of what the engine does not report."""
        self._narrator.note(now, self._is_server, kind, text)

    def began(self, now: float) -> None:
        """TCP stands, and the upgrade begins."""
        self.tap.phase(PhaseReport("upgrade", "began"), round(now * 1e9))

    def handshake_sent(self, length: int, now: float) -> None:
        """The client's request, or the server's answer, of `length` B goes out."""
        elapsed = self._narrator.elapsed(now)
        self._flights.sent(Flight(not self._is_server, HANDSHAKE, length, 0, length, elapsed))

    def report(self, told: Sequence[Event], now: float) -> None:
        """Tell everybody what the engine reported."""
        elapsed = self._narrator.elapsed(now)
        for event in told:
            if isinstance(event, Part):
                continue  # it is in its frames
            if isinstance(event, FrameSent):
                self._frame_sent(event, elapsed)
            elif isinstance(event, Frame):
                self._flights.received(self._is_server, elapsed)
            elif isinstance(event, _TURNS):
                self._turn(event, now, elapsed)
            self._narrator.event(event, elapsed, self._is_server)
        if self.is_recorded:
            self.tap.events(told, round(now * 1e9))

    def _turn(self, event: Event, now: float, elapsed: float) -> None:
        """Tell what happens once, or after the end."""
        match event:
            case Requested():
                self._flights.received(self._is_server, elapsed)
            case LateFrame():
                self._flights.received(self._is_server, elapsed, is_late=True)
            case Opened(response=response):
                self.tap.phase(PhaseReport("upgrade", "done"), round(now * 1e9))
                self._answered(response, now)
            case HandshakeFailed(error=error, response=response):
                self.tap.phase(PhaseReport("upgrade", "failed", str(error)), round(now * 1e9))
                self._answered(response, now)
            case _:
                pass

    def measure(self, buffered: int, queued: int, now: float, *, is_paused: bool) -> float:
        """Tell how full this end is, as one on a socket does; return when to look again."""
        due = self._gauges.see(buffered, queued, round(now * 1e9), is_paused=is_paused)
        return NEVER if due is None else due / 1e9

    def _answered(self, response: Response | None, now: float) -> None:
        """The opening handshake has an answer, which leaves the server or is read by the client."""
        if response is None:
            return
        if self._is_server:
            self.handshake_sent(len(response.serialise()), now)
        else:
            self._flights.received(False, self._narrator.elapsed(now))

    def _frame_sent(self, event: FrameSent, elapsed: float) -> None:
        frame = event.frame
        start, end = frame.offset, frame.offset + frame.header_length + frame.length
        # By place, not by name: this is done for every frame.
        flight = Flight(not self._is_server, frame.first, frame.length, start, end, elapsed)
        if frame.first & 0x08:
            flight.is_keepalive, flight.payload = event.keepalive, frame.payload
        self._flights.sent(flight)
