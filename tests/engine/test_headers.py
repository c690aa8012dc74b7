"""How are HTTP/1.1 heads read, within bounds and alike however they are cut? RELIABILITY H15, S1, V5, V11, 6."""

from __future__ import annotations

import pytest

from framescope.engine.errors import InvalidHeaderValue
from framescope.engine.headers import (
    BadHead,
    Headers,
    HeadReader,
    MultipleValuesError,
    check_header,
    is_token,
    parse_headers,
)
from framescope.engine.settings import Limits

SMALL = Limits(max_line=20, max_headers=3, max_head=50)


def read(data: bytes, limits: Limits = SMALL) -> list[bytes]:
    """Read a head in one go, and byte by byte: both ways alike."""
    results: list[object] = []
    for size in (len(data), 1):
        reader = HeadReader(limits)
        result: object = None
        try:
            for start in range(0, len(data), size):
                found = reader.feed(data[start : start + size])
                if found is not None:
                    result = found[0]
                    break
        except BadHead as error:
            result = error
        results.append(result)
    whole, split = results
    if isinstance(whole, BadHead):
        assert isinstance(split, BadHead)
        assert (str(whole), whole.status) == (str(split), split.status)
        raise whole
    assert whole == split
    return whole


def test_head_ends_at_the_blank_line_and_the_rest_is_handed_back():
    reader = HeadReader(SMALL)
    assert reader.feed(b"GET / HTTP/1.1\r\nA: ") is None
    assert reader.has_line
    assert reader.feed(b"b\r\n\r\n\x81\x00") == ([b"GET / HTTP/1.1", b"A: b"], b"\x81\x00")


def test_no_line_has_come_before_the_first_line_end():
    reader = HeadReader(SMALL)
    reader.feed(b"GET / HTTP/1.1\r")
    assert not reader.has_line


@pytest.mark.parametrize(
    ("head", "status", "words"),
    [
        pytest.param(b"x" * 19 + b"\r\n\r\n", None, "", id="V5: line, limit - 1"),
        pytest.param(b"x" * 20 + b"\r\n\r\n", None, "", id="V5: line, limit"),
        pytest.param(b"x" * 21 + b"\r\n\r\n", 414, "a line is longer than 20 bytes", id="V5: first line, limit + 1"),
        pytest.param(b"x\r\n" + b"y" * 21 + b"\r\n\r\n", 431, "a line is longer than 20 bytes", id="V5: header, + 1"),
        pytest.param(b"x\r\n" + b"a\r\n" * 2 + b"\r\n", None, "", id="V5: headers, limit - 1"),
        pytest.param(b"x\r\n" + b"a\r\n" * 3 + b"\r\n", None, "", id="V5: headers, limit"),
        pytest.param(b"x\r\n" + b"a\r\n" * 4 + b"\r\n", 431, "more than 3 header lines", id="V5: headers, limit + 1"),
        pytest.param(b"x" * 17 + b"\r\n" + b"y" * 10 + b"\r\n" + b"z" * 14 + b"\r\n\r\n", None, "", id="V5: head, - 1"),
        pytest.param(b"x" * 18 + b"\r\n" + b"y" * 10 + b"\r\n" + b"z" * 14 + b"\r\n\r\n", None, "", id="V5: head"),
        pytest.param(
            b"x" * 19 + b"\r\n" + b"y" * 10 + b"\r\n" + b"z" * 14 + b"\r\n\r\n",
            431,
            "the head is longer than 50 bytes",
            id="V5: head, limit + 1",
        ),
        pytest.param(b"x" * 100, 414, "a line is longer than 20 bytes", id="V5: endless first line"),
        pytest.param(b"x\nA: b\n\n", 400, "a line ends without a carriage return", id="S1: bare line feed"),
        pytest.param(b"x" * 21 + b"\n\r\n", 400, "a line ends without a carriage return", id="S1: and just too long"),
        pytest.param(b"x" * 22 + b"\n\r\n", 414, "a line is longer than 20 bytes", id="S1: and too long"),
    ],
)
def test_limits_hold_however_the_head_is_cut(head, status, words):
    if status is None:
        assert read(head)
        return
    with pytest.raises(BadHead) as caught:
        read(head)
    assert (str(caught.value), caught.value.status) == (words, status)


def test_default_limits_are_those_of_reliability_6():
    limits = Limits()
    assert (limits.max_line, limits.max_headers, limits.max_head) == (8 * 1024, 128, 64 * 1024)


def test_time_grows_with_the_size_of_the_head():
    """V5: a head that comes byte by byte is searched once, not once a byte."""

    class Counted(bytearray):
        searched = 0

        def find(self, *args):
            Counted.searched += len(self) - args[1]
            return super().find(*args)

    reader = HeadReader(Limits())
    reader._buffer = Counted()
    for _ in range(8000):
        reader.feed(b"x")
    assert Counted.searched == 8000


@pytest.mark.parametrize(
    ("line", "items"),
    [
        pytest.param(b"Name: value", [("Name", "value")], id="S1: plain"),
        pytest.param(b"Name:\t value \t", [("Name", "value")], id="S1: space around a value is not part of it"),
        pytest.param(b"Name:", [("Name", "")], id="S1: empty value"),
        pytest.param(b"Name: a:b", [("Name", "a:b")], id="S1: colon in a value"),
        pytest.param("Name: é".encode(), [("Name", "é")], id="H15 8.1: UTF-8 is read as such"),
        pytest.param(b"Name: \xff", [("Name", "\udcff")], id="H15 8.1: what is no UTF-8 is kept as it stood"),
    ],
)
def test_header_line(line, items):
    assert list(parse_headers([line]).raw_items()) == items


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param(b"Name", "invalid header line", id="S1: no colon"),
        pytest.param(b": value", "invalid header line", id="S1: no name"),
        pytest.param(b"Name : value", "invalid header line", id="V10: space before the colon"),
        pytest.param(b" folded: value", "invalid header line", id="V10: obsolete folding"),
        pytest.param(b"N\xffme: value", "invalid header line", id="S1: name is no token"),
        pytest.param(b"Name: a\x00b", "invalid header value", id="V10: NUL"),
        pytest.param(b"Name: a\rb", "invalid header value", id="V10: carriage return"),
    ],
)
def test_faulty_header_line(line, words):
    with pytest.raises(BadHead, match=words):
        parse_headers([line])


def test_headers_keep_order_and_case_and_ignore_case_in_names():
    headers = Headers([("B", "1"), ("a", "2")], c="3")
    headers["b"] = "4"
    assert str(headers) == "B: 1\r\na: 2\r\nc: 3\r\nb: 4\r\n\r\n"
    assert list(headers) == ["b", "a", "c"]
    assert len(headers) == 3
    assert "A" in headers
    assert 1 not in headers
    assert headers["A"] == "2"
    assert headers.get_all("b") == ["1", "4"]
    with pytest.raises(MultipleValuesError, match="'B'"):
        _ = headers["B"]
    with pytest.raises(KeyError):
        _ = headers["d"]
    del headers["B"]
    with pytest.raises(KeyError):
        del headers["B"]
    assert repr(headers) == "Headers([('a', '2'), ('c', '3')])"


def test_headers_copy_compare_and_clear():
    headers = Headers({"A": "1"})
    copy = headers.copy()
    assert copy == Headers([("a", "1")])
    copy.update(headers)
    assert copy.get_all("A") == ["1", "1"]
    assert copy != headers
    assert Headers([("a", "1"), ("b", "2")]) == Headers([("B", "2"), ("A", "1")])
    assert Headers([("a", "1"), ("a", "2")]) != Headers([("a", "2"), ("a", "1")])
    assert headers != {"A": "1"}
    headers.clear()
    assert not headers


def test_several_values_say_which_header():
    assert str(MultipleValuesError("A")) == "'A'"
    assert str(MultipleValuesError("A", "B")) == "('A', 'B')"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("A b", "x", "is no valid header name", id="V11: name"),
        pytest.param("A", "x\r\nB: y", "has a line break or a control character", id="V11: line break"),
        pytest.param("A", "x\x00", "has a line break or a control character", id="V11: NUL"),
        pytest.param("A", "é\n", "has a line break or a control character", id="V11: line break behind a letter"),
        pytest.param("A", "\ud800", "has half a character", id="V11: half a character"),
    ],
)
def test_header_that_cannot_be_sent(name, value, words):
    with pytest.raises(ValueError, match=words):
        check_header(name, value)


@pytest.mark.parametrize("value", ["", "x\ty", "é"])
def test_header_that_can_be_sent(value):
    check_header("A", value)


def test_token():
    assert is_token("a-Z.0!#$%&'*+^_`|~")
    assert not is_token("")
    assert not is_token("a/b")
    assert not is_token("a\n")


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "\0", "\x7f"])
def test_a_value_that_would_break_the_line_is_refused_when_it_is_set(value):
    headers = Headers()
    for put in (lambda: headers.update({"A": value}), lambda: headers.update(A=value), lambda: Headers([("A", value)])):
        with pytest.raises(InvalidHeaderValue, match="the value of A has a line break"):
            put()
    with pytest.raises(ValueError, match="control character"):
        headers["A"] = value
    assert not headers
    headers["A"] = "tab\tand é"


@pytest.mark.parametrize("cut", [1, 2, 5, 100])
def test_the_first_line_is_judged_once_and_before_the_others(cut):
    judged = []
    reader = HeadReader(SMALL, judged.append)
    data = b"first\r\na: b\r\n\r\nbehind"
    found = [reader.feed(data[start : start + cut]) for start in range(0, len(data), cut)]
    assert judged == [b"first"]
    assert next(one for one in found if one)[0] == [b"first", b"a: b"]


def test_whatever_has_keys_is_taken():
    class Keyed:
        def keys(self):
            return ["A", "b"]

        def __getitem__(self, key):
            return key * 2

    assert str(Headers(Keyed())) == "A: AA\r\nb: bb\r\n\r\n"
    assert list(Headers({"A": "1"}, B="2").raw_items()) == [("A", "1"), ("B", "2")]
