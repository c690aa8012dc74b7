"""How did a connection end, in one headline and one plain sentence: who ended it, by what, and when?"""

from __future__ import annotations

from framescope.analysis.event_text import PHASE_NAMES, is_reset
from framescope.analysis.model import Exchange, Story
from framescope.analysis.terms import close_words, peer_of, section_sign
from framescope.analysis.units import format_moment, format_seconds
from framescope.capture.details import EndInfo
from framescope.capture.records import PhaseChange
from framescope.engine.events import Which


def end_sentence(story: Story) -> tuple[str, str]:
    """Return what the library raises, verbatim, and what happened; two empty strings while it lives."""
    if story.ended is None:
        return "", ""
    info = story.ended.info
    headline = f"{info.exception}: {info.sentence}" if info.sentence else info.exception
    return headline, _plain(story, info, story.ended.time)


def is_good_end(info: EndInfo) -> bool:
    """Tell whether a connection ended as somebody wanted: 1000 or 1001 on both sides, or given up while connecting."""
    return info.exception == "ConnectionClosedOK" or (info.code is None and info.ending == "aborted")


def _plain(story: Story, info: EndInfo, time: int) -> str:
    peer, when = peer_of(story), _at(story, time)
    match info.ending:
        case "close_frames" if info.by_peer:
            return f"The {peer} closed this connection{when}: {close_words(info.received_code)}."
        case "close_frames":
            return f"Your own side closed this connection{when}: {close_words(info.sent_code)}. The {peer} agreed."
        case "fin":
            close = "without answering Close" if info.sent_code is not None else "without a Close frame"
            return f"The {peer}'s side closed TCP (FIN){when}, {close}."
        case "reset" if is_reset(info):
            return f"The {peer}'s side reset TCP (RST){when}."
        case "reset":
            return f"The TCP connection broke{when}: {info.error}."
        case "deadline":
            return _deadline(story, info, when)
        case "refused":
            return _refused(story, when)
        case "violation":
            return _violation(story, info, when)
        case "aborted":
            return f"Your own side dropped the TCP connection{when}."
        case _:
            return f"The connection ended{when}."


def _deadline(story: Story, info: EndInfo, when: str) -> str:
    peer = peer_of(story)
    match info.deadline:
        case "open":
            phase = _phase_under_way(story)
            return f"Your own side gave up connecting{when}: {_ran_out(story, 'open_timeout', Which.OPEN)}{phase}."
        case "pong":
            return " ".join(_missed_pong(story, when))
        case _:
            limit = _ran_out(story, "close_timeout", Which.CLOSE)
            return f"The {peer} did not answer Close: {limit}. Your own side dropped the TCP connection{when}."


def _missed_pong(story: Story, when: str) -> list[str]:
    peer = peer_of(story)
    mark = next((mark for mark in story.missed if mark.which is Which.PONG), None)
    decided = when if mark is None else _at(story, mark.time)
    exchange = next((item for item in reversed(story.exchanges) if item.is_missed), None)
    if exchange is None or exchange.due is None:
        return [f"Your own side closed this connection{decided}: no pong before the deadline (ping_timeout)."]
    allowed = format_seconds((exchange.due - exchange.sent) / 1e9)
    lines = [f"Your own side closed this connection{decided}: no pong within {allowed} of the ping (ping_timeout)."]
    lines += _lateness(exchange, peer)
    if any(mark.which is Which.CLOSE for mark in story.missed):
        lines.append(f"The closing handshake was not done within close_timeout either: TCP was dropped{when}.")
    return lines


def _lateness(exchange: Exchange, peer: str) -> list[str]:
    if exchange.answered is None or exchange.due is None or exchange.answered <= exchange.due:
        return []
    return [f"The {peer} was alive: its pong came {format_seconds((exchange.answered - exchange.due) / 1e9)} too late."]


def _refused(story: Story, when: str) -> str:
    handshake = story.handshake
    failed = next((mark for mark in reversed(story.phases) if mark.change is PhaseChange.FAILED), None)
    if handshake is not None and handshake.status not in (0, 101):
        answer = f"HTTP {handshake.status} {handshake.reason}".strip()
        text = f"The {peer_of(story)} refused the opening handshake{when}: {answer} instead of 101."
    elif failed is not None:
        reason = f": {failed.info.text}" if failed.info is not None and failed.info.text else ""
        text = f"Connecting failed{when}, at {PHASE_NAMES[failed.phase]}{reason.rstrip('.')}."
    else:
        text = f"The opening handshake failed{when}."
    return text


def _violation(story: Story, info: EndInfo, when: str) -> str:
    peer = peer_of(story)
    mark = next((mark for mark in story.violations if not mark.sent), None)
    if mark is None:
        return f"Your own side closed this connection{when}: the {peer} broke a rule."
    rule = f"{mark.info.rule} ({section_sign(mark.info.section)})"
    return f"Your own side closed this connection with {close_words(mark.info.code)}{when}; by the {peer}: {rule}."


def _phase_under_way(story: Story) -> str:
    if not story.phases or story.phases[-1].change is not PhaseChange.BEGAN:
        return ""
    return f", during {PHASE_NAMES[story.phases[-1].phase]}"


def _ran_out(story: Story, knob: str, which: Which) -> str:
    """Say how long a deadline had been."""
    deadline = story.deadlines.get(which)
    if deadline is None or deadline.due is None:
        return f"{knob} ran out"
    # Connecting counts from its first moment, which is a little before its deadline was told.
    began = story.start if which is Which.OPEN else deadline.armed
    return f"{knob} ran out after {format_seconds((deadline.due - began) / 1e9)}"


def _at(story: Story, time: int) -> str:
    return f" at {format_moment((time - story.start) / 1e9)}"
