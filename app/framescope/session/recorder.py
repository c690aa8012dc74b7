"""How does what the driver tells become records of the capture? One tap for one connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from framescope.capture.details import EndInfo, HandshakeInfo, PhaseInfo, ViolationInfo
from framescope.capture.records import Flag, Gauge, Phase, PhaseChange
from framescope.capture.writer import CaptureWriter
from framescope.engine import events
from framescope.engine.errors import Violation
from framescope.engine.events import Ended, Ending, Event, HandshakeFailed, Opened
from framescope.engine.frames import Frame
from framescope.engine.headers import Headers
from framescope.engine.http import Request, Response
from framescope.engine.settings import Timeouts
from framescope.net.connect_errors import Words, words
from framescope.net.tap import PhaseReport

BODY_LIMIT = 64 * 1024  #: B of a refusal's body that are kept readable; the bytes are all in the stream


class Recorder:
    """Writes one connection into a capture. Implements `net.tap.Tap`."""

    def __init__(self, writer: CaptureWriter, number: int, *, host: str, port: int, timeouts: Timeouts) -> None:
        self._writer = writer
        self._number = number
        self._host, self._port = host, port
        self._error = ""  #: what the operating system said when the stream broke
        self._phase = "dns"
        self._reason: Words | None = None  #: what the phase that failed said
        self._failure: Exception | None = None
        self._timeouts = timeouts  #: the engine's own: its knobs as they stand

    def phase(self, report: PhaseReport, time_ns: int) -> None:
        self._phase = report.phase
        if report.change == "failed":
            self._reason = Words(report.text, report.advice)
        info = PhaseInfo(report.text, report.peer, report.tls_version, report.tls_cipher)
        change = PhaseChange[report.change.upper()]
        self._writer.phase(self._number, Phase[report.phase.upper()], change, time_ns, info)

    def bytes_seen(self, data: bytes, time_ns: int, kernel_ns: int, *, sent: bool) -> None:
        self._writer.bytes_seen(self._number, sent, data, time_ns, kernel_ns)

    def events(self, events: Sequence[Event], time_ns: int) -> None:
        for event in events:
            if isinstance(event, Frame):
                self._writer.frame(self._number, False, event, time_ns)
            else:
                self._event(event, time_ns)

    def gauge(self, name: str, value: int, time_ns: int) -> None:
        self._writer.gauge(self._number, Gauge[name.upper()], value, time_ns)

    def lost(self, error: str, time_ns: int) -> None:
        self._error = error

    def flush(self) -> None:
        for sent in (False, True):
            self._writer.end_of_read(self._number, sent)
        self._writer.flush()

    def _event(self, event: Event, time_ns: int) -> None:  # noqa: PLR0912 - one case an event
        number, writer = self._number, self._writer
        match event:
            case events.FrameSent(frame, started, is_keepalive, is_deliberate):
                flags = Flag.KEEPALIVE if is_keepalive else Flag(0)
                if is_deliberate:
                    flags |= Flag.DELIBERATE
                writer.frame(number, True, frame, round(started * 1e9), time_ns, flags)
            case events.LateFrame(frame):
                writer.frame(number, False, frame, time_ns, 0, Flag.AFTER_FAILURE)
            case events.PartialFrame(frame, sent, _):
                writer.frame(number, sent, frame, time_ns, 0, Flag.PARTIAL)
            case events.StateChanged(_, new):
                writer.state(number, new, time_ns)
            case events.DeadlineChanged(which, change, due):
                writer.deadline(number, which, change, None if due is None else round(due * 1e9), time_ns)
            case events.PingFlood(limit):
                writer.gauge(number, Gauge.PINGS, limit, time_ns)
            case events.KnobTurned(name, old, new):
                writer.knob(number, name, old, new, time_ns)
            case events.ViolationSeen(violation, sent):
                writer.violation(number, sent, _violation_info(violation), time_ns)
            case Opened(request, response, subprotocol, extensions):
                info = _handshake_info(request, response, subprotocol, extensions, is_accepted=True)
                writer.handshake(number, info, time_ns)
            case HandshakeFailed(error, request, response):
                self._failure = error
                if response is not None:
                    info = _handshake_info(request, response, None, "", is_accepted=False)
                    writer.handshake(number, info, time_ns)
            case Ended():
                writer.ended(number, self._end_info(event), time_ns)
            case Frame() | events.Part() | events.Ponged() | events.Requested():
                pass  # a frame is told by its bytes; parts and pongs are in the frames
            case _:
                assert_never(event)

    def _end_info(self, ended: Ended) -> EndInfo:
        sentence, advice = ended.sentence, ""
        if self._failure is not None:
            sentence, advice = self._reason or words(
                self._failure, host=self._host, port=self._port, phase=self._phase, timeout=self._timeouts.open_timeout
            )
        return EndInfo(
            exception=ended.exception_name,
            sentence=sentence,
            code=None if self._failure is not None else ended.code,
            reason=ended.reason,
            ending=Ending(ended.ending).name.lower(),
            by_peer=ended.by_peer,
            deadline="" if ended.which is None else ended.which.name.lower(),
            received_code=None if ended.received is None else ended.received.code,
            sent_code=None if ended.sent is None else ended.sent.code,
            error=self._error,
            advice=advice,
        )


def _violation_info(violation: Violation) -> ViolationInfo:
    return ViolationInfo(*violation)


def _lines(headers: Headers) -> list[tuple[str, str]]:
    return list(headers.raw_items())


def _handshake_info(
    request: Request | None, response: Response, subprotocol: str | None, extensions: str, *, is_accepted: bool
) -> HandshakeInfo:
    return HandshakeInfo(
        request_line="" if request is None else f"{request.method} {request.path} {request.protocol}",
        request_headers=[] if request is None else _lines(request.headers),
        status=response.status_code,
        reason=response.reason_phrase,
        response_headers=_lines(response.headers),
        subprotocol=subprotocol,
        extensions=extensions,
        is_accepted=is_accepted,
        body=response.body[:BODY_LIMIT].decode("utf-8", "replace") if not is_accepted else "",
    )
