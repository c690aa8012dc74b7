"""Which messages does a capture hold? Put together from the frames' bytes, and inflated, by rules of the test's own."""

from __future__ import annotations

import zlib

from framescope.analysis.trace import Trace
from framescope.capture.records import Kind
from helpers.peer_process import Pair


def messages_of(trace: Trace, *, sent: bool) -> list[Pair]:
    """Return one direction's data messages, in order, as (is text, payload)."""
    # RFC 7692 7.2.2: raw deflate with the four octets 00 00 ff ff taken off; the window lasts from message to message.
    inflater = zlib.decompressobj(-15)
    messages: list[Pair] = []
    parts: list[bytes] = []
    first = 0
    for row in range(len(trace.rows)):
        record = trace.rows.record(row)
        if record.plain_kind != Kind.FRAME or record.is_sent is not sent or record.first & 0x08:
            continue
        if record.first & 0x0F:
            first, parts = record.first, []
        parts.append(trace.reader.payload(record))
        if record.first & 0x80:
            data = b"".join(parts)
            messages.append((first & 0x0F == 1, inflater.decompress(data + b"\0\0\xff\xff") if first & 0x40 else data))
    return messages
