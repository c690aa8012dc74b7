"""Do the fast loops read what is plain, stop in front of all else, and say what the careful way says? (RFC 6455 5)"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.batch import read_masked, read_unmasked
from framescope.engine.events import Event, Part
from framescope.engine.frames import Frame, Opcode, serialise
from framescope.engine.receiving import Receiver
from framescope.engine.settings import Limits

KEY = b"\x37\xfa\x21\x3d"
READ = {None: read_unmasked, KEY: read_masked}


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535])
def test_plain_message(key, length):
    payload = b"a" * length
    data = b"\x00" + serialise(0x81, payload, key) + serialise(0x82, payload, key)
    size = 2 + (2 if length > 125 else 0) + (4 if key else 0)
    events: list[Event] = []
    assert READ[key](data, 1, 1000, events, 70_000) == len(data)
    assert events == [
        Frame(0x81, payload, key, size, length, 1001),
        Part(Opcode.TEXT, payload, payload.decode(), True, True),
        Frame(0x82, payload, key, size, length, 1001 + size + length),
        Part(Opcode.BINARY, payload, None, True, True),
    ]


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda key: b"", id="nothing"),
        pytest.param(lambda key: serialise(0x81, b"abc", key)[:1], id="one byte"),
        pytest.param(lambda key: serialise(0x81, b"abc", key)[:-1], id="payload is not whole"),
        pytest.param(lambda key: serialise(0x81, bytes(300), key)[:3], id="length is not whole"),
        pytest.param(lambda key: serialise(0x81, bytes(300), key)[:5], id="long payload is not whole"),
        pytest.param(lambda key: serialise(0x81, b"\xff", key), id="text is no UTF-8"),
        pytest.param(lambda key: serialise(0x01, b"abc", key), id="fragment"),
        pytest.param(lambda key: serialise(0x80, b"abc", key), id="continuation"),
        pytest.param(lambda key: serialise(0xC1, b"abc", key), id="compressed"),
        pytest.param(lambda key: serialise(0x89, b"abc", key), id="ping"),
        pytest.param(lambda key: serialise(0x81, b"abc", None if key else KEY), id="masked wrongly"),
        pytest.param(lambda key: serialise(0x81, bytes(300), None if key else KEY), id="long, masked wrongly"),
        pytest.param(lambda key: serialise(0x82, bytes(65536), key), id="64-bit length"),
        pytest.param(lambda key: b"\x82" + bytes([0xFE if key else 0x7E]) + b"\x00\x05" + bytes(9), id="not minimal"),
        pytest.param(lambda key: serialise(0x82, bytes(1001), key), id="over the limit"),
    ],
)
def test_stops_in_front_of_the_rest(key, make):
    plain = serialise(0x82, b"plain", key)
    data = plain + make(key)
    events: list[Event] = []
    assert READ[key](data, 0, 0, events, 1000) == len(plain)
    assert len(events) == 2


@pytest.mark.parametrize("key", [None, KEY])
def test_small_limit_holds(key):
    """RELIABILITY 6: a limit below 125."""
    for length, count in ((9, 2), (10, 2), (11, 0)):
        events: list[Event] = []
        READ[key](serialise(0x82, bytes(length), key), 0, 0, events, 10)
        assert len(events) == count


messages = st.lists(st.tuples(st.sampled_from([0x81, 0x82]), st.text(max_size=20)), max_size=5)


@given(messages, st.sampled_from([None, KEY]))
def test_careful_way_says_the_same(spoken, key):
    data = b"".join(serialise(first, text.encode(), key) for first, text in spoken)
    fast: list[Event] = []
    assert READ[key](data, 0, 50, fast, 65535) == len(data)
    receiver = Receiver(Limits(), None, masked=key is not None, offset=50)
    receiver._plain_limit = -1  # nothing is plain
    careful: list[Event] = []
    receiver.feed(data)
    assert receiver.proceed(careful, is_late=False) is None
    assert fast == careful
