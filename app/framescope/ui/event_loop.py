"""How does asyncio run on Qt's event loop? qasync's loop, with its timers, threads and hooks put right (QT.md)."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import Context
from typing import Any, ParamSpec, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication

os.environ["QT_API"] = "pyside6"  # qasync obeys this variable before anything else, whatever it holds

import qasync

P = ParamSpec("P")
T = TypeVar("T")

# Qt counts milliseconds in an int; a longer timer is set again when this has passed.
_LONGEST_TIMER_S = 86_400.0
_WAKE_UP = QEvent.Type(QEvent.registerEventType())


def new_event_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """Make the window's loop, for `asyncio.Runner(loop_factory=...)`.

    Closing the last window no longer ends the loop: who owns it ends it, after a shutdown in order.
    """
    app.setQuitOnLastWindowClosed(False)
    return EventLoop(app)


class Schedule(QObject):
    """The callbacks that wait for their turn, one precise Qt timer each. Owns them until they run or are cancelled.

    Stands in for qasync's `_SimpleTimer`, whose timers are coarse (5 % early or late) and outlive their cancellation.
    """

    def __init__(self, loop: EventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._handles: dict[int, asyncio.Handle] = {}
        self._timer_ids: dict[int, int] = {}
        self._from_threads: deque[asyncio.Handle] = deque()

    def __len__(self) -> int:
        return len(self._handles)

    def add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Run `handle` in `delay` seconds, never earlier."""
        milliseconds = math.ceil(min(max(delay, 0.0), _LONGEST_TIMER_S) * 1000)
        timer_id = self.startTimer(milliseconds, Qt.TimerType.PreciseTimer)
        self._handles[timer_id] = handle
        self._timer_ids[id(handle)] = timer_id
        return handle

    def add_from_thread(self, handle: asyncio.Handle) -> None:
        """Run `handle` soon. The only method that other threads may call."""
        self._from_threads.append(handle)
        QCoreApplication.postEvent(self, QEvent(_WAKE_UP))

    def drop(self, handle: asyncio.Handle) -> None:
        """Kill the timer of a cancelled callback, unless it has run."""
        timer_id = self._timer_ids.pop(id(handle), None)
        if timer_id is not None:
            self.killTimer(timer_id)
            del self._handles[timer_id]

    def stop(self) -> None:
        """Kill every timer: the loop is closed."""
        for handle in list(self._handles.values()):
            self.drop(handle)
        self._from_threads.clear()

    def set_debug(self, enabled: bool) -> None:
        """Obey qasync, which tells its timers of asyncio's debug mode; these have none."""

    def timerEvent(self, event: QTimerEvent) -> None:
        handle = self._handles.get(event.timerId())
        if handle is None:
            return
        self.drop(handle)
        if isinstance(handle, asyncio.TimerHandle) and (early := handle.when() - self._loop.time()) > 0:
            self.add_callback(handle, early)
        elif not handle.cancelled():
            try:
                handle._run()
            except (KeyboardInterrupt, SystemExit) as leaving:
                self._loop.leave(leaving)  # raised from here, Qt would swallow the one and exit at once on the other

    def customEvent(self, event: QEvent) -> None:
        while self._from_threads:
            self.add_callback(self._from_threads.popleft())


class DaemonThreads(Executor):
    """One daemon thread for each job, so that leaving the program never waits for a name server.

    Stands in for qasync's ten QThreads, for all of which its `close()` waits.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start `fn` in a thread of its own."""
        future: Future[T] = Future()

        def work() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(fn(*args, **kwargs))
                except BaseException as error:  # noqa: BLE001  # it belongs to whoever waits for the future
                    future.set_exception(error)

        threading.Thread(target=work, name="framescope executor", daemon=True).start()
        return future


class EventLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync builds its class at run time
    """qasync's loop with what it lacks of asyncio's contract."""

    # qasync keeps its own exception handler, which `get_exception_handler` does not know, and its own logger.
    set_exception_handler = asyncio.BaseEventLoop.set_exception_handler
    call_exception_handler = asyncio.BaseEventLoop.call_exception_handler
    default_exception_handler = asyncio.BaseEventLoop.default_exception_handler

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._timer = Schedule(self)
        self.set_default_executor(DaemonThreads())
        self._leaving: BaseException | None = None

    def run_forever(self) -> None:
        """Run until stopped; asynchronous generators that are dropped half-way get their clean-up."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        try:
            super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*hooks)
        if self._leaving is not None:
            leaving, self._leaving = self._leaving, None
            raise leaving

    def leave(self, leaving: BaseException) -> None:
        """Stop, and raise `leaving` where the loop was started, as asyncio does."""
        self._leaving = leaving
        self.stop()

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run `callback` in the next turn."""
        self._check_closed()
        return self._timer.add_callback(asyncio.Handle(callback, args, self, context))

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` in the next turn; from any thread. qasync drops the context, and calls after the end."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._timer.add_from_thread(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` in `delay` seconds."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` at `when` on the loop's clock; the handle has `when()`."""
        self._check_closed()
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._timer.add_callback(handle, when - self.time())
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        # asyncio calls this from TimerHandle.cancel().
        self._timer.drop(handle)
