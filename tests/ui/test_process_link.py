"""Does the link start a real probe, match answers, tell of its end, and leave none behind?"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from types import SimpleNamespace
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


def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let another program stand in for the probe."""
    program = tmp_path / "probe"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o700)
    monkeypatch.setattr("framescope.ui.process_link.sys", SimpleNamespace(executable=str(program), platform="linux"))


HELLO = '{"type":"Hello","version":"1","pid":1,"capture":"x"}'


def test_a_probe_that_cannot_be_started_says_why(
    run_in_qt_loop: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "framescope.ui.process_link.sys", SimpleNamespace(executable="/no/such/program", platform="linux")
    )

    async def work() -> None:
        link = ProcessLink(folder)
        with pytest.raises(LinkLostError, match="the probe could not be started: "):
            await link.start()
        await link.close()

    run_in_qt_loop(work())


def test_a_probe_that_never_says_hello_is_given_up(
    run_in_qt_loop: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, monkeypatch, "read line")
    monkeypatch.setattr("framescope.ui.process_link.HELLO_LIMIT", 0.1)

    async def work() -> None:
        link = ProcessLink(folder)
        with pytest.raises(LinkLostError, match=r"did not answer within 0\.1 s"):
            await link.start()
        assert link.process_id() == 0

    run_in_qt_loop(work())


def test_lines_that_are_no_answer_are_skipped_and_logged(
    run_in_qt_loop: Any,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = (
        r"""printf 'what?\n\377\376\n{"type":"Done","number":77}\n{"type":"Done","num'; printf 'ber":1,"url":"u"}\n'"""
    )
    script(tmp_path, monkeypatch, f"echo '{HELLO}'; read line; {answers}; read line")

    async def work() -> None:
        link = ProcessLink(folder)
        await link.start()
        assert (await link.ask(StartDemo())).url == "u"
        await link.close()

    run_in_qt_loop(work())
    assert [record.getMessage() for record in caplog.records] == [
        "the probe wrote 5 B that are no answer",
        "the probe wrote 2 B that are no answer",
    ]


def test_each_question_gets_its_own_answer_also_when_another_was_asked_meanwhile(
    run_in_qt_loop: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = """echo '{"type":"Done","number":%d,"connection":%d}'"""
    first, second, third = (answer % (number, number) for number in (1, 2, 3))
    # The second answer comes once the first has been taken, which the third question says.
    script(tmp_path, monkeypatch, f"echo '{HELLO}'; read a; read b; {first}; read c; {second}; {third}; read line")

    async def work() -> None:
        link = ProcessLink(folder)
        await link.start()
        asking = [asyncio.ensure_future(link.ask(StartDemo())) for _ in range(2)]
        async with asyncio.timeout(10):
            assert (await asking[0]).connection == 1
            assert (await link.ask(StartDemo())).connection == 3
            assert (await asking[1]).connection == 2
        await link.close()

    run_in_qt_loop(work())
