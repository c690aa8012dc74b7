"""Is Sec-WebSocket-Extensions read by its grammar, and nothing else taken for it? (S6, S8, RFC 6455 9.1)"""

from __future__ import annotations

import pytest

from framescope.engine.errors import InvalidHeaderFormat
from framescope.engine.extensions import NAME, build_extensions, parse_extensions
from framescope.engine.headers import Headers


def parse(*lines: str):
    return parse_extensions(Headers([(NAME, line) for line in lines]))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["foo"], [("foo", [])]),
        (["foo, bar"], [("foo", []), ("bar", [])]),
        (["foo", "bar"], [("foo", []), ("bar", [])]),
        (["foo; a; b=1 ;c = 2"], [("foo", [("a", None), ("b", "1"), ("c", "2")])]),
        (['foo; a="x"'], [("foo", [("a", "x")])]),
        (['foo; a="\\x\\y"'], [("foo", [("a", "xy")])]),
        ([" ,, foo ,\t, bar ,"], [("foo", []), ("bar", [])]),
        (["", "foo"], [("foo", [])]),
        (["foo; a; a"], [("foo", [("a", None), ("a", None)])]),
        ([], []),
    ],
)
def test_list_is_read(lines, found):
    assert parse(*lines) == found


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("", "expected an extension name at 0"),
        (" , ", "expected an extension name"),
        ("foo bar", "expected a comma at 4"),
        ("foo;", "expected parameter name"),
        ("foo; =1", "expected parameter name"),
        ("foo; a=", "expected parameter value"),
        ("foo; a=, bar", "expected parameter value"),
        ('foo; a=""', "quoted value is no token"),
        ('foo; a="x y"', "quoted value is no token"),
        ('foo; a="x', "expected parameter value"),
        ('foo; a="x"y', "expected a comma"),
        ("foo/bar", "expected a comma at 3"),
        ("(foo)", "expected extension name at 0"),
        ("fóo", "expected a comma at 1"),
    ],
)
def test_malformed_header_is_refused_with_its_place(value, error):
    with pytest.raises(InvalidHeaderFormat) as caught:
        parse(value)
    assert str(caught.value).startswith(f"invalid {NAME} header: {error}")


def test_fault_quotes_a_long_header_shortly():
    with pytest.raises(InvalidHeaderFormat) as caught:
        parse("x" * 8000 + " !(")
    assert len(str(caught.value)) < 300


def test_what_is_built_is_read_back():
    extensions = [("a", [("x", None), ("y", "1")]), ("b", [])]
    assert build_extensions(extensions) == "a; x; y=1, b"
    assert parse(build_extensions(extensions)) == extensions
