"""Does the link start a real probe, match answers, tell of its end, and leave none behind?"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from framescope.probe.link import LinkLostError, RefusedError
from framescope.probe.messages import Send, SetKnob, StartDemo
from framescope.ui.process_link import ProcessLink


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir(mode=0o700)
    return folder


def test_a_probe_says_who_it_is_obeys_and_ends(run_in_qt_loop: Any, folder: Path) -> None:
    async def work() -> None:
        link = ProcessLink(folder)
        lost: list[str] = []
        link.on_lost = lost.append
        await link.start()
        assert (link.hello.capture, link.hello.pid) == (str(folder), link.process_id())
        assert os.getsid(link.process_id()) != os.getsid(0)  # Ctrl+C in our terminal is not for it
        demo = await link.ask(StartDemo())
        assert demo.url.startswith("ws://127.0.0.1:")
        with pytest.raises(RefusedError, match="That connection is over"):
            await link.ask(Send(9, 1, b"x"))
        await link.close()
        assert link.process_id() == 0
        assert lost == []  # it ended as asked
        with pytest.raises(LinkLostError):
            await link.ask(StartDemo())

    run_in_qt_loop(work())


def test_a_killed_probe_is_told_once_and_fails_what_waits(run_in_qt_loop: Any, folder: Path) -> None:
    async def work() -> None:
        link = ProcessLink(folder)
        lost: list[str] = []
        link.on_lost = lost.append
        await link.start()
        os.kill(link.process_id(), signal.SIGSTOP)
        asking = asyncio.ensure_future(link.ask(SetKnob(1, "ping_interval", 1.0)))
        await asyncio.sleep(0)
        os.kill(link.process_id(), signal.SIGKILL)
        with pytest.raises(LinkLostError, match="the probe was killed"):
            await asking
        assert lost == ["the probe was killed"]
        await link.close()

    run_in_qt_loop(work())


def test_a_probe_that_does_not_answer_is_killed_at_the_end(
    run_in_qt_loop: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framescope.ui.process_link.SHUTDOWN_LIMIT", 0.1)

    async def work() -> None:
        link = ProcessLink(folder)
        await link.start()
        os.kill(link.process_id(), signal.SIGSTOP)
        await link.close()
        assert link.process_id() == 0

    run_in_qt_loop(work())


def test_a_start_that_is_given_up_leaves_no_probe(run_in_qt_loop: Any, folder: Path) -> None:
    async def work() -> None:
        link = ProcessLink(folder)
        starting = asyncio.ensure_future(link.start())
        await asyncio.sleep(0)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert link.process_id() == 0

    run_in_qt_loop(work())


def test_a_probe_that_cannot_record_says_so(run_in_qt_loop: Any, tmp_path: Path) -> None:
    file = tmp_path / "no folder"
    file.touch()

    async def work() -> None:
        with pytest.raises(LinkLostError, match="the probe ended with exit code 1"):
            await ProcessLink(file / "capture").start()

    run_in_qt_loop(work())
