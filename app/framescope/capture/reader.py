"""How is a capture read, while it grows or long after? New records as arrays, bytes on demand.

It reads what is there: a capture that was cut short, damaged or written by a later version opens as
far as it is readable, and `notes` says what is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from framescope.capture.meta import Meta
from framescope.capture.pieces import PieceTable, Span
from framescope.capture.records import FORMAT_VERSION, RECORD_SIZE, SENT, Flag, Kind, Record
from framescope.capture.stored_file import StoredFile
from framescope.engine.masking import apply_mask

#: One index record for numpy: the layout and the names of `Record`.
DTYPE = np.dtype(
    [
        ("time", "<i8"),
        ("other_time", "<i8"),
        ("connection", "<u4"),
        ("kind", "u1"),
        ("first", "u1"),
        ("header_length", "u1"),
        ("flags", "u1"),
        ("length", "<u8"),
        ("offset", "<u8"),
    ]
)
Records: TypeAlias = NDArray[np.void]
T = TypeVar("T", bound=msgspec.Struct)

#: No detail is larger (a refusal's body is cut at 64 KiB); a longer one is a damaged record.
_DETAIL_LIMIT = 16 * 1024**2
_NOTES_LIMIT = 100


def as_record(row: np.void | Record) -> Record:
    """Return one row of an array of records as a `Record` of plain integers."""
    return row if isinstance(row, Record) else Record(*row.item())


class CaptureReader:
    """A capture folder, read. The folder may still be written to, or not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = StoredFile(folder / "index")
        self._stream = StoredFile(folder / "stream")
        self._taken = 0  # whole records handed out
        self._left_over = 0  # B of an incomplete record at the end of the index
        self._pieces: dict[int, PieceTable] = {}  # key: connection * 2 + sent
        self._notes: dict[str, None] = {}  # an ordered set
        self._meta: Meta | None = None

    @property
    def meta(self) -> Meta:
        """What meta.json says; an empty `Meta` when there is none or it makes no sense."""
        if self._meta is None:
            self._meta = self._read_meta()
        return self._meta or Meta()

    @property
    def notes(self) -> list[str]:
        """What is missing or damaged, as far as it was met."""
        notes = list(self._notes)
        meta = self.meta
        if meta.version > FORMAT_VERSION:
            notes.append(
                f"The capture has format version {meta.version}; this program knows {FORMAT_VERSION}"
                " and may miss or misread some of it."
            )
        elif meta.version < 1:
            notes.append("The capture does not say which format version it has: meta.json is missing or damaged.")
        if self._left_over:
            notes.append(f"The index ends inside a record: {self._left_over} B were left out.")
        return notes

    def poll(self, limit: int | None = None) -> Records:
        """Return the whole records that are new since the last poll, at most `limit`, as a copy."""
        whole, self._left_over = divmod(self._index.size(), RECORD_SIZE)
        count = max(whole - self._taken, 0)
        if limit is not None:
            count = min(count, limit)
        records = np.empty(count, DTYPE)
        if count:
            got = self._index.read_into(records.view(np.uint8).data, self._taken * RECORD_SIZE)
            records = records[: got // RECORD_SIZE]
            self._taken += len(records)
            self._keep_pieces(records)
        return records

    def detail(self, row: np.void | Record, kind: type[T]) -> T | None:
        """Return the JSON that `row` points at as a `kind`; None when it has none or it is damaged."""
        record = as_record(row)
        if not record.length:
            return None
        if record.length <= _DETAIL_LIMIT:
            try:
                return msgspec.json.decode(self._stream.read(record.offset, record.length), type=kind)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                pass
        self._note(f"A {kind.__name__} at byte {record.offset} of the stream is missing or damaged.")
        return None

    def frame_bytes(self, row: np.void | Record, start: int = 0, stop: int | None = None) -> bytes:
        """Return bytes `start` to `stop` of a frame as it stood on the wire, header first.

        Bytes that the capture does not have are missing at the end.
        """
        record = as_record(row)
        size = record.header_length + record.length
        return self._bytes(record, max(start, 0), size if stop is None else min(stop, size))

    def payload(self, row: np.void | Record, start: int = 0, stop: int | None = None) -> bytes:
        """Return bytes `start` to `stop` of a frame's payload, unmasked, not inflated.

        Bytes that the capture does not have are missing at the end.
        """
        record = as_record(row)
        head, start = record.header_length, max(start, 0)
        end = record.length if stop is None else min(stop, record.length)
        data = self._bytes(record, head + start, head + end)
        if not record.flags & Flag.MASKED or not data:
            return data
        mask = self._bytes(record, head - 4, head) if head >= 4 else b""
        if len(mask) < 4:
            return b""
        turn = start % 4
        return apply_mask(data, mask[turn:] + mask[:turn])

    def close(self) -> None:
        """Let go of the files; a later poll opens them again."""
        self._index.close()
        self._stream.close()

    def _bytes(self, record: Record, start: int, stop: int) -> bytes:
        """Gather bytes `start` to `stop`, counted from the frame's first."""
        if stop <= start:
            return b""
        if record.flags & Flag.SPLIT:
            table = self._pieces.get(record.connection << 1 | record.is_sent, PieceTable())
            spans = table.spans(record.offset + start, record.offset + stop)
        else:
            spans = iter((Span(record.offset + start, stop - start),))
        parts = []
        for span in spans:
            part = self._stream.read(span.offset, span.length)
            parts.append(part)
            if len(part) < span.length:
                break
        data = b"".join(parts)
        if len(data) < stop - start and not record.flags & Flag.PARTIAL:
            self._note(f"Bytes of a frame at {record.time} ns are missing.")
        return data

    def _keep_pieces(self, records: Records) -> None:
        pieces = records[(records["kind"] & 0x7F) == Kind.PIECE]
        if not len(pieces):
            return
        keys = pieces["connection"].astype(np.int64) << 1 | (pieces["kind"] >= SENT)
        order = np.argsort(keys, kind="stable")
        pieces, keys = pieces[order], keys[order]
        for group in np.split(pieces, np.flatnonzero(np.diff(keys)) + 1):
            key = int(group["connection"][0]) << 1 | int(group["kind"][0] >= SENT)
            table = self._pieces.setdefault(key, PieceTable())
            table.extend(*(_column(group, name) for name in ("other_time", "offset", "length")))

    def _read_meta(self) -> Meta | None:
        file = StoredFile(self.folder / "meta.json")
        try:
            return msgspec.json.decode(file.read(0, _DETAIL_LIMIT), type=Meta)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        finally:
            file.close()

    def _note(self, text: str) -> None:
        if len(self._notes) < _NOTES_LIMIT:
            self._notes[text] = None


def _column(records: Records, name: str) -> bytes:
    """Return one 64-bit column in the machine's own byte order."""
    column: NDArray[Any] = records[name]
    return column.astype(column.dtype.newbyteorder("=")).tobytes()
