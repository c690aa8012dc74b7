"""The window against real peers: fixtures that start it, with a probe process and embedded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from framescope.analysis.trace import Trace
from framescope.probe.host import Host
from framescope.probe.link import EmbeddedLink, Link
from framescope.tasks import Tasks
from framescope.ui.application import Application, start_process
from framescope.ui.desk import Desk
from framescope.ui.main_window import MainWindow

PATIENCE = 20.0  #: s until a test gives up waiting for something that does happen


class Scope:
    """A running window, driven through its own widgets."""

    def __init__(self, application: Application, desk: Desk) -> None:
        self.application = application
        self.desk = desk

    @property
    def window(self) -> MainWindow:
        return self.application.window

    @property
    def trace(self) -> Trace:
        trace = self.desk.trace
        assert trace is not None
        return trace

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Let the window live until `holds`."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain for {what or holds}"
            await asyncio.sleep(0.01)

    async def connect(self, url: str) -> None:
        """Type an address and press Connect."""
        number = self.desk.trace.number if self.desk.trace is not None else 0
        self.window.bar.set_address(url)
        self.window.bar.action.click()
        await self.until(lambda: self.desk.trace is not None and self.desk.trace.number != number, "a trace")

    async def open(self, url: str) -> None:
        """Connect and wait for OPEN."""
        await self.connect(url)
        await self.until(lambda: self.trace.story.handshake is not None and len(self.trace.story.states) >= 1, "OPEN")

    def turn(self, name: str, text: str) -> None:
        """Type a value into a knob's field, as a person does."""
        field = self.window.knobs.knobs[name].field
        field.type_in(text)


@pytest.fixture(params=["process", "embedded"])
def link_kind(request: pytest.FixtureRequest) -> str:
    """Both carriers of the link."""
    return str(request.param)


@pytest.fixture
def scope_run(
    qapp: Any, tmp_path: Path, link_kind: str
) -> Iterator[Callable[[Callable[[Scope], Coroutine[Any, Any, None]]], None]]:
    """Run a coroutine function with a `Scope`, then shut the window down in order."""
    application = Application()

    async def new_link() -> Link:
        folder = tmp_path / f"capture-{time.monotonic_ns()}"
        folder.mkdir(mode=0o700)
        if link_kind == "process":
            return await start_process(folder)
        host = Host(folder)
        host.start()
        return EmbeddedLink(host)

    def run(act: Callable[[Scope], Coroutine[Any, Any, None]]) -> None:
        async def all_of_it() -> None:
            tasks = Tasks("window")
            desk = application.open(new_link, tasks)
            try:
                await application.operator.start()
                await act(Scope(application, desk))
            finally:
                await application.close(tasks)

        with asyncio.Runner(loop_factory=application.new_event_loop) as runner:
            runner.run(all_of_it())

    yield run
    application.window.deleteLater()
