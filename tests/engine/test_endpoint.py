"""How does one endpoint react to bytes, and to the loss of its stream? RELIABILITY 1.3, 1.4 (RFC 6455 5, 7)."""

from __future__ import annotations

import pytest

from framescope.engine.connection import Connection
from framescope.engine.errors import InvalidStatus
from framescope.engine.events import (
    Change,
    DeadlineChanged,
    Ended,
    Ending,
    HandshakeFailed,
    LateFrame,
    Opened,
    Part,
    PartialFrame,
    Ponged,
    Requested,
    StateChanged,
    ViolationSeen,
    Which,
)
from framescope.engine.frames import FIN, Frame, Opcode, serialise
from framescope.engine.handshake import ServerTerms
from framescope.engine.lifecycle import Transport
from framescope.engine.pongs import PongPolicy
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from helpers.conversation import (
    KEY,
    REQUEST,
    Binary,
    Counter,
    Text,
    client,
    connecting,
    do,
    eof,
    frame,
    lost,
    play,
    raw,
    reset,
    response_to,
    sent,
    server,
    tick,
)

MAKE = {"client": (client, None), "server": (server, KEY)}
both = pytest.mark.parametrize(("make", "key"), MAKE.values(), ids=MAKE)


def close_body(code: int, reason: str = "") -> bytes:
    return code.to_bytes(2, "big") + reason.encode()


def ended(player) -> Ended:
    (event,) = player.of(Ended)
    return event


def listening() -> Connection:
    return Connection(ServerTerms(), now=0.0, random=Counter())


# --- opening -----------------------------------------------------------------------------------------------


def test_client_sends_nothing_before_it_is_connected():
    """H10 (4.1)."""
    connection = connecting()
    assert connection.take(65536, 0.0) == b""
    connection.connected(0.0)
    assert connection.take(65536, 0.0).startswith(b"GET / HTTP/1.1\r\n")


def test_server_sends_nothing_when_it_is_connected():
    connection = listening()
    connection.connected(0.0)
    assert connection.take(65536, 0.0) == b""


def test_server_tells_of_a_request_and_waits():
    """S9 (5): what comes behind the request is read after the 101."""
    connection = listening()
    player = play(connection) >> raw(REQUEST + serialise(0x81, b"a", KEY)) >> frame(1, b"b", mask=KEY) << Requested
    assert connection.state is State.CONNECTING
    player >> do(lambda c, now: c.accept(now)) << Opened << Text("a") << Text("b")
    first = next(event for event in player.events if isinstance(event, Frame))
    assert first.offset == len(REQUEST)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        pytest.param(b"hello\r\n\r\n", b"400", id="S1 4.2.1"),
        pytest.param(b"x" * 9000, b"414", id="V5: line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * 200, b"431", id="V5: headers"),
    ],
)
def test_server_answers_what_is_no_request(request_bytes, status):
    connection = listening()
    player = play(connection)
    connection.receive_data(request_bytes, 0.0)
    assert connection.take(65536, 0.0).startswith(b"HTTP/1.1 " + status)
    player.settle()
    assert connection.transport is Transport.CLOSE
    assert connection.state is State.CLOSED
    player >> raw(b"more") >> lost
    assert ended(player).ending is Ending.REFUSED


def test_client_whose_answer_is_faulty():
    """H11 (4.1)."""
    connection = connecting()
    connection.connected(0.0)
    player = play(connection) >> raw(b"HTTP/1.1 101 OK\r\n\r\n") >> lost
    (failed,) = player.of(HandshakeFailed)
    assert str(failed.error) == "missing Connection header"
    assert (ended(player).exception_name, ended(player).code) == ("InvalidUpgrade", 1006)


def test_client_may_get_its_answer_byte_by_byte():
    connection = connecting()
    connection.connected(0.0)
    player = play(connection)
    for byte in response_to(connection) + serialise(0x82, b"a", None):
        player >> raw(bytes([byte]))
    player << Opened << Binary(b"a")


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "InvalidMessage"), (b"HTTP/1.1 503 No\r\n\r\nsor", InvalidStatus.__name__)]
)
def test_stream_that_ends_while_connecting(data, name):
    player = play(connecting()) >> raw(data) >> eof >> eof >> lost
    assert (ended(player).exception_name, ended(player).ending) == (name, Ending.REFUSED)


def test_connecting_that_fails_after_it_was_given_up():
    player = play(connecting()) >> do(lambda c, now: c.close(1000, "", now))
    player >> do(lambda c, now: c.connecting_failed(OSError("too late"), now))
    assert (ended(player).ending, ended(player).exception_name) == (Ending.ABORTED, "ConnectionAbortedError")


# --- frames ------------------------------------------------------------------------------------------------


@both
def test_ping_is_answered_with_its_data_and_in_order(make, key):
    """F18 (5.5.2)."""
    player = play(make())
    player >> raw(serialise(0x89, b"1", key) + serialise(0x89, b"", key)) << sent(10, b"1") << sent(10, b"")


@both
def test_unsolicited_pong_is_ignored(make, key):
    """F19 (5.5.3)."""
    player = play(make()) >> frame(Opcode.PONG, b"?", mask=key)
    assert player.said() == []
    assert player.connection.state is State.OPEN


@both
def test_ping_is_not_answered_once_the_peer_has_said_close(make, key):
    """F18 (5.5.2)."""
    player = play(make())
    player >> raw(serialise(0x88, b"", key) + serialise(0x89, b"1", key)) << sent(8, b"")
    assert [f.opcode for f in player.frames] == [8]


@both
def test_delayed_pong_is_not_sent_once_the_peer_has_said_close(make, key):
    """F18 (5.5.2)."""
    connection = make()
    connection.pongs.policy = PongPolicy("delay", 1.0)
    player = play(connection) >> frame(9, b"1", mask=key) >> frame(8, b"", mask=key) >> tick(2.0) << sent(8)
    assert len(player.frames) == 1


@both
def test_pong_to_one_of_several_pings(make, key):
    """F18 (5.5.3): the one that was answered has a round trip; the earlier ones are answered too."""
    connection = make()
    for payload in (b"1", b"2", b"3"):
        connection.ping(payload, 0.0)
    player = play(connection) >> tick(0.0) >> tick(1.0) >> frame(10, b"2", mask=key) << Ponged(b"2", 1.0, False)
    assert list(connection.keepalive.in_flight) == [b"3"]
    assert connection.latency == 0.0
    assert len(player.said()) == 1


@both
def test_pong_to_nothing_leaves_the_deadline(make, key):
    """F19 (5.5.3)."""
    player = play(make()) >> tick(20.0) >> frame(10, b"?", mask=key)
    assert [e.change for e in player.of(DeadlineChanged) if e.which is Which.PONG] == [Change.ARMED]


@both
def test_pong_to_an_earlier_ping_leaves_the_deadline(make, key):
    """F18 (5.5.3): it says nothing of the keepalive's."""
    connection = make()
    connection.ping(b"app", 0.0)
    player = play(connection) >> tick(20.0) >> frame(10, b"app", mask=key) << Ponged
    assert [e.change for e in player.of(DeadlineChanged) if e.which is Which.PONG] == [Change.ARMED]


def test_agreed_deflate_is_used_in_both_directions():
    """D9 to D11 (7692-6, 7)."""
    extension = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"
    request = REQUEST.replace(b"\r\n\r\n", b"\r\n" + extension.encode() + b"\r\n")
    here, there = client(extra=extension), server(request=request)
    assert there.opening.agreement.extensions == "permessage-deflate; server_no_context_takeover"
    for sender, receiver in ((here, there), (there, here)):
        player = play(receiver)
        for text in ("Hello" * 20, "", "Hello" * 20):
            sender.send(Opcode.TEXT, text.encode())
            data = sender.take(65536, 0.0)
            assert len(data) < 30
            player >> raw(data) << Text(text)
        sizes = [f.length for f in player.of(Frame)]
        # The server begins anew with each message, the client refers to the one before.
        assert (sizes[0] == sizes[2]) is (sender is there)


@both
@pytest.mark.parametrize(
    ("first", "payload", "code"),
    [
        pytest.param(0x83, b"", 1002, id="F8 5.2: opcode"),
        pytest.param(0xA1, b"", 1002, id="F6 5.2: RSV"),
        pytest.param(0x80, b"", 1002, id="F15 5.4: continuation"),
        pytest.param(0x81, b"\xff", 1007, id="F22 8.1: text"),
        pytest.param(0x88, b"\x03", 1002, id="C1 5.5.1: close of one byte"),
        pytest.param(0x88, close_body(1005), 1002, id="C6 7.4: close code"),
        pytest.param(0x88, close_body(1000) + b"\xff", 1007, id="C1 5.5.1: reason"),
        pytest.param(0x82, bytes(1001), 1009, id="F24 10.4: size"),
    ],
)
def test_violation_fails_the_connection(make, key, first, payload, code):
    """F23 (7.1.7): one Close goes out; nothing that follows changes anything, not even a Close."""
    player = play(make(limits=Limits(max_message=1000)))
    player >> frame(1, payload, first=first, mask=key)
    (seen,) = player.of(ViolationSeen)
    assert seen.violation.code == code
    assert not seen.sent
    player >> frame(8, close_body(1000), mask=key) >> frame(9, b"", mask=key) >> frame(0x81, b"a", mask=key)
    assert [(f.opcode, f.payload[:2]) for f in player.frames] == [(8, close_body(code))]
    assert player.of(Part) == []
    assert len(player.of(ViolationSeen)) == 1
    player >> eof >> lost
    end = ended(player)
    assert (end.ending, end.by_peer, end.code, end.received) == (Ending.VIOLATION, True, 1006, None)


@pytest.mark.parametrize(("make", "key"), [(client, KEY), (server, None)], ids=["F2 5.1: client", "F1 5.1: server"])
def test_masking_is_checked(make, key):
    player = play(make()) >> frame(1, b"a", mask=key) << ViolationSeen << sent(8)
    assert player.frames[0].payload == close_body(1002, "incorrect masking")


def test_queued_data_does_not_go_out_after_a_failure():
    """F23 (7.1.7), F25 (6.1): what has begun is finished, then comes Close."""
    connection = client()
    connection.send(Opcode.BINARY, b"begun")
    connection.send(Opcode.BINARY, b"queued")
    begun = connection.take(3, 0.0)
    connection.receive_data(serialise(0x83, b"", None), 0.0)
    rest = connection.take(65536, 0.0)
    assert len(begun + rest) == (6 + 5) + (6 + 2 + len("invalid opcode"))


@both
def test_late_data_is_seen_and_has_no_parts(make, key):
    """F23: evidence, marked as such."""
    player = play(make()) >> frame(1, b"a", first=0x83, mask=key) >> frame(1, b"b", mask=key)
    assert player.of(LateFrame) == []  # behind a framing fault nothing can be read
    player = play(make()) >> frame(1, b"\xff", mask=key) >> frame(1, b"b", mask=key)
    (late,) = player.of(LateFrame)
    assert late.frame.payload == b"b"
    assert [f.payload for f in player.of(Frame)] == [b"\xff"]


@both
def test_deadline_of_a_met_pong_is_followed_at_once(make, key):
    connection = make(timeouts=Timeouts(ping_interval=1.0))
    player = play(connection) >> tick(1.0)
    ping = player.frames[0].payload
    player >> tick(1.5) >> raw(serialise(0x8A, ping, key) + serialise(0x81, b"a", key))
    kinds = [type(event) for event in player.events[-5:]]
    assert kinds == [Ponged, DeadlineChanged, DeadlineChanged, Frame, Part]
    assert player.events[-4] == DeadlineChanged(Which.PONG, Change.MET, 21.0)


# --- closing -----------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("body", [b"", close_body(1000), close_body(3000, "why"), close_body(1014)])
def test_close_is_answered_with_its_code(make, key, body):
    """C3 (5.5.1), C7 (7.4), C8 (7.1.5)."""
    player = play(make()) >> frame(8, body, mask=key) << sent(8, body)
    assert player.connection.state is State.CLOSING
    is_server = key is not None
    assert player.connection.transport is (Transport.CLOSE if is_server else Transport.KEEP)
    player >> eof >> lost
    end = ended(player)
    assert (end.ending, end.by_peer) == (Ending.CLOSE_FRAMES, True)
    assert end.code == (int.from_bytes(body[:2], "big") if body else 1005)
    assert end.reason == body[2:].decode()


@both
def test_close_inside_a_fragmented_message(make, key):
    """C3 (5.5.1)."""
    player = play(make()) >> frame(1, b"a", first=0x01, mask=key) >> frame(8, close_body(1000), mask=key)
    player << Part << sent(8, close_body(1000))
    assert player.of(ViolationSeen) == []


@both
def test_both_sides_say_close_at_once(make, key):
    """C5 (5.5.1): no second Close; the code told is the peer's."""
    player = play(make()) >> do(lambda c, now: c.close(1001, "", now)) >> frame(8, close_body(1000), mask=key)
    assert len(player.frames) == 1
    player >> eof >> lost
    end = ended(player)
    assert (end.ending, end.by_peer, end.code) == (Ending.CLOSE_FRAMES, False, 1000)
    assert end.sentence == "sent 1001 (going away); then received 1000 (OK)"


@both
def test_messages_arrive_until_the_peer_has_said_close(make, key):
    """C2 (5.5.1), 1.4: also behind our own Close."""
    player = play(make()) >> do(lambda c, now: c.close(1000, "", now)) >> frame(1, b"a", mask=key) << Text("a")
    player >> frame(8, close_body(1000), mask=key) >> frame(1, b"b", mask=key)
    assert len(player.of(Part)) == 1
    assert len(player.of(LateFrame)) == 1


@both
def test_violation_behind_our_close_sends_no_second_one(make, key):
    player = play(make()) >> do(lambda c, now: c.close(1000, "", now)) >> frame(1, b"", first=0x83, mask=key)
    assert [f.payload for f in player.frames] == [close_body(1000)]
    player >> reset
    assert ended(player).sentence == "sent 1000 (OK); no close frame received"
    assert ended(player).ending is Ending.VIOLATION


def test_close_behind_queued_data_goes_out_though_the_connection_fails():
    """C2, F23: the Close that `sent` names was sent."""
    connection = client()
    connection.take(65536, 0.0)
    connection.send(Opcode.BINARY, b"data")
    connection.close(1000, "bye", 0.0)
    player = play(connection)
    connection.receive_data(serialise(0x83, b"", None), 0.0)
    player.settle()
    assert [f.payload for f in player.frames] == [close_body(1000, "bye")]


@both
def test_bytes_after_the_close_deadline_change_nothing(make, key):
    """C10 (7.1.1): the owner may still read what was under way."""
    player = play(make(timeouts=Timeouts(close_timeout=1.0))) >> do(lambda c, now: c.close(1000, "", now)) >> tick(1.0)
    assert player.connection.state is State.CLOSED
    count = len(player.events)
    player >> frame(8, close_body(1000), mask=key) >> frame(1, b"\xff", mask=key) >> eof
    assert len(player.events) == count
    player >> lost >> lost
    assert (ended(player).ending, ended(player).which) == (Ending.DEADLINE, Which.CLOSE)


@both
def test_reset_after_both_have_said_close_is_no_fault(make, key):
    player = play(make()) >> frame(8, close_body(1000), mask=key) >> reset
    assert ended(player).ending is Ending.CLOSE_FRAMES


def test_half_close_lets_queued_data_out():
    """T-NET-3."""
    connection = client()
    connection.send(Opcode.BINARY, b"data")
    connection.receive_eof(0.0)
    assert connection.transport is Transport.CLOSE
    assert len(connection.take(65536, 0.0)) == 6 + 4


def test_frames_under_way_in_both_directions_are_told():
    """T-NET-2: the partial frame is kept and marked."""
    connection = client()
    connection.send(Opcode.BINARY, b"0123456789")
    connection.take(12, 0.0)
    connection.written(9, 0.0)
    player = play(connection)
    connection.receive_data(serialise(0x81, b"abcd", None)[:4], 0.0)
    player >> reset
    received, given = player.of(PartialFrame)
    assert (received.frame.payload, received.sent, received.available) == (b"ab", False, 4)
    assert (given.frame.payload, given.sent, given.available) == (b"0123456789", True, 9)
    assert given.frame.first == FIN | Opcode.BINARY


def test_request_under_way_is_no_frame():
    connection = connecting()
    connection.connected(0.0)
    connection.take(65536, 0.0)
    connection.written(10, 0.0)
    player = play(connection) >> reset
    assert player.of(PartialFrame) == []


def test_every_deadline_has_ended_with_the_connection():
    player = play(client(Timeouts(ping_interval=1.0))) >> tick(1.0) >> reset
    changes = [event for event in player.of(DeadlineChanged) if event.which is Which.PONG]
    assert [event.change for event in changes] == [Change.ARMED, Change.CANCELLED]
    assert player.connection.next_deadline() is None
    assert [event.new for event in player.of(StateChanged)] == [State.CLOSED]
