"""What does an event row say? One line for the table, in place of a payload."""

from __future__ import annotations

from framescope.analysis.model import Exchange, PhaseMark, Story
from framescope.analysis.terms import close_words, section_sign
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_moment, format_seconds
from framescope.capture.details import EndInfo
from framescope.capture.records import NONE, Kind, Phase, PhaseChange, Record
from framescope.engine.events import Change, Which
from framescope.engine.settings import KNOB_NAMES, format_duration

PHASE_NAMES = {
    Phase.DNS: "DNS",
    Phase.TCP: "TCP",
    Phase.PROXY: "Proxy",
    Phase.TLS: "TLS",
    Phase.UPGRADE: "Upgrade",
}


def event_text(trace: Trace, row: int) -> str:
    """Return the line of an event row; "" for a frame."""
    record = trace.rows.record(row)
    story = trace.story
    match record.plain_kind:
        case Kind.PHASE:
            return _phase(story, record)
        case Kind.HANDSHAKE:
            return _handshake(story)
        case Kind.KNOB:
            name = KNOB_NAMES[record.first] if record.first < len(KNOB_NAMES) else "unknown knob"
            return f"{name} {_knob_value(record.length)} → {_knob_value(record.offset)}"
        case Kind.DEADLINE:
            return _deadline(story, record)
        case Kind.VIOLATION:
            return _violation(trace, row)
        case Kind.ENDED:
            return _end(story)
        case _:
            return ""


def missed_exchange(story: Story, time: int) -> Exchange | None:
    """Return the ping whose pong's deadline passed at `time` (ns)."""
    return next((item for item in reversed(story.exchanges) if item.is_missed and item.sent <= time), None)


def phase_mark(story: Story, record: Record) -> tuple[PhaseMark | None, float | None]:
    """Return what a PHASE record says, and how long the phase took (s)."""
    began: int | None = None
    for mark in story.phases:
        if mark.phase != record.first or mark.time > record.time:
            continue
        if mark.change is PhaseChange.BEGAN:
            began = mark.time
        elif mark.time == record.time and mark.change == record.header_length:
            return mark, None if began is None else (mark.time - began) / 1e9
    return None, None


def _phase(story: Story, record: Record) -> str:
    mark, took = phase_mark(story, record)
    if mark is None:
        return "Connecting"
    name = PHASE_NAMES[mark.phase]
    info = mark.info
    text = "" if info is None else info.text or " · ".join(filter(None, (info.peer, info.tls_version, info.tls_cipher)))
    if mark.change is PhaseChange.FAILED:
        after = "" if took is None else f" after {format_seconds(took)}"
        return f"{name} failed{after}: {text}" if text else f"{name} failed{after}"
    words = name if took is None else f"{name} {format_seconds(took)}"
    return f"{words} · {text}" if text else words


def _handshake(story: Story) -> str:
    handshake = story.handshake
    if handshake is None:
        return "Opening handshake"
    answer = f"{handshake.status} {handshake.reason}".strip() if handshake.status else "no answer"
    if not handshake.is_accepted:
        return f"Opening handshake refused: {answer}"
    agreed = [f"subprotocol {handshake.subprotocol}"] if handshake.subprotocol else []
    agreed += [handshake.extensions] if handshake.extensions else []
    return " · ".join([f"Opening handshake done: {answer}", *agreed])


def _deadline(story: Story, record: Record) -> str:
    match record.first:
        case Which.PONG if record.header_length == Change.BLOCKED:
            return "Ping blocked by the write buffer: the socket takes nothing more"
        case Which.PONG:
            exchange = missed_exchange(story, record.time)
            if exchange is None:
                return "Pong deadline passed: the ping was still in the write buffer"
            return f"Pong deadline passed: {format_moment((record.time - exchange.sent) / 1e9)} since ping"
        case Which.OPEN:
            return "open_timeout ran out; connecting was given up by this side"
        case _:
            return "close_timeout ran out; TCP connection aborted by this side"


def _violation(trace: Trace, row: int) -> str:
    mark = trace.violation_of(row)
    if mark is None:
        return "Violation"
    who = "Violation sent on purpose" if mark.sent else "Violation by the peer"
    return f"{who}: {mark.info.rule}, {section_sign(mark.info.section)}"


def _end(story: Story) -> str:
    if story.ended is None:
        return "Connection ended"
    info = story.ended.info
    match info.ending:
        case "close_frames":
            return f"Closed by {'the peer' if info.by_peer else 'this side'}: {close_words(info.code)}"
        case "fin":
            return "TCP closed by the peer without a Close frame"
        case "reset":
            return "TCP reset by the peer" if is_reset(info) else f"TCP connection broke: {info.error}"
        case "deadline":
            return {
                "open": "Not opened in time",
                "pong": "Closed by this side: no pong before the deadline",
                "close": "Closed by this side: no Close frame before the deadline",
            }.get(info.deadline, "Closed by this side: a deadline passed")
        case "refused":
            return f"Not opened: {info.sentence}"
        case "violation":
            return "Closed by this side: the peer broke a rule"
        case "aborted":
            return "TCP connection dropped by this side"
        case _:
            return "Connection ended"


def is_reset(info: EndInfo) -> bool:
    """Tell a TCP reset from another error of the transport, which ends in the same way."""
    return not info.error or "reset" in info.error.lower()


def _knob_value(nanoseconds: int) -> str:
    return format_duration(None if nanoseconds == NONE else nanoseconds / 1e9)
