"""What of that which passed while a pong was awaited stood in its way?"""

from __future__ import annotations

import pytest

from framescope.engine.frames import Opcode
from helpers.ends import causes, gave_up, judged, missed, opened, pinged, waiting
from helpers.scripted import Script

BULK = bytes(70_000)


def streamed(*, until: float, pong: float, step: float = 0.5) -> Script:
    """Bulk from 30 s to `until`, and the late pong."""
    script = waiting()
    gave_up(script, 50)
    for place in range(int((until - 30) / step)):
        script.received(Opcode.BINARY, bytes(10_000), at=30 + step * (place + 1))
    script.pong(b"last", at=pong)
    return script


@pytest.mark.parametrize(
    ("size", "seconds", "is_bulk"),
    [
        (70_000, 20, True),
        (65_536, 20, True),
        (65_535, 20, False),
        (8_192, 0.5, True),
        (8_191, 0.5, False),
        (8_192, 0.51, False),
    ],
)
def test_bulk_is_much_or_for_a_short_wait_quick(size: int, seconds: float, is_bulk: bool) -> None:
    script = opened()
    script.knob("ping_timeout", 20, seconds, at=2)
    pinged(script, 10, 20)
    missed(script, 30, 30 + seconds)
    script.received(Opcode.BINARY, bytes(size), at=30 + 0.9 * seconds)
    gave_up(script, 30 + seconds)
    assert (causes(judged(script))[0] == ("pong_behind_bulk", "likely")) is is_bulk


def test_frames_that_were_on_their_way_are_no_sign_of_life() -> None:
    script = opened()
    for second in range(2, 30):
        script.received(Opcode.TEXT, b"tick", at=second)
    missed(script, 30, 50)
    script.received(Opcode.TEXT, b"tick", at=30.1)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found)[0] == ("silence", "likely")
    assert not any("Dead path" in item.title for item in found.ruled_out)


def test_a_peer_that_pauses_for_long_at_times_may_be_alive() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"tick", at=3)
    script.received(Opcode.TEXT, b"tick", at=29)
    missed(script, 30, 50)
    script.received(Opcode.TEXT, b"tick", at=31)
    gave_up(script, 50)
    assert causes(judged(script)) == [("pong_never", "likely")]


def test_a_pong_directly_behind_a_steady_stream_queued_behind_it() -> None:
    found = judged(streamed(until=55, pong=55.01))
    assert causes(found) == [("pong_behind_bulk", "likely"), ("pong_late", "possible")]
    assert found.causes[0].evidence.startswith(
        "488 KiB in 50 frames came before the pong, 20 KiB/s. The pong came 5.01 s"
    )
    assert found.causes[0].evidence.endswith("The pong came directly behind a frame of it.")


def test_a_pong_apart_from_the_stream_is_not_said_to_be_behind_it() -> None:
    found = judged(streamed(until=55, pong=55.1))
    assert causes(found)[0] == ("pong_behind_bulk", "likely")
    assert "directly" not in found.causes[0].evidence


def test_a_pong_long_behind_the_end_of_the_data_was_late_by_itself() -> None:
    assert causes(judged(streamed(until=40, pong=55.0))) == [("pong_late", "likely"), ("pong_behind_bulk", "possible")]


def test_one_large_frame_explains_the_time_that_it_took() -> None:
    """It is whole only after the deadline."""
    script = waiting()
    gave_up(script, 50)
    script.received(Opcode.BINARY, bytes(900_000), at=55)
    script.pong(b"last", at=55.01)
    assert causes(judged(script))[0] == ("pong_behind_bulk", "likely")
    script = waiting()
    gave_up(script, 50)
    script.received(Opcode.BINARY, bytes(900_000), at=55)
    assert causes(judged(script)) == [("pong_behind_bulk", "likely"), ("pong_never", "possible")]
