"""Are the exceptions for headers those of errors.py, and do they say what is wrong?"""

from __future__ import annotations

import pytest
from websockets import exceptions as theirs

from framescope.engine import errors, header_errors

SHARED = [
    ("InvalidHeader", ("Host",)),
    ("InvalidHeader", ("Host", "")),
    ("InvalidHeader", ("Host", "x")),
    ("InvalidHeaderFormat", ("Host", "expected token", "é", 0)),
    ("InvalidHeaderValue", ("Sec-WebSocket-Key", "x")),
    ("InvalidOrigin", (None,)),
    ("InvalidUpgrade", ("Upgrade", "h2c")),
]


@pytest.mark.parametrize(("name", "arguments"), SHARED)
def test_words(name, arguments):
    mine = getattr(header_errors, name)
    assert mine is getattr(errors, name)
    assert issubclass(mine, errors.InvalidHandshake)
    assert str(mine(*arguments)) == str(getattr(theirs, name)(*arguments))
