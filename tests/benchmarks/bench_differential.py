"""How many differences do four engines have over millions of inputs? (T-FUZZ-1)

    packaging/bench differential --count 5000000 --seed 7 --jobs 2

Ours, whole and in pieces, against the reference model, `websockets` and wsproto. Ends with 1 if any difference is
unexplained; those are printed with the input that shows them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from time import monotonic

from helpers.differential import Tally, run

CHUNK = 2000


def chunk(task: tuple[int, int, int]) -> Tally:
    """Examine one part of the inputs, in a process of its own."""
    return run(*task)


def main() -> int:
    """Divide the inputs among processes, and add up what they saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="the first input's number")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    asked = parser.parse_args()
    end = asked.start + asked.count
    tasks = [(asked.seed, start, min(CHUNK, end - start)) for start in range(asked.start, end, CHUNK)]
    tally, begun, told = Tally(), monotonic(), 0.0
    with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
        for part in pool.imap_unordered(chunk, tasks):
            tally += part
            for difference in part.differences:
                sys.stdout.write(f"{difference}\n\n")
                sys.stdout.flush()
            if monotonic() - told > 20 or tally.inputs == asked.count:
                told = monotonic()
                rate = tally.inputs / (told - begun)
                left = (asked.count - tally.inputs) / rate
                seen = f"{tally.inputs} of {asked.count}, {len(tally.differences)} differences"
                sys.stderr.write(f"{seen}, {rate:.0f}/s, {left:.0f} s left\n")
    seconds = f"{monotonic() - begun:.0f} s"
    sys.stdout.write(f"seed {asked.seed}, inputs {asked.start} to {end - 1}, {asked.jobs} jobs, {seconds}\n")
    sys.stdout.write(f"{tally.text()}\n")
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
