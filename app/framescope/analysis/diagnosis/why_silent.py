"""Why did nothing come while a pong was awaited? A dead way, a program that stands still, or our own data."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.presets import FORGETS
from framescope.analysis.diagnosis.verdict import CONNECT_AGAIN, SEND_LESS, UNTOLD, Findings, Strength, Try
from framescope.analysis.diagnosis.wait import LITTLE, Wait, came, is_bulk, is_little, left
from framescope.analysis.diagnosis.way import Way, way_of
from framescope.analysis.units import format_seconds, format_size
from framescope.capture.records import Gauge

_LONG = 25.0  #: s without a sign of life, after which nobody would call the peer slow
_DEAD = 5.0  #: s without an acknowledgement, and ...
_SURE = 3  #: ... so many tries of TCP, after which no machine answers
_SKIPPED = 1.5  #: times ping_interval: a halt so long has left a ping out


def never_left(facts: Facts, findings: Findings) -> None:
    """No ping was written whose pong could have been awaited."""
    if facts.blocked is None:
        findings.cause("silence", "No pong came in time", Strength.LIKELY, "The ping itself is not in the recording.")
        return
    buffered = facts.peak(Gauge.SEND_BUFFER, facts.blocked, facts.left_open)
    held = f" {format_size(buffered)} stood in the write buffer." if buffered else ""
    waited = (facts.left_open - facts.blocked) / 1e9
    heard = facts.traffic(facts.blocked, facts.left_open, sent=False)
    way = way_of(facts.story)
    if way is not None and way.is_dead(waited):
        dead(facts, findings, way)
        return
    alive = f" {came(heard)} meanwhile: the way is not dead." if heard.frames else ""
    findings.cause(
        "peer_not_reading",
        f"The {facts.peer} took no more data: your ping never left",
        Strength.LIKELY,
        f"The socket took nothing for {format_seconds(waited)}.{held}{alive}",
    )
    if way is not None:
        findings.rule_out("The way is dead", "the other end's machine still says that it has no room")
    elif not heard.frames:
        title = f"The {facts.peer}, or the way to it, went silent"
        findings.cause("silence", title, Strength.POSSIBLE, "Nothing came meanwhile either.")
        findings.unknown.append(f"Whether the {facts.peer} does not read, or the way to it is dead.")
    findings.tries.append(SEND_LESS)


def dead(facts: Facts, findings: Findings, way: Way) -> None:
    """No machine acknowledges anything any more."""
    again = "once" if way.retries == 1 else f"{way.retries} times"
    evidence = f"Nothing was acknowledged for {format_seconds(way.since_ack)}, though TCP sent it again {again}."
    if facts.heard_later is not None:
        after = format_seconds((facts.heard_later - facts.left_open) / 1e9)
        evidence += f" A frame came {after} after the deadline: the way was there again."
    is_sure = way.since_ack >= _DEAD and way.retries >= _SURE and facts.heard_later is None
    title = f"The way to the {facts.peer} is dead, or its machine is off"
    first = len(findings.causes)
    findings.cause("silence", title, Strength.STRONG if is_sure else Strength.LIKELY, evidence)
    if any(cause.strength >= Strength.LIKELY for cause in findings.causes[:first]):
        findings.weaken(first, Strength.POSSIBLE)
    findings.rule_out(
        f"The {facts.peer}'s program is slow, or does not read", "its machine would still acknowledge what comes"
    )
    findings.tries.append(CONNECT_AGAIN)


def slept_before(facts: Facts, findings: Findings, wait: Wait) -> None:
    """No ping left for a while, and the way is dead: something between may have forgotten the connection."""
    interval = facts.story.knobs.get("ping_interval") or 0.0
    seconds, is_sleep = facts.halted(facts.last_before(wait.start), wait.start)
    if not facts.rtts or seconds < max(1.0, _SKIPPED * interval):
        return
    who = "This machine slept" if is_sleep else "This program stood still"
    evidence = f"It stood still for {format_seconds(seconds)} right before the ping, and sent none in that time."
    findings.cause("asleep", f"{who}, and the connection was forgotten meanwhile", Strength.LIKELY, evidence)


def silence(facts: Facts, findings: Findings, wait: Wait) -> None:
    """Nothing came that the ping could have caused."""
    peer, heard = facts.peer, facts.last_heard or facts.opened or facts.trace.start
    evidence = f"Nothing was received for {format_seconds((facts.left_open - heard) / 1e9)}, and no FIN or RST."
    title = f"The {peer}, or the way to it, went silent"
    if stood_before(facts, findings, wait):
        findings.cause("silence", title, Strength.POSSIBLE, evidence)
        return
    # One that has answered no ping yet may be one that never does; a short wait may only have been too short.
    is_long = (facts.end - wait.start) / 1e9 >= _LONG
    is_alone = is_long and is_little(facts, wait) and not wait.heard.frames and bool(facts.rtts)
    is_alone = is_alone and facts.cut_frame is None
    way = way_of(facts.story)
    has_all = way is not None and way.has_all
    if has_all:
        title = f"The {peer}'s program stands still: its machine took the ping"
        evidence += " TCP at the other end acknowledged everything."
    findings.cause("silence", title, Strength.STRONG if is_alone else Strength.LIKELY, evidence)
    if wait.sent.size >= LITTLE:
        findings.cause("own_bulk", "Your own data stood before the ping", Strength.POSSIBLE, f"{left(wait)}.")
        title = f"The {peer} does not read what you send: your ping stands behind it"
        findings.cause("peer_not_reading", title, Strength.POSSIBLE, UNTOLD)
    if has_all:
        by = f"the {peer}'s machine, or that of a proxy before it, acknowledged the ping"
        findings.rule_out("The way is dead", by)
        findings.tries.append(Try(f"Look at the {peer}: what does its program wait for?", lesson="silent-drop"))
        return
    before = (wait.start - facts.last_before(wait.start)) / 1e9
    forgot = f"Nothing had passed for {format_seconds(before)} before the ping: some load balancers forget by then."
    findings.cause(
        "dead_path",
        "The way is dead: a cable, a radio, a middlebox that forgot the connection",
        Strength.POSSIBLE,
        forgot if before >= FORGETS else UNTOLD,
    )
    findings.tries.append(CONNECT_AGAIN)


def stood_before(facts: Facts, findings: Findings, wait: Wait) -> bool:
    """Our own data was before the ping: the other end still took some of it, or it stood in the write buffer."""
    is_taken = wait.is_moved or facts.took_room(wait.start, facts.left_open) > 0
    stuck = facts.peak(Gauge.SEND_BUFFER, wait.due, wait.due)
    way = way_of(facts.story)
    # Nothing was taken for the whole ping_timeout, or the deadline had moved; and the other machine answers.
    has_no_room = way is not None and way.unacknowledged >= LITTLE
    # All of it was acknowledged, and nothing is heard any more: a proxy, or the peer, has not got through it yet.
    is_held = way is not None and way.has_all and bool(facts.rtts)
    if not has_no_room and (not is_bulk(wait.sent) or not (is_taken or stuck or is_held)):
        return False
    key, title = "own_bulk", "Your own data stood before the ping"
    evidence = left(wait)
    if stuck:
        evidence += f"; {format_size(stuck)} stood in the write buffer at the deadline"
    if is_taken:
        evidence += ", and some of it was still taken after the ping"
    # Buffers grow for a while where nobody reads; a slow line takes some to the end.
    settled = wait.start + (wait.due - wait.start) // 3
    if way is not None and has_no_room:
        evidence += f"; the other end's machine answers, but has no room for {format_size(way.unacknowledged)} of it"
    if has_no_room or (stuck and not facts.took_room(settled, facts.left_open)):
        key, title = "peer_not_reading", f"The {facts.peer} does not read what you send: your ping stands behind it"
    findings.cause(key, title, Strength.LIKELY, f"{evidence}.")
    findings.tries.append(SEND_LESS)
    return True
