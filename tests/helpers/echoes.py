"""Who sends every message back? The sans-I/O engine on a bare transport, and a task behind `serve` or `connect`."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from framescope import ClientConnection, ConnectionClosed, ServerConnection
from framescope.engine.connection import Connection, Transport
from framescope.engine.deflate import DeflateOffer
from framescope.engine.events import Part, Requested
from framescope.engine.frames import Opcode
from framescope.engine.handshake import ClientOffer, ServerTerms
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from framescope.engine.url import parse_url

CHUNK = 64 * 1024  #: B taken from the engine at a time
#: A read up to this size (B) is fed byte by byte: the echo of its first frame is on its way before the next is judged.
SMALL = 1024
LINGER = 1.0  #: seconds that the peer has to end its half once we have ended ours


class EngineEcho(asyncio.Protocol):
    """The engine, fed and emptied in one step: every part of a message goes back before more is read."""

    def __init__(self, terms: ClientOffer | ServerTerms) -> None:
        self._loop = asyncio.get_running_loop()
        self._engine = Connection(
            terms,
            now=self._loop.time(),
            timeouts=Timeouts(ping_interval=None),
            limits=Limits(max_message=None),
        )
        self._timer: asyncio.TimerHandle | None = None
        self._has_finished = False
        self.over: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._engine.connected(self._loop.time())
        self._react()

    def data_received(self, data: bytes) -> None:
        step = 1 if len(data) <= SMALL else len(data)
        for start in range(0, len(data), step):
            self._engine.receive_data(data[start : start + step], self._loop.time())
            self._react()

    def eof_received(self) -> bool:
        self._engine.receive_eof(self._loop.time())
        self._react()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._engine.connection_lost(self._loop.time(), is_reset=error is not None, error=error)
        self.over.set_result(None)

    def _react(self) -> None:
        now = self._loop.time()
        for event in self._engine.events():
            if isinstance(event, Requested):
                self._engine.accept(now)
            elif isinstance(event, Part) and self._engine.state is State.OPEN:
                opcode = event.opcode if event.begins else Opcode.CONTINUATION
                self._engine.send(opcode, event.payload, ends=event.ends)
        while data := self._engine.take(CHUNK, now):
            self._transport.write(data)
            self._engine.written(len(data), now)
        due = self._engine.next_deadline()
        if self._engine.transport is Transport.ABORT:
            self._transport.abort()
        elif self._engine.transport is not Transport.KEEP:
            due = self._finish(now)
        if self._timer is None or self._timer.when() != due:
            self._set_timer(due)

    def _finish(self, now: float) -> float | None:
        """End our half of the stream; return when to give up waiting for the other."""
        if self._has_finished:
            return None if self._timer is None else self._timer.when()
        self._has_finished = True
        if not self._transport.is_closing():
            self._transport.write_eof()
        return now + LINGER

    def _set_timer(self, due: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if due is None else self._loop.call_at(due, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        if self._has_finished:
            self._transport.close()
        else:
            self._engine.tick(self._loop.time())
            self._react()


def server_echo() -> EngineEcho:
    """Make the server's end of one connection."""
    return EngineEcho(ServerTerms(deflate=DeflateOffer()))


async def engine_client(url: str, deflate: DeflateOffer) -> None:
    """Connect the engine to `url`, and echo until the connection is over."""
    address = parse_url(url)
    offer = ClientOffer(address, deflate=deflate)
    _, echo = await asyncio.get_running_loop().create_connection(lambda: EngineEcho(offer), address.host, address.port)
    await echo.over


async def echo(connection: ClientConnection | ServerConnection) -> None:
    """Echo in an application's own task, as a handler of `serve` does."""
    with contextlib.suppress(ConnectionClosed):
        async for message in connection:
            await connection.send(message)
