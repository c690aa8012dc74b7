"""Are HTTP heads read within their limits, byte for byte, and are headers kept as sent?"""

from __future__ import annotations

import pytest

from framescope.engine.headers import (
    BadHead,
    Headers,
    HeadReader,
    MultipleValues,
    check_header,
    elements,
    is_token,
    parse_headers,
)
from framescope.engine.settings import Limits


def read(data: bytes, *, step: int, **limits: int):
    """Feed `data` in pieces of `step` bytes; return what the reader found, or the refusal's status."""
    reader = HeadReader(Limits(**limits))
    try:
        for start in range(0, len(data), step):
            found = reader.feed(data[start : start + step])
            if found is not None:
                return found[0], found[1] + data[start + step :]
    except BadHead as error:
        return error.status
    return None


@pytest.fixture(params=[1, 2, 3, 1 << 20], ids=lambda step: f"by_{step}")
def step(request):
    return request.param


def test_head_is_cut_into_lines_and_the_rest_is_left(step):
    assert read(b"GET / HTTP/1.1\r\nA: 1\r\n\r\n\x81\x00", step=step) == ([b"GET / HTTP/1.1", b"A: 1"], b"\x81\x00")


def test_reader_tells_whether_anything_has_come():
    reader = HeadReader(Limits())
    assert reader.is_empty()
    assert reader.feed(b"GET") is None
    assert not reader.is_empty()


@pytest.mark.parametrize(("length", "is_accepted"), [(19, True), (20, True), (21, False), (22, False)])
@pytest.mark.parametrize(("before", "status"), [(b"", 414), (b"GET\r\n", 431)])
def test_line_limit(step, before, status, length, is_accepted):
    found = read(before + b"x" * length + b"\r\n\r\n", step=step, max_line=20)
    assert isinstance(found, tuple) if is_accepted else found == status


def test_line_without_end_is_refused_as_soon_as_it_is_too_long(step):
    assert read(b"x" * 21, step=step, max_line=20) == 414
    assert read(b"x" * 20 + b"\r", step=step, max_line=20) is None


@pytest.mark.parametrize(("length", "is_accepted"), [(99, True), (100, True), (101, False)])
def test_head_limit_counts_its_blank_line(step, length, is_accepted):
    line = b"A: " + b"x" * 5 + b"\r\n"
    head = b"GET\r\n" + line * 8 + b"B: "
    head += b"y" * (length - len(head) - 4) + b"\r\n\r\n"
    assert len(head) == length
    found = read(head + b"frames", step=step, max_head=100)
    assert found[1] == b"frames" if is_accepted else found == 431


def test_head_without_end_is_refused_at_the_limit(step):
    assert read(b"GET\r\n" + b"A: x\r\n" * 20, step=step, max_head=100) == 431


@pytest.mark.parametrize(("count", "is_accepted"), [(4, True), (5, True), (6, False)])
def test_limit_of_header_lines(step, count, is_accepted):
    found = read(b"GET\r\n" + b"A: x\r\n" * count + b"\r\n", step=step, max_headers=5)
    assert isinstance(found, tuple) if is_accepted else found == 431


@pytest.mark.parametrize("head", [b"GET\n\r\n", b"GET\r\nA: x\n\r\n", b"\n"])
def test_bare_line_feed_is_refused(step, head):
    # S1: a proxy that reads such a line otherwise could be used to smuggle a request
    assert read(head, step=step) == 400


def test_header_lines_are_read_as_they_stand():
    headers = parse_headers([b"Host:h", b"X-A:  spaced \t", b"x-a: two", b"Empty:", b"Utf: \xc3\xbc", b"Odd: \xff"])
    assert list(headers.raw_items()) == [
        ("Host", "h"),
        ("X-A", "spaced"),
        ("x-a", "two"),
        ("Empty", ""),
        ("Utf", "ü"),
        ("Odd", "\udcff"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"no colon",
        b": no name",
        b"Space : x",
        b" Folded: x",
        b"B\xc3\xa4d: x",
        b"A: nul\x00",
        b"A: cr\rx",
        b"A: del\x7f",
    ],
)
def test_malformed_header_line_is_refused(line):
    with pytest.raises(BadHead) as caught:
        parse_headers([line])
    assert caught.value.status == 400


def test_lookup_knows_no_case_and_repeats_are_kept():
    headers = Headers([("Set-Cookie", "a"), ("set-cookie", "b"), ("Host", "h")])
    assert headers["HOST"] == "h"
    assert headers.get_all("SET-COOKIE") == ["a", "b"]
    assert "host" in headers
    assert "other" not in headers
    assert 1 not in headers
    assert (len(headers), list(headers)) == (2, ["set-cookie", "host"])
    with pytest.raises(MultipleValues, match="Set-Cookie"):
        headers["Set-Cookie"]
    with pytest.raises(KeyError):
        headers["other"]
    assert str(MultipleValues("a", "b")) == "('a', 'b')"


def test_headers_are_built_changed_and_compared():
    headers = Headers({"A": "1"}, B="2")
    headers.update(Headers([("C", "3")]))
    headers["A"] = "4"
    assert str(headers) == "A: 1\r\nB: 2\r\nC: 3\r\nA: 4\r\n\r\n"
    twin = headers.copy()
    assert twin == headers
    del twin["a"]
    assert repr(twin) == "Headers([('B', '2'), ('C', '3')])"
    assert twin != headers
    assert Headers(a="x") == Headers(A="x")
    assert Headers() != {}
    twin.clear()
    assert len(twin) == 0


@pytest.mark.parametrize("text", ["chat", "a.b-c_d", "!#$%&'*+-.^_`|~"])
def test_tokens(text):
    assert is_token(text)


@pytest.mark.parametrize("text", ["", "a b", "a,b", "ü", "a\n", '"a"', "a/b", "a=b"])
def test_no_tokens(text):
    assert not is_token(text)


@pytest.mark.parametrize(("name", "value"), [("X-A", "value"), ("X", ""), ("X", "tab\there"), ("X", "ü")])
def test_header_that_can_be_sent(name, value):
    check_header(name, value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("", "x", "no valid header name"),
        ("A B", "x", "no valid header name"),
        ("A\r\nB", "x", "no valid header name"),
        ("A", "x\r\nB: y", "line break"),
        ("A", "x\n", "line break"),
        ("A", "\x00", "control character"),
        ("A", "\udc80", "half a character"),
    ],
)
def test_header_that_cannot_be_sent(name, value, words):
    with pytest.raises(ValueError, match=words):
        check_header(name, value)


def test_lists_are_read_over_all_their_lines():
    # S6, RFC 6455 9.1: several lines equal one list
    headers = Headers([("P", "a, b ,,\tc"), ("p", "d"), ("P", " , ")])
    assert elements(headers, "P") == ["a", "b", "c", "d"]
