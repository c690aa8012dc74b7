"""What remains when a process dies or is told to end? A whole capture, and no process, task, timer or file."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QTimer

from framescope import gui
from framescope.engine.state import State
from framescope.ui.application import Application
from framescope.ui.desk import Desk
from helpers.peer_process import PeerProcess
from helpers.scope import Scope
from helpers.window_process import (
    WindowProcess,
    capture_folders,
    has_ended,
    read_captures,
    run_program,
    wait_for,
)

END_LIMIT = 2.0  #: s that the program may take to end
MARGIN = 1.0  #: s: two interpreters go down on a machine that has other work


def frames_printed(tmp_path: Path) -> list[dict[str, Any]]:
    """Print the capture with `framescope frames --json`."""
    [capture] = capture_folders(tmp_path)
    done = run_program(tmp_path, "frames", str(capture), "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("link_kind", ["process"], indirect=True)
def test_a_killed_probe_is_told_and_reconnect_starts_another(scope_run: Any, tmp_path: Path) -> None:
    async def act(scope: Scope) -> None:
        scope.turn("ping_interval", "0.2")
        await scope.open(peer.url())
        scope.send("before")
        await scope.until(lambda: len(scope.pings) > 1 and scope.pings[-1].answered, "pongs")
        await scope.table_settled()
        trace, folder = scope.trace, scope.folder
        before = [scope.cells(row) for row in range(len(trace.rows))]
        [probe] = [child for child in psutil.Process().children() if "probe" in child.cmdline()]
        os.kill(probe.pid, signal.SIGKILL)

        await scope.until(scope.window.banner.isVisible, "the banner")
        headline, plain, advice = scope.banner
        assert headline == "The probe has ended"
        assert plain == "The probe was killed. What it captured is kept."
        assert advice == "Reconnect starts a new probe and a new recording."
        assert scope.trace is trace
        assert [scope.cells(row) for row in range(len(before))] == before  # also what is read from the file
        assert scope.window.bar.action.text() == "Connect"
        await scope.until(lambda: peer.facts("closed"), "the end at the peer")

        await scope.press_for_new_trace(scope.window.banner.reconnect)
        await scope.until(lambda: scope.story.state is State.OPEN, "OPEN")
        assert scope.trace is not trace and scope.folder != folder
        assert not scope.window.banner.isVisible()
        await scope.until(lambda: scope.pings and scope.pings[-1].answered, "a pong on the new connection")
        await scope.until(scope.button(scope.window.composer, "Ping").isEnabled, "the composer")
        scope.send("behind")
        await scope.until(lambda: len(peer.facts("got")) == 2, "the message")
        assert [data for _, data in peer.messages("got")] == [b"before", b"behind"]
        assert len(peer.facts("opened")) == 2

    with PeerProcess(tmp_path, "websockets", ping_interval=None) as peer:
        scope_run(act)


def test_a_killed_window_ends_the_probe_and_leaves_a_capture(tmp_path: Path) -> None:
    with WindowProcess(tmp_path, "--demo", "--seconds", "30") as window:
        window.wait_for_frames(10)
        [probe] = window.children()
        window.process.kill()
        window.process.wait()
        took = wait_for(lambda: has_ended(probe), "the probe's end", 3.0)
    assert took <= 3.0
    [recorded] = read_captures(tmp_path)
    assert recorded.end is not None
    assert recorded.sent_codes == [1001]
    lines = frames_printed(tmp_path)
    assert sum(line["type"] == "frame" for line in lines) == recorded.frames >= 10
    assert lines[-1]["type"] == "closed"
    assert "Traceback" not in window.output


@pytest.mark.parametrize(
    ("how", "arguments"),
    [
        ("SIGTERM", ()),
        ("SIGINT", ()),
        ("Ctrl+C", ()),
        ("Ctrl+C", ("--embedded",)),
        pytest.param("SIGTERM", ("--embedded",), marks=pytest.mark.long),
        pytest.param("SIGINT", ("--embedded",), marks=pytest.mark.long),
    ],
)
def test_a_signal_ends_the_program_in_order(tmp_path: Path, how: str, arguments: tuple[str, ...]) -> None:
    with WindowProcess(tmp_path, "--demo", "--seconds", "30", *arguments) as window:
        window.wait_for_frames(10)
        children = window.children()
        assert len(children) == (0 if arguments else 1)
        if how == "Ctrl+C":
            window.interrupt()
        else:
            window.process.send_signal(signal.Signals[how])
        wait_for(lambda: window.process.poll() is not None, "the program's end", END_LIMIT + MARGIN)
    assert window.process.returncode == 0, window.output
    assert all(has_ended(child) for child in children)
    is_whole(tmp_path)
    assert "Traceback" not in window.output


@pytest.mark.parametrize("is_embedded", [False, True], ids=["process", "embedded"])
def test_closing_the_window_ends_the_program_in_order(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_embedded: bool
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    application = Application()

    async def use_it() -> int:
        loop = asyncio.get_running_loop()
        chosen = argparse.Namespace(embedded=is_embedded, address=None, demo=True, seconds=30.0, screenshot=None)
        running = loop.create_task(gui._run(application, chosen, has_display=True))
        while not has_frames(application):
            assert not running.done()
            await asyncio.sleep(0.01)
        began = loop.time()
        assert not application.window.close()  # a request: the window stays until all is done
        assert application.window.isVisible()
        code = await running
        assert loop.time() - began <= END_LIMIT
        nothing_runs(application)
        return code

    with asyncio.Runner(loop_factory=application.new_event_loop) as runner:
        assert runner.run(use_it()) == 0
    assert not application.window.isVisible()
    application.window.deleteLater()
    is_whole(tmp_path)


@pytest.mark.parametrize("state", ["connecting", "open"])
def test_closing_does_not_wait_for_a_peer_that_is_silent(
    scope_run: Any, tmp_path: Path, link_kind: str, state: str
) -> None:
    clock = []

    async def act(scope: Scope) -> None:
        await (scope.connect(peer.url()) if state == "connecting" else scope.open(peer.url()))
        peer.pause()
        clock.append(time.monotonic())

    with PeerProcess(tmp_path, "silent" if state == "connecting" else "websockets", ping_interval=None) as peer:
        scope_run(act)
        assert time.monotonic() - clock[0] <= END_LIMIT + 0.5
        peer.resume()
    [recorded] = read_captures(tmp_path)
    assert recorded.end is not None
    assert recorded.sent_codes == ([] if state == "connecting" else [1001])


def has_frames(application: Application) -> bool:
    desk: Desk | None = getattr(application, "desk", None)
    return desk is not None and desk.trace is not None and desk.trace.frame_count > 10


def nothing_runs(application: Application) -> None:
    """Check that the loop has no task but this, no callback that waits, and Qt no timer of ours."""
    loop = asyncio.get_running_loop()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert len(loop._timer) == 0  # type: ignore[attr-defined]
    assert [timer for timer in application.window.findChildren(QTimer) if timer.isActive()] == []
    assert [timer for timer in gc.get_objects() if isinstance(timer, QTimer) and timer.isActive()] == []


def is_whole(folder: Path) -> None:
    """Check that the capture tells the end: Close 1001 there and back, and the last word."""
    [recorded] = read_captures(folder)
    assert (recorded.sent_codes, recorded.received_codes) == ([1001], [1001])
    assert recorded.end is not None
    assert (recorded.end.exception, recorded.end.code, recorded.end.by_peer) == ("ConnectionClosedOK", 1001, False)
