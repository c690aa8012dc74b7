"""How do the parts of messages wait for `recv`? In a bounded queue, from which cancelling takes nothing away."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias

from framescope.engine.errors import ConcurrencyError
from framescope.engine.events import Part
from framescope.engine.frames import Opcode

Data: TypeAlias = str | bytes
Bounds: TypeAlias = int | tuple[int | None, int | None] | None


def marks(bounds: Bounds) -> tuple[int | None, int | None]:
    """Return (high, low) for a limit as `websockets` takes it: a number, a pair, or None for no limit."""
    high, low = bounds if isinstance(bounds, tuple) else (bounds, None)
    if high is None and low is not None:
        high = low * 4
    if high is not None and low is None:
        low = high // 4
    if high is not None and low is not None:
        if low < 0:
            raise ValueError("low must be positive or equal to zero")
        if high < low:
            raise ValueError("high must be greater than or equal to low")
    return high, low


class Assembler:
    """Parts in, messages out. Above the high mark reading is paused, from the low mark on it goes on."""

    def __init__(self, max_queue: Bounds, pause_reading: Callable[[bool], object]) -> None:
        self._high, self._low = marks(max_queue)
        self._pause_reading = pause_reading
        self._queue: deque[Part] = deque()
        self._gathered: list[Part] = []  # of the message under way, taken from the queue by `get`
        self._waiter: asyncio.Future[None] | None = None
        self._is_receiving = False
        self._is_paused = False
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, part: Part) -> None:
        """Queue a part; more than one read's worth never comes after the high mark."""
        self._queue.append(part)
        self._wake()
        if self._high is not None and len(self._queue) > self._high and not self._is_paused:
            self._is_paused = True
            self._pause_reading(True)

    def close(self) -> None:
        """Nothing more will come; what is queued can still be received."""
        self._is_closed = True
        self._wake()

    async def get(self, decode: bool | None = None) -> Data:
        """Return the next message. Raises EOFError at the end, ConcurrencyError, UnicodeDecodeError for `decode`."""
        with self._receiving():
            while not (self._gathered and self._gathered[-1].ends):
                self._gathered.append(await self._next())
            parts, self._gathered = self._gathered, []
        is_text = parts[0].opcode is Opcode.TEXT
        if is_text if decode is None else decode:
            if is_text:
                return "".join(part.text or "" for part in parts)
            return b"".join(part.payload for part in parts).decode()
        return b"".join(part.payload for part in parts)

    async def stream(self, decode: bool | None = None) -> AsyncIterator[Data]:
        """Iterate over the parts of the next message; it has to be consumed before the next is received."""
        if self._is_receiving:
            raise ConcurrencyError
        with self._receiving():
            if not self._gathered:
                self._gathered.append(await self._next())
        self._is_receiving = True  # until the message has ended: an iterator left half-way blocks the rest
        is_text = self._gathered[0].opcode is Opcode.TEXT
        wants_text = is_text if decode is None else decode
        pending = b""  # the beginning of a character, of a binary message that is decoded
        while True:
            try:
                part = self._gathered.pop(0) if self._gathered else await self._next()
            except EOFError:
                self._is_receiving = False
                raise
            if not wants_text:
                yield part.payload
            elif is_text:
                yield part.text or ""
            else:
                text, pending = _decode(pending + part.payload, is_last=part.ends)
                yield text
            if part.ends:
                break
        self._is_receiving = False

    @contextlib.contextmanager
    def _receiving(self) -> Iterator[None]:
        if self._is_receiving:
            raise ConcurrencyError
        self._is_receiving = True
        try:
            yield
        finally:
            self._is_receiving = False

    async def _next(self) -> Part:
        while not self._queue:
            if self._is_closed:
                raise EOFError("the connection has ended")
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        part = self._queue.popleft()
        if self._is_paused and self._low is not None and len(self._queue) <= self._low:
            self._is_paused = False
            self._pause_reading(False)
        return part

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _decode(data: bytes, *, is_last: bool) -> tuple[str, bytes]:
    """Decode as far as characters are whole; return the text and the bytes of a character that is not."""
    try:
        return data.decode(), b""
    except UnicodeDecodeError as error:
        if is_last or error.reason != "unexpected end of data":
            raise
        return data[: error.start].decode(), data[error.start :]
