"""RELIABILITY S6, S8 (RFC 6455 9.1): how is Sec-WebSocket-Extensions read and written?"""

from __future__ import annotations

import pytest

from framescope.engine.errors import InvalidHeaderFormat
from framescope.engine.extensions import NAME, build_extensions, parse_extensions
from framescope.engine.headers import Headers


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["foo"], [("foo", [])], id="S8: name alone"),
        pytest.param(["foo; a; b=1"], [("foo", [("a", None), ("b", "1")])], id="S8: parameters"),
        pytest.param(['foo;a="b"'], [("foo", [("a", "b")])], id="S8: quoted value"),
        pytest.param(['foo;a="\\b\\\\c"'], None, id="S8: quoted value with what is no token"),
        pytest.param(['foo;a="\\b\\c"'], [("foo", [("a", "bc")])], id="S8: quoted value with escapes"),
        pytest.param(["foo ; a = 1 , bar"], [("foo", [("a", "1")]), ("bar", [])], id="S8: space"),
        pytest.param(["foo", "bar;x"], [("foo", []), ("bar", [("x", None)])], id="S6: several lines are one list"),
        pytest.param(
            ["foo; a; a"], [("foo", [("a", None), ("a", None)])], id="S8: twice is for the extension to judge"
        ),
    ],
)
def test_header(lines, expected):
    headers = Headers([(NAME, line) for line in lines])
    if expected is None:
        with pytest.raises(InvalidHeaderFormat, match="invalid quoted header content at 6"):
            parse_extensions(headers)
    else:
        assert parse_extensions(headers) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("", "expected token at 0", id="S8: empty"),
        pytest.param("foo bar", "expected comma at 4", id="S8: no comma"),
        pytest.param("foo;", "expected token at 4", id="S8: no parameter"),
        pytest.param("foo; a=", "expected token at 7", id="S8: no value"),
        pytest.param("foo; =a", "expected token at 5", id="S8: no name"),
        pytest.param('foo; a=""', "invalid quoted header content at 7", id="S8: empty quoted value"),
        pytest.param('foo; a="b c"', "invalid quoted header content at 7", id="S8: quoted value is no token"),
        pytest.param('foo; a="b', "expected quoted string at 7", id="S8: quote is not closed"),
        pytest.param("foo; a=b=c", "expected comma at 8", id="S8: two values"),
    ],
)
def test_malformed_header(value, words):
    with pytest.raises(InvalidHeaderFormat, match=words):
        parse_extensions(Headers({NAME: value}))


def test_header_is_written_as_it_is_read():
    extensions = [("foo", [("a", None), ("b", "1")]), ("bar", [])]
    assert build_extensions(extensions) == "foo; a; b=1, bar"
    assert parse_extensions(Headers({NAME: build_extensions(extensions)})) == extensions
