"""What does the probe process do? It reads commands from stdin, obeys, and answers on its old stdout.

It never waits for whoever asks: answers are written by a thread of their own. It ends when stdin ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import queue
import signal
import sys
import threading
from pathlib import Path

import msgspec

from framescope.probe.host import Host
from framescope.probe.link import asked_decoder, encoder
from framescope.probe.messages import Answer, Asked, Refused, Shutdown
from framescope.tasks import Tasks

_READ = 64 * 1024  # B


def run_probe(folder: Path) -> int:
    """Run the probe until it is told to shut down or its stdin ends; return the exit code."""
    answers = os.dup(1)
    # What a library prints must not become an answer.
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    # Ctrl+C reaches the whole foreground group; the window coordinates the end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        host = Host(folder)
    except OSError as error:
        sys.stderr.write(f"Cannot record into {folder}: {error.strerror or error}\n")
        return 1
    gc.freeze()  # what the imports made stays: no collection looks at it again while frames pass
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        runner.run(_obey_stdin(host, _AnswerWriter(answers)))
    return 0


def _new_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.SelectorEventLoop()  # the proactor loop has no add_reader
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class _AnswerWriter:
    """Writes answers from a thread: a stalled window cannot stall the probe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="answers", daemon=True)
        self._thread.start()

    def put(self, answer: Answer) -> None:
        """Queue one answer."""
        self._queue.put(encoder.encode(answer) + b"\n")

    def close(self) -> None:
        """Write what waits, for at most half a second."""
        self._queue.put(None)
        self._thread.join(0.5)

    def _write(self) -> None:
        while (line := self._queue.get()) is not None:
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                return  # nobody listens any more; stdin ends too


async def _obey_stdin(host: Host, answers: _AnswerWriter) -> None:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()
    threading.Thread(target=_read_lines, args=(loop, lines), name="commands", daemon=True).start()
    for signal_number in (signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ():
        loop.add_signal_handler(signal_number, lines.put_nowait, None)
    tasks = Tasks("probe")
    host.start()
    answers.put(host.hello())

    async def obey(asked: Asked) -> None:
        answers.put(await host.obey(asked))
        if isinstance(asked.command, Shutdown):
            lines.put_nowait(None)

    while (line := await lines.get()) is not None:
        try:
            asked = asked_decoder.decode(line)
        except msgspec.DecodeError as error:
            answers.put(Refused(0, f"not a command: {error}"))
            continue
        tasks.start(obey(asked), type(asked.command).__name__)
    await host.shut_down()
    await tasks.cancel()
    answers.close()


def _read_lines(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[bytes | None]) -> None:
    """Read stdin in a thread, which works on every platform; the end of stdin ends the probe."""
    begun: list[bytes] = []  # of a line that is not whole yet: a message of 64 MiB comes in a thousand reads

    def hand_on(line: bytes | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody obeys any more
            loop.call_soon_threadsafe(lines.put_nowait, line)

    try:
        while data := os.read(0, _READ):
            first, *others = data.split(b"\n")
            begun.append(first)
            for other in others:
                hand_on(b"".join(begun))
                begun = [other]
    finally:
        hand_on(None)
