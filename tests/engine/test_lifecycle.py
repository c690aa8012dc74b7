"""Where does an endpoint stand, and what does the time do to it? ARCHITECTURE's deadlines; RELIABILITY C10, T-NET-4."""

from __future__ import annotations

from framescope.engine.events import Change, DeadlineChanged, FrameSent, HandshakeFailed, Which
from framescope.engine.frames import Opcode
from framescope.engine.lifecycle import Role, Transport
from framescope.engine.settings import Timeouts
from framescope.engine.state import State
from helpers.conversation import client, connecting, do, frame, play, sent, server, tick


def test_roles_are_those_of_websockets():
    from websockets.protocol import Side

    assert {role.name: role.value for role in Role} == {side.name: side.value for side in Side}
    assert (client().role, server().role) == (Role.CLIENT, Role.SERVER)


def test_nothing_is_due_without_timeouts():
    none = Timeouts(None, None, None, None)
    connection = connecting(timeouts=none)
    assert connection.next_deadline() is None
    connection.tick(1e9)
    assert connection.state is State.CONNECTING
    player = play(client(none)) >> tick(1e9) >> do(lambda c, now: c.close(1000, "", now)) >> tick(2e9)
    assert player.connection.state is State.CLOSING
    assert player.connection.next_deadline() is None


def test_open_deadline_passes():
    player = play(connecting()) >> tick(9.999)
    assert player.of(HandshakeFailed) == []
    player >> tick(10.0) << HandshakeFailed
    assert player.connection.transport is Transport.ABORT
    assert DeadlineChanged(Which.OPEN, Change.MISSED, 10.0) in player.events


def test_frames_are_told_when_they_are_written():
    connection = client()
    connection.send(Opcode.TEXT, b"a")
    player = play(connection)
    data = connection.take(65536, 3.0)
    assert player.connection.events() == []
    connection.written(len(data) - 1, 3.5)
    assert connection.events() == []
    connection.written(1, 4.0)
    (event,) = connection.events()
    assert isinstance(event, FrameSent)
    assert (event.started, event.keepalive, event.deliberate) == (3.0, False, False)
    assert event.frame.offset > 0


def test_keepalive_ping_is_told_as_such():
    player = play(client()) >> tick(20.0)
    (event,) = player.of(FrameSent)
    assert event.keepalive


def test_pong_deadline_moves_to_when_the_ping_was_written():
    """T-NET-4: the kernel takes the ping a second after it was queued."""
    connection = client()
    player = play(connection)
    connection.tick(20.0)
    data = connection.take(65536, 20.0)
    connection.written(len(data), 21.0)
    player.settle()
    dues = [(e.change, e.due) for e in player.of(DeadlineChanged) if e.which is Which.PONG]
    assert dues == [(Change.ARMED, 40.0), (Change.MOVED, 41.0)]
    assert connection.next_deadline() == 41.0


def test_blocked_ping_that_gets_out_has_its_deadline_from_then_on():
    connection = client(Timeouts(ping_interval=1.0, ping_timeout=2.0))
    connection.send(Opcode.BINARY, bytes(1000))
    connection.take(100, 0.0)
    player = play(connection)
    connection.tick(1.0)
    connection.written(0, 1.2)
    connection.written(50, 1.5)
    rest = connection.take(65536, 2.0)
    connection.written(50 + len(rest), 2.5)
    player.settle()
    dues = [(e.change, e.due) for e in player.of(DeadlineChanged) if e.which is Which.PONG]
    assert dues == [(Change.ARMED, 3.0), (Change.BLOCKED, 3.0), (Change.MOVED, 4.5)]


def test_pong_deadline_moves_with_what_stands_before_the_ping():
    """Issue 3, point 5: a slow but moving peer is not cut, though our ping is in the kernel's buffer."""
    player = play(client()) >> tick(20.0)
    player >> do(lambda c, _: c.moved(35.0))
    assert DeadlineChanged(Which.PONG, Change.MOVED, 55.0) in player.events
    player >> tick(54.9)
    assert player.connection.state is State.OPEN
    player >> tick(55.0)
    assert player.connection.state is State.CLOSING


def test_blocked_ping_is_told_once_however_much_moves():
    connection = client()
    player = play(connection)
    connection.tick(20.0)
    connection.written(0, 20.0)
    for now in (25.0, 30.0):
        connection.moved(now)
    changes = [event for event in connection.events() if isinstance(event, DeadlineChanged)]
    assert [event.change for event in changes if event.which is Which.PONG].count(Change.BLOCKED) == 1
    assert connection.next_deadline() == 50.0
    assert player.connection.state is State.OPEN


def test_server_fails_by_closing_its_half_and_a_client_waits():
    """7.1.7, C4."""
    for make, transport in ((client, Transport.KEEP), (server, Transport.HALF_CLOSE)):
        player = play(make()) >> tick(20.0) >> tick(40.0) << sent(Opcode.PING) << sent(Opcode.CLOSE)
        assert player.connection.transport is transport
        assert player.connection.next_deadline() == 50.0


def test_random_payloads_of_pings_never_repeat_while_they_are_in_flight():
    drawn = iter([b"aaaa", b"bbbb", b"aaaa", b"cccc", b"dddd"])
    connection = server()
    connection._random = lambda size: next(drawn)
    assert connection.ping(None, 0.0) == b"aaaa"
    assert connection.ping(None, 0.0) == b"bbbb"
    assert connection.ping(None, 0.0) == b"cccc"
    player = play(connection) >> frame(Opcode.PONG, b"bbbb", mask=b"abcd")
    assert len(player.said()) == 1
    assert list(connection.keepalive.in_flight) == [b"cccc"]
