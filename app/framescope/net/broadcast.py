"""How does one message go to many connections at once? Without waiting for any of them."""

from __future__ import annotations

import traceback
from collections.abc import Iterable

from framescope.engine.errors import ConcurrencyError
from framescope.engine.state import State
from framescope.net.connection import Connection
from framescope.net.outlet import opcode_of, payload_of
from framescope.net.types import DataLike


def broadcast(
    connections: Iterable[Connection], message: DataLike, *, text: bool | None = None, raise_exceptions: bool = False
) -> None:
    """Send a message to every open connection, however much waits to be written there; `text` as in `send`.

    A connection that sends a fragmented message, or fails, is left out and logged; with `raise_exceptions` an
    ExceptionGroup is raised at the end. TypeError for what cannot be sent.
    """
    if not isinstance(message, DataLike):
        raise TypeError("data must be str or bytes")
    opcode, payload = opcode_of(message, text), payload_of(message)
    failures: list[Exception] = []
    for connection in connections:
        if connection.state is not State.OPEN:
            continue
        if connection.outlet.is_fragmenting:
            failures.append(ConcurrencyError("sending a fragmented message"))
            _skipped(connection, "sending a fragmented message", is_silent=raise_exceptions)
            continue
        try:
            connection.outlet.push(opcode, payload)
        except Exception as error:  # noqa: BLE001 - whatever one connection does, the others get theirs
            failure = RuntimeError("failed to write message")
            failure.__cause__ = error
            failures.append(failure)
            words = traceback.format_exception_only(error)[0].strip()
            _skipped(connection, f"failed to write message: {words}", is_silent=raise_exceptions)
    if raise_exceptions and failures:
        raise ExceptionGroup("skipped broadcast", failures)


def _skipped(connection: Connection, why: str, *, is_silent: bool) -> None:
    if not is_silent:
        connection.logger.warning("skipped broadcast: %s", why)
