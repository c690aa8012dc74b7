"""What has one connection done so far? Its rows, lanes and story, grown from records: frames only in bulk."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.answers import Answers
from framescope.analysis.fragments import Fragment, Fragments
from framescope.analysis.inflating import KNOWN, Effort, Inflating
from framescope.analysis.lanes import Lane
from framescope.analysis.model import Exchange, Story, ViolationMark
from framescope.analysis.pairing import Pairing
from framescope.analysis.rows import Rows
from framescope.analysis.source import Source
from framescope.analysis.storyteller import EVENT_KINDS, Storyteller
from framescope.analysis.streams import FrameFinder
from framescope.capture.records import SENT, Flag, Kind, PhaseChange, Record
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode

Marks = NDArray[np.bool_]  # one for each record: is it such a one?
_ROWS_OF_DEADLINES = (Which.OPEN, Which.PONG, Which.CLOSE)


class Trace:
    """One connection, growing. Rows are numbered from 0 in append order and never change."""

    def __init__(self, number: int, reader: Source) -> None:
        self.reader = reader
        self.rows = Rows(number)
        self.lanes: dict[bool, Lane] = {True: Lane(), False: Lane()}
        self.story = Story(number, 0)
        self.end = 0  #: ns of the latest record
        self._has_begun = False
        self._event_rows: list[int] = []
        self._pairing = Pairing(self.story.exchanges)
        self._answers = Answers(self.rows, reader)
        self._fragments = Fragments(self.rows, self.lanes)
        self.inflating = Inflating(self.rows, self.lanes, self.story, reader, self._fragments)
        self._finder = FrameFinder(self.lanes)
        self._teller = Storyteller(self.story, self._pairing, reader)

    @property
    def start(self) -> int:
        """The time (ns) of the first record: where the ruler's zero is."""
        return self.story.start

    @property
    def number(self) -> int:
        return self.story.number

    @property
    def frame_count(self) -> int:
        return len(self.rows) - len(self._event_rows)

    def update(self, records: NDArray[np.void]) -> None:
        """Take this connection's new records, in the order in which they were appended."""
        if not len(records):
            return
        if not self._has_begun:
            self._has_begun = True
            self.story.start = self.end = int(records["time"][0])
        self.end = max(self.end, int(records["time"].max()))
        kinds = records["kind"] & 0x7F
        is_frame = kinds == Kind.FRAME
        is_shown_event = _shown_events(records, kinds)
        is_shown = is_frame | is_shown_event
        rows = len(self.rows) + np.cumsum(is_shown) - 1
        self._event_rows += rows[is_shown_event].tolist()
        self._finder.extend(records)
        self.rows.extend(records[is_shown])
        self._extend_lanes(records, rows, is_frame)
        one_by_one = np.isin(kinds, EVENT_KINDS) | self._keepalive(records, rows, is_frame)
        for fields, row in zip(records[one_by_one].tolist(), rows[one_by_one].tolist(), strict=True):
            self._teller.tell(Record(*fields), row)
        self._place_violations()

    def record(self, row: int) -> Record:
        """Return the record behind a row."""
        return self.rows.record(row)

    def payload(self, row: int) -> bytes:
        """Read a frame's payload, unmasked."""
        return self.reader.payload(self.rows.record(row))

    def inflated(self, row: int, limit: int, effort: Effort = KNOWN) -> bytes | None:
        """Read the first `limit` bytes of a compressed frame's payload as they were before compression.

        None where it was not compressed, or cannot be inflated, or not yet with this effort.
        """
        return self.inflating.content(row, limit, effort)

    def is_event(self, row: int) -> bool:
        """Tell whether a row is an event, not a frame."""
        place = bisect_left(self._event_rows, row)
        return place < len(self._event_rows) and self._event_rows[place] == row

    def number_of(self, row: int) -> int:
        """Return a frame's number, counted from 1; 0 for an event."""
        place = bisect_left(self._event_rows, row)
        if place < len(self._event_rows) and self._event_rows[place] == row:
            return 0
        return row - place + 1

    def exchange_of(self, row: int) -> Exchange | None:
        """Find the exchange of a ping's or a pong's row: ours from the story, the peer's by looking around."""
        found = self._pairing.exchange_of(row)
        if found is not None or self.is_event(row):
            return found
        opcode = self.rows.column("first")[row] & 0x0F
        is_sent = bool(self.rows.column("kind")[row] & SENT)
        if opcode == Opcode.PING and not is_sent:
            return self._answers.of_ping(row)
        if opcode == Opcode.PONG and is_sent:
            return self._answers.of_pong(row)
        return None

    def fragment_of(self, row: int) -> Fragment | None:
        """Find a data frame's place in its message; None where the message is one frame."""
        return self._fragments.of(row)

    def message_rows(self, row: int) -> list[int]:
        """Find the rows of a data frame's message, in order; empty where the message is one frame."""
        return self._fragments.rows_of(row)

    def violation_of(self, row: int) -> ViolationMark | None:
        """Find the violation whose frame, or whose own event, is in this row."""
        return next((mark for mark in self.story.violations if row in (mark.frame_row, mark.row)), None)

    def _place_violations(self) -> None:
        """Find the frames that broke rules; a frame's record may come before or behind the violation's."""
        for place, mark in enumerate(self.story.violations):
            if mark.frame_row is None:
                frame_row = self._row_at(mark)
                self.story.violations[place] = replace(mark, frame_row=frame_row)

    def _row_at(self, mark: ViolationMark) -> int | None:
        lane = self.lanes[mark.sent]
        index = self._finder.frame_at(mark.sent, mark.info.offset)
        # What the peer sent later cannot be the culprit: then the recording has a gap.
        if index is None or (not mark.sent and lane.times[index] > mark.time):
            return None
        return lane.rows[index]

    def _extend_lanes(self, records: NDArray[np.void], rows: NDArray[np.int64], is_frame: Marks) -> None:
        totals = self.story.totals
        is_sent = records["kind"] >= SENT
        is_whole = records["flags"] & Flag.PARTIAL == 0
        for direction in (True, False):
            mine = is_frame & (is_sent == direction)
            self.lanes[direction].extend(rows[mine], records[mine])
            whole = records[mine & is_whole]
            size = int(whole["length"].sum()) + int(whole["header_length"].sum(dtype=np.int64))
            if direction:
                totals.sent_frames += len(whole)
                totals.sent_bytes += size
            else:
                totals.received_frames += len(whole)
                totals.received_bytes += size

    def _keepalive(self, records: NDArray[np.void], rows: NDArray[np.int64], is_frame: Marks) -> Marks:
        """Mark our pings, and the pongs that might answer one; note the peer's pings and our pongs."""
        opcodes = records["first"] & 0x0F
        is_sent = records["kind"] >= SENT
        is_ping = is_frame & (opcodes == Opcode.PING)
        is_pong = is_frame & (opcodes == Opcode.PONG)
        self._answers.extend(rows[is_ping & ~is_sent], rows[is_pong & is_sent])
        ours = is_ping & is_sent
        lengths = self._pairing.open_lengths | set(records["length"][ours].tolist())
        one_by_one: Marks = ours | (is_pong & ~is_sent & np.isin(records["length"], list(lengths)))
        return one_by_one


def _shown_events(records: NDArray[np.void], kinds: NDArray[np.integer]) -> Marks:
    """Mark the events that are worth a row."""
    first, change = records["first"], records["header_length"]
    is_phase = (kinds == Kind.PHASE) & (change != PhaseChange.BEGAN)
    is_missed = (kinds == Kind.DEADLINE) & (change == Change.MISSED) & np.isin(first, _ROWS_OF_DEADLINES)
    is_blocked = (kinds == Kind.DEADLINE) & (change == Change.BLOCKED) & (first == Which.PONG)
    is_told = np.isin(kinds, (Kind.HANDSHAKE, Kind.KNOB, Kind.VIOLATION, Kind.ENDED))
    is_shown: Marks = is_told | is_phase | is_missed | is_blocked
    return is_shown
