"""Why did TCP end without a Close frame? The peer, or something between: an idle timer, a lifetime."""

from __future__ import annotations

from collections.abc import Sequence

from framescope.analysis.event_text import is_reset
from framescope.analysis.facts import CROSSING, Facts
from framescope.analysis.presets import FORGETS, Preset, near
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_seconds
from framescope.analysis.verdict import Findings, Strength, Try
from framescope.analysis.why_peers_keepalive import last_ping

SHORTEST = 1.0  #: s; an idle time below it says nothing about a timer
_SAME = 0.03  #: two times are the same when they differ by no more than this share ...
_SAME_SECONDS = 0.25  #: ... or by so many seconds
_TIGHT = 0.4  #: of that difference: no chance any more
_BUSY = 0.34  #: a connection that was idle for less than this part of its age was in use when it was cut
#: what the operating system says where the network itself refuses
_UNREACHABLE = ("unreachable", "no route", "network is down", "host is down")


def lost(facts: Facts, findings: Findings) -> None:
    """The stream ended, or broke, without a closing handshake."""
    if facts.info.ending == "reset" and _broken(facts, findings):
        return
    _timers(facts, findings)
    _peers_ping(facts, findings)
    peer = facts.peer
    is_reset_by_peer = facts.info.ending == "reset"
    ending = "reset the TCP connection (RST)" if is_reset_by_peer else "closed the TCP connection (FIN)"
    findings.cause(
        "rst_by_peer" if is_reset_by_peer else "fin_by_peer",
        f"The {peer}'s process ended, or dropped the connection",
        Strength.POSSIBLE if findings.causes else Strength.LIKELY,
        f"It {ending} {format_seconds(facts.idle)} after the last frame, at an age of {format_seconds(facts.age)}.",
    )
    findings.unknown.append(
        f"Whether the {peer} or something between ended TCP: both look the same from here. The {peer}'s log could tell."
    )
    if not findings.tries:
        findings.tries.append(Try("Catch ConnectionClosed, and connect again.", lesson="no-close-frame"))
    if facts.rtts:
        pings = "the only ping was" if len(facts.rtts) == 1 else f"all {len(facts.rtts)} pings were"
        findings.rule_out("Your keepalive", f"{pings} answered in time")


def _broken(facts: Facts, findings: Findings) -> bool:
    """The operating system gave another reason than a reset."""
    error = facts.info.error
    words = error.lower()
    if is_reset(facts.info) or "broken pipe" in words or "aborted" in words:
        return False
    if "timed out" in words:
        findings.cause("tcp_timeout", "TCP gave up: nothing was acknowledged", Strength.STRONG, f"{error}.")
    else:
        sure = Strength.STRONG if any(word in words for word in _UNREACHABLE) else Strength.LIKELY
        findings.cause("network_error", "The network broke the connection", sure, f"{error}.")
    findings.tries.append(Try("Keep ping_timeout on: it notices in seconds.", lesson="silent-drop"))
    return True


def _timers(facts: Facts, findings: Findings) -> None:
    alike = [other for other in map(_lost_facts, facts.others) if other is not None and _is_apart(other, facts)]
    same_idle = [other for other in alike if facts.idle >= SHORTEST and _is_same(other.idle, facts.idle)]
    same_age = [other for other in alike if facts.age >= SHORTEST and _is_same(other.age, facts.age)]
    is_busy = facts.idle < _BUSY * facts.age
    if not (is_busy and same_age):
        _idle_timer(facts, findings, same_idle)
    _life_timer(facts, findings, same_age, is_busy=is_busy)


def _idle_timer(facts: Facts, findings: Findings, same: Sequence[Facts]) -> None:
    """Silence was followed by the end: always after the same time, or after one that is known."""
    idle = facts.idle
    known = near(idle, is_life=False)
    if idle < SHORTEST:
        return
    survived = _survived(facts)
    if survived > idle + _slack(idle):
        findings.rule_out("An idle timer", f"a silence of {format_seconds(survived)} was survived")
    elif known or same:
        # Of one age as well, a limit of the age explains them both.
        is_sure = any(_is_same(other.idle, idle, _TIGHT) and not _is_same(other.age, facts.age) for other in same)
        findings.cause(
            "idle_timer",
            "Idle connections are cut after a fixed time, mostly by something between",
            Strength.STRONG if is_sure else Strength.LIKELY,
            f"Cut {format_seconds(idle)} after the last frame{_again(same)}.{_fits(known)}",
        )
        value = max(0.1, round(idle / 2.5, 1) if idle < 25 else float(int(idle / 3)))
        findings.tries.append(Try(f"Ping every {value:g} s", knob="ping_interval", value=value, lesson="idle-timeout"))
    elif facts.info.ending == "reset" and idle >= FORGETS and facts.has_just_sent:
        findings.cause(
            "idle_timer",
            "Something between had forgotten the idle connection",
            Strength.LIKELY,
            f"Your first frame after {format_seconds(idle)} of silence was answered by a reset.",
        )
        findings.tries.append(Try("Ping every 60 s", knob="ping_interval", value=60.0, lesson="silent-drop"))


def _life_timer(facts: Facts, findings: Findings, same: Sequence[Facts], *, is_busy: bool) -> None:
    """The end came at an age at which others ended, or at one that is known."""
    idle, age = facts.idle, facts.age
    known = near(age, is_life=True)
    outlived = max(((other.end - other.start) / 1e9 for other in facts.others), default=0.0)
    if outlived > age + _slack(age) or not (known or (is_busy and same)):
        return
    is_sure = is_busy and any(_is_same(other.age, age, _TIGHT) for other in same)
    findings.cause(
        "life_timer",
        "Connections are cut at a fixed age, mostly by something between",
        Strength.STRONG if is_sure else Strength.LIKELY,
        f"Cut at an age of {format_seconds(age)}{_again(same)}; the last frame was {format_seconds(idle)} old."
        f"{_fits(known)}",
    )
    findings.tries.append(Try("No ping helps: raise the limit there, or connect again.", lesson="life-timeout"))


def _survived(facts: Facts) -> float:
    """The longest silence in s that this connection, or one like it, has outlived."""
    silences = [facts.quiet(facts.last_byte + 1, both=True)]
    for other in facts.others:
        ended = other.story.ended
        if ended is not None:
            theirs = Facts(other, ended.info)
            is_lost = ended.info.ending in ("fin", "reset")
            silences.append(theirs.quiet(theirs.last_byte + 1 if is_lost else theirs.left_open, both=True))
    return max(silences)


def _peers_ping(facts: Facts, findings: Findings) -> None:
    """Some keepalives (aiohttp's) drop TCP without a word."""
    ping = last_ping(facts)
    if ping is None or (ping.answered is not None and ping.answered < facts.left_open):
        return
    waited = (facts.left_open - ping.sent) / 1e9
    if waited <= CROSSING:
        return
    findings.cause(
        "peer_keepalive",
        f"The {facts.peer}'s keepalive ended it: its ping was not answered",
        Strength.LIKELY if not findings.causes else Strength.POSSIBLE,
        f"Its last ping came {format_seconds(waited)} before the end, and no pong was sent.",
    )


def _again(same: Sequence[Facts]) -> str:
    if not same:
        return ""
    return ", as was 1 other connection" if len(same) == 1 else f", as were {len(same)} other connections"


def _fits(known: Sequence[Preset]) -> str:
    names = dict.fromkeys(preset.name for preset in known)
    return f" By default {' or '.join(names)} would cut then." if names else ""


def _is_apart(one: Facts, other: Facts) -> bool:
    """Tell whether two connections ended at different moments: else one event ended both."""
    return abs(one.left_open - other.left_open) / 1e9 > _SAME_SECONDS


def _slack(seconds: float) -> float:
    return max(_SAME_SECONDS, _SAME * seconds)


def _is_same(one: float, other: float, part: float = 1.0) -> bool:
    return abs(one - other) <= part * _slack(max(one, other))


def _lost_facts(trace: Trace) -> Facts | None:
    ended = trace.story.ended
    if ended is None or ended.info.ending not in ("fin", "reset"):
        return None
    facts = Facts(trace, ended.info)
    return None if facts.opened is None else facts
