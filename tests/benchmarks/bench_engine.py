"""How fast does the engine read and write, beside websockets and picows in the same process?

    packaging/bench engine [--rounds N] [--only WORD] [--check]

CPU time per message. In every round each side takes its turn on the same reads, first one then the other;
the ratio is the median of the rounds' ratios (theirs / ours: above 1 ours is faster). The floor is what we
promise; `--check` ends with status 1 where a ratio is below its floor.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

from benchmarks import engine_loopback, engine_readers, engine_senders
from benchmarks.engine_traffic import Traffic, all_traffic, quotes
from framescope.engine import masking

READ, SEGMENT = 64 * 1024, 1400  # B
SMALL = ("20 B text", "200 B JSON")
Timing = Callable[[], float]


@dataclass
class Row:
    """One comparison: what each side takes in one turn, for `messages` messages."""

    name: str
    ours: Timing
    theirs: Timing
    messages: int
    floor: float | None = None
    is_portable: bool = False  #: both mask in pure Python


def parsing_floor(name: str, *, masked: bool) -> float | None:
    if name in SMALL or (name == "mix" and not masked):
        return 3.0
    if name.endswith("deflated"):
        return 1.7
    return {"mix": 2.5, "1 KiB binary": 2.0, "64 KiB binary": 1.0}.get(name) if masked else None


def reading(traffic: Traffic, size: int, masked: bool, peer: str, floor: float | None, **marks: bool) -> Row:
    """Make a row; its reads are made when it is measured."""
    made: list[bytes] = []

    def timing(reader: Callable[..., float]) -> Timing:
        def run() -> float:
            if not made:
                made.extend(traffic.reads(size, masked=masked))
            return reader(made, masked=masked, is_deflated=traffic.is_deflated)

        return run

    reader = engine_readers.picows if peer == "picows" else engine_readers.theirs
    words = [traffic.name, "masked" if masked else "unmasked", f"{size // 1024} KiB" if size == READ else f"{size} B"]
    name = f"{peer}: read {', '.join(words)}{', no C mask' if marks else ''}"
    return Row(name, timing(engine_readers.ours), timing(reader), traffic.messages, floor, **marks)


def sending(name: str, payloads: list[bytes], *, masked: bool, is_accounted: bool) -> Row:
    words = ["account for" if is_accounted else "write", name]
    return Row(
        f"websockets: {' '.join(words)}, {'masked' if masked else 'unmasked'}",
        lambda: engine_senders.ours(payloads, masked=masked, is_accounted=is_accounted),
        lambda: engine_senders.theirs(payloads, masked=masked),
        len(payloads),
        None if is_accounted else 2.0,
    )


def serialising(name: str, payloads: list[bytes], *, masked: bool) -> Row:
    return Row(
        f"websockets: serialise {name}, {'masked' if masked else 'unmasked'}",
        lambda: engine_senders.ours_bare(payloads, masked=masked),
        lambda: engine_senders.theirs_bare(payloads, masked=masked),
        len(payloads),
        2.0,
    )


def rows() -> Iterator[Row]:
    traffic = all_traffic()
    for size in (READ, SEGMENT):
        for masked in (False, True):
            for each in traffic:
                yield reading(each, size, masked, "websockets", parsing_floor(each.name, masked=masked))
    for size in (READ, SEGMENT):
        for each in traffic:
            floor = 1.5 if each.name in (*SMALL, "mix") else None
            yield reading(each, size, True, "websockets", floor, is_portable=True)
    for size in (READ, SEGMENT):
        for masked in (False, True):
            yield reading(traffic[-1], size, masked, "picows", 0.7)
    payloads = quotes(10_000)
    for is_accounted in (False, True):
        for masked in (False, True):
            short = [payload[:20] for payload in payloads]
            yield sending("20 B text", short, masked=masked, is_accounted=is_accounted)
            yield sending("200 B JSON", payloads, masked=masked, is_accounted=is_accounted)
    for masked in (False, True):
        yield serialising("20 B text", [payload[:20] for payload in payloads], masked=masked)
        yield serialising("200 B JSON", payloads, masked=masked)


def measure(row: Row, rounds: int) -> tuple[float, float, float]:
    """Return the medians (s for a turn) and the median ratio."""
    mine, other, ratios = [], [], []
    with engine_readers.portable_masks() if row.is_portable else contextlib.nullcontext():
        for number in range(rounds):
            if number % 2:
                ours, theirs = row.ours(), row.theirs()
            else:
                theirs, ours = row.theirs(), row.ours()
            mine.append(ours)
            other.append(theirs)
            ratios.append(theirs / ours)
    return median(mine), median(other), median(ratios)


def say(name: str, mine: float, other: float, ratio: float, floor: float | None) -> bool:
    """Print a line; tell whether the floor holds."""
    is_kept = floor is None or ratio >= floor
    verdict = "" if floor is None else f"{floor:>7.1f} {'ok' if is_kept else 'SHORT'}"
    sys.stdout.write(f"{name:<62}{mine * 1e6:>9.2f}{other * 1e6:>9.2f}{ratio:>7.2f}{verdict}\n")
    sys.stdout.flush()
    return is_kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="measure the rows whose name has this in it")
    parser.add_argument("--check", action="store_true", help="end with status 1 where a ratio is below its floor")
    arguments = parser.parse_args()
    # What the imports made is set aside, as the probe does: collections look at messages only.
    gc.collect()
    gc.freeze()
    helper = "pure Python" if masking.apply_mask is masking._apply_mask_portably else "C helper"
    peers = ", ".join(f"{name} {version(name)}" for name in ("websockets", "picows"))
    sys.stdout.write(f"Python {platform.python_version()}, {peers}, mask: {helper}; {arguments.rounds} rounds\n")
    sys.stdout.write(f"{'us a message':<62}{'ours':>9}{'theirs':>9}{'ratio':>7}{'floor':>7}\n")
    kept = []
    for row in rows():
        if arguments.only in row.name:
            mine, other, ratio = measure(row, arguments.rounds)
            kept.append(say(row.name, mine / row.messages, other / row.messages, ratio, row.floor))
    for compression in (None, "deflate"):
        name = f"websockets: loopback round trip p50, {compression or 'plain'}"
        if arguments.only in name:
            mine, other = engine_loopback.compare(arguments.rounds, compression)
            kept.append(say(name, mine, other, other / mine, 1.0))
    return 1 if arguments.check and not all(kept) else 0


if __name__ == "__main__":
    sys.exit(main())
