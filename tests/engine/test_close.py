"""RELIABILITY C1, C6, C7, C9 (RFC 6455 5.5.1, 7.4): what does a close code mean, how does an end read?"""

from __future__ import annotations

import copy
import pickle

import pytest
from websockets import frames as theirs

from framescope.engine import close as close_codes
from framescope.engine.close import (
    EXPLANATIONS,
    Close,
    CloseCode,
    ConnectionClosedError,
    ConnectionClosedOK,
    body_of,
    close_in,
    closed_exception,
    may_be_sent,
    shortened,
)
from framescope.engine.errors import ProtocolError, Violation

LEGAL = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
ILLEGAL = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]


@pytest.mark.parametrize("code", LEGAL, ids=lambda code: f"C7 7.4: {code}")
def test_legal_code(code):
    assert may_be_sent(code)
    body = code.to_bytes(2, "big") + b"why"
    assert close_in(body, 0) == Close(code, "why")
    assert body_of(Close(code, "why")) == body


@pytest.mark.parametrize("code", ILLEGAL, ids=lambda code: f"C6 7.4: {code}")
def test_illegal_code(code):
    assert not may_be_sent(code)
    expected = Violation(f"close code {code}", "RFC 6455 7.4", 9, 1002, "invalid status code")
    assert close_in(code.to_bytes(2, "big"), 9) == expected


@pytest.mark.parametrize(
    ("body", "close"),
    [
        pytest.param(b"", Close(1005, ""), id="C1 5.5.1: empty"),
        pytest.param(b"\x03\xe8", Close(1000, ""), id="C1 5.5.1: code alone"),
        pytest.param(b"\x03\xe8" + "é".encode(), Close(1000, "é"), id="C1 5.5.1: reason"),
        pytest.param(b"\x03\xe8" + b"x" * 123, Close(1000, "x" * 123), id="C9 5.5.1: 123 bytes"),
    ],
)
def test_legal_body(body, close):
    assert close_in(body, 0) == close
    assert body_of(close) == body


@pytest.mark.parametrize(
    ("body", "section", "code", "reason"),
    [
        pytest.param(b"\x03", "5.5.1", 1002, "close frame too short", id="C1 5.5.1: one byte"),
        pytest.param(b"\x03\xe8\xff", "5.5.1", 1007, "invalid start byte at position 0", id="C1 5.5.1: no UTF-8"),
        pytest.param(b"\x03\xe8a\xc3", "5.5.1", 1007, "unexpected end of data at position 1", id="C1 5.5.1: cut"),
        pytest.param(b"\x00\x00\xff", "5.5.1", 1007, "invalid start byte at position 0", id="C1 5.5.1: both wrong"),
    ],
)
def test_illegal_body(body, section, code, reason):
    fault = close_in(body, 5)
    assert isinstance(fault, Violation)
    assert (fault.section, fault.offset, fault.code, fault.reason) == (f"RFC 6455 {section}", 5, code, reason)


@pytest.mark.parametrize(
    ("reason", "cut"),
    [
        ("x" * 122, "x" * 122),
        ("x" * 123, "x" * 123),
        ("x" * 124, "x" * 123),
        ("é" * 62, "é" * 61),
        ("😀" * 31, "😀" * 30),
        ("x" * 30, "x" * 30),
    ],
    ids=lambda text: f"C9 5.5.1: {len(text.encode())} bytes",
)
def test_reason_is_cut_at_a_character(reason, cut):
    assert shortened(Close(1000, reason)) == Close(1000, cut)


def test_codes_are_explained_in_the_words_of_websockets():
    from websockets.frames import CLOSE_CODE_EXPLANATIONS, EXTERNAL_CLOSE_CODES
    from websockets.frames import Close as Theirs

    assert {int(code): words for code, words in CLOSE_CODE_EXPLANATIONS.items()} == EXPLANATIONS
    for code in [*LEGAL, *ILLEGAL]:
        assert str(Close(code, "")) == str(Theirs(code, ""))
        assert str(Close(code, "why")) == str(Theirs(code, "why"))
        assert may_be_sent(code) == (code in EXTERNAL_CLOSE_CODES or 3000 <= code < 5000)


@pytest.mark.parametrize("received", [None, Close(1000, ""), Close(1001, "bye"), Close(1005, ""), Close(1011, "x")])
@pytest.mark.parametrize("sent", [None, Close(1000, ""), Close(1005, ""), Close(1002, "y"), Close(4000, "")])
@pytest.mark.parametrize("received_first", [True, False])
def test_end_reads_as_in_websockets(received, sent, received_first):
    """FAQ: the sentences, and which of the two exceptions."""
    from websockets.exceptions import ConnectionClosed as Theirs
    from websockets.frames import Close as TheirClose

    order = received_first if received and sent else None
    error = closed_exception(received, sent, order)
    theirs = Theirs(received and TheirClose(*received), sent and TheirClose(*sent), order)
    assert str(error) == str(theirs)
    assert (error.rcvd, error.sent, error.rcvd_then_sent) == (received, sent, order)
    ok = {1000, 1001, 1005}
    is_ok = bool(received and sent) and received.code in ok and sent.code in ok
    assert type(error) is (ConnectionClosedOK if is_ok else ConnectionClosedError)


@pytest.mark.parametrize(("received", "sent", "order"), [(None, None, True), (Close(1000, ""), Close(1000, ""), None)])
def test_order_belongs_to_two_close_frames(received, sent, order):
    with pytest.raises(ValueError, match="both Close frames"):
        ConnectionClosedOK(received, sent, order)


def test_the_codes_have_websockets_names():
    assert {code.name: code.value for code in CloseCode} == {code.name: code.value for code in theirs.CloseCode}
    assert {code.value for code in CloseCode} == set(EXPLANATIONS)


@pytest.mark.parametrize("data", [b"", b"\x03\xe8", b"\x03\xe9away", b"\x0f\xa0\xc3\xa4"])
def test_a_close_is_read_and_written_as_in_websockets(data):
    mine, other = Close.parse(data), theirs.Close.parse(data)
    assert (*mine,) == (other.code, other.reason)
    assert str(mine) == str(other)
    if data:
        assert mine.serialize() == data


@pytest.mark.parametrize("data", [b"\x03", b"\x03\xed", b"\x03\xe8\xff"])
def test_a_faulty_close_is_refused_as_in_websockets(data):
    with pytest.raises(Exception) as expected:
        theirs.Close.parse(data)
    with pytest.raises(Exception) as raised:
        Close.parse(data)
    assert raised.type.__name__ == expected.type.__name__
    assert str(raised.value) == str(expected.value)


def test_a_code_that_must_not_be_sent_is_not_written():
    with pytest.raises(ProtocolError):
        Close(1006, "").serialize()


@pytest.mark.parametrize(("rcvd", "code", "reason"), [(Close(4000, "x"), 4000, "x"), (None, 1006, "")])
def test_the_deprecated_attributes_warn_and_answer(rcvd, code, reason):
    error = ConnectionClosedError(rcvd, None)
    with pytest.warns(DeprecationWarning, match="code is deprecated"):
        assert error.code == code
    with pytest.warns(DeprecationWarning, match="reason is deprecated"):
        assert error.reason == reason


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        pytest.param(b"\x03", "close frame body of one byte", id="C1 5.5.1: one byte"),
        pytest.param(b"\x03\xe8ab\xff", "invalid UTF-8 in close reason at byte 2", id="C1 5.5.1: reason"),
        pytest.param(b"\x03\xed", "close code 1005", id="C6 7.4: code"),
    ],
)
def test_rule_that_was_broken_is_named(body, rule):
    fault = close_in(body, 7)
    assert isinstance(fault, Violation)
    assert (fault.rule, fault.offset) == (rule, 7)


def test_names_of_codes_that_are_used():
    """RFC 6455 7.4.1."""
    assert (close_codes.NORMAL, close_codes.GOING_AWAY, close_codes.PROTOCOL_ERROR) == (1000, 1001, 1002)
    assert (close_codes.NO_STATUS, close_codes.ABNORMAL, close_codes.INVALID_DATA) == (1005, 1006, 1007)
    assert (close_codes.TOO_BIG, close_codes.INTERNAL_ERROR) == (1009, 1011)


def test_exception_can_be_copied_and_sent_elsewhere():
    error = ConnectionClosedError(Close(1011, "theirs"), Close(1002, "ours"), True)
    assert error.args == (error.rcvd, error.sent, True)
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(other), other.rcvd, other.sent, other.rcvd_then_sent) == (str(error), *error.args)


def test_order_is_for_two_close_frames():
    with pytest.raises(ValueError, match=r"^rcvd_then_sent is for a connection with both Close frames$"):
        ConnectionClosedError(None, Close(1000, ""), True)


@pytest.mark.parametrize("name", ["code", "reason"])
def test_old_names_say_the_new_one_where_they_are_used(name):
    error = ConnectionClosedError(Close(1011, "theirs"), None)
    words = f"^ConnectionClosed.{name} is deprecated; use ConnectionClosed.rcvd.{name}$"
    with pytest.warns(DeprecationWarning, match=words) as caught:
        assert getattr(error, name) == getattr(error.rcvd, name)
    assert caught[0].filename == __file__
