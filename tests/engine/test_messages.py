"""RELIABILITY F13 to F16, F20 to F22, F24, D9, D10, V2 (RFC 6455 5.4, 5.6, 8.1, 10.4): which frames make a message?"""

from __future__ import annotations

import tracemalloc

import pytest

from framescope.engine.deflate import Deflater, Inflater
from framescope.engine.errors import Violation
from framescope.engine.events import Part
from framescope.engine.frames import FIN, RSV1, Frame, Opcode
from framescope.engine.masking import apply_mask
from framescope.engine.messages import Assembler
from framescope.engine.settings import Limits

TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION


def frame(first: int, payload: bytes = b"", offset: int = 7) -> Frame:
    return Frame(first, payload, None, 2, len(payload), offset)


def assemble(*frames: tuple[int, bytes], limits: Limits | None = None, is_compressed: bool = False):
    """Return the parts, up to and with the first violation."""
    assembler = Assembler(limits or Limits(), Inflater(15, is_reset=False) if is_compressed else None)
    found: list[Part | Violation] = []
    for first, payload in frames:
        whole = frame(first, payload)
        found.append(assembler.start(whole) or assembler.take(whole, payload, ends=True))
        if isinstance(found[-1], Violation):
            break
    return found


@pytest.mark.parametrize(
    ("frames", "parts"),
    [
        pytest.param([(FIN | TEXT, b"a")], [Part(TEXT, b"a", "a", True, True)], id="F15 5.4: one frame"),
        pytest.param([(FIN | BINARY, b"")], [Part(BINARY, b"", None, True, True)], id="F15 5.4: an empty one"),
        pytest.param(
            [(TEXT, b"a"), (CONTINUATION, b""), (FIN, b"b"), (FIN | BINARY, b"c")],
            [
                Part(TEXT, b"a", "a", True, False),
                Part(TEXT, b"", "", False, False),
                Part(TEXT, b"b", "b", False, True),
                Part(BINARY, b"c", None, True, True),
            ],
            id="F15 5.4: fragments, an empty one among them",
        ),
        pytest.param(
            [(TEXT, b"\xe2\x82"), (FIN, b"\xac")],
            [Part(TEXT, b"\xe2\x82", "", True, False), Part(TEXT, b"\xac", "€", False, True)],
            id="F20 5.6: a character over two fragments",
        ),
        pytest.param(
            [(FIN | TEXT, b"\xef\xbb\xbfa")], [Part(TEXT, b"\xef\xbb\xbfa", "\ufeffa", True, True)], id="F21: BOM"
        ),
    ],
)
def test_message(frames, parts):
    assert assemble(*frames) == parts


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        pytest.param(
            [(FIN, b"a")], ("RFC 6455 5.4", 1002, "unexpected continuation frame"), id="F15 5.4: nothing to continue"
        ),
        pytest.param(
            [(FIN | TEXT, b"a"), (CONTINUATION, b"")],
            ("RFC 6455 5.4", 1002, "unexpected continuation frame"),
            id="F15 5.4: the message has ended",
        ),
        pytest.param(
            [(TEXT, b"a"), (FIN | TEXT, b"b")],
            ("RFC 6455 5.4", 1002, "expected a continuation frame"),
            id="F16 5.4: interleaved",
        ),
        pytest.param(
            [(TEXT, b""), (FIN | BINARY, b"b")],
            ("RFC 6455 5.4", 1002, "expected a continuation frame"),
            id="F15 5.4: behind an empty first fragment",
        ),
        pytest.param(
            [(FIN | TEXT, b"ab\xff")],
            ("RFC 6455 8.1", 1007, "invalid start byte at position 2"),
            id="F22 8.1: one frame",
        ),
        pytest.param(
            [(TEXT, b"ab"), (CONTINUATION, b"c\xc3"), (CONTINUATION, b"(")],
            ("RFC 6455 8.1", 1007, "invalid continuation byte at position 3"),
            id="F22 8.1: before FIN, place in the message",
        ),
        pytest.param(
            [(TEXT, b"ab\xc3"), (FIN, b"")],
            ("RFC 6455 8.1", 1007, "unexpected end of data at position 2"),
            id="F20 5.6: message ends inside a character",
        ),
    ],
)
def test_frames_that_make_no_message(frames, expected):
    found = assemble(*frames)
    fault = found[-1]
    assert isinstance(fault, Violation)
    assert (fault.section, fault.code, fault.reason) == expected
    assert fault.offset == 7
    assert len(found) == len(frames)


@pytest.mark.parametrize("size", [9, 10])
@pytest.mark.parametrize("cut", [0, 4])
def test_message_up_to_the_limit(size, cut):
    """F24 (10.4), RELIABILITY 6: limit - 1 and limit."""
    frames = [(BINARY, bytes(cut)), (FIN, bytes(size - cut))] if cut else [(FIN | BINARY, bytes(size))]
    found = assemble(*frames, limits=Limits(max_message=10))
    assert sum(len(part.payload) for part in found) == size


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        pytest.param([(FIN | BINARY, bytes(11))], "frame with 11 bytes exceeds limit of 10 bytes", id="F24: one frame"),
        pytest.param(
            [(BINARY, bytes(4)), (FIN, bytes(7))],
            "frame with 7 bytes after reading 4 bytes exceeds limit of 10 bytes",
            id="F24: fragments",
        ),
    ],
)
def test_message_over_the_limit_fails_by_its_header(frames, reason):
    """F24 (10.4), V4: limit + 1, known before the payload comes."""
    assembler = Assembler(Limits(max_message=10), None)
    for first, payload in frames[:-1]:
        assembler.start(frame(first, payload))
        assembler.take(frame(first, payload), payload, ends=True)
    fault = assembler.start(frame(*frames[-1]))
    assert fault == Violation(f"message too big: {reason}", "RFC 6455 10.4", 7, 1009, reason)


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize(("size", "is_taken"), [(9, True), (10, True), (11, False)])
def test_each_fragment_up_to_its_own_limit(size, is_taken, is_compressed):
    """RELIABILITY 6: `max_size=(message, fragment)`, at limit - 1, limit and limit + 1, after inflating."""
    first, last = compressed(bytes(10), bytes(size)) if is_compressed else (bytes(10), bytes(size))
    bits = RSV1 if is_compressed else 0
    for bound in (None, 100):
        limits = Limits(max_message=bound, max_fragment=10)
        found = assemble((bits | BINARY, first), (FIN, last), limits=limits, is_compressed=is_compressed)
        assert len(found) == 2
        assert isinstance(found[-1], Part) is is_taken
    if not is_taken:
        with_size = "" if is_compressed else " with 11 bytes"
        assert found[-1].reason == f"frame{with_size} after reading 10 bytes exceeds limit of 20 bytes"


def test_the_smaller_of_both_limits_counts():
    fault = assemble((BINARY, bytes(10)), (FIN, bytes(5)), limits=Limits(max_message=14, max_fragment=10))[-1]
    assert fault.reason == "frame with 5 bytes after reading 10 bytes exceeds limit of 14 bytes"


def test_no_limit():
    limits = Limits(max_message=None)
    assert len(assemble((FIN | BINARY, bytes(11)), limits=limits)) == 1
    message = Deflater(15, is_reset=False).deflate(bytes(99), ends=True)
    (part,) = assemble((FIN | RSV1 | BINARY, message), limits=limits, is_compressed=True)
    assert part.payload == bytes(99)


@pytest.mark.parametrize("payload", [b"a", b""])
def test_fragments_are_counted_empty_ones_too(payload):
    """V2, RELIABILITY 6: limit - 1, limit, limit + 1."""
    limits = Limits(max_fragments=3)
    for count in (2, 3):
        frames = [(BINARY, payload)] + [(CONTINUATION, payload)] * (count - 2) + [(FIN, payload)]
        assert all(isinstance(part, Part) for part in assemble(*frames, limits=limits))
    fault = assemble((BINARY, payload), *[(CONTINUATION, payload)] * 3, limits=limits)[-1]
    assert fault == Violation("message of over 3 fragments", "RFC 6455 10.4", 7, 1009, "too many fragments")
    # The next message begins to count anew.
    assert isinstance(
        assemble((BINARY, b""), (CONTINUATION, b""), (FIN, b""), (FIN | BINARY, b""), limits=limits)[-1], Part
    )


@pytest.mark.parametrize("payload", [b"a", b""])
def test_fragments_without_an_end_cost_nothing(payload):
    """V2: fragments without an end fail at the limit, and nothing is kept of them."""
    assert Limits().max_fragments == 131_072
    assembler = Assembler(Limits(max_fragments=10_000), None)
    assembler.start(frame(TEXT, payload))
    assembler.take(frame(TEXT, payload), payload, ends=True)
    next_one = frame(CONTINUATION, payload)
    count = 1
    tracemalloc.start()
    try:
        while assembler.start(next_one) is None:
            assembler.take(next_one, payload, ends=True)
            count += 1
        assert tracemalloc.get_traced_memory()[1] < 20_000
    finally:
        tracemalloc.stop()
    assert count == 10_000


def compressed(*texts: bytes) -> list[bytes]:
    deflater = Deflater(15, is_reset=False)
    return [deflater.deflate(text, ends=place == len(texts) - 1) for place, text in enumerate(texts)]


def test_compressed_message_in_fragments():
    """D9 (7692-6): RSV1 on the first one only."""
    first, last = compressed(b"Hel", b"lo")
    parts = assemble((RSV1 | TEXT, first), (FIN, last), is_compressed=True)
    assert parts == [Part(TEXT, b"Hel", "Hel", True, False), Part(TEXT, b"lo", "lo", False, True)]


def test_uncompressed_messages_stay_legal():
    """D10 (7692-6), between two compressed ones that share a window."""
    deflater = Deflater(15, is_reset=False)
    first, second = (deflater.deflate(b"Hello", ends=True) for _ in range(2))
    frames = [(FIN | RSV1 | TEXT, first), (FIN | TEXT, b"plain"), (FIN | RSV1 | TEXT, second)]
    assert [part.text for part in assemble(*frames, is_compressed=True)] == ["Hello", "plain", "Hello"]


@pytest.mark.parametrize(
    ("frames", "limits", "expected"),
    [
        pytest.param(
            [(RSV1 | TEXT, b""), (FIN | RSV1, b"")],
            Limits(),
            ("RFC 7692 6.1", 1002, "reserved bits must be 0"),
            id="D9 7692-6.1: RSV1 on a continuation",
        ),
        pytest.param(
            [(FIN | RSV1 | TEXT, b"\x07")],
            Limits(),
            ("RFC 7692 7.2.2", 1007, "decompression failed"),
            id="D12 7692-7.2.2: no deflate",
        ),
        pytest.param(
            [(FIN | RSV1 | TEXT, compressed(b"ab\xff")[0])],
            Limits(),
            ("RFC 6455 8.1", 1007, "invalid start byte at position 2"),
            id="F22 8.1: text is judged after inflating",
        ),
        pytest.param(
            [(FIN | RSV1 | TEXT, compressed(bytes(11))[0])],
            Limits(max_message=10),
            ("RFC 6455 10.4", 1009, "frame exceeds limit of 10 bytes"),
            id="D14 7692-8: size is that after inflating",
        ),
        pytest.param(
            [(RSV1 | TEXT, compressed(bytes(4), bytes(7))[0]), (FIN, compressed(bytes(4), bytes(7))[1])],
            Limits(max_message=10),
            ("RFC 6455 10.4", 1009, "frame after reading 4 bytes exceeds limit of 10 bytes"),
            id="D14 7692-8: of all fragments",
        ),
    ],
)
def test_compressed_frames_that_make_no_message(frames, limits, expected):
    fault = assemble(*frames, limits=limits, is_compressed=True)[-1]
    assert isinstance(fault, Violation)
    assert (fault.section, fault.code, fault.reason) == expected


def test_compressed_frame_may_be_larger_than_the_message():
    """D14: what counts is the message."""
    message = compressed(bytes(range(10)))[0]
    assert len(message) > 10
    (part,) = assemble((FIN | RSV1 | BINARY, message), limits=Limits(max_message=10), is_compressed=True)
    assert len(part.payload) == 10


def test_text_is_looked_at_before_it_is_whole():
    """F22 (8.1)."""
    assembler = Assembler(Limits(), None)
    head = frame(FIN | TEXT, b"ab\xc3\xa9c")
    assembler.start(head)
    assert assembler.is_plain_text
    assert assembler.look(b"ab\xc3", 7) is None
    assert assembler.looked == 3
    assert assembler.look(b"\xa9", 7) is None
    assert assembler.take(head, head.payload, ends=True) == Part(TEXT, head.payload, "abéc", True, True)
    assert assembler.looked == 0
    assert assembler.is_idle


def test_look_finds_the_fault():
    """F22 (8.1)."""
    assembler = Assembler(Limits(), None)
    assembler.start(frame(FIN | TEXT, b"ab\xffcd"))
    fault = assembler.look(b"ab\xff", 7)
    assert fault == Violation(
        "invalid UTF-8 in a text message", "RFC 6455 8.1", 7, 1007, "invalid start byte at position 2"
    )


def test_other_messages_are_not_looked_at():
    assembler = Assembler(Limits(), Inflater(15, is_reset=False))
    assembler.start(frame(FIN | BINARY))
    assert not assembler.is_plain_text
    assembler.take(frame(FIN | BINARY), b"", ends=True)
    assembler.start(frame(FIN | RSV1 | TEXT))
    assert not assembler.is_plain_text


def waiting(*frames: tuple[int, bytes], limits: Limits | None = None, is_compressed: bool = False) -> Assembler:
    """Return one that has taken these frames."""
    assembler = Assembler(limits or Limits(), Inflater(15, is_reset=False) if is_compressed else None)
    for first, payload in frames:
        assert isinstance(assembler.whole(frame(first, payload)), Part)
    return assembler


@pytest.mark.parametrize(
    ("frames", "first", "payload", "expected"),
    [
        pytest.param([], FIN | TEXT, b"ab\xc3", True, id="text that may be"),
        pytest.param([], FIN | TEXT, b"ab\xff", False, id="F22 8.1: text that cannot be"),
        pytest.param([], FIN | TEXT, b"", True, id="no payload yet"),
        pytest.param([], BINARY, b"\xff", True, id="binary"),
        pytest.param([], FIN, b"a", False, id="F15 5.4: nothing to continue"),
        pytest.param([], FIN | Opcode.PING, b"\xff", True, id="5.5: a control frame"),
        pytest.param([(BINARY, b"")], Opcode.PING | FIN, b"\xff", True, id="F13 5.4: a control frame inside"),
        pytest.param([(BINARY, b"")], FIN | TEXT, b"a", False, id="F16 5.4: a message inside"),
        pytest.param([(BINARY, b"")], FIN, b"\xff", True, id="binary continued"),
        pytest.param([(BINARY, b"")], FIN | RSV1, b"", False, id="D9 7692-6.1: RSV1 on a continuation"),
        pytest.param([(TEXT, b"\xc3")], FIN, b"\xa9", True, id="F20 5.6: a character that goes on"),
        pytest.param([(TEXT, b"\xc3")], FIN, b"a", False, id="F20 5.6: a character that does not"),
        pytest.param([(TEXT, b"a"), (CONTINUATION, b"")], 0, b"a", False, id="V2: one too many"),
        pytest.param([(TEXT, b"abcdefgh")], 0, b"a", False, id="F24: too large"),
        pytest.param([(RSV1 | TEXT, b"")], 0, b"\xff", True, id="compressed bytes say nothing yet"),
        pytest.param([], FIN | RSV1 | TEXT, b"\xff", True, id="nor those of a first frame"),
    ],
)
def test_frame_that_is_not_whole_may_wait(frames, first, payload, expected):
    """F22, F24: only while nothing is against it. It would have 5 bytes, of 10 in two fragments."""
    limits = Limits(max_message=10, max_fragments=2)
    assembler = waiting(*frames, limits=limits, is_compressed=True)
    assert assembler.may_wait(first, 5, payload, None) is expected
    masked = apply_mask(payload, b"abcd")
    assert assembler.may_wait(first, 5, masked, b"abcd") is expected
    assert assembler.may_wait(FIN | BINARY, 11, b"", None) is False


@pytest.mark.parametrize("limits", [Limits(max_message=8), Limits(max_fragment=4), Limits(max_fragments=1)])
def test_continuation_against_a_limit(limits):
    """F24, V2: whole frames are held against the same limits."""
    fault = waiting((BINARY, b"abcd"), limits=limits).whole(frame(FIN, b"efghi"))
    assert isinstance(fault, Violation)
    assert fault.code == 1009


def test_whole_text_is_judged():
    """F22 (8.1), in a continuation and after inflating."""
    (message,) = compressed(b"ab\xff")
    for assembler, first, payload in (
        (waiting((TEXT, b"ab")), FIN, b"\xff"),
        (waiting(is_compressed=True), FIN | RSV1 | TEXT, message),
    ):
        fault = assembler.whole(frame(first, payload))
        assert fault == Violation(
            "invalid UTF-8 in a text message", "RFC 6455 8.1", 7, 1007, "invalid start byte at position 2"
        )


def test_whole_control_frame_is_none_of_a_message():
    assert Assembler(Limits(), None).whole(frame(FIN | Opcode.PING)) is None


def test_whole_message_that_inflates_in_steps():
    """What one step cannot do is gone on with."""
    (message,) = compressed(bytes(300_000))
    part = waiting(is_compressed=True).whole(frame(FIN | RSV1 | BINARY, message))
    assert isinstance(part, Part)
    assert part.payload == bytes(300_000)


def test_whole_binary_frames():
    """Nothing of them is decoded: a continuation, and a compressed message."""
    continued = waiting((BINARY, b"a")).whole(frame(FIN, b"\xff"))
    assert continued == Part(BINARY, b"\xff", None, False, True)
    (message,) = compressed(b"\xff")
    single = waiting(is_compressed=True).whole(frame(FIN | RSV1 | BINARY, message))
    assert single == Part(BINARY, b"\xff", None, True, True)
