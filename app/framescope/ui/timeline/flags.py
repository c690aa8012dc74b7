"""Which flags stand above the lanes, and where? Knob changes, missed deadlines and the end; Qt-free."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from framescope.analysis.model import Ended, KnobTurn, Story
from framescope.engine.events import Which
from framescope.engine.settings import format_duration
from framescope.ui.timeline.viewport import Viewport

PADDING = 6.0
_ONE_GESTURE = 40.0  #: px: turns of one knob nearer than this become one flag
_MISSED = {
    Which.OPEN: "open deadline missed",
    Which.PONG: "pong deadline missed",
    Which.CLOSE: "no Close in time",
    Which.PING: "ping deadline missed",
}
_ENDINGS = {
    "fin": "TCP closed by peer",
    "reset": "TCP reset",
    "deadline": "TCP drop",
    "refused": "not opened",
    "aborted": "TCP aborted",
}
_CLEAN = (1000, 1001)


@dataclass(frozen=True, slots=True)
class Flag:
    """A moment with words. `tone` is a colour token; "acc" flags are knob changes."""

    time: int
    row: int
    text: str
    short: str
    tone: str
    is_before: bool = False  #: the words stand left of their line where there is room


@dataclass(frozen=True, slots=True)
class PlacedFlag:
    """A flag with the place of its words; `text` is empty where there is no room."""

    flag: Flag
    x: float
    left: float
    width: float
    text: str


def flags_in_view(story: Story, view: Viewport, reach: float = 200.0) -> list[Flag]:
    """Return the flags in view or up to `reach` px left of it: the gravest first, then the newest."""
    start = view.start - round(reach * view.ns_per_pixel)
    found = [
        Flag(mark.time, mark.row, _MISSED[mark.which], "missed", "err", is_before=True)
        for mark in story.missed
        if start <= mark.time <= view.end and not _is_the_end(story, mark.time)
    ]
    if story.ended is not None and start <= story.ended.time <= view.end:
        found.append(_end_flag(story.ended))
    turns = _turns_between(story.knob_turns, start, view.end)
    merged = merged_turns(turns, round(_ONE_GESTURE * view.ns_per_pixel))
    return found + [_knob_flag(turn) for turn in reversed(merged)]


def merged_turns(turns: list[KnobTurn], gap: int) -> list[KnobTurn]:
    """Join turns of one knob that follow each other within `gap` ns: from the first old to the last new value."""
    merged: list[KnobTurn] = []
    for turn in turns:
        before = merged[-1] if merged else None
        if before is not None and before.name == turn.name and turn.time - before.time <= gap:
            merged[-1] = KnobTurn(turn.row, turn.time, turn.name, before.old, turn.new)
        else:
            merged.append(turn)
    return merged


def place(flags: list[Flag], view: Viewport, width_of: Callable[[str], float]) -> list[PlacedFlag]:
    """Give each flag its place, in the order given: beside its line, shortened, or without words."""
    taken: list[tuple[float, float]] = []
    placed = []
    for flag in flags:
        x = view.x(flag.time)
        left, width, text = _free_place(flag, x, view.width, taken, width_of)
        if text:
            taken.append((left, left + width))
        placed.append(PlacedFlag(flag, x, left, width, text))
    return placed


def _free_place(
    flag: Flag, x: float, right: float, taken: list[tuple[float, float]], width_of: Callable[[str], float]
) -> tuple[float, float, str]:
    for text in (flag.text, flag.short):
        width = width_of(text) + 2 * PADDING
        sides = (x - width, x) if flag.is_before else (x, x - width)
        for left in sides:
            is_inside = left >= 0 and left + width <= right
            if is_inside and all(left + width <= low - 2 or left >= high + 2 for low, high in taken):
                return left, width, text
    return x, 0.0, ""


def _turns_between(turns: list[KnobTurn], start: int, end: int) -> list[KnobTurn]:
    low = bisect_left(turns, start, key=lambda turn: turn.time)
    return turns[low : bisect_right(turns, end, key=lambda turn: turn.time)]


def _knob_flag(turn: KnobTurn) -> Flag:
    change = f"{format_duration(turn.old)}→{format_duration(turn.new)}"
    return Flag(turn.time, turn.row, f"{turn.name} {change}", change, "acc")


def _end_flag(ended: Ended) -> Flag:
    code = ended.info.code
    if ended.info.ending == "close_frames":
        text = "closed" if code is None else f"closed {code}"
        return Flag(ended.time, ended.row, text, text, "fg2" if code in _CLEAN else "err")
    text = _ENDINGS.get(ended.info.ending, "closed")
    return Flag(ended.time, ended.row, text, "end", "err")


def _is_the_end(story: Story, time: int) -> bool:
    """A deadline whose passing ended the connection at once shares the end's flag."""
    return story.ended is not None and abs(story.ended.time - time) < 50_000_000
