"""What does the other end say of the same event? The same end has another name on either side."""

from __future__ import annotations

from framescope.analysis.diagnosis.facts import Facts
from framescope.engine.close import Close, may_be_sent
from framescope.engine.events import Which


def other_end(facts: Facts) -> str:
    """Write what the peer's `websockets` would raise, as far as it can be known from here."""
    info, peer = facts.info, facts.peer
    if facts.opened is None:
        return f"The {peer} has seen no WebSocket, only an attempt."
    sent = None if info.sent_code is None else _words(info.sent_code, _sent_reason(facts))
    received = None if info.received_code is None else _words(info.received_code, info.reason)
    if facts.has_missed(Which.PONG) and received is None:
        there = f"the {peer} says: received {sent}; then sent {sent}."
        if facts.has_answered_close:
            return there[0].upper() + there[1:]
        return (
            f"If Close reaches it, {there} If not, it stays OPEN until its "
            "own keepalive or TCP ends it, and then says: no close frame received or sent."
        )
    if sent is None and received is None:
        return f"The {peer}, if it lives, says the same: no close frame received or sent."
    if received is None:
        return f"The {peer} says: received {sent}, if it got it."
    if sent is None:
        return f"The {peer} says: sent {received}; no close frame received."
    if info.by_peer:
        return f"The {peer} says: sent {received}; then received {sent}."
    return f"The {peer} says: received {sent}; then sent {received}."


def _sent_reason(facts: Facts) -> str:
    """Our own reason: of the Close frame or, where that was not written, what would have stood in it."""
    if facts.sent_reason is not None:
        return facts.sent_reason
    if facts.has_missed(Which.PONG):
        return "keepalive ping timeout"
    if facts.info.by_peer:
        return facts.info.reason
    mark = next((mark for mark in facts.story.violations if not mark.sent), None)
    return "" if mark is None else mark.info.reason


def _words(code: int, reason: str) -> str:
    return str(Close(code, reason)) if may_be_sent(code) else f"{code}"
