"""The WebSocket protocol as values: bytes and the time go in, events and bytes come out.

Nouns: `Connection` (one endpoint), `Frame`, `Part` (of a message), `Violation`, `Keepalive`, `Close`.
The same objects run live, in the lab and over a recording, so nothing here opens a socket, reads a
clock, logs or knows of asyncio or Qt: the standard library's pure parts only.
"""
