"""What is there to say about a whole connection? Phases, peer, TLS, options, knobs, totals, the end."""

from __future__ import annotations

from dataclasses import dataclass

from framescope.analysis.event_text import PHASE_NAMES
from framescope.analysis.model import PhaseMark, Story
from framescope.analysis.units import format_count, format_moment, format_seconds, format_size
from framescope.capture.records import Phase, PhaseChange
from framescope.engine.settings import KNOB_NAMES, format_duration


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a name, its value, and the tone in which the value stands. `is_code`: the name is the library's."""

    name: str
    value: str
    tone: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A heading and its lines."""

    heading: str
    lines: list[Fact]


def facts_of(story: Story, now_ns: int) -> list[Facts]:
    """Collect the facts; sections about which nothing is known yet are left out."""
    sections = [
        Facts("Connecting", _phases(story.phases, now_ns)),
        Facts("Peer", _peer(story)),
        Facts("Options", _options(story)),
        Facts(
            "Knobs", [Fact(name, _knob(story.knobs[name]), is_code=True) for name in KNOB_NAMES if name in story.knobs]
        ),
        Facts("Totals", _totals(story)),
        Facts("End", _end(story)),
    ]
    return [section for section in sections if section.lines]


def _phases(marks: list[PhaseMark], now_ns: int) -> list[Fact]:
    began: dict[Phase, int] = {}
    facts: dict[Phase, Fact] = {}
    first = last = 0
    for mark in marks:
        name = PHASE_NAMES[mark.phase]
        first, last = first or mark.time, mark.time
        text = f" · {mark.info.text}" if mark.info is not None and mark.info.text else ""
        if mark.change is PhaseChange.BEGAN:
            began[mark.phase] = mark.time
            facts[mark.phase] = Fact(name, f"{format_seconds((now_ns - mark.time) / 1e9)} so far", "acc")
            continue
        took = format_seconds((mark.time - began.get(mark.phase, mark.time)) / 1e9)
        is_failed = mark.change is PhaseChange.FAILED
        facts[mark.phase] = Fact(
            name, f"{'failed after ' if is_failed else ''}{took}{text}", "err" if is_failed else ""
        )
    lines = list(facts.values())
    if len(lines) > 1:
        lines.append(Fact("together", format_seconds((last - first) / 1e9)))
    return lines


def _peer(story: Story) -> list[Fact]:
    lines = []
    if story.info is not None:
        lines.append(Fact("address", story.info.url))
        if story.info.role == "server":
            lines.append(Fact("role", "server: the peer connected to us"))
    infos = [mark.info for mark in story.phases if mark.info is not None]
    peer = next((info.peer for info in reversed(infos) if info.peer), story.info.peer if story.info else "")
    if peer:
        lines.append(Fact("peer", peer))
    tls = next((info for info in reversed(infos) if info.tls_version), None)
    if tls is not None:
        lines.append(Fact("TLS", " · ".join(part for part in (tls.tls_version, tls.tls_cipher) if part)))
    if story.info is not None and not story.info.is_verified:
        lines.append(Fact("certificate", "not checked: anyone could have answered", "err"))
    return lines


def _options(story: Story) -> list[Fact]:
    return [Fact(name, value) for name, value in story.info.options.items() if value] if story.info else []


def _knob(seconds: float | None) -> str:
    return "None" if seconds is None else f"{format_duration(seconds)} s"


def _totals(story: Story) -> list[Fact]:
    totals = story.totals
    lines = [
        Fact("sent", _frames(totals.sent_frames, totals.sent_bytes)),
        Fact("received", _frames(totals.received_frames, totals.received_bytes)),
    ]
    answered = sum(exchange.ours and exchange.answered is not None for exchange in story.exchanges)
    pings = sum(exchange.ours for exchange in story.exchanges)
    if pings:
        lines.append(Fact("our pings", f"{format_count(pings)}, {format_count(answered)} answered"))
    if totals.dropped:
        lines.append(Fact("dropped", f"{format_count(totals.dropped)} frames are no longer kept", "err"))
    return lines


def _frames(count: int, size: int) -> str:
    return f"{format_count(count)} {'frame' if count == 1 else 'frames'} · {format_size(size)}"


def _end(story: Story) -> list[Fact]:
    if story.ended is None:
        return []
    info = story.ended.info
    is_clean = info.ending == "close_frames" and info.code in (1000, 1001, 1005)
    lines = [
        Fact("at", format_moment((story.ended.time - story.start) / 1e9)),
        Fact("how", f"{info.ending.replace('_', ' ')}, {'by the peer' if info.by_peer else 'by this side'}"),
        Fact(info.exception, info.sentence, "" if is_clean else "err", is_code=True),
    ]
    if info.code is not None:
        lines.append(Fact("close_code", str(info.code), "" if is_clean else "err", is_code=True))
    if info.reason:
        lines.append(Fact("reason", info.reason))
    if info.deadline:
        lines.append(Fact("deadline passed", info.deadline, "err"))
    if info.error:
        lines.append(Fact("error", info.error, "err"))
    return lines
