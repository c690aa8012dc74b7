"""How does an act reach an endpoint? As its application, its process or its person would do it."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from framescope.engine.errors import Violation
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from framescope.lab.application import message_of
from framescope.lab.endpoint import Endpoint
from framescope.lab.scenario import Behave, Close, Fail, Freeze, HalfClose, Kill, Ping, Raw, Send, Turn, seconds

EndAct: TypeAlias = Turn | Send | Ping | Close | Fail | Kill | HalfClose | Freeze | Behave | Raw


def perform(end: Endpoint, act: EndAct, now: float) -> None:
    """Do it; an end that is gone does nothing, one that stands still can only go on or be killed."""
    if end.is_gone or (end.is_frozen and not isinstance(act, Freeze | Kill)):
        return
    match act:
        case Kill():
            end.kill(now)
        case HalfClose():
            end.half_close(now)
        case Freeze(on=is_frozen):
            end.freeze(is_frozen, now)
        case _:
            end.act(now, lambda: _ask(end, act, now))


def _ask(end: Endpoint, act: Turn | Send | Ping | Close | Fail | Behave | Raw, now: float) -> None:
    match act:
        case Turn(knob=knob, value=value):
            end.engine.turn(knob, seconds(value), now)
        case Send(fragments=fragments):
            end.send(*message_of(act, 1), fragments)
        case Ping():
            if end.engine.state is State.OPEN:
                end.engine.ping(None, now)
        case Close(code=code, reason=reason):
            end.engine.close(code, reason, now)
        case Fail():
            end.engine.fail(1011, "", now)
        case Behave():
            _behave(end, act, now)
        case Raw():
            _send_raw(end, act)
        case _:
            assert_never(act)


def _behave(end: Endpoint, act: Behave, now: float) -> None:
    """Change how an end handles messages and answers pings. Pongs that are owed stay so."""
    if act.handling is not None:
        end.reporter.note(now, "knob", f"A message takes {act.handling:g} s from now on")
        end.application.take_time(act.handling, now)
    if act.pongs is not None or act.pong_delay is not None:
        before = end.engine.pongs.policy
        delay = before.delay if act.pong_delay is None else act.pong_delay
        is_swallowed = before.policy == "swallow" if act.pongs is None else act.pongs == "swallow"
        end.engine.pongs.policy = pong_policy(is_swallowed=is_swallowed, delay=delay)
        how = "no longer answered" if is_swallowed else f"answered after {delay:g} s" if delay else "answered at once"
        end.reporter.note(now, "knob", f"Pings are {how}")


def pong_policy(*, is_swallowed: bool, delay: float) -> PongPolicy:
    """How pings are answered: never, late, or at once."""
    if is_swallowed:
        return PongPolicy("swallow", delay)
    return PongPolicy("delay", delay) if delay else PongPolicy()


def _send_raw(end: Endpoint, raw: Raw) -> None:
    """Send a frame just so, legal or not."""
    if end.engine.state is State.OPEN:
        is_masked = not end.is_server if raw.masked is None else raw.masked
        violation = Violation(raw.rule, raw.section, 0, 1002, "")
        end.engine.send_raw(raw.first, bytes.fromhex(raw.payload), is_masked=is_masked, violation=violation)
