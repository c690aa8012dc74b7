"""Does a whole endpoint behave as RFC 6455 and the knob table say? Client and server, as conversations."""

from __future__ import annotations

import pytest

from framescope.engine.connection import Connection
from framescope.engine.errors import ConcurrencyError, InvalidState, ProtocolError, Violation
from framescope.engine.events import (
    Change,
    DeadlineChanged,
    Ended,
    Ending,
    FrameSent,
    HandshakeFailed,
    KnobTurned,
    LateFrame,
    Opened,
    Ponged,
    ViolationSeen,
    Which,
)
from framescope.engine.frames import Opcode
from framescope.engine.handshake import ServerTerms
from framescope.engine.lifecycle import Transport
from framescope.engine.opening import plain_response
from framescope.engine.settings import BadKnob, Timeouts
from framescope.engine.state import State
from helpers.conversation import (
    REQUEST,
    Binary,
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
    wire,
)

KEY = b"\x37\xfa\x21\x3d"


def ended(player) -> Ended:
    (event,) = player.of(Ended)
    return event


def dues(player, which: Which) -> list[tuple[Change, float | None]]:
    return [(e.change, e.due) for e in player.of(DeadlineChanged) if e.which is which]


def test_client_receives_text_and_sends_the_keepalive_ping():
    # RFC 6455 5.7: "a single-frame unmasked text message"
    play(client()) >> wire("81 05 48656c6c6f") << Text("Hello") >> tick(20.0) << sent(Opcode.PING)


def test_server_receives_masked_text():
    # RFC 6455 5.7: "a single-frame masked text message"
    play(server()) >> wire("81 85 37fa213d 7f9f4d5158") << Text("Hello")


def test_frames_behind_the_101_in_the_same_read_are_frames():
    connection = connecting()
    connection.connected(0.0)
    play(connection) >> raw(response_to(connection) + b"\x82\x01\x07") << Opened << Binary(b"\x07")


def test_ping_is_answered_with_the_same_data():
    play(client()) >> frame(Opcode.PING, b"abc") << sent(Opcode.PONG, b"abc")


def test_pong_tells_the_round_trip_from_writing_to_reading():
    player = play(client()) >> tick(20.0)
    ping = player.frames[0]
    player >> tick(20.25) >> frame(Opcode.PONG, ping.payload) << Ponged(ping.payload, 0.25, False)
    assert player.connection.latency == 0.25


def test_missing_pong_fails_with_1011_and_the_faq_sentence():
    player = play(client()) >> tick(20.0) >> tick(40.0) << sent(Opcode.PING)
    player << sent(Opcode.CLOSE, b"\x03\xf3keepalive ping timeout")
    assert player.connection.state is State.CLOSING
    player >> tick(49.9)
    assert player.connection.transport is Transport.KEEP
    player >> tick(50.0) >> lost
    assert player.connection.transport is Transport.ABORT
    assert ended(player).sentence == "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    assert (ended(player).ending, ended(player).which, ended(player).code) == (Ending.DEADLINE, Which.PONG, 1006)


def test_late_pong_is_seen_and_changes_nothing():
    player = play(client()) >> tick(20.0) >> tick(40.0)
    ping = player.frames[0]
    player >> tick(42.0) >> frame(Opcode.PONG, ping.payload) >> frame(Opcode.CLOSE, b"\x03\xe8")
    assert player.of(Ponged) == [Ponged(ping.payload, 22.0, True)]
    assert len(player.of(LateFrame)) == 2
    player >> eof >> lost
    assert ended(player).sentence == "sent 1011 (internal error) keepalive ping timeout; no close frame received"


@pytest.mark.parametrize(("end", "ending"), [(eof, Ending.FIN), (None, Ending.RESET)])
@pytest.mark.parametrize("make", [client, server])
def test_stream_lost_without_close_frames(make, end, ending):
    player = play(make())
    if end:
        player >> end >> lost
    else:
        player >> reset
    assert ended(player).sentence == "no close frame received or sent"
    assert (ended(player).ending, ended(player).code, ended(player).by_peer) == (ending, 1006, True)
    assert player.connection.state is State.CLOSED


def test_client_closes_and_waits_for_the_server_to_close_tcp():
    player = play(client()) >> do(lambda c, now: c.close(1000, "bye", now)) << sent(Opcode.CLOSE, b"\x03\xe8bye")
    player >> frame(Opcode.CLOSE, b"\x03\xe8bye")
    assert player.connection.transport is Transport.KEEP
    player >> eof
    assert player.connection.transport is Transport.CLOSE
    player >> lost
    assert ended(player).sentence == "sent 1000 (OK) bye; then received 1000 (OK) bye"
    assert (ended(player).exception_name, ended(player).ending) == ("ConnectionClosedOK", Ending.CLOSE_FRAMES)


def test_server_answers_close_and_closes_tcp_at_once():
    player = play(server()) >> frame(Opcode.CLOSE, b"\x03\xe9", mask=KEY) << sent(Opcode.CLOSE, b"\x03\xe9")
    assert player.connection.transport is Transport.CLOSE
    player >> lost
    assert ended(player).sentence == "received 1001 (going away); then sent 1001 (going away)"
    assert ended(player).by_peer


def test_close_that_is_never_answered_ends_at_close_timeout():
    player = play(client(Timeouts(close_timeout=2.0))) >> do(lambda c, now: c.close(1000, "", now)) >> tick(2.0) >> lost
    assert ended(player).sentence == "sent 1000 (OK); no close frame received"
    assert (ended(player).ending, ended(player).which) == (Ending.DEADLINE, Which.CLOSE)


def test_unmasked_client_frame_fails_the_server_with_1002():
    player = play(server()) >> wire("81 05 48656c6c6f") << ViolationSeen << sent(Opcode.CLOSE)
    assert player.connection.transport is Transport.HALF_CLOSE
    player >> eof >> lost
    assert ended(player).ending is Ending.VIOLATION
    assert ended(player).sentence == "sent 1002 (protocol error) incorrect masking; no close frame received"


def test_invalid_utf8_fails_with_1007():
    player = play(client()) >> wire("81 02 c328") << ViolationSeen << sent(Opcode.CLOSE)
    assert player.frames[0].payload[:2] == b"\x03\xef"


def test_fragments_make_one_message_around_a_ping():
    player = play(client()) >> wire("01 03 48656c") >> wire("89 00") >> wire("80 02 6c6f")
    player << sent(Opcode.PONG, b"")
    parts = player.said()
    assert [(p.text, p.begins, p.ends) for p in parts] == [("Hel", True, False), ("lo", False, True)]


def test_interval_turned_asks_for_the_next_ping_at_once():
    player = play(client()) >> tick(5.0) >> do(lambda c, now: c.turn("ping_interval", 0.5, now))
    player << KnobTurned("ping_interval", 20.0, 0.5)
    assert player.connection.next_deadline() == 5.0
    player >> tick(5.0) << sent(Opcode.PING)


def test_interval_none_stops_pings_and_a_value_brings_them_back():
    player = play(client()) >> do(lambda c, now: c.turn("ping_interval", None, now)) >> tick(100.0)
    assert player.frames == []
    player >> do(lambda c, now: c.turn("ping_interval", 0.5, now)) >> tick(100.0) << KnobTurned << KnobTurned
    assert len(player.frames) == 1


def test_ping_in_flight_keeps_its_deadline():
    player = play(client()) >> tick(20.0) >> do(lambda c, now: c.turn("ping_timeout", 0.5, now)) >> tick(30.0)
    assert player.connection.state is State.OPEN
    assert dues(player, Which.PONG) == [(Change.ARMED, 40.0)]


def test_ping_without_deadline_never_blocks_the_next():
    player = play(client(Timeouts(ping_interval=1.0, ping_timeout=None)))
    player >> tick(1.0) >> tick(2.0) >> tick(3.0)
    assert len(player.frames) == 3
    assert dues(player, Which.PONG) == []


def test_no_ping_leaves_while_one_is_awaited():
    player = play(client(Timeouts(ping_interval=1.0, ping_timeout=10.0))) >> tick(1.0) >> tick(2.0) >> tick(5.0)
    assert len(player.frames) == 1
    player >> frame(Opcode.PONG, player.frames[0].payload) >> tick(5.0)
    assert len(player.frames) == 2


def test_blocked_ping_expires_when_the_socket_stops_moving():
    connection = client(Timeouts(ping_interval=1.0, ping_timeout=2.0))
    connection.send(Opcode.BINARY, bytes(1000))
    connection.take(100, 0.0)
    connection.events()
    connection.tick(1.0)
    connection.written(50, 1.5)
    assert Change.BLOCKED not in [e.change for e in connection.events() if isinstance(e, DeadlineChanged)]
    connection.written(0, 1.5)  # it takes no more
    assert DeadlineChanged(Which.PONG, Change.BLOCKED, 3.5) in connection.events()
    connection.written(10, 3.0)
    connection.tick(4.9)
    assert connection.state is State.OPEN
    connection.tick(5.0)
    assert connection.state is State.CLOSING


def test_open_timeout_moves_while_connecting():
    connection = connecting()
    connection.turn("open_timeout", 0.5, 0.1)
    player = play(connection) >> tick(0.4)
    assert connection.state is State.CONNECTING
    player >> tick(0.5) << HandshakeFailed >> lost
    assert (ended(player).exception_name, ended(player).which) == ("TimeoutError", Which.OPEN)
    assert ended(player).sentence == "timed out during opening handshake"


def test_close_timeout_moves_while_closing():
    player = play(client()) >> do(lambda c, now: c.close(1000, "", now)) >> tick(1.0)
    player >> do(lambda c, now: c.turn("close_timeout", 0.5, now)) >> tick(1.0)
    assert player.connection.transport is Transport.ABORT


def test_deadlines_are_told_once_each():
    player = play(client()) >> tick(20.0) >> tick(20.5) >> tick(21.0)
    player >> frame(Opcode.PONG, player.frames[0].payload)
    assert dues(player, Which.PING) == [(Change.MET, 20.0), (Change.ARMED, 40.0)]
    assert dues(player, Which.PONG) == [(Change.ARMED, 40.0), (Change.MET, 40.0)]


@pytest.mark.parametrize(
    ("name", "value"), [("ping_interval", 0), ("ping_timeout", -1), ("open_timeout", float("nan")), ("speed", 1)]
)
def test_knob_refuses_what_cannot_be(name, value):
    with pytest.raises(BadKnob):
        client().turn(name, value, 0.0)


def test_misuse_raises_and_changes_nothing():
    connection = client()
    with pytest.raises(ProtocolError):
        connection.close(1006, "", 0.0)
    with pytest.raises(ProtocolError):
        connection.ping(bytes(126), 0.0)
    assert connection.state is State.OPEN
    connection.close(1000, "", 0.0)
    with pytest.raises(InvalidState):
        connection.send(Opcode.TEXT, b"too late")


def test_refused_upgrade_keeps_the_response():
    connection = connecting()
    connection.connected(0.0)
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n"
    player = play(connection) >> raw(refusal)
    (event,) = player.of(HandshakeFailed)
    assert str(event.error) == "server rejected WebSocket connection: HTTP 403"
    assert event.response.body == b"no!\n"


def test_swallowed_ping_stays_without_answer():
    connection = client()
    connection.pongs.policy = connection.pongs.policy._replace(policy="swallow")
    player = play(connection) >> frame(Opcode.PING, b"x") >> tick(5.0)
    assert player.frames == []


def test_delayed_pong_leaves_when_it_is_due():
    connection = client()
    connection.pongs.policy = connection.pongs.policy._replace(policy="delay", delay=1.5)
    player = play(connection) >> frame(Opcode.PING, b"x")
    assert connection.next_deadline() == 1.5
    player >> tick(1.4)
    assert player.frames == []
    player >> tick(1.5) << sent(Opcode.PONG, b"x")


def test_delayed_pong_is_owed_no_more_once_the_stream_is_gone():
    connection = client()
    connection.pongs.policy = connection.pongs.policy._replace(policy="delay", delay=1.5)
    play(connection) >> frame(Opcode.PING, b"x") >> reset
    assert connection.next_deadline() is None


def test_connecting_that_failed_ends_with_its_own_error():
    player = play(connecting())
    error = ConnectionRefusedError(111, "Connect call failed")
    player >> do(lambda connection, now: connection.connecting_failed(error, now))
    (failed,) = player.of(HandshakeFailed)
    assert failed.error is error
    end = ended(player)
    assert (end.ending, end.exception_name, end.by_peer) == (Ending.REFUSED, "ConnectionRefusedError", False)


def test_stream_that_breaks_while_connecting_is_the_cause_of_what_connect_raises():
    player = play(connecting())
    error = ConnectionResetError(104, "Connection reset by peer")
    player >> do(lambda connection, now: connection.connection_lost(now, is_reset=True, error=error))
    (failed,) = player.of(HandshakeFailed)
    assert failed.error.__cause__ is error
    assert ended(player).ending is Ending.RESET


def test_server_sends_the_answer_that_a_hook_has_changed():
    request = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    connection = Connection(ServerTerms(), now=0.0)
    connection.receive_data(request, 0.0)
    connection.opening.accept().headers["X-Room"] = "7"
    connection.accept(0.0)
    assert b"\r\nX-Room: 7\r\n" in connection.take(65536, 0.0)


def listening() -> Connection:
    connection = Connection(ServerTerms(), now=0.0)
    connection.receive_data(REQUEST, 0.0)
    return connection


def test_server_may_change_its_answer_as_it_gives_it():
    connection = listening()
    connection.accept(0.0, lambda response: response.headers.update({"X-Room": "7"}))
    assert b"\r\nX-Room: 7\r\n" in connection.take(65536, 0.0)


def test_server_refuses_with_an_answer_of_its_own():
    connection = listening()
    player = play(connection)
    connection.reject(plain_response(404, "no such room"), LookupError("no such room"), 0.0)
    assert connection.take(65536, 0.0).startswith(b"HTTP/1.1 404 Not Found\r\n")
    player.settle()
    (failed,) = player.of(HandshakeFailed)
    assert failed.response.status_code == 404
    assert connection.transport is Transport.CLOSE
    player >> lost
    assert (ended(player).exception_name, ended(player).ending) == ("LookupError", Ending.REFUSED)


@pytest.mark.parametrize(
    "make", [connecting, client, server, lambda: Connection(ServerTerms(), now=0.0)], ids=["-", "client", "server", "S"]
)
def test_there_is_nothing_to_answer(make):
    with pytest.raises(InvalidState, match="no request waits for an answer"):
        make().accept(0.0)
    with pytest.raises(InvalidState, match="no request waits for an answer"):
        make().reject(plain_response(404, ""), LookupError(), 0.0)


def test_frame_that_a_person_wants_just_so():
    connection = client()
    violation = Violation("unknown opcode 0x3", "RFC 6455 5.2", 0, 1002, "invalid opcode")
    player = play(connection) >> do(lambda c, now: c.send_raw(0x83, b"x", is_masked=False, violation=violation))
    player >> do(lambda c, now: c.send_raw(0x82, b"y", is_masked=True)) << ViolationSeen(violation, True)
    assert [event.deliberate for event in player.of(FrameSent)] == [True, True]
    assert [frame.mask is None for frame in player.frames] == [True, False]


def test_ping_and_pong_of_the_application():
    connection = client()
    assert connection.ping(b"mine", 0.0) == b"mine"
    with pytest.raises(ConcurrencyError, match="already waiting for a pong with the same data"):
        connection.ping(b"mine", 0.0)
    connection.pong(b"hello")
    play(connection) >> tick(0.0) << sent(Opcode.PING, b"mine") << sent(Opcode.PONG, b"hello")


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        pytest.param(1005, "why", "close code 1005 must not be sent", id="C6 7.4: a reason needs a code"),
        pytest.param(999, "", "close code 999 must not be sent", id="C6 7.4: 999"),
        pytest.param(1006, "", "close code 1006 must not be sent", id="C6 7.4: 1006"),
        pytest.param(1000, "\ud800", "the close reason has half a character", id="C1 5.5.1: reason"),
    ],
)
@pytest.mark.parametrize("act", ["close", "fail"])
def test_close_that_must_not_be_sent(act, code, reason, words):
    connection = client()
    with pytest.raises(ProtocolError, match=words):
        getattr(connection, act)(code, reason, 0.0)
    assert connection.state is State.OPEN
    assert not connection.closure.has_failed


@pytest.mark.parametrize("act", ["close", "fail"])
def test_long_reason_is_cut_and_told_as_it_was_sent(act):
    """C9 (5.5.1)."""
    player = play(client()) >> do(lambda c, now: getattr(c, act)(4000, "é" * 100, now)) >> lost
    assert player.frames[0].payload == b"\x0f\xa0" + "é".encode() * 61
    assert ended(player).sent.reason == "é" * 61


def test_close_without_a_code():
    """C1 (5.5.1)."""
    play(client()) >> do(lambda c, now: c.close(1005, "", now)) << sent(Opcode.CLOSE, b"")


def test_fault_of_the_application_fails_the_connection():
    player = play(server()) >> do(lambda c, now: c.fail(1011, "", now)) << sent(Opcode.CLOSE, b"\x03\xf3")
    assert player.connection.transport is Transport.HALF_CLOSE
    player >> frame(Opcode.CLOSE, b"\x03\xf3", mask=KEY) >> lost
    assert ended(player).sentence == "sent 1011 (internal error); no close frame received"
    assert (ended(player).ending, ended(player).by_peer) == (Ending.ABORTED, False)


@pytest.mark.parametrize("act", ["close", "fail"])
def test_what_is_closing_is_not_closed_again(act):
    player = play(client()) >> do(lambda c, now: c.close(1000, "", now))
    player >> do(lambda c, now: getattr(c, act)(1011, "again", now))
    assert len(player.frames) == 1
    assert not player.connection.closure.has_failed
    player >> lost >> do(lambda c, now: getattr(c, act)(1011, "again", now))
    assert ended(player).sentence == "sent 1000 (OK); no close frame received"


@pytest.mark.parametrize("act", ["close", "fail"])
def test_connecting_is_given_up(act):
    player = play(connecting()) >> do(lambda c, now: getattr(c, act)(1000, "", now)) << HandshakeFailed
    assert player.connection.transport is Transport.ABORT
    player >> lost
    assert (ended(player).ending, ended(player).sentence) == (Ending.ABORTED, "connecting was given up")


def test_every_knob_is_told():
    player = play(client())
    for name in ("open_timeout", "ping_interval", "ping_timeout", "close_timeout"):
        player >> do(lambda c, now, name=name: c.turn(name, 7, now)) << KnobTurned(name, getattr(Timeouts(), name), 7)
    assert player.connection.timeouts == Timeouts(7, 7, 7, 7)


def test_nothing_is_sent_before_the_connection_is_open():
    """F25 (6.1)."""
    connection = connecting()
    for act in (
        lambda: connection.send(Opcode.TEXT, b""),
        lambda: connection.send_raw(0x81, b"", is_masked=True),
        lambda: connection.ping(None, 0.0),
        lambda: connection.pong(b""),
    ):
        with pytest.raises(InvalidState, match="connection is connecting"):
            act()
