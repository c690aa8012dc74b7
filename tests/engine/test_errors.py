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
