"""How does a test of the diagnosis write a connection's last minutes in a few words, and read what was found?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from framescope.analysis.book import Halt, Halts
from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.verdict import Diagnosis
from framescope.analysis.trace import Trace
from framescope.capture.details import ConnectionInfo
from framescope.capture.records import Kind
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.scripted import DEFAULTS, Script, ns

CLOSE_1011 = b"\x03\xf3keepalive ping timeout"


def opened(at: float = 1.0, *, url: str = "ws://127.0.0.1:9001/", role: str = "client", start: float = 0.0) -> Script:
    """A connection that began at `start` and is OPEN from `at` on."""
    script = Script()
    script.told(Kind.CONNECTION, start, ConnectionInfo(url, role, dict(DEFAULTS)))
    script.state(State.OPEN, at=at)
    return script


def pinged(script: Script, *times: float, rtt: float = 0.1) -> None:
    """Keepalive pings that are answered in time."""
    for time in times:
        payload = round(time * 1000).to_bytes(4, "big")
        script.keepalive(payload, at=time, due=time + 20)
        script.pong(payload, at=time + rtt)
        script.deadline(Which.PONG, Change.MET, at=time + rtt)


def missed(script: Script, at: float, due: float) -> None:
    """A keepalive ping whose pong does not come; the Close that follows. Its payload is "last"."""
    script.keepalive(b"last", at=at, due=due)


def waiting(due: float = 50.0) -> Script:
    """Two good pings, and one at 30 s whose pong is due."""
    script = opened()
    pinged(script, 10, 20)
    missed(script, 30, due)
    return script


def gave_up(script: Script, due: float, *, end: float | None = None, **fields: Any) -> None:
    """The deadline passes, Close goes out, and TCP is dropped at `end`."""
    script.deadline(Which.PONG, Change.MISSED, at=due, due=due)
    script.sent(Opcode.CLOSE, CLOSE_1011, at=due)
    script.state(State.CLOSING, at=due)
    script.ended("deadline", at=due + 10 if end is None else end, deadline="pong", sent_code=1011, **fields)


def facts_of(script: Script, *, others: Sequence[Trace] = (), halts: Sequence[Halt] = ()) -> Facts:
    """Measure a connection that has ended."""
    trace = script.trace()
    assert trace.story.ended is not None
    return Facts(trace, trace.story.ended.info, others, halts)


def judged(script: Script, *, others: Sequence[Trace] = (), halts: Sequence[Halt] = ()) -> Diagnosis:
    """Diagnose a connection that has ended."""
    watched = Halts(halts)
    watched.is_watched = True
    found = diagnose(script.trace(), others=others, halts=watched)
    assert found is not None
    return found


def causes(found: Diagnosis) -> list[tuple[str, str]]:
    """The causes, the most probable first, by key and strength."""
    return [(cause.key, cause.strength.name.lower()) for cause in found.causes]


def halt(start: float, end: float, *, slept: float = 0.0) -> Halt:
    """A time in which nobody was awake; with `slept` (s) the machine was asleep."""
    return Halt(ns(start), ns(end), slept > 0, ns(slept))
