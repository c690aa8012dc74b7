"""Which of the four deadlines run, and what has become of each? Changes are told as events, once."""

from __future__ import annotations

from framescope.engine.events import Change, DeadlineChanged, Event, Which


class Deadlines:
    """The deadlines in force. Times are monotonic seconds."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events
        self._due: dict[Which, float] = {}
        self._is_blocked = False
        self._first: float | None = None  # what `next` says
        self._is_known = True  # and whether it still holds

    def due(self, which: Which) -> float | None:
        """When `which` passes; None while it does not run."""
        return self._due.get(which)

    def next(self) -> float | None:
        """When the first of them passes."""
        if not self._is_known:
            self._first, self._is_known = min(self._due.values(), default=None), True
        return self._first

    def follow(self, which: Which, due: float | None) -> None:
        """Arm, move or cancel `which`, so that it passes at `due`."""
        current = self._due.get(which)
        if due == current:
            return
        self._is_known = False
        if due is None:
            del self._due[which]
            self._tell(which, Change.CANCELLED, None)
            return
        self._due[which] = due
        self._tell(which, Change.ARMED if current is None else Change.MOVED, due)

    def follow_blocked_pong(self, due: float | None, *, is_full: bool = True) -> None:
        """Follow the pong deadline of a ping in the write buffer: told once that is full, moved with every byte."""
        if due is None:
            return
        if is_full and not self._is_blocked:
            self._is_blocked = True
            self._tell(Which.PONG, Change.BLOCKED, due)
        self._is_known = False
        self._due[Which.PONG] = due

    def unblock_pong(self) -> None:
        """The ping was written: its deadline stands from now on."""
        self._is_blocked = False

    def settle(self, which: Which, change: Change) -> None:
        """A deadline was met or missed; nothing where it did not run."""
        due = self._due.pop(which, None)
        self._is_known = False
        if due is not None:
            self._tell(which, change, due)
        if which is Which.PONG:
            self._is_blocked = False

    def _tell(self, which: Which, change: Change, due: float | None) -> None:
        self._events.append(DeadlineChanged(which, change, due))
