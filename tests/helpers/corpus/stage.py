"""How are diagnoses held against the truth? Connections that end in known ways, recorded, and a confusion table."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from framescope.analysis.book import TraceBook
from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Diagnosis, Strength
from framescope.analysis.trace import Trace
from framescope.capture.reader import CaptureReader
from framescope.capture.writer import CaptureWriter
from framescope.engine.errors import InvalidState
from framescope.engine.frames import Opcode
from framescope.engine.settings import Limits
from framescope.engine.state import State
from framescope.session.options import ConnectOptions
from framescope.session.session import Session
from helpers.loops import until
from helpers.middlebox import Middlebox
from helpers.peer_process import PeerProcess
from helpers.raw_peers import Peer, raw_server
from helpers.slow_line import SlowLine

AT_ONCE = 4  #: cases under way: the machine is small
MORE_TRIES = 2  #: for a case that did not end as it was staged: bytes may have been under way
LARGEST_MESSAGE = 50_000  #: B that our side takes

T = TypeVar("T")


class Stage:
    """Where the cases are played: one session, one capture, and the peers that they ask for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer = CaptureWriter(folder / "capture")
        self.session = Session(self.writer, limits=Limits(max_message=LARGEST_MESSAGE))
        self._reader = CaptureReader(folder / "capture")
        self.book = TraceBook(self._reader)
        self._stack = contextlib.AsyncExitStack()
        self._recording = contextlib.AsyncExitStack()  # what writes into the capture, too: it ends before the session
        self.addresses: dict[str, str] = {}  #: of what several cases share
        self._shared: dict[str, asyncio.Task[Any]] = {}

    async def __aenter__(self) -> Stage:
        self.session.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._recording.aclose()
        await self.session.shut_down()
        while self.book.poll():
            pass
        await self._stack.aclose()
        self._reader.close()

    async def peer(self, kind: str, **options: Any) -> PeerProcess:
        """Start a peer in a process of its own."""
        return await self.keep(functools.partial(PeerProcess, self.folder, kind, **options))

    async def keep(self, make: Callable[[], contextlib.AbstractContextManager[T]]) -> T:
        """Make something, in a thread, that is there until all cases have been played."""
        return self._stack.enter_context(await asyncio.get_running_loop().run_in_executor(None, make))

    async def keep_recording(self, context: contextlib.AbstractAsyncContextManager[T]) -> T:
        """Enter something that writes into the capture, too: it is left while that is open."""
        return await self._recording.enter_async_context(context)

    async def once(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        """Return what many cases use under a name; the first one makes it."""
        if name not in self._shared:
            self._shared[name] = asyncio.ensure_future(make())
        made: T = await asyncio.shield(self._shared[name])
        return made

    async def shared(self, kind: str, **options: Any) -> PeerProcess:
        """Return the peer of a kind that many cases use; the first one starts it."""
        return await self.once(f"{kind} {options}", functools.partial(self.peer, kind, **options))

    async def raw(self, conduct: Callable[[Peer], Awaitable[object]]) -> str:
        """Serve by hand; return the address."""
        return f"ws://127.0.0.1:{await self._stack.enter_async_context(raw_server(conduct))}/"

    async def middlebox(self, port: int, idle: float | None = None, life: float | None = None) -> Middlebox:
        """Put something between, which may cut what is idle, or old."""
        return await self._stack.enter_async_context(Middlebox(port, idle=idle, life=life))

    async def slow_line(self, port: int, rate: float, *, held: int = 8192) -> str:
        """Put a line of so many B/s between, which holds `held` B back; return the address of its near end."""
        return f"ws://127.0.0.1:{(await self._stack.enter_async_context(SlowLine(port, rate, held))).port}/"

    async def pinged(self, number: int) -> None:
        """Wait until a ping of ours was answered."""
        await until(lambda: any(each.rtt is not None for each in self.trace(number).story.exchanges), within=10)

    def connect(self, url: str, **chosen: Any) -> int:
        """Begin a connection; no pings and short timeouts unless the case says so."""
        usual: dict[str, Any] = {"compression": None, "ping_interval": None, "open_timeout": 10.0, "close_timeout": 0.3}
        return self.session.connect(ConnectOptions(url=url, **(usual | chosen)))

    async def opened(self, url: str, **chosen: Any) -> int:
        """Connect, and wait for OPEN."""
        number = self.connect(url, **chosen)
        await until(lambda: self.trace(number).story.state is State.OPEN, within=10)
        return number

    def trace(self, number: int) -> Trace:
        self.book.poll()
        return self.book.traces[number]

    async def talked(self, number: int, opcode: Opcode, payload: bytes, *, every: float) -> int:
        """Send the same every so many seconds, until no more can be sent; then wait for the end."""
        with contextlib.suppress(InvalidState):  # the queue is full, or it is over
            while True:
                self.session.send(number, opcode, payload)
                await asyncio.sleep(every)
        return await self.ended(number)

    async def ended(self, number: int) -> int:
        await until(lambda: self.trace(number).story.ended, within=10)
        return number


@dataclass(frozen=True)
class Case:
    """A connection that ends in a way that is known. `conduct` returns its number once it has ended."""

    name: str
    expected: str  #: the cause that has to come first
    conduct: Callable[[Stage], Awaitable[int]]
    ending: str = ""  #: how that looks on the wire (EndInfo.ending), where the truth depends on it


@dataclass(frozen=True)
class Judgement:
    """What was found."""

    name: str
    expected: str
    found: Diagnosis

    @property
    def first(self) -> str:
        return self.found.causes[0].key

    @property
    def is_right(self) -> bool:
        return self.first == self.expected

    @property
    def wrongly_strong(self) -> list[str]:
        """Causes that are called strong and are not the truth."""
        return [x.key for x in self.found.causes if x.strength is Strength.STRONG and x.key != self.expected]


async def played(cases: Sequence[Case], stage: Stage) -> list[int]:
    """Play the cases, a few at once; return the numbers of their connections, once all have ended."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def play(case: Case) -> int:
        async with gate:
            try:
                number = await case.conduct(stage)
                for _ in range(MORE_TRIES):
                    if ended_otherwise(case, stage.trace(number)):
                        number = await case.conduct(stage)
                return number
            except BaseException as error:
                error.add_note(f"in the case {case.name!r}")
                raise

    return await asyncio.gather(*map(play, cases))


def ended_otherwise(case: Case, trace: Trace) -> str:
    """Tell how a case ended that did not end as it was staged; "" where it did."""
    assert trace.story.ended is not None, f"{case.name} has not ended"
    info = trace.story.ended.info
    return f"{case.name}: {info.ending}, not {case.ending}" if case.ending not in ("", info.ending) else ""


async def judged(cases: Sequence[Case], folder: Path) -> list[Judgement]:
    """Play the cases, and diagnose what was recorded once all have ended."""
    async with Stage(folder) as stage:
        numbers = await played(cases, stage)
        return judged_traces(cases, numbers, stage.book)


def judged_traces(cases: Sequence[Case], numbers: Sequence[int], book: TraceBook) -> list[Judgement]:
    """Diagnose what was recorded of the cases: their connections' numbers."""
    while book.poll():
        pass
    both = [(case, book.traces[number]) for case, number in zip(cases, numbers, strict=True)]
    faults = [fault for case, trace in both if (fault := ended_otherwise(case, trace))]
    assert faults == [], faults
    every = list(book.traces.values())
    judgements = []
    for case, trace in both:
        found = diagnose(trace, others=every, halts=book.halts)
        assert found is not None
        judgements.append(Judgement(case.name, case.expected, found))
    return judgements


def confusion_table(judgements: Sequence[Judgement]) -> str:
    """Write the truth against the first cause, then each case that is wrong."""
    counts = Counter((each.expected, each.first, each.found.causes[0].strength.name.lower()) for each in judgements)
    lines = [f"{'expected':<20}{'first cause':<20}{'strength':<10}{'cases':>5}"]
    for (expected, first, strength), count in sorted(counts.items()):
        mark = "" if expected == first else "  WRONG"
        lines.append(f"{expected:<20}{first:<20}{strength:<10}{count:>5}{mark}")
    right = sum(each.is_right for each in judgements)
    strong = sum(len(each.wrongly_strong) for each in judgements)
    lines.append(f"{right} of {len(judgements)} right ({right / len(judgements):.1%}); {strong} wrongly strong")
    for each in judgements:
        if not each.is_right or each.wrongly_strong:
            lines.append(f"{each.name}: expected {each.expected}")
            lines += [f"    {x.key} {x.strength.name.lower()}: {x.title}. {x.evidence}" for x in each.found.causes]
    return "\n".join(lines)


def hold(judgements: Sequence[Judgement]) -> None:
    """Print the table; nothing may be wrongly strong, and one first cause of up to twenty may be wrong."""
    table = confusion_table(judgements)
    sys.stdout.write(f"\n{table}\n")
    assert [each.name for each in judgements if each.wrongly_strong] == [], table
    assert sum(not each.is_right for each in judgements) <= max(1, 0.05 * len(judgements)), table
