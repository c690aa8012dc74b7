"""Is the other end's name of the event the one that `websockets` would give it there?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.analysis.diagnosis.other_end import other_end
from framescope.capture.details import ViolationInfo
from framescope.capture.records import Kind
from framescope.engine.frames import Opcode
from helpers.ends import facts_of, gave_up, missed, opened
from helpers.scripted import Script


def after(ending: str, **fields: Any) -> str:
    script = opened()
    script.ended(ending, at=9, **fields)
    return other_end(facts_of(script))


def test_a_close_of_ours_is_received_first_there() -> None:
    assert after("close_frames", sent_code=1000, received_code=1000) == (
        "The server says: received 1000 (OK); then sent 1000 (OK)."
    )


def test_a_close_of_theirs_is_sent_first_there_and_repeated_with_its_reason() -> None:
    assert after("close_frames", sent_code=4000, received_code=4000, by_peer=True, reason="bye") == (
        "The server says: sent 4000 (private use) bye; then received 4000 (private use) bye."
    )


def test_our_own_reason_is_read_from_our_close() -> None:
    script = opened()
    script.sent(Opcode.CLOSE, b"\x0f\xa0enough", at=8)
    script.ended("close_frames", at=9, sent_code=4000, received_code=4000, reason="as you like")
    assert other_end(facts_of(script)) == (
        "The server says: received 4000 (private use) enough; then sent 4000 (private use) as you like."
    )


def test_a_close_that_was_not_answered() -> None:
    assert after("deadline", sent_code=1001, deadline="close") == (
        "The server says: received 1001 (going away), if it got it."
    )
    assert after("fin", received_code=1001, by_peer=True) == (
        "The server says: sent 1001 (going away); no close frame received."
    )


def test_no_close_at_all() -> None:
    assert after("fin") == "The server, if it lives, says the same: no close frame received or sent."


def test_a_code_that_no_close_frame_may_carry_stands_bare() -> None:
    assert after("fin", received_code=1005, by_peer=True) == "The server says: sent 1005; no close frame received."


def test_our_keepalive_may_not_have_reached_it() -> None:
    script = opened()
    missed(script, 30, 50)
    gave_up(script, 50)
    assert other_end(facts_of(script)) == (
        "If Close reaches it, the server says: received 1011 (internal error) keepalive ping timeout; then sent 1011 "
        "(internal error) keepalive ping timeout. If not, it stays OPEN until its own keepalive or TCP ends it, and "
        "then says: no close frame received or sent."
    )


def test_an_answer_that_came_too_late_to_count_says_that_our_keepalive_reached_it() -> None:
    script = opened()
    missed(script, 30, 50)
    body = b"\x03\xf3keepalive ping timeout"
    script.sent(Opcode.CLOSE, body, at=50)
    script.received(Opcode.CLOSE, body, at=51)
    gave_up(script, 50, end=51)
    assert other_end(facts_of(script)) == (
        "The server says: received 1011 (internal error) keepalive ping timeout; then sent 1011 (internal error) "
        "keepalive ping timeout."
    )


def test_a_violation_has_the_reason_that_was_sent() -> None:
    script = opened(role="server")
    script.told(Kind.VIOLATION, 8, ViolationInfo("no mask", "RFC 6455 5.1", 0, 1002, "incorrect masking"))
    script.ended("violation", at=9, sent_code=1002)
    assert other_end(facts_of(script)) == (
        "The client says: received 1002 (protocol error) incorrect masking, if it got it."
    )


@pytest.mark.parametrize(("role", "peer"), [("client", "server"), ("server", "client")])
def test_nothing_was_opened(role: str, peer: str) -> None:
    script = Script()
    script.connection(role=role)
    script.ended("refused", at=3, code=None)
    assert other_end(facts_of(script)) == f"The {peer} has seen no WebSocket, only an attempt."
