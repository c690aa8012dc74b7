"""RELIABILITY 1.3, row by row: what an endpoint sends, when, and what it answers (RFC 6455 5, 6, 10.3)."""

from __future__ import annotations

import ast
import os
from collections import Counter as Counts
from pathlib import Path

import pytest

import framescope.engine
from framescope.engine.connection import Connection
from framescope.engine.errors import InvalidState, ProtocolError
from framescope.engine.events import Part, PartialFrame, Ponged, ViolationSeen
from framescope.engine.frames import Opcode
from framescope.engine.handshake import ServerTerms
from framescope.engine.lifecycle import Lifecycle
from framescope.engine.pongs import PongPolicy
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from helpers.conversation import client, connecting, do, eof, frame, lost, play, raw, sent, server, tick
from helpers.ledger import DEFLATE, Bits, close, key_of, messages_of, opened, rows
from helpers.wire import StrictReader, frames_in

PING, CLOSE = 0x89, 0x88
NO_LIMIT = Limits(max_message=None)
HELLO = bytes.fromhex("f248cdc9c90700")  # "Hello", deflated (RFC 7692 7.2.3.1)
MAKE = {"client": client, "server": server}


@rows("F3-client", "F3-server", "F11-client", "F11-server", "F12-client", "F12-server")
def test_valid_output(role):
    """F3, RFC 6455 5.1: "a client MUST mask all frames that it sends", "A server MUST NOT mask any frames"."""
    connection = MAKE[role](timeouts=Timeouts(ping_interval=1.0))
    reader = StrictReader(is_masked=role == "client")
    sizes = (0, 125, 126, 127, 128, 65535, 65536)
    for size in sizes:
        connection.send(Opcode.BINARY, bytes(size))
    connection.send(Opcode.TEXT, b"a", ends=False)
    connection.send(Opcode.CONTINUATION, b"b")
    connection.ping(bytes(125), 0.0)
    connection.pong(b"")
    connection.receive_data(Bits(PING, b"answer me").wire(key_of(role)), 0.0)
    connection.tick(1.0)
    connection.receive_data(Bits(CLOSE, close(1000)).wire(key_of(role)), 1.0)
    frames = reader.read(connection.take(1 << 20, 1.0))
    assert reader.messages == [*[bytes(size) for size in sizes], "ab"]
    assert {one.opcode for one in frames} == {0, 1, 2, 8, 9, 10}
    assert all((one.mask is not None) is (role == "client") for one in frames)


@rows("F3-client", "F3-server")
def test_valid_output_of_a_failure(role):
    """F3: the Close of a failure is a frame like the others."""
    player, _ = opened(role)
    player.connection.receive_data(Bits(0x83).wire(key_of(role)), 0.0)
    (only,) = frames_in(player.connection.take(1000, 0.0))
    assert (only.mask is not None) is (role == "client")


@rows("F12-client", "F12-server")
def test_invalid_output(role):
    """F12: neither end lets its application send more than 125 bytes in a control frame."""
    connection = MAKE[role]()
    for act in (lambda: connection.ping(bytes(126), 0.0), lambda: connection.pong(bytes(126))):
        with pytest.raises(ProtocolError, match="125 bytes"):
            act()
    assert connection.take(1000, 0.0) == b""


def keys_of(count: int) -> list[bytes]:
    """The masking keys of a client that draws them as it does in the field."""
    connection = client()
    connection.sender._random = Lifecycle.__init__.__kwdefaults__["random"]
    for _ in range(count):
        connection.send(Opcode.BINARY, b"")
    data = connection.take(6 * count, 0.0)
    return [data[place + 2 : place + 6] for place in range(0, len(data), 6)]


@rows("F4-client")
def test_valid_keys(role):
    """F4 and V7, RFC 6455 5.3: "the masking key MUST be derived from a strong source of entropy"."""
    assert Lifecycle.__init__.__kwdefaults__["random"] is os.urandom

    def is_even(keys: list[bytes]) -> bool:
        # Chi-square, 255 degrees of freedom: above 330.5 with p = 0.001.
        columns = [Counts(key[column] for key in keys) for column in range(4)]
        expected = len(keys) / 256
        return all(sum((column[byte] - expected) ** 2 / expected for byte in range(256)) < 330.5 for column in columns)

    keys = keys_of(100_000)
    # 1.2 keys come twice by chance; ten would by chance in one run of a million.
    assert len(set(keys)) > len(keys) - 10
    # One run in 250 is uneven by chance: two after each other are not.
    assert is_even(keys) or is_even(keys_of(100_000))


@rows("F4-client")
def test_invalid_sources_of_keys(role):
    """F4 and V7: nothing of the engine that draws or hands on a key knows the module `random`."""
    engine = Path(framescope.engine.__file__).parent
    for path in engine.glob("*.py"):
        if path.name == "path.py":
            continue  # a network that can be replayed: its draws are no secret
        tree = ast.parse(path.read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert "random" not in imported, path.name


@rows("F4-client")
def test_valid_key_of_each_frame(role):
    """F4, RFC 6455 5.3: "the client MUST pick a fresh masking key", 10.3: also for data that is sent again."""
    connection = client()
    for _ in range(3):
        connection.send(Opcode.TEXT, b"the same")
    connection.ping(b"same", 0.0)
    connection.pong(b"same")
    keys = [one.mask for one in frames_in(connection.take(1000, 0.0))]
    assert len(set(keys)) == 5
    # A frame that the kernel takes in pieces is one frame with one key.
    connection.send(Opcode.TEXT, b"the same")
    (one,) = frames_in(b"".join(connection.take(3, 0.0) for _ in range(5)))
    assert one.mask not in keys


@rows("F5-client", "F5-server")
def test_valid_payload_is_frozen(role):
    """F5 and V9, RFC 6455 10.3: the payload of a frame whose transmission has begun "must not be capable of being
    modified by the application".
    """
    connection = MAKE[role]()
    data = bytearray(b"original")
    for payload in (data, memoryview(data), memoryview(bytearray(b"o.r.i.g.i.n.a.l."))[::2]):
        connection.send(Opcode.BINARY, payload)
    connection.ping(data, 0.0)
    first = connection.take(4, 0.0)
    data[:] = b"tampered"
    frames = frames_in(first + connection.take(1000, 0.0))
    assert [one.payload for one in frames] == [b"original"] * 4


@rows("F13-client", "F13-server", "F14-client", "F14-server")
def test_valid_order_of_answers(role):
    """F13, F14: the ping is answered while the message is under way, not behind it."""
    for first, payload in ((0x01, b"a"), (0x41, HELLO[:3])):
        player, _ = opened(role, DEFLATE)
        player >> frame(1, payload, first=first, mask=key_of(role)) >> frame(9, b"now", mask=key_of(role))
        player << Part << sent(10, b"now")
        assert messages_of(player) == []


@rows("F18-client", "F18-server")
def test_valid_answer_to_the_latest_ping_only(role):
    """F18, RFC 6455 5.5.3: an endpoint "MAY elect to send a Pong frame for only the most recently processed Ping"."""
    player, _ = opened(role)
    connection = player.connection
    for number in range(1000):  # nothing is written meanwhile
        connection.receive_data(Bits(PING, b"%d" % number).wire(key_of(role)), 0.0)
    player.settle()
    answers = [one.payload for one in player.frames]
    assert len(answers) <= 128
    assert answers[-1] == b"999"


@rows("F18-client", "F18-server")
def test_valid_answer_that_is_late(role):
    """F18, RFC 6455 5.5.2: what was to be answered later is not, once the peer has said Close."""
    player, _ = opened(role)
    player.connection.pongs.policy = PongPolicy("delay", 1.0)
    player >> frame(9, b"1", mask=key_of(role)) >> tick(1.0) << sent(10, b"1")
    player >> frame(9, b"2", mask=key_of(role)) >> frame(8, close(1000), mask=key_of(role)) >> tick(2.0) << sent(8)
    assert len(player.frames) == 2


@rows("F19-client", "F19-server")
def test_invalid_pong_settles_nothing(role):
    """F19: a pong of other data than the ping's leaves the ping unanswered, and its deadline."""
    connection = MAKE[role](timeouts=Timeouts(ping_interval=1.0, ping_timeout=1.0))
    player = play(connection) >> tick(1.0) >> frame(10, b"?", mask=key_of(role)) >> tick(2.0)
    assert player.of(Ponged) == []
    player << sent(9) << sent(8, close(1011, b"keepalive ping timeout"))


@rows("F24-client", "F24-server")
def test_invalid_length_that_nobody_limits(role):
    """F24: without a limit 2^60 bytes are waited for; nothing is set aside for them."""
    player, base = opened(role, limits=NO_LIMIT)
    player >> raw(Bits(0x82, b"abc", 8, length=2**60).wire(key_of(role))) >> lost
    assert player.of(ViolationSeen) == []
    (partial,) = player.of(PartialFrame)
    assert (partial.frame.offset, partial.frame.length) == (base, 2**60)


ACTS = {
    "text": lambda c: c.send(Opcode.TEXT, b"a"),
    "fragment": lambda c: c.send(Opcode.BINARY, b"a", ends=False),
    "continuation": lambda c: c.send(Opcode.CONTINUATION, b"a"),
    "ping": lambda c: c.ping(None, 0.0),
    "pong": lambda c: c.pong(b""),
    "raw": lambda c: c.send_raw(0x81, b"", is_masked=False),
}


@rows("F25-client", "F25-server")
def test_invalid_time_to_send(role):
    """F25, RFC 6455 6.1: "The endpoint MUST ensure the WebSocket connection is in the OPEN state"."""

    def states():
        if role == "client":
            yield connecting()
        else:
            yield Connection(ServerTerms(), now=0.0)
        yield (play(MAKE[role]()) >> do(lambda c, now: c.close(1000, "", now))).connection
        yield (play(MAKE[role]()) >> frame(8, b"", mask=key_of(role))).connection
        yield (play(MAKE[role]()) >> frame(1, b"", first=0x83, mask=key_of(role))).connection
        yield (play(MAKE[role]()) >> eof).connection
        yield (play(MAKE[role]()) >> lost).connection

    seen = set()
    for connection in states():
        seen.add(connection.state)
        before = connection.outbox.size
        for act in ACTS.values():
            with pytest.raises(InvalidState):
                act(connection)
        assert connection.outbox.size == before
    assert seen == {State.CONNECTING, State.CLOSING, State.CLOSED}


@rows("F25-client", "F25-server")
def test_valid_time_to_send(role):
    """F25: each act is one frame while the connection is OPEN."""
    connection = MAKE[role]()
    for name in ("text", "fragment", "continuation", "ping", "pong", "raw"):
        ACTS[name](connection)
    assert len(frames_in(connection.take(1000, 0.0))) == 6


@rows("F25-client", "F25-server")
def test_invalid_rest_of_a_message(role):
    """F25, RFC 6455 6.1: "If at any point the state of the WebSocket connection changes, the endpoint MUST abort the
    following steps": what is queued of a message does not leave any more, but for the frame that has begun.
    """
    connection = MAKE[role]()
    connection.send(Opcode.BINARY, b"first", ends=False)
    begun = connection.take(3, 0.0)
    connection.send(Opcode.CONTINUATION, b"second", ends=False)
    connection.receive_data(Bits(0x83).wire(key_of(role)), 0.0)
    with pytest.raises(InvalidState):
        connection.send(Opcode.CONTINUATION, b"third")
    frames = frames_in(begun + connection.take(1000, 0.0))
    assert [(one.first, one.payload[:2]) for one in frames] == [(2, b"fi"), (0x88, close(1002))]
