"""Stopping and resuming the recording."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.capture.output import HELD_LIMIT, MINIMUM_FREE, Output, free_bytes
from helpers.captures import StillClock

PLENTY = 100 * MINIMUM_FREE


class Disk:
    """A disk whose space and health a test sets, and that counts what it is asked."""

    def __init__(self) -> None:
        self.free = PLENTY
        self.folder = Path()
        self.order: list[bytes] = []
        self.error: OSError | None = None
        self.checks = 0
        self.is_gone = False

    def write(self, descriptor: int, data: bytearray) -> int:
        self.order.append(bytes(data))
        if self.error is not None:
            raise self.error
        return os.write(descriptor, data)

    def free_space(self, folder: Path) -> int:
        self.checks += 1
        self.folder = folder
        if self.is_gone:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(folder))
        return self.free

    @property
    def stream(self) -> bytes:
        return (self.folder / "stream").read_bytes()


class Told:
    """What the output told its owner; "" stands for going on."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def stopped(self, text: str) -> None:
        self.texts.append(text)

    def resumed(self) -> None:
        self.texts.append("")


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def time() -> StillClock:
    return StillClock()


@pytest.fixture
def output(tmp_path: Path, disk: Disk, told: Told, time: StillClock) -> Iterator[Output]:
    made = Output(
        tmp_path,
        clock=time.clock,
        stopped=told.stopped,
        resumed=told.resumed,
        write=disk.write,
        free_space=disk.free_space,
    )
    made.flush()
    yield made
    disk.error = None
    made.close()


def put(output: Output, text: bytes) -> None:
    output.stream.pending += text
    output.flush()


def test_the_stream_is_written_before_the_index(output: Output, disk: Disk) -> None:
    output.index.pending += b"record"
    output.stream.pending += b"bytes"
    output.flush()
    assert disk.order[-2:] == [b"bytes", b"record"]


def test_the_index_waits_for_the_stream(tmp_path: Path, output: Output, disk: Disk) -> None:
    output.stream.pending += b"bytes"
    output.index.pending += b"record"
    disk.error = OSError(errno.EIO, "Input/output error")
    before = len(disk.order)
    output.flush()
    assert disk.order[before:] == [b"bytes"]
    assert (tmp_path / "index").read_bytes() == b""


def test_space_is_looked_at_once_a_second_at_most(output: Output, disk: Disk, time: StillClock) -> None:
    before = disk.checks
    for _ in range(100):
        time.advance(0.1)
        output.flush()
    assert disk.checks - before == 10


def test_recording_stops_below_a_gibibyte_and_goes_on_above(
    output: Output, disk: Disk, told: Told, time: StillClock
) -> None:
    disk.free = MINIMUM_FREE - 1
    time.advance(1.0)
    put(output, b"last batch;")
    assert told.texts == ["Recording stopped: only 1023 MiB of disk are free, and it needs 1 GiB."]
    assert output.is_stopped
    assert disk.stream == b"last batch;"  # there was still room for it
    time.advance(1.0)
    put(output, b"held;")
    assert disk.stream == b"last batch;"
    disk.free = MINIMUM_FREE
    output.flush()
    assert output.is_stopped  # it has not looked yet
    time.advance(1.0)
    output.flush()
    assert told.texts[1:] == [""]
    assert disk.stream == b"last batch;held;"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_failing_write_stops_and_nothing_is_lost_when_it_works_again(
    output: Output, disk: Disk, told: Told, time: StillClock, code: int
) -> None:
    disk.error = OSError(code, os.strerror(code))
    put(output, b"one;")
    assert told.texts == [f"Recording stopped: [Errno {code}] {os.strerror(code)}"]
    for _ in range(3):
        time.advance(1.0)
        put(output, b"more;")
    assert len(told.texts) == 1  # said once
    disk.error = None
    time.advance(1.0)
    output.flush()
    assert told.texts[1:] == [""]
    assert disk.stream == b"one;more;more;more;"


def test_a_folder_that_was_deleted_stops_the_recording(
    output: Output, disk: Disk, told: Told, time: StillClock
) -> None:
    disk.is_gone = True
    time.advance(1.0)
    output.flush()
    assert len(told.texts) == 1
    assert "No such file" in told.texts[0]


def test_what_waits_for_the_disk_is_bounded(output: Output, disk: Disk) -> None:
    assert output.has_room
    disk.error = OSError(errno.ENOSPC, "No space left on device")
    put(output, b"x")
    assert output.has_room
    output.stream.pending += bytes(HELD_LIMIT)
    assert not output.has_room


def test_closing_writes_the_rest(output: Output, disk: Disk, told: Told, time: StillClock) -> None:
    output.stream.pending += b"rest"
    output.close()
    assert disk.stream == b"rest"
    assert output.is_stopped
    assert not output.has_room
    time.advance(2)
    output.flush()
    output.close()
    assert told.texts == []


def test_closing_a_stopped_output_tries_once_more(output: Output, disk: Disk) -> None:
    disk.error = OSError(errno.EIO, "Input/output error")
    put(output, b"rest")
    disk.error = None
    output.close()
    assert disk.stream == b"rest"


def test_closing_never_raises_and_says_that_the_end_is_missing(output: Output, disk: Disk, told: Told) -> None:
    output.stream.pending += b"rest"
    disk.error = OSError(errno.EIO, "Input/output error")
    output.close()
    assert len(told.texts) == 1


def test_a_capture_is_never_written_over(output: Output, tmp_path: Path, disk: Disk, told: Told) -> None:
    with pytest.raises(FileExistsError):
        Output(
            tmp_path,
            clock=StillClock().clock,
            stopped=told.stopped,
            resumed=told.resumed,
            write=disk.write,
            free_space=disk.free_space,
        )


def test_free_bytes_asks_the_volume(tmp_path: Path) -> None:
    status = os.statvfs(tmp_path)
    assert free_bytes(tmp_path) == pytest.approx(status.f_bavail * status.f_frsize, rel=0.1)
    with pytest.raises(OSError, match="No such file"):
        free_bytes(tmp_path / "missing")
