"""Does the operator turn intents into commands, tell refusals, and start no probe once it is closed?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from framescope.probe.link import LinkLostError, RefusedError, ignore_loss
from framescope.probe.messages import Command, Connect, ConnectOptions, Done, Hello, Send, SetKnob, StartDemo
from framescope.tasks import Tasks
from framescope.ui.operator import Operator

OPTIONS = ConnectOptions(url="ws://127.0.0.1:9/")


class NotedLink:
    """A link that notes what is asked, and refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.hello = Hello("1", 1, "folder")
        self.on_lost: Callable[[str], None] = ignore_loss
        self.asked: list[Command] = []
        self.refusal = ""
        self.is_closed = False

    async def ask(self, command: Command) -> Done:
        self.asked.append(command)
        if self.refusal:
            raise RefusedError(self.refusal)
        return Done(1, connection=7, url="ws://demo/")

    async def close(self) -> None:
        self.is_closed = True


class Desk:
    """An operator whose links can be looked at, and what it told."""

    def __init__(self) -> None:
        self.links: list[NotedLink] = []
        self.told: list[tuple[Any, ...]] = []
        self.tasks = Tasks("test")
        self.is_ready = asyncio.Event()
        self.is_ready.set()
        self.operator = Operator(self._new_link, self.tasks)
        for name in ("started", "connecting", "refused", "lost"):
            signal = getattr(self.operator, name)
            signal.connect(lambda *facts, name=name: self.told.append((name, *facts)))

    async def _new_link(self) -> NotedLink:
        await self.is_ready.wait()
        self.links.append(NotedLink())
        return self.links[-1]

    async def settle(self) -> None:
        while len(self.tasks):
            await asyncio.sleep(0)


def test_a_connection_begins_with_its_number(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        await desk.operator.start()
        desk.operator.connect_to(OPTIONS)
        await desk.settle()
        assert desk.links[0].asked == [Connect(OPTIONS)]
        assert desk.told == [("started", "folder"), ("connecting", 7, OPTIONS)]

    run_in_loop(work())


def test_the_demo_is_started_then_connected_to(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        await desk.operator.start()
        desk.operator.start_demo(ConnectOptions(url="", ping_interval=3.0))
        await desk.settle()
        assert desk.links[0].asked == [StartDemo(), Connect(ConnectOptions(url="ws://demo/", ping_interval=3.0))]

    run_in_loop(work())


def test_what_is_asked_in_order_goes_out_in_order(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        await desk.operator.start()
        desk.operator.turn(7, "ping_interval", None)
        desk.operator.send(7, 1, b"a")
        desk.operator.send(7, 2, b"b")
        await desk.settle()
        assert desk.links[0].asked == [SetKnob(7, "ping_interval", None), Send(7, 1, b"a"), Send(7, 2, b"b")]

    run_in_loop(work())


def test_a_refusal_is_told(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        await desk.operator.start()
        desk.links[0].refusal = "That connection is over."
        desk.operator.ping(7, None)
        await desk.settle()
        assert desk.told[-1] == ("refused", "That connection is over.")

    run_in_loop(work())


def test_a_lost_probe_is_told_and_the_next_connection_starts_another(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        await desk.operator.start()
        desk.links[0].on_lost("the probe was killed")
        assert desk.told[-1] == ("lost", "the probe was killed")
        assert not desk.operator.has_probe
        desk.operator.send(7, 1, b"a")
        await desk.settle()
        assert desk.told[-1] == ("refused", "The probe has ended. Reconnect starts a new one.")
        desk.operator.connect_to(OPTIONS)
        await desk.settle()
        assert len(desk.links) == 2
        assert desk.links[1].asked == [Connect(OPTIONS)]

    run_in_loop(work())


def test_a_connection_asked_for_while_the_probe_starts_waits_for_it(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        desk.is_ready.clear()
        starting = desk.tasks.start(desk.operator.start(), "start")
        await asyncio.sleep(0)
        desk.operator.connect_to(OPTIONS)
        await asyncio.sleep(0)
        desk.is_ready.set()
        await desk.settle()
        assert starting.done()
        assert [link.asked for link in desk.links] == [[Connect(OPTIONS)]]  # of one probe
        assert desk.told == [("started", "folder"), ("connecting", 7, OPTIONS)]

    run_in_loop(work())


def test_a_closed_operator_starts_no_probe(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        await desk.operator.start()
        desk.operator.start_demo(OPTIONS)  # its first step comes only after the close
        await desk.operator.close()
        await desk.settle()
        assert [link.is_closed for link in desk.links] == [True]
        assert desk.told[-1] == ("refused", "Framescope is being closed.")

    run_in_loop(work())


def test_a_probe_that_is_ready_too_late_is_ended(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        desk.is_ready.clear()
        starting = asyncio.ensure_future(desk.operator.start())
        await asyncio.sleep(0)
        await desk.operator.close()
        desk.is_ready.set()
        with pytest.raises(LinkLostError, match="being closed"):
            await starting
        assert [link.is_closed for link in desk.links] == [True]
        assert desk.told == []

    run_in_loop(work())


def test_the_captures_folder_is_known_when_the_probe_is_gone(run_in_loop: Any) -> None:
    async def work() -> None:
        desk = Desk()
        assert desk.operator.folder is None
        await desk.operator.start()
        desk.links[0].on_lost("the probe was killed")
        assert desk.operator.folder == Path("folder")

    run_in_loop(work())
