"""How do the parts of messages wait for `recv`? In a bounded queue, from which cancelling takes nothing away."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeAlias

from framescope.engine.errors import ConcurrencyError
from framescope.engine.events import Part
from framescope.engine.frames import TEXT, Opcode
from framescope.net.types import Data

#: B of memory that may be queued while reading is paused and a pong is awaited, which stands behind it.
AHEAD = 4 * 1024 * 1024
_OVERHEAD = 256  # B that a part costs besides its payload

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
    """Parts in, messages out. Above the high mark reading is paused, from the low mark on it goes on.

    That ends with `let_pass`: the peer's answer to our Close stands behind what it had sent before, and must not
    wait until somebody receives that. What exceeds AHEAD is dropped then, with all that follows it.
    """

    def __init__(self, max_queue: Bounds, pause_reading: Callable[[bool], object]) -> None:
        self._high, self._low = marks(max_queue)
        self._pause_reading = pause_reading
        self._queue: deque[Part] = deque()
        self._gathered: list[Part] = []  # of the message under way, taken from the queue by `get`
        self._waiter: asyncio.Future[None] | None = None
        self._is_receiving = False
        self._is_paused = False
        self._ahead = 0  # B of memory that came while paused
        self._huge = 0  # queued parts that count for more than their number: a little deflate can become so much
        self._is_closed = False
        self._is_passing = False  # the connection is closing: reading goes on
        self._is_dropping = False

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, part: Part) -> None:
        """Queue a part; one read's worth may come after the high mark, and as much as `has_room` lets pass."""
        if self._is_passing and (self._is_dropping or not self.has_room()):
            self._is_dropping = True
            return
        self._queue.append(part)
        self._wake()
        if len(part.payload) > AHEAD:
            self._huge += 1
        if self._is_paused:
            self._ahead += len(part.payload) + sys.getsizeof(part.text) + _OVERHEAD
        elif self._high is not None and (len(self._queue) > self._high or self._huge):
            self._is_paused = True
            if not self._is_passing:
                self._pause_reading(True)

    def has_room(self) -> bool:
        """Tell whether more may come although reading is paused."""
        return self._ahead < AHEAD

    def let_pass(self) -> None:
        """The connection is closing: reading goes on, whether somebody receives or not."""
        self._is_passing = True
        if self._is_paused:
            self._pause_reading(False)

    def close(self) -> None:
        """Nothing more will come; what is queued can still be received."""
        self._is_closed = True
        self._wake()

    async def get(self, decode: bool | None = None) -> Data:
        """Return the next message. Raises EOFError at the end, ConcurrencyError, UnicodeDecodeError for `decode`."""
        if self._is_receiving:
            raise ConcurrencyError
        self._is_receiving = True
        try:
            while not (self._gathered and self._gathered[-1].ends):
                self._gathered.append(self._pop() if self._queue else await self._next())
            parts, self._gathered = self._gathered, []
        finally:
            self._is_receiving = False
        is_text = parts[0].opcode is TEXT
        if len(parts) == 1 and decode is None:
            return (parts[0].text or "") if is_text else parts[0].payload
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
        return self._pop()

    def _pop(self) -> Part:
        part = self._queue.popleft()
        if len(part.payload) > AHEAD:
            self._huge -= 1
        if self._is_paused and self._low is not None and len(self._queue) <= self._low and not self._huge:
            self._is_paused, self._ahead = False, 0
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
