"""How does a test get the capture of a connection that ended in a known way? It plays it in the lab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from framescope.analysis.book import TraceBook
from framescope.capture.reader import CaptureReader
from framescope.lab.runner import Run, capture_writer
from framescope.lab.scenario import Acts, End, Network, Scenario


@contextmanager
def book_of(folder: Path, *scenarios: Scenario) -> Iterator[TraceBook]:
    """Play the scenarios into one capture, one after the other: connections 1 and 2, 3 and 4, and so on."""
    writer = capture_writer(folder)
    for number, scenario in enumerate(scenarios, 1):
        Run(scenario, seed=number, writer=writer).run()
    writer.close()
    reader = CaptureReader(folder)
    try:
        book = TraceBook(reader)
        while book.poll():
            pass
        yield book
    finally:
        reader.close()


def scenario(
    *script: Acts,
    client: End | None = None,
    server: End | None = None,
    network: Network | None = None,
    duration: float = 200,
) -> Scenario:
    """Set up a connection with a round trip of 100 ms and short keepalives of the client's."""
    return Scenario(
        duration=duration,
        client=client or End(ping_interval=5, ping_timeout=3, close_timeout=2),
        server=server or End(ping_interval="none"),
        network=network or Network(latency=0.05),
        script=script,
    )
