"""Appends that resume where they broke off."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.capture.append_file import AppendFile


class Kernel:
    """A write() that follows a script: a number of bytes to take, or an error to raise; then it works."""

    def __init__(self, *script: int | OSError) -> None:
        self.script = list(script)

    def write(self, descriptor: int, data: bytearray) -> int:
        if not self.script:
            return os.write(descriptor, data)
        step = self.script.pop(0)
        if isinstance(step, OSError):
            raise step
        return os.write(descriptor, data[:step])


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def file(tmp_path: Path, kernel: Kernel) -> Iterator[AppendFile]:
    old = os.umask(0)
    made = AppendFile(tmp_path / "stream", kernel.write)
    os.umask(old)
    yield made
    made.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path, file: AppendFile) -> None:
    assert stat.S_IMODE((tmp_path / "stream").stat().st_mode) == 0o600


def test_nothing_overwrites_a_file_that_exists(tmp_path: Path) -> None:
    (tmp_path / "stream").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        AppendFile(tmp_path / "stream", os.write)
    assert (tmp_path / "stream").read_bytes() == b"precious"


def test_pending_bytes_reach_the_file_at_the_flush(tmp_path: Path, file: AppendFile) -> None:
    file.pending += b"abc"
    assert (file.end, file.written) == (3, 0)
    file.flush()
    assert (file.end, file.written, bytes(file.pending)) == (3, 3, b"")
    assert (tmp_path / "stream").read_bytes() == b"abc"


def test_short_writes_and_interruptions_are_continued(tmp_path: Path, file: AppendFile, kernel: Kernel) -> None:
    kernel.script = [1, InterruptedError(), 2, InterruptedError()]
    file.pending += b"abcdef"
    file.flush()
    assert (tmp_path / "stream").read_bytes() == b"abcdef"


def test_an_error_keeps_what_was_not_written(tmp_path: Path, file: AppendFile, kernel: Kernel) -> None:
    kernel.script = [2, OSError(errno.ENOSPC, "No space left on device")]
    file.pending += b"abcdef"
    with pytest.raises(OSError, match="No space"):
        file.flush()
    assert (file.written, bytes(file.pending), file.end) == (2, b"cdef", 6)
    file.pending += b"gh"
    file.flush()
    assert (tmp_path / "stream").read_bytes() == b"abcdefgh"


def test_a_file_that_takes_nothing_is_an_error(file: AppendFile, kernel: Kernel) -> None:
    kernel.script = [0]
    file.pending += b"a"
    with pytest.raises(OSError, match="takes no bytes"):
        file.flush()


def test_pending_is_one_object_for_life(file: AppendFile) -> None:
    pending = file.pending
    pending += b"abc"
    file.flush()
    assert file.pending is pending


def test_closing_twice_is_no_fault(file: AppendFile) -> None:
    file.close()
    file.close()
