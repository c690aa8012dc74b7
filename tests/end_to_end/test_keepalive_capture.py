"""Does a capture say why no pong came: a ping that could not be written, or an application that did not read?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from framescope.analysis.event_text import event_text
from framescope.analysis.trace import Trace
from framescope.capture.reader import CaptureReader, as_record
from framescope.capture.records import Gauge, Kind
from framescope.capture.writer import CaptureWriter
from framescope.engine.frames import FIN, Opcode, serialise
from framescope.engine.settings import Timeouts
from framescope.net.connection import Connection
from framescope.session.recorder import Recorder
from helpers.captures import INFO
from helpers.faq_sides import end_of
from helpers.joined import each_side
from helpers.loops import in_loop, until
from helpers.raw_pairs import conducted, never_read, watched_by
from helpers.raw_peers import Peer
from helpers.turns import MASK

TIMES: dict[str, Any] = {"ping_interval": 0.2, "ping_timeout": 0.3, "close_timeout": 0.2}


class Capture:
    """A capture of one connection, while it is written and afterwards."""

    def __init__(self, folder: Path) -> None:
        self.writer = CaptureWriter(folder)
        number = self.writer.open_connection(INFO, 0)
        self.recorder = Recorder(self.writer, number, host="localhost", port=1, timeouts=Timeouts())
        self.reader = CaptureReader(folder)
        self.trace = Trace(number, self.reader)

    def read(self) -> tuple[list[str], dict[Gauge, list[int]]]:
        """Return the event rows' lines, and each gauge's values."""
        records = self.reader.poll()
        gauges: dict[Gauge, list[int]] = {}
        for record in map(as_record, records):
            if record.plain_kind == Kind.GAUGE:
                gauges.setdefault(Gauge(record.first), []).append(record.length)
        self.trace.update(records)
        rows = [row for row in range(len(self.trace.rows)) if self.trace.is_event(row)]
        return [event_text(self.trace, row) for row in rows], gauges


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    capture = Capture(tmp_path)
    yield capture
    capture.reader.close()
    capture.writer.close()


@each_side
@in_loop
async def test_ping_that_cannot_be_written_is_told(side: str, capture: Capture) -> None:
    async with conducted(side, never_read, **TIMES, **watched_by(capture.recorder, side)) as ours:

        async def flood(connection: Connection) -> None:
            while True:
                await connection.send(bytes(100_000))

        await end_of(flood(ours))
    lines, gauges = capture.read()
    blocked = lines.index("Ping blocked by the write buffer: the socket takes nothing more")
    assert lines[blocked + 1] == "Pong deadline passed: the ping was still in the write buffer"
    assert max(gauges[Gauge.SEND_BUFFER]) > 2**15
    assert Gauge.READING_PAUSED not in gauges


@each_side
@in_loop
async def test_application_that_does_not_read_is_told(
    side: str, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framescope.net.assembler.AHEAD", 1000)

    async def send_without_end(peer: Peer) -> None:
        frame = serialise(FIN | Opcode.BINARY, bytes(1000), MASK if side == "server" else None)
        while True:
            peer.writer.write(frame)
            await peer.writer.drain()

    options = {**TIMES, "max_queue": 4, **watched_by(capture.recorder, side)}
    async with conducted(side, send_without_end, **options) as ours:
        await until(lambda: ours.driver.is_reading_paused)
        await ours.wait_closed()
        await asyncio.sleep(0)
    lines, gauges = capture.read()
    assert any(line.startswith("Pong deadline passed: 0.") for line in lines)
    assert not any("write buffer" in line for line in lines)
    assert gauges[Gauge.READING_PAUSED][0] == 1
    assert gauges[Gauge.RECEIVE_QUEUE][0] > 4
