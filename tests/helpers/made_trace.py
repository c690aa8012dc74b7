"""A capture in memory: frames and events said one after another become the `Trace` that views show."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import numpy as np

from framescope.analysis.trace import Trace
from framescope.capture.details import ConnectionInfo, EndInfo, HandshakeInfo, PhaseInfo, ViolationInfo
from framescope.capture.reader import DTYPE, as_record
from framescope.capture.records import NONE, SENT, Flag, Kind, Phase, PhaseChange, Record
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode, header_at, serialise
from framescope.engine.masking import apply_mask
from framescope.engine.settings import KNOB_NAMES
from framescope.engine.state import State

Info = TypeVar("Info", bound=msgspec.Struct)
KNOBS: dict[str, float | None] = {
    "open_timeout": 10.0,
    "ping_interval": 20.0,
    "ping_timeout": 20.0,
    "close_timeout": 10.0,
}
INFO = ConnectionInfo("wss://feed.example.net/prices", "client", KNOBS)
KEY = bytes.fromhex("9f3c51e8")


class MadeTrace:
    """Writes records as a capture would; times are seconds since the start. `trace` is up to date after each call."""

    def __init__(self, info: ConnectionInfo = INFO) -> None:
        self.stream = bytearray()
        self.trace = Trace(1, self)
        self._add(0.0, Kind.CONNECTION, detail=info)

    def frame(
        self, at: float, payload: bytes, opcode: int = Opcode.TEXT, *, sent: bool = False, fin: bool = True, **more: Any
    ) -> int:
        """Add a frame; return its row. `mask`, `first`, `flags`, `cut` (bytes that are there) override the usual."""
        mask = more.get("mask", KEY if sent else None)
        first = more.get("first", (0x80 if fin else 0) | opcode)
        wire = more.get("wire") or serialise(first, payload, mask)
        head = header_at(wire, 0, len(wire), 0)
        assert head is not None
        offset = len(self.stream)
        self.stream += wire[: more.get("cut", len(wire))]
        flags = more.get("flags", 0) | (Flag.MASKED if head.mask is not None else 0)
        kind = Kind.FRAME | (SENT if sent else 0)
        self._put(Record(_ns(at), -1, 1, kind, head.first, head.header_length, flags, head.length, offset))
        return len(self.trace.rows) - 1

    def state(self, at: float, state: State) -> None:
        self._add(at, Kind.STATE, first=state)

    def phase(self, at: float, phase: Phase, change: PhaseChange, text: str = "", **found: str) -> None:
        self._add(at, Kind.PHASE, first=phase, second=change, detail=PhaseInfo(text, **found))

    def handshake(self, at: float, info: HandshakeInfo) -> None:
        self._add(at, Kind.HANDSHAKE, detail=info)

    def deflate(self, extensions: str = "permessage-deflate") -> None:
        """Agree on compression: an opening handshake at 0 s, one row."""
        self.handshake(0.0, HandshakeInfo("GET / HTTP/1.1", [], 101, "", [], extensions=extensions))

    def deadline(self, at: float, which: Which, change: Change, due: float | None) -> None:
        due_ns = -1 if due is None else _ns(due)
        self._put(Record(_ns(at), due_ns, 1, Kind.DEADLINE, which, change, 0, 0, 0))

    def knob(self, at: float, name: str, old: float | None, new: float | None) -> None:
        values = [NONE if value is None else round(value * 1e9) for value in (old, new)]
        self._put(Record(_ns(at), 0, 1, Kind.KNOB, KNOB_NAMES.index(name), 0, 0, *values))

    def violation(self, at: float, info: ViolationInfo, *, sent: bool = False) -> None:
        self._add(at, Kind.VIOLATION | (SENT if sent else 0), detail=info)

    def ended(self, at: float, info: EndInfo) -> None:
        self._add(at, Kind.ENDED, detail=info)
        self.state(at, State.CLOSED)

    def extend(self, records: np.ndarray) -> None:
        """Add ready-made records, by the million if need be."""
        self.trace.update(records)

    def detail(self, record: Any, kind: type[Info], /) -> Info | None:
        row = as_record(record)
        content = bytes(self.stream[row.offset : row.offset + row.length])
        return msgspec.json.decode(content, type=kind) if content else None

    def frame_bytes(self, record: Any, start: int = 0, stop: int | None = None) -> bytes:
        row = as_record(record)
        size = row.header_length + row.length
        stop = size if stop is None else min(stop, size)
        return bytes(self.stream[row.offset + start : row.offset + stop])

    def payload(self, record: Any, start: int = 0, stop: int | None = None) -> bytes:
        row = as_record(record)
        head = row.header_length
        stop = row.length if stop is None else min(stop, row.length)
        data = self.frame_bytes(record, head + start, head + stop)
        if not row.flags & Flag.MASKED:
            return data
        mask = self.frame_bytes(record, head - 4, head)
        turn = start % 4
        return apply_mask(data, mask[turn:] + mask[:turn]) if data else b""

    def _add(
        self, at: float, kind: int, *, first: int = 0, second: int = 0, detail: msgspec.Struct | None = None
    ) -> None:
        content = b"" if detail is None else msgspec.json.encode(detail)
        offset = len(self.stream)
        self.stream += content
        self._put(Record(_ns(at), 0, 1, kind, first, second, 0, len(content), offset))

    def _put(self, record: Record) -> None:
        self.trace.update(np.array([tuple(record)], DTYPE))


def _ns(seconds: float) -> int:
    return round((100.0 + seconds) * 1e9)
