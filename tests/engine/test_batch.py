"""Do the fast loops read what came whole, stop in front of all else, and say what the careful way says? (RFC 6455 5)"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.batch import FEW, NOT_SOUND, SHORT, Rules, Stop, read_masked, read_unmasked
from framescope.engine.deflate import Deflater, Inflater
from framescope.engine.errors import Violation
from framescope.engine.events import Event, Part
from framescope.engine.frames import CONTROL_LIMIT, FIN, RSV1, Frame, Opcode, serialise
from framescope.engine.inbox import legal_first_bytes
from framescope.engine.messages import Assembler
from framescope.engine.receiving import Receiver
from framescope.engine.settings import Limits

KEY = b"\x37\xfa\x21\x3d"
TEXT, BINARY = Opcode.TEXT, Opcode.BINARY


class Reading:
    """One direction's rules, and what was said."""

    def __init__(self, key: bytes | None, limit: int = 70_000, inflater: Inflater | None = None) -> None:
        self.events: list[Event] = []
        self._assembler = Assembler(Limits(), inflater)
        legal = legal_first_bytes(key is not None, RSV1 if inflater else 0)
        self._rules = Rules(limit, min(limit, CONTROL_LIMIT), legal, self._assembler.whole, self._assembler.may_wait)
        self._read = read_masked if key else read_unmasked

    def read(self, data: bytes, position: int = 0, base: int = 0) -> Stop:
        return self._read(data, position, base, self.events, self._rules, is_idle=self._assembler.is_idle)


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535])
def test_plain_message(key, length):
    payload = b"a" * length
    data = b"\x00" + serialise(0x81, payload, key) + serialise(0x82, payload, key)
    size = 2 + (2 if length > 125 else 0) + (4 if key else 0)
    reading = Reading(key)
    assert reading.read(data, 1, 1000) == (len(data), None, FEW)
    assert reading.events == [
        Frame(0x81, payload, key, size, length, 1001),
        Part(Opcode.TEXT, payload, payload.decode(), True, True),
        Frame(0x82, payload, key, size, length, 1001 + size + length),
        Part(Opcode.BINARY, payload, None, True, True),
    ]


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda key: serialise(0x81, bytes(300), key)[:3], id="length is not whole"),
        pytest.param(lambda key: serialise(0x81, b"\xff", key), id="text is no UTF-8"),
        pytest.param(lambda key: serialise(0x81, b"\xffabc", key)[:-1], id="text cannot become UTF-8"),
        pytest.param(lambda key: serialise(0x80, b"abc", key)[:-1], id="nothing to continue"),
        pytest.param(lambda key: serialise(0x82, bytes(SHORT + 1), key)[:-1], id="large and not whole"),
        pytest.param(lambda key: serialise(0xC1, b"abc", key), id="compressed"),
        pytest.param(lambda key: serialise(0x09, b"abc", key), id="fragmented ping"),
        pytest.param(lambda key: serialise(0x89, bytes(126), key), id="ping too long"),
        pytest.param(lambda key: serialise(0x81, b"abc", None if key else KEY), id="masked wrongly"),
        pytest.param(lambda key: serialise(0x81, bytes(300), None if key else KEY), id="long, masked wrongly"),
        pytest.param(lambda key: serialise(0x82, bytes(65536), key), id="64-bit length"),
        pytest.param(lambda key: b"\x82" + bytes([0xFE if key else 0x7E]) + b"\x00\x05" + bytes(9), id="not minimal"),
        pytest.param(lambda key: serialise(0x82, bytes(10_001), key), id="over the limit"),
    ],
)
def test_stops_in_front_of_the_rest(key, make):
    plain = serialise(0x82, b"plain", key)
    reading = Reading(key, limit=10_000)
    assert reading.read(plain + make(key)) == (len(plain), None, NOT_SOUND)
    assert len(reading.events) == 2


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("first", [0x81, 0x82, 0x01, 0x02])
@pytest.mark.parametrize("length", [7, SHORT])
def test_message_that_may_be_sound_waits_for_its_rest(key, first, length):
    data = serialise(first, b"\xc3\xa9" + b"a" * (length - 2), key)
    header = len(data) - length
    for cut in (0, 1):
        assert Reading(key).read(data[:cut]) == (0, None, FEW)
    for cut in (header, header + 1, header + 2, len(data) - 1):
        assert Reading(key).read(data[:cut]) == (0, None, len(data) - cut)


@pytest.mark.parametrize("key", [None, KEY])
def test_small_limit_holds(key):
    """RELIABILITY 6: a limit below 125."""
    for length, count in ((9, 2), (10, 2), (11, 0)):
        reading = Reading(key, limit=10)
        reading.read(serialise(0x82, bytes(length), key))
        assert len(reading.events) == count


@pytest.mark.parametrize("key", [None, KEY])
def test_stops_behind_a_control_frame(key):
    """RFC 6455 5.5: it is answered before what follows."""
    data = serialise(0x01, b"a", key) + serialise(0x89, b"ping", key)
    reading = Reading(key)
    ping = Frame(0x89, b"ping", key, 6 if key else 2, 4, len(data) - 4 - (6 if key else 2))
    assert reading.read(data + serialise(0x80, b"b", key)) == (len(data), (ping, None), NOT_SOUND)
    assert [type(event) for event in reading.events] == [Frame, Part]


@pytest.mark.parametrize("key", [None, KEY])
def test_fragments(key):
    """RFC 6455 5.4; behind the last one, messages are plain again."""
    frames = ((0x01, b"\xc3"), (0x00, b"\xa9"), (0x80, b"b"), (0x81, b"c"))
    reading = Reading(key)
    reading.read(b"".join(serialise(first, payload, key) for first, payload in frames))
    parts = [event for event in reading.events if isinstance(event, Part)]
    assert [(part.text, part.begins, part.ends) for part in parts] == [
        ("", True, False),
        ("é", False, False),
        ("b", False, True),
        ("c", True, True),
    ]


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("first", [0x81, 0x82, 0x01])
def test_message_inside_a_message(key, first):
    """RFC 6455 5.4: the faulty frame is handed over with its violation."""
    begun = serialise(0x01, b"a", key)
    data = begun + serialise(first, b"b", key)
    reading = Reading(key)
    position, last, _ = reading.read(data + b"more")
    assert position == len(data)
    assert last is not None
    frame, fault = last
    assert (frame.payload, frame.offset) == (b"b", len(begun))
    assert isinstance(fault, Violation)
    assert len(reading.events) == 2


@pytest.mark.parametrize("key", [None, KEY])
def test_compressed_messages(key):
    """RFC 7692 6: between plain ones, with context takeover."""
    deflater = Deflater(15, is_reset=False)
    reading = Reading(key, inflater=Inflater(15, is_reset=False))
    frames = [(FIN | RSV1 | TEXT, deflater.deflate(b"Hello", ends=True)), (FIN | BINARY, b"plain")] * 2
    data = b"".join(serialise(first, payload, key) for first, payload in frames)
    assert reading.read(data) == (len(data), None, FEW)
    said = [event.payload for event in reading.events if isinstance(event, Part)]
    assert said == [b"Hello", b"plain"] * 2


messages = st.lists(st.tuples(st.sampled_from([0x81, 0x82]), st.text(max_size=20)), max_size=5)


@given(messages, st.sampled_from([None, KEY]))
def test_careful_way_says_the_same(spoken, key):
    data = b"".join(serialise(first, text.encode(), key) for first, text in spoken)
    fast = Reading(key)
    assert fast.read(data, 0, 50) == (len(data), None, FEW)
    receiver = Receiver(Limits(), None, masked=key is not None, offset=50)
    receiver._read_whole = lambda data, position, *_, **__: (position, None, NOT_SOUND)
    careful: list[Event] = []
    assert receiver.read(data, careful, is_late=False) is None
    assert fast.events == careful
