"""What does the byte stream say, in which order? RELIABILITY F13, F14, F15, F22, F23, V2, V3 (RFC 6455 5.4, 8.1)."""

from __future__ import annotations

import time

import pytest

from framescope.engine.deflate import Deflater, Inflater
from framescope.engine.errors import Violation
from framescope.engine.events import Event, LateFrame, Part, PartialFrame
from framescope.engine.frames import FIN, RSV1, Frame, Opcode, serialise
from framescope.engine.inbox import PART
from framescope.engine.receiving import Receiver
from framescope.engine.settings import Limits

KEY = b"\x37\xfa\x21\x3d"
TEXT, BINARY, CONTINUATION, PING, PONG = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION, Opcode.PING, Opcode.PONG


class Reading:
    """A receiver and what it has said: events, and answers it waits for, in one list."""

    def __init__(self, *, limits: Limits | None = None, is_compressed: bool = False, is_masked: bool = False) -> None:
        inflater = Inflater(15, is_reset=False) if is_compressed else None
        self.receiver = Receiver(limits or Limits(), inflater, masked=is_masked, offset=0)
        self.said: list[Event | Violation] = []
        self.answers: list[Frame | Violation] = []
        self.is_late = False

    def read(self, *reads: bytes) -> Reading:
        for data in reads:
            answer = self.receiver.read(data, self.said, is_late=self.is_late)
            while answer is not None:
                self.answers.append(answer)
                if isinstance(answer, Violation):
                    self.said.append(answer)
                answer = self.receiver.proceed(self.said, is_late=self.is_late)
        return self


def kinds(said: list[Event | Violation]) -> str:
    return " ".join(type(event).__name__ for event in said)


def bytewise(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


@pytest.mark.parametrize("cut", [lambda data: [data], bytewise], ids=["whole", "byte by byte"])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(serialise(0x81, b"a", None), "Frame Part", id="5.6: one message"),
        pytest.param(
            serialise(0x01, b"a", None) + serialise(0x89, b"ping", None) + serialise(0x80, b"b", None),
            "Frame Part Frame Frame Part",
            id="F13 5.4: a ping between two fragments",
        ),
        pytest.param(
            serialise(0x01, b"a", None) + serialise(0x81, b"b", None) + serialise(0x80, b"c", None),
            "Frame Part Violation Frame Frame",
            id="F16 5.4: the violation, then its frame; frames go on as evidence",
        ),
        pytest.param(serialise(0x80, b"a", None), "Violation Frame", id="F15 5.4: known by the header"),
        pytest.param(serialise(0x81, b"a\xff", None), "Violation Frame", id="F22 8.1: known by the payload"),
        pytest.param(
            serialise(0x83, b"", None) + serialise(0x81, b"a", None), "Violation Frame", id="F8 5.2: the last frame"
        ),
        pytest.param(
            serialise(0x82, bytes(PART + 1), None),
            "Part Part Frame",
            id="5.2: the parts of a large frame, then the frame",
        ),
        pytest.param(
            serialise(0x81, b"a" * PART + b"\xff", None), "Part Violation Frame", id="F22 8.1: in a large frame"
        ),
        pytest.param(
            serialise(0x01, b"a", None) + serialise(0x81, bytes(PART + 1), None),
            "Frame Part Violation Frame",
            id="F16 5.4: a large frame is told without its parts",
        ),
    ],
)
def test_order_of_what_is_told(data, expected, cut):
    assert kinds(Reading().read(*cut(data)).said) == expected


def test_control_frames_are_answered_in_their_place():
    """F13 (5.4): what is behind a ping is not told before it was answered."""
    reading = Reading()
    receiver, said = reading.receiver, reading.said
    data = serialise(0x89, b"1", None) + serialise(0x81, b"a", None) + serialise(0x88, b"", None)
    ping = receiver.read(data, said, is_late=False)
    assert isinstance(ping, Frame)
    assert said == [ping]
    close = receiver.proceed(said, is_late=False)
    assert isinstance(close, Frame)
    assert close.opcode == Opcode.CLOSE
    assert kinds(said) == "Frame Frame Part Frame"
    assert receiver.proceed(said, is_late=False) is None


def test_ping_inside_a_compressed_fragmented_message():
    """F14 (5.4, 7692)."""
    deflater = Deflater(15, is_reset=False)
    data = (
        serialise(RSV1 | TEXT, deflater.deflate(b"Hel", ends=False), None)
        + serialise(0x89, b"", None)
        + serialise(FIN, deflater.deflate(b"lo", ends=True), None)
    )
    for reads in ([data], bytewise(data)):
        reading = Reading(is_compressed=True).read(*reads)
        assert kinds(reading.said) == "Frame Part Frame Frame Part"
        assert "".join(part.text or "" for part in reading.said if isinstance(part, Part)) == "Hello"


@pytest.mark.parametrize("key", [None, KEY])
def test_text_fails_with_the_byte_that_proves_it(key):
    """F22 (8.1): not at the frame's end."""
    data = serialise(0x81, "aé".encode() + b"\xf4\x90" + b"x" * 300, key)
    reading = Reading(is_masked=key is not None)
    proof = len(data) - 300
    reading.read(*bytewise(data[: proof - 1]))
    assert reading.said == []
    reading.read(data[proof - 1 : proof])
    (fault,) = reading.said
    assert isinstance(fault, Violation)
    assert (fault.code, fault.reason, fault.offset) == (1007, "invalid continuation byte at position 3", 0)
    reading.read(data[proof:])
    assert kinds(reading.said) == "Violation Frame"


def test_text_in_a_later_fragment_fails_with_its_byte():
    """F22 (8.1): the place counts from the message's beginning."""
    data = serialise(0x01, b"abc\xc3", None) + serialise(0x80, b"(defg", None)
    reading = Reading().read(data[:-4])
    assert kinds(reading.said) == "Frame Part Violation"
    assert reading.answers[0].reason == "invalid continuation byte at position 3"


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("first", [0x81, 0x82])
@pytest.mark.parametrize("size", [600, 1400])
def test_message_over_several_reads_waits_until_it_is_whole(key, first, size):
    """V3: what goes on with its beginning is kept, and judged where it can be wrong."""
    texts = ["a" * 3000 + "é" + "b" * 2000, "é" * 1500 + "c" * 2500, "d" * 4100]
    data = b"".join(serialise(first, text.encode(), key) for text in texts)
    reading = Reading(is_masked=key is not None)
    reading.read(*(data[start : start + size] for start in range(0, len(data), size)))
    assert reading.said == Reading(is_masked=key is not None).read(data).said
    assert [event.payload.decode() for event in reading.said if isinstance(event, Part)] == texts


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("place", [0, 590, 597, 598, 599, 600, 1200, 1795, 2400])
@pytest.mark.parametrize("fault", [b"\xff", b"\xc3(", b"\xed\xa0\x80"], ids=["no byte of UTF-8", "cut", "surrogate"])
def test_text_over_several_reads_fails_with_the_read_that_proves_it(key, place, fault):
    """F22 (8.1): not at the frame's end, however the fault lies between the reads."""
    data = serialise(0x81, b"a" * place + fault + b"b" * 3000, key)
    header = len(data) - place - len(fault) - 3000
    proof = header + place + min(len(fault), 2)  # where the byte that proves it has come
    reading = Reading(is_masked=key is not None)
    for start in range(0, len(data), 600):
        is_proved = start + 600 >= proof
        reading.read(data[start : start + 600])
        assert [isinstance(said, Violation) for said in reading.said[:1]] == ([True] if is_proved else [])
    assert kinds(reading.said) == "Violation Frame"


def test_text_of_a_large_frame_is_the_same_however_it_comes():
    text = "é€😀" * 20_000
    data = serialise(0x81, text.encode(), KEY)
    reference = Reading(is_masked=True).read(data).said
    for size in (7_777, 65_536, 100_000):
        cut = [data[i : i + size] for i in range(0, len(data), size)]
        assert Reading(is_masked=True).read(*cut).said == reference
    parts = [event for event in reference if isinstance(event, Part)]
    assert "".join(part.text or "" for part in parts) == text
    assert [len(part.payload) for part in parts[:-1]] == [PART] * (len(parts) - 1)


def test_what_comes_late_is_seen_and_has_no_parts():
    """F23 (7.1.7): only pongs are handed on, so that their round trip is known."""
    reading = Reading()
    reading.is_late = True
    data = b"".join(serialise(first, b"a", None) for first in (0x81, 0x01, 0x89, 0x8A, 0x88, 0x83))
    reading.read(data)
    assert kinds(reading.said) == " ".join(["LateFrame"] * 6)
    assert [answer.opcode for answer in reading.answers] == [PONG]


def test_pong_that_broke_a_rule_answers_nothing():
    """F12 (5.5): it is told as the faulty frame, and goes to nobody."""
    reading = Reading()
    reading.read(serialise(0x0A, b"a", None))
    assert kinds(reading.said) == "Violation Frame"
    assert [type(answer).__name__ for answer in reading.answers] == ["Violation"]


def test_frame_that_broke_the_rule_is_not_late():
    reading = Reading()
    data = serialise(0x80, b"abc", None)
    reading.read(data[:3])
    assert kinds(reading.said) == "Violation"
    reading.is_late = True
    reading.read(data[3:] + serialise(0x82, b"x", None))
    assert kinds(reading.said) == "Violation Frame LateFrame"
    late = reading.said[-1]
    assert isinstance(late, LateFrame)
    assert late.frame.offset == len(data)


def test_late_text_is_not_judged():
    reading = Reading()
    reading.read(b"\x81\x05ab")
    reading.is_late = True
    reading.read(b"\xff")
    assert reading.said == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", None, id="nothing under way"),
        pytest.param(b"\x81", None, id="not even a header"),
        pytest.param(
            serialise(0x81, b"abcd", KEY)[:-1], PartialFrame(Frame(0x81, b"abc", KEY, 6, 4, 0), False, 9), id="small"
        ),
        pytest.param(
            serialise(0x82, bytes(PART + 9), KEY)[: PART + 18],
            PartialFrame(Frame(0x82, b"", KEY, 14, PART + 9, 0), False, PART + 18),
            id="a large one was handed on in parts",
        ),
    ],
)
def test_frame_under_way_at_the_end(data, expected):
    assert Reading(is_masked=True).read(data).receiver.partial() == expected


def test_fragments_without_an_end():
    """V2: empty fragments fail with 1009 at the limit, in linear time."""
    start = time.process_time()
    reading = Reading().read(b"\x01\x00" + b"\x00\x00" * 140_000)
    assert time.process_time() - start < 10.0
    (fault,) = reading.answers
    assert isinstance(fault, Violation)
    assert (fault.code, fault.offset) == (1009, 2 * 131_072)


@pytest.mark.parametrize("first", [0x81, 0x82])
def test_frame_that_comes_byte_by_byte(first):
    """V3: linear, and never more than a part for every 64 KiB."""

    def seconds(size: int) -> float:
        data = serialise(first, b"a" * size, KEY)
        reads = bytewise(data)
        reading = Reading(is_masked=True)
        start = time.process_time()
        reading.read(*reads)
        spent = time.process_time() - start
        assert len(reading.said) <= size // PART + 2
        return spent

    # 2 is linear, 4 quadratic; the rest is noise of a busy machine, which more tries make small.
    small, large = [seconds(2 * PART)], [seconds(4 * PART)]
    while min(large) >= 3.0 * min(small) and len(small) < 6:
        small.append(seconds(2 * PART))
        large.append(seconds(4 * PART))
    assert min(large) < 3.0 * min(small)


def test_limit_of_the_fast_way_is_that_of_the_message():
    """F24 (10.4)."""
    for limits in (Limits(max_message=3), Limits(max_message=None), Limits(max_fragment=3)):
        said = kinds(Reading(limits=limits).read(serialise(0x81, b"abcd", None)).said)
        assert said == ("Frame Part" if limits == Limits(max_message=None) else "Violation Frame")


def test_buffer_that_is_used_again_does_no_harm():
    buffer = bytearray(serialise(0x82, b"abc", None) + serialise(0x82, b"def", None))
    reading = Reading().read(memoryview(buffer)[:7])
    buffer[:7] = bytes(7)
    reading.read(memoryview(buffer)[7:])
    assert [event.payload for event in reading.said if isinstance(event, Frame)] == [b"abc", b"def"]
