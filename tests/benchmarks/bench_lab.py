"""How fast is the lab? A one-hour run of 20,000 frames at once, and pictures a second with 1,000 frames in view."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from framescope.lab.runner import Run
from framescope.lab.scenario import End, Network, Scenario, Traffic
from framescope.ui.lab.player import TICK_MS
from framescope.ui.lab.sequence_view import SequenceView
from framescope.ui.theme import Look

HOUR = Scenario(
    duration=3600,
    client=End(traffic=(Traffic(every=0.375),)),
    server=End(traffic=(Traffic(every=0.375, start=0.1),)),
    network=Network(latency=0.05, jitter=0.01),
)
#: 1,000 frames in 100 s, played at 10x.
BUSY = Scenario(
    duration=1000,
    client=End(ping_interval=5, ping_timeout=5, traffic=(Traffic(every=0.21),)),
    server=End(traffic=(Traffic(every=0.21, start=0.1),)),
    network=Network(latency=0.4, jitter=0.1),
)
VIEW = 100.0  #: s
PICTURES = 200


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def cpu(act: Callable[[], object]) -> float:
    """Seconds of CPU, the least of three: others share the machine."""
    times = []
    for _ in range(3):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def instant() -> None:
    """An hour at once."""
    run = Run(HOUR)
    seconds = cpu(lambda: Run(HOUR).run())
    run.run()
    say(f"an hour at once: {len(run.flights.all)} frames, {seconds:.2f} s of CPU (at most 1 s)")


def pictures(size: tuple[int, int], look: Look) -> None:
    """Play at 10x with 1,000 frames in view, painting every tick."""
    view = SequenceView(look)
    view.resize(*size)
    view.set_rails(120, size[1] - 120)
    view.show()
    run = Run(BUSY)
    run.run_until(VIEW)
    view.show_run(run, VIEW)
    times, frames = [], []
    for number in range(PICTURES):
        start = time.process_time()
        run.run_until(VIEW + number * 10 * TICK_MS / 1000)
        view.advance()
        view.span.start, view.span.end = run.now - VIEW, run.now  # a window that moves: nothing can be kept
        view.grab()
        times.append((time.process_time() - start) * 1000)
        frames.append(sum(run.now - VIEW <= flight.sent <= run.now for flight in run.flights.all))
    median, slow = statistics.median(times), sorted(times)[round(PICTURES * 0.95)]
    say(
        f"{size[0]} x {size[1]}, {min(frames)} to {max(frames)} frames in view, 10x: {median:.1f} ms of CPU a picture, "
        f"95 % within {slow:.1f} ms ({1000 / median:.0f} pictures a second; 60 need 16.7 ms)"
    )


def any_zoom(size: tuple[int, int], look: Look) -> None:
    """One picture of the hour at every zoom, from a second to all of it."""
    view = SequenceView(look)
    view.resize(*size)
    view.set_rails(120, size[1] - 120)
    view.show()
    run = Run(HOUR)
    run.run()
    view.show_run(run, HOUR.duration)
    took = {}
    length = 1.0
    while length < 2 * HOUR.duration:
        shown = min(length, HOUR.duration)
        view.span.start, view.span.end = HOUR.duration - shown, HOUR.duration
        took[shown] = cpu(view.grab) * 1000
        length *= 2
    slowest = max(took, key=lambda shown: took[shown])
    say(
        f"{size[0]} x {size[1]}, the whole hour in view: {took[HOUR.duration]:.0f} ms of CPU a picture; "
        f"the slowest zoom shows {slowest:g} s in {took[slowest]:.0f} ms (at most 16 ms)"
    )


def main() -> None:
    application = QApplication.instance() or QApplication([])
    look = Look()
    assert isinstance(application, QApplication)
    look.apply(application)
    instant()
    pictures((570, 540), look)
    pictures((1100, 800), look)
    any_zoom((570, 540), look)
    any_zoom((1100, 800), look)


if __name__ == "__main__":
    main()
