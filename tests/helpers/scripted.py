"""How do the analysis' tests write a capture in a few words? A reader in memory that is told what happened."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import numpy as np

from framescope.analysis.trace import Trace
from framescope.capture.details import ConnectionInfo, EndInfo, HandshakeInfo, PhaseInfo, ViolationInfo
from framescope.capture.reader import DTYPE
from framescope.capture.records import (
    LAYOUT,
    NONE,
    SENT,
    Flag,
    Gauge,
    Kind,
    Phase,
    PhaseChange,
    Record,
)
from framescope.engine.events import Change, Which
from framescope.engine.frames import FIN, Opcode, serialise
from framescope.engine.settings import KNOB_NAMES
from framescope.engine.state import State

DEFAULTS = {"open_timeout": 10.0, "ping_interval": 20.0, "ping_timeout": 20.0, "close_timeout": 10.0}
_MASK = b"\x01\x02\x03\x04"
Info = TypeVar("Info", bound=msgspec.Struct)


def ns(seconds: float) -> int:
    """Turn seconds into the nanoseconds of records."""
    return round(seconds * 1e9)


class Script:
    """A capture in memory: each method adds one record at a time (s); reads as `CaptureReader` does."""

    def __init__(self) -> None:
        self._index = bytearray()
        self._stream = bytearray()
        self._polled = 0

    def poll(self) -> np.ndarray:
        end = len(self._index)
        records = np.frombuffer(bytes(self._index[self._polled : end]), DTYPE)
        self._polled = end
        return records

    def detail(self, record: Any, type: type[Info]) -> Info:
        return msgspec.json.decode(self._bytes(record, 0, None), type=type)

    def frame_bytes(self, record: Any, start: int = 0, stop: int | None = None) -> bytes:
        whole = Record(*record)
        size = whole.header_length + whole.length
        return self._bytes(whole._replace(length=size), start, stop)

    def payload(self, record: Any, start: int = 0, stop: int | None = None) -> bytes:
        whole = Record(*record)
        content = self._bytes(whole._replace(offset=whole.offset + whole.header_length), 0, None)
        if whole.flags & Flag.MASKED:
            content = bytes(byte ^ _MASK[place % 4] for place, byte in enumerate(content))
        return content[start:stop]

    def add(
        self, kind: int, at: float, *, other: int = 0, on: int = 1, first: int = 0, change: int = 0, flags: int = 0,
        length: int = 0, offset: int = 0,
    ) -> None:  # fmt: skip
        """Add a record as it is."""
        self._index += LAYOUT.pack(ns(at), other, on, kind, first, change, flags, length, offset)

    def told(self, kind: int, at: float, info: msgspec.Struct, **fields: int) -> None:
        """Add a record with a JSON detail."""
        detail = msgspec.json.encode(info)
        self.add(kind, at, length=len(detail), offset=len(self._stream), **fields)
        self._stream += detail

    def connection(self, at: float = 0.0, on: int = 1, role: str = "client", **knobs: float | None) -> None:
        info = ConnectionInfo("ws://127.0.0.1:9001/", role, DEFAULTS | knobs)
        self.told(Kind.CONNECTION, at, info, on=on)

    def frame(
        self, sent: bool, opcode: int, payload: bytes = b"", *, at: float, on: int = 1, fin: bool = True,
        flags: int = 0, rsv: int = 0, kernel: float = 0.0,
    ) -> None:  # fmt: skip
        """Add a frame; what is sent is masked. `kernel`: when the kernel got, or took, its last byte."""
        mask = _MASK if sent else None
        first = opcode | rsv | (FIN if fin else 0)
        wire = serialise(first, payload, mask)
        flags |= Flag.MASKED if sent else 0
        kind = Kind.FRAME | (SENT if sent else 0)
        head = len(wire) - len(payload)
        where = len(self._stream)
        fields = {"first": first, "change": head, "flags": flags, "length": len(payload), "offset": where}
        self.add(kind, at, other=ns(kernel), on=on, **fields)
        self._stream += wire

    def sent(self, opcode: int, payload: bytes = b"", *, at: float, **more: Any) -> None:
        self.frame(True, opcode, payload, at=at, **more)

    def received(self, opcode: int, payload: bytes = b"", *, at: float, **more: Any) -> None:
        self.frame(False, opcode, payload, at=at, **more)

    def keepalive(self, payload: bytes, *, at: float, due: float | None = None, deadline_first: bool = False) -> None:
        """Our keepalive ping, and the deadline that is armed with it."""
        if due is not None and deadline_first:
            self.deadline(Which.PONG, Change.ARMED, at=at, due=due)
        self.sent(Opcode.PING, payload, at=at, flags=Flag.KEEPALIVE)
        if due is not None and not deadline_first:
            self.deadline(Which.PONG, Change.ARMED, at=at, due=due)

    def pong(self, payload: bytes, *, at: float, **more: Any) -> None:
        self.received(Opcode.PONG, payload, at=at, **more)

    def deadline(self, which: Which, change: Change, *, at: float, due: float | None = None) -> None:
        self.add(Kind.DEADLINE, at, first=which, change=change, other=-1 if due is None else ns(due))

    def knob(self, name: str, old: float | None, new: float | None, *, at: float) -> None:
        values = [NONE if value is None else ns(value) for value in (old, new)]
        self.add(Kind.KNOB, at, first=KNOB_NAMES.index(name), length=values[0], offset=values[1])

    def state(self, state: State, *, at: float) -> None:
        self.add(Kind.STATE, at, first=state)

    def phase(self, phase: Phase, change: PhaseChange, text: str = "", *, at: float, **found: str) -> None:
        if text or found:
            self.told(Kind.PHASE, at, PhaseInfo(text, **found), first=phase, change=change)
        else:
            self.add(Kind.PHASE, at, first=phase, change=change)

    def handshake(
        self, status: int = 101, reason: str = "Switching Protocols", *, at: float, extensions: str = ""
    ) -> None:
        is_accepted = status == 101
        info = HandshakeInfo("GET / HTTP/1.1", [], status, reason, [], extensions=extensions, is_accepted=is_accepted)
        self.told(Kind.HANDSHAKE, at, info)

    def violation(self, rule: str, section: str, offset: int, *, at: float, sent: bool = False) -> None:
        info = ViolationInfo(rule, section, offset, 1002, rule)
        self.told(Kind.VIOLATION | (SENT if sent else 0), at, info)

    def piece(self, logical: int, length: int, *, at: float, sent: bool = False) -> None:
        self.add(Kind.PIECE | (SENT if sent else 0), at, other=ns(0) + logical, length=length)

    def gauge(self, gauge: Gauge, value: int, *, at: float, on: int = 1) -> None:
        self.add(Kind.GAUGE, at, on=on, first=gauge, length=value)

    def ended(self, ending: str, *, at: float, **fields: Any) -> None:
        """The end: `fields` are those of `EndInfo` that matter."""
        usual: dict[str, Any] = {
            "exception": "ConnectionClosedError",
            "sentence": "no close frame received or sent",
            "code": 1006,
            "reason": "",
            "by_peer": False,
        }
        self.told(Kind.ENDED, at, EndInfo(ending=ending, **(usual | fields)))

    def trace(self, number: int = 1) -> Trace:
        """Read what was added so far into a new trace."""
        trace = Trace(number, self)
        trace.update(self.poll())
        return trace

    def _bytes(self, record: Any, start: int, stop: int | None) -> bytes:
        offset, length = int(record[8]), int(record[7])
        return bytes(self._stream[offset : offset + length][start:stop])


def frames_in_bulk(
    times: np.ndarray, *, first: np.ndarray | int = 0x82, lengths: np.ndarray | int = 100, sent: bool = False
) -> np.ndarray:
    """Records of many frames at once; their bytes are nowhere."""
    records = np.zeros(len(times), DTYPE)
    records["time"] = times
    records["connection"] = 1
    records["kind"] = Kind.FRAME | (SENT if sent else 0)
    records["first"] = first
    records["header_length"] = 2
    records["length"] = lengths
    return records
