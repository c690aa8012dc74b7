"""What does a knob's face say about a running connection: its ring, its live line, whether its value is in force?

Qt-free. Everything is read from the trace's `Story`; nothing here keeps time itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from framescope.analysis.model import DeadlineState, Story
from framescope.analysis.units import format_seconds
from framescope.capture.records import PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.settings import KNOBS, format_duration
from framescope.engine.state import State

Values = Mapping[str, float | None]

_IDLE = {knob.name: knob.idle for knob in KNOBS}
_DEADLINE = {"open_timeout": Which.OPEN, "ping_timeout": Which.PONG, "close_timeout": Which.CLOSE}
_AWAITED = {"open_timeout": "101", "ping_timeout": "pong", "close_timeout": "Close"}
_TEXT_TOKEN = {"ping": "pingt"}  # text in an opcode's colour has its own, darker token
_NEARLY_OUT = 0.25


class Face(NamedTuple):
    """What a dial and its live line show. `ring` is the part of the time that is left, None for no countdown."""

    ring: float | None
    ring_token: str
    live: str
    live_token: str
    is_expired: bool = False
    is_in_force: bool = True


def face(name: str, story: Story | None, values: Values, now_ns: int) -> Face:
    """Read the face of the knob `name` at `now_ns`. `values` are the knobs as they stand in the window."""
    if story is None:
        return _quiet("no pings" if name == "ping_interval" and values.get(name) is None else _IDLE[name])
    if (which := _DEADLINE.get(name)) is not None and _is_missed(story, which):
        text = f"expired: no {_AWAITED[name]} in {_whole(_granted(name, story, which))}"
        return Face(1.0, "err", text, "err", is_expired=True)
    shown = _FACES[name](story, values, now_ns)
    return shown._replace(is_in_force=_is_in_force(name, story, values))


def spoken(live: str) -> str:
    """Write a live line for a screen reader: units as words."""
    return re.sub(r"(?<=\d) ms\b", " milliseconds", re.sub(r"(?<=\d) s\b", " seconds", live))


def _open_face(story: Story, values: Values, now_ns: int) -> Face:
    began = _connect_began(story)
    if story.state is State.CONNECTING:
        deadline = _running(story, Which.OPEN)
        phase = _phase(story)
        gone = _tenths((now_ns - began) / 1e9)
        if deadline is None or deadline.due is None:
            return _quiet(f"{gone} s{phase}")
        return _countdown(deadline, now_ns, "acc", f"{gone} of {_whole((deadline.due - began) / 1e9)}{phase}")
    opened = _reached(story, State.OPEN)
    if opened is None:
        return _quiet(f"ended after {_two_figures((_ended_at(story, now_ns) - began) / 1e9)}")
    used = f"used {_two_figures((opened - began) / 1e9)}"
    return _quiet(f"{used} · next connect" if story.state is State.OPEN else used)


def _interval_face(story: Story, values: Values, now_ns: int) -> Face:
    if story.state >= State.CLOSING:
        return _quiet("stopped")
    if values.get("ping_interval") is None:
        return _quiet("no pings")
    deadline = _running(story, Which.PING)
    if deadline is not None and deadline.due is not None and deadline.due > now_ns:
        text = f"next ping in {_tenths((deadline.due - now_ns) / 1e9)} s"
        return Face(_left(deadline, now_ns), "acc", text, "acc")
    if _running(story, Which.PONG) is not None:
        return _quiet("waits for the pong")
    return _quiet("next ping in 0.0 s" if deadline is not None else _IDLE["ping_interval"])


def _pong_face(story: Story, values: Values, now_ns: int) -> Face:
    if story.state >= State.CLOSING:
        return _quiet("stopped")
    deadline = _running(story, Which.PONG)
    turned_after_ping = _turned_since(story, "ping_timeout", _last_ping(story))
    if deadline is None:
        if values.get("ping_timeout") is None:
            return _quiet("waits without limit")
        return _quiet("applies to the next ping" if turned_after_ping else _IDLE["ping_timeout"])
    if deadline.change is Change.BLOCKED:
        return Face(_left(deadline, now_ns), "warn", "ping waits in the write buffer", "warn")
    if deadline.due is None:
        return _quiet("waits without limit")
    text = f"pong due in {_tenths((deadline.due - now_ns) / 1e9)} s"
    return _countdown(deadline, now_ns, "ping", f"{text} · next ping" if turned_after_ping else text)


def _close_face(story: Story, values: Values, now_ns: int) -> Face:
    closing = _reached(story, State.CLOSING)
    if story.state is State.CLOSED:
        if closing is None:
            return _quiet("not used")
        return _quiet(f"used {_two_figures((_ended_at(story, now_ns) - closing) / 1e9)}")
    deadline = _running(story, Which.CLOSE)
    if deadline is not None and deadline.due is not None:
        text = f"Close due in {_tenths((deadline.due - now_ns) / 1e9)} s"
        return _countdown(deadline, now_ns, "acc", text)
    if values.get("close_timeout") is None:
        return _quiet("waits without limit")
    return _quiet("idle until Close")


_FACES: dict[str, Callable[[Story, Values, int], Face]] = {
    "open_timeout": _open_face,
    "ping_interval": _interval_face,
    "ping_timeout": _pong_face,
    "close_timeout": _close_face,
}


def _quiet(live: str) -> Face:
    return Face(None, "acc", live, "fg2")


def _countdown(deadline: DeadlineState, now_ns: int, token: str, live: str) -> Face:
    left = _left(deadline, now_ns)
    token = "warn" if left < _NEARLY_OUT else token
    return Face(left, token, live, _TEXT_TOKEN.get(token, token))


def _left(deadline: DeadlineState, now_ns: int) -> float:
    if deadline.due is None or deadline.due <= deadline.armed:
        return 0.0
    return min(1.0, max(0.0, (deadline.due - now_ns) / (deadline.due - deadline.armed)))


def _running(story: Story, which: Which) -> DeadlineState | None:
    deadline = story.deadlines.get(which)
    return deadline if deadline is not None and deadline.is_running else None


def _is_missed(story: Story, which: Which) -> bool:
    deadline = story.deadlines.get(which)
    return any(mark.which is which for mark in story.missed) or (
        deadline is not None and deadline.change is Change.MISSED
    )


def _granted(name: str, story: Story, which: Which) -> float:
    """Return how long a deadline that passed had been, s."""
    deadline = story.deadlines.get(which)
    if deadline is None:
        return story.knobs.get(name) or 0.0
    return ((deadline.time if deadline.due is None else deadline.due) - deadline.armed) / 1e9


def _connect_began(story: Story) -> int:
    deadline = story.deadlines.get(Which.OPEN)
    return story.start if deadline is None else deadline.armed


def _reached(story: Story, state: State) -> int | None:
    return next((span.time for span in story.states if span.state is state), None)


def _ended_at(story: Story, now_ns: int) -> int:
    if story.ended is not None:
        return story.ended.time
    closed = _reached(story, State.CLOSED)
    return now_ns if closed is None else closed


def _phase(story: Story) -> str:
    """Name the connecting step that is under way."""
    if not story.phases or story.phases[-1].change is not PhaseChange.BEGAN:
        return ""
    phase = story.phases[-1].phase.name
    return f" · {phase.lower() if phase in ('PROXY', 'UPGRADE') else phase}"


def _last_ping(story: Story) -> int | None:
    return next((exchange.sent for exchange in reversed(story.exchanges) if exchange.ours), None)


def _turned_since(story: Story, name: str, time: int | None) -> bool:
    return time is not None and any(turn.name == name and turn.time > time for turn in story.knob_turns)


def _is_in_force(name: str, story: Story, values: Values) -> bool:
    """Tell whether the connection goes by the knob's value, or whether that waits for the next connect."""
    until = _reached(story, State.OPEN) if name == "open_timeout" else None
    if until is None:
        until = _reached(story, State.CLOSED)
    if name not in story.knobs or name not in values:
        return True
    if until is None:
        return True
    later = [turn for turn in story.knob_turns if turn.name == name and turn.time > until]
    return values[name] == (later[0].old if later else story.knobs[name])


def _tenths(seconds: float) -> str:
    return f"{max(0.0, seconds):.1f}"


def _two_figures(seconds: float) -> str:
    return f"{seconds:.2f} s" if 0.095 <= seconds < 0.9995 else format_seconds(seconds)


def _whole(seconds: float) -> str:
    return f"{format_duration(round(seconds, 3))} s"
