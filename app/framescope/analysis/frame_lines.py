"""How does one row of a trace read as a line, for people and for programs? The command line's two formats."""

from __future__ import annotations

import json

from framescope.analysis.ending import end_sentence
from framescope.analysis.event_text import event_text
from framescope.analysis.frame_row import flags_of, payload_fields, preview_of, row_of
from framescope.analysis.inflating import COMPLETE
from framescope.analysis.opcode_names import opcode_name
from framescope.analysis.trace import Trace
from framescope.analysis.visible import visible
from framescope.capture.records import Flag, Kind

#: Version of the JSON lines. Fields may be added within a version; none changes its meaning.
LINE_VERSION = 1
PAYLOAD_LIMIT = 1024 * 1024  #: B of a payload that stand in a JSON line; `is_cut` tells where more came


def text_line(trace: Trace, row: int) -> str:
    """Write a row for people: time in seconds since the connection began, arrow, opcode, flags, size, payload, note."""
    shown = row_of(trace, row, preview_of(trace, row, COMPLETE))
    if shown.is_event:
        return f"{shown.time:>10}    {shown.preview}"
    flags = " ".join(name for name, is_set in shown.flags if is_set)
    note = f"   [{shown.note}]" if shown.note else ""
    name = opcode_name(shown.opcode).lower()
    return f"{shown.time:>10}  {shown.arrow} {name:<12} {flags:<13} {shown.length:>9}  {shown.preview}{note}"


def json_line(trace: Trace, row: int) -> str:
    """Write a row as one JSON object: `type` is "frame" or "event"; times in seconds, lengths in bytes."""
    record = trace.rows.record(row)
    line: dict[str, object] = {
        "version": LINE_VERSION,
        "type": "event",
        "connection": trace.number,
        "time": (record.time - trace.start) / 1e9,
    }
    if record.plain_kind != Kind.FRAME:
        line["event"] = event_text(trace, row)
        return _dump(line)
    first = record.first
    line |= {
        "type": "frame",
        "number": trace.number_of(row),
        "direction": "sent" if record.is_sent else "received",
        "opcode": opcode_name(first & 0x0F).lower(),
        **{name.lower(): is_set for name, is_set in flags_of(record)},
        "length": record.length,
    }
    exchange = trace.exchange_of(row)
    if exchange is not None and exchange.rtt is not None and exchange.pong_row == row:
        line["rtt" if exchange.ours else "answered_after"] = exchange.rtt
    for name, flag in (("after_failure", Flag.AFTER_FAILURE), ("partial", Flag.PARTIAL), ("keepalive", Flag.KEEPALIVE)):
        if record.flags & flag:
            line[name] = True
    line |= payload_fields(trace, row, PAYLOAD_LIMIT)
    return _dump(line)


def end_line(trace: Trace, *, is_json: bool) -> str:
    """Write how the connection ended; "" while it lives."""
    ended = trace.story.ended
    if ended is None:
        return ""
    headline, sentence = end_sentence(trace.story)
    if not is_json:
        return "\n".join(visible(line) for line in (headline, sentence, ended.info.advice) if line)
    info = ended.info
    return _dump(
        {
            "version": LINE_VERSION,
            "type": "closed",
            "connection": trace.number,
            "time": (ended.time - trace.start) / 1e9,
            "exception": info.exception,
            "sentence": info.sentence,
            "code": info.code,
            "reason": info.reason,
            "ending": info.ending,
            "by_peer": info.by_peer,
            "explanation": sentence,
            "advice": info.advice,
        }
    )


def _dump(line: dict[str, object]) -> str:
    # ASCII only: no control or bidirectional character of the wire reaches a terminal.
    return json.dumps(line, ensure_ascii=True)
