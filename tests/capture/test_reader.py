"""Whatever was written comes back, and whatever is left of it too."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope.capture.details import ConnectionInfo, EndInfo, PhaseInfo
from framescope.capture.meta import Meta
from framescope.capture.pieces import Span
from framescope.capture.reader import DTYPE, CaptureReader, as_record
from framescope.capture.records import FORMAT_VERSION, LAYOUT, RECORD_SIZE, Flag, Kind, Phase, PhaseChange, Record
from framescope.capture.stored_file import StoredFile
from framescope.capture.writer import CaptureWriter
from helpers import capture_child
from helpers.captures import INFO, Player, Side, StillClock, frame_bytes

END = EndInfo("ConnectionClosedOK", "sent 1000 (OK); then received 1000 (OK)", 1000, "", "close_frames", False)


@pytest.fixture
def reader_of() -> Iterator[Callable[[Path], CaptureReader]]:
    readers: list[CaptureReader] = []

    def make(folder: Path) -> CaptureReader:
        readers.append(CaptureReader(folder))
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def small_capture(folder: Path) -> None:
    """Write about twenty records: events, details, whole and split frames of two directions."""
    writer = CaptureWriter(folder, clock=StillClock().clock)
    number = writer.open_connection(INFO, 1)
    writer.phase(number, Phase.DNS, PhaseChange.DONE, 2, PhaseInfo("127.0.0.1"))
    sent = Player(
        writer,
        number,
        True,
        Side(b"GET / HTTP/1.1\r\n\r\n", [frame_bytes(b"ping", b"\1\2\3\4"), frame_bytes(b"x" * 30)]),
    )
    received = Player(
        writer, number, False, Side(b"HTTP/1.1 101\r\n\r\n", [frame_bytes(b"a" * n) for n in (0, 9, 130)])
    )
    for time in range(3, 12):
        sent.read(11, time)
        received.read(23, time)
    writer.ended(number, END, 20)
    writer.close()


def plain(reader: CaptureReader) -> list[Record]:
    return [as_record(row) for row in reader.poll()]


# Round trip

payloads = st.one_of(st.binary(max_size=12), st.integers(120, 140).map(lambda n: b"m" * n), st.just(b"L" * 65_536))
masks = st.one_of(st.none(), st.binary(min_size=4, max_size=4))
sides = st.builds(
    Side, st.binary(max_size=20), st.lists(st.builds(frame_bytes, payloads, masks, st.sampled_from([0x01, 0x82, 0x89])))
)
read_sizes = st.one_of(st.integers(1, 20), st.integers(100, 70_000))


def tiles(records: list[Record], wires: list[bytes], handshake: int) -> list[tuple[int, int]]:
    """Return the runs of logical bytes that the records of one direction have, in order."""
    runs, position, wire = [], handshake, iter(wires)
    for record in records:
        if record.plain_kind == Kind.PIECE:
            runs.append((record.other_time, record.length))
        elif record.plain_kind == Kind.FRAME:
            size = len(next(wire))
            if not record.flags & Flag.SPLIT:
                runs.append((position, size))
            position += size
    return sorted(runs)


@settings(max_examples=150)
@given(st.tuples(sides, sides), st.lists(st.tuples(st.booleans(), read_sizes), max_size=40))
def test_every_byte_comes_back_however_it_was_cut_into_reads(
    both: tuple[Side, Side], reads: list[tuple[bool, int]]
) -> None:
    with TemporaryDirectory() as base:
        writer = CaptureWriter(Path(base) / "c")
        number = writer.open_connection(INFO, 1)
        players = [Player(writer, number, sent, both[sent]) for sent in (False, True)]
        for time, (sent, size) in enumerate([*reads, (False, 2**30), (True, 2**30)]):
            players[sent].read(size, time)
        writer.close()
        reader = CaptureReader(Path(base) / "c")
        records = plain(reader)
        for player, side in zip(players, both, strict=True):
            mine = [record for record in records if record.connection and record.is_sent is player.sent]
            frames = [record for record in mine if record.plain_kind == Kind.FRAME]
            assert [reader.frame_bytes(frame) for frame in frames] == side.wires
            assert [reader.payload(frame) for frame in frames] == [frame.payload for frame in player.frames]
            assert [bool(f.flags & Flag.MASKED) for f in frames] == [f.mask is not None for f in player.frames]
            # Every byte of the direction, its handshake too, has exactly one record.
            end = 0
            for start, length in tiles(mine, side.wires, len(side.handshake)):
                assert start == end
                end += length
            assert end == len(side.stream)
        assert reader.notes == []
        reader.close()


@settings(max_examples=100)
@given(st.integers(-5, 250), st.one_of(st.none(), st.integers(-5, 250)), masks, st.integers(1, 250))
def test_a_part_of_a_frame_is_that_part(start: int, stop: int | None, mask: bytes | None, cut: int) -> None:
    payload = bytes(range(200))
    wire = frame_bytes(payload, mask)
    with TemporaryDirectory() as base:
        writer = CaptureWriter(Path(base) / "c")
        number = writer.open_connection(INFO, 1)
        Player(writer, number, True, Side(b"", [wire, wire])).read_all([cut, 500])
        writer.close()
        reader = CaptureReader(Path(base) / "c")
        frame = next(record for record in plain(reader) if record.plain_kind == Kind.FRAME)
        first, last = max(start, 0), None if stop is None else max(stop, 0)
        assert reader.payload(frame, start, stop) == payload[first:last]
        assert reader.frame_bytes(frame, start, stop) == wire[first:last]
        reader.close()


@pytest.mark.parametrize("reads", [[10**7], [4096] * 300], ids=["contiguous", "split"])
def test_no_more_is_read_than_was_asked_for(
    tmp_path: Path,
    reader_of: Callable[[Path], CaptureReader],
    monkeypatch: pytest.MonkeyPatch,
    reads: list[int],
) -> None:
    writer = CaptureWriter(tmp_path / "c")
    number = writer.open_connection(INFO, 1)
    Player(writer, number, True, Side(b"", [frame_bytes(b"." * 1_000_000, b"mask")])).read_all(reads)
    writer.close()
    reader = reader_of(tmp_path / "c")
    frame = plain(reader)[-1]
    asked: list[Span] = []
    real = StoredFile.read

    def read(file: StoredFile, offset: int, length: int) -> bytes:
        asked.append(Span(offset, length))
        return real(file, offset, length)

    monkeypatch.setattr(StoredFile, "read", read)
    assert reader.payload(frame, 500_001, 500_101) == b"." * 100
    assert sum(span.length for span in asked) == 104  # and the mask
    assert len(asked) <= 3


# While it is written


def test_a_capture_that_is_not_there_yet_is_empty_until_it_is(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader]
) -> None:
    reader = reader_of(tmp_path / "later")
    assert len(reader.poll()) == 0
    assert reader.poll().dtype == DTYPE
    assert reader.meta == Meta()
    assert "meta.json is missing" in reader.notes[0]
    small_capture(tmp_path / "later")
    assert len(reader.poll()) > 15
    assert reader.meta.version == FORMAT_VERSION
    assert reader.notes == []


def test_a_poll_returns_what_is_new_and_its_copy_stays(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader]
) -> None:
    writer = CaptureWriter(tmp_path / "c", clock=StillClock().clock)
    reader = reader_of(tmp_path / "c")
    assert len(reader.poll()) == 0  # nothing was flushed
    writer.open_connection(INFO, 5)
    writer.flush()
    first = reader.poll()
    assert first["kind"].tolist() == [Kind.ANCHOR, Kind.CONNECTION]
    assert len(reader.poll()) == 0
    writer.open_connection(INFO, 6)
    writer.close()
    assert reader.poll()["time"].tolist() == [6]
    assert first["time"].tolist() == [StillClock().ns, 5]


def test_a_limited_poll_leaves_the_rest_for_the_next(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader]
) -> None:
    small_capture(tmp_path / "c")
    everything = reader_of(tmp_path / "c").poll()
    reader = reader_of(tmp_path / "c")
    parts = [reader.poll(limit=7) for _ in range(len(everything) // 7 + 2)]
    assert max(map(len, parts)) == 7
    assert np.array_equal(np.concatenate(parts), everything)


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_writer_leaves_everything_it_acknowledged(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader], seed: int
) -> None:
    moment = random.Random(seed).randrange(50, 9_000)
    command = [sys.executable, capture_child.__file__, str(tmp_path / "c"), "1000000"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    reader = reader_of(tmp_path / "c")
    frames: list[Record] = []

    def poll() -> None:
        for record in plain(reader):
            if record.plain_kind == Kind.FRAME:
                # The writer is still writing: a record never points at bytes that are not there.
                assert reader.payload(record) == capture_child.payload_of(len(frames))
                frames.append(record)

    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, bufsize=0) as child:
        assert child.stdout is not None
        acknowledged = 0
        while acknowledged < moment and (dots := child.stdout.read(400)):
            acknowledged += len(dots)
            poll()
            assert len(frames) >= acknowledged
        child.kill()
        acknowledged += len(child.stdout.read())
    assert child.returncode == -signal.SIGKILL
    poll()
    assert moment <= acknowledged <= len(frames)
    assert reader.notes == []


# What is left of a capture


def copy(source: Path, target: Path, **changes: bytes) -> None:
    target.mkdir(exist_ok=True)
    for name in ("stream", "index", "meta.json"):
        content = changes.get(name.partition(".")[0], (source / name).read_bytes())
        (target / name).write_bytes(content)


def test_an_index_cut_at_any_byte_gives_its_whole_records(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader]
) -> None:
    small_capture(tmp_path / "c")
    whole = reader_of(tmp_path / "c").poll()
    index = (tmp_path / "c" / "index").read_bytes()
    for size in range(len(index) + 1):
        copy(tmp_path / "c", tmp_path / "cut", index=index[:size])
        reader = reader_of(tmp_path / "cut")
        assert np.array_equal(reader.poll(), whole[: size // RECORD_SIZE])
        assert bool(reader.notes) == bool(size % RECORD_SIZE)
        reader.close()


def test_an_index_that_grows_by_single_bytes_gives_every_record_once(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader]
) -> None:
    small_capture(tmp_path / "c")
    whole = reader_of(tmp_path / "c").poll()
    index = (tmp_path / "c" / "index").read_bytes()
    copy(tmp_path / "c", tmp_path / "growing", index=b"")
    reader = reader_of(tmp_path / "growing")
    parts = []
    with (tmp_path / "growing" / "index").open("ab", buffering=0) as file:
        for byte in index:
            file.write(bytes([byte]))
            parts.append(reader.poll())
    assert np.array_equal(np.concatenate(parts), whole)
    assert reader.notes == []


def test_a_stream_cut_at_any_byte_gives_the_bytes_before_it(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader]
) -> None:
    small_capture(tmp_path / "c")
    full = reader_of(tmp_path / "c")
    records = plain(full)
    frames = {record: full.frame_bytes(record) for record in records if record.plain_kind == Kind.FRAME}
    stream = (tmp_path / "c" / "stream").read_bytes()
    for size in range(len(stream) + 1):
        copy(tmp_path / "c", tmp_path / "cut", stream=stream[:size])
        reader = reader_of(tmp_path / "cut")
        assert plain(reader) == records
        missing = 0
        for record, wire in frames.items():
            left = reader.frame_bytes(record)
            assert wire.startswith(left)
            missing += left != wire
            assert len(reader.payload(record)) <= max(len(left) - record.header_length, 0)
        assert bool(missing) == any("missing" in note for note in reader.notes)
        info = reader.detail(records[1], ConnectionInfo)
        assert info == (INFO if records[1].offset + records[1].length <= size else None)
        reader.close()
    assert not missing


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_never_raises_and_spares_the_intact_records(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader], seed: int
) -> None:
    small_capture(tmp_path / "c")
    whole = plain(reader_of(tmp_path / "c"))
    chance = random.Random(seed)

    def damaged(data: bytes) -> bytes:
        return bytes(chance.randrange(256) if chance.random() < 0.02 else byte for byte in data)

    files = {name: (tmp_path / "c" / name).read_bytes() for name in ("stream", "index", "meta.json")}
    index = damaged(files["index"])
    copy(tmp_path / "c", tmp_path / "d", stream=damaged(files["stream"]), index=index, meta=damaged(files["meta.json"]))
    reader = reader_of(tmp_path / "d")
    records = plain(reader)
    assert len(records) == len(whole)
    for i, (record, original) in enumerate(zip(records, whole, strict=True)):
        if index[i * RECORD_SIZE : (i + 1) * RECORD_SIZE] == original.pack():
            assert record == original
        reader.frame_bytes(record)
        reader.payload(record, 1, 100)
        reader.detail(record, ConnectionInfo)
    assert isinstance(reader.meta, Meta)
    assert isinstance(reader.notes, list)


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        (b"", "meta.json is missing or damaged"),
        (b"{", "meta.json is missing or damaged"),
        (b"\xff\xfe", "meta.json is missing or damaged"),
        (b"[" * 200_000, "meta.json is missing or damaged"),
        (b'{"version": "one"}', "meta.json is missing or damaged"),
        (b"{}", "meta.json is missing or damaged"),
        (b'{"version": 99, "program": "framescope 9", "more": {"new": 1}}', "format version 99"),
    ],
)
def test_an_unknown_version_opens_as_far_as_it_is_readable(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader], meta: bytes, words: str
) -> None:
    small_capture(tmp_path / "c")
    whole = reader_of(tmp_path / "c").poll()
    copy(tmp_path / "c", tmp_path / "other", meta=meta)
    reader = reader_of(tmp_path / "other")
    assert np.array_equal(reader.poll(), whole)
    (note,) = reader.notes
    assert words in note


@pytest.mark.parametrize("detail", [b"{", b"\xff" * 9, b'{"url": 5}', b'{"x":' + b"[" * 100_000, b'{"url":"\\ud800"}'])
def test_a_detail_that_makes_no_sense_is_none_and_noted(
    tmp_path: Path, reader_of: Callable[[Path], CaptureReader], detail: bytes
) -> None:
    small_capture(tmp_path / "c")
    copy(tmp_path / "c", tmp_path / "d", stream=detail)
    reader = reader_of(tmp_path / "d")
    record = Record(0, 0, 1, Kind.CONNECTION, 0, 0, 0, len(detail), 0)
    assert reader.detail(record, ConnectionInfo) is None
    assert reader.detail(record._replace(length=2**60), ConnectionInfo) is None
    assert reader.notes == ["A ConnectionInfo at byte 0 of the stream is missing or damaged."]
    assert reader.detail(record._replace(length=0), ConnectionInfo) is None
    assert len(reader.notes) == 1


def test_a_record_of_an_array_is_a_record(tmp_path: Path, reader_of: Callable[[Path], CaptureReader]) -> None:
    small_capture(tmp_path / "c")
    rows = reader_of(tmp_path / "c").poll()
    assert LAYOUT.size == DTYPE.itemsize
    assert DTYPE.names == Record._fields
    record = as_record(rows[1])
    assert record.pack() == (tmp_path / "c" / "index").read_bytes()[RECORD_SIZE : 2 * RECORD_SIZE]
    assert as_record(record) is record
    assert all(type(value) is int for value in record)
