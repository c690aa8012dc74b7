"""How fast does a trace take frames, and how fast are they drawn? Against plain numpy on the same arrays, medians.

python tests/benchmarks/bench_analysis.py [frames to draw]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from framescope.analysis.lanes import Lane
from framescope.analysis.trace import Trace
from helpers.scripted import Script, frames_in_bulk

PIXELS = 1400
BATCH = 8_000  # a repaint's worth at 470,000 frames a second
Work = Callable[[], object]


def measure(work: Work, repetitions: int) -> float:
    """Return the median CPU time of `work` in ms."""
    times = []
    for _ in range(repetitions):
        before = time.process_time()
        work()
        times.append((time.process_time() - before) * 1000)
    return median(times)


def frames(count: int) -> np.ndarray:
    """A flood of mixed data frames, one in a hundred a pong."""
    random = np.random.default_rng(6455)
    firsts = random.choice(np.array([0x81, 0x82, 0x00, 0x80, 0x8A], np.uint8), count, p=[0.5, 0.2, 0.2, 0.09, 0.01])
    times = np.sort(random.integers(0, 10**12, count))
    return frames_in_bulk(times, first=firsts, lengths=random.integers(0, 70_000, count))


def take(records: np.ndarray) -> None:
    trace = Trace(1, Script())
    for start in range(0, len(records), BATCH):
        trace.update(records[start : start + BATCH])
    assert trace.frame_count == len(records)


def copy(records: np.ndarray) -> None:
    """The least that any design does: copy every field out of the records."""
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        for name in batch.dtype.names or ():
            np.ascontiguousarray(batch[name])


def plain_envelope(times: np.ndarray, lengths: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Counts and maxima only, by a pass over every frame in sight."""
    positions = np.searchsorted(times, edges)
    longest = np.maximum.reduceat(lengths[: positions[-1]], np.minimum(positions[:-1], positions[-1] - 1))
    return np.where(np.diff(positions) > 0, longest, 0)


def tell(what: str, ours: float, plain: float) -> None:
    sys.stdout.write(f"{what:<44}{ours:9.2f} ms{plain:9.2f} ms   {ours / plain:6.2f}\n")


def main() -> None:
    drawn = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    sys.stdout.write(f"{'':<44}{'ours':>12}{'plain numpy':>12}    ratio\n")
    records = frames(1_000_000)
    tell(
        "take 1,000,000 frames in batches of 8,000",
        measure(lambda: take(records), 3),
        measure(lambda: copy(records), 3),
    )
    records = frames(drawn)
    lane = Lane()
    lane.extend(np.arange(drawn), records)
    times, lengths = records["time"].copy(), records["length"].copy()
    for part in (1.0, 0.1, 0.001):
        edges = np.linspace(0, int(10**12 * part), PIXELS + 1).astype(np.int64)
        assert (lane.envelope(edges).max_length == plain_envelope(times, lengths, edges)).all()
        ours = measure(lambda edges=edges: lane.envelope(edges), 15)
        plain = measure(lambda edges=edges: plain_envelope(times, lengths, edges), 15)
        tell(f"envelope of {int(drawn * part):,} of {drawn:,} frames", ours, plain)


if __name__ == "__main__":
    main()
