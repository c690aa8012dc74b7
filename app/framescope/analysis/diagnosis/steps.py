"""What happened around the end, in order? A few steps, each linked to its row where it has one."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.verdict import Step
from framescope.analysis.event_text import PHASE_NAMES, is_reset
from framescope.analysis.terms import close_words, section_sign
from framescope.analysis.units import format_moment, format_seconds, format_size
from framescope.capture.records import SENT, Kind, PhaseChange
from framescope.engine.close import TOO_BIG
from framescope.engine.events import Which
from framescope.engine.frames import Opcode

MOST = 8
_BEFORE = 5_000_000_000  #: ns before the end in which a Close frame belongs to it


def steps_of(facts: Facts) -> list[Step]:
    """List what led to the end, and the end itself."""
    steps = _opening(facts) if facts.opened is None else [*_pong(facts), *_violations(facts)]
    steps += _closes(facts)
    steps += _last(facts)
    timed = [step for step in steps if step.time is not None]
    return sorted(timed, key=lambda step: step.time or 0)[-MOST:]


def _at(facts: Facts, time: int) -> str:
    return format_moment((time - facts.trace.start) / 1e9)


def _opening(facts: Facts) -> list[Step]:
    from_phases = []
    for mark in facts.story.phases:
        if mark.change is PhaseChange.BEGAN:
            continue
        text = mark.info.text if mark.info is not None else ""
        done = "done" if mark.change is PhaseChange.DONE else "failed"
        from_phases.append(
            Step(mark.time, f"{PHASE_NAMES[mark.phase]} {done}{': ' + text.rstrip('.') if text else ''}.")
        )
    return from_phases


def _pong(facts: Facts) -> list[Step]:
    exchange = facts.missed
    if exchange is None or exchange.due is None:
        return _blocked(facts)
    kind = "Keepalive ping" if exchange.is_keepalive else "Ping"
    steps = [Step(exchange.sent, f"{kind} sent. Deadline: {_at(facts, exchange.due)}.", exchange.row)]
    came = facts.traffic(exchange.sent, exchange.due, sent=False)
    if came.frames:
        frames = "1 frame" if came.frames == 1 else f"{came.frames} frames"
        steps.append(Step(exchange.due - 1, f"{format_size(came.size)} had arrived by then in {frames}, but no pong."))
    else:
        steps.append(Step(exchange.due - 1, "Nothing had arrived by then."))
    mark = next((mark for mark in facts.story.missed if mark.which is Which.PONG), None)
    if mark is not None:
        steps.append(Step(mark.time, "The pong's deadline passed.", mark.row))
    if exchange.answered is not None:
        late = format_seconds((exchange.answered - exchange.due) / 1e9)
        steps.append(Step(exchange.answered, f"The pong arrived {late} too late, discarded.", exchange.pong_row))
    return steps


def _blocked(facts: Facts) -> list[Step]:
    """A ping that never left, and the deadline that it missed."""
    steps = [] if facts.blocked is None else [Step(facts.blocked, "A ping waits in the write buffer: nothing leaves.")]
    marks = [mark for mark in facts.story.missed if mark.which is Which.PONG]
    return steps + [Step(mark.time, "The pong's deadline passed.", mark.row) for mark in marks]


def _violations(facts: Facts) -> list[Step]:
    steps = []
    for mark in facts.story.violations:
        who = "You" if mark.sent else f"The {facts.peer}"
        words = f"{who} broke a rule: {mark.info.rule}, {section_sign(mark.info.section)}."
        if mark.info.code == TOO_BIG:
            words = f"{who} sent a {mark.info.rule}."
        steps.append(Step(mark.time, words, mark.row if mark.frame_row is None else mark.frame_row))
    return steps


def _closes(facts: Facts) -> list[Step]:
    """The Close frames, from the last rows."""
    steps: list[Step] = []
    rows = facts.trace.rows
    for row in range(len(rows) - 1, max(-1, len(rows) - 2000), -1):
        record = rows.record(row)
        if record.plain_kind != Kind.FRAME or record.first & 0x0F != Opcode.CLOSE:
            continue
        payload = facts.trace.payload(row)
        code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else None
        way = "sent" if record.kind & SENT else "received"
        steps.append(Step(record.time, f"Close {close_words(code)} {way}.", row))
    return steps[::-1]


def _last(facts: Facts) -> list[Step]:
    info, ended = facts.info, facts.story.ended
    assert ended is not None
    words = {
        "close_frames": "Both Close frames have passed: TCP closed.",
        "fin": f"The {facts.peer}'s end of TCP closed (FIN).",
        "reset": "TCP was reset (RST)." if is_reset(info) else f"TCP broke: {info.error}.",
        "refused": "Given up: the connection never opened.",
        "aborted": "This side dropped TCP.",
        "violation": "TCP closed.",
    }.get(info.ending, "TCP dropped.")
    if info.ending == "deadline" and info.deadline == "open":
        words = "open_timeout ran out."
    elif facts.has_missed(Which.CLOSE):
        words = "close_timeout ran out. TCP dropped."
    before = [] if facts.opened is None or facts.last_heard is None else _last_heard(facts)
    return [*before, Step(ended.time, words, ended.row)]


def _last_heard(facts: Facts) -> list[Step]:
    if facts.info.ending not in ("fin", "reset") or facts.last_heard is None:
        return []
    ago = format_seconds((facts.end - facts.last_heard) / 1e9)
    lane = facts.trace.lanes[False]
    index = lane.nearest(facts.last_heard)
    row = None if index is None else int(lane.rows[index])
    return [Step(facts.last_heard, f"The {facts.peer}'s last frame came, {ago} before the end.", row)]
