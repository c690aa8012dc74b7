"""How does what an application sends become frames? One message after the other, no faster than the peer takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import NoReturn, TypeAlias

from framescope.engine.errors import ProtocolError
from framescope.engine.frames import BINARY, CONTROL_LIMIT, TEXT, Opcode
from framescope.engine.state import OPEN
from framescope.net.assembler import marks
from framescope.net.driver import Driver
from framescope.net.types import BytesLike, DataLike

Message: TypeAlias = DataLike | Iterable[DataLike] | AsyncIterable[DataLike]

_DATA = (str, bytes, bytearray, memoryview)  # DataLike; a union takes longer to ask


class Outlet:
    """Sends on one connection. `raise_closed` waits for its end and raises what `send` has to raise then."""

    def __init__(
        self, driver: Driver, write_limit: int | tuple[int, int | None], raise_closed: Callable[[], Awaitable[NoReturn]]
    ) -> None:
        self._driver = driver
        high, low = marks(write_limit)
        self._high, self._low = high or 0, low or 0
        self._raise_closed = raise_closed
        self.on_data: Callable[[bytes], object] | None = None  #: told each payload, before it is compressed
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
        if isinstance(message, _DATA):
            # As `_put`; two coroutines less a message.
            if self._driver.engine.state is not OPEN:
                await self._raise_closed()
            self.push(opcode_of(message, text), payload_of(message))
            if self._driver.engine.outbox.size > self._high:
                await self.drain()
        elif isinstance(message, Mapping):
            raise TypeError("data is a dict-like object")  # nearly always a mistake
        elif isinstance(message, AsyncIterable):
            await self._send_fragments(message, text, "async iterable")
        elif isinstance(message, Iterable):
            await self._send_fragments(_iterate(message), text, "iterable")
        else:
            raise TypeError("data must be str, bytes, iterable, or async iterable")

    def push(self, opcode: Opcode, payload: bytes, *, ends: bool = True) -> None:
        """Send a frame of a message at once, however much waits to be written. Raises InvalidState."""
        if self.on_data is not None:
            self.on_data(payload)
        self._driver.send(opcode, payload, ends=ends)

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
        if self._driver.engine.state is not OPEN:
            await self._raise_closed()
        self.push(opcode, payload, ends=ends)
        await self.drain()

    async def _send_fragments(self, message: AsyncIterable[DataLike], text: bool | None, kind: str) -> None:
        fragments = aiter(message)
        try:
            first = await anext(fragments)
        except StopAsyncIteration:
            return
        while self._fragmented is not None:  # another message began while the first fragment was made
            await asyncio.shield(self._fragmented)
        if not isinstance(first, DataLike):
            raise TypeError(f"{kind} must contain bytes or str")
        self._fragmented = asyncio.get_running_loop().create_future()
        try:
            await self._put(opcode_of(first, text), payload_of(first), ends=False)
            async for fragment in fragments:
                if not isinstance(fragment, str if isinstance(first, str) else BytesLike):
                    raise TypeError(f"{kind} must contain uniform types")
                await self._put(Opcode.CONTINUATION, payload_of(fragment), ends=False)
            await self._put(Opcode.CONTINUATION, b"", ends=True)
        except BaseException:
            # Half a message cannot be taken back: the connection is of no use any more.
            if self._driver.engine.state is OPEN:
                self._driver.fail(1011, "error in fragmented message")
            raise
        finally:
            self._fragmented.set_result(None)
            self._fragmented = None


async def _iterate(message: Iterable[DataLike]) -> AsyncIterator[DataLike]:
    for fragment in message:
        yield fragment


def opcode_of(message: DataLike, text: bool | None) -> Opcode:
    """Tell the kind of frame for `message`, which `text` overrules."""
    return TEXT if (isinstance(message, str) if text is None else text) else BINARY


def payload_of(message: DataLike) -> bytes:
    """Return what a frame of `message` carries."""
    return message.encode() if isinstance(message, str) else bytes(message)


def control_payload(data: DataLike) -> bytes:
    """Return what a ping or pong carries. Raises TypeError, ProtocolError."""
    if not isinstance(data, DataLike):
        raise TypeError("data must be str or bytes-like")
    payload = payload_of(data)
    if len(payload) > CONTROL_LIMIT:
        raise ProtocolError("control frame too long")
    return payload
