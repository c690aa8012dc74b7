"""Is the time without a message that of data frames alone, and only while the connection was OPEN?"""

from __future__ import annotations

from framescope.analysis.diagnosis.silences import silence_of
from framescope.engine.frames import Opcode
from helpers.ends import facts_of, opened, pinged


def test_pings_are_no_messages() -> None:
    script = opened()
    pinged(script, 3, 6)
    script.received(Opcode.TEXT, b"tick", at=8)
    script.sent(Opcode.BINARY, b"tock", at=10)
    pinged(script, 12, 14)
    script.ended("fin", at=15)
    assert silence_of(facts_of(script)) == (True, 5.0, 7.0)


def test_a_connection_without_messages() -> None:
    script = opened()
    pinged(script, 3, 6)
    script.ended("fin", at=15)
    assert silence_of(facts_of(script)) == (False, 14.0, 0.0)
