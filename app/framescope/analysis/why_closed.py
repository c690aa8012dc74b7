"""Why was Close sent? By whom, with which code; by a rule that was broken, or by somebody's wish."""

from __future__ import annotations

from framescope.analysis.facts import Facts
from framescope.analysis.terms import close_words, section_sign
from framescope.analysis.units import format_seconds
from framescope.analysis.verdict import Findings, Strength, Try
from framescope.engine.close import GOING_AWAY, INTERNAL_ERROR, NO_STATUS, NORMAL, TOO_BIG
from framescope.engine.events import Which

KEEPALIVE_WORDS = "keepalive ping timeout"  #: in the reason of a Close that a keepalive sends
_RULES = frozenset({1002, 1003, 1007, 1010})  #: codes that object to what was sent
_UNAVAILABLE = ("server_unavailable", "The {peer} cannot serve now", "Connect again in a while.")
_CLOSED = ("closed_by_peer", "The {peer} closed the connection, as it should", "")
_OWN_CODE = ("closed_by_peer", "The {peer} closed the connection with a code of its own", "")
#: key, title and advice, by the code of the peer's Close
_BY_PEER = {
    NORMAL: _CLOSED,
    NO_STATUS: _CLOSED,
    GOING_AWAY: (
        "going_away",
        "The {peer} is going away: it stops, or leaves the page",
        "Connect again in a while.",
    ),
    1008: (
        "policy",
        "The {peer} does not allow what this side does",
        "Look at the reason, and for a token that has run out.",
    ),
    TOO_BIG: (
        "too_big_for_peer",
        "Your message is larger than the {peer} takes",
        "Send smaller messages, or raise the limit on the {peer}.",
    ),
    1012: _UNAVAILABLE,
    1013: _UNAVAILABLE,
    1014: _UNAVAILABLE,
}


def closed(facts: Facts, findings: Findings) -> None:
    """A Close frame was sent or received."""
    info = facts.info
    if info.by_peer:
        _by_peer(facts, findings, info.received_code)
    else:
        _by_us(facts, findings, info.sent_code)
    if facts.has_missed(Which.CLOSE):
        findings.cause(
            "close_unanswered",
            f"The {facts.peer} did not answer Close within close_timeout",
            Strength.STRONG if not findings.causes else Strength.POSSIBLE,
            "No Close was received; TCP was dropped.",
        )


def violated(facts: Facts, findings: Findings) -> None:
    """This side failed the connection because of what the peer sent."""
    mark = next((mark for mark in facts.story.violations if not mark.sent), None)
    peer = facts.peer
    if mark is None:
        findings.cause("violation_by_peer", f"The {peer} broke a rule", Strength.LIKELY, facts.info.sentence)
    elif mark.info.code == TOO_BIG:
        findings.cause(
            "too_big", f"The {peer}'s message is larger than max_size allows", Strength.STRONG, f"{mark.info.rule}."
        )
        findings.tries.append(Try("Raise max_size, or let the message come in parts (recv_streaming)."))
    else:
        evidence = f"{mark.info.rule}, {section_sign(mark.info.section)}."
        findings.cause("violation_by_peer", f"The {peer} broke the protocol", Strength.STRONG, evidence)
        findings.tries.append(Try(f"Mend the {peer}: the frame is in the table.", lesson="violations"))


def _by_peer(facts: Facts, findings: Findings, code: int | None) -> None:
    peer, reason = facts.peer, f" “{facts.info.reason}”" if facts.info.reason else ""
    evidence = f"Close {close_words(code)}{reason} received {format_seconds(facts.age)} after the start."
    if code == INTERNAL_ERROR:
        findings.cause("handler_failure", f"The {peer}'s program failed: its handler raised", Strength.LIKELY, evidence)
        findings.tries.append(Try(f"Look for an exception in the {peer}'s log."))
        findings.rule_out("Its keepalive", f"the reason does not say “{KEEPALIVE_WORDS}”")
    elif code in _RULES:
        ours = next((mark for mark in facts.story.violations if mark.sent), None)
        sure = Strength.STRONG if ours is not None else Strength.LIKELY
        told = f" You broke a rule: {ours.info.rule}, {section_sign(ours.info.section)}." if ours is not None else ""
        findings.cause("violation_by_us", f"The {peer} objects to what this side sent", sure, evidence + told)
    else:
        key, title, advice = _BY_PEER.get(code or NO_STATUS, _OWN_CODE)
        findings.cause(key, title.format(peer=peer), Strength.STRONG, evidence)
        if advice:
            findings.tries.append(Try(advice.format(peer=peer)))


def _by_us(facts: Facts, findings: Findings, code: int | None) -> None:
    evidence = f"Close {close_words(code)} sent {format_seconds(facts.age)} after the start."
    if code in (NORMAL, NO_STATUS, None):
        findings.cause("closed_by_us", "Your own side closed the connection, as it should", Strength.STRONG, evidence)
    elif code == GOING_AWAY:
        findings.cause("going_away_us", "Your own side went away: it was stopped", Strength.STRONG, evidence)
    elif code == INTERNAL_ERROR:
        findings.cause("own_failure", "Your own program failed: its handler raised", Strength.STRONG, evidence)
    else:
        findings.cause(
            "closed_by_us", "Your own side closed the connection with a code of its own", Strength.STRONG, evidence
        )
