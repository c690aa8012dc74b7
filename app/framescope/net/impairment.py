"""How does a real TCP connection go through the modelled bad network? By a relay on loopback that holds its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import random as random_module
import socket
import struct
from collections.abc import Callable

from framescope.engine.path import Arrived, Conditions, Finished, Path, PathEvent, Reset
from framescope.tasks import Tasks

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 s


class Wire:
    """One connection through the relay: a socket at each end, and the path between them."""

    def __init__(
        self, conditions: Conditions, random: Callable[[], float], on_event: Callable[[PathEvent], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.path = Path(conditions, now=self._loop.time(), random=random)
        self.legs = {at_server: Leg(self, at_server) for at_server in (False, True)}
        self._held = {False: b"", True: b""}  # what the path has no room for, by the end it goes to
        self._timer: asyncio.TimerHandle | None = None
        self._on_event = on_event
        self._loop.call_soon(self.pump)  # the middlebox's clock runs from the beginning

    def arrived(self, at_server: bool, data: bytes) -> None:
        """The socket at an end gave bytes, for the other one."""
        self._held[not at_server] += data
        self.pump()

    def finished(self, at_server: bool) -> None:
        """The socket at an end gave the end of its stream."""
        self.path.finish(not at_server, self._loop.time())
        self.pump()

    def lost(self, at_server: bool, *, is_reset: bool) -> None:
        """The socket at an end is gone."""
        if is_reset:
            self.path.abort(not at_server, self._loop.time())
        self.path.close(at_server)
        self.pump()

    def pump(self) -> None:
        """Let everything happen that is due, and come back for the rest."""
        now = self._loop.time()
        while True:
            for to_server, held in self._held.items():
                if held:
                    self._held[to_server] = held[self.path.write(to_server, held, now) :]
                self.legs[not to_server].read(is_wanted=not self._held[to_server])
            happened = self.path.advance(now)
            if not happened:
                break
            for event in happened:
                self._obey(event)
                self._on_event(event)
        if self._timer is not None:
            self._timer.cancel()
        due = self.path.next_due()
        self._timer = None if due is None or self.is_over else self._loop.call_at(due, self.pump)

    @property
    def is_over(self) -> bool:
        """Tell whether both sockets are gone."""
        return all(leg.is_gone for leg in self.legs.values())

    def close(self) -> None:
        """Drop both sockets."""
        for leg in self.legs.values():
            leg.drop()
        if self._timer is not None:
            self._timer.cancel()

    def _obey(self, event: PathEvent) -> None:
        match event:
            case Arrived(at_server, data):
                self.legs[at_server].write(data)
            case Finished(at_server):
                self.legs[at_server].finish()
            case Reset(at_server):
                self.legs[at_server].drop(is_reset=True)
            case _:
                pass  # swallowed bytes and cuts are for whoever watches


class Leg(asyncio.Protocol):
    """The relay's socket towards one end."""

    def __init__(self, wire: Wire, at_server: bool) -> None:
        self.is_gone = False
        self._wire = wire
        self._at_server = at_server
        self._transport: asyncio.Transport | None = None
        self._is_reading = True
        self._waiting = bytearray()  # for a server that is not connected yet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self.is_gone:
            transport.abort()
        elif self._waiting:
            transport.write(bytes(self._waiting))

    def data_received(self, data: bytes) -> None:
        self._wire.arrived(self._at_server, data)

    def eof_received(self) -> bool:
        self._wire.finished(self._at_server)
        return True  # the other direction goes on

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_gone:
            self.is_gone = True
            self._wire.lost(self._at_server, is_reset=exc is not None)

    def pause_writing(self) -> None:
        loop = asyncio.get_running_loop()
        self._wire.path.read_at(self._at_server, 0.0, loop.time())

    def resume_writing(self) -> None:
        loop = asyncio.get_running_loop()
        self._wire.path.read_at(self._at_server, None, loop.time())
        loop.call_soon(self._wire.pump)

    def read(self, *, is_wanted: bool) -> None:
        """Read the socket, or leave what comes in its kernel."""
        if self._transport is not None and is_wanted is not self._is_reading and not self.is_gone:
            self._is_reading = is_wanted
            if is_wanted:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def write(self, data: bytes) -> None:
        """Hand the end what has arrived for it."""
        if self._transport is None:
            self._waiting += data
        elif not self.is_gone:
            self._transport.write(data)

    def finish(self) -> None:
        """Tell the end that its stream has ended."""
        if self._transport is not None and not self.is_gone:
            with contextlib.suppress(OSError, RuntimeError):
                self._transport.write_eof()

    def drop(self, *, is_reset: bool = False) -> None:
        """Close the socket at once, with a reset or without."""
        self.is_gone = True
        if self._transport is not None:
            if is_reset:
                sock: socket.socket = self._transport.get_extra_info("socket")
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._transport.abort()


class Relay:
    """Listens on a free loopback port and leads each connection through the network to `host` and `port`.

    All connections share `conditions`, which may change at any time: call `changed` then.
    """

    def __init__(
        self,
        host: str,
        port: int,
        conditions: Conditions,
        *,
        random: Callable[[], float] = random_module.random,
        on_event: Callable[[PathEvent], None] = lambda _: None,
    ) -> None:
        self.conditions = conditions
        self.port = 0
        self.wires: list[Wire] = []
        self.connected = asyncio.Event()  #: the first connection is there
        self._target = host, port
        self._random = random
        self._on_event = on_event
        self._server: asyncio.Server | None = None
        self._dialling = Tasks("impairment")

    async def start(self) -> int:
        """Listen; return the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    def changed(self) -> None:
        """The conditions are others now."""
        for wire in self.wires:
            wire.pump()

    def reset(self) -> None:
        """Reset every connection at both ends."""
        for wire in self.wires:
            wire.path.reset_both(asyncio.get_running_loop().time())
            wire.pump()

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        await self._dialling.cancel()
        for wire in self.wires:
            wire.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _accept(self) -> Leg:
        wire = Wire(self.conditions, self._random, self._on_event)
        self.wires.append(wire)
        self.connected.set()
        self._dialling.start(self._dial(wire), "dial")
        return wire.legs[False]

    async def _dial(self, wire: Wire) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: wire.legs[True], *self._target)
        except OSError:
            wire.legs[False].drop(is_reset=True)
