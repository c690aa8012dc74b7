"""What does an application hold in its hand? An open connection, with the names and manners of `websockets`."""

from __future__ import annotations

import asyncio
import logging
import uuid
import weakref
from collections.abc import AsyncIterator, Awaitable, Sequence
from types import TracebackType
from typing import Any, Literal, NoReturn, Protocol, Self, TypeAlias, overload

from framescope.engine.close import TOO_BIG, ConnectionClosed, ConnectionClosedOK
from framescope.engine.connection import Connection as Engine
from framescope.engine.errors import ConcurrencyError, PayloadTooBig, ProtocolError
from framescope.engine.events import (
    Ended,
    Ending,
    Event,
    HandshakeFailed,
    Opened,
    Part,
    PartialFrame,
    Ponged,
    Requested,
    ViolationSeen,
    Which,
)
from framescope.engine.http import Request, Response
from framescope.engine.opening import plain_response
from framescope.engine.state import State
from framescope.net.assembler import Assembler, Bounds, Data
from framescope.net.driver import Driver
from framescope.net.outlet import BYTES_LIKE, DataLike, Message, Outlet
from framescope.net.pings import Pings
from framescope.net.tap import Tap

#: B read at a time: a queue is full only after a read, and deflate can make a thousand times as much of it.
READ_SIZE = 16 * 1024
LoggerLike: TypeAlias = "logging.Logger | logging.LoggerAdapter[Any]"


class KnobAttribute:
    """A timeout of the running connection, in seconds: assigning it turns the knob, at any time."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, connection: Connection, owner: type | None = None) -> float | None:
        value: float | None = getattr(connection.driver.engine.timeouts, self._name)
        return value

    def __set__(self, connection: Connection, value: float | None) -> None:
        connection.driver.turn(self._name, value)


class Connection:
    """What clients and servers share. `driver` is for those who want more than `websockets` offers."""

    open_timeout = KnobAttribute()
    ping_interval = KnobAttribute()
    ping_timeout = KnobAttribute()
    close_timeout = KnobAttribute()

    def __init__(
        self,
        engine: Engine,
        *,
        max_queue: Bounds = 16,
        write_limit: int | tuple[int, int | None] = 2**15,
        logger: LoggerLike | None = None,
        tap: Tap | None = None,
    ) -> None:
        self.id = uuid.uuid4()
        self.logger: LoggerLike = logging.LoggerAdapter(
            logger or logging.getLogger("framescope.connection"), {"websocket": weakref.proxy(self)}
        )
        self.request: Request | None = None
        self.response: Response | None = None
        self.subprotocol: str | None = None
        self.latency = 0.0  #: seconds, of the last ping that was answered
        self.driver = Driver(engine, listener=self._on_events, tap=tap)
        self.driver.on_written = self._on_written
        self.driver.read_size = READ_SIZE
        self._messages = Assembler(max_queue, self.driver.pause_reading)
        self._outlet = Outlet(self.driver, write_limit, self._raise_closed)
        self._pings = Pings()
        self._cause: BaseException | None = None  # of the end, for the traceback
        self._cut = ""  # where the stream ended inside a frame

    @property
    def state(self) -> State:
        return self.driver.engine.state

    @property
    def local_address(self) -> Any:
        """This end's socket address, from TCP on: (host, port) for IPv4."""
        return self.driver.local_address

    @property
    def remote_address(self) -> Any:
        """The peer's socket address, from TCP on."""
        return self.driver.remote_address

    @property
    def close_code(self) -> int | None:
        """The code of the Close received, 1006 without one; None before the end."""
        return self.driver.engine.closure.code if self.state is State.CLOSED else None

    @property
    def close_reason(self) -> str | None:
        """The reason in the Close received; None before the end."""
        if self.state is not State.CLOSED:
            return None
        received = self.driver.engine.closure.received
        return "" if received is None else received.reason

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close(1000 if kind is None else 1011)

    async def __aiter__(self) -> AsyncIterator[Data]:
        try:
            while True:
                yield await self.recv()
        except ConnectionClosedOK:
            return

    @overload
    async def recv(self, decode: Literal[True]) -> str: ...
    @overload
    async def recv(self, decode: Literal[False]) -> bytes: ...
    @overload
    async def recv(self, decode: bool | None = None) -> Data: ...
    async def recv(self, decode: bool | None = None) -> Data:
        """Receive the next message; cancelling loses nothing. `decode`: True for str, False for bytes.

        Raises ConnectionClosed at the end, ConcurrencyError while another task receives.
        """
        try:
            return await self._messages.get(decode)
        except ConcurrencyError:
            raise _busy("recv") from None
        except UnicodeDecodeError as error:
            self._undecodable(error)
        except EOFError:
            pass
        await self._raise_closed()

    @overload
    def recv_streaming(self, decode: Literal[True]) -> AsyncIterator[str]: ...
    @overload
    def recv_streaming(self, decode: Literal[False]) -> AsyncIterator[bytes]: ...
    @overload
    def recv_streaming(self, decode: bool | None = None) -> AsyncIterator[Data]: ...
    async def recv_streaming(self, decode: bool | None = None) -> AsyncIterator[Data]:
        """Receive the next message in pieces, as they come; the iterator has to be consumed."""
        try:
            async for piece in self._messages.stream(decode):
                yield piece
            return
        except ConcurrencyError:
            raise _busy("recv_streaming") from None
        except UnicodeDecodeError as error:
            self._undecodable(error)
        except EOFError:
            pass
        await self._raise_closed()

    async def send(self, message: Message, *, text: bool | None = None) -> None:
        """Send str as text and bytes as binary, or `text` says otherwise; an iterable's items are fragments.

        Waits while more than `write_limit` waits to be written. Raises ConnectionClosed, TypeError.
        """
        await self._outlet.send(message, text)

    async def ping(self, data: DataLike | None = None) -> Awaitable[float]:
        """Send a ping; return a future of its latency in seconds. Raises ConnectionClosed, ConcurrencyError."""
        payload = None if data is None else _control_payload(data)
        if self.state is not State.OPEN:
            await self._raise_closed()
        if payload in self._pings:
            raise ConcurrencyError("already waiting for a pong with the same data")
        now = self.driver.now
        waiter = self._pings.add(self.driver.ping(payload), now)
        await self._outlet.drain()
        return waiter

    async def pong(self, data: DataLike = b"") -> None:
        """Send an unsolicited pong. Raises ConnectionClosed."""
        payload = _control_payload(data)
        if self.state is not State.OPEN:
            await self._raise_closed()
        self.driver.pong(payload)
        await self._outlet.drain()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Do the closing handshake and wait for its end; nothing once the connection is closed."""
        if self._outlet.is_fragmenting and self.state is State.OPEN:
            self.driver.fail(1011, "close during fragmented message")
        else:
            self.driver.close(code, reason)
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Wait until the connection is closed, by whomever."""
        await asyncio.shield(self.driver.ended)

    async def _raise_closed(self) -> NoReturn:
        await self.wait_closed()
        raise self._closed_error()

    def _closed_error(self) -> ConnectionClosed:
        error = self.driver.engine.closure.exception()
        error.__cause__ = self._cause
        return error

    def _undecodable(self, error: UnicodeDecodeError) -> None:
        self._cause = error
        if self.state is State.OPEN:
            self.driver.fail(1007, f"{error.reason} at position {error.start}")

    def _on_written(self) -> None:
        self._outlet.wake()

    def _on_events(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Part):
                self._messages.put(event)
            elif isinstance(event, Ponged):
                if not event.late:
                    self.latency = event.latency
                in_flight = self.driver.engine.keepalive.in_flight
                self._pings.ponged(event.payload, event.latency, in_flight, self.driver.now)
            else:
                self._on_change(event)

    def _on_change(self, event: Event) -> None:
        """Note what happens once in a connection's life."""
        if isinstance(event, Requested):
            self.request = event.request
        elif isinstance(event, Opened):
            self.request, self.response, self.subprotocol = event.request, event.response, event.subprotocol
            self.logger.debug("connection open")
        elif isinstance(event, HandshakeFailed):
            self.request, self.response = event.request, event.response
        elif isinstance(event, PartialFrame) and not event.sent:
            size = event.frame.header_length + event.frame.length
            self._cut = f"stream ended after {event.available} of {size} bytes of a frame"
        elif isinstance(event, ViolationSeen) and not event.sent:
            kind = PayloadTooBig if event.violation.code == TOO_BIG else ProtocolError
            self._cause = self._cause or kind(event.violation.reason)
        elif isinstance(event, Ended):
            self._on_ended(event)

    def _on_ended(self, event: Ended) -> None:
        self._cause = self._cause or self.driver.error or _timeout(event.which)
        if self._cause is None and event.ending is Ending.FIN:
            self._cause = EOFError(self._cut or "unexpected end of stream")
        self._messages.close()
        self._pings.close(self._closed_error())
        self._outlet.wake(is_over=True)
        self.logger.debug("connection closed: %s", event.sentence)


class ClientConnection(Connection):
    """A client's connection, as `connect` makes it."""


class Serving(Protocol):
    """The server of a connection."""

    def is_serving(self) -> bool:
        """Tell whether new connections are accepted."""


class ServerConnection(Connection):
    """A server's connection, as `serve` makes it for the handler."""

    def __init__(self, engine: Engine, server: Serving, **options: Any) -> None:
        super().__init__(engine, **options)
        self.server = server
        self.requested: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def respond(self, status: int, text: str) -> Response:
        """Write a plain answer, for `process_request` and `process_response` to return."""
        return plain_response(status, text)

    def _on_change(self, event: Event) -> None:
        super()._on_change(event)
        if isinstance(event, Requested):
            self.requested.set_result(None)


def _busy(what: str) -> ConcurrencyError:
    return ConcurrencyError(f"cannot call {what} while another coroutine is already running recv or recv_streaming")


def _timeout(which: Which | None) -> TimeoutError | None:
    if which is Which.PONG:
        return TimeoutError("timed out waiting for keepalive pong")
    return TimeoutError("timed out while closing connection") if which is Which.CLOSE else None


def _control_payload(data: DataLike) -> bytes:
    if isinstance(data, str):
        data = data.encode()
    if not isinstance(data, BYTES_LIKE):
        raise TypeError("data must be str or bytes-like")
    if len(data) > 125:
        raise ProtocolError("control frame too long")
    return bytes(data)
