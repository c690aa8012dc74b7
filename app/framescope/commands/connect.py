"""What does one connection say, line by line? It is recorded, and printed from the recording."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from framescope.analysis.book import TraceBook
from framescope.analysis.ending import is_good_end
from framescope.analysis.trace import Trace
from framescope.capture.folder import make_private
from framescope.capture.reader import CaptureReader
from framescope.capture.writer import CaptureWriter
from framescope.commands.row_printer import RowPrinter
from framescope.commands.stored import complain, refusal
from framescope.engine.errors import InvalidState, WebSocketException
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.session.options import ConnectOptions
from framescope.session.session import Session

_LOOK = 0.05  #: s between two looks at the capture
_CLOSE_CODE = 1000


async def connect(options: ConnectOptions, chosen: argparse.Namespace) -> int:
    """Connect and print until the connection ends, `--seconds` have passed, or Ctrl+C; 1 for a bad end."""
    with ExitStack() as stack:
        folder: Path = chosen.record or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="framescope-")))
        try:
            make_private(folder)
            writer = CaptureWriter(folder)
        except OSError as error:
            complain(refusal(folder, error))
            return 2
        reader = CaptureReader(folder)
        stack.callback(reader.close)
        watch = _Watch(Session(writer), TraceBook(reader), RowPrinter(is_json=chosen.json), list(chosen.send))
        return await watch.run(options, chosen.seconds)


class _Watch:
    """One connection of the command line."""

    def __init__(self, session: Session, book: TraceBook, printer: RowPrinter, messages: list[str]) -> None:
        self._session = session
        self._book = book
        self._printer = printer
        self._messages = messages
        self._number = 0
        self._stopped = ""  # why the recording stands still, as told

    async def run(self, options: ConnectOptions, seconds: float | None) -> int:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ():
            loop.add_signal_handler(number, stop.set)
        self._session.start()
        try:
            self._number = self._session.connect(options)
            is_over = await self._watch(stop, None if seconds is None else loop.time() + seconds)
            if not is_over:
                stop.clear()  # a second Ctrl+C does not wait for the peer
                with suppress(InvalidState):  # it has just ended
                    self._session.close(self._number, _CLOSE_CODE, "")
                await self._watch(stop, loop.time() + (options.close_timeout or 1.0) + 1.0)
        except (WebSocketException, ValueError, OSError) as error:
            print(f"framescope: {error}", file=sys.stderr)
            return 2
        finally:
            await self._session.shut_down()
            self._print()
        return self._verdict()

    async def _watch(self, stop: asyncio.Event, until: float | None) -> bool:
        """Print what comes; True once the connection has ended, False when it is to be closed."""
        loop = asyncio.get_running_loop()
        while True:
            self._print()
            trace = self._book.traces.get(self._number)
            if trace is not None and trace.story.ended is not None:
                return True
            if trace is not None:
                self._send(trace)
            if stop.is_set() or (until is not None and loop.time() >= until):
                return False
            await asyncio.sleep(_LOOK)

    def _print(self) -> None:
        """Print what is new in the recording; while nothing is recorded, say so."""
        self._book.poll()
        self._printer.print_new(self._book)
        if self._book.recording_stopped != self._stopped:
            self._stopped = self._book.recording_stopped
            complain(f"{self._stopped} Frames are not printed either." if self._stopped else "Recording goes on.")

    def _send(self, trace: Trace) -> None:
        with suppress(InvalidState):  # the capture says OPEN, and the peer has just closed
            while self._messages and trace.story.state is State.OPEN:
                self._session.send(self._number, Opcode.TEXT, self._messages[0].encode())
                self._messages.pop(0)

    def _verdict(self) -> int:
        trace = self._book.traces.get(self._number)
        ended = None if trace is None else trace.story.ended
        # Given up before it was open is a good end for a person, who wanted it; a script waits for the connection.
        is_good = ended is not None and ended.info.code is not None and is_good_end(ended.info)
        return 0 if is_good else 1
