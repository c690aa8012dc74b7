"""How do stream and index reach the disk, and what happens while they cannot?

The stream is written before the index, so a record never points at bytes that a killed process
had not handed over. A full disk or a failing write stops the recording, never the traffic.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from framescope.capture.append_file import AppendFile, Write
from framescope.capture.clock import Clock
from framescope.capture.folder import make_private
from framescope.capture.meta import meta_now

#: Below this the machine has better uses for its disk than a recording.
MINIMUM_FREE = 1024**3
#: B of records (never of traffic) that wait in memory for the disk while recording is stopped.
HELD_LIMIT = 4 * 1024**2
_CHECK_INTERVAL_NS = 1_000_000_000


def free_bytes(folder: Path) -> int:
    """Return what this user may still write on the volume of `folder`. OSError when the folder is gone."""
    return shutil.disk_usage(folder).free


class Output:
    """The files of one capture, and whether they can be written.

    `stopped(text)` is called when recording stops and `resumed()` when it goes on; both may append
    records, which are written as soon as the disk takes them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        stopped: Callable[[str], None],
        resumed: Callable[[], None],
        write: Write,
        free_space: Callable[[Path], int],
    ) -> None:
        """Create the files. OSError if that is impossible, FileExistsError where a capture lies already."""
        make_private(folder)
        self.is_stopped = False
        self.index = AppendFile(folder / "index", write)
        self.stream = AppendFile(folder / "stream", write)
        self._meta = AppendFile(folder / "meta.json", write)
        self._meta.pending += msgspec.json.encode(meta_now(clock))
        self._files = (self._meta, self.stream, self.index)  # in the order of writing
        self._folder = folder
        self._monotonic_ns = clock.monotonic_ns
        self._free_space = free_space
        self._stopped = stopped
        self._resumed = resumed
        self._next_check = clock.monotonic_ns()
        self._is_closed = False

    @property
    def has_room(self) -> bool:
        """Whether another record may wait in memory; always true while recording."""
        if not self.is_stopped:
            return True
        return not self._is_closed and len(self.stream.pending) + len(self.index.pending) < HELD_LIMIT

    def flush(self) -> None:
        """Write what is pending, or find out (at most once a second) whether it can be written again."""
        if self._is_closed:
            return
        now = self._monotonic_ns()
        if now >= self._next_check:
            self._next_check = now + _CHECK_INTERVAL_NS
            self._check()
        if not self.is_stopped:
            try:
                self._write_pending()
            except OSError as error:
                self._stop(f"Recording stopped: {error}")

    def close(self) -> None:
        """Write what can be written and let go of the files. Never raises."""
        if self._is_closed:
            return
        self.flush()
        if self.is_stopped:
            with suppress(OSError):
                self._write_pending()
        self._is_closed = self.is_stopped = True
        for file in self._files:
            # Some file systems report a failed write only now; there is nobody left to resume.
            with suppress(OSError):
                file.close()

    def _write_pending(self) -> None:
        for file in self._files:
            if file.pending:
                file.flush()

    def _check(self) -> None:
        problem = self._problem()
        if not self.is_stopped:
            if problem:
                self._stop(problem)
                # There is still room for the last batch and for the record that says why it is the last.
                with suppress(OSError):
                    self._write_pending()
        elif not problem:
            try:
                self._write_pending()
            except OSError:
                return
            self.is_stopped = False
            self._resumed()

    def _problem(self) -> str:
        """Say why nothing should be written now; empty when it may."""
        try:
            free = self._free_space(self._folder)
        except OSError as error:
            return f"Recording stopped: {error}"
        if free < MINIMUM_FREE:
            return f"Recording stopped: only {free // 1024**2} MiB of disk are free, and it needs 1 GiB."
        return ""

    def _stop(self, text: str) -> None:
        self.is_stopped = True
        self._stopped(text)
