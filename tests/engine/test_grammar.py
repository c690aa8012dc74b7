"""Are comma lists read strictly and in linear time? RELIABILITY S1, S6, S8 (RFC 6455 9.1, RFC 9110 5.6), V5."""

from __future__ import annotations

import time

import pytest

from framescope.engine.errors import InvalidHeaderFormat
from framescope.engine.grammar import Scanner, read_list, tokens
from framescope.engine.headers import Headers


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], [], id="S6 9.1: no line"),
        pytest.param(["a"], ["a"], id="S6 9.1: one element"),
        pytest.param(["a, b ,c\t"], ["a", "b", "c"], id="S6 9.1: space around commas"),
        pytest.param(["a", "b"], ["a", "b"], id="S6 9.1: two lines are one list"),
        pytest.param(["a", "", "b"], ["a", "b"], id="S6 9.1: an empty line among others"),
        pytest.param([",, a,,b,"], ["a", "b"], id="S1 4.2.1: empty elements are ignored"),
    ],
)
def test_tokens(lines, expected):
    assert tokens(Headers([("Connection", line) for line in lines]), "connection") == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("", "expected token at 0 in ", id="S1 4.2.1: empty"),
        pytest.param(",", "expected token at 1 in ,", id="S1 4.2.1: commas only"),
        pytest.param("a b", "expected comma at 2 in a b", id="S1 4.2.1: no comma"),
        pytest.param("a,é", "expected token at 2 in a,é", id="S1 4.2.1: not ASCII"),
        pytest.param("x" + "," * 300 + "é", "expected token at 301 in x" + "," * 199, id="S1 4.2.1: a long one is cut"),
    ],
)
def test_faulty_list(value, words):
    with pytest.raises(InvalidHeaderFormat) as caught:
        tokens(Headers({"Connection": value}), "Connection")
    assert str(caught.value) == f"invalid Connection header: {words}"


def test_upgrade_elements_may_have_a_version():
    assert read_list(Headers({"Upgrade": "h2c/2, websocket"}), "Upgrade", Scanner.protocol) == ["h2c/2", "websocket"]


def test_element_of_upgrade_is_no_slash():
    with pytest.raises(InvalidHeaderFormat, match="expected protocol at 0 in /"):
        read_list(Headers({"Upgrade": "/"}), "Upgrade", Scanner.protocol)


@pytest.mark.parametrize("piece", [" ", ",", ", ", "a,", '"', "\\", ";", "\t"])
def test_time_is_linear_in_the_length(piece):
    """V5: 100,000 times the same piece; a quadratic scanner would need 10 s and more, this one 0.2."""
    headers = Headers({"X": piece * 100_000 + '"'})
    start = time.process_time()
    with pytest.raises(InvalidHeaderFormat):
        read_list(headers, "X", Scanner.value)
    assert time.process_time() - start < 3.0
