"""RELIABILITY F20 to F22 (RFC 6455 5.6, 8.1): is a text UTF-8, and when is it known not to be?"""

from __future__ import annotations

import pytest

from framescope.engine.text import BadText, TextDecoder

GOOD = {
    "F20 5.6: a character of every length": "aé€😀",
    "F21 8.1: byte order mark": "\ufeffa",
    "F21 8.1: NUL": "\x00",
    "F21 8.1: noncharacters": "\ufffe\uffff\U0010ffff\ufdd0",
    "F21 8.1: edges": "\x7f\x80\u07ff\u0800\ud7ff\ue000\U00010000",
    "F20 5.6: empty": "",
}
# bytes, how many of them prove the fault, words
BAD = {
    "F21 8.1: surrogate": (b"\xed\xa0\x80", 2, "invalid continuation byte at position 0"),
    "F21 8.1: last surrogate": (b"a\xed\xbf\xbf", 3, "invalid continuation byte at position 1"),
    "F21 8.1: overlong /": (b"\xc0\xaf", 1, "invalid start byte at position 0"),
    "F21 8.1: overlong, 3 bytes": (b"\xe0\x80\xaf", 2, "invalid continuation byte at position 0"),
    "F21 8.1: overlong, 4 bytes": (b"\xf0\x8f\xbf\xbf", 2, "invalid continuation byte at position 0"),
    "F21 8.1: above U+10FFFF": (b"\xf4\x90\x80\x80", 2, "invalid continuation byte at position 0"),
    "F21 8.1: 5 bytes": (b"\xf8\x88\x80\x80\x80", 1, "invalid start byte at position 0"),
    "F22 8.1: continuation first": ("é".encode() + b"\x80", 3, "invalid start byte at position 2"),
    "F22 8.1: no continuation": (b"\xc3(", 2, "invalid continuation byte at position 0"),
    "F22 8.1: third byte": (b"ab\xe2\x82(", 5, "invalid continuation byte at position 2"),
    "F22 8.1: 0xff": (b"abc\xff", 4, "invalid start byte at position 3"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_good_text_however_it_is_cut(text):
    data = text.encode()
    whole = TextDecoder()
    assert whole.decode(data, ends=True) == text
    for size in (1, 2, 3):
        decoder = TextDecoder()
        pieces = [decoder.decode(data[i : i + size], ends=False) for i in range(0, len(data), size)]
        assert "".join([*pieces, decoder.decode(b"", ends=True)]) == text


@pytest.mark.parametrize(("data", "proof", "words"), BAD.values(), ids=BAD)
def test_bad_text_fails_with_the_byte_that_proves_it(data, proof, words):
    with pytest.raises(BadText) as caught:
        TextDecoder().decode(data + b"more", ends=True)
    assert str(caught.value) == words
    decoder = TextDecoder()
    for i in range(proof - 1):
        decoder.decode(data[i : i + 1], ends=False)
    with pytest.raises(BadText) as caught:
        decoder.decode(data[proof - 1 : proof], ends=False)
    assert str(caught.value) == words


@pytest.mark.parametrize("data", [b"a\xc3", b"a\xe2\x82", b"a\xf0\x9f\x98"])
def test_text_that_ends_inside_a_character(data):
    """F20 (5.6)."""
    decoder = TextDecoder()
    assert decoder.decode(data, ends=False) == "a"
    with pytest.raises(BadText, match="unexpected end of data at position 1"):
        decoder.decode(b"", ends=True)


def test_next_message_begins_anew():
    decoder = TextDecoder()
    decoder.decode(b"abc\xc3", ends=False)
    decoder.reset()
    with pytest.raises(BadText, match="at position 1"):
        decoder.decode(b"a\xa9", ends=True)
