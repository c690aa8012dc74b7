"""Do faults read as in `websockets`, word by word and class by class?"""

from __future__ import annotations

import pytest
from websockets import exceptions as theirs
from websockets.datastructures import Headers as TheirHeaders
from websockets.http11 import Response as TheirResponse

from framescope.engine import errors as ours
from framescope.engine.headers import Headers
from framescope.engine.http import Response

SHARED = [
    ("InvalidURI", ("http://x", "scheme isn't ws or wss")),
    ("InvalidProxy", ("ftp://x", "scheme ftp isn't supported")),
    ("ProxyError", ("failed to connect to SOCKS proxy",)),
    ("InvalidProxyMessage", ("did not receive a valid HTTP response from proxy",)),
    ("InvalidMessage", ("did not receive a valid HTTP request",)),
    ("InvalidMethod", ("POST",)),
    ("InvalidProtocol", ("HTTP/1.0",)),
    ("InvalidHeader", ("Host",)),
    ("InvalidHeader", ("Host", "")),
    ("InvalidHeader", ("Host", "x")),
    ("InvalidHeaderFormat", ("Host", "expected token", "é", 0)),
    ("InvalidHeaderValue", ("Sec-WebSocket-Key", "x")),
    ("InvalidOrigin", ("http://a",)),
    ("InvalidOrigin", (None,)),
    ("InvalidUpgrade", ("Upgrade", "h2c")),
    ("NegotiationError", ("no extensions supported",)),
    ("DuplicateParameter", ("x",)),
    ("InvalidParameterName", ("x",)),
    ("InvalidParameterValue", ("x", None)),
    ("InvalidParameterValue", ("x", "")),
    ("InvalidParameterValue", ("x", "y")),
    ("ProtocolError", ("x",)),
    ("InvalidState", ("connection is closed",)),
    ("ConcurrencyError", ("x",)),
    ("SecurityError", ("x",)),
    ("RequestLineTooLong", ("x",)),
    ("StatusLineTooLong", ("x",)),
    ("HeaderLineTooLong", ("x",)),
    ("TooManyHeaders", ("x",)),
    ("TooManyFragments", (4096,)),
    ("PayloadTooBig", (10, 5)),
    ("PayloadTooBig", (None, 5)),
    ("PayloadTooBig", (10, 5, 3)),
    ("PayloadTooBig", (None, 5, 3)),
]


@pytest.mark.parametrize(("name", "arguments"), SHARED, ids=lambda value: value if isinstance(value, str) else "")
def test_words(name, arguments):
    assert str(getattr(ours, name)(*arguments)) == str(getattr(theirs, name)(*arguments))


@pytest.mark.parametrize("name", ["InvalidStatus", "InvalidProxyStatus"])
def test_words_of_a_refusal(name):
    mine = getattr(ours, name)(Response(403, "Forbidden", Headers()))
    assert str(mine) == str(getattr(theirs, name)(TheirResponse(403, "Forbidden", TheirHeaders())))


@pytest.mark.parametrize(
    "name", sorted({name for name, _ in SHARED} | {"InvalidStatus", "InvalidProxyStatus", "PayloadTooBig"})
)
def test_ladder(name):
    """What catches one of theirs catches ours."""
    above = [base.__name__ for base in getattr(theirs, name).__mro__]
    assert [base.__name__ for base in getattr(ours, name).__mro__] == above


def test_limit_names_the_answer_of_a_server():
    assert ours.SecurityError("x").status == 431
    assert ours.SecurityError("x", 414).status == 414


def test_a_payload_too_big_tells_its_sizes_and_takes_a_text_as_it_is():
    mine, other = ours.PayloadTooBig(10, 5, 3), theirs.PayloadTooBig(10, 5, 3)
    assert (mine.message, mine.size, mine.max_size, mine.current_size) == (None, 10, 8, 3)
    assert (mine.size, mine.max_size, mine.current_size) == (other.size, other.max_size, other.current_size)
    assert str(ours.PayloadTooBig("over it")) == ours.PayloadTooBig("over it").message == "over it"


def test_a_request_line_too_long_is_answered_with_its_own_status():
    assert (ours.RequestLineTooLong("x").status, ours.HeaderLineTooLong("x").status) == (414, 431)
