"""Which errors are worth another try, and after how long?"""

from __future__ import annotations

from itertools import islice

import pytest

from framescope.engine.errors import InvalidMessage, InvalidStatus, InvalidURI
from framescope.engine.handshake import Response
from framescope.engine.headers import Headers
from framescope.net.reconnect import backoff, process_exception


def status(code: int) -> InvalidStatus:
    return InvalidStatus(Response(code, "", Headers()))


def caused(cause: BaseException | None) -> InvalidMessage:
    error = InvalidMessage("no HTTP")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), TimeoutError(), caused(EOFError()), caused(ConnectionResetError()), status(503)],
)
def test_errors_that_may_pass(error: Exception) -> None:
    assert process_exception(error) is None


@pytest.mark.parametrize("error", [InvalidURI("a", "b"), status(403), caused(None), ValueError()])
def test_errors_that_stay(error: Exception) -> None:
    assert process_exception(error) is error


def test_delays_begin_at_random_and_grow_to_a_limit() -> None:
    first, *rest = islice(backoff(), 12)
    assert 0 <= first <= 5
    assert rest == sorted(rest)
    assert (rest[0], rest[-1]) == (3.1, 90.0)
    assert len({next(backoff()) for _ in range(10)}) > 1


def test_the_delays_can_be_chosen() -> None:
    assert list(islice(backoff(0, 1, 10, 3), 5)) == [0, 1, 3, 9, 10]
