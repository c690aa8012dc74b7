"""Does nothing depend on how the peer's bytes are cut, and is what one end says heard at the other?"""

from __future__ import annotations

import time
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidHandshake, InvalidState, ProtocolError
from framescope.engine.events import DeadlineChanged, Ended, Event, HandshakeFailed, Part, Requested, ViolationSeen
from framescope.engine.frames import FIN, MASKED, RSV1, Frame, Opcode, serialise
from framescope.engine.handshake import ClientOffer, ServerTerms
from framescope.engine.opening import refusal
from framescope.engine.settings import KNOB_NAMES, Limits
from framescope.engine.state import State
from framescope.engine.url import parse_url
from helpers.conversation import REQUEST, Counter, response_to

MASK = b"\x37\xfa\x21\x3d"
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
PING_OF_CLIENT, PING_OF_SERVER = b"\x00\x00\x00\x02", b"\x00\x00\x00\x01"  # as `Counter` draws them
LIMITS = Limits(max_message=300_000, max_fragments=4)

pytestmark = pytest.mark.timeout(120)
moderate = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def fresh(is_client: bool, **fields) -> Connection:
    terms = ClientOffer(parse_url("ws://h/"), **fields) if is_client else ServerTerms(**fields)
    connection = Connection(terms, now=0.0, limits=LIMITS, random=Counter())
    connection.connected(0.0)
    return connection


def greeting(connection: Connection, extra: str = "") -> bytes:
    """What the peer of `connection` sends first."""
    if connection.opening.request is None:
        return REQUEST[:-2] + extra.encode() + b"\r\n"
    return response_to(connection, extra)


def accept(connection: Connection, now: float) -> None:
    """Answer the request that waits, as a server does."""
    try:
        connection.accept(now)
    except InvalidHandshake as error:
        connection.reject(refusal(error), error, now)


def drain(connection: Connection, output: bytearray, now: float = 0.0) -> list[Event]:
    """Answer a request, write everything out, and return what was said."""
    events = connection.events()
    if any(isinstance(event, Requested) for event in events):
        accept(connection, now)
        events += connection.events()
    while data := connection.take(65536, now):
        output += data
        connection.written(len(data), now)
    return events + connection.events()


def comparable(event: Event) -> object:
    if isinstance(event, HandshakeFailed):
        return type(event.error), str(event.error), str(event.error.__cause__), event.response
    return event


def told(events: list[Event]) -> list[object]:
    """What was said, less what was written: that is compared as bytes."""
    return [comparable(event) for event in events if type(event).__name__ != "FrameSent"]


def outcome(pieces: list[bytes], is_client: bool, *, pings_after: int = 0) -> tuple[list[object], bytes, object]:
    """Feed the pieces, end the stream; return what was said, written, and where it left the connection.

    `pings_after`: the keepalive ping is sent after so many pieces, and waits for its pong from then on.
    """
    connection = fresh(is_client)
    output = bytearray()
    now = 0.0
    events = drain(connection, output, now)
    for number, piece in enumerate(pieces, 1):
        connection.receive_data(piece, now)
        events += drain(connection, output, now)
        if number == pings_after:
            now = 20.0
            connection.tick(now)
            events += drain(connection, output, now)
    left = connection.state, connection.transport, connection.next_deadline()
    connection.receive_eof(now)
    connection.connection_lost(now)
    events += drain(connection, output, now)
    return told(events), bytes(output), left


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:stop] for start, stop in pairwise(edges)]


legal_first = st.sampled_from([FIN | 1, FIN | 2, 1, 2, 0, FIN, FIN | 9, FIN | 10, FIN | 8])
odd_first = st.one_of(
    st.sampled_from([FIN | RSV1 | 1, RSV1 | 2, RSV1, FIN | RSV1 | 9, 8, FIN | 3]), st.integers(0, 255)
)
texts = st.text(max_size=60).map(str.encode)
payloads = st.one_of(
    texts,
    st.binary(max_size=140),
    st.sampled_from(
        [bytes.fromhex(data) for data in ("f248cdc9c90700", "f348cdc9c90700", "f348cdc9c907", "f200110000")]
    ),
    st.tuples(texts, st.binary(max_size=3)).map(b"".join),
    st.sampled_from([PING_OF_CLIENT, PING_OF_SERVER]),
    st.sampled_from([b"", b"\x03\xe8", b"\x03", b"\x03\xe8bye", b"\x03\xee", b"\x03\xe8\xff", bytes(125), bytes(126)]),
)
large_payloads = st.builds(
    lambda size, tail: (b"\xe2\x82\xac" * (size // 3 + 1))[:size] + tail,
    st.sampled_from([65_532, 65_535, 65_536, 65_537, 131_072, 131_073, 200_000, 310_000]),
    st.sampled_from([b"", b"\xff", b"\x82", b"end"]),
)


@st.composite
def streams(draw: st.DrawFn, bodies: st.SearchStrategy[bytes], most: int) -> tuple[bool, bytes]:
    """A client or a server, and frames of its peer: legal ones mostly, some broken, sometimes cut short."""
    is_client = draw(st.booleans())
    pieces = []
    for _ in range(draw(st.integers(1, most))):
        first = draw(st.one_of(legal_first, legal_first, legal_first, odd_first))
        is_masked = draw(st.sampled_from([not is_client] * 9 + [is_client]))
        pieces.append(serialise(first, draw(bodies), MASK if is_masked else None))
    data = b"".join(pieces)
    return is_client, data[: draw(st.sampled_from([len(data), len(data) - 1, len(data) // 2]))]


def check(is_client: bool, data: bytes, pieces: list[bytes], extra: str = "") -> None:
    hello = greeting(fresh(is_client), extra)
    whole = outcome([hello, data], is_client)
    if is_client or len(data) < LIMITS.max_head // 2:  # no more may come before a server's answer
        assert outcome([hello + data], is_client) == whole
        assert outcome(cut(hello + data, [len(hello) - 1, len(hello) + 1]), is_client) == whole
    assert outcome([hello, *pieces], is_client) == whole
    pinged = outcome([hello, data], is_client, pings_after=1)
    assert outcome([hello, *pieces], is_client, pings_after=1) == pinged


@moderate
@example((True, b"\x00\x05hello"), [2], "")
@example((True, b"\x81\x02\xc3\x28\x81\x01a"), [3], "")
@example((True, b"\x81\x06\xc3\x28abcd"), [4], DEFLATE)
@example((True, b"\xc1\x00\x81\x01a"), [2], DEFLATE)
@example((True, b"\x80\x00\x8a\x04" + PING_OF_CLIENT), [2], "")
@given(streams(payloads, 6), st.lists(st.integers(0, 1000), max_size=12), st.sampled_from(["", DEFLATE]))
def test_cuts_of_small_frames_change_nothing(stream, places, extra):
    is_client, data = stream
    check(is_client, data, cut(data, places), extra)


@moderate
@given(streams(payloads, 3), st.sampled_from(["", DEFLATE]))
def test_single_bytes_change_nothing(stream, extra):
    is_client, data = stream
    check(is_client, data, [data[place : place + 1] for place in range(len(data))], extra)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # about large values in a report
@settings(moderate, max_examples=40)
@given(streams(large_payloads, 2), st.lists(st.integers(0, 400_000), max_size=6))
def test_cuts_of_large_frames_change_nothing(stream, places):
    is_client, data = stream
    check(is_client, data, cut(data, places))


@moderate
@given(
    st.booleans(),
    st.binary(max_size=4),
    st.integers(0, 400),
    st.lists(st.integers(0, 400), max_size=5),
)
def test_cuts_of_a_handshake_change_nothing_even_where_it_is_broken(is_client, noise, place, places):
    hello = greeting(fresh(is_client))
    place %= len(hello)
    data = hello[:place] + noise + hello[place + len(noise) :] + b"\x89\x00"
    assert outcome(cut(data, places), is_client) == outcome([data], is_client)


offers = st.builds(
    DeflateOffer,
    server_no_context_takeover=st.booleans(),
    client_no_context_takeover=st.booleans(),
    server_max_window_bits=st.one_of(st.none(), st.integers(9, 15)),
    client_max_window_bits=st.one_of(st.none(), st.just(True), st.integers(9, 15)),
    level=st.one_of(st.none(), st.integers(0, 9)),
    memory_level=st.integers(1, 9),
)
contents = st.one_of(
    st.text(max_size=300),
    st.binary(max_size=300),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=20), st.integers(1, 4000)),
    st.builds(lambda data, times: data * times, st.binary(min_size=1, max_size=20), st.integers(1, 4000)),
)
messages = st.lists(st.tuples(contents, st.lists(st.integers(0, 70_000), max_size=2), st.booleans()), max_size=5)


def pair(ours: DeflateOffer | None, theirs: DeflateOffer | None) -> tuple[Connection, Connection]:
    """A client and a server, OPEN to each other."""
    client, server = fresh(True, deflate=ours), fresh(False, deflate=theirs)
    for source, target in ((client, server), (server, client)):
        wire = bytearray()
        drain(source, wire)
        target.receive_data(bytes(wire), 0.0)
    assert client.state is server.state is State.OPEN
    return client, server


def say(connection: Connection, content: str | bytes, places: list[int], is_compressed: bool) -> None:
    opcode = Opcode.TEXT if isinstance(content, str) else Opcode.BINARY
    fragments = cut(content.encode() if isinstance(content, str) else content, places)
    for number, fragment in enumerate(fragments, 1):
        connection.send(opcode, fragment, ends=number == len(fragments), is_compressed=is_compressed)
        opcode = Opcode.CONTINUATION


def heard(events: list[Event]) -> list[str | bytes]:
    """The messages that the parts make."""
    found: list[list[Part]] = []
    for part in (event for event in events if isinstance(event, Part)):
        if part.begins:
            found.append([])
        found[-1].append(part)
    assert all(parts[-1].ends for parts in found)
    return [
        b"".join(part.payload for part in parts)
        if parts[0].text is None
        else "".join(part.text or "" for part in parts)
        for parts in found
    ]


@settings(moderate, max_examples=100)
@given(
    st.one_of(st.none(), offers),
    st.one_of(st.none(), offers),
    st.booleans(),
    messages,
    st.lists(st.integers(0, 100_000), max_size=6),
)
def test_what_is_said_is_heard(ours, theirs, is_client, said, places):
    # F3, F11, F20, D3 to D11: both roles, every agreement on deflate
    ends = pair(ours, theirs)
    speaker, listener = ends if is_client else ends[::-1]
    drain(listener, bytearray())
    for content, fragments, is_compressed in said:
        say(speaker, content, fragments, is_compressed)
    wire = bytearray()
    drain(speaker, wire)
    events: list[Event] = []
    for piece in cut(bytes(wire), places):
        listener.receive_data(piece, 0.0)
        events += drain(listener, bytearray())
    assert heard(events) == [content for content, _, _ in said]
    frames = [event for event in events if isinstance(event, Frame)]
    assert all((frame.mask is not None) is is_client for frame in frames)
    assert sum(frame.header_length + frame.length for frame in frames) == len(wire)


Act = tuple[object, ...]
acts = st.lists(
    st.one_of(
        st.tuples(st.just("data"), st.one_of(st.binary(max_size=20), streams(payloads, 2).map(lambda s: s[1]))),
        st.tuples(st.just("greet")),
        st.tuples(st.just("tick"), st.floats(0, 60)),
        st.tuples(st.just("eof")),
        st.tuples(st.just("lost"), st.booleans()),
        st.tuples(st.just("close"), st.sampled_from([1000, 1005, 4000])),
        st.tuples(st.just("fail"), st.sampled_from([1007, 1011])),
        st.tuples(st.just("send"), st.booleans()),
        st.tuples(st.just("ping")),
        st.tuples(st.just("write"), st.integers(1, 50)),
        st.tuples(st.just("turn"), st.sampled_from(KNOB_NAMES), st.sampled_from([None, 0.001, 5.0])),
    ),
    max_size=25,
)


def act(connection: Connection, step: Act, now: float, events: list[Event]) -> None:
    name, *rest = step
    if name == "data":
        connection.receive_data(rest[0], now)
    elif name == "greet":
        connection.receive_data(greeting(connection), now)
    elif name == "eof":
        connection.receive_eof(now)
    elif name == "lost":
        connection.connection_lost(now, is_reset=rest[0])
    elif name == "close":
        connection.close(rest[0], "", now)
    elif name == "fail":
        connection.fail(rest[0], "x", now)
    elif name == "send":
        connection.send(Opcode.TEXT, b"text", ends=rest[0])
    elif name == "ping":
        connection.ping(None, now)
    elif name == "write":
        connection.written(len(connection.take(rest[0], now)), now)
    elif name == "turn":
        connection.turn(rest[0], rest[1], now)
    connection.tick(now)
    events += connection.events()
    if any(isinstance(event, Requested) for event in events) and connection.state is State.CONNECTING:
        accept(connection, now)
        events += connection.events()


@settings(moderate, max_examples=400)
@given(st.booleans(), acts)
def test_no_order_of_acts_breaks_an_endpoint(is_client, steps):
    # C8, F25: only misuse raises, every end is told once and last, and no deadline is left behind it
    connection = fresh(is_client)
    events: list[Event] = []
    now = 0.0
    for step in steps:
        now += step[1] if step[0] == "tick" else 0.01
        try:
            act(connection, step, now, events)
        except (InvalidState, ProtocolError):
            assert step[0] in ("send", "ping")
    connection.connection_lost(now)
    events += connection.events()
    spoken = [event for event in events if type(event).__name__ != "KnobTurned"]
    assert [index for index, event in enumerate(spoken) if isinstance(event, Ended)] == [len(spoken) - 1]
    assert connection.state is State.CLOSED
    running: set[object] = set()
    for event in events:
        if isinstance(event, DeadlineChanged):
            (running.add if event.change.name in ("ARMED", "MOVED", "BLOCKED") else running.discard)(event.which)
    assert not running


def seconds_for(size: int) -> float:
    connection = fresh(True)
    connection.limits = Limits()
    connection.receive_data(response_to(connection), 0.0)
    data = bytes((FIN | 2, 127)) + size.to_bytes(8, "big") + bytes(size)
    begun = time.process_time()
    for place in range(len(data)):
        connection.receive_data(data[place : place + 1], 0.0)
    spent = time.process_time() - begun
    assert sum(len(event.payload) for event in connection.events() if isinstance(event, Part)) == size
    return spent


def test_a_frame_in_single_bytes_takes_linear_time():
    # F24: 4 times the size would take 16 times as long, were the buffer moved or searched for every byte
    assert seconds_for(280_000) < 9 * min(seconds_for(70_000) for _ in range(2))


@pytest.mark.long
def test_a_frame_of_4_mb_in_single_bytes():
    assert seconds_for(4_000_000) < 60


@pytest.mark.parametrize("size", [65_536, 1 << 31, 1 << 62])
def test_a_declared_length_reserves_nothing(size):
    # F24: what is not there yet costs nothing
    connection = fresh(True)
    connection.limits = Limits(max_message=None)
    connection.receive_data(response_to(connection), 0.0)
    tracemalloc.start()
    connection.receive_data(bytes((FIN | 2, 127)) + size.to_bytes(8, "big") + b"abc", 0.0)
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024
    tracemalloc.stop()
    assert connection.state is State.OPEN


@pytest.mark.parametrize("second", [127, MASKED | 127])
def test_the_longest_length_is_refused_at_its_header(second):
    # F10, F24: in both roles, by the header alone
    is_client = second == 127
    head = bytes((FIN | 2, second)) + (1 << 63).to_bytes(8, "big") + (b"" if is_client else MASK)
    events, _, (state, *_) = outcome([greeting(fresh(is_client)), head], is_client)
    (seen,) = [event for event in events if isinstance(event, ViolationSeen)]
    assert (seen.violation.code, seen.violation.section) == (1002, "RFC 6455 5.2")
    assert state is State.CLOSING
