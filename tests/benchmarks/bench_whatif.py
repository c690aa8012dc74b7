"""How long does a what-if take: 60 settings over eleven hours of pings, and over fifty times as many?

    packaging/bench whatif [--check]

CPU time, median of the rounds. `--check` fails above the promised 0.2 s and 15 s.
"""

from __future__ import annotations

import argparse
import sys
from random import Random
from statistics import median
from time import process_time

from framescope.analysis.whatif import Recording, Sample, fates

INTERVAL = 20.0  # seconds
#: what is asked, pings in the recording, settings, promised seconds, rounds
CASES = (
    ("60 timeouts, 2,000 pings", 2_000, [(INTERVAL, float(timeout)) for timeout in range(1, 61)], 0.2, 9),
    ("60 intervals, 2,000 pings", 2_000, [(10.0 + n, 20.0) for n in range(60)], 0.2, 5),
    ("60 timeouts, 100,000 pings", 100_000, [(INTERVAL, float(timeout)) for timeout in range(1, 61)], 15.0, 3),
    ("60 intervals, 100,000 pings", 100_000, [(10.0 + n, 20.0) for n in range(60)], 15.0, 1),
)


def recorded(pings: int) -> Recording:
    random = Random(1)
    samples = tuple(Sample(INTERVAL * n, random.uniform(0.03, 3.0)) for n in range(1, pings + 1))
    end = INTERVAL * pings + 15
    return Recording(0.0, end, end, samples)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where it takes longer than promised")
    arguments = parser.parse_args()
    is_kept = True
    for name, pings, settings, promised, rounds in CASES:
        of = recorded(pings)
        times = []
        for _ in range(rounds):
            start = process_time()
            fates(of, settings)
            times.append(process_time() - start)
        took = median(times)
        is_kept = is_kept and took <= promised
        sys.stdout.write(f"{name:<30}{took:>9.3f} s   promised {promised:g} s\n")
    return 0 if is_kept or not arguments.check else 1


if __name__ == "__main__":
    sys.exit(main())
