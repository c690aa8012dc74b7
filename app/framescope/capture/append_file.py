"""How does a growing file reach the disk without a gap? Unbuffered appends that resume where they broke off."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

#: `os.write`, or a test's stand-in.
Write: TypeAlias = Callable[[int, bytearray], int]


class AppendFile:
    """A new file, for its owner's eyes only, and the bytes that are still to be written to it.

    `pending` is public and keeps its identity: the hot path appends to it without a call. What a
    failed or short write left over stays pending, so the file never has a hole.
    """

    __slots__ = ("_descriptor", "_write", "pending", "written")

    def __init__(self, path: Path, write: Write) -> None:
        """Create `path`, which must not exist: two writers never share a capture. OSError if that fails."""
        flags = (
            os.O_WRONLY
            | os.O_CREAT
            | os.O_EXCL
            | os.O_APPEND
            | getattr(os, "O_CLOEXEC", 0)
            | getattr(os, "O_BINARY", 0)
        )
        self._descriptor = os.open(path, flags, 0o600)
        self._write = write
        self.pending = bytearray()
        self.written = 0  #: B that the kernel has taken

    @property
    def end(self) -> int:
        """The file offset at which the next byte appended to `pending` will lie."""
        return self.written + len(self.pending)

    def flush(self) -> None:
        """Hand everything pending to the kernel. OSError where it takes no more."""
        pending = self.pending
        while pending:
            try:
                count = self._write(self._descriptor, pending)
            except InterruptedError:
                continue
            if count <= 0:
                raise OSError(errno.EIO, "the file takes no bytes")
            self.written += count
            del pending[:count]

    def close(self) -> None:
        """Give the file back; what is pending is lost. OSError as the kernel says."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)
