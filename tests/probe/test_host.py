"""Does the host carry each command out, and answer whatever is wrong with it?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import framescope
from framescope.analysis.book import TraceBook
from framescope.capture.reader import CaptureReader
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from framescope.net.client import connect
from framescope.probe import messages
from framescope.probe.host import Host
from framescope.probe.messages import Asked, ConnectOptions, Done, Refused
from framescope.session.session import Session
from helpers.loops import in_loop, until


@contextlib.asynccontextmanager
async def hosted(folder: Path) -> AsyncIterator[Host]:
    host = Host(folder)
    try:
        yield host
    finally:
        await host.shut_down()


async def told(host: Host, command: messages.Command, number: int = 1) -> Any:
    return await host.obey(Asked(number, command))


def test_hello_says_who_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "c"

    async def work() -> None:
        async with hosted(folder) as host:
            hello = host.hello()
            assert (hello.version, hello.pid, hello.capture) == (framescope.__version__, os.getpid(), str(folder))

    asyncio.run(work())


@in_loop
async def test_the_demo_is_started_once_and_can_be_connected_to(tmp_path: Path) -> None:
    async with hosted(tmp_path / "c") as host:
        host.start()
        first = await told(host, messages.StartDemo(), 5)
        again = await told(host, messages.StartDemo(), 6)
        assert (first.number, again.number) == (5, 6)
        assert first.url == again.url
        done = await told(host, messages.Connect(ConnectOptions(url=first.url)), 7)
        assert done == Done(7, connection=1)
        reader = CaptureReader(tmp_path / "c")
        book = TraceBook(reader)
        await until(lambda: book.poll() is not None and book.traces[1].story.state is State.OPEN)
        for command in (
            messages.SetKnob(1, "ping_timeout", 3.0),
            messages.Send(1, 1, b"hello"),
            messages.Ping(1, b"abc"),
            messages.PauseReading(1, False),
            messages.SetPongPolicy(1, "swallow"),
            messages.Close(1),
        ):
            assert await told(host, command, 8) == Done(8)
        await until(lambda: book.poll() is not None and book.traces[1].story.ended)
        assert book.traces[1].story.knob_turns[0].new == 3.0
        assert book.traces[1].story.totals.sent_frames == 3
        reader.close()


@in_loop
async def test_policy_and_pause_reach_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(Session, "set_pong_policy", lambda _, number, policy: seen.append((number, policy)))
    monkeypatch.setattr(Session, "pause_reading", lambda _, number, is_paused: seen.append((number, is_paused)))
    async with hosted(tmp_path / "c") as host:
        await told(host, messages.SetPongPolicy(2, "delay", 0.5))
        await told(host, messages.PauseReading(3, True))
    assert seen == [(2, PongPolicy("delay", 0.5)), (3, True)]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (messages.Connect(ConnectOptions(url="http://x")), "scheme"),
        (messages.Connect(ConnectOptions(url="ws://x", ping_interval=0)), "ping_interval can be"),
        (messages.Connect(ConnectOptions(url="wss://x", ca_file="/no/such")), "/no/such cannot be read"),
        (messages.SetKnob(1, "ping_interval", 1.0), "That connection is over."),
        (messages.Send(9, 1, b""), "That connection is over."),
        (messages.Send(9, 77, b""), "77"),
        (messages.Close(9), "That connection is over."),
    ],
    ids=lambda value: type(value).__name__,
)
@in_loop
async def test_what_cannot_be_done_is_refused_in_words(tmp_path: Path, command: messages.Command, words: str) -> None:
    async with hosted(tmp_path / "c") as host:
        answer = await told(host, command, 4)
        assert isinstance(answer, Refused) and answer.number == 4
        assert words in answer.text


@in_loop
async def test_a_defect_is_logged_and_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged_errors: list[logging.LogRecord]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret payload")

    monkeypatch.setattr(Session, "ping", fail)
    async with hosted(tmp_path / "c") as host:
        answer = await told(host, messages.Ping(1))
    assert isinstance(answer, Refused)
    assert "ZeroDivisionError" in answer.text and "secret" not in answer.text
    assert [record.getMessage() for record in logged_errors] == ["Ping failed"]
    logged_errors.clear()


@in_loop
async def test_shut_down_stops_the_demo_and_may_be_asked_twice_at_once(tmp_path: Path) -> None:
    host = Host(tmp_path / "c")
    url = (await told(host, messages.StartDemo())).url
    assert await told(host, messages.Connect(ConnectOptions(url=url))) == Done(1, connection=1)
    answer, _ = await asyncio.gather(told(host, messages.Shutdown(), 3), host.shut_down())
    assert answer == Done(3)
    with pytest.raises(OSError):
        await connect(url)
    reader = CaptureReader(tmp_path / "c")
    book = TraceBook(reader)
    book.poll()
    assert book.traces[1].story.ended is not None
    reader.close()


def test_a_folder_that_holds_a_capture_is_not_written_over(tmp_path: Path) -> None:
    async def work() -> None:
        async with hosted(tmp_path / "c"):
            with pytest.raises(OSError):
                Host(tmp_path / "c")

    asyncio.run(work())
