"""Where does the body of a refusal end? RFC 9112 6.3 and 7.1; RELIABILITY V6 (nothing raises), 6 (1 MiB)."""

from __future__ import annotations

import pytest

from framescope.engine.body import ErrorBody
from framescope.engine.headers import Headers
from framescope.engine.settings import Limits

SMALL = Limits(max_error_body=8, max_line=16)


def read(status: int, headers: dict[str, str], data: bytes) -> tuple[bytes, bool]:
    """Read a body in one go, and byte by byte: both ways alike."""
    results = []
    for size in (len(data) or 1, 1):
        body = ErrorBody(status, Headers(headers), SMALL)
        for start in range(0, len(data), size):
            body.feed(data[start : start + size])
        results.append((bytes(body.content), body.is_complete))
    assert results[0] == results[1]
    return results[0]


@pytest.mark.parametrize(
    ("status", "headers", "data", "content", "is_complete"),
    [
        pytest.param(403, {"Content-Length": "4"}, b"no!\n", b"no!\n", True, id="length"),
        pytest.param(403, {"Content-Length": "4"}, b"no!\nmore", b"no!\n", True, id="what follows is no body"),
        pytest.param(403, {"Content-Length": "4"}, b"no", b"no", False, id="not whole yet"),
        pytest.param(403, {"Content-Length": "0"}, b"", b"", True, id="length 0"),
        pytest.param(403, {"Content-Length": "x"}, b"no!\n", b"", True, id="V6: length is no number"),
        pytest.param(403, {"Content-Length": "9" * 5000}, b"no!\n", b"", True, id="V6: length of 5,000 digits"),
        pytest.param(403, {"Content-Length": "٣"}, b"no!\n", b"", True, id="V6: Arabic digit"),
        pytest.param(403, {"Content-Length": "-1"}, b"no!\n", b"", True, id="V6: negative"),
        pytest.param(403, {}, b"no!\n", b"no!\n", False, id="to the end of the stream"),
        pytest.param(403, {}, b"x" * 7, b"x" * 7, False, id="limit - 1"),
        pytest.param(403, {}, b"x" * 8, b"x" * 8, True, id="limit"),
        pytest.param(403, {}, b"x" * 9, b"x" * 8, True, id="limit + 1"),
        pytest.param(403, {"Content-Length": "100"}, b"x" * 9, b"x" * 8, True, id="length over the limit"),
        pytest.param(204, {}, b"x", b"", True, id="204 has none"),
        pytest.param(304, {}, b"x", b"", True, id="304 has none"),
        pytest.param(103, {}, b"x", b"", True, id="1xx has none"),
        pytest.param(
            403, {"Transfer-Encoding": "Chunked"}, b"2\r\nno\r\n2;x=y\r\n!\n\r\n0\r\n", b"no!\n", True, id="chunks"
        ),
        pytest.param(
            403, {"Transfer-Encoding": "chunked", "Content-Length": "1"}, b"2\r\nno\r\n", b"no", False, id="both"
        ),
        pytest.param(403, {"Transfer-Encoding": "gzip"}, b"xx", b"xx", False, id="another coding is kept as it stands"),
        pytest.param(403, {"Transfer-Encoding": "chunked"}, b"zz\r\nno", b"", True, id="chunk's size is no number"),
        pytest.param(
            403, {"Transfer-Encoding": "chunked"}, b"2\r\nnoX\r\n", b"no", True, id="chunk is longer than it says"
        ),
        pytest.param(
            403, {"Transfer-Encoding": "chunked"}, b"9\r\n123456789", b"12345678", True, id="chunk over the limit"
        ),
        pytest.param(403, {"Transfer-Encoding": "chunked"}, b"2" * 17, b"", True, id="endless size line"),
        pytest.param(403, {"Transfer-Encoding": "chunked"}, b"2" * 16, b"", False, id="size line of the limit"),
    ],
)
def test_body(status, headers, data, content, is_complete):
    assert read(status, headers, data) == (content, is_complete)


def test_two_lengths_that_differ_are_none():
    body = ErrorBody(403, Headers([("Content-Length", "1"), ("Content-Length", "2")]), SMALL)
    assert body.is_complete
