"""What does each event record add to a connection's story?"""

from __future__ import annotations

from framescope.analysis.model import (
    DeadlineMark,
    DeadlineState,
    Ended,
    KnobTurn,
    PhaseMark,
    StateSpan,
    Story,
    ViolationMark,
)
from framescope.analysis.pairing import Pairing
from framescope.analysis.source import Source
from framescope.capture.details import ConnectionInfo, EndInfo, HandshakeInfo, PhaseInfo, ViolationInfo
from framescope.capture.records import NONE, Flag, Gauge, Kind, Phase, PhaseChange, Record
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.settings import KNOB_NAMES
from framescope.engine.state import State

#: The kinds that are told one by one; frames only where they are pings or pongs.
EVENT_KINDS = (
    Kind.CONNECTION,
    Kind.PHASE,
    Kind.STATE,
    Kind.HANDSHAKE,
    Kind.DEADLINE,
    Kind.KNOB,
    Kind.VIOLATION,
    Kind.GAUGE,
    Kind.ENDED,
)


class Storyteller:
    """Fills a `Story` from records that are looked at one by one."""

    def __init__(self, story: Story, pairing: Pairing, reader: Source) -> None:
        self._story = story
        self._pairing = pairing
        self._reader = reader

    def tell(self, record: Record, row: int) -> None:
        """Take one record; `row` is its row where it has one."""
        match record.plain_kind:
            case Kind.FRAME:
                self._ping_or_pong(record, row)
            case Kind.CONNECTION:
                self._connection(record)
            case Kind.PHASE:
                self._phase(record)
            case Kind.STATE:
                self._state(record.time, record.first)
            case Kind.HANDSHAKE:
                self._story.handshake = self._reader.detail(record, HandshakeInfo)
            case Kind.DEADLINE:
                self._deadline(record, row)
            case Kind.KNOB:
                self._knob(record, row)
            case Kind.VIOLATION:
                self._violation(record, row)
            case Kind.GAUGE:
                self._gauge(record)
            case Kind.ENDED:
                info = self._reader.detail(record, EndInfo)
                if info is not None:
                    self._story.ended = Ended(row, record.time, info)

    def _ping_or_pong(self, record: Record, row: int) -> None:
        payload = self._reader.payload(record)
        if record.first & 0x0F == Opcode.PONG:
            self._pairing.pong_received(row, record.time, payload)
            return
        is_keepalive = bool(record.flags & Flag.KEEPALIVE)
        has_deadline = self._story.knobs.get("ping_timeout", 0.0) is not None
        self._pairing.ping_sent(row, record.time, payload, is_keepalive=is_keepalive, has_deadline=has_deadline)

    def _connection(self, record: Record) -> None:
        self._story.info = self._reader.detail(record, ConnectionInfo)
        if self._story.info is not None:
            self._story.knobs = dict(self._story.info.knobs)
        self._state(record.time, State.CONNECTING)

    def _state(self, time: int, number: int) -> None:
        if number in list(State) and (not self._story.states or self._story.states[-1].state != number):
            self._story.states.append(StateSpan(time, State(number)))

    def _phase(self, record: Record) -> None:
        if record.first in list(Phase) and record.header_length in list(PhaseChange):
            info = self._reader.detail(record, PhaseInfo) if record.length else None
            mark = PhaseMark(record.time, Phase(record.first), PhaseChange(record.header_length), info)
            self._story.phases.append(mark)

    def _deadline(self, record: Record, row: int) -> None:
        if record.first not in list(Which) or record.header_length not in list(Change):
            return
        which, change = Which(record.first), Change(record.header_length)
        due = record.other_time if record.other_time >= 0 else None
        before = self._story.deadlines.get(which)
        armed = record.time
        if before is not None and change is not Change.ARMED:
            armed, due = before.armed, before.due if due is None else due
        self._story.deadlines[which] = DeadlineState(which, change, record.time, due, armed)
        if which is Which.PONG:
            self._pairing.deadline_changed(change, due)
        if change is Change.MISSED and which is not Which.PING:
            self._story.missed.append(DeadlineMark(row, record.time, which))

    def _knob(self, record: Record, row: int) -> None:
        if record.first < len(KNOB_NAMES):
            name = KNOB_NAMES[record.first]
            turn = KnobTurn(row, record.time, name, _seconds(record.length), _seconds(record.offset))
            self._story.knob_turns.append(turn)
            self._story.knobs[name] = turn.new

    def _violation(self, record: Record, row: int) -> None:
        info = self._reader.detail(record, ViolationInfo)
        if info is not None:
            self._story.violations.append(ViolationMark(row, record.time, record.is_sent, info, None))

    def _gauge(self, record: Record) -> None:
        if record.first in list(Gauge):
            self._story.gauges.setdefault(Gauge(record.first), []).append((record.time, record.length))
        if record.first == Gauge.SEND_BUFFER:
            self._story.send_buffer = record.length
        elif record.first == Gauge.DROPPED:
            self._story.totals.dropped = record.length


def _seconds(nanoseconds: int) -> float | None:
    return None if nanoseconds == NONE else nanoseconds / 1e9
