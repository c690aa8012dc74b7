"""What is a thin line like? A relay on loopback that passes so many bytes a second, each way, and holds few back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Self

from framescope.tasks import Tasks

_PIECE = 4096  #: B that pass at a time
_PACKET = 1400  #: B
_HELD = 8192  #: B that each of its sockets holds back, mostly


class SlowLine:
    """Relays TCP to `port` at `rate` B/s; `held`: B that it takes at once, as a proxy does, and passes on later."""

    def __init__(self, port: int, rate: float, held: int = _HELD) -> None:
        self._target = port
        self._rate = rate
        self._held = held
        self._tasks = Tasks("slow line")
        self._writers: list[asyncio.StreamWriter] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, sock=self._bound(), limit=_HELD)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def _bound(self) -> socket.socket:
        """Make a socket that holds little from its first packet on, in packets as small as a network's."""
        sock = socket.socket()
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, self._held)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _PACKET)
        sock.bind(("127.0.0.1", 0))
        return sock

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._tasks.cancel()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._tasks.start(self._relay(reader, writer), "relay")

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock = self._bound()
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self._target))
        other_reader, other_writer = await asyncio.open_connection(sock=sock, limit=_HELD)
        self._writers.append(other_writer)
        for end in (writer, other_writer):
            end.transport.set_write_buffer_limits(_PIECE)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._pipe(reader, other_writer), self._pipe(other_reader, writer))
        for end in (writer, other_writer):
            end.close()

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(len(data) / self._rate)
        if writer.can_write_eof():
            writer.write_eof()
