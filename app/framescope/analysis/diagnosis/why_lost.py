"""Why did TCP end without a Close frame? The peer, or something between: an idle timer, a lifetime."""

from __future__ import annotations

from collections.abc import Sequence

from framescope.analysis.diagnosis.facts import CROSSING, Facts
from framescope.analysis.diagnosis.presets import FORGETS, Preset, near
from framescope.analysis.diagnosis.silences import silence_of
from framescope.analysis.diagnosis.verdict import RECEIVE_FASTER, Findings, Strength, Try
from framescope.analysis.diagnosis.why_peers_keepalive import last_ping
from framescope.analysis.event_text import is_reset
from framescope.analysis.terms import section_sign
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_percent, format_seconds
from framescope.capture.records import Gauge

SHORTEST = 1.0  #: s; an idle time below it says nothing about a timer
_SAME = 0.03  #: two times are the same when they differ by no more than this share ...
_SAME_SECONDS = 0.25  #: ... or by so many seconds
_TIGHT = 0.4  #: of that difference: no chance any more
_OBJECTS_WITHIN = 5.0  #: s after our illegal frame in which the end is about it
_HALT_BEFORE = 500_000_000  #: ns before the end in which a halt still explains it
_PAUSED_BEFORE = 3_000_000_000  #: ns before the end in which unread input still explains it ...
_PAUSED = 0.9  #: ... where reading was paused for this share of it
_MOST = 0.5  #: of the silence before the end in which nobody was awake here
_JUST_APART, _CLEARLY = 0.15, 5  #: s between two ends, and so many times the difference of the ages
_SURE = 2  #: other connections that ended after the same time: one may do so by chance
_LONG = 20.0  #: s of silence after which something between may have forgotten the connection
_LONGEST_PING = 60.0  #: s between pings that are not worth saving
_BUSY = 0.34  #: a connection that was idle for less than this part of its age was in use when it was cut
#: what the operating system says where the network itself refuses
_UNREACHABLE = ("unreachable", "no route", "network is down", "host is down")


def lost(facts: Facts, findings: Findings) -> None:
    """The stream ended, or broke, without a closing handshake."""
    if facts.info.ending == "reset" and _broken(facts, findings):
        return
    _objected(facts, findings)
    _stood_still(facts, findings)
    _unread(facts, findings)
    _peers_ping(facts, findings)
    # A ping that nobody answered is the last frame, too: then the same time of silence is the peer's ping_timeout.
    first, most = len(findings.causes), Strength.POSSIBLE if _is_likely(findings) else Strength.STRONG
    _timers(facts, findings)
    findings.weaken(first, most)
    peer = facts.peer
    is_reset_by_peer = facts.info.ending == "reset"
    ending = "reset the TCP connection (RST)" if is_reset_by_peer else "closed the TCP connection (FIN)"
    findings.cause(
        "rst_by_peer" if is_reset_by_peer else "fin_by_peer",
        f"The {peer}'s process ended, or dropped the connection",
        Strength.POSSIBLE if _is_likely(findings) else Strength.LIKELY,
        f"It {ending} {format_seconds(facts.idle)} after the last frame, at an age of {format_seconds(facts.age)}."
        f"{_manner(facts)}",
    )
    between = f"the proxy {facts.proxy} or something else between" if facts.proxy else "something between"
    findings.unknown.append(
        f"Whether the {peer} or {between} ended TCP: both look the same from here. The {peer}'s log could tell."
    )
    if not findings.tries:
        findings.tries.append(Try("Catch ConnectionClosed, and connect again.", lesson="no-close-frame"))
    if facts.rtts:
        pings = "the only ping was" if len(facts.rtts) == 1 else f"all {len(facts.rtts)} pings were"
        findings.rule_out("Your keepalive", f"{pings} answered in time")


def _is_likely(findings: Findings) -> bool:
    return any(cause.strength >= Strength.LIKELY for cause in findings.causes)


def _manner(facts: Facts) -> str:
    """Say what else the end itself shows."""
    words = ""
    if facts.cut_frame is not None:
        words += " The end came in the middle of a frame."
    if "close_notify" in facts.info.error:
        words += " TLS was not ended before (no close_notify)."
    return words


def _objected(facts: Facts, findings: Findings) -> None:
    """Some peers drop TCP where they should say Close."""
    ours = facts.own_violation
    if ours is None or (facts.left_open - ours.time) / 1e9 > _OBJECTS_WITHIN:
        return
    findings.cause(
        "violation_by_us",
        f"The {facts.peer} may object to what this side sent",
        Strength.LIKELY,
        f"You broke a rule {format_seconds((facts.left_open - ours.time) / 1e9)} before: {ours.info.rule}, "
        f"{section_sign(ours.info.section)}.",
    )


def _stood_still(facts: Facts, findings: Findings) -> None:
    """Nobody was awake here shortly before: the end, and what led to it, may have waited to be read."""
    # Which of the two is told first when the program wakes up, the end or the halt, is chance.
    recent, is_sleep = facts.halted(facts.left_open - _HALT_BEFORE, facts.left_open)
    seconds, _ = facts.halted(facts.trace.start, facts.left_open)
    if not recent or seconds < 1:
        return
    ping = last_ping(facts)
    is_unread = ping is not None and _is_apart_by(ping.sent, facts.arrived_by(ping.row))
    explains = facts.halted(facts.last_byte, facts.left_open)[0] >= _MOST * facts.idle >= _MOST
    who = "This machine was asleep" if is_sleep else "This program stood still"
    findings.cause(
        "asleep",
        f"{who}, and the {facts.peer} gave up meanwhile",
        Strength.LIKELY if is_sleep or is_unread or explains else Strength.POSSIBLE,
        f"It stood still for {format_seconds(seconds)} just before"
        f"{f', and a ping of the {facts.peer} lay unread' if is_unread else ''}.",
    )


def _unread(facts: Facts, findings: Findings) -> None:
    """This side left its socket unread: a peer that waits for a pong, or for room, gives up."""
    share = facts.share(Gauge.READING_PAUSED, max(facts.opened or 0, facts.left_open - _PAUSED_BEFORE), facts.left_open)
    if share < _PAUSED:
        return
    findings.cause(
        "own_unread",
        f"Your code reads too slowly, and the {facts.peer} may have given up",
        Strength.LIKELY,
        f"Reading was paused for {format_percent(share)} of the last seconds: what the {facts.peer} sent stood unread.",
    )
    findings.tries.append(RECEIVE_FASTER)


def _is_apart_by(read: int, arrived: int | None) -> bool:
    """Tell whether a frame lay in the kernel for long."""
    return arrived is not None and (read - arrived) / 1e9 > CROSSING


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
    lost_too = [other for other in map(_lost_facts, facts.others) if other is not None]
    alike = [other for other in lost_too if _is_apart(other, facts)]
    same_idle = [other for other in alike if facts.idle >= SHORTEST and _is_same(other.idle, facts.idle)]
    aged = [other for other in lost_too if _is_apart(other, facts) or _is_just_apart(other, facts)]
    same_age = [other for other in aged if facts.age >= SHORTEST and _is_same(other.age, facts.age)]
    is_busy = facts.idle < _BUSY * facts.age
    # Bytes of a frame that was cut short came after the last whole one: it was not idle.
    if not (is_busy and same_age) and facts.cut_frame is None and not _idle_timer(facts, findings, same_idle):
        _message_timer(facts, findings, alike)
    _life_timer(facts, findings, same_age, is_busy=is_busy)


def _idle_timer(facts: Facts, findings: Findings, same: Sequence[Facts]) -> bool:
    """Silence was followed by the end: always after the same time, or after one that is known."""
    idle = facts.idle
    known = near(idle, is_life=False)
    if idle < SHORTEST:
        return False
    survived = _survived(facts)
    if survived > idle + _slack(idle):
        findings.rule_out("An idle timer", f"a silence of {format_seconds(survived)} was survived")
        return False
    if known or same:
        # Of one age as well, a limit of the age explains them both.
        tight = [x for x in same if _is_same(x.idle, idle, _TIGHT) and not _is_same(x.age, facts.age)]
        findings.cause(
            "idle_timer",
            "Idle connections are cut after a fixed time, mostly by something between",
            Strength.STRONG if len(tight) + bool(known) >= _SURE and tight else Strength.LIKELY,
            f"Cut {format_seconds(idle)} after the last frame{_again(same)}.{_fits(known)}",
        )
        value = ping_before(idle)
        findings.tries.append(Try(f"Ping every {value:g} s", knob="ping_interval", value=value, lesson="idle-timeout"))
        return True
    if facts.info.ending == "reset" and idle >= _LONG and facts.has_just_sent:
        findings.cause(
            "idle_timer",
            "Something between had forgotten the idle connection",
            Strength.LIKELY if idle >= FORGETS else Strength.POSSIBLE,
            f"Your first frame after {format_seconds(idle)} of silence was answered by a reset.",
        )
        value = ping_before(idle)
        findings.tries.append(Try(f"Ping every {value:g} s", knob="ping_interval", value=value, lesson="silent-drop"))
    return False


def _message_timer(facts: Facts, findings: Findings, alike: Sequence[Facts]) -> None:
    """Pings passed to the end, and still it came a known or a constant time after the last message."""
    has_message, silence, longest = silence_of(facts)
    if silence < SHORTEST or silence <= facts.idle + _slack(silence):
        return
    if not has_message:  # its age is the time without a message, too
        if near(facts.age, is_life=True) or near(facts.age, is_life=False):
            title = "Connections without messages are cut after a fixed time: pings do not count"
            evidence = f"No message ever passed in {format_seconds(facts.age)}, although pings did."
            findings.cause("idle_timer", title, Strength.POSSIBLE, evidence)
        return
    known = near(silence, is_life=False)
    theirs = [(other, silence_of(other)) for other in alike if not _is_same(other.age, facts.age)]
    same = [other for other, it in theirs if it.has_message and _is_same(it.last, silence, _TIGHT)]
    longest = max([longest, *(it.longest for _, it in theirs)])
    if not (known or same) or longest > silence + _slack(silence):
        return
    findings.cause(
        "idle_timer",
        "Connections without messages are cut after a fixed time: pings do not count",
        Strength.LIKELY if same else Strength.POSSIBLE,
        f"Cut {format_seconds(silence)} after the last message{_again(same)}, although pings passed.{_fits(known)}",
    )
    findings.tries.append(Try("Send a message now and then: a heartbeat of your own.", lesson="application-heartbeat"))


def ping_before(idle: float) -> float:
    """Choose an interval that keeps a connection from being idle for so long (s), with room for two lost tries."""
    third = min(idle / 3, _LONGEST_PING)
    return float(int(third)) if third >= 10 else max(0.1, int(third * 10 + 1e-6) / 10)


def _life_timer(facts: Facts, findings: Findings, same: Sequence[Facts], *, is_busy: bool) -> None:
    """The end came at an age at which others ended, or at one that is known."""
    idle, age = facts.idle, facts.age
    known = near(age, is_life=True)
    outlived = max(((other.end - other.start) / 1e9 for other in facts.others), default=0.0)
    if outlived > age + _slack(age) or not (known or (is_busy and same)):
        return
    tight = [other for other in same if _is_same(other.age, age, _TIGHT)]
    is_sure = is_busy and bool(tight) and len(tight) + bool(known) >= _SURE
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
    # Where the kernel had it long before this program read it, the peer's waiting began then.
    arrived = facts.arrived_by(ping.row)
    waited = (facts.left_open - min(ping.sent, arrived or ping.sent)) / 1e9
    if waited <= CROSSING:
        return
    findings.cause(
        "peer_keepalive",
        f"The {facts.peer}'s keepalive ended it: its ping was not answered",
        Strength.POSSIBLE if _is_likely(findings) else Strength.LIKELY,
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


def _is_just_apart(one: Facts, other: Facts) -> bool:
    """Tell whether two connections ended as far from each other as they began: not one event, but one age."""
    ends, ages = abs(one.left_open - other.left_open) / 1e9, abs(one.age - other.age)
    return ends >= _JUST_APART and ends >= _CLEARLY * ages


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
