"""How long does the CPU take to write small frames, one after the other, as applications send them?

Ours: `send` and `take`, and in the accounted rows what follows a write too: `written` and the events, which tell
when each frame left. websockets: `send_text` and `data_to_send`; it keeps no account. Masks are drawn from the
operating system, by both. The serialised rows compare the bare functions that make bytes of a frame.
"""

from __future__ import annotations

import gc
import os
from time import process_time

from websockets.frames import Frame
from websockets.frames import Opcode as TheirOpcode

from benchmarks.engine_readers import their_endpoint
from framescope.engine.frames import FIN, Opcode, serialise
from helpers.conversation import client, server

TEXT, THEIR_TEXT = Opcode.TEXT, TheirOpcode.TEXT  # looked up once
BLOCK = 100  # messages until the kernel has taken them


def ours(payloads: list[bytes], *, masked: bool, is_accounted: bool) -> float:
    """Return the seconds of CPU that our endpoint takes."""
    connection = client() if masked else server()
    connection.sender._random = os.urandom
    connection.events()
    gc.collect()
    spent = 0.0
    for start in range(0, len(payloads), BLOCK):
        count = 0
        begun = process_time()
        for payload in payloads[start : start + BLOCK]:
            connection.send(Opcode.TEXT, payload)
            taken = len(connection.take(65536, 1.0))
            if is_accounted:
                connection.written(taken, 1.0)
                connection.events()
            else:
                count += taken
        spent += process_time() - begun
        connection.written(count, 1.0)
        connection.events()
    return spent


def theirs(payloads: list[bytes], *, masked: bool) -> float:
    """Return the same for websockets' protocol."""
    protocol = their_endpoint(is_client=masked, has_deflate=False)
    gc.collect()
    begun = process_time()
    for payload in payloads:
        protocol.send_text(payload)
        for data in protocol.data_to_send():
            len(data)
    return process_time() - begun


def ours_bare(payloads: list[bytes], *, masked: bool) -> float:
    """Return the seconds of CPU that our function takes for the frames."""
    gc.collect()
    begun = process_time()
    for payload in payloads:
        serialise(FIN | TEXT, payload, os.urandom(4) if masked else None)
    return process_time() - begun


def theirs_bare(payloads: list[bytes], *, masked: bool) -> float:
    """Return the same for websockets' frames."""
    gc.collect()
    begun = process_time()
    for payload in payloads:
        Frame(THEIR_TEXT, payload).serialize(mask=masked, extensions=[])
    return process_time() - begun
