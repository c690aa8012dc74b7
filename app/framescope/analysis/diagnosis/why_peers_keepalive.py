"""Why does the peer say that our pong was not there in time? Our side was late, or the way was."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import CROSSING, Facts
from framescope.analysis.diagnosis.verdict import RECEIVE_FASTER, Findings, Strength, Try
from framescope.analysis.model import Exchange
from framescope.analysis.units import format_percent, format_seconds
from framescope.capture.records import Gauge
from framescope.engine.close import INTERNAL_ERROR
from framescope.engine.frames import Opcode

KEY = "peer_keepalive"
_BEFORE = 60_000_000_000  #: ns before the end that are looked at where no ping came
_HALT_BEFORE = 500_000_000  #: ns before the ping was read in which a halt still explains its lateness
_LATE = 0.5  #: s from the kernel to this program
_TOGETHER = 0.02  #: s: two frames of one read
_MOST = 0.5
_NEARLY_ALL = 0.9
_LOOK_BACK = 5000  #: frames


def is_wordless(facts: Facts) -> bool:
    """Tell whether a Close 1011 without a reason came while a ping of the peer was unanswered: old keepalives' way."""
    info = facts.info
    if info.received_code != INTERNAL_ERROR or info.reason or not info.by_peer:
        return False
    ping = last_ping(facts)
    if ping is None or (ping.answered is not None and ping.answered < facts.left_open):
        return False
    return (facts.left_open - ping.sent) / 1e9 > CROSSING


def peers_timeout(facts: Facts, findings: Findings) -> None:
    """The peer closed because of its keepalive."""
    ping = last_ping(facts)
    start = max(facts.trace.start, facts.left_open - _BEFORE) if ping is None else ping.sent
    if ping is None or not read_late(facts, findings, ping):
        _halted(facts, findings, start)
        _unread(facts, findings, start)
        if ping is None:
            findings.cause(
                KEY,
                f"The {facts.peer}'s ping never arrived here",
                Strength.LIKELY,
                f"No ping of the {facts.peer} was received, and it says that one was not answered.",
            )
        else:
            _answered(facts, findings, ping)
    findings.tries.append(Try(f"Raise ping_timeout on the {facts.peer}: it is its deadline that passed."))
    if not facts.info.reason:
        findings.weaken(0, Strength.LIKELY)
        findings.cause(
            "handler_failure",
            f"The {facts.peer}'s program failed: its handler raised",
            Strength.POSSIBLE,
            "Its Close 1011 has no reason.",
        )


def last_ping(facts: Facts) -> Exchange | None:
    """Find the peer's last ping."""
    lane = facts.trace.lanes[False]
    for index in range(lane.count() - 1, max(-1, lane.count() - _LOOK_BACK), -1):
        if lane.opcodes[index] == Opcode.PING:
            return facts.trace.exchange_of(int(lane.rows[index]))
    return None


def read_late(facts: Facts, findings: Findings, ping: Exchange) -> bool:
    """Say so where the ping lay in this side's kernel."""
    arrived = facts.arrived_by(ping.row)
    if arrived is None or (ping.sent - arrived) / 1e9 < _LATE:
        return False
    lay = (ping.sent - arrived) / 1e9
    evidence = f"It had arrived {format_seconds(lay)} before this program read it."
    paused = facts.share(Gauge.READING_PAUSED, arrived, ping.sent)
    # Each of these is a reason for the same lateness, so none of them alone is sure.
    if facts.halted(arrived, facts.end)[0] >= 1 and paused < _MOST:
        title = f"This program stood still while the {facts.peer}'s ping lay there"
        findings.cause("asleep", title, Strength.LIKELY, evidence)
    elif paused >= _MOST:
        title = f"Your code reads too slowly: the {facts.peer}'s ping lay unread"
        findings.cause("own_unread", title, Strength.LIKELY, evidence)
        findings.tries.append(RECEIVE_FASTER)
    else:
        findings.cause(KEY, f"Your own side read the {facts.peer}'s ping too late", Strength.LIKELY, evidence)
    return True


def _halted(facts: Facts, findings: Findings, start: int) -> None:
    # What lay in the kernel is read, and the ping's time begins, when the halt is over.
    recent, is_sleep = facts.halted(start - _HALT_BEFORE, facts.end)
    seconds, _ = facts.halted(facts.trace.start, facts.end)
    if not recent or seconds < 1:
        return
    who = "This machine slept" if is_sleep else "This program stood still"
    title = f"{who}, and answered no ping meanwhile"
    findings.cause("asleep", title, Strength.LIKELY, f"It stood still for {format_seconds(seconds)} before the end.")


def _unread(facts: Facts, findings: Findings, start: int) -> None:
    share = facts.share(Gauge.READING_PAUSED, start, facts.left_open)
    if share <= _MOST:
        return
    findings.cause(
        "own_unread",
        f"Your code reads too slowly: the {facts.peer}'s pings may have stood unread",
        Strength.LIKELY,
        f"Reading was paused for {format_percent(share)} of the time before Close came.",
    )
    findings.tries.append(RECEIVE_FASTER)


def _answered(facts: Facts, findings: Findings, ping: Exchange) -> None:
    """Hold our answer against the time that the peer waited for it."""
    peer, waited = facts.peer, (facts.left_open - ping.sent) / 1e9
    delay = waited if ping.rtt is None else ping.rtt
    answer = "was never answered" if ping.rtt is None else f"was answered after {format_seconds(ping.rtt)}"
    evidence = f"Its last ping {answer}; its Close came {format_seconds(waited)} after the ping."
    if facts.share(Gauge.SEND_BUFFER, ping.sent, facts.left_open) > _MOST:
        title = "Your own data stood before the pong"
        findings.cause("own_bulk", title, Strength.LIKELY, f"{evidence} The write buffer was not empty meanwhile.")
    elif waited <= _TOGETHER:
        evidence = "Its last ping and its Close were read at one moment: this side may not have read for a while."
        findings.cause(KEY, f"Your own side read the {peer}'s ping too late", Strength.LIKELY, evidence)
    elif delay >= _MOST * waited:
        is_sure = delay >= _NEARLY_ALL * waited and waited > CROSSING and not findings.causes
        sure = Strength.STRONG if is_sure else Strength.LIKELY
        findings.cause(KEY, f"Your own side answered the {peer}'s ping too late", sure, evidence)
    else:
        findings.cause(KEY, f"The {peer} did not get your pong in time", Strength.LIKELY, evidence)
