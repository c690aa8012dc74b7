"""What the writer records, and what it forgets."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.capture.details import EndInfo, HandshakeInfo, PhaseInfo, RecordingInfo, ViolationInfo
from framescope.capture.output import MINIMUM_FREE
from framescope.capture.reader import CaptureReader, as_record
from framescope.capture.records import LAYOUT, NONE, SENT, Flag, Gauge, Kind, Phase, PhaseChange, Record
from framescope.capture.writer import CaptureWriter
from framescope.engine.events import Change, Which
from framescope.engine.frames import Frame
from framescope.engine.settings import KNOB_NAMES
from framescope.engine.state import State
from helpers.captures import INFO, Player, Side, StillClock, frame_bytes, frames_in

END = EndInfo("ConnectionClosedOK", "received 1000 (OK); then sent 1000 (OK)", 1000, "", "close_frames", True)


@pytest.fixture
def time() -> StillClock:
    return StillClock()


@pytest.fixture
def writer(tmp_path: Path, time: StillClock) -> Iterator[CaptureWriter]:
    made = CaptureWriter(tmp_path / "capture", clock=time.clock)
    yield made
    made.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[CaptureReader]:
    made = CaptureReader(tmp_path / "capture")
    yield made
    made.close()


def written(writer: CaptureWriter, reader: CaptureReader) -> list[Record]:
    """Return everything new since the last call, but the anchor that begins a capture."""
    writer.flush()
    return [as_record(row) for row in reader.poll() if row["kind"] != Kind.ANCHOR]


def kinds(records: list[Record]) -> list[Kind]:
    return [Kind(record.plain_kind) for record in records]


def opened(writer: CaptureWriter, reader: CaptureReader) -> int:
    number = writer.open_connection(INFO, 1)
    written(writer, reader)
    return number


# What has a time, but no bytes on the wire


def test_a_capture_begins_with_an_anchor(writer: CaptureWriter, reader: CaptureReader, time: StillClock) -> None:
    writer.flush()
    anchor = as_record(reader.poll()[0])
    boottime = time.ns + 5_000_000_000
    assert anchor == Record(time.ns, time.ns + 1_700_000_000_000_000_000, 0, Kind.ANCHOR, 0, 0, 0, 0, boottime)


def test_connections_are_numbered_from_one(writer: CaptureWriter, reader: CaptureReader) -> None:
    assert [writer.open_connection(INFO, 5), writer.open_connection(INFO, 6)] == [1, 2]
    first, second = written(writer, reader)
    assert (first.time, first.connection, first.kind) == (5, 1, Kind.CONNECTION)
    assert (second.time, second.connection) == (6, 2)
    assert reader.detail(second, type(INFO)) == INFO


def test_events_stand_in_the_fields_that_the_format_names(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    writer.state(number, State.OPEN, 10)
    writer.deadline(number, Which.PONG, Change.ARMED, 99, 11)
    writer.deadline(number, Which.PING, Change.CANCELLED, None, 12)
    writer.knob(number, "ping_timeout", 20.0, None, 13)
    writer.gauge(number, Gauge.SEND_BUFFER, 4096, 14)
    writer.gauge(number, Gauge.LAG, -5, 15)
    writer.phase(number, Phase.TCP, PhaseChange.BEGAN, 16)
    assert written(writer, reader) == [
        Record(10, 0, number, Kind.STATE, State.OPEN, 0, 0, 0, 0),
        Record(11, 99, number, Kind.DEADLINE, Which.PONG, Change.ARMED, 0, 0, 0),
        Record(12, -1, number, Kind.DEADLINE, Which.PING, Change.CANCELLED, 0, 0, 0),
        Record(13, 0, number, Kind.KNOB, KNOB_NAMES.index("ping_timeout"), 0, 0, 20_000_000_000, NONE),
        Record(14, 0, number, Kind.GAUGE, Gauge.SEND_BUFFER, 0, 0, 4096, 0),
        Record(15, 0, number, Kind.GAUGE, Gauge.LAG, 0, 0, 0, 0),
        Record(16, 0, number, Kind.PHASE, Phase.TCP, PhaseChange.BEGAN, 0, 0, 0),
    ]


def test_details_come_back_as_they_were(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    phase = PhaseInfo("127.0.0.1", peer="127.0.0.1:9001")
    handshake = HandshakeInfo("GET / HTTP/1.1", [("Host", "x")], 101, "Switching Protocols", [("Upgrade", "websocket")])
    violation = ViolationInfo("unmasked frame", "RFC 6455 5.1", 7, 1002, "incorrect masking")
    writer.phase(number, Phase.TCP, PhaseChange.DONE, 1, phase)
    writer.handshake(number, handshake, 2)
    writer.violation(number, True, violation, 3)
    writer.ended(number, END, 4)
    records = written(writer, reader)
    assert kinds(records) == [Kind.PHASE, Kind.HANDSHAKE, Kind.VIOLATION, Kind.ENDED]
    assert [record.is_sent for record in records] == [False, False, True, False]
    assert (records[0].first, records[0].header_length) == (Phase.TCP, PhaseChange.DONE)
    wanted = [phase, handshake, violation, END]
    assert [reader.detail(record, type(info)) for record, info in zip(records, wanted, strict=True)] == wanted


def test_text_that_is_no_unicode_is_recorded_as_far_as_it_is(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    writer.phase(number, Phase.DNS, PhaseChange.FAILED, 1, PhaseInfo("caf\u00e9 \ud800 end"))
    detail = reader.detail(written(writer, reader)[0], PhaseInfo)
    assert detail == PhaseInfo("caf\u00e9 ? end")


# Frames and pieces


def test_a_frame_in_one_read_is_one_record(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    Player(writer, number, True, Side(b"", [frame_bytes(b"hello", b"mask")])).read(100, 7)
    (record,) = written(writer, reader)
    assert (record.kind, record.time, record.connection) == (Kind.FRAME | SENT, 7, number)
    assert (record.first, record.header_length, record.length, record.flags) == (0x82, 6, 5, Flag.MASKED)
    assert reader.payload(record) == b"hello"


def test_the_handshake_becomes_a_piece_in_the_read_that_brings_a_frame_too(
    writer: CaptureWriter, reader: CaptureReader
) -> None:
    number = opened(writer, reader)
    Player(writer, number, False, Side(b"HTTP/1.1 101\r\n\r\n", [frame_bytes(b"hi")])).read(100, 7)
    piece, frame = written(writer, reader)
    assert (piece.kind, piece.time, piece.other_time, piece.length) == (Kind.PIECE, 7, 0, 16)
    assert frame.offset == piece.offset + 16
    assert not frame.flags


def test_junk_after_a_failure_becomes_a_piece(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    writer.bytes_seen(number, False, b"junk", 8)
    writer.end_of_read(number, False)
    (piece,) = written(writer, reader)
    assert (piece.kind, piece.other_time, piece.length) == (Kind.PIECE, 0, 4)


def test_a_frame_over_two_reads_is_split_and_its_pieces_precede_it(
    writer: CaptureWriter, reader: CaptureReader
) -> None:
    number = opened(writer, reader)
    player = Player(writer, number, False, Side(b"", [frame_bytes(b"hello"), frame_bytes(b"world")]))
    player.read_all([3, 100])
    records = written(writer, reader)
    assert kinds(records) == [Kind.PIECE, Kind.PIECE, Kind.FRAME, Kind.FRAME]
    assert [record.other_time for record in records[:2]] == [0, 3]
    assert [record.flags for record in records[2:]] == [Flag.SPLIT, 0]
    assert records[2].offset == 0  # logical
    assert [reader.payload(record) for record in records[2:]] == [b"hello", b"world"]


def test_two_reads_without_an_end_between_them_lose_nothing(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    wire = frame_bytes(b"hello") + frame_bytes(b"world")
    writer.bytes_seen(number, False, wire[:9], 1)
    writer.bytes_seen(number, True, b"noise", 1)
    writer.bytes_seen(number, False, wire[9:], 2)
    for frame in frames_in(wire, 0):
        writer.frame(number, False, frame, 2)
    records = written(writer, reader)
    frames = [record for record in records if record.plain_kind == Kind.FRAME]
    assert [reader.frame_bytes(frame) for frame in frames] == [wire[:7], wire[7:]]
    assert reader.notes == []


def test_a_frame_that_the_connection_cut_short_keeps_what_came(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    wire = frame_bytes(b"x" * 200)
    writer.bytes_seen(number, False, wire[:50], 1)
    writer.bytes_seen(number, False, wire[50:80], 2)
    writer.frame(number, False, Frame(0x82, b"", None, 4, 200, 0), 3, flags=Flag.PARTIAL)
    writer.ended(number, END, 4)
    writer.bytes_seen(1, True, b"another's bytes", 5)
    partial = next(record for record in written(writer, reader) if record.plain_kind == Kind.FRAME)
    assert partial.flags == Flag.PARTIAL | Flag.SPLIT
    assert partial.length == 200
    assert reader.frame_bytes(partial) == wire[:80]
    assert reader.notes == []


def test_a_frame_that_begins_in_the_last_read_and_is_cut_short_too(
    writer: CaptureWriter, reader: CaptureReader
) -> None:
    number = opened(writer, reader)
    writer.bytes_seen(number, False, b"junk" + frame_bytes(b"x" * 200)[:50], 1)
    writer.frame(number, False, Frame(0x82, b"", None, 4, 200, 4), 3, flags=Flag.PARTIAL)
    piece, partial = written(writer, reader)
    assert (piece.length, partial.flags) == (54, Flag.PARTIAL | Flag.SPLIT)
    assert reader.frame_bytes(partial) == frame_bytes(b"x" * 200)[:50]


def test_a_frame_seen_again_after_its_bytes_were_pieces_is_split(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    wire = frame_bytes(b"late")
    writer.bytes_seen(number, False, wire, 1)
    writer.end_of_read(number, False)
    writer.frame(number, False, frames_in(wire, 0)[0], 2, flags=Flag.AFTER_FAILURE)
    piece, late = written(writer, reader)
    assert (piece.plain_kind, late.flags) == (Kind.PIECE, Flag.AFTER_FAILURE | Flag.SPLIT)
    assert reader.payload(late) == b"late"


def test_the_kernels_stamp_goes_to_the_frame_that_ends_the_read(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    player = Player(writer, number, False, Side(b"", [frame_bytes(b"a"), frame_bytes(b"b"), frame_bytes(b"c")]))
    player.read(6, 50, kernel_ns=40)  # two whole frames
    player.read(2, 60, kernel_ns=55)  # a beginning
    player.read(1, 70, kernel_ns=65)  # its end
    frames = [record for record in written(writer, reader) if record.plain_kind == Kind.FRAME]
    assert [frame.other_time for frame in frames] == [0, 40, 65]


def test_a_known_other_time_is_kept(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    wire = frame_bytes(b"a")
    writer.bytes_seen(number, True, wire, 50, 40)
    writer.frame(number, True, frames_in(wire, 0)[0], 30, 51)
    assert written(writer, reader)[0].other_time == 51


def test_traffic_of_an_unknown_or_ended_connection_is_ignored(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    writer.ended(number, END, 1)
    written(writer, reader)
    for connection in (number, 77):
        writer.bytes_seen(connection, True, frame_bytes(b"a"), 2)
        writer.frame(connection, True, frames_in(frame_bytes(b"a"), 0)[0], 2)
        writer.end_of_read(connection, True)
    assert written(writer, reader) == []


def test_a_huge_frame_in_many_reads_costs_no_memory_and_one_record_a_read(
    writer: CaptureWriter, reader: CaptureReader
) -> None:
    number = opened(writer, reader)
    reads, size = 20_000, 64
    header = bytes.fromhex("827f") + (reads * size - 10).to_bytes(8, "big")
    frame = Frame(0x82, b"", None, 10, reads * size - 10, 0)

    def read(count: int) -> None:
        for _ in range(count):
            data = header + bytes(size - 10) if not writer._directions[number << 1].end else bytes(size)
            writer.bytes_seen(number, False, data, 1)
            writer.end_of_read(number, False)
            writer.flush()

    read(1000)
    tracemalloc.start()
    read(reads - 1000)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert grown < 20_000
    writer.frame(number, False, frame, 2)
    records = written(writer, reader)
    assert kinds(records) == [Kind.PIECE] * reads + [Kind.FRAME]
    assert reader.frame_bytes(records[-1], 0, 12) == header + b"\0\0"
    assert len(reader.payload(records[-1])) == frame.length


# The process and the disk


def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        CaptureWriter(tmp_path / "some" / "capture").close()
    finally:
        os.umask(old)
    folder = tmp_path / "some" / "capture"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder, *folder.iterdir())}
    assert modes == {"some": 0o700, "capture": 0o700, "stream": 0o600, "index": 0o600, "meta.json": 0o600}


def test_the_probe_needs_neither_numpy_nor_asyncio_to_write() -> None:
    code = "import framescope.capture.writer, sys; print({'numpy', 'asyncio'} & set(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


class Faulty:
    """A write() whose n-th call fails, or is short and fails at the next; the disk is well again after `calls`."""

    def __init__(self, failing: int, code: int, calls: int, is_short: bool) -> None:
        self.failing, self.code, self.calls, self.is_short = failing, code, calls, is_short
        self.count = 0

    def write(self, descriptor: int, data: bytearray) -> int:
        self.count += 1
        if self.is_short and self.count == self.failing:
            return os.write(descriptor, data[: len(data) // 2 + 1])
        if self.failing <= self.count - self.is_short < self.failing + self.calls:
            raise OSError(self.code, os.strerror(self.code))
        return os.write(descriptor, data)


@pytest.mark.parametrize("is_short", [False, True], ids=["whole", "short"])
@pytest.mark.parametrize("fault", [(errno.ENOSPC, 3), (errno.EIO, 1), (errno.EINTR, 1)], ids=["full", "bad", "signal"])
@pytest.mark.parametrize("failing", range(1, 21))
def test_traffic_goes_on_whichever_write_fails(
    tmp_path: Path, time: StillClock, failing: int, fault: tuple[int, int], is_short: bool
) -> None:
    disk = Faulty(failing, *fault, is_short)
    said: list[str] = []
    writer = CaptureWriter(
        tmp_path / "c", clock=time.clock, on_stopped=said.append, on_resumed=said.append, write=disk.write
    )
    number = writer.open_connection(INFO, 0)
    sides = {
        sent: Side(b"handshake", [frame_bytes(b"%d %d " % (sent, i) * 9, b"mask" if sent else None) for i in range(60)])
        for sent in (False, True)
    }
    players = [Player(writer, number, sent, side) for sent, side in sides.items()]
    while any(player.position < len(player.stream) for player in players):
        for player in players:
            player.read(70, time.ns)  # about a frame, rarely at its edge
        time.advance(0.25)
    writer.ended(number, END, time.ns)
    writer.close()

    reader = CaptureReader(tmp_path / "c")
    records = [as_record(row) for row in reader.poll()]
    frames = [record for record in records if record.plain_kind == Kind.FRAME]
    for sent, side in sides.items():
        found = [reader.frame_bytes(frame) for frame in frames if frame.is_sent is sent]
        wanted = iter(side.wires)
        assert all(wire in wanted for wire in found)  # a subsequence: whole, in order, none twice
    assert len(frames) + writer.unrecorded_frames == 120
    assert len(frames) > 60
    news = [reader.detail(record, RecordingInfo) for record in records if record.kind == Kind.RECORDING]
    stops = 0 if fault[0] == errno.EINTR else 1
    assert [info is not None and info.is_recording for info in news] == [False, True] * stops
    assert [info.text for info in news if info] == said
    assert [records[1].kind, records[-1].kind] == [Kind.CONNECTION, Kind.ENDED]
    assert reader.notes == []
    reader.close()


def test_what_happens_while_the_disk_is_full_is_recorded_when_it_is_not(tmp_path: Path, time: StillClock) -> None:
    space = [10 * MINIMUM_FREE]
    stopped: list[str] = []
    writer = CaptureWriter(
        tmp_path / "c", clock=time.clock, on_stopped=stopped.append, free_space=lambda folder: space[0]
    )
    first = writer.open_connection(INFO, 1)
    side = Side(b"", [frame_bytes(bytes([65 + i]) * 10) for i in range(6)])
    player = Player(writer, first, False, side)
    player.read(12, 1)
    space[0] = 0
    time.advance(1)
    player.read(12 + 5, 2)  # the batch in which recording stops is whole: a frame and a beginning
    assert (len(stopped), writer.is_recording) == (1, False)
    player.read(12, 3)  # ends the third, begins the fourth: not recorded
    second = writer.open_connection(INFO, 4)
    writer.state(first, State.CLOSING, 4)
    writer.gauge(first, Gauge.SEND_BUFFER, 1, 4)
    assert writer.unrecorded_frames == 1
    space[0] = 10 * MINIMUM_FREE
    time.advance(1)
    writer.flush()
    player.read(12 + 12, 5)  # ends the fourth, which began unrecorded; the fifth is whole
    player.read(12, 6)
    Player(writer, second, True, Side(b"", [frame_bytes(b"new")])).read(99, 7)
    writer.close()

    reader = CaptureReader(tmp_path / "c")
    records = [as_record(row) for row in reader.poll()]
    frames = [record for record in records if record.plain_kind == Kind.FRAME]
    assert [reader.payload(frame)[:3] for frame in frames] == [b"AAA", b"BBB", b"EEE", b"FFF", b"new"]
    assert [frame.connection for frame in frames] == [first, first, first, first, second]
    assert writer.unrecorded_frames == 2
    story = [record.kind for record in records if record.plain_kind not in (Kind.FRAME, Kind.PIECE)]
    assert story == [Kind.ANCHOR, Kind.CONNECTION, Kind.RECORDING, Kind.CONNECTION, Kind.STATE, Kind.RECORDING]
    going_on = next(record for record in reversed(records) if record.kind == Kind.RECORDING)
    text = "Recording goes on; 1 frame was not recorded."
    assert reader.detail(going_on, RecordingInfo) == RecordingInfo(True, text)
    assert reader.notes == []
    reader.close()


def test_a_read_that_nobody_ended_is_a_piece_when_recording_stops(tmp_path: Path, time: StillClock) -> None:
    writer = CaptureWriter(tmp_path / "c", clock=time.clock, free_space=lambda folder: 0)
    writer.bytes_seen(writer.open_connection(INFO, 1), True, b"beginning", 2)
    writer.flush()
    assert not writer.is_recording
    writer.close()
    reader = CaptureReader(tmp_path / "c")
    piece = as_record(reader.poll()[2])
    assert (piece.kind, piece.length) == (Kind.PIECE | SENT, 9)
    reader.close()


def test_a_closed_writer_takes_everything_and_keeps_nothing(
    writer: CaptureWriter, reader: CaptureReader, time: StillClock
) -> None:
    number = opened(writer, reader)
    writer.close()
    writer.state(number, State.OPEN, 1)
    writer.bytes_seen(number, True, b"x", 1)
    writer.end_of_read(number, True)
    writer.ended(number, END, 2)
    time.advance(2)
    writer.flush()
    writer.close()
    assert not writer.is_recording
    assert written(writer, reader) == []


def test_the_last_bytes_before_closing_are_a_piece(writer: CaptureWriter, reader: CaptureReader) -> None:
    number = opened(writer, reader)
    writer.bytes_seen(number, True, b"tail", 1)
    writer.close()
    assert kinds(written(writer, reader)) == [Kind.PIECE]


def test_the_index_is_whole_records(tmp_path: Path, writer: CaptureWriter, reader: CaptureReader) -> None:
    opened(writer, reader)
    assert (tmp_path / "capture" / "index").stat().st_size == 2 * LAYOUT.size
