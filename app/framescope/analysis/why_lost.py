"""Why did TCP end without a Close frame? The peer, or something between: an idle timer, a lifetime."""

from __future__ import annotations

from collections.abc import Callable

from framescope.analysis.event_text import is_reset
from framescope.analysis.facts import Facts
from framescope.analysis.presets import near
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_seconds
from framescope.analysis.verdict import Findings, Strength, Try

SHORTEST = 1.0  #: s; an idle time below it says nothing about a timer
_SAME = 0.03  #: two times are the same when they differ by no more than this share ...
_SAME_SECONDS = 0.25  #: ... or by so many seconds
_BUSY = 0.34  #: a connection that was idle for less than this part of its age was in use when it was cut


def lost(facts: Facts, findings: Findings) -> None:
    """The stream ended, or broke, without a closing handshake."""
    ending = "reset the TCP connection (RST)" if facts.info.ending == "reset" else "closed the TCP connection (FIN)"
    _timers(facts, findings)
    peer = facts.peer
    key = "rst_by_peer" if facts.info.ending == "reset" else "fin_by_peer"
    sure = Strength.POSSIBLE if findings.causes else Strength.LIKELY
    title = f"The {peer}'s process ended, or dropped the connection"
    if facts.info.ending == "reset" and not is_reset(facts.info):
        timed_out = "timed out" in facts.info.error.lower()
        title = "TCP gave up: nothing was acknowledged" if timed_out else "The network broke the connection"
        findings.cause("tcp_timeout" if timed_out else "network_error", title, Strength.STRONG, facts.info.error)
        findings.tries.append(Try("Keep ping_timeout on: it notices in seconds.", lesson="silent-drop"))
        return
    evidence = (
        f"It {ending} {format_seconds(facts.idle)} after the last frame, at an age of {format_seconds(facts.age)}."
    )
    findings.cause(key, title, sure, evidence)
    findings.unknown.append(
        f"Whether the {peer} or something between ended TCP: both look the same from here. The {peer}'s log could tell."
    )
    if not findings.tries:
        findings.tries.append(Try("Catch ConnectionClosed, and connect again.", lesson="no-close-frame"))
    if facts.rtts:
        findings.rule_out("Keepalive", f"{len(facts.rtts)} pings were answered, and no pong was late")


def _timers(facts: Facts, findings: Findings) -> None:
    idle, age = facts.idle, facts.age
    is_busy = idle < _BUSY * age
    same_idle = _alike(facts, _idle_of, idle)
    same_age = _alike(facts, _age_of, age)
    known = near(idle, is_life=False) if idle >= SHORTEST else []
    known_life = near(age, is_life=True)
    names = " or ".join(dict.fromkeys(preset.name for preset in known))
    if idle >= SHORTEST and (known or same_idle) and not (is_busy and same_age):
        again = f", as on {same_idle} more of this capture's connections" if same_idle else ""
        fits = f" It fits {names}." if names else ""
        strength = Strength.STRONG if same_idle and _idle_varies_less(facts) else Strength.LIKELY
        findings.cause(
            "idle_timer",
            "Something between cuts idle connections",
            strength,
            f"{format_seconds(idle)} after the last frame{again}.{fits}",
        )
        value = max(0.1, round(idle / 2.5, 1) if idle < 25 else float(int(idle / 3)))
        findings.tries.append(Try(f"Ping every {value:g} s", knob="ping_interval", value=value, lesson="idle-timeout"))
    elif is_busy and (known_life or same_age):
        names = " or ".join(dict.fromkeys(preset.name for preset in known_life))
        again = f", as on {same_age} more of this capture's connections" if same_age else ""
        fits = f" It fits {names}." if names else ""
        findings.cause(
            "life_timer",
            "Something between limits the connection's age",
            Strength.STRONG if same_age else Strength.LIKELY,
            f"Cut in the middle of traffic at an age of {format_seconds(age)}{again}.{fits}",
        )
        findings.tries.append(Try("No ping helps: raise the limit there, or connect again.", lesson="life-timeout"))
        findings.rule_out("An idle timer", f"the last frame was {format_seconds(idle)} old")


def _idle_varies_less(facts: Facts) -> bool:
    """Tell whether the connections' ages differ: else a lifetime explains them as well."""
    ages = [_age_of(other) for other in facts.others]
    return any(age is not None and not _is_same(age, facts.age) for age in ages)


def _alike(facts: Facts, measure: Callable[[Trace], float | None], value: float) -> int:
    """Count the capture's other connections that were lost after the same time."""
    if value < SHORTEST:
        return 0
    times = [measure(other) for other in facts.others]
    return sum(time is not None and _is_same(time, value) for time in times)


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= max(_SAME_SECONDS, _SAME * max(one, other))


def _lost_facts(trace: Trace) -> Facts | None:
    ended = trace.story.ended
    return Facts(trace, ended.info) if ended is not None and ended.info.ending in ("fin", "reset") else None


def _idle_of(trace: Trace) -> float | None:
    facts = _lost_facts(trace)
    return None if facts is None or facts.opened is None else facts.idle


def _age_of(trace: Trace) -> float | None:
    facts = _lost_facts(trace)
    return None if facts is None or facts.opened is None else facts.age
