"""How does a program turn a knob of its connection? By assigning it; what no clock can tell apart is rounded."""

from __future__ import annotations

from typing import Protocol

from framescope.engine.settings import LARGEST, SMALLEST
from framescope.net.driver import Driver


class HasDriver(Protocol):
    """A connection."""

    driver: Driver


class KnobAttribute:
    """A timeout of the running connection, in seconds: assigning it turns the knob, at any time."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, connection: HasDriver, owner: type | None = None) -> float | None:
        value: float | None = getattr(connection.driver.engine.timeouts, self._name)
        return value

    def __set__(self, connection: HasDriver, value: float | None) -> None:
        connection.driver.turn(self._name, within_reach(value))


def within_reach(value: float | None) -> float | None:
    """Return the nearest value (s) that a knob can take: `websockets` lets a program write 0, or a year.

    What is no number of seconds, or less than none, stays, to be refused.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return SMALLEST if 0 <= value < SMALLEST else LARGEST if value > LARGEST else value
