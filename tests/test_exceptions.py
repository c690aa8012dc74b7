"""Do the exceptions stand where a program written for `websockets` looks for them?"""

from __future__ import annotations

import websockets.exceptions

from framescope import exceptions


def test_it_has_every_exception_of_websockets_and_no_more() -> None:
    assert set(exceptions.__all__) == set(websockets.exceptions.__all__)
    for name in exceptions.__all__:
        assert issubclass(getattr(exceptions, name), exceptions.WebSocketException)
