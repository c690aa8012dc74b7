"""What does an application hold in its hand? An open connection, with the names and manners of `websockets`."""

from __future__ import annotations

import asyncio
import logging
import uuid
import weakref
from collections.abc import AsyncIterator, Awaitable, Sequence
from types import TracebackType
from typing import Any, Literal, NoReturn, Protocol, Self, overload

from framescope.engine.close import Close, CloseCode, ConnectionClosed, ConnectionClosedOK
from framescope.engine.connection import Connection as Engine
from framescope.engine.errors import ConcurrencyError
from framescope.engine.events import (
    Ended,
    Event,
    FrameSent,
    HandshakeFailed,
    Opened,
    Part,
    PartialFrame,
    Ponged,
    Requested,
    StateChanged,
    ViolationSeen,
)
from framescope.engine.frames import Frame
from framescope.engine.http import Request, Response
from framescope.engine.opening import plain_response
from framescope.engine.state import State
from framescope.net.assembler import Assembler, Bounds
from framescope.net.cause import Cause
from framescope.net.debug_log import debug_log
from framescope.net.driver import Driver
from framescope.net.knobs import KnobAttribute, within_reach
from framescope.net.outlet import Message, Outlet, control_payload
from framescope.net.pings import Pings
from framescope.net.tap import NoTap, Tap
from framescope.net.transport import Transport
from framescope.net.types import Data, DataLike, LoggerLike, StatusLike, Subprotocol

#: B read at a time: a queue is full only after a read, and deflate can make a thousand times as much of it.
READ_SIZE = 16 * 1024
_EVIDENCE = (Frame, FrameSent)  # most of what is told, for taps


class Connection:
    """What clients and servers share. `driver` and `outlet` are for those who want more than `websockets` offers.

    `protocol` is a sans-I/O connection (framescope.engine.connection), whose timeouts the arguments replace.
    """

    logger_name = "framescope.connection"  #: of the logger where none is given
    open_timeout = KnobAttribute()
    ping_interval = KnobAttribute()
    ping_timeout = KnobAttribute()
    close_timeout = KnobAttribute()

    def __init__(
        self,
        protocol: Engine,
        *,
        ping_interval: float | None = 20,
        ping_timeout: float | None = 20,
        close_timeout: float | None = 10,
        max_queue: Bounds = 16,
        write_limit: int | tuple[int, int | None] = 2**15,
        logger: LoggerLike | None = None,
        tap: Tap | None = None,
    ) -> None:
        self.id = uuid.uuid4()
        self.logger: LoggerLike = logging.LoggerAdapter(
            logger or logging.getLogger(self.logger_name), {"websocket": weakref.proxy(self)}
        )
        self.request: Request | None = None
        self.response: Response | None = None
        self.latency = 0.0  #: seconds, of the last ping that was answered
        log = debug_log(self.logger, protocol, tap or NoTap())
        self.driver = Driver(protocol, listener=self._on_events, tap=log or tap)
        self.driver.read_size = READ_SIZE
        self.transport = Transport(self.driver)
        self.outlet = Outlet(self.driver, write_limit, self._raise_closed)
        self.driver.on_written = self.outlet.wake
        self._messages = Assembler(max_queue, self.driver.pause_reading)
        self.driver.has_room, self.driver.queued = self._messages.has_room, self._messages.__len__
        self._pings = Pings()
        self._cause = Cause(protocol.limits)
        knobs = {"ping_interval": ping_interval, "ping_timeout": ping_timeout, "close_timeout": close_timeout}
        for name, value in knobs.items():
            if getattr(protocol.timeouts, name) != (wanted := within_reach(value)):
                protocol.turn(name, wanted, self.driver.now)
        if log is not None:
            log.follow(self.driver, self.outlet)

    @property
    def state(self) -> State:
        return self.driver.engine.state

    @property
    def subprotocol(self) -> Subprotocol | None:
        """The subprotocol that the handshake agreed on."""
        name = self.driver.engine.opening.agreement.subprotocol
        return None if name is None else Subprotocol(name)

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
        await self.close(CloseCode.NORMAL_CLOSURE if kind is None else CloseCode.INTERNAL_ERROR)

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
        await self.outlet.send(message, text)

    async def ping(self, data: DataLike | None = None) -> Awaitable[float]:
        """Send a ping; return a future of its latency in seconds. Raises ConnectionClosed, ConcurrencyError."""
        payload = None if data is None else control_payload(data)
        if self.state is not State.OPEN:
            await self._raise_closed()
        if payload in self._pings:
            raise ConcurrencyError("already waiting for a pong with the same data")
        now = self.driver.now
        waiter = self._pings.add(self.driver.ping(payload), now)
        await self.outlet.drain()
        return waiter

    async def pong(self, data: DataLike = b"") -> None:
        """Send an unsolicited pong. Raises ConnectionClosed."""
        payload = control_payload(data)
        if self.state is not State.OPEN:
            await self._raise_closed()
        self.driver.pong(payload)
        await self.outlet.drain()

    async def close(self, code: CloseCode | int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Do the closing handshake and wait for its end; nothing once the connection is closed.

        Raises ProtocolError for a code that must not be sent; a reason of more than 123 bytes is cut.
        """
        if self.outlet.is_fragmenting and self.state is State.OPEN:
            self.driver.fail(1011, "close during fragmented message")
        else:
            if self.state is State.OPEN:
                Close(code, reason).check()
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
        error.__cause__ = self._cause.error
        return error

    def _undecodable(self, error: UnicodeDecodeError) -> None:
        self._cause.note(error)
        if self.state is State.OPEN:
            self.driver.fail(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")

    def _on_events(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, _EVIDENCE):
                continue
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
        elif isinstance(event, Opened | HandshakeFailed):
            self.request, self.response = event.request, event.response
        elif isinstance(event, StateChanged) and event.new is State.CLOSING:
            self._messages.let_pass()
        elif isinstance(event, PartialFrame) and not event.sent:
            self._cause.cut(event)
        elif isinstance(event, ViolationSeen) and not event.sent:
            self._cause.violated(event.violation)
        elif isinstance(event, Ended):
            self._cause.ended(event, self.driver.error)
            self._messages.close()
            self._pings.close(self._closed_error())
            self.outlet.wake(is_over=True)


class ClientConnection(Connection):
    """A client's connection, as `connect` makes it."""

    logger_name = "framescope.client"


class Serving(Protocol):
    """The server of a connection."""

    def is_serving(self) -> bool:
        """Tell whether new connections are accepted."""


class ServerConnection(Connection):
    """A server's connection, as `serve` makes it for the handler."""

    logger_name = "framescope.server"
    username: str  #: who the client is, by `basic_auth`

    def __init__(
        self,
        protocol: Engine,
        server: Serving,
        *,
        ping_interval: float | None = 20,
        ping_timeout: float | None = 20,
        close_timeout: float | None = 10,
        max_queue: Bounds = 16,
        write_limit: int | tuple[int, int | None] = 2**15,
        logger: LoggerLike | None = None,
        tap: Tap | None = None,
    ) -> None:
        super().__init__(
            protocol,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            close_timeout=close_timeout,
            max_queue=max_queue,
            write_limit=write_limit,
            logger=logger,
            tap=tap,
        )
        self.server = server
        self.requested: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def respond(self, status: StatusLike, text: str) -> Response:
        """Write a plain answer, for `process_request` and `process_response` to return."""
        return plain_response(status, text)

    def _on_change(self, event: Event) -> None:
        super()._on_change(event)
        if isinstance(event, Requested):
            self.requested.set_result(None)
        elif isinstance(event, Opened):
            self.logger.info("connection open")
        elif isinstance(event, Ended):
            self.logger.info("connection closed")


def _busy(what: str) -> ConcurrencyError:
    return ConcurrencyError(f"cannot call {what} while another coroutine is already running recv or recv_streaming")
