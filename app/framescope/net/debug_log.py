"""Who said what on a connection, when did a deadline pass, and how did it end? One line an event, for debugging.

The lines begin as those of `websockets` do: > sent, < received, = a state or a setting, % keepalive, - a deadline
that passed, ! a fault, x an end. Nothing is written, and nothing kept, unless the logger is enabled for DEBUG.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import assert_never

from framescope.engine.connection import Connection as Engine
from framescope.engine.events import (
    Change,
    DeadlineChanged,
    Ended,
    Event,
    FrameSent,
    HandshakeFailed,
    KnobTurned,
    LateFrame,
    Opened,
    Part,
    PartialFrame,
    PingFlood,
    Ponged,
    Requested,
    StateChanged,
    ViolationSeen,
    Which,
)
from framescope.engine.frames import Frame
from framescope.engine.http import Request, Response
from framescope.engine.inbox import PART
from framescope.engine.lifecycle import Role
from framescope.engine.log_text import escaped, frame_line
from framescope.engine.settings import format_duration
from framescope.net.driver import Driver
from framescope.net.outlet import Outlet
from framescope.net.tap import PhaseReport, Tap
from framescope.net.tls_stream import TlsStream
from framescope.net.types import LoggerLike

#: B of a large frame's payload that are kept from its beginning and from its end.
_KEPT = 400
#: What a line says about a deadline.
_DEADLINES = {
    (Which.OPEN, Change.MISSED): "- timed out during opening handshake",
    (Which.PONG, Change.MET): "% received keepalive pong",
    (Which.PONG, Change.MISSED): "- timed out waiting for keepalive pong",
    (Which.PONG, Change.BLOCKED): "% keepalive ping waits for room to be written",
    (Which.CLOSE, Change.MISSED): "- timed out while closing connection",
}


def debug_log(logger: LoggerLike, engine: Engine, tap: Tap) -> DebugLog | None:
    """Return what writes `logger`'s lines and hands everything on to `tap`; None where nobody wants them."""
    return DebugLog(logger, engine, tap) if logger.isEnabledFor(logging.DEBUG) else None


class DebugLog:
    """A tap of one connection that writes its log."""

    def __init__(self, logger: LoggerLike, engine: Engine, tap: Tap) -> None:
        self._debug = logger.debug
        self._engine = engine
        self._tap = tap
        self._is_client = engine.role is Role.CLIENT
        self._unsent: deque[bytes] = deque()  # payloads of data frames, as they were before compression
        self._whole: Frame | None = None  # a data frame whose part is told next
        self._sample, self._size = b"", 0  # of a frame that comes in parts: both its ends, and B in all

    def follow(self, driver: Driver, outlet: Outlet) -> None:
        """Hear what no event tells; the connection is whole now, for an adapter of the logger to look at."""
        self._debug("= connection is %s", self._engine.state.name)
        driver.on_eof = partial(self._eof, driver)
        outlet.on_data = self._unsent.append

    def phase(self, report: PhaseReport, time_ns: int) -> None:
        self._tap.phase(report, time_ns)
        request = self._engine.opening.request
        if self._is_client and request is not None and (report.phase, report.change) == ("upgrade", "began"):
            self._request(">", request)

    def bytes_seen(self, data: bytes, time_ns: int, kernel_ns: int, *, sent: bool) -> None:
        self._tap.bytes_seen(data, time_ns, kernel_ns, sent=sent)

    def events(self, events: Sequence[Event], time_ns: int) -> None:
        self._tap.events(events, time_ns)
        for event in events:
            if isinstance(event, Frame):
                self._received(event)
            elif isinstance(event, Part):
                self._part(event)
            elif isinstance(event, FrameSent):
                self._sent(event)
            else:
                self._happened(event)
        self._tell_whole()

    def gauge(self, name: str, value: int, time_ns: int) -> None:
        self._tap.gauge(name, value, time_ns)

    def lost(self, error: str, time_ns: int) -> None:
        self._tap.lost(error, time_ns)
        self._debug("! connection lost: %s", escaped(error))

    def flush(self) -> None:
        self._tap.flush()

    def _received(self, frame: Frame) -> None:
        self._tell_whole()
        if frame.first & 0x08:
            self._frame("<", frame.first, frame.payload)
        elif frame.length > PART:
            self._frame("<", frame.first, self._sample, self._size)
            self._sample, self._size = b"", 0
        else:
            self._whole = frame

    def _part(self, part: Part) -> None:
        if self._whole is not None:
            self._frame("<", self._whole.first, part.payload)
            self._whole = None
            return
        self._size += len(part.payload)
        self._sample += part.payload
        if len(self._sample) > 2 * _KEPT:
            self._sample = self._sample[:_KEPT] + self._sample[-_KEPT:]

    def _tell_whole(self) -> None:
        """A frame that a violation kept from becoming a part is told as it came."""
        if self._whole is not None:
            self._frame("<", self._whole.first, self._whole.payload)
            self._whole = None

    def _sent(self, event: FrameSent) -> None:
        frame = event.frame
        is_data = not frame.first & 0x08 and not event.deliberate
        payload = self._unsent.popleft() if is_data and self._unsent else frame.payload
        self._frame(">", frame.first, payload)
        if event.keepalive:
            self._debug("% sent keepalive ping")

    def _happened(self, event: Event) -> None:  # noqa: PLR0912 - one case a kind of event
        match event:
            case Requested():
                self._request("<", event.request)
            case Opened():
                self._response(event.response)
            case HandshakeFailed():
                if event.response is not None:
                    self._response(event.response)
                self._debug("! opening handshake failed: %s", escaped(str(event.error)))
            case StateChanged():
                self._debug("= connection is %s", event.new.name)
            case KnobTurned():
                self._debug("= %s is %s", event.name, format_duration(event.new))
            case DeadlineChanged():
                if (event.which, event.change) in _DEADLINES:
                    self._debug("%s", _DEADLINES[event.which, event.change])
            case ViolationSeen():
                whose = "sent" if event.sent else "received"
                self._debug("! %s %s (%s)", whose, escaped(event.violation.rule), event.violation.section)
            case PingFlood():
                self._debug("! received more than %d pings in a second", event.limit)
            case PartialFrame():
                arrow, size = (">" if event.sent else "<"), event.frame.header_length + event.frame.length
                self._debug("! %s %d of %d bytes of a frame", arrow, event.available, size)
            case LateFrame(frame):
                self._debug("< %s after the end", frame_line(frame.first & 0x0F, frame.payload))
            case Ended():
                whom = "by the peer" if event.by_peer else "by this side"
                self._debug("x connection closed %s: %s", whom, escaped(event.sentence))
            case Frame() | Part() | FrameSent() | Ponged():
                pass
            case _:
                assert_never(event)

    def _frame(self, arrow: str, first: int, payload: bytes, size: int | None = None) -> None:
        self._debug("%s %s", arrow, frame_line(first & 0x0F, payload, is_final=bool(first & 0x80), size=size))

    def _request(self, arrow: str, request: Request) -> None:
        self._debug("%s %s %s %s", arrow, escaped(request.method), escaped(request.path), escaped(request.protocol))
        self._headers(arrow, request)

    def _response(self, response: Response) -> None:
        arrow = "<" if self._is_client else ">"
        self._debug("%s HTTP/1.1 %d %s", arrow, response.status_code, escaped(response.reason_phrase))
        self._headers(arrow, response)
        if response.body:
            self._debug("%s [body] (%d bytes)", arrow, len(response.body))

    def _headers(self, arrow: str, message: Request | Response) -> None:
        for name, value in message.headers.raw_items():
            self._debug("%s %s: %s", arrow, escaped(name), escaped(value))

    def _eof(self, driver: Driver, is_ours: bool) -> None:
        self._debug("> EOF" if is_ours else "< EOF")
        if is_ours:  # TLS has no half of a stream to close
            self._debug("x %s TCP connection", "closing" if isinstance(driver.stream, TlsStream) else "half-closing")
