"""Does an end have the cause that `websockets` chains, the first one?"""

from __future__ import annotations

import pytest

from framescope.engine.errors import PayloadTooBig, ProtocolError, TooManyFragments, Violation
from framescope.engine.events import Ended, Ending, PartialFrame, Which
from framescope.engine.frames import Frame
from framescope.engine.settings import Limits
from framescope.net.cause import Cause


def ended(ending: Ending = Ending.FIN, which: Which | None = None) -> Ended:
    return Ended(ending, "ConnectionClosedError", "no close frame received or sent", 1006, "", None, None, which, True)


@pytest.mark.parametrize(
    ("code", "reason", "kind", "words"),
    [
        (1002, "invalid opcode", ProtocolError, "invalid opcode"),
        (1007, "decompression failed", ProtocolError, "decompression failed"),
        (
            1007,
            "invalid start byte at position 3",
            UnicodeDecodeError,
            "'utf-8' codec can't decode bytes in position 3-3: invalid start byte",
        ),
        (1009, "frame exceeds limit of 9 bytes", PayloadTooBig, "frame exceeds limit of 9 bytes"),
        (1009, "too many fragments", TooManyFragments, "fragmented message exceeds limit of 7 frames"),
    ],
)
def test_a_violation(code: int, reason: str, kind: type[Exception], words: str) -> None:
    cause = Cause(Limits(max_fragments=7))
    cause.violated(Violation("rule", "RFC 6455 5.2", 0, code, reason))
    cause.ended(ended(), OSError("later"))
    assert type(cause.error) is kind
    assert str(cause.error) == words


@pytest.mark.parametrize(
    ("which", "words"),
    [(Which.PONG, "timed out waiting for keepalive pong"), (Which.CLOSE, "timed out while closing connection")],
)
def test_a_deadline(which: Which, words: str) -> None:
    cause = Cause(Limits())
    cause.ended(ended(Ending.DEADLINE, which), None)
    assert isinstance(cause.error, TimeoutError)
    assert str(cause.error) == words


def test_the_end_of_the_stream_between_frames_and_inside_one() -> None:
    between, inside = Cause(Limits()), Cause(Limits())
    between.ended(ended(), None)
    inside.cut(PartialFrame(Frame(0x81, b"ab", None, 2, 10, 0), False, 4))
    inside.ended(ended(), None)
    assert [str(cause.error) for cause in (between, inside)] == [
        "unexpected end of stream",
        "stream ended after 4 of 12 bytes of a frame",
    ]
    assert isinstance(inside.error, EOFError)


def test_what_broke_the_stream_and_an_end_without_a_cause() -> None:
    broken, closed = Cause(Limits()), Cause(Limits())
    error = ConnectionResetError()
    broken.ended(ended(Ending.RESET), error)
    broken.note(ValueError("later"))
    closed.ended(ended(Ending.CLOSE_FRAMES), None)
    assert (broken.error, closed.error) == (error, None)
