"""What does recording a 200 B frame cost, against a row of SQLite? CPU time in us a frame, medians of several runs.

python tests/benchmarks/bench_capture.py [frames] [repetitions]
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from framescope.capture.details import ConnectionInfo
from framescope.capture.reader import CaptureReader
from framescope.capture.writer import CaptureWriter
from framescope.engine.frames import Frame

PAYLOAD = bytes(196)
WIRE = b"\x82\x7e\x00\xc4" + PAYLOAD
Run = Callable[[Path, int, int], float]


def measure(work: Callable[[], None]) -> float:
    """Return the CPU seconds, of the program and of the kernel for it, that `work` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def record(folder: Path, frames: int, batch: int) -> float:
    """Record as the session does: one read, its frames, one flush."""
    writer = CaptureWriter(folder / "capture")
    connection = writer.open_connection(ConnectionInfo("ws://127.0.0.1/", "client", {}), 0)
    events = [Frame(0x82, PAYLOAD, None, 4, 196, i * 200) for i in range(frames)]
    data = WIRE * batch

    def work() -> None:
        for start in range(0, frames, batch):
            now = time.monotonic_ns()
            writer.bytes_seen(connection, False, data, now)
            for event in events[start : start + batch]:
                writer.frame(connection, False, event, now)
            writer.end_of_read(connection, False)
            writer.flush()

    seconds = measure(work)
    writer.close()
    reader = CaptureReader(folder / "capture")
    assert reader.frame_bytes(reader.poll()[-1]) == WIRE
    reader.close()
    return seconds


def insert(folder: Path, frames: int, batch: int) -> float:
    """Insert a row a frame, one transaction a batch, in SQLite's fastest journal that survives a kill."""
    base = sqlite3.connect(folder / "rows.db", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=NORMAL")
    base.execute("CREATE TABLE frame (time INTEGER, connection INTEGER, kind INTEGER, first INTEGER, payload BLOB)")
    rows = [(i, 1, 1, 0x82, PAYLOAD) for i in range(batch)]

    def work() -> None:
        for _ in range(0, frames, batch):
            base.execute("BEGIN")
            base.executemany("INSERT INTO frame VALUES (?, ?, ?, ?, ?)", rows)
            base.execute("COMMIT")

    seconds = measure(work)
    base.close()
    return seconds


def median_of(run: Run, frames: int, batch: int, repetitions: int) -> float:
    figures = []
    for _ in range(repetitions):
        with TemporaryDirectory() as folder:
            figures.append(run(Path(folder), frames, batch) / frames * 1e6)
    return median(figures)


def main(frames: int = 20_000, repetitions: int = 7) -> None:
    for batch in (1, 10, 100):
        ours = median_of(record, frames, batch, repetitions)
        theirs = median_of(insert, frames, batch, repetitions)
        sys.stdout.write(
            f"{batch:4} frames a read: capture {ours:6.2f} us a frame, SQLite rows {theirs:6.2f} us"
            f" ({theirs / ours:.1f} times)\n"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
