"""RELIABILITY C8 (RFC 6455 7.1.5): how is this connection ending, who began it, and which code is told?"""

from __future__ import annotations

import pytest

from framescope.engine.close import Close
from framescope.engine.closure import Closure
from framescope.engine.events import Ending, Which

BYE = Close(1000, "bye")


def test_code_is_that_of_the_close_received():
    closure = Closure()
    assert closure.code == 1006
    closure.sent = Close(1001, "")
    assert closure.code == 1006
    closure.close_received(BYE)
    assert closure.code == 1000


@pytest.mark.parametrize("is_first", [True, False])
def test_closing_handshake(is_first):
    closure = Closure()
    if not is_first:
        closure.sent = BYE
    closure.close_received(BYE)
    closure.sent = BYE
    closure.cause(Ending.FIN, by_peer=True)
    ended = closure.ended()
    assert (ended.ending, ended.by_peer, ended.code, ended.reason) == (Ending.CLOSE_FRAMES, is_first, 1000, "bye")
    assert ended.sentence.startswith("received" if is_first else "sent")
    assert ended.exception_name == "ConnectionClosedOK"
    assert closure.is_told


def test_first_cause_stays_and_a_deadline_is_added():
    closure = Closure()
    closure.cause(Ending.VIOLATION, by_peer=True)
    closure.cause(Ending.DEADLINE, by_peer=False, which=Which.CLOSE)
    closure.cause(Ending.RESET, by_peer=True)
    ended = closure.ended()
    assert (ended.ending, ended.by_peer, ended.which) == (Ending.VIOLATION, True, Which.CLOSE)


def test_end_without_a_cause_is_our_own():
    ended = Closure().ended()
    assert (ended.ending, ended.by_peer, ended.reason) == (Ending.ABORTED, False, "")
    assert (ended.exception_name, ended.sentence) == ("ConnectionClosedError", "no close frame received or sent")


def test_failed_connection_did_not_close_in_order():
    closure = Closure()
    closure.close_received(BYE)
    closure.sent = Close(1011, "")
    closure.has_failed = True
    closure.cause(Ending.DEADLINE, by_peer=False, which=Which.PONG)
    assert closure.ended().ending is Ending.DEADLINE


def test_refused_handshake_ends_with_its_own_error():
    closure = Closure()
    closure.refused(TimeoutError("timed out during opening handshake"))
    ended = closure.ended()
    assert (ended.exception_name, ended.sentence) == ("TimeoutError", "timed out during opening handshake")
