"""What stands in one row of the frame table, and how is a row copied? Plain text and values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framescope.analysis.explain import event_text
from framescope.analysis.inflating import BRIEF, COMPLETE, Effort
from framescope.analysis.notes import note
from framescope.analysis.opcode_names import EVENT, opcode_name
from framescope.analysis.units import format_size
from framescope.analysis.visible import visible
from framescope.capture.records import Flag, Kind, Record
from framescope.engine.frames import FIN, RSV1, RSV2, RSV3, Opcode

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

PREVIEW_LIMIT = 512  # RELIABILITY 6: "table cell 512 chars"
_HEX_SHOWN = 32  #: bytes of a binary preview; the cell is never wider
AWAITED = "…"  #: stands for a compressed payload that is not known yet
COPY_LIMIT = 16 * 1024 * 1024  #: a larger payload is not put on the clipboard


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One row, ready to draw, control characters made visible. An event's `preview` spans Flags to Notes."""

    number: int
    time: str
    delta: str
    is_sent: bool
    opcode: int
    flags: tuple[tuple[str, bool], ...]
    length: str
    preview: str
    note: str
    level: str
    is_event: bool = False
    is_faded: bool = False  #: seen after the failure: it changed nothing any more
    tint: str = ""  #: the level in which the whole row stands, not only its note

    @property
    def arrow(self) -> str:
        return "" if self.is_event else "↑" if self.is_sent else "↓"

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the nine columns, as a screen reader or a copied line has them."""
        number = str(self.number) if self.number else ""
        flags = " ".join(name for name, is_set in self.flags if is_set)
        name = opcode_name(self.opcode)
        return (number, self.time, self.delta, self.arrow, name, flags, self.length, self.preview, self.note)


def row_of(trace: Trace, row: int, preview: str, now_ns: int | None = None) -> FrameRow:
    """Put a row together. `preview` is `preview_of` its record, which a caller may keep."""
    record = trace.rows.record(row)
    since = (record.time - trace.start) / 1e9
    delta = f"{(record.time - trace.rows.column('time')[row - 1]) / 1e9:+.3f}" if row else ""
    remark = note(trace, row, now_ns)
    if record.plain_kind != Kind.FRAME:
        text = visible(event_text(trace, row)[:PREVIEW_LIMIT])
        level = remark.level
        return FrameRow(0, f"{since:.3f}", delta, False, EVENT, (), "", text, "", level, is_event=True, tint=level)
    return FrameRow(
        trace.number_of(row),
        f"{since:.3f}",
        delta,
        record.is_sent,
        record.first & 0x0F,
        flags_of(record),
        format_size(record.length),
        preview,
        visible(remark.text[:PREVIEW_LIMIT]),
        remark.level,
        is_faded=bool(record.flags & Flag.AFTER_FAILURE),
        tint=remark.level if remark.level == "warn" or trace.violation_of(row) is not None else "",
    )


def flags_of(record: Record) -> tuple[tuple[str, bool], ...]:
    """Return the header's flags in order; RSV2 and RSV3, never legal here, only where they are set."""
    first = record.first
    flags = [("FIN", bool(first & FIN)), ("RSV1", bool(first & RSV1))]
    flags += [(name, True) for name, bit in (("RSV2", RSV2), ("RSV3", RSV3)) if first & bit]
    return (*flags, ("MASK", bool(record.flags & Flag.MASKED)))


def message_start(trace: Trace, row: int) -> int:
    """Return the first byte of a frame's message: it says of every fragment whether it is text, and compressed."""
    firsts = trace.rows.column("first")
    if firsts[row] & 0x0F == Opcode.CONTINUATION:
        row = next(iter(trace.message_rows(row)), row)
    return firsts[row]


def preview_of(trace: Trace, row: int, effort: Effort = BRIEF) -> str:
    """Return the beginning of a frame's payload: text as text, everything else as hex, at most 512 characters.

    A compressed one is inflated; where that needs more than `effort`, the preview is `AWAITED`.
    """
    record = trace.rows.record(row)
    if record.plain_kind != Kind.FRAME:
        return ""
    start = message_start(trace, row)
    is_compressed, length = bool(start & RSV1), record.length
    inflated = trace.inflating.start_of(row, effort) if is_compressed else None
    if inflated is not None:
        is_compressed, payload = False, inflated.content
        length = len(payload) if inflated.size is None else inflated.size
    elif is_compressed and trace.inflating.is_awaited(row):
        return AWAITED
    else:
        payload = trace.reader.payload(record, 0, min(length, PREVIEW_LIMIT))
    if start & 0x0F == Opcode.TEXT and not is_compressed:
        return visible(payload.decode("utf-8", errors="backslashreplace"))[:PREVIEW_LIMIT]
    if start & 0x0F == Opcode.CLOSE and len(payload) > 2:
        reason = visible(payload[2:].decode("utf-8", errors="backslashreplace"))
        return f"{payload[:2].hex(' ')} “{reason}”"[:PREVIEW_LIMIT]
    more = " …" if length > _HEX_SHOWN else ""
    return payload[:_HEX_SHOWN].hex(" ") + more


def as_text(row: FrameRow) -> str:
    """Return a row as one line, its cells parted by tabs."""
    return "\t".join(row.cells())


def as_json(trace: Trace, row: int) -> str:
    """Return a row as a JSON object; the payload, inflated, as text where it is UTF-8, else as hex."""
    record = trace.rows.record(row)
    content: dict[str, object] = {"time": (record.time - trace.start) / 1e9}
    if record.plain_kind != Kind.FRAME:
        return json.dumps(content | {"event": event_text(trace, row)}, ensure_ascii=False)
    content |= {
        "number": trace.number_of(row),
        "direction": "sent" if record.is_sent else "received",
        "opcode": opcode_name(record.first & 0x0F).lower(),
        **{name.lower(): is_set for name, is_set in flags_of(record)},
        "length": record.length,
    }
    content |= payload_fields(trace, row, COPY_LIMIT)
    return json.dumps(content, ensure_ascii=False)


def payload_fields(trace: Trace, row: int, limit: int) -> dict[str, object]:
    """Return what a JSON object says of a payload.

    `text` or `hex` hold it as it was before compression, at most `limit` bytes; `is_cut`: there is more of it.
    `compressed`: it travelled compressed; `is_inflated` is false where it could not be read: then it is as on the wire.
    """
    fields: dict[str, object] = {}
    payload = None
    if trace.inflating.is_compressed(row):
        fields["compressed"] = True
        payload = trace.inflated(row, limit + 1, COMPLETE)
        if payload is None:
            fields["is_inflated"] = False
    if payload is None:
        record = trace.rows.record(row)
        payload = trace.reader.payload(record, 0, min(record.length, limit + 1))
    if len(payload) > limit:
        payload = payload[:limit]
        fields["is_cut"] = True
    try:
        fields["text"] = payload.decode()
    except UnicodeDecodeError:
        fields["hex"] = payload.hex()
    return fields


def as_hex(trace: Trace, row: int) -> str:
    """Return a frame's bytes as they passed, header included."""
    record = trace.rows.record(row)
    return trace.reader.frame_bytes(record, 0, record.header_length + min(record.length, COPY_LIMIT)).hex(" ")


def as_python(trace: Trace, row: int) -> str:
    """Return the call that sends the same message with `websockets` or Framescope."""
    record = trace.rows.record(row)
    payload = trace.inflated(row, COPY_LIMIT, COMPLETE)
    if payload is None:
        payload = trace.reader.payload(record, 0, min(record.length, COPY_LIMIT))
    match record.first & 0x0F:
        case Opcode.TEXT:
            try:
                return f"await ws.send({payload.decode()!r})"
            except UnicodeDecodeError:
                return f"await ws.send({payload!r}, text=True)"
        case Opcode.PING:
            return f"await ws.ping({payload!r})"
        case Opcode.PONG:
            return f"await ws.pong({payload!r})"
        case Opcode.CLOSE if len(payload) >= 2:
            reason = payload[2:].decode(errors="replace")
            return f"await ws.close({int.from_bytes(payload[:2], 'big')}, {reason!r})"
        case Opcode.CLOSE:
            return "await ws.close()"
        case _:
            return f"await ws.send({payload!r})"
