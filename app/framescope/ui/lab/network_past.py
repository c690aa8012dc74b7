"""What became of a frame on its way? Qt-free: told from the conditions at the time, and from who did not read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import islice
from math import inf
from typing import NamedTuple

from framescope.analysis.units import format_seconds
from framescope.engine.path import Conditions
from framescope.lab.flights import Flight
from framescope.lab.runner import Run
from framescope.lab.scenario import Acts, Change
from framescope.ui.lab.flight_index import is_data

_HELD = 0.05  # s more than the network's own delay: something held the frame
_DEAF = {"reading paused": True, "frozen": True, "reading resumed": False, "thawed": False}


class Fate(NamedTuple):
    """What the network did to a frame: words, their tone and an icon."""

    text: str
    tone: str = ""
    icon: str = ""


class NetworkPast:
    """The conditions of one run at each of its moments, and when an end did not read."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._read = 0
        self._done = 0
        self._times: list[float] = [0.0]
        self._conditions: list[Conditions] = [run.scenario.network.conditions()]
        self._acts: list[Change] = []
        for act in sorted(run.scenario.script, key=_at):
            if isinstance(act, Change):
                self._follow(act)
        self._deaf: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
        self._silent_from = inf
        self.refresh()

    def refresh(self) -> None:
        """Take in what is new."""
        run, notes = self._run, self._run.notebook.notes
        for note in islice(notes, self._read, None):
            if note.who != "network" and note.kind in _DEAF:
                self._hear(note.who == "server", note.time, is_deaf=_DEAF[note.kind])
            elif note.kind == "cut" and run.path.cut is not None and run.path.cut.name == "SILENT":
                self._silent_from = note.time
        self._read = len(notes)
        for act in islice(run.inputs, self._done, None):
            if isinstance(act, Change):
                self._follow(act)
        self._done = len(run.inputs)

    def fate_of(self, flight: Flight) -> Fate:
        """Say what became of a frame so far."""
        if flight.received is None:
            return self._missing(flight)
        if flight.lost is not None:
            return Fate(f"lost, repeated: {format_seconds(flight.received - flight.sent)}", "warn", "check")
        if flight.is_late:
            return Fate("delivered, too late", "warn", "check")
        held = self._held(flight, flight.received)
        if held:
            return Fate(f"{held}, delivered", "warn", "check")  # the figure first: a narrow column cuts the rest
        return Fate(f"delivered{self._timer(flight, flight.received)}", "", "check")

    def _missing(self, flight: Flight) -> Fate:
        if flight.lost is not None:
            is_hole = self.at(flight.lost).is_black_hole or flight.lost >= self._silent_from
            return Fate("swallowed", "err", "x") if is_hole else Fate("lost, TCP repeats it", "warn", "x")
        held = self._held(flight, self._run.now)
        if self._run.is_over:
            return Fate("never read" if held.endswith("unread") else "not delivered", "warn", "x")
        return Fate(f"{held}, on its way", "warn") if held else Fate("on its way")

    def _held(self, flight: Flight, until: float) -> str:
        conditions = self.at(flight.sent)
        extra = until - flight.sent - conditions.latency - conditions.jitter
        if extra < _HELD:
            return ""
        if any(start < until and end > flight.sent for start, end in self._deaf[flight.to_server]):
            return f"{format_seconds(extra)} unread"
        if conditions.bandwidth is not None:
            return f"queued {format_seconds(extra)}"
        return f"held {format_seconds(extra)}"

    def _timer(self, flight: Flight, received: float) -> str:
        conditions = self.at(received)
        if conditions.idle_timeout is None:
            return ""
        is_counted = is_data(flight) or not conditions.counts_messages_only
        return ", idle timer restarts" if is_counted else ", idle timer runs on"

    def at(self, time: float) -> Conditions:
        """The network's conditions at a moment."""
        return self._conditions[max(0, bisect_right(self._times, time) - 1)]

    def _follow(self, act: Change) -> None:
        """Do a change upon the conditions of its time; those that were planned for later follow again."""
        place = bisect_right(self._acts, act.at, key=_at)
        self._acts.insert(place, act)
        del self._times[place + 1 :], self._conditions[place + 1 :]
        for each in self._acts[place:]:
            conditions = replace(self._conditions[-1])
            each.apply(conditions)
            self._times.append(each.at)
            self._conditions.append(conditions)

    def _hear(self, is_server: bool, time: float, *, is_deaf: bool) -> None:
        spans = self._deaf[is_server]
        if is_deaf:
            spans.append((time, inf))
        elif spans:
            spans[-1] = (spans[-1][0], time)


def _at(act: Acts) -> float:
    return act.at
