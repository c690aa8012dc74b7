"""Are sections, close codes and the two sides written as people read them?"""

from __future__ import annotations

import pytest

from framescope.analysis.terms import close_words, is_good, peer_of, section_address, section_sign, this_side
from helpers.scripted import Script


def test_sections_are_written_and_linked() -> None:
    assert section_sign("RFC 6455 5.1") == "RFC 6455 §5.1"
    assert section_sign("5.1") == "§5.1"
    assert section_address("RFC 7692 7.2.2") == "https://www.rfc-editor.org/rfc/rfc7692#section-7.2.2"


@pytest.mark.parametrize(
    ("code", "words", "good"),
    [
        (1000, "1000 OK", True),
        (1001, "1001 going away", True),
        (1005, "no code", True),
        (1006, "1006 abnormal closure [internal]", False),
        (1011, "1011 internal error", False),
        (3000, "3000 registered", False),
        (4999, "4999 private use", False),
        (2000, "2000 unknown", False),
        (None, "no code", False),
    ],
)
def test_close_codes(code: int | None, words: str, good: bool) -> None:
    assert (close_words(code), is_good(code)) == (words, good)


def test_the_sides_are_named_by_role() -> None:
    script = Script()
    script.connection()
    story = script.trace().story
    assert (this_side(story), peer_of(story)) == ("client", "server")
    script.connection(role="server", on=2)
    other = script.trace(2).story
    assert (this_side(other), peer_of(other)) == ("server", "client")
