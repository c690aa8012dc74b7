"""Which stretch of a run is in view while it goes on, at once, or back? Qt-free; a person's own view stays."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from framescope.ui.lab.span import Span

_ROOM = 1.03  # of the moment asked about

Count = Callable[[float, float], int]  #: how many frames are in a view


class Follow(Enum):
    """What the view does while the run goes on."""

    NOW = auto()  #: it goes along
    ALL = auto()  #: it shows everything
    NOTHING = auto()  #: it stays where a person has put it


class Outlook:
    """The span, and why it is what it is. All times are seconds of the run."""

    def __init__(self) -> None:
        self.span = Span()
        self.reached = 0.0  #: how far the run has ever come
        self._decided = 10.0
        self._has_question = True
        self._follow = Follow.NOW

    @property
    def longest(self) -> float:
        """How much there is to be seen."""
        return max(self.reached, self._decided) * _ROOM

    def begin(self, decided: float, *, has_question: bool) -> None:
        """Another run begins: show it up to the moment asked about, or to a usual one."""
        self.reached, self._decided, self._has_question = 0.0, decided, has_question
        self._follow = Follow.NOW
        self.span.start, self.span.end = 0.0, decided * _ROOM

    def advance(self, now: float, count: Count, *, is_over: bool) -> float | None:
        """The run has gone on, a little or at once to its end; return the moment that it has jumped to, if it has."""
        has_jumped = is_over and now - self.reached > self.span.length
        self.reached = max(now, self.reached)
        if self._follow is Follow.ALL:
            self.span.fit(max(self.reached, self._decided))
        elif self._follow is Follow.NOW and has_jumped:
            self._follow = Follow.NOTHING  # until another run
            return self._show_moment(now, count)
        elif self._follow is Follow.NOW:
            self.span.roll(now)
        return None

    def travel(self, now: float, reached: float) -> None:
        """Another moment is shown: move no further than it takes."""
        self.reached = reached
        self.span.include(now)

    def _show_moment(self, now: float, count: Count) -> float:
        """Show the moment asked about, or the run's end: what led there is what matters."""
        moment = min(self._decided, now) if self._has_question else now
        self.span.show_moment(moment, self._decided * _ROOM, count)
        return moment

    def fit_all(self) -> None:
        """Show everything, as far as the run has come, and go on so."""
        self._follow = Follow.ALL
        self.span.fit(max(self.reached, self._decided))

    def follow(self, now: float) -> None:
        """Go along with the run again."""
        self._follow = Follow.NOW
        self.span.end = self.span.start + min(self.span.length, self._decided * _ROOM)
        self.span.roll(now)

    def show(self, start: float, end: float) -> None:
        """Show this stretch."""
        self._follow = Follow.NOTHING
        self.span.start, self.span.end = start, end

    def zoom(self, factor: float, x: float) -> None:
        """Show so many times as much, around a place (px)."""
        self._follow = Follow.NOTHING
        self.span.zoom(factor, x, max(self.longest, self.span.length))

    def pan(self, pixels: float) -> None:
        """Move the view."""
        self._follow = Follow.NOTHING
        self.span.pan(pixels, max(self.longest, self.span.length))
