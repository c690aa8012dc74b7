"""How is a file read that another process may still be writing, or that was cut short? A few bytes at a time.

Reads rather than a memory map: a reader copies anyway, and a map of a file that somebody truncates
kills the process that looks at it.
"""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path


class StoredFile:
    """A file that may be missing, shorter than it should be, or growing. Never raises for its state."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def size(self) -> int:
        """Return the size (B) now; 0 while there is no file."""
        file = self._opened()
        return 0 if file is None else os.fstat(file.fileno()).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`: as many as there are."""
        # Clamped first: a damaged record may ask for more than any memory holds.
        length = min(length, self.size() - offset)
        if length <= 0:
            return b""
        buffer = bytearray(length)
        return bytes(memoryview(buffer)[: self.read_into(buffer, offset)])

    def read_into(self, buffer: bytearray | memoryview, offset: int) -> int:
        """Fill `buffer` from `offset` as far as the file goes and return how many bytes that was."""
        file = self._opened()
        if file is None:
            return 0
        view, count = memoryview(buffer), 0
        try:
            file.seek(offset)
            while count < len(view) and (got := file.readinto(view[count:])):
                count += got
        except OSError:
            pass  # a bad block or a vanished volume: what was read so far is what there is
        return count

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> FileIO | None:
        if self._file is None:
            try:
                self._file = FileIO(self._path)
            except OSError:
                return None
        return self._file
