"""What can stand between two peers? A relay on loopback that cuts what is idle, is slow, or stops delivering."""

from __future__ import annotations

import asyncio
from typing import Self

from framescope.tasks import Tasks


class Middlebox:
    """Relays TCP to `port`; `idle`: seconds without a byte after which it closes both sides, as load balancers do.

    `life`: seconds after which it closes them, whatever passes. `drip`: seconds between one byte and the next.
    """

    def __init__(
        self, port: int, *, idle: float | None = None, life: float | None = None, drip: float | None = None
    ) -> None:
        self._target = port
        self._idle = idle
        self._life = life
        self._drip = drip
        self._tasks = Tasks("middlebox")
        self._writers: list[asyncio.StreamWriter] = []
        self._flows = asyncio.Event()
        self._flows.set()
        self.port = 0
        self.cuts = 0  #: connections that it has cut

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._tasks.cancel()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    def stall(self) -> None:
        """Deliver nothing more; the connections stay open, and nobody is told."""
        self._flows.clear()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self._tasks.start(self._relay(reader, writer), "relay")

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.append(other_writer)
        try:
            async with asyncio.timeout(self._life), asyncio.timeout(self._idle) as patience:
                await asyncio.gather(
                    self._pipe(reader, other_writer, patience), self._pipe(other_reader, writer, patience)
                )
        except TimeoutError:
            self.cuts += 1
        except ConnectionError:
            pass  # the other side is told by the end of its own connection
        for end in (writer, other_writer):
            end.close()

    async def _pipe(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: asyncio.Timeout
    ) -> None:
        while data := await reader.read(65536):
            if self._idle is not None:
                patience.reschedule(asyncio.get_running_loop().time() + self._idle)
            for piece in [data] if self._drip is None else map(bytes, zip(data, strict=True)):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(self._drip or 0)
        if writer.can_write_eof():
            writer.write_eof()
