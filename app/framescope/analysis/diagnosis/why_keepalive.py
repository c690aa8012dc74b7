"""Why was no pong there before our deadline (ping_timeout)? The peer, the way, what stood before it, or ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from framescope.analysis.diagnosis.facts import CROSSING, Facts, Traffic
from framescope.analysis.diagnosis.presets import FORGETS
from framescope.analysis.diagnosis.verdict import Findings, Strength, Try
from framescope.analysis.diagnosis.way import Way, way_of
from framescope.analysis.model import Exchange
from framescope.analysis.rtt import percentile
from framescope.analysis.units import format_moment, format_percent, format_rate, format_seconds, format_size
from framescope.analysis.whatif import recording_of, suggestion
from framescope.capture.records import Gauge

BULK = 64 * 1024  #: B in the time of a missed pong from which data may have delayed it ...
BULK_RATE = 16 * 1024  #: ... or so many B/s, where it was short
LITTLE = 8 * 1024  #: B that delay nothing for seconds, but on the slowest of lines
_MOST = 0.5  #: of that time: what lasted so long explains it
_NEARLY_ALL = 0.9
_LARGER = 4  #: times as large as any frame before: how long it takes is not known
_RISE = 3.0  #: a round trip so many times the usual one has risen
_BEHIND = 0.02  #: s; a pong that came so soon after a data frame came behind it
_MOVED = 0.05  #: s by which a deadline is later than ping_timeout says, and not by the clocks' chance
_LONG = 25.0  #: s without a sign of life, after which nobody would call the peer slow
_DEAD = 5.0  #: s without an acknowledgement, and ...
_SURE = 3  #: ... so many tries of TCP, after which no machine answers
_SKIPPED = 1.5  #: times ping_interval: a halt so long has left a ping out
_HALT_AFTER = 1_000_000_000  #: ns after the deadline in which a halt still counts: it is told when it is over
_OURS = ("asleep", "own_unread", "own_bulk", "peer_not_reading")


@dataclass(frozen=True)
class Wait:
    """The time in which the pong was awaited: ns, monotonic."""

    exchange: Exchange
    start: int
    due: int
    heard: Traffic  #: meanwhile, up to the pong where one came
    sent: Traffic  #: meanwhile, and as long before: what may have stood before the ping
    timeout: float | None  #: ping_timeout as it stands

    @property
    def seconds(self) -> float:
        return (self.due - self.start) / 1e9

    @property
    def is_moved(self) -> bool:
        """Tell whether the deadline was put off because the peer's end took what stood before the ping."""
        return self.timeout is not None and self.seconds > self.timeout + _MOVED

    @property
    def late(self) -> float | None:
        """Seconds from the deadline to the pong; None where none came."""
        return None if self.exchange.answered is None else (self.exchange.answered - self.due) / 1e9

    @property
    def came(self) -> str:
        return f"{_came(self.heard)} meanwhile"


def _came(heard: Traffic) -> str:
    frames = "1 frame" if heard.frames == 1 else f"{heard.frames} frames"
    return f"{format_size(heard.size)} in {frames} came"


def our_timeout(facts: Facts, findings: Findings) -> None:
    """Our pong deadline passed."""
    exchange = facts.missed
    if exchange is None or exchange.due is None:
        _never_left(facts, findings)
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


def _never_left(facts: Facts, findings: Findings) -> None:
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
        _dead(facts, findings, way)
        return
    alive = f" {_came(heard)} meanwhile: the way is not dead." if heard.frames else ""
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
    findings.tries.append(Try("Send less, or wait for send() to return.", lesson="saturated-sender"))


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
    is_paused = facts.share(Gauge.READING_PAUSED, arrived, wait.due) >= _MOST
    if halted >= 1 and not is_paused:
        title = "This program stood still while the pong lay there"
        findings.cause("asleep", title, Strength.LIKELY, evidence)
        return True
    # One that came at the last moment was late by itself.
    is_early = arrived - wait.start <= _NEARLY_ALL * (wait.due - wait.start)
    sure = Strength.STRONG if is_early and not halted else Strength.LIKELY
    findings.cause("own_unread", "Your own side read the pong too late", sure, evidence)
    findings.tries.append(Try("Receive faster, or in a task of its own; raise max_queue.", lesson="slow-consumer"))
    return True


def _halted(facts: Facts, findings: Findings, wait: Wait) -> Strength:
    """Nobody was awake here for much of the wait. Return how sure anything else can be."""
    seconds, is_sleep = facts.halted(wait.start, wait.due + _HALT_AFTER)
    if seconds < _MOST * wait.seconds:
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
    if share < _MOST:
        return Strength.STRONG
    # After the deadline everything is read: what stood unread here, and what the peer could not send for it.
    last = wait.exchange.answered or facts.end
    backlog = facts.traffic(wait.due, last + 1, sent=False)
    if wait.late is not None and facts.arrived(wait.exchange.pong_row) is not None and not _is_bulk(backlog):
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
    findings.tries.append(Try("Receive faster, or in a task of its own; raise max_queue.", lesson="slow-consumer"))
    return Strength.LIKELY if is_empty else Strength.POSSIBLE


def _peer_or_path(facts: Facts, findings: Findings, wait: Wait) -> None:
    usual = percentile(sorted(facts.rtts), 0.5)
    rtts = f" The usual round trip was {format_seconds(usual)}." if usual is not None else ""
    way = way_of(facts.story)
    if wait.late is not None:
        _late(facts, findings, wait, f"The pong came {format_seconds(wait.late)} too late.{rtts}")
    elif way is not None and way.is_dead(wait.seconds):
        _slept_before(facts, findings, wait)
        _dead(facts, findings, way)
    elif _is_under_way(facts, wait):
        evidence = f"A large frame was under way at the deadline, and nothing gets through before its end.{rtts}"
        findings.cause("pong_behind_bulk", "The pong queued behind bulk data", Strength.LIKELY, evidence)
        title = f"The {facts.peer} is alive and did not answer the ping"
        findings.cause("pong_never", title, Strength.POSSIBLE, "One end cannot tell.")
    elif facts.has_answered_close:
        # One that was only late may not be sent any more once Close has come.
        findings.cause(
            "pong_never",
            f"The {facts.peer} is alive and did not answer the ping",
            Strength.LIKELY,
            f"It answered the Close that was sent after the ping, but not the ping.{rtts}",
        )
        title = f"The {facts.peer} was too slow to answer before Close came"
        findings.cause("pong_late", title, Strength.POSSIBLE, "One end cannot tell.")
    elif wait.heard.frames and not _fell_silent(facts, wait):
        _unanswered(facts, findings, wait, rtts)
    elif facts.heard_later is not None:
        after = format_seconds((facts.heard_later - facts.left_open) / 1e9)
        evidence = f"Nothing came for {format_seconds(wait.seconds)}, and a frame {after} after the deadline.{rtts}"
        is_ours = _stood_before(facts, findings, wait)
        sure = Strength.POSSIBLE if is_ours else Strength.LIKELY
        findings.cause("pong_never", f"The {facts.peer} is alive and did not answer the ping", sure, evidence)
    else:
        _silence(facts, findings, wait)


def _late(facts: Facts, findings: Findings, wait: Wait, lateness: str) -> None:
    """The pong came after its deadline."""
    peer = facts.peer
    if _is_bulk(wait.heard) and _stood_still(facts, wait):
        evidence = f"{lateness} Data came, too, but stood still with it."
        title = f"The {peer}, or the way to it, answered too slowly for ping_timeout"
        findings.cause("pong_late", title, Strength.LIKELY, evidence)
        evidence = f"{wait.came}, {format_rate(wait.heard.rate)}."
        findings.cause("pong_behind_bulk", "The pong queued behind bulk data", Strength.POSSIBLE, evidence)
    elif _is_bulk(wait.heard):
        # A peer that is busy with what it sends answers late, too, and right behind its data.
        is_behind = _has_risen(facts) and _came_behind(facts, wait)
        behind = " The pong came directly behind a frame of it." if is_behind else ""
        findings.cause(
            "pong_behind_bulk",
            "The pong queued behind bulk data",
            Strength.LIKELY,
            f"{wait.came}, {format_rate(wait.heard.rate)}. {lateness}{behind}",
        )
        findings.cause("pong_late", f"The {peer} is slow to answer pings", Strength.POSSIBLE, "One end cannot tell.")
    elif _is_bulk(wait.sent):
        is_full = facts.share(Gauge.SEND_BUFFER, 2 * wait.start - wait.due, wait.due) >= _MOST
        full = " The write buffer was not empty for most of that time." if is_full else ""
        evidence = f"{_left(wait)}. {lateness}{full}"
        findings.cause("own_bulk", "Your own data stood before the ping", Strength.LIKELY, evidence)
        findings.cause("pong_late", f"The {peer} is slow to answer pings", Strength.POSSIBLE, "One end cannot tell.")
        findings.tries.append(Try("Send less at a time, or wait for send() to return.", lesson="saturated-sender"))
    else:
        findings.cause(
            "pong_late",
            f"The {peer}, or the way to it, answered too slowly for ping_timeout",
            Strength.STRONG if _is_little(facts, wait) else Strength.LIKELY,
            lateness,
        )


def _unanswered(facts: Facts, findings: Findings, wait: Wait, rtts: str) -> None:
    """Data came, and no pong."""
    is_bulk = _is_bulk(wait.heard)
    bulk = ("pong_behind_bulk", "The pong queued behind bulk data")
    never = ("pong_never", f"The {facts.peer} is alive and did not answer the ping")
    evidence = f"{wait.came}, but no pong.{rtts}"
    if is_bulk and facts.rtts:
        findings.cause(*bulk, Strength.LIKELY, evidence)
        findings.cause(*never, Strength.POSSIBLE, "One end cannot tell.")
        return
    findings.cause(*never, Strength.LIKELY, evidence)
    if is_bulk:
        findings.cause(*bulk, Strength.POSSIBLE, "One end cannot tell.")
    if wait.sent.frames > 1:
        findings.cause(
            "peer_not_reading",
            f"The {facts.peer} sends, but may not read: your ping stands behind your messages",
            Strength.POSSIBLE,
            "One end cannot tell.",
        )


def _dead(facts: Facts, findings: Findings, way: Way) -> None:
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
    findings.tries.append(Try("Connect again: such a connection does not come back.", lesson="silent-drop"))


def _slept_before(facts: Facts, findings: Findings, wait: Wait) -> None:
    """No ping left for a while, and the way is dead: something between may have forgotten the connection."""
    interval = facts.story.knobs.get("ping_interval") or 0.0
    seconds, is_sleep = facts.halted(facts.last_before(wait.start), wait.start)
    if not facts.rtts or seconds < max(1.0, _SKIPPED * interval):
        return
    who = "This machine slept" if is_sleep else "This program stood still"
    evidence = f"It stood still for {format_seconds(seconds)} right before the ping, and sent none in that time."
    findings.cause("asleep", f"{who}, and the connection was forgotten meanwhile", Strength.LIKELY, evidence)


def _silence(facts: Facts, findings: Findings, wait: Wait) -> None:
    """Nothing came that the ping could have caused."""
    peer, heard = facts.peer, facts.last_heard or facts.opened or facts.trace.start
    evidence = f"Nothing was received for {format_seconds((facts.left_open - heard) / 1e9)}, and no FIN or RST."
    title = f"The {peer}, or the way to it, went silent"
    if _stood_before(facts, findings, wait):
        findings.cause("silence", title, Strength.POSSIBLE, evidence)
        return
    # One that has answered no ping yet may be one that never does; a short wait may only have been too short.
    is_long = (facts.end - wait.start) / 1e9 >= _LONG
    is_alone = is_long and _is_little(facts, wait) and not wait.heard.frames and bool(facts.rtts)
    is_alone = is_alone and facts.cut_frame is None
    way = way_of(facts.story)
    has_all = way is not None and way.has_all
    if has_all:
        title = f"The {peer}'s program stands still: its machine took the ping"
        evidence += " TCP at the other end acknowledged everything."
    findings.cause("silence", title, Strength.STRONG if is_alone else Strength.LIKELY, evidence)
    if wait.sent.size >= LITTLE:
        findings.cause("own_bulk", "Your own data stood before the ping", Strength.POSSIBLE, f"{_left(wait)}.")
        title = f"The {peer} does not read what you send: your ping stands behind it"
        findings.cause("peer_not_reading", title, Strength.POSSIBLE, "One end cannot tell.")
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
        forgot if before >= FORGETS else "One end cannot tell.",
    )
    findings.tries.append(Try("Connect again: such a connection does not come back.", lesson="silent-drop"))


def _stood_before(facts: Facts, findings: Findings, wait: Wait) -> bool:
    """Our own data was before the ping: the other end still took some of it, or it stood in the write buffer."""
    is_taken = wait.is_moved or facts.took_room(wait.start, facts.left_open) > 0
    stuck = facts.peak(Gauge.SEND_BUFFER, wait.due, wait.due)
    way = way_of(facts.story)
    # Nothing was taken for the whole ping_timeout, or the deadline had moved; and the other machine answers.
    has_no_room = way is not None and way.unacknowledged >= LITTLE
    # All of it was acknowledged, and nothing is heard any more: a proxy, or the peer, has not got through it yet.
    is_held = way is not None and way.has_all and bool(facts.rtts)
    if not has_no_room and (not _is_bulk(wait.sent) or not (is_taken or stuck or is_held)):
        return False
    key, title = "own_bulk", "Your own data stood before the ping"
    evidence = _left(wait)
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
    findings.tries.append(Try("Send less at a time, or wait for send() to return.", lesson="saturated-sender"))
    return True


def _is_little(facts: Facts, wait: Wait) -> bool:
    """Tell whether nothing that was sent or came could have delayed ping or pong by seconds."""
    # A message of a few bytes is enough to keep a peer busy that takes one at a time.
    return wait.heard.size + wait.sent.size < LITTLE and not facts.has_data_standing


def _is_under_way(facts: Facts, wait: Wait) -> bool:
    """Tell whether a frame was coming in during the wait that is larger than any before."""
    lane = facts.trace.lanes[False]
    first = lane.between(0, wait.due).stop
    if wait.late is not None or first >= lane.count():
        return False
    largest = int(lane.lengths[:first].max(initial=0))
    return int(lane.lengths[first]) >= max(BULK, _LARGER * largest)


def _is_bulk(traffic: Traffic) -> bool:
    return traffic.size >= BULK or (traffic.size >= LITTLE and traffic.rate >= BULK_RATE)


def _left(wait: Wait) -> str:
    frames = "1 frame" if wait.sent.frames == 1 else f"{wait.sent.frames} frames"
    return f"{format_size(wait.sent.size)} in {frames} were sent around the ping"


def _fell_silent(facts: Facts, wait: Wait) -> bool:
    """Tell whether what came in the wait was on its way already, and then nothing for longer than ever."""
    if facts.heard_later is not None or facts.last_heard is None:
        return False
    quiet = (wait.due - facts.last_heard) / 1e9
    return quiet > max(_MOST * wait.seconds, facts.quiet(facts.last_heard + 1))


def _has_risen(facts: Facts) -> bool:
    late = None if facts.missed is None else facts.missed.rtt
    rtts = facts.rtts if late is None else [*facts.rtts, late]
    return len(rtts) >= 2 and max(rtts[-3:]) >= _RISE * min(rtts)


def _came_behind(facts: Facts, wait: Wait) -> bool:
    """Tell whether data flowed through all of the wait, and the pong came directly behind a frame of it."""
    answered = wait.exchange.answered
    if answered is None:
        return False
    lane = facts.trace.lanes[False]
    here = lane.between(wait.start, answered)
    times = [wait.start, *map(int, lane.times[here])]
    gaps = [(after - before) / 1e9 for before, after in pairwise(times)]
    return bool(gaps) and max(gaps) <= max(CROSSING, wait.seconds / 3) and (answered - times[-1]) / 1e9 <= _BEHIND


def _stood_still(facts: Facts, wait: Wait) -> bool:
    """Tell whether nothing came for most of the wait, and what came then was not large enough to take so long."""
    answered = wait.exchange.answered
    if answered is None or not wait.heard.rate:
        return False
    lane = facts.trace.lanes[False]
    here = lane.between(wait.start, answered + 1)
    ends = [(int(lane.times[index]), int(lane.lengths[index])) for index in range(here.start, here.stop)]
    before = wait.start
    for time, length in ends:
        gap = (time - before) / 1e9
        if gap > _MOST * wait.seconds and gap > _RISE * length / wait.heard.rate:
            return True
        before = time
    return False


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
