"""Is the call that the knobs stand for valid Python, marked where it differs, and broken where room ends?"""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.settings import KNOB_NAMES, LARGEST, SMALLEST
from framescope.ui.knobs.code import lines, python

DEFAULTS: dict[str, float | None] = {
    "open_timeout": 10.0,
    "ping_interval": 20.0,
    "ping_timeout": 20.0,
    "close_timeout": 10.0,
}
seconds = st.none() | st.floats(SMALLEST, LARGEST).map(lambda value: float(f"{value:.3g}"))


def texts(values: dict[str, float | None], width: int) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines(values, lambda text: len(text) <= width)]


def test_the_defaults_read_as_in_the_librarys_manual() -> None:
    assert python(DEFAULTS) == (
        "connect(uri, open_timeout=10, ping_interval=20,\n        ping_timeout=20, close_timeout=10)"
    )


@given(st.fixed_dictionaries(dict.fromkeys(KNOB_NAMES, seconds)))
def test_what_is_copied_says_exactly_these_values(values: dict[str, float | None]) -> None:
    call = ast.parse(python(values), mode="eval").body
    assert isinstance(call, ast.Call)
    assert {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords} == values


def test_with_room_two_lines_are_painted_as_they_are_copied() -> None:
    assert "\n".join(texts(DEFAULTS, 50)) == python(DEFAULTS)


def test_without_room_every_argument_has_a_line() -> None:
    assert texts(DEFAULTS, 30) == [
        "connect(uri, open_timeout=10,",
        "        ping_interval=20,",
        "        ping_timeout=20,",
        "        close_timeout=10)",
    ]


def test_only_what_was_changed_is_marked() -> None:
    shown = lines({**DEFAULTS, "ping_interval": 5.0, "close_timeout": None}, lambda _: True)
    assert [piece.text for line in shown for piece in line if piece.is_changed] == [
        "ping_interval=5",
        "close_timeout=None",
    ]
