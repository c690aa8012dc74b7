"""Why was no pong there in time? Our keepalive's timeout, and the peer's on us."""

from __future__ import annotations

from framescope.analysis.facts import Facts, Traffic
from framescope.analysis.model import Exchange
from framescope.analysis.rtt import percentile
from framescope.analysis.units import format_rate, format_seconds, format_size
from framescope.analysis.verdict import Findings, Strength, Try
from framescope.analysis.whatif import recording_of, suggestion
from framescope.capture.records import Gauge

BULK = 64 * 1024  #: B in the time of a missed pong from which data may have delayed it
_MOST = 0.5  #: of that time: what lasted so long explains it
_RISE = 3.0  #: a round trip so many times the usual one has risen


def our_timeout(facts: Facts, findings: Findings) -> None:
    """Our pong deadline passed."""
    exchange = facts.missed
    if exchange is None or exchange.due is None:
        findings.cause(
            "silence", "No pong came in time", Strength.LIKELY, "The deadline passed; its ping is not recorded."
        )
        return
    start, due = exchange.sent, exchange.due
    heard = facts.traffic(start, due, sent=False)
    waited = (due - start) / 1e9
    if not _halted(facts, findings, start, due) and not _unread(facts, findings, start, due):
        _blocked(facts, findings, exchange)
        if not findings.causes:
            _peer_or_path(facts, findings, exchange, heard)
    _rule_out(facts, findings, heard, start, due)
    _suggest(facts, findings, exchange)
    findings.unknown.append(
        f"Whether the {facts.peer} or the way to it was slow: a recording at the {facts.peer} could tell."
    )
    if not heard.frames and not findings.ruled_out:
        findings.unknown.append(f"Nothing was received for {format_seconds(waited)}, so nothing tells the ways apart.")


def peers_timeout(facts: Facts, findings: Findings) -> None:
    """The peer says that our pong was not there in time."""
    start = max(facts.trace.start, facts.left_open - 60_000_000_000)
    pings = _peers_pings(facts)
    late = [exchange for exchange in pings if exchange.answered is None or (exchange.rtt or 0) > 1.0]
    halted, is_sleep = facts.halted(start, facts.end)
    peer = facts.peer
    if halted >= 1:
        who = "This machine slept" if is_sleep else "This program stood still"
        findings.cause(
            "asleep", f"{who}, and answered no ping", Strength.STRONG, f"{format_seconds(halted)} of it before the end."
        )
    elif facts.share(Gauge.READING_PAUSED, start, facts.left_open) > _MOST:
        findings.cause(
            "peer_keepalive",
            f"Your code reads too slowly: the {peer}'s pings stood unread",
            Strength.STRONG,
            "Reading was paused for most of the last minute.",
        )
    elif late:
        answers = "never answered" if late[-1].rtt is None else f"answered after {format_seconds(late[-1].rtt)}"
        findings.cause(
            "peer_keepalive",
            f"Your side answered the {peer}'s ping too late",
            Strength.STRONG,
            f"The {peer}'s last ping was {answers}.",
        )
    elif pings:
        findings.cause(
            "peer_keepalive",
            f"The {peer} did not see your pong in time",
            Strength.LIKELY,
            f"Its last ping was answered within {format_seconds(pings[-1].rtt or 0)}; the pong was delayed on the way.",
        )
    else:
        findings.cause(
            "peer_keepalive",
            f"The {peer}'s ping never arrived here",
            Strength.LIKELY,
            f"No ping of the {peer} was received, and it says that one was not answered.",
        )
    findings.tries.append(Try(f"Raise ping_timeout on the {peer}: it is its deadline that passed."))


def _peers_pings(facts: Facts) -> list[Exchange]:
    """The last few pings of the peer, oldest first."""
    lane = facts.trace.lanes[False]
    found: list[Exchange] = []
    for index in range(lane.count() - 1, max(-1, lane.count() - 5000), -1):
        if lane.opcodes[index] == 9:
            exchange = facts.trace.exchange_of(int(lane.rows[index]))
            if exchange is not None:
                found.append(exchange)
            if len(found) == 3:
                break
    return found[::-1]


def _halted(facts: Facts, findings: Findings, start: int, due: int) -> bool:
    seconds, is_sleep = facts.halted(start, due + 1_000_000_000)
    if seconds < _MOST * (due - start) / 1e9:
        return False
    title = "This machine was asleep" if is_sleep else "The recording program itself stood still"
    findings.cause("asleep", title, Strength.STRONG, f"{format_seconds(seconds)} while the pong was awaited.")
    return True


def _unread(facts: Facts, findings: Findings, start: int, due: int) -> bool:
    share = facts.share(Gauge.READING_PAUSED, start, due)
    if share < _MOST:
        return False
    queued = facts.peak(Gauge.RECEIVE_QUEUE, start, due)
    messages = f", {queued} messages waited" if queued else ""
    findings.cause(
        "own_unread",
        "Your code reads too slowly: the pong may lie unread in your own buffer",
        Strength.STRONG,
        f"Reading was paused for {share:.0%} of the wait{messages}.",
    )
    findings.tries.append(Try("Receive faster, or in a task of its own; raise max_queue.", lesson="slow-consumer"))
    return True


def _blocked(facts: Facts, findings: Findings, exchange: Exchange) -> None:
    """The ping, or what stands before it, was not taken by the peer."""
    buffered = facts.peak(Gauge.SEND_BUFFER, exchange.sent, exchange.due or exchange.sent)
    if exchange.is_blocked:
        findings.cause(
            "peer_not_reading",
            f"The {facts.peer} does not read: your ping never left",
            Strength.STRONG,
            f"The ping was blocked by the write buffer, which held {format_size(buffered)}.",
        )
        findings.tries.append(Try("Send less, or wait for send() to return.", lesson="saturated-sender"))


def _peer_or_path(facts: Facts, findings: Findings, exchange: Exchange, heard: Traffic) -> None:
    peer, waited = facts.peer, ((exchange.due or 0) - exchange.sent) / 1e9
    late = None if exchange.answered is None or exchange.due is None else (exchange.answered - exchange.due) / 1e9
    usual = percentile(sorted(facts.rtts), 0.5)
    rtts = f" The usual round trip was {format_seconds(usual)}." if usual is not None else ""
    came = f"{format_size(heard.size)} in {heard.frames} frames came meanwhile"
    if late is not None:
        lateness = f"The pong came {format_seconds(late)} too late.{rtts}"
        if heard.size >= BULK:
            findings.cause(
                "pong_behind_bulk",
                "The pong queued behind bulk data",
                Strength.STRONG if _has_risen(facts) else Strength.LIKELY,
                f"{came}, {format_rate(heard.rate)}. {lateness}",
            )
            findings.cause(
                "pong_late", f"The {peer} is slow to answer pings", Strength.POSSIBLE, "One end cannot tell."
            )
        elif not _own_bulk(facts, findings, exchange, late):
            findings.cause(
                "pong_late",
                f"The {peer}, or the way to it, answered too slowly for ping_timeout",
                Strength.STRONG,
                lateness,
            )
    elif heard.frames:
        after = facts.last_heard is not None and (facts.last_heard - exchange.sent) / 1e9 > max(
            2 * (usual or 0), 0.5 * waited
        )
        if heard.size >= BULK and facts.rtts:
            findings.cause(
                "pong_behind_bulk", "The pong queued behind bulk data", Strength.LIKELY, f"{came}, but no pong.{rtts}"
            )
            findings.cause("pong_never", f"The {peer} does not answer pings", Strength.POSSIBLE, f"{came}.")
        else:
            findings.cause(
                "pong_never",
                f"The {peer} is alive and does not answer pings",
                Strength.STRONG if after else Strength.LIKELY,
                f"{came}, but no pong.{rtts}",
            )
    elif facts.heard_later is not None:
        after = format_seconds((facts.heard_later - facts.left_open) / 1e9)
        findings.cause(
            "pong_never",
            f"The {peer} is alive and did not answer the ping",
            Strength.LIKELY,
            f"Nothing came for {format_seconds(waited)}, and a frame {after} after the deadline.{rtts}",
        )
    else:
        _silence(facts, findings, exchange)


def _silence(facts: Facts, findings: Findings, exchange: Exchange) -> None:
    peer, heard = facts.peer, facts.last_heard or facts.opened or facts.trace.start
    silent = (facts.left_open - heard) / 1e9
    findings.cause(
        "silence",
        f"The {peer}, or the way to it, went silent",
        Strength.STRONG,
        f"Nothing was received for {format_seconds(silent)}, and no FIN or RST.",
    )
    sent = facts.traffic(exchange.sent, facts.left_open, sent=True)
    if sent.size >= BULK // 2:
        findings.cause(
            "peer_not_reading",
            f"The {peer} hangs, or does not read what you send",
            Strength.POSSIBLE,
            f"{format_size(sent.size)} went out while the pong was awaited.",
        )
    findings.cause(
        "dead_path",
        "The way is dead: a cable, a radio, a middlebox that forgot",
        Strength.POSSIBLE,
        "One end cannot tell.",
    )
    findings.tries.append(Try("Connect again: such a connection does not come back.", lesson="keepalive-ping-timeout"))


def _own_bulk(facts: Facts, findings: Findings, exchange: Exchange, late: float) -> bool:
    """What this side sent before the ping was longer on the way than a ping should be."""
    due = exchange.due or exchange.sent
    sent = facts.traffic(exchange.sent - (due - exchange.sent), due, sent=True)
    if sent.size < BULK:
        return False
    findings.cause(
        "own_bulk",
        "Your own data stood before the ping",
        Strength.STRONG if _has_risen(facts) else Strength.LIKELY,
        f"{format_size(sent.size)} in {sent.frames} frames left around it, {format_rate(sent.rate)}; the pong came "
        f"{format_seconds(late)} too late.",
    )
    findings.tries.append(Try("Send less at a time, or wait for send() to return.", lesson="saturated-sender"))
    return True


def _has_risen(facts: Facts) -> bool:
    late = None if facts.missed is None else facts.missed.rtt
    rtts = facts.rtts if late is None else [*facts.rtts, late]
    return len(rtts) >= 2 and max(rtts[-3:]) >= _RISE * min(rtts)


def _rule_out(facts: Facts, findings: Findings, heard: Traffic, start: int, due: int) -> None:
    keys = {cause.key for cause in findings.causes}
    if "own_unread" not in keys and Gauge.READING_PAUSED in facts.story.gauges:
        findings.rule_out("Your code reads too slowly", "reading was not paused while the pong was awaited")
    if heard.frames:
        last = ((facts.last_heard or start) - facts.trace.start) / 1e9
        findings.rule_out("Dead path, NAT or load balancer", f"frames arrived until {last:.1f} s")
    if "asleep" not in keys:
        findings.rule_out(
            "A sleeping machine or a blocked event loop", "the recording program never stood still for 1 s"
        )


def _suggest(facts: Facts, findings: Findings, exchange: Exchange) -> None:
    """Suggest a longer deadline where a pong came, late."""
    of = recording_of(facts.trace)
    found = None if of is None or exchange.answered is None else suggestion(of)
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
