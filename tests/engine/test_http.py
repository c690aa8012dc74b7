"""Is an HTTP message written as it goes on the wire? RELIABILITY V11 (nothing is smuggled into it)."""

from __future__ import annotations

import pytest

from framescope.engine.headers import Headers
from framescope.engine.http import Request, Response


def test_request_line_and_headers():
    request = Request("/chat?x=1", Headers(Host="h"))
    assert request.serialise() == b"GET /chat?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"
    odd = Request("/", Headers(X="ü"), "PUT", "HTTP/1.0")
    assert odd.serialise() == b"PUT / HTTP/1.0\r\nX: \xc3\xbc\r\n\r\n"


def test_status_line_headers_and_body():
    assert Response(404, "Not Found", Headers(A="1"), b"no").serialise() == b"HTTP/1.1 404 Not Found\r\nA: 1\r\n\r\nno"


@pytest.mark.parametrize("value", ["7\r\nSet-Cookie: a=b", "\x00", "\udcff"])
def test_header_that_cannot_be_sent(value):
    """V11."""
    with pytest.raises(ValueError, match="the value of X-Room has"):
        Request("/", Headers({"X-Room": value})).serialise()
    with pytest.raises(ValueError, match="the value of X-Room has"):
        Response(101, "Switching Protocols", Headers({"X-Room": value})).serialise()
