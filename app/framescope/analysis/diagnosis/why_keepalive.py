"""Why was no pong there before our deadline (ping_timeout)? The peer, the way, what stood before it, or ourselves."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.verdict import RECEIVE_FASTER, SEND_LESS, UNTOLD, Findings, Strength, Try
from framescope.analysis.diagnosis.wait import (
    MOST,
    Wait,
    came_behind,
    fell_silent,
    has_risen,
    is_bulk,
    is_little,
    is_under_way,
    left,
    stood_still,
)
from framescope.analysis.diagnosis.way import way_of
from framescope.analysis.diagnosis.why_silent import dead, never_left, silence, slept_before, stood_before
from framescope.analysis.model import Exchange
from framescope.analysis.rtt import percentile
from framescope.analysis.units import format_moment, format_percent, format_rate, format_seconds
from framescope.analysis.whatif import recording_of, suggestion
from framescope.capture.records import Gauge

_NEARLY_ALL = 0.9
_HALT_AFTER = 1_000_000_000  #: ns after the deadline in which a halt still counts: it is told when it is over
_OURS = ("asleep", "own_unread", "own_bulk", "peer_not_reading")


def our_timeout(facts: Facts, findings: Findings) -> None:
    """Our pong deadline passed."""
    exchange = facts.missed
    if exchange is None or exchange.due is None:
        never_left(facts, findings)
        return
    start, due = exchange.sent, exchange.due
    # A large frame is whole, and counted, only with its last byte: it may stand before the pong for long.
    heard = facts.traffic(start, max(due, (exchange.answered or 0) + 1), sent=False)
    if exchange.answered is not None:
        heard = heard._replace(frames=heard.frames - 1, size=heard.size - len(exchange.payload))
    sent = facts.traffic(2 * start - due, due, sent=True)
    wait = Wait(exchange, start, due, heard, sent, facts.story.knobs.get("ping_timeout"))
    if not _was_there(facts, findings, wait):
        most = min(_halted(facts, findings, wait), _unread(facts, findings, wait), _doubt(facts, wait))
        first = len(findings.causes)
        _peer_or_path(facts, findings, wait)
        findings.weaken(first, most)
    _rule_out(facts, findings, wait)
    _suggest(facts, findings, exchange)
    if way_of(facts.story) is None and not any(cause.key in _OURS for cause in findings.causes[:1]):
        findings.unknown.append(
            f"Whether it was the {facts.peer} or the way to it: a recording at the {facts.peer} could tell."
        )


def _was_there(facts: Facts, findings: Findings, wait: Wait) -> bool:
    """The pong lay in this side's kernel before the deadline: nobody else was late."""
    pong = wait.exchange.pong_row
    arrived = None if pong is None else facts.arrived_by(pong)
    if arrived is None or arrived > wait.due or wait.late is None:
        return False
    halted, _ = facts.halted(wait.start, wait.due + _HALT_AFTER)
    evidence = (
        f"The pong had arrived {format_seconds((wait.due - arrived) / 1e9)} before the deadline, "
        f"and was read {format_seconds(wait.late)} after it."
    )
    is_paused = facts.share(Gauge.READING_PAUSED, arrived, wait.due) >= MOST
    if halted >= 1 and not is_paused:
        title = "This program stood still while the pong lay there"
        findings.cause("asleep", title, Strength.LIKELY, evidence)
        return True
    # One that came at the last moment was late by itself.
    is_early = arrived - wait.start <= _NEARLY_ALL * (wait.due - wait.start)
    sure = Strength.STRONG if is_early and not halted else Strength.LIKELY
    findings.cause("own_unread", "Your own side read the pong too late", sure, evidence)
    findings.tries.append(RECEIVE_FASTER)
    return True


def _halted(facts: Facts, findings: Findings, wait: Wait) -> Strength:
    """Nobody was awake here for much of the wait. Return how sure anything else can be."""
    seconds, is_sleep = facts.halted(wait.start, wait.due + _HALT_AFTER)
    if seconds < MOST * wait.seconds:
        return Strength.STRONG
    # Whoever wakes up reads first and looks at the deadline then: a stall alone misses no pong that had come.
    # And the kernel, which is awake, says when the pong came: after the deadline, then.
    arrived = facts.arrived(wait.exchange.pong_row)
    explains = is_sleep or (wait.late is not None and (arrived is None or arrived <= wait.due))
    findings.cause(
        "asleep",
        "This machine was asleep" if is_sleep else "The recording program itself stood still",
        Strength.LIKELY if explains else Strength.POSSIBLE,
        f"It stood still for {format_seconds(seconds)} around the wait for the pong.",
    )
    return Strength.POSSIBLE if explains else Strength.LIKELY


def _doubt(facts: Facts, wait: Wait) -> Strength:
    """Return how sure anything can be where nobody knows when the pong came, and this side was not always there."""
    is_known = wait.late is None or facts.arrived(wait.exchange.pong_row) is not None
    was_away = facts.halted(wait.start, wait.due + _HALT_AFTER)[0] or facts.share(
        Gauge.READING_PAUSED, wait.start, wait.due
    )
    return Strength.LIKELY if was_away and not is_known else Strength.STRONG


def _unread(facts: Facts, findings: Findings, wait: Wait) -> Strength:
    """This side left its socket unread for much of the wait. Return how sure anything else can be."""
    share = facts.share(Gauge.READING_PAUSED, wait.start, wait.due)
    if share < MOST:
        return Strength.STRONG
    # After the deadline everything is read: what stood unread here, and what the peer could not send for it.
    last = wait.exchange.answered or facts.end
    backlog = facts.traffic(wait.due, last + 1, sent=False)
    if wait.late is not None and facts.arrived(wait.exchange.pong_row) is not None and not is_bulk(backlog):
        return Strength.LIKELY  # its pong came late by the kernel's clock, and not for want of room
    is_empty = wait.late is None and not backlog.frames
    queued = facts.peak(Gauge.RECEIVE_QUEUE, wait.start, wait.due)
    messages = f", and {queued} messages waited" if queued else ""
    findings.cause(
        "own_unread",
        "Your code reads too slowly: the pong may lie unread in your own buffer",
        Strength.POSSIBLE if is_empty else Strength.LIKELY,
        f"Reading was paused for {format_percent(share)} of the wait{messages}.",
    )
    findings.tries.append(RECEIVE_FASTER)
    return Strength.LIKELY if is_empty else Strength.POSSIBLE


def _peer_or_path(facts: Facts, findings: Findings, wait: Wait) -> None:
    usual = percentile(sorted(facts.rtts), 0.5)
    rtts = f" The usual round trip was {format_seconds(usual)}." if usual is not None else ""
    way = way_of(facts.story)
    if wait.late is not None:
        _late(facts, findings, wait, f"The pong came {format_seconds(wait.late)} too late.{rtts}")
    elif way is not None and way.is_dead(wait.seconds):
        slept_before(facts, findings, wait)
        dead(facts, findings, way)
    elif is_under_way(facts, wait):
        evidence = f"A large frame was under way at the deadline, and nothing gets through before its end.{rtts}"
        findings.cause("pong_behind_bulk", "The pong queued behind bulk data", Strength.LIKELY, evidence)
        title = f"The {facts.peer} is alive and did not answer the ping"
        findings.cause("pong_never", title, Strength.POSSIBLE, UNTOLD)
    elif facts.has_answered_close:
        # One that was only late may not be sent any more once Close has come.
        findings.cause(
            "pong_never",
            f"The {facts.peer} is alive and did not answer the ping",
            Strength.LIKELY,
            f"It answered the Close that was sent after the ping, but not the ping.{rtts}",
        )
        title = f"The {facts.peer} was too slow to answer before Close came"
        findings.cause("pong_late", title, Strength.POSSIBLE, UNTOLD)
    elif wait.heard.frames and not fell_silent(facts, wait):
        _unanswered(facts, findings, wait, rtts)
    elif facts.heard_later is not None:
        after = format_seconds((facts.heard_later - facts.left_open) / 1e9)
        evidence = f"Nothing came for {format_seconds(wait.seconds)}, and a frame {after} after the deadline.{rtts}"
        is_ours = stood_before(facts, findings, wait)
        sure = Strength.POSSIBLE if is_ours else Strength.LIKELY
        findings.cause("pong_never", f"The {facts.peer} is alive and did not answer the ping", sure, evidence)
    else:
        silence(facts, findings, wait)


def _late(facts: Facts, findings: Findings, wait: Wait, lateness: str) -> None:
    """The pong came after its deadline."""
    peer = facts.peer
    if is_bulk(wait.heard) and stood_still(facts, wait):
        evidence = f"{lateness} Data came, too, but stood still with it."
        title = f"The {peer} or the way to it was too slow for ping_timeout"
        findings.cause("pong_late", title, Strength.LIKELY, evidence)
        evidence = f"{wait.came}, {format_rate(wait.heard.rate)}."
        findings.cause("pong_behind_bulk", "The pong queued behind bulk data", Strength.POSSIBLE, evidence)
    elif is_bulk(wait.heard):
        # A peer that is busy with what it sends answers late, too, and right behind its data.
        is_behind = has_risen(facts) and came_behind(facts, wait)
        behind = " The pong came directly behind a frame of it." if is_behind else ""
        findings.cause(
            "pong_behind_bulk",
            "The pong queued behind bulk data",
            Strength.LIKELY,
            f"{wait.came}, {format_rate(wait.heard.rate)}. {lateness}{behind}",
        )
        findings.cause("pong_late", f"The {peer} is slow to answer pings", Strength.POSSIBLE, UNTOLD)
    elif is_bulk(wait.sent):
        is_full = facts.share(Gauge.SEND_BUFFER, 2 * wait.start - wait.due, wait.due) >= MOST
        full = " The write buffer was not empty for most of that time." if is_full else ""
        evidence = f"{left(wait)}. {lateness}{full}"
        findings.cause("own_bulk", "Your own data stood before the ping", Strength.LIKELY, evidence)
        findings.cause("pong_late", f"The {peer} is slow to answer pings", Strength.POSSIBLE, UNTOLD)
        findings.tries.append(SEND_LESS)
    else:
        findings.cause(
            "pong_late",
            f"The {peer} or the way to it was too slow for ping_timeout",
            Strength.STRONG if is_little(facts, wait) else Strength.LIKELY,
            lateness,
        )


def _unanswered(facts: Facts, findings: Findings, wait: Wait, rtts: str) -> None:
    """Data came, and no pong."""
    bulk = ("pong_behind_bulk", "The pong queued behind bulk data")
    never = ("pong_never", f"The {facts.peer} is alive and did not answer the ping")
    evidence = f"{wait.came}, but no pong.{rtts}"
    if is_bulk(wait.heard) and facts.rtts:
        findings.cause(*bulk, Strength.LIKELY, evidence)
        findings.cause(*never, Strength.POSSIBLE, UNTOLD)
        return
    findings.cause(*never, Strength.LIKELY, evidence)
    if is_bulk(wait.heard):
        findings.cause(*bulk, Strength.POSSIBLE, UNTOLD)
    if wait.sent.frames > 1:
        findings.cause(
            "peer_not_reading",
            f"The {facts.peer} sends, but may not read: your ping stands behind your messages",
            Strength.POSSIBLE,
            UNTOLD,
        )


def _rule_out(facts: Facts, findings: Findings, wait: Wait) -> None:
    keys = {cause.key for cause in findings.causes}
    is_looked_at = facts.is_watched or Gauge.READING_PAUSED in facts.story.gauges
    if is_looked_at and "own_unread" not in keys and not facts.share(Gauge.READING_PAUSED, wait.start, wait.due):
        findings.rule_out("Your code reads too slowly", "reading was never paused while the pong was awaited")
    if wait.late is not None:
        late = format_seconds(wait.late)
        findings.rule_out("Dead path, NAT or load balancer", f"the pong came, {late} after the deadline")
    elif wait.heard.frames and facts.last_heard is not None and not keys & {"dead_path", "asleep"}:
        last = format_moment((facts.last_heard - facts.trace.start) / 1e9)
        findings.rule_out("Dead path, NAT or load balancer", f"frames arrived until {last}")
    if facts.is_watched and not facts.halted(wait.start, wait.due + _HALT_AFTER)[0]:
        findings.rule_out(
            "A sleeping machine or a blocked event loop", "the recording program never stood still for 1 s"
        )


def _suggest(facts: Facts, findings: Findings, exchange: Exchange) -> None:
    """Suggest a longer deadline where a pong came, late."""
    of = recording_of(facts.trace)
    is_theirs = not any(cause.key in ("asleep", "own_unread") for cause in findings.causes[:1])
    found = suggestion(of) if of is not None and exchange.answered is not None and is_theirs else None
    now = facts.story.knobs.get("ping_timeout")
    if found is not None and now is not None and found.timeout > now:
        findings.tries.insert(
            0, Try(f"Raise ping_timeout to {found.timeout:g} s", knob="ping_timeout", value=found.timeout)
        )
    if any(cause.key == "pong_behind_bulk" for cause in findings.causes):
        findings.tries.append(
            Try(
                f"On the {facts.peer}: send smaller messages, or pause between them, so that pongs get through.",
                lesson="slow-consumer",
            )
        )
