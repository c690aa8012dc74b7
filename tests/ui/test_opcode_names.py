"""Tests of names and colour tokens."""

from __future__ import annotations

import pytest

from framescope.engine.frames import Opcode
from framescope.ui.opcode_names import EVENT, opcode_name, opcode_token
from framescope.ui.theme import Look


@pytest.mark.parametrize("opcode", [*map(int, Opcode), EVENT, 3, 15])
def test_every_opcode_has_a_name_and_a_colour_of_the_theme(look: Look, opcode: int) -> None:
    assert opcode_name(opcode)
    assert look.color(opcode_token(opcode)).isValid()


def test_a_reserved_opcode_is_an_error() -> None:
    assert opcode_name(3) == "Reserved 0x3"
    assert opcode_token(3) == "err"
    assert opcode_token(Opcode.PING) == "ping"
