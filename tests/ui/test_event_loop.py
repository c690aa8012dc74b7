"""The window's loop keeps asyncio's contract: time, cancellation, threads, readers, failures, and its end."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from framescope.ui.event_loop import EventLoop, new_event_loop
from helpers.loops import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def this_loop() -> EventLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, EventLoop)
    return loop


def live_timers(loop: EventLoop) -> int:
    """Ask Qt, not our own bookkeeping."""
    return len(QAbstractEventDispatcher.instance().registeredTimers(loop._timer))


# Time


def test_timers_are_precise_and_rounded_up(run_in_qt_loop: Run) -> None:
    async def work() -> list[tuple[int, Qt.TimerType]]:
        handles = [this_loop().call_later(delay, print) for delay in (5.0006, 60.0006)]
        timers = QAbstractEventDispatcher.instance().registeredTimers(this_loop()._timer)
        for handle in handles:
            handle.cancel()
        return [(timer.interval, timer.timerType) for timer in timers]

    precise = Qt.TimerType.PreciseTimer
    assert sorted(run_in_qt_loop(work())) == [(5001, precise), (60001, precise)]


class QtTimer:
    """A precise timer of Qt's own beside ours: a busy machine makes both late."""

    def __init__(self, seconds: float) -> None:
        self.lateness = float("inf")
        self._due = time.monotonic() + seconds
        self._timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._fire)
        self._timer.start(round(seconds * 1000))

    def _fire(self) -> None:
        self.lateness = time.monotonic() - self._due


async def lateness_of_sleep(seconds: float) -> float:
    start = time.monotonic()
    await asyncio.sleep(seconds)
    return time.monotonic() - start - seconds


def test_sleep_is_never_early_and_little_late(run_in_qt_loop: Run) -> None:
    async def work() -> tuple[list[float], list[float]]:
        times = [1.0 + step * 0.013 for step in range(20)]
        beside = [QtTimer(seconds) for seconds in times]
        lateness = await asyncio.gather(*map(lateness_of_sleep, times))
        return lateness, [timer.lateness for timer in beside]

    lateness, of_qt = run_in_qt_loop(work())
    assert min(lateness) >= 0
    later = sorted(ours - theirs for ours, theirs in zip(lateness, of_qt, strict=True))
    assert later[10] <= 0.020


def test_call_later_fires_in_its_window(run_in_qt_loop: Run) -> None:
    async def work() -> list[float]:
        loop = this_loop()
        fired: list[float] = []
        start = loop.time()
        for _ in range(20):
            loop.call_later(0.5, lambda: fired.append(loop.time() - start))
        beside = QtTimer(0.5)
        await until(lambda: len(fired) == 20)
        return [*fired, beside.lateness]

    *fired, of_qt = run_in_qt_loop(work())
    assert min(fired) >= 0.5
    assert min(fired) <= 0.52 + of_qt


def test_a_time_below_a_millisecond_is_not_early(run_in_qt_loop: Run) -> None:
    async def work() -> list[float]:
        return [await lateness_of_sleep(0.0004) for _ in range(50)]

    assert min(run_in_qt_loop(work())) >= 0


def test_handles_know_when(run_in_qt_loop: Run) -> None:
    async def work() -> None:
        loop = this_loop()
        later = loop.call_later(30, print)
        at = loop.call_at(loop.time() + 60, print)
        assert later.when() == pytest.approx(loop.time() + 30, abs=0.1)
        assert at.when() == pytest.approx(later.when() + 30, abs=0.1)
        later.cancel()
        at.cancel()

    run_in_qt_loop(work())


def test_a_timer_longer_than_qt_can_count(run_in_qt_loop: Run) -> None:
    async def work() -> None:
        for delay in (86_400 * 60, float("inf")):
            handle = this_loop().call_later(delay, print)
            assert live_timers(this_loop()) == 1
            handle.cancel()

    run_in_qt_loop(work())


def test_a_timer_that_fires_early_is_set_again(run_in_qt_loop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.ui.event_loop._LONGEST_TIMER_S", 0.02)

    async def work() -> float:
        return await lateness_of_sleep(0.1)

    assert run_in_qt_loop(work()) >= 0


@pytest.mark.parametrize("name", ["call_soon", "call_soon_threadsafe"])
def test_callbacks_run_in_the_order_they_were_asked_for(run_in_qt_loop: Run, name: str) -> None:
    async def work() -> list[int]:
        order: list[int] = []
        for number in range(200):
            getattr(this_loop(), name)(order.append, number)
        await asyncio.sleep(0.05)
        return order

    assert run_in_qt_loop(work()) == list(range(200))


# Cancellation


def test_cancelled_timeouts_leave_no_timer(run_in_qt_loop: Run) -> None:
    async def work() -> int:
        for _ in range(10_000):
            async with asyncio.timeout(60):
                pass
        return live_timers(this_loop())

    assert run_in_qt_loop(work()) == 0


def test_a_cancelled_callback_does_not_run(run_in_qt_loop: Run) -> None:
    async def work() -> list[str]:
        ran: list[str] = []
        soon = this_loop().call_soon(ran.append, "soon")
        later = this_loop().call_later(0.01, ran.append, "later")
        soon.cancel()
        later.cancel()
        later.cancel()
        this_loop().call_later(0.02, ran.append, "kept")
        await asyncio.sleep(0.05)
        return ran

    assert run_in_qt_loop(work()) == ["kept"]


def test_a_callback_that_ran_can_be_cancelled(run_in_qt_loop: Run) -> None:
    async def work() -> int:
        handle = this_loop().call_later(0, lambda: None)
        await asyncio.sleep(0.02)
        other = this_loop().call_later(60, print)
        handle.cancel()
        live = live_timers(this_loop())
        other.cancel()
        return live

    assert run_in_qt_loop(work()) == 1


# Threads


def test_another_thread_wakes_the_loop(run_in_qt_loop: Run) -> None:
    async def work() -> tuple[int, set[str]]:
        loop = this_loop()
        names: list[str] = []
        enough = asyncio.Event()

        def arrived() -> None:
            names.append(threading.current_thread().name)
            if len(names) == 1_000:
                enough.set()

        def ask() -> None:
            for _ in range(250):
                loop.call_soon_threadsafe(arrived)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        async with asyncio.timeout(10):
            await enough.wait()
        for thread in threads:
            thread.join()
        return len(names), set(names)

    assert run_in_qt_loop(work()) == (1_000, {"MainThread"})


def test_the_context_reaches_a_callback_asked_for_by_a_thread(run_in_qt_loop: Run) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="lost")
    context = contextvars.copy_context()
    context.run(variable.set, "kept")

    async def work() -> str:
        seen: asyncio.Future[str] = this_loop().create_future()
        this_loop().call_soon_threadsafe(lambda: seen.set_result(variable.get()), context=context)
        return await seen

    assert run_in_qt_loop(work()) == "kept"


def test_a_job_runs_in_a_thread_and_its_failure_comes_back(run_in_qt_loop: Run) -> None:
    async def work() -> None:
        assert await asyncio.to_thread(lambda: threading.current_thread().daemon) is True
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)

    run_in_qt_loop(work())


def test_the_loop_ends_while_a_job_still_blocks(qapp: QApplication) -> None:
    released = threading.Event()

    async def work() -> None:
        this_loop().run_in_executor(None, released.wait, 20)
        await asyncio.sleep(0)

    start = time.monotonic()
    with asyncio.Runner(loop_factory=lambda: new_event_loop(qapp)) as runner:
        runner.run(work())
    assert time.monotonic() - start < 5
    released.set()


# Readers and writers


def test_a_reader_is_told_of_data_and_then_left_alone(run_in_qt_loop: Run) -> None:
    near, far = socket.socketpair()

    async def work() -> list[bytes]:
        loop = this_loop()
        got: list[bytes] = []
        loop.add_reader(near, lambda: got.append(near.recv(100)))
        for word in (b"one", b"two"):
            far.send(word)
            await until(lambda word=word: got[-1:] == [word])  # type: ignore[misc]
        assert loop.remove_reader(near)
        far.send(b"three")
        await asyncio.sleep(0.02)
        return got

    with near, far:
        assert run_in_qt_loop(work()) == [b"one", b"two"]


def test_streams_work(run_in_qt_loop: Run) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(100))
        writer.close()
        await writer.wait_closed()

    async def work() -> bytes:
        async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"Hello")
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer

    assert run_in_qt_loop(work()) == b"Hello"


@pytest.mark.skipif(os.name == "nt", reason="signals reach a loop on Unix only")
def test_a_signal_is_heard_at_once_while_qt_waits(run_in_qt_loop: Run) -> None:
    async def work() -> float:
        heard = asyncio.Event()
        this_loop().add_signal_handler(signal.SIGUSR2, heard.set)
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR2)).start()
        start = time.monotonic()
        async with asyncio.timeout(5):
            await heard.wait()
        this_loop().remove_signal_handler(signal.SIGUSR2)
        return time.monotonic() - start

    assert run_in_qt_loop(work()) < 1


# Failures


def test_a_failing_callback_reaches_the_exception_handler(run_in_qt_loop: Run) -> None:
    async def work() -> list[str]:
        messages: list[str] = []

        def remember(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            messages.append(str(context["exception"]))

        this_loop().set_exception_handler(remember)
        assert this_loop().get_exception_handler() is remember
        this_loop().call_soon(lambda: 1 // 0)
        await asyncio.sleep(0.01)
        return messages

    assert run_in_qt_loop(work()) == ["integer division or modulo by zero"]


def test_a_failure_nobody_handles_is_logged_as_asyncios(
    run_in_qt_loop: Run, logged_errors: list[logging.LogRecord]
) -> None:
    async def work() -> None:
        this_loop().call_soon(lambda: 1 // 0)
        await asyncio.sleep(0.01)

    run_in_qt_loop(work())
    assert [record.name for record in logged_errors] == ["asyncio"]
    logged_errors.clear()


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_leaving_is_raised_where_the_loop_was_started(run_in_qt_loop: Run, kind: type[BaseException]) -> None:
    def leave() -> None:
        raise kind

    async def work() -> None:
        this_loop().call_soon(leave)
        await asyncio.sleep(10)

    with pytest.raises(kind):
        run_in_qt_loop(work())


def test_a_dropped_generator_is_cleaned_up(run_in_qt_loop: Run) -> None:
    cleaned: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            cleaned.append("yes")

    async def work() -> None:
        async for _ in numbers():
            break
        await asyncio.sleep(0.02)

    run_in_qt_loop(work())
    assert cleaned == ["yes"]


# The end


def test_a_closed_loop_refuses_and_has_no_timers(qapp: QApplication) -> None:
    loop = new_event_loop(qapp)
    assert isinstance(loop, EventLoop)
    loop.call_later(60, print)
    loop.call_soon_threadsafe(print)
    assert live_timers(loop) == 1
    loop.close()
    assert live_timers(loop) == 0
    for refused in (loop.call_soon, loop.call_soon_threadsafe, lambda work: loop.call_later(1, work)):
        with pytest.raises(RuntimeError, match="closed"):
            refused(print)
    qapp.processEvents()


def test_closing_the_last_window_does_not_end_the_loop(run_in_qt_loop: Run) -> None:
    async def work() -> str:
        window = QWidget()
        window.show()
        window.close()
        await asyncio.sleep(0.05)
        return "still here"

    assert run_in_qt_loop(work()) == "still here"


def test_callbacks_run_while_a_slot_waits_in_a_loop_of_its_own(run_in_qt_loop: Run) -> None:
    async def work() -> list[str]:
        ran: list[str] = []

        def slot() -> None:
            nested = QEventLoop()
            this_loop().call_later(0.01, ran.append, "inside")
            QTimer.singleShot(50, nested.quit)
            nested.exec()
            ran.append("after")

        QTimer.singleShot(0, slot)
        await asyncio.sleep(0.3)
        return ran

    assert run_in_qt_loop(work()) == ["inside", "after"]
