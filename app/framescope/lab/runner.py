"""How is a scenario played? Two endpoints and a path, stepped from one moment at which something happens to the next.

A run is scenario + seed + timed inputs: the same give the same, so any moment can be played again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as Folder
from random import Random

import msgspec

from framescope.analysis.units import format_seconds
from framescope.capture.clock import Clock
from framescope.capture.details import ConnectionInfo
from framescope.capture.writer import CaptureWriter
from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer
from framescope.engine.handshake import ClientOffer, ServerTerms
from framescope.engine.path import Arrived, Conditions, Cut, Finished, Path, PathEvent, Reset, Swallowed
from framescope.engine.settings import Limits
from framescope.engine.url import parse_url
from framescope.lab import scenario as acts
from framescope.lab.acting import perform, pong_policy
from framescope.lab.application import NEVER
from framescope.lab.endpoint import Endpoint
from framescope.lab.flights import Flights
from framescope.lab.narrator import Narrator
from framescope.lab.notebook import Notebook
from framescope.lab.reporter import Reporter
from framescope.lab.scenario import Acts, Scenario
from framescope.net.tap import NoTap, Tap
from framescope.session.recorder import Recorder

URL = "ws://lab.test/"
START = 1000.0  #: seconds on the engines' clock when a run begins
_STEPS = 5_000_000  # a scenario that never ends is a mistake in it


class Run:
    """One scenario, played. `now` and all other times are seconds of the run."""

    def __init__(
        self, scenario: Scenario, seed: int = 1, *, inputs: Sequence[Acts] = (), writer: CaptureWriter | None = None
    ) -> None:
        """Set everything up; BadKnob for a knob that cannot be. With `writer` both ends are recorded.

        `inputs`: what a person did in the run that this one plays again.
        """
        self.scenario = scenario
        self.seed = seed
        self._clock = START  # the engines' time, exactly as the network planned it
        self._end = START + scenario.duration
        self.notebook = Notebook()
        self.flights = Flights()
        self.inputs: list[Acts] = []  #: what a person did, for a replay
        self._script = sorted(scenario.script, key=lambda act: act.at)
        self._to_come = list(inputs)
        self._plan_acts()
        self._random = Random(seed)
        self._narrator = Narrator(self.notebook, START)
        self.path = Path(scenario.network.conditions(), now=START, random=self._random.random)
        self._writer = writer
        self.ends = {is_server: self._endpoint(is_server) for is_server in (False, True)}
        self._both = tuple(self.ends.values())
        for is_server in (True, False):  # the server listens before the client speaks
            self.ends[is_server].begin(START)

    @property
    def now(self) -> float:
        """To the microsecond, and never before what has happened."""
        now = round(self._clock - START, 6)
        return now if START + now >= self._clock else round(now + 1e-6, 6)

    @property
    def client(self) -> Endpoint:
        return self.ends[False]

    @property
    def server(self) -> Endpoint:
        return self.ends[True]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen."""
        client, server = self._both
        return self._clock >= self._end or (client.is_gone and server.is_gone)

    def _next_due(self) -> float:
        """When something happens next, on the engines' clock."""
        client, server = self._both
        due = self.path.next_due()
        return max(self._clock, min(client.due, server.due, self._act_due, NEVER if due is None else due))

    def _plan_acts(self) -> None:
        """See when the script, or a person in the run that is played again, acts next."""
        self._act_due = min((START + acts[0].at for acts in (self._script, self._to_come) if acts), default=NEVER)

    def step(self) -> bool:
        """Go to the next moment at which something happens; False when there is none before the end."""
        due = self._next_due()
        if self.is_over or due > self._end:
            if not self.is_over:
                self._clock = self._end
            return False
        self._play(due)
        return True

    def run_until(self, time: float) -> None:
        """Let everything happen up to `time`."""
        self._run_to(START + min(time, self.scenario.duration))

    def _run_to(self, until: float) -> None:
        client, server = self._both
        for _ in range(_STEPS):
            # What passes that neither end notices needs no step of its own, unless somebody does something before.
            noticed = min(client.due, server.due, until)
            if noticed < self._act_due:
                self.path.advance_unnoticed(noticed)
            due = self._next_due()
            if due > until or self.is_over:
                break
            self._play(due)
        if not self.is_over:
            self._clock = max(self._clock, until)

    def run(self) -> None:
        """Play to the end, at once."""
        self.run_until(self.scenario.duration)
        self.flush()

    def do(self, act: Acts) -> None:
        """Let a person do something now, at a whole microsecond; it belongs to the run, unless that is over."""
        if self.is_over:
            return
        if START + self.now != self._clock:
            self._run_to(START + self.now)
        act = msgspec.structs.replace(act, at=self.now)
        self.inputs.append(act)
        self._do(act)
        self._settle()

    def flush(self) -> None:
        """Write what was recorded."""
        if self._writer is not None:
            self._writer.flush()

    def replayed(self, time: float, *, writer: CaptureWriter | None = None) -> Run:
        """Play the same run again, up to `time`, with everything that was done by hand."""
        again = Run(self.scenario, self.seed, inputs=self.inputs, writer=writer)
        again._run_to(min(START + time, self._clock))
        return again

    def _play(self, due: float) -> None:
        self._clock = due
        if due < self._act_due:
            self._settle()
            return
        while self._script and START + self._script[0].at <= due:
            self._do(self._script.pop(0))
        self._settle()
        while self._to_come and START + self._to_come[0].at <= due:
            # A person acts on what is there to be seen: after all that happens at that moment.
            self.do(self._to_come.pop(0))
        self._plan_acts()

    def _settle(self) -> None:
        """Let everything happen that is due now, in the network first."""
        now = self._clock
        while True:
            happened = self.path.advance(now)
            for event in happened:
                self._path_event(event, now)
            for end in self._both:
                if end.due <= now or (happened and end.outgoing.is_blocked):
                    end.step(now)
            if not happened:
                break

    def _path_event(self, event: PathEvent, now: float) -> None:
        if type(event) is Arrived:
            self.ends[event.at_server].arrive(event.data, now)
            return
        self._narrator.path_event(event, now)
        match event:
            case Finished(at_server):
                self.ends[at_server].finish(now)
            case Reset(at_server, is_timeout):
                self.ends[at_server].reset(now, is_timeout=is_timeout)
            case Swallowed(at_server, offset, length, _):
                self.flights.lost(at_server, offset, length, self.now)
            case _:
                pass  # a cut is told by what it does to the ends

    def _endpoint(self, is_server: bool) -> Endpoint:
        settings = self.scenario.end(is_server)
        timeouts = settings.timeouts()
        deflate = DeflateOffer(memory_level=5) if settings.compression else None
        engine = Connection(
            ServerTerms(deflate=deflate) if is_server else ClientOffer(parse_url(URL), deflate=deflate),
            now=START,
            timeouts=timeouts,
            limits=Limits(max_message=settings.max_size),
            pong_policy=pong_policy(is_swallowed=settings.pongs == "swallow", delay=settings.pong_delay),
            random=self._random.randbytes,
        )
        tap: Tap = NoTap()
        if self._writer is not None:
            info = ConnectionInfo(
                url=URL, role="server" if is_server else "client", knobs=msgspec.to_builtins(timeouts), peer="lab"
            )
            number = self._writer.open_connection(info, round(START * 1e9))
            tap = _LabRecorder(self._writer, number, host="lab.test", port=80, timeouts=timeouts)
        self._narrator.knobs(is_server, timeouts)
        reporter = Reporter(is_server, tap=tap, flights=self.flights, narrator=self._narrator)
        return Endpoint(settings, engine, self.path, is_server=is_server, reporter=reporter)

    def _do(self, act: Acts) -> None:
        now = self._clock
        if isinstance(act, acts.Change):
            self._change(act, now)
        elif isinstance(act, acts.ResetBoth):
            self._narrator.note(now, None, "reset")
            self.path.reset_both(now)
        else:
            perform(self.ends[act.end == "server"], act, now)

    def _change(self, change: acts.Change, now: float) -> None:
        conditions = self.path.conditions
        before = replace(conditions)
        change.apply(conditions)
        if change.black_hole is not None:
            self._narrator.note(now, None, "black hole" if change.black_hole else "black hole over")
        words = _changes(before, conditions)
        if words:
            self._narrator.note(now, None, "conditions", words)


class _LabRecorder(Recorder):
    """Records without a write for every batch: `Run.flush` does that."""

    def flush(self) -> None: ...


def capture_writer(folder: Folder) -> CaptureWriter:
    """Begin a capture whose clock stands at the beginning of a run."""
    return CaptureWriter(folder, clock=replace(Clock(), monotonic_ns=lambda: round(START * 1e9)))


def _changes(before: Conditions, after: Conditions) -> str:
    names = ("latency", "jitter", "bandwidth", "loss", "idle_timeout", "life_timeout", "cut", "counts_messages_only")
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return ", ".join(f"{name} {_word(name, old)} → {_word(name, new)}" for name, old, new in pairs if old != new)


def _word(name: str, value: object) -> str:
    """Write a condition with its unit; a bandwidth as links are sold."""
    if isinstance(value, Cut):
        return value.name.lower()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "none" if value is None else str(value).lower()
    if name == "bandwidth":
        return f"{value * 8 / 1e6:.3g} Mbit/s" if value * 8 >= 1e6 else f"{value * 8 / 1e3:.3g} kbit/s"
    return f"{value * 100:.2g} %" if name == "loss" else format_seconds(value)
