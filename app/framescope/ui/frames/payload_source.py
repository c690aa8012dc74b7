"""What of a message is shown as its payload? Its inflated bytes where it was compressed, else those of the wire."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from framescope.analysis.inflating import PATIENT
from framescope.analysis.units import format_size
from framescope.ui.frames.byte_sources import Content, MessageBytes
from framescope.ui.frames.hex_view import ByteSource
from framescope.ui.frames.payload_text import PayloadKind

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

INFLATED_LIMIT = 16 * 1024 * 1024  #: B: inflating them is hardly felt, and they are held while they are shown


class Payload(NamedTuple):
    """A payload to show. `is_awaited`: it is the wire's for now, the inflated one may be found by another call."""

    source: ByteSource
    kind: PayloadKind
    is_awaited: bool = False


def payload_of(trace: Trace, rows: list[int], kind: PayloadKind) -> Payload:
    """Return the payload of the frames in `rows`, which together are a `kind`."""
    wire = MessageBytes(trace.reader, [trace.rows.record(row) for row in rows])
    if not kind.is_compressed:
        return Payload(wire, kind)
    content = bytearray()
    is_all = True
    for row in rows:
        part = trace.inflated(row, INFLATED_LIMIT + 1 - len(content), PATIENT)
        if part is None:
            return Payload(wire, kind, trace.inflating.is_awaited(row))
        content += part
        start = trace.inflating.start_of(row)
        is_all = start is not None and start.size is not None and len(content) <= INFLATED_LIMIT
        if not is_all:
            break
    del content[INFLATED_LIMIT:]
    origin = f"{'' if is_all else 'beginning, '}inflated from {format_size(wire.length)}"
    shown = replace(kind, is_compressed=False, is_whole=kind.is_whole and is_all, origin=origin)
    return Payload(Content(bytes(content)), shown)
