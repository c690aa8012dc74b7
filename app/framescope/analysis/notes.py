"""What is worth saying about a row, in a few words? The Notes column and the tint of the row."""

from __future__ import annotations

from typing import Literal, NamedTuple

from framescope.analysis.fragments import Fragment
from framescope.analysis.model import Exchange, Story
from framescope.analysis.terms import close_words, is_good, section_sign
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_percent, format_seconds, format_size
from framescope.capture.records import Flag, Kind, PhaseChange, Record
from framescope.engine.close import NO_STATUS
from framescope.engine.events import Change
from framescope.engine.frames import RSV1, Opcode

#: "" says nothing special; warn: near a limit; err: it broke; ping: a pong is awaited.
Level = Literal["", "warn", "err", "ping"]
_NEAR = 0.5  # UI.md, keepalive channel: "over half of ping_timeout: warn"


class Note(NamedTuple):
    """A remark; the part before " · " is the main one."""

    text: str
    level: Level = ""


def note(trace: Trace, row: int, now_ns: int | None = None) -> Note:
    """Remark on a row; `now_ns` is what a waiting ping counts to (without it: the latest record)."""
    record = trace.rows.record(row)
    if record.plain_kind != Kind.FRAME:
        return Note("", _event_level(trace, record))
    now = trace.end if now_ns is None else now_ns
    violation = trace.violation_of(row)
    if violation is not None:
        words = f"violation: {section_sign(violation.info.section)}, {violation.info.rule}"
        return Note(f"{words} · on purpose" if violation.sent else words, "warn" if violation.sent else "err")
    if record.flags & Flag.PARTIAL:
        return Note("the connection ended inside this frame", "warn")
    remark = _frame_note(trace, row, record, now)
    if record.flags & Flag.DELIBERATE:
        return Note(_joined("illegal on purpose", remark.text), remark.level or "warn")
    if record.flags & Flag.AFTER_FAILURE and remark.level != "err":
        return Note(_joined(remark.text, "after failure"), remark.level)
    return remark


def rtt_part(exchange: Exchange) -> float | None:
    """Return which part of the time allowed for its pong an exchange took; None without a deadline or pong."""
    if exchange.rtt is None or exchange.due is None or exchange.due <= exchange.sent:
        return None
    return exchange.rtt * 1e9 / (exchange.due - exchange.sent)


def _frame_note(trace: Trace, row: int, record: Record, now: int) -> Note:
    match record.first & 0x0F:
        case Opcode.PING:
            exchange = trace.exchange_of(row)
            if exchange is None:
                return Note("")
            return _ping(exchange, trace.story, now) if record.is_sent else _peer_ping(exchange, trace.story)
        case Opcode.PONG:
            return _pong(trace.exchange_of(row), is_sent=record.is_sent)
        case Opcode.CLOSE:
            return _close(trace.reader.payload(record, 0, 2))
        case _:
            fragment = trace.fragment_of(row)
            words = [_fragment(fragment)] if fragment is not None else []
            return Note(_joined(*words, _compression(trace, row, record)))


def _ping(exchange: Exchange, story: Story, now: int) -> Note:
    if exchange.is_missed:
        return Note("no pong before the deadline", "err")
    if exchange.answered is not None:
        return Note("keepalive" if exchange.is_keepalive else "application ping")
    if story.ended is not None:
        return Note("unanswered when the connection ended")
    if exchange.is_blocked:
        return Note("waits in the write buffer", "warn")
    return Note(f"waiting for pong, {format_seconds(max(0, now - exchange.sent) / 1e9)}", "ping")


def _peer_ping(exchange: Exchange, story: Story) -> Note:
    if exchange.rtt is not None:
        return Note(f"answered in {format_seconds(exchange.rtt)}")
    return Note("not answered" if story.ended is not None else "not answered yet")


def _pong(exchange: Exchange | None, *, is_sent: bool) -> Note:
    if exchange is None or exchange.rtt is None:
        return Note("unsolicited")
    if is_sent:
        return Note(f"answer after {format_seconds(exchange.rtt)}")
    words = f"RTT {format_seconds(exchange.rtt)}"
    if exchange.is_missed and exchange.due is not None and exchange.answered is not None:
        late = format_seconds(max(0, exchange.answered - exchange.due) / 1e9)
        return Note(f"{words}, {late} too late, discarded", "err")
    part = rtt_part(exchange)
    if part is not None and part > _NEAR:
        return Note(f"{words} · {format_percent(part)} of ping_timeout", "warn")
    return Note(words)


def _close(body: bytes) -> Note:
    code = int.from_bytes(body, "big") if len(body) == 2 else NO_STATUS
    return Note(close_words(code), "" if is_good(code) else "err")


def _fragment(fragment: Fragment) -> str:
    words = "fragment"
    if fragment.place is not None:
        words += f" {fragment.place}" if fragment.total is None else f" {fragment.place}/{fragment.total}"
    if fragment.is_last and fragment.size is not None:
        return f"{words} · message {format_size(fragment.size)}"
    return words


def _compression(trace: Trace, row: int, record: Record) -> str:
    # Only what is known already: the payload's cell stands before the notes, and found it out.
    start = trace.inflating.start_of(row)
    if start is None or start.size is None:
        return "compressed" if record.first & RSV1 else ""
    return f"deflated: {format_size(record.length)} → {format_size(start.size)}"


def _event_level(trace: Trace, record: Record) -> Level:
    match record.plain_kind:
        case Kind.DEADLINE:
            return "warn" if record.header_length == Change.BLOCKED else "err"
        case Kind.VIOLATION:
            return "warn" if record.is_sent else "err"
        case Kind.PHASE:
            return "err" if record.header_length == PhaseChange.FAILED else ""
        case Kind.HANDSHAKE:
            handshake = trace.story.handshake
            return "err" if handshake is not None and not handshake.is_accepted else ""
        case Kind.ENDED:
            ended = trace.story.ended
            return "err" if ended is not None and not is_good(ended.info.code) else ""
        case _:
            return ""


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)
