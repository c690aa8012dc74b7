"""RELIABILITY 1.4, row by row: closing (RFC 6455 5.5.1, 7). What a case must cause is in helpers/ledger.py."""

from __future__ import annotations

import asyncio

import pytest

from framescope.engine.errors import InvalidState, ProtocolError
from framescope.engine.events import Change, DeadlineChanged, Ended, Ending, StateChanged, ViolationSeen, Which
from framescope.engine.frames import Opcode
from framescope.engine.lifecycle import Transport
from framescope.engine.settings import Timeouts
from framescope.engine.state import State
from framescope.net.opener import open_client
from framescope.net.tls import client_context
from helpers.conversation import client, do, eof, frame, lost, play, raw, reset, sent, server, tick
from helpers.ledger import DEFLATE, Bits, Case, Fault, check, close, key_of, ledger, messages_of, opened, rows, text
from helpers.loops import in_loop
from helpers.raw_peers import Certificates, Peer, raw_server, watch

CLOSE = 0x88
MAKE = {"client": client, "server": server}


def timeouts() -> Timeouts:
    return Timeouts(ping_interval=None, close_timeout=5.0)


# RFC 6455 7.4.1, 7.4.2 and the registry of IANA, where 1012, 1013 and 1014 were added later.
LEGAL_CODES = (*range(1000, 1004), *range(1007, 1015), 3000, 3999, 4000, 4999)
# C6: 1004 is "Reserved. The specific meaning might be defined in the future."; 1005, 1006 and 1015 "MUST NOT be set as
# a status code in a Close control frame by an endpoint"; 7.4.2: "Status codes in the range 0-999 are not used."
ILLEGAL_CODES = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32768, 65535)

# C1, RFC 6455 5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer", behind
# which it "MAY contain UTF-8-encoded data"
ONE_BYTE = Fault("close frame body of one byte", "RFC 6455 5.5.1")


def not_utf8(place: int) -> Fault:
    return Fault(f"invalid UTF-8 in close reason at byte {place}", "RFC 6455 5.5.1", 1007)


FAULTS = [
    Case("C1 body of one byte", [Bits(CLOSE, b"\x03")], ONE_BYTE),
    Case("C1 body of one byte inside a message", [text(b"a", 0x01), Bits(CLOSE, b"\x00")], ONE_BYTE),
    Case("C1 reason that is no UTF-8", [Bits(CLOSE, close(1000, b"ab\xff"))], not_utf8(2)),
    Case("C1 reason cut inside a character", [Bits(CLOSE, close(1000, b"\xe2\x82"))], not_utf8(0)),
    Case("C1 reason with a surrogate", [Bits(CLOSE, close(4000, b"a\xed\xa0\x80"))], not_utf8(1)),
    Case("C1 neither a code nor UTF-8", [Bits(CLOSE, close(0, b"\xff"))], not_utf8(0)),
    *[
        Case(f"C6 code {code}", [Bits(CLOSE, close(code, b"why"))], Fault(f"close code {code}", "RFC 6455 7.4"))
        for code in ILLEGAL_CODES
    ],
]


@ledger(FAULTS)
def test_invalid_close_frames(case, role):
    check(case, role)


# C3, RFC 6455 5.5.1: "the endpoint MUST send a Close frame in response. (When sending a Close frame in response, the
# endpoint typically echos the status code it received.)"
# C7: the codes of 7.4.1, of IANA's registry, and those of libraries and applications (7.4.2)
ANSWERED = [
    Case("C1 no body", [Bits(CLOSE)], answers=[(8, b"")]),
    Case("C1 code without a reason", [Bits(CLOSE, close(1000))], answers=[(8, close(1000))]),
    Case("C1 reason of 123 bytes", [Bits(CLOSE, close(1000, b"x" * 123))], answers=[(8, close(1000, b"x" * 123))]),
    Case("C1 reason in UTF-8", [Bits(CLOSE, close(1000, "€".encode()))], answers=[(8, close(1000, "€".encode()))]),
    Case("C3 close inside a message", [text(b"a", 0x01), Bits(CLOSE, close(1000))], answers=[(8, close(1000))]),
    Case("C3 close behind half a character", [text(b"\xe2", 0x01), Bits(CLOSE)], answers=[(8, b"")]),
    Case(
        "C3 close inside a compressed message",
        [Bits(0x41, b"\xf2"), Bits(CLOSE, close(1001))],
        answers=[(8, close(1001))],
        extension=DEFLATE,
    ),
    # RFC 6455 5.5.1: behind its Close a peer sends no data; what comes all the same changes nothing.
    Case("C3 message behind close", [Bits(CLOSE), text(b"a"), Bits(CLOSE, close(1001))], answers=[(8, b"")]),
    Case("C3 fault behind close", [Bits(CLOSE), Bits(0x83)], answers=[(8, b"")]),
    *[
        Case(f"C7 code {code}", [Bits(CLOSE, close(code, b"why"))], answers=[(8, close(code, b"why"))])
        for code in LEGAL_CODES
    ],
]


@ledger(ANSWERED)
def test_valid_close_frames(case, role):
    check(case, role)


def ended(player) -> Ended:
    (event,) = player.of(Ended)
    assert player.events[-1] is event
    return event


def closing(role: str, code: int = 1000, reason: str = ""):
    """Return an endpoint that has said Close at time 0."""
    return play(MAKE[role](timeouts=timeouts())) >> do(lambda c, now: c.close(code, reason, now))


@rows("C2-client", "C2-server")
def test_invalid_data_behind_our_close(role):
    """C2, RFC 6455 5.5.1: "The application MUST NOT send any more data frames after sending a Close frame."."""
    player = closing(role) << sent(8, close(1000))
    for act in (
        lambda c: c.send(Opcode.TEXT, b"a"),
        lambda c: c.send(Opcode.BINARY, b"", ends=False),
        lambda c: c.ping(b"", 0.0),
        lambda c: c.send_raw(0x81, b"", is_masked=True),
    ):
        with pytest.raises(InvalidState, match="closing"):
            act(player.connection)
    player.connection.close(1001, "again", 0.0)
    player.settle()
    assert len(player.frames) == 1


@rows("C2-client", "C2-server")
def test_valid_data_before_our_close(role):
    """C2: what was sent before Close leaves before it, though not all of it had begun."""
    connection = MAKE[role]()
    connection.send(Opcode.TEXT, b"first")
    connection.send(Opcode.TEXT, b"second", ends=False)
    connection.close(1000, "", 0.0)
    player = play(connection)
    player.settle()
    player << sent(1, b"first") << sent(1, b"second") << sent(8, close(1000))


@rows("C2-client", "C2-server")
def test_valid_messages_behind_our_close(role):
    """C2, RFC 6455 1.4: what the peer had sent until it says Close is still heard, and pings are answered."""
    player = closing(role) >> raw(text(b"a").wire(key_of(role))) >> frame(9, b"p", mask=key_of(role))
    assert messages_of(player) == ["a"]
    player << sent(8) << sent(10, b"p")


# C4, RFC 6455 5.5.1: "The server MUST close the underlying TCP connection immediately; the client SHOULD wait for the
# server to close the connection"
@rows("C4-server")
def test_valid_server_closes_tcp_at_once(role):
    for player in (closing(role), play(server(timeouts=timeouts()))):
        assert player.connection.transport is Transport.KEEP
        player >> frame(8, close(1000), mask=key_of(role))
        assert player.connection.transport is Transport.CLOSE
        assert player.connection.outbox.size == 0  # so that its owner closes now


@rows("C4-client")
def test_valid_client_waits_and_then_closes(role):
    """C4: "... if it has not received a TCP Close from the server in a reasonable time period"."""
    for player in (closing(role), play(client(timeouts=timeouts()))):
        player >> frame(8, close(1000))
        assert player.connection.transport is Transport.KEEP
        assert player.connection.next_deadline() == 5.0
        player >> tick(4.999)
        assert (player.connection.transport, player.connection.state) == (Transport.KEEP, State.CLOSING)
        player >> tick(5.0) >> lost
        assert player.connection.transport is Transport.ABORT
        # Both have said Close: that the server leaves TCP open is no fault of the closing handshake.
        assert (ended(player).ending, ended(player).code) == (Ending.CLOSE_FRAMES, 1000)


@rows("C4-client")
def test_valid_client_closes_behind_the_server(role):
    player = closing(role) >> frame(8, close(1000)) >> eof
    assert player.connection.transport is Transport.CLOSE


@rows("C5-client", "C5-server")
def test_valid_both_close_at_once(role):
    """C5, RFC 6455 5.5.1: both "will have sent and received a Close message and should consider the WebSocket
    connection closed"; 7.1.5: the code is the one received, and no second Close is sent.
    """
    player = closing(role, 1001, "mine") >> frame(8, close(3000, b"theirs"), mask=key_of(role))
    assert [one.payload for one in player.frames] == [close(1001, b"mine")]
    player >> eof >> lost
    end = ended(player)
    assert (end.ending, end.code, end.reason, end.by_peer) == (Ending.CLOSE_FRAMES, 3000, "theirs", False)
    assert (end.sent.code, end.received.code) == (1001, 3000)


@rows("C5-client", "C5-server")
def test_invalid_close_at_once(role):
    """C5: where the other Close is faulty, ours was sent already and no second one goes out."""
    player = closing(role) >> frame(8, close(1005), mask=key_of(role)) >> eof >> lost
    assert [one.payload for one in player.frames] == [close(1000)]
    assert [event.violation.rule for event in player.of(ViolationSeen)] == ["close code 1005"]
    assert (ended(player).ending, ended(player).code) == (Ending.VIOLATION, 1006)


@rows("C6-client", "C6-server")
def test_invalid_codes_to_send(role):
    """C6: the application cannot send what a peer has to refuse; 1005 stands for no body."""
    connection = MAKE[role]()
    for code in (*ILLEGAL_CODES, 65536, -1):
        with pytest.raises(ProtocolError):
            connection.close(code, "why", 0.0)
        with pytest.raises(ProtocolError):
            connection.fail(code, "why", 0.0)
    with pytest.raises(ProtocolError, match="half a character"):
        connection.close(1000, "\ud800", 0.0)
    assert connection.state is State.OPEN
    assert connection.outbox.size == 0
    player = play(connection) >> do(lambda c, now: c.close(1005, "", now)) << sent(8, b"")
    assert player.connection.state is State.CLOSING


@rows("C7-client", "C7-server")
def test_valid_codes_to_send(role):
    for code in LEGAL_CODES:
        closing(role, code, "why") << sent(8, close(code, b"why"))


# C8, RFC 6455 7.1.5: "the status code (Section 7.4) contained in the first Close control frame received ... If this
# Close control frame contains no status code, [it] is considered to be 1005. If ... no Close control frame was received
# by the endpoint ..., [it] is considered to be 1006."
@rows("C8-client", "C8-server")
def test_valid_code_that_is_told(role):
    key = key_of(role)
    for steps, code, reason in (
        ([frame(8, close(4000, b"why"), mask=key), eof, lost], 4000, "why"),
        ([frame(8, close(4000, b"why"), mask=key), frame(8, close(4001), mask=key), lost], 4000, "why"),
        ([frame(8, b"", mask=key), eof, lost], 1005, ""),
        ([eof, lost], 1006, ""),
        ([reset], 1006, ""),
        ([do(lambda c, now: c.close(1000, "ours", now)), eof, lost], 1006, ""),
        ([do(lambda c, now: c.fail(1011, "ours", now)), frame(8, close(1011), mask=key), lost], 1006, ""),
        ([tick(5.0), frame(8, close(1000), mask=key), reset], 1000, ""),
    ):
        player, _ = opened(role)
        for step in steps:
            player >> step
        assert (ended(player).code, ended(player).reason) == (code, reason)


@rows("C9-client", "C9-server")
def test_valid_reason_that_is_too_long(role):
    """C9, RFC 6455 5.5: 125 bytes with the code; 5.5.1: UTF-8, so the cut is between two characters."""
    for reason, kept in (
        ("x" * 122, 122),
        ("x" * 123, 123),
        ("x" * 124, 123),
        ("€" * 41, 123),
        ("€" * 42, 123),
        ("a" + "€" * 41, 121),
        ("ab" + "€" * 41, 122),
        ("\U0001f600" * 100, 120),
    ):
        player = closing(role, 1000, reason)
        body = player.frames[0].payload[2:]
        assert len(body) == kept
        assert reason.startswith(body.decode())


@rows("C9-client", "C9-server")
def test_valid_reason_of_a_failure(role):
    """C9: also where the engine itself says why, and it cites what the peer sent."""
    player, _ = opened(role)
    player >> do(lambda c, now: c.fail(1011, "€" * 100, now)) << sent(8, close(1011, ("€" * 41).encode()))


# C10: a peer that never answers Close is left after close_timeout, by the clock that the owner hands in.
@rows("C10-client", "C10-server")
def test_valid_patience_with_a_peer_that_never_answers(role):
    player = closing(role) >> tick(4.999)
    assert (player.connection.state, player.connection.transport) == (State.CLOSING, Transport.KEEP)
    player >> raw(text(b"still talking").wire(key_of(role))) >> tick(5.0)
    assert (player.connection.state, player.connection.transport) == (State.CLOSED, Transport.ABORT)
    assert DeadlineChanged(Which.CLOSE, Change.MISSED, 5.0) in player.events
    player >> lost
    end = ended(player)
    assert (end.ending, end.which, end.code) == (Ending.DEADLINE, Which.CLOSE, 1006)
    assert end.sentence == "sent 1000 (OK); no close frame received"
    assert messages_of(player) == ["still talking"]


@rows("C10-client", "C10-server")
def test_invalid_patience(role):
    """C10: traffic that is no Close does not move the deadline; None waits without limit."""
    player = closing(role)
    for second in range(1, 5):
        player >> tick(second) >> frame(9, b"", mask=key_of(role))
    assert player.connection.next_deadline() == 5.0
    player = closing(role) >> do(lambda c, now: c.turn("close_timeout", None, now)) >> tick(1e6)
    assert player.connection.state is State.CLOSING
    # The same holds behind a failure: a peer that broke a rule is not waited for longer.
    player = play(MAKE[role](timeouts=timeouts())) >> frame(1, b"", first=0x83, mask=key_of(role)) >> tick(5.0)
    assert (player.connection.state, player.connection.transport) == (State.CLOSED, Transport.ABORT)
    assert [event.new for event in player.of(StateChanged)] == [State.CLOSING, State.CLOSED]


# C12, RFC 6455 7.1.1: "An endpoint SHOULD use a method that cleanly closes the TCP connection, as well as the TLS
# session"; a TLS stream that ends without close_notify may have been cut by anybody (RFC 8446 6.1).
@rows("C12-client")
@in_loop
async def test_invalid_end_of_tls(role, tmp_path):
    certificates = Certificates.make()
    authority = tmp_path / "authority.pem"
    certificates.authority.cert_pem.write_to_path(authority)

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(1, b"half of what was")
        await peer.writer.drain()
        peer.writer.transport.abort()  # TCP ends; TLS is not told

    async with raw_server(conduct, certificates.server) as port:
        seen = watch(f"wss://localhost:{port}/", timeouts())
        await open_client(seen.driver, seen.address, context=client_context(ca_file=authority))
        await asyncio.wait({seen.driver.ended})
    assert seen.tap.errors == ["the TLS stream ended without close_notify"]
    assert (seen.tap.ended.ending, seen.tap.ended.code) == (Ending.FIN, 1006)


@rows("C12-client")
@in_loop
async def test_valid_end_of_tls(role, tmp_path):
    certificates = Certificates.make()
    authority = tmp_path / "authority.pem"
    certificates.authority.cert_pem.write_to_path(authority)

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(8, close(1000))
        await peer.reader.readexactly(8)  # the client has answered

    async with raw_server(conduct, certificates.server) as port:
        seen = watch(f"wss://localhost:{port}/", timeouts())
        await open_client(seen.driver, seen.address, context=client_context(ca_file=authority))
        await asyncio.wait({seen.driver.ended})
    assert seen.tap.errors == []
    assert (seen.tap.ended.ending, seen.tap.ended.code) == (Ending.CLOSE_FRAMES, 1000)
