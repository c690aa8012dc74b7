"""Are the API's types those of `websockets`?"""

from __future__ import annotations

import pytest
import websockets
from websockets import typing as theirs

from framescope.net import types as ours


@pytest.mark.parametrize("name", ["Data", "BytesLike", "DataLike", "LoggerLike", "PathLike", "StatusLike"])
def test_the_same_kinds_are_taken(name: str) -> None:
    assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize("name", ["Origin", "Subprotocol", "ExtensionName"])
def test_the_same_names_stand_for_text(name: str) -> None:
    mine = getattr(ours, name)
    assert mine("x") == "x"
    assert (mine.__name__, mine.__supertype__) == (name, getattr(theirs, name).__supertype__)


def test_an_extension_has_parameters() -> None:
    assert ours.ExtensionParameter == theirs.ExtensionParameter


def test_the_sides_have_the_same_numbers() -> None:
    assert {side.name: side.value for side in ours.Side} == {side.name: side.value for side in websockets.Side}
