"""What did a compressed message say? Its payload inflated, wherever in the connection it stands."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from framescope.analysis.fragments import Fragments
from framescope.analysis.inflating_places import BULK, Place, Places
from framescope.analysis.lanes import Lane
from framescope.analysis.model import Story
from framescope.analysis.rows import Rows
from framescope.analysis.source import Source
from framescope.capture.records import Flag, Record
from framescope.engine.deflate import NAME, Agreed, BadDeflate, DeflateOffer, Inflater, accept_response
from framescope.engine.errors import InvalidHandshake
from framescope.engine.extensions import NAME as HEADER
from framescope.engine.extensions import parse_extensions
from framescope.engine.frames import FIN, RSV1, Opcode
from framescope.engine.headers import Headers

START_LIMIT = 512  #: B of a payload's beginning that are remembered: what a table's cell shows
_REMEMBERED = 2048  # rows, more than the table remembers
_STEP = 4 * 1024  # B of compressed input; zlib makes at most 4 MiB of them


class Effort(NamedTuple):
    """How far a call may go: `steps`, each a frame or 4 KiB of one, and B of output on the way."""

    steps: int
    output: int


KNOWN = Effort(0, 0)  #: only what is remembered
BRIEF = Effort(256, 4 * 1024**2)  #: 256 frames or 1 MiB: some 5 ms, for a cell that is being painted
PATIENT = Effort(4096, 16 * 1024**2)  #: some 80 ms, for one frame that a person looks at
COMPLETE = Effort(2**62, 64 * 1024**2)  #: for the command line and for copies


class Start(NamedTuple):
    """The beginning of a frame's inflated payload, and all of its size (B) where the frame was walked through."""

    content: bytes
    size: int | None


@dataclass(slots=True)
class _Work:
    """What is left of an effort, for which row it is made, and where that row's output goes."""

    steps: int
    output: int
    row: int
    sink: bytearray | None = None

    @property
    def is_left(self) -> bool:
        return self.steps > 0 and self.output > 0


class Inflating:
    """Inflates frames of one connection.

    With context takeover every message may refer to those before it, so a direction is walked in wire order. Each
    call goes a bounded way from the nearest place that is known; the next one goes on where it stopped.
    """

    def __init__(self, rows: Rows, lanes: dict[bool, Lane], story: Story, reader: Source, fragments: Fragments) -> None:
        self._rows = rows
        self._story = story
        self._reader = reader
        self._fragments = fragments
        self._directions = {sent: Places(lane) for sent, lane in lanes.items()}
        self._agreed: Agreed | None = None
        self._is_read = False  # the handshake was looked at
        self._starts: OrderedDict[int, Start | None] = OrderedDict()  # None: not to be read

    def is_compressed(self, row: int) -> bool:
        """Tell whether a row is a frame of a compressed message, and compression was agreed on."""
        first = self._rows.column("first")[row]
        if first & 0x0F == Opcode.CONTINUATION:
            begin = next(iter(self._fragments.rows_of(row)), row)
            first = self._rows.column("first")[begin]
        is_data = first & 0x0F in (Opcode.TEXT, Opcode.BINARY)
        return is_data and bool(first & RSV1) and self._terms(sent=True) is not None

    def start_of(self, row: int, effort: Effort = KNOWN) -> Start | None:
        """Return how a frame's inflated payload begins; None where it is not compressed, damaged, or not known yet."""
        if row in self._starts:
            self._starts.move_to_end(row)
            return self._starts[row]
        work = _Work(*effort, row)
        found = self._reach(row, work, is_whole=False)
        if found is None:
            return None
        direction, place, goal = found
        if not self._walk(direction, place, goal + 1, work) and place.index == goal and place.offset:
            # Too large to be walked through at once: its beginning is enough.
            return None if place.inflater is None else self._remember(row, Start(place.start, None))
        return self._starts.get(row)

    def content(self, row: int, limit: int, effort: Effort = COMPLETE) -> bytes | None:
        """Return the first `limit` bytes of a frame's inflated payload; None as `start_of`."""
        start = self.start_of(row)
        if start is not None and (start.size == len(start.content) or limit <= len(start.content)):
            return start.content[:limit]
        work = _Work(*effort, row)
        found = self._reach(row, work, is_whole=True)
        if found is None:
            return None
        direction, place, goal = found
        work.steps, work.output, work.sink = effort.steps, limit, bytearray()
        self._walk(direction, place, goal + 1, work)
        is_unreadable = place.inflater is None or self._starts.get(row, place) is None
        return None if is_unreadable else bytes(work.sink[:limit])

    def is_awaited(self, row: int) -> bool:
        """Tell whether another call may find what `start_of` does not know yet."""
        if row in self._starts or not self.is_compressed(row):
            return False
        place = self._nearest(row, is_whole=False)
        return place is not None and place[1].inflater is not None

    def _reach(self, row: int, work: _Work, *, is_whole: bool) -> tuple[Places, Place, int] | None:
        """Go to a frame: its direction, the place there, and its index; None if that is too far or not possible."""
        if not work.is_left or not self.is_compressed(row):
            return None
        found = self._nearest(row, is_whole=is_whole)
        return found if found is not None and self._walk(*found, work) else None

    def _nearest(self, row: int, *, is_whole: bool) -> tuple[Places, Place, int] | None:
        """Find the place to begin from, for a frame with the index that is returned with it."""
        record = self._rows.record(row)
        direction = self._directions[record.is_sent]
        terms = self._terms(sent=record.is_sent)
        goal = direction.lane.index_of(row, record.time)
        if terms is None or goal is None:
            return None
        bits, is_reset = terms
        low = 0
        if is_reset:  # a message stands for itself
            begin = next(iter(self._fragments.rows_of(row)), row)
            low = direction.lane.index_of(begin, self._rows.record(begin).time) or 0
        place = direction.nearest(low, goal, is_whole=is_whole)
        if place is None:
            last_row = direction.lane.rows[low - 1] if low else -1
            place = direction.keep(Place(low, Inflater(bits, is_reset=is_reset), last_row))
        return direction, place, goal

    def _walk(self, direction: Places, place: Place, goal: int, work: _Work) -> bool:
        """Go on to the frame with index `goal` while work is left; return whether it was reached."""
        lane = direction.lane
        terms = self._terms(sent=direction is self._directions[True])
        while place.index < goal and place.inflater is not None and work.is_left:
            rows = lane.rows[place.index : min(goal, place.index + BULK)]
            firsts = self._rows.column("first").take(rows)
            for row, first in zip(rows.tolist(), firsts.tolist(), strict=True):
                if terms is not None and not terms[1] and not place.offset:
                    direction.mark(place, goal)
                self._pass(place, row, first, work)
                if place.offset or place.inflater is None or not work.is_left:
                    break
        return place.index >= goal

    def _pass(self, place: Place, row: int, first: int, work: _Work) -> None:
        """Go through one frame, as far as work is left."""
        opcode = first & 0x0F
        if opcode in (Opcode.TEXT, Opcode.BINARY) and not place.offset:
            place.is_compressed = bool(first & RSV1)
        is_mine = opcode <= Opcode.BINARY and place.is_compressed
        record = self._rows.record(row) if is_mine else None
        # What was sent against the rules on purpose never went through the connection's compressor.
        if record is None or record.flags & Flag.DELIBERATE:
            work.steps -= 1
            place.leave(row)
            if row == work.row:
                self._remember(row, None)
            return
        while work.is_left and place.inflater is not None:
            if self._step(place, record, work):
                place.is_compressed = not first & FIN
                if row == work.row:
                    self._remember(row, Start(place.start, place.size))
                place.leave(row)
                return
            place.last_row = row

    def _step(self, place: Place, record: Record, work: _Work) -> bool:
        """Inflate a few KiB of a frame; return whether that was the last of it."""
        assert place.inflater is not None
        stop = min(record.length, place.offset + _STEP)
        data = self._reader.payload(record, place.offset, stop)
        is_cut = len(data) < stop - place.offset
        is_partial = bool(record.flags & Flag.PARTIAL)
        if is_cut and not is_partial:  # the capture does not have it
            place.inflater = None
            return False
        is_last = is_cut or stop == record.length
        try:
            output = place.inflater.inflate(
                data, ends=is_last and bool(record.first & FIN) and not is_partial, limit=None
            )
        except BadDeflate:
            place.inflater = None
            return False
        place.offset = stop
        place.size += len(output)
        place.start += output[: START_LIMIT - len(place.start)]
        work.steps -= 1
        work.output -= len(output)
        if work.sink is not None:  # only while the frame that is asked for is walked through
            work.sink += output
        return is_last

    def _remember(self, row: int, start: Start | None) -> Start | None:
        self._starts[row] = start
        while len(self._starts) > _REMEMBERED:
            self._starts.popitem(last=False)
        return start

    def _terms(self, *, sent: bool) -> tuple[int, bool] | None:
        """Return window bits of a direction, and whether each of its messages stands for itself; None: no deflate."""
        handshake, info = self._story.handshake, self._story.info
        if handshake is None or info is None:
            return None
        if not self._is_read:
            self._is_read = True
            self._agreed = _agreed(handshake.extensions)
        agreed = self._agreed
        if agreed is None:
            return None
        if sent == (info.role == "client"):
            return agreed.client_max_window_bits, agreed.client_no_context_takeover
        return agreed.server_max_window_bits, agreed.server_no_context_takeover


def _agreed(extensions: str) -> Agreed | None:
    """Read what an opening handshake agreed on."""
    try:
        for name, parameters in parse_extensions(Headers({HEADER: extensions} if extensions else {})):
            if name == NAME:
                return accept_response(parameters, DeflateOffer())
    except InvalidHandshake:
        pass  # a damaged or foreign capture: then its messages stay as they are
    return None
