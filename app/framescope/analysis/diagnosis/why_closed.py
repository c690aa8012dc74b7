"""Why was Close sent? By whom, with which code; by a rule that was broken, or by somebody's wish."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import Facts
from framescope.analysis.diagnosis.verdict import Findings, Strength, Try
from framescope.analysis.terms import close_words, section_sign
from framescope.analysis.units import format_seconds
from framescope.engine.close import GOING_AWAY, INTERNAL_ERROR, NO_STATUS, NORMAL, TOO_BIG
from framescope.engine.events import Which

KEEPALIVE_WORDS = "keepalive ping timeout"  #: in the reason of a Close that a keepalive sends
#: what other libraries write there
_OTHER_WORDS = ("ping timeout", "ping timed out", "pong timeout", "no pong", "keepalive timeout", "keep-alive timeout")
_RULES = frozenset({1002, 1003, 1007, 1010})  #: codes that object to what was sent
_CLOSED = ("closed_by_peer", "The {peer} closed the connection, as it should", Strength.STRONG, "")
_OWN_CODE = ("closed_by_peer", "The {peer} closed the connection with a code of its own", Strength.STRONG, "")
# What the code says is the peer's word: that it has closed is all that was measured.
_UNAVAILABLE = (
    "closed_by_peer",
    "The {peer} closed the connection: it cannot serve now",
    Strength.LIKELY,
    "Connect again in a while.",
)
#: key, title, strength and advice, by the code of the peer's Close
_BY_PEER = {
    NORMAL: _CLOSED,
    NO_STATUS: _CLOSED,
    GOING_AWAY: (
        "going_away",
        "The {peer} is going away: it stops, or leaves the page",
        Strength.STRONG,
        "Connect again in a while.",
    ),
    1008: (
        "closed_by_peer",
        "The {peer} closed the connection: it does not allow what this side does",
        Strength.LIKELY,
        "Look at the reason, and for a token that has run out.",
    ),
    1012: ("going_away", "The {peer} is going away: it starts again", Strength.LIKELY, "Connect again in a while."),
    1013: _UNAVAILABLE,
    1014: _UNAVAILABLE,
}
_OBJECTS_WITHIN = 5.0  #: s after our illegal frame in which the peer's objection is about it


def is_keepalive(facts: Facts) -> bool:
    """Tell whether the peer's Close says that our pong was not there in time, in any library's words."""
    info = facts.info
    words = info.reason.lower()
    if info.received_code is None or not info.by_peer:
        return False
    if info.received_code == INTERNAL_ERROR and KEEPALIVE_WORDS in words:
        return True
    # An application may speak of pings that are messages of its own.
    return facts.has_peer_pinged and any(each in words for each in _OTHER_WORDS)


def closed(facts: Facts, findings: Findings) -> None:
    """A Close frame was sent or received."""
    info = facts.info
    # A FIN or a reset after our Close is the peer's, too; it was we who wanted the end.
    if info.by_peer and info.received_code is not None:
        _by_peer(facts, findings, info.received_code)
    else:
        _by_us(facts, findings, info.sent_code)
        _unanswered(facts, findings)


def violated(facts: Facts, findings: Findings) -> None:
    """This side failed the connection because of what the peer sent."""
    mark = next((mark for mark in facts.story.violations if not mark.sent), None)
    peer = facts.peer
    is_later = mark is not None and facts.info.sent_code not in (None, mark.info.code)
    if is_later:  # we had sent Close before
        _by_us(facts, findings, facts.info.sent_code)
    sure = Strength.POSSIBLE if is_later else Strength.STRONG
    if mark is None:
        findings.cause("violation_by_peer", f"The {peer} broke a rule", Strength.LIKELY, facts.info.sentence)
    elif mark.info.code == TOO_BIG:
        is_size = "fragment" not in mark.info.rule
        title = "message is larger than max_size allows" if is_size else "message has more fragments than are taken"
        findings.cause("too_big", f"The {peer}'s {title}", sure, f"{mark.info.rule}.")
        findings.tries.append(Try("Raise max_size, or let the message come in parts (recv_streaming)."))
    else:
        evidence = f"{mark.info.rule}, {section_sign(mark.info.section)}."
        findings.cause("violation_by_peer", f"The {peer} broke the protocol", sure, evidence)
        findings.tries.append(Try(f"Mend the {peer}: the frame is in the table.", lesson="violations"))


def _unanswered(facts: Facts, findings: Findings) -> None:
    """Our Close was not followed by the peer's."""
    if facts.info.received_code is not None:
        return
    words = {
        "fin": "TCP ended (FIN) before a Close came.",
        "reset": "TCP was reset before a Close came.",
        "aborted": "TCP was dropped before a Close came.",
    }.get(facts.info.ending, "No Close was received; TCP was dropped.")
    is_late = facts.has_missed(Which.CLOSE)
    title = "did not answer Close within close_timeout" if is_late else "did not answer Close"
    findings.cause("close_unanswered", f"The {facts.peer} {title}", Strength.POSSIBLE, words)


def _by_peer(facts: Facts, findings: Findings, code: int) -> None:
    peer, reason = facts.peer, f" “{facts.info.reason}”" if facts.info.reason else ""
    evidence = f"Close {close_words(code)}{reason} received {format_seconds(facts.age)} after the start."
    if code == INTERNAL_ERROR:
        findings.cause("handler_failure", f"The {peer}'s program failed: its handler raised", Strength.LIKELY, evidence)
        findings.tries.append(Try(f"Look for an exception in the {peer}'s log."))
        findings.rule_out("Its keepalive", f"the reason does not say “{KEEPALIVE_WORDS}”")
    elif code == TOO_BIG:
        _too_big(facts, findings, evidence)
    elif code in _RULES:
        _objection(facts, findings, evidence)
    else:
        key, title, sure, advice = _BY_PEER.get(code, _OWN_CODE)
        findings.cause(key, title.format(peer=peer), sure, evidence)
        if advice:
            findings.tries.append(Try(advice.format(peer=peer)))


def _too_big(facts: Facts, findings: Findings, evidence: str) -> None:
    """The peer says that a message was too big: the largest of ours is what it can mean."""
    largest = facts.largest_sent
    sure = Strength.STRONG if largest is not None else Strength.LIKELY
    told = "" if largest is None else f" Your largest frame before it has a payload of {largest} B."
    title = f"Your message is larger than the {facts.peer} takes"
    findings.cause("too_big_for_peer", title, sure, evidence + told)
    findings.tries.append(Try(f"Send smaller messages, or raise the limit on the {facts.peer}."))


def _objection(facts: Facts, findings: Findings, evidence: str) -> None:
    """The peer says that we broke a rule."""
    ours = facts.own_violation
    told = "" if ours is None else f" You broke a rule: {ours.info.rule}, {section_sign(ours.info.section)}."
    is_prompt = ours is not None and (facts.left_open - ours.time) / 1e9 <= _OBJECTS_WITHIN
    sure = Strength.STRONG if is_prompt else Strength.LIKELY
    findings.cause("violation_by_us", f"The {facts.peer} objects to what this side sent", sure, evidence + told)
    if ours is None:
        findings.unknown.append(
            f"Which frame it means. Whoever changes bytes on the way could have done it, too: the {facts.peer}'s log "
            "could tell."
        )


def _by_us(facts: Facts, findings: Findings, code: int | None) -> None:
    evidence = f"Close {close_words(code)} sent {format_seconds(facts.age)} after the start."
    if code in (NORMAL, NO_STATUS, None):
        findings.cause("closed_by_us", "Your own side closed the connection, as it should", Strength.STRONG, evidence)
    elif code == GOING_AWAY:
        findings.cause("going_away_us", "Your own side went away: it was stopped", Strength.STRONG, evidence)
    elif code == INTERNAL_ERROR:
        # A handler that raises gives no reason; a program that closes by itself may.
        sure = Strength.LIKELY if facts.sent_reason else Strength.STRONG
        findings.cause("own_failure", "Your own program failed: its handler raised", sure, evidence)
    else:
        findings.cause(
            "closed_by_us", "Your own side closed the connection with a code of its own", Strength.STRONG, evidence
        )
