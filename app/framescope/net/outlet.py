"""How does what an application sends become frames? One message after the other, no faster than the peer takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import NoReturn, TypeAlias

from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.net.assembler import marks
from framescope.net.driver import Driver

DataLike: TypeAlias = str | bytes | bytearray | memoryview
Message: TypeAlias = DataLike | Iterable[DataLike] | AsyncIterable[DataLike]

BYTES_LIKE = (bytes, bytearray, memoryview)


class Outlet:
    """Sends on one connection. `raise_closed` waits for its end and raises what `send` has to raise then."""

    def __init__(
        self, driver: Driver, write_limit: int | tuple[int, int | None], raise_closed: Callable[[], Awaitable[NoReturn]]
    ) -> None:
        self._driver = driver
        high, low = marks(write_limit)
        self._high, self._low = high or 0, low or 0
        self._raise_closed = raise_closed
        self._waiters: set[asyncio.Future[None]] = set()
        self._fragmented: asyncio.Future[None] | None = None  # done when the fragmented message under way is

    @property
    def is_fragmenting(self) -> bool:
        """Tell whether a fragmented message has begun and not ended."""
        return self._fragmented is not None

    async def send(self, message: Message, text: bool | None = None) -> None:
        """Send a message; an iterable's items are its fragments. TypeError for what cannot be sent."""
        while self._fragmented is not None:
            await asyncio.shield(self._fragmented)
        if isinstance(message, str | bytes | bytearray | memoryview):
            await self._put(_opcode(message, text), _payload(message), ends=True)
        elif isinstance(message, Mapping):
            raise TypeError("data is a dict-like object")  # nearly always a mistake
        elif isinstance(message, AsyncIterable):
            await self._send_fragments(message, text)
        elif isinstance(message, Iterable):
            await self._send_fragments(_iterate(message), text)
        else:
            raise TypeError("data must be str, bytes, iterable, or async iterable")

    def wake(self, *, is_over: bool = False) -> None:
        """The kernel took bytes, or the connection is over."""
        if is_over or self._driver.engine.outbox.size <= self._low:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)

    async def drain(self) -> None:
        """Wait while more than the limit waits to be written."""
        if self._driver.engine.outbox.size <= self._high:
            return
        while self._driver.engine.outbox.size > self._low and not self._driver.ended.done():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)
        if self._driver.ended.done():
            await self._raise_closed()

    async def _put(self, opcode: Opcode, payload: bytes, *, ends: bool) -> None:
        if self._driver.engine.state is not State.OPEN:
            await self._raise_closed()
        self._driver.send(opcode, payload, ends=ends)
        await self.drain()

    async def _send_fragments(self, message: AsyncIterable[DataLike], text: bool | None) -> None:
        fragments = aiter(message)
        try:
            first = await anext(fragments)
        except StopAsyncIteration:
            return
        while self._fragmented is not None:  # another message began while the first fragment was made
            await asyncio.shield(self._fragmented)
        if not isinstance(first, str | bytes | bytearray | memoryview):
            raise TypeError("iterable must contain bytes or str")
        self._fragmented = asyncio.get_running_loop().create_future()
        try:
            await self._put(_opcode(first, text), _payload(first), ends=False)
            async for fragment in fragments:
                if not isinstance(fragment, str if isinstance(first, str) else BYTES_LIKE):
                    raise TypeError("iterable must contain uniform types")
                await self._put(Opcode.CONTINUATION, _payload(fragment), ends=False)
            await self._put(Opcode.CONTINUATION, b"", ends=True)
        except BaseException:
            # Half a message cannot be taken back: the connection is of no use any more.
            if self._driver.engine.state is State.OPEN:
                self._driver.fail(1011, "error in fragmented message")
            raise
        finally:
            self._fragmented.set_result(None)
            self._fragmented = None


async def _iterate(message: Iterable[DataLike]) -> AsyncIterator[DataLike]:
    for fragment in message:
        yield fragment


def _opcode(message: DataLike, text: bool | None) -> Opcode:
    return Opcode.TEXT if (isinstance(message, str) if text is None else text) else Opcode.BINARY


def _payload(message: DataLike) -> bytes:
    return message.encode() if isinstance(message, str) else bytes(message)
