"""What happens when the person asks for something? The operator asks the probe and tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from framescope.probe import messages
from framescope.probe.link import Link, LinkLostError, RefusedError
from framescope.probe.messages import Command, ConnectOptions, Done
from framescope.tasks import Tasks


class Operator(QObject):
    """Turns intents into commands over the link. Every command is a task that the operator owns."""

    started = Signal(str)  #: a probe runs and records into this folder
    connecting = Signal(int, object)  #: number and ConnectOptions of a connection that begins
    refused = Signal(str)  #: what could not be done, in words for the person
    lost = Signal(str)  #: the probe is gone

    def __init__(self, make_link: Callable[[], Awaitable[Link]], tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_link = make_link
        self._tasks = tasks
        self._link: Link | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False
        self._folder: Path | None = None

    @property
    def has_probe(self) -> bool:
        """Tell whether there is a probe to be asked."""
        return self._link is not None

    async def start(self) -> None:
        """Start a probe unless there is one. Raises `LinkLostError` or OSError when it cannot be."""
        async with self._starting:  # a person may connect before the first one is there
            if self._link is None:
                await self._start()

    async def _start(self) -> None:
        if self._is_closed:
            raise LinkLostError("Framescope is being closed.")
        link = await self._make_link()
        if self._is_closed:  # meanwhile
            await link.close()
            raise LinkLostError("Framescope is being closed.")
        link.on_lost = self._lost
        self._link = link
        self._folder = Path(link.hello.capture)
        self.started.emit(link.hello.capture)

    async def close(self) -> None:
        """End the probe in order; no other is started."""
        self._is_closed = True
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    @property
    def folder(self) -> Path | None:
        """Where the latest capture lies, also when its probe is gone."""
        return self._folder

    def connect_to(self, options: ConnectOptions) -> None:
        """Begin a connection; a probe that was lost is started anew."""
        self._do(self._connect(options), "connect")

    def start_demo(self, options: ConnectOptions) -> None:
        """Start the demo feed and connect to it with these knobs."""
        self._do(self._demo(options), "demo")

    def send(self, number: int, opcode: int, payload: bytes) -> None:
        """Send one message."""
        self._ask(messages.Send(number, opcode, payload))

    def ping(self, number: int, payload: bytes | None) -> None:
        """Send a ping."""
        self._ask(messages.Ping(number, payload))

    def close_connection(self, number: int, code: int, reason: str) -> None:
        """Start the closing handshake, or give up connecting."""
        self._ask(messages.Close(number, code, reason))

    def turn(self, number: int, name: str, value: float | None) -> None:
        """Turn a knob of a running connection."""
        self._ask(messages.SetKnob(number, name, value))

    def _ask(self, command: Command) -> None:
        self._do(self._carry_out(command), type(command).__name__)

    def _do(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._tasks.start(self._tell(work), name)

    async def _tell(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except (RefusedError, LinkLostError, OSError) as error:
            self.refused.emit(str(error))

    async def _carry_out(self, command: Command) -> Done:
        if self._link is None:
            raise LinkLostError("The probe has ended. Reconnect starts a new one.")
        return await self._link.ask(command)

    async def _connect(self, options: ConnectOptions) -> None:
        await self.start()
        done = await self._carry_out(messages.Connect(options))
        self.connecting.emit(done.connection, options)

    async def _demo(self, options: ConnectOptions) -> None:
        await self.start()
        done = await self._carry_out(messages.StartDemo())
        await self._connect(replace(options, url=done.url))

    def _lost(self, reason: str) -> None:
        self._link = None
        self.lost.emit(reason)
