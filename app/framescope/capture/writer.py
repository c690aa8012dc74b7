"""How is a capture written while it happens? One record for everything that has a time, one append for its bytes.

This runs between two reads of a socket: it imports neither numpy nor asyncio, keeps no payload, and
never raises for what the disk does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from framescope.capture.append_file import Write
from framescope.capture.clock import SYSTEM_CLOCK, Clock
from framescope.capture.details import (
    ConnectionInfo,
    EndInfo,
    HandshakeInfo,
    PhaseInfo,
    RecordingInfo,
    ViolationInfo,
)
from framescope.capture.output import Output, free_bytes
from framescope.capture.pieces import Direction
from framescope.capture.records import LAYOUT, NONE, SENT, Flag, Gauge, Kind, Phase, PhaseChange
from framescope.engine.settings import KNOB_NAMES

if TYPE_CHECKING:
    from framescope.engine.events import Change, Which
    from framescope.engine.frames import Frame
    from framescope.engine.state import State

# Plain integers: arithmetic with the enums' own operators costs more than packing the record.
_FRAME, _PIECE = int(Kind.FRAME), int(Kind.PIECE)
_SPLIT, _MASKED = int(Flag.SPLIT), int(Flag.MASKED)
_pack = LAYOUT.pack


def _ignore(text: str) -> None:
    """Stand in where nobody asked to be told."""


def _detail(info: msgspec.Struct) -> bytes:
    """Write `info` as JSON; text that UTF-8 cannot hold (lone surrogates) becomes "?"."""
    try:
        return msgspec.json.encode(info)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(info), ensure_ascii=False).encode(errors="replace")


def _nanoseconds(seconds: float | None) -> int:
    return NONE if seconds is None else round(seconds * 1e9)


class CaptureWriter:
    """Records connections into a folder. Times are monotonic ns; call `flush` after each batch.

    What belongs to a connection that was never opened, or that has ended, is ignored.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock = SYSTEM_CLOCK,
        on_stopped: Callable[[str], None] = _ignore,
        on_resumed: Callable[[str], None] = _ignore,
        write: Write = os.write,
        free_space: Callable[[Path], int] = free_bytes,
    ) -> None:
        """Begin a capture in `folder`, which holds none yet. OSError when its files cannot be created.

        `on_stopped` and `on_resumed` get a sentence for the person who watches.
        """
        self.folder = folder
        self.unrecorded_frames = 0  #: whole frames that passed while recording was stopped
        self._unrecorded_before = 0
        self._clock = clock
        self._on_stopped = on_stopped
        self._on_resumed = on_resumed
        self._output = Output(
            folder,
            clock=clock,
            stopped=self._recording_stopped,
            resumed=self._recording_resumed,
            write=write,
            free_space=free_space,
        )
        self._stream = self._output.stream
        self._index = self._output.index.pending
        self._connections = 0
        self._directions: dict[int, Direction] = {}  # key: connection * 2 + sent
        self.anchor()

    @property
    def is_recording(self) -> bool:
        return not self._output.is_stopped

    def open_connection(self, info: ConnectionInfo, time_ns: int) -> int:
        """Begin a connection and return its number, from 1."""
        self._connections += 1
        number = self._connections
        self._directions[number << 1] = Direction()
        self._directions[number << 1 | 1] = Direction()
        self._with_detail(Kind.CONNECTION, number, info, time_ns)
        return number

    def bytes_seen(
        self, connection: int, sent: bool, data: bytes | bytearray | memoryview, time_ns: int, kernel_ns: int = 0
    ) -> None:
        """Append what one read brought or one write took.

        `kernel_ns`: when the kernel received its last byte. It goes to the frame that ends with that
        byte, unless `frame` is told better.
        """
        direction = self._directions.get(connection << 1 | sent)
        if direction is None:
            return
        if self._output.is_stopped:
            direction.end += len(data)
            return
        if direction.accounted != direction.end:
            self._piece(connection, sent, direction, direction.end)
        stream = self._stream
        direction.seen(len(data), stream.written + len(stream.pending), time_ns, kernel_ns)
        stream.pending += data

    def frame(  # noqa: PLR0917  # the hot path: keyword arguments cost time
        self, connection: int, sent: bool, frame: Frame, time_ns: int, other_ns: int = 0, flags: int = 0
    ) -> None:
        """Record a frame whose bytes were seen. SPLIT and MASKED are added to `flags` here.

        `other_ns`: kernel receive time, or for a sent frame when the kernel took its last byte.
        """
        if self._output.is_stopped:
            self.unrecorded_frames += 1
            return
        direction = self._directions.get(connection << 1 | sent)
        if direction is None:
            return
        first, _, mask, header_length, length, offset = frame
        end = offset + header_length + length
        flags = int(flags) if mask is None else int(flags) | _MASKED
        if end == direction.end and not other_ns:
            other_ns = direction.kernel_ns
        if offset >= direction.accounted and end <= direction.end:
            if offset > direction.accounted:
                self._piece(connection, sent, direction, offset)
            direction.accounted = end
            offset += direction.shift
        elif offset < direction.gap_end:
            self.unrecorded_frames += 1
            return
        else:
            until = min(end, direction.end)
            if direction.accounted < until:
                self._piece(connection, sent, direction, until)
            flags |= _SPLIT
        kind = _FRAME | SENT if sent else _FRAME
        self._index += _pack(time_ns, other_ns, connection, kind, first, header_length, flags, length, offset)

    def end_of_read(self, connection: int, sent: bool) -> None:
        """Make a piece of what belongs to no frame so far: handshake, a frame's beginning, junk."""
        direction = self._directions.get(connection << 1 | sent)
        if direction is not None and direction.accounted != direction.end and not self._output.is_stopped:
            self._piece(connection, sent, direction, direction.end)

    def phase(
        self, connection: int, phase: Phase, change: PhaseChange, time_ns: int, info: PhaseInfo | None = None
    ) -> None:
        """Record a step of connecting."""
        if info is None:
            self._event(Kind.PHASE, connection, time_ns, first=phase, change=change)
        else:
            self._with_detail(Kind.PHASE, connection, info, time_ns, first=phase, change=change)

    def state(self, connection: int, state: State, time_ns: int) -> None:
        """Record the connection's new state."""
        self._event(Kind.STATE, connection, time_ns, first=state)

    def handshake(self, connection: int, info: HandshakeInfo, time_ns: int) -> None:
        """Record what the opening handshake said and agreed."""
        self._with_detail(Kind.HANDSHAKE, connection, info, time_ns)

    def deadline(self, connection: int, which: Which, change: Change, due_ns: int | None, time_ns: int) -> None:
        """Record what became of a deadline."""
        due = -1 if due_ns is None else due_ns
        self._event(Kind.DEADLINE, connection, time_ns, other=due, first=which, change=change)

    def knob(self, connection: int, name: str, old: float | None, new: float | None, time_ns: int) -> None:
        """Record that a knob was turned; values in seconds."""
        index = KNOB_NAMES.index(name)
        self._event(Kind.KNOB, connection, time_ns, first=index, length=_nanoseconds(old), offset=_nanoseconds(new))

    def violation(self, connection: int, sent: bool, info: ViolationInfo, time_ns: int) -> None:
        """Record a broken rule; `sent` when it was ours, on purpose."""
        kind = Kind.VIOLATION | SENT if sent else Kind.VIOLATION
        self._with_detail(kind, connection, info, time_ns)

    def gauge(self, connection: int, gauge: Gauge, value: int, time_ns: int) -> None:
        """Record a measurement, unless recording is stopped: the next one says it better."""
        if not self._output.is_stopped:
            self._event(Kind.GAUGE, connection, time_ns, first=gauge, length=max(value, 0))

    def anchor(self) -> None:
        """Record the three clocks together. The first record of a capture is one; then call it every 10 s."""
        if not self._output.is_stopped:
            clock = self._clock
            now, wall = clock.monotonic_ns(), clock.realtime_ns()
            self._event(Kind.ANCHOR, 0, now, other=wall, offset=clock.boottime_ns())

    def ended(self, connection: int, info: EndInfo, time_ns: int) -> None:
        """Record how the connection ended; nothing more is recorded of it."""
        for sent in (False, True):
            self.end_of_read(connection, sent)
            self._directions.pop(connection << 1 | sent, None)
        self._with_detail(Kind.ENDED, connection, info, time_ns)

    def flush(self) -> None:
        """Hand everything recorded so far to the kernel: stream first, then index."""
        self._output.flush()

    def close(self) -> None:
        """Write the rest and close the files. Never raises; nothing is recorded afterwards."""
        if not self._output.is_stopped:
            self._account_for_all()
        self._output.close()

    def _piece(self, connection: int, sent: bool, direction: Direction, until: int) -> None:
        """Record the bytes from `accounted` to `until`, all of the latest read, as a piece."""
        start, direction.accounted = direction.accounted, until
        kind = _PIECE | SENT if sent else _PIECE
        place = start + direction.shift
        self._index += _pack(direction.time_ns, start, connection, kind, 0, 0, 0, until - start, place)

    def _account_for_all(self) -> None:
        """Leave no byte without a record: what the file has, or will have, stays readable."""
        for key, direction in self._directions.items():
            if direction.accounted != direction.end:
                self._piece(key >> 1, bool(key & 1), direction, direction.end)

    def _event(
        self,
        kind: int,
        connection: int,
        time_ns: int,
        *,
        other: int = 0,
        first: int = 0,
        change: int = 0,
        length: int = 0,
        offset: int = 0,
    ) -> None:
        if self._output.has_room:
            self._index += _pack(time_ns, other, connection, kind, first, change, 0, length, offset)

    def _with_detail(
        self, kind: int, connection: int, info: msgspec.Struct, time_ns: int, *, first: int = 0, change: int = 0
    ) -> None:
        if self._output.has_room:
            detail = _detail(info)
            offset = self._stream.end
            self._stream.pending += detail
            self._event(kind, connection, time_ns, first=first, change=change, length=len(detail), offset=offset)

    def _recording_stopped(self, text: str) -> None:
        self._account_for_all()
        self._with_detail(Kind.RECORDING, 0, RecordingInfo(False, text), self._clock.monotonic_ns())
        self._unrecorded_before = self.unrecorded_frames
        self._on_stopped(text)

    def _recording_resumed(self) -> None:
        for direction in self._directions.values():
            direction.skip()
        missed = self.unrecorded_frames - self._unrecorded_before
        text = f"Recording goes on; {missed} frame{' was' if missed == 1 else 's were'} not recorded."
        self._with_detail(Kind.RECORDING, 0, RecordingInfo(True, text), self._clock.monotonic_ns())
        self._on_resumed(text)
