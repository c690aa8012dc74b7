"""What does a probe do that will be killed? It records frames and acknowledges each on fd 1 once it is flushed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from framescope.capture.details import ConnectionInfo
from framescope.capture.writer import CaptureWriter
from framescope.engine.frames import Frame, serialise


def payload_of(number: int) -> bytes:
    """Return what frame `number` says: of varying length, so that offsets are no multiples."""
    return b"%d " % number * (1 + number % 7)


def main(folder: str, count: int) -> None:
    writer = CaptureWriter(Path(folder))
    connection = writer.open_connection(ConnectionInfo("ws://127.0.0.1/", "client", {}), time.monotonic_ns())
    offset = 0
    for number in range(count):
        payload = payload_of(number)
        wire, start = serialise(0x82, payload, None), offset
        header_length = len(wire) - len(payload)
        if number % 3 == 0:  # it comes in two reads
            writer.bytes_seen(connection, False, wire[:1], time.monotonic_ns())
            writer.end_of_read(connection, False)
            wire = wire[1:]
            offset += 1
        writer.bytes_seen(connection, False, wire, time.monotonic_ns())
        frame = Frame(0x82, payload, None, header_length, len(payload), start)
        writer.frame(connection, False, frame, time.monotonic_ns())
        writer.flush()
        os.write(1, b".")
        offset += len(wire)
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
