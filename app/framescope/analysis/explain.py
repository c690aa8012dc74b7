"""What does a row mean, in plain words? At most five lines about a frame or an event, with the sections that say so."""

from __future__ import annotations

from framescope.analysis.ending import end_sentence
from framescope.analysis.event_text import event_text, missed_exchange
from framescope.analysis.model import Exchange
from framescope.analysis.notes import Level, Note, note
from framescope.analysis.terms import close_words, is_good, peer_of, this_side
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_moment, format_seconds, format_size
from framescope.capture.records import Flag, Kind, Record
from framescope.engine.close import NO_STATUS
from framescope.engine.events import Change, Which
from framescope.engine.frames import CONTROL_LIMIT, FIN, RSV1, Opcode
from framescope.engine.settings import KNOB_NAMES, KNOBS

__all__ = ["Level", "Note", "end_sentence", "event_text", "explain", "note"]

Explained = tuple[list[str], list[str]]
_MOST_LINES = 5


def explain(trace: Trace, row: int) -> Explained:
    """Return plain lines about a row, and sections such as "RFC 6455 5.2" (`terms` writes and links them)."""
    record = trace.rows.record(row)
    if record.plain_kind != Kind.FRAME:
        return _event(trace, row, record)
    parts = [
        _special(trace, row, record),
        _meaning(trace, row, record),
        _length(record),
        _masking(trace, record),
        _compression(record),
    ]
    lines = [line for part, _ in parts for line in part]
    # What is special comes first, so that it is kept, and reads best last.
    special = parts[0][0]
    lines = lines[len(special) :][: _MOST_LINES - len(special)] + special
    sections = list(dict.fromkeys(section for _, part in (*parts[1:], parts[0]) for section in part))
    return lines, sections


def _meaning(trace: Trace, row: int, record: Record) -> Explained:
    who = _sender(trace, record)
    match record.first & 0x0F:
        case Opcode.TEXT | Opcode.BINARY as opcode:
            name = "text" if opcode == Opcode.TEXT else "binary"
            if record.first & FIN:
                return [f"{who} sent one whole {name} message: FIN is 1, so nothing follows."], ["RFC 6455 5.2"]
            line = f"{who} began a {name} message: FIN is 0, so continuation frames follow."
            return [line], ["RFC 6455 5.2", "RFC 6455 5.4"]
        case Opcode.CONTINUATION:
            return [_continuation(trace, row, record, who)], ["RFC 6455 5.4"]
        case Opcode.PING:
            return _ping(trace.exchange_of(row), record, who)
        case Opcode.PONG:
            return _pong(trace, trace.exchange_of(row), who)
        case Opcode.CLOSE:
            return _close(trace, record, who)
        case opcode:
            return [f"{who} sent opcode 0x{opcode:x}, which is reserved: nobody knows what it means."], ["RFC 6455 5.2"]


def _continuation(trace: Trace, row: int, record: Record, who: str) -> str:
    fragment = trace.fragment_of(row)
    place = "a fragment"
    if fragment is not None and fragment.place is not None:
        place = f"fragment {fragment.place}" + ("" if fragment.total is None else f" of {fragment.total}")
    if not record.first & FIN:
        return f"{who} sent {place} of a message: opcode 0 continues it, and FIN is 0, so more follows."
    size = f" of {format_size(fragment.size)}" if fragment is not None and fragment.size is not None else ""
    return f"{who} sent {place}, the last of a message{size}: opcode 0 continues it, and FIN is 1."


def _ping(exchange: Exchange | None, record: Record, who: str) -> Explained:
    line = f"{who} asked for a sign of life: a pong with the same {record.length} bytes must come back."
    lines = [line]
    if exchange is not None and exchange.ours and exchange.due is not None:
        allowed = format_seconds((exchange.due - exchange.sent) / 1e9)
        lines.append(f"It had {allowed} to come: the ping_timeout in force when the ping was sent.")
    return lines, ["RFC 6455 5.5.2"]


def _pong(trace: Trace, exchange: Exchange | None, who: str) -> Explained:
    if exchange is None or exchange.rtt is None:
        line = f"{who} sent a pong that answers no ping: allowed as a one-way heartbeat, and ignored."
        return [line], ["RFC 6455 5.5.3"]
    sent = format_moment((exchange.sent - trace.start) / 1e9)
    line = f"{who} answered the ping of {sent}, {format_seconds(exchange.rtt)} later: the payload is the same."
    return [line], ["RFC 6455 5.5.3"]


def _close(trace: Trace, record: Record, who: str) -> Explained:
    body = trace.reader.payload(record, 0, CONTROL_LIMIT)
    code = int.from_bytes(body[:2], "big") if len(body) >= 2 else NO_STATUS
    lines = [f"{who} closes the connection: {close_words(code)}. Behind a Close it must send no more data."]
    if not is_good(code):
        lines.append("The code says that something went wrong.")
    return lines, ["RFC 6455 5.5.1", "RFC 6455 7.4.1"]


def _length(record: Record) -> Explained:
    extended = record.header_length - 2 - (4 if record.flags & Flag.MASKED else 0)
    size = f"{record.length} byte" + ("" if record.length == 1 else "s")
    if extended == 0:
        if record.length == 0:
            return ["It carries no payload: the length field says 0."], ["RFC 6455 5.2"]
        return [f"The payload's length, {size}, fits into the 7 bits of the length field."], ["RFC 6455 5.2"]
    marker, bits, fits = (126, 16, 125) if extended == 2 else (127, 64, 65535)
    if record.length <= fits:
        return [f"The length, {size}, is written in {bits} bits although fewer would do."], ["RFC 6455 5.2"]
    room = "7 bits" if extended == 2 else "16 bits"
    line = f"{size} do not fit in {room}, so the length field says {marker} and the next {bits} bits hold the length."
    return [line], ["RFC 6455 5.2"]


def _masking(trace: Trace, record: Record) -> Explained:
    is_masked = bool(record.flags & Flag.MASKED)
    is_from_client = (this_side(trace.story) == "client") == record.is_sent
    if is_masked:
        rule = "as clients must do" if is_from_client else "which a server must not do"
        return [f"MASK is 1: each payload byte is XORed with the key, {rule}."], ["RFC 6455 5.3"]
    rule = "although a client must mask it" if is_from_client else "as servers must send it"
    return [f"MASK is 0: the payload is not masked, {rule}."], ["RFC 6455 5.1"]


def _compression(record: Record) -> Explained:
    if record.first & RSV1 and record.first & 0x0F <= Opcode.BINARY:
        return ["RSV1 is 1: the message is compressed (permessage-deflate)."], ["RFC 7692 6"]
    return [], []


def _special(trace: Trace, row: int, record: Record) -> Explained:
    """Say what is wrong with a frame, or with its time."""
    violation = trace.violation_of(row)
    if violation is not None:
        words = "Sent on purpose" if violation.sent else "This breaks a rule"
        return [f"{words}: {violation.info.rule}."], [violation.info.section]
    if record.flags & Flag.PARTIAL:
        return ["The connection ended inside this frame: the rest of it never came."], ["RFC 6455 7.1.7"]
    exchange = trace.exchange_of(row)
    if exchange is not None and exchange.is_missed:
        if row == exchange.row:
            return ["No pong came in time: this side gave the peer up."], []
        return ["It came too late: this side had given the connection up, and ignores it."], ["RFC 6455 7.1.7"]
    if record.flags & Flag.AFTER_FAILURE:
        return ["It came after this side had failed the connection: shown, and ignored."], ["RFC 6455 7.1.7"]
    return [], []


def _event(trace: Trace, row: int, record: Record) -> Explained:
    story = trace.story
    headline = f"{event_text(trace, row)}."
    match record.plain_kind:
        case Kind.DEADLINE if record.header_length == Change.BLOCKED:
            line = f"It stands behind data that the {peer_of(story)} has not taken."
            return [headline, line, "Its deadline counts from when the socket last took a byte."], []
        case Kind.DEADLINE if record.first == Which.PONG:
            exchange = missed_exchange(story, record.time)
            ping = (
                "the ping" if exchange is None else f"the ping of {format_moment((exchange.sent - trace.start) / 1e9)}"
            )
            line = f"No pong answered {ping} in time, so this side takes the {peer_of(story)} for dead."
            return [headline, line, "It sends Close 1011 and waits up to close_timeout."], ["RFC 6455 5.5.2"]
        case Kind.DEADLINE if record.first == Which.CLOSE:
            line = f"The {peer_of(story)} did not end the closing handshake in time."
            return [headline, line], ["RFC 6455 7.1.1"]
        case Kind.KNOB if record.first < len(KNOB_NAMES):
            return [headline, f"It applies: {KNOBS[record.first].applies}."], []
        case Kind.VIOLATION:
            mark = trace.violation_of(row)
            if mark is None:
                return [headline], []
            line = f"Who receives this must fail the connection with {close_words(mark.info.code)}."
            return [headline, line], [mark.info.section]
        case Kind.HANDSHAKE:
            return [headline], ["RFC 6455 4.1"]
        case Kind.ENDED:
            advice = "" if story.ended is None else story.ended.info.advice
            return [line for line in (*end_sentence(story), advice) if line], ["RFC 6455 7.1.4"]
        case _:
            return [headline], []


def _sender(trace: Trace, record: Record) -> str:
    return f"Your {this_side(trace.story)}" if record.is_sent else f"The {peer_of(trace.story)}"
