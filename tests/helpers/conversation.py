"""How does a test read like a conversation? `play(client())` takes steps and is held against what they cause.

    play(opened(CLIENT)) >> wire("81 05 48656c6c6f") << Text("Hello") >> tick(20.0) << sent(PING)

`>>` does something to the endpoint, `<<` expects the next of its output: events other than frames,
deadlines and states are expected in order; frames that it queued are expected by `sent`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from framescope.engine.connection import Connection
from framescope.engine.events import (
    DeadlineChanged,
    Event,
    FrameSent,
    Part,
    StateChanged,
)
from framescope.engine.frames import FIN, Frame, Opcode, serialise
from framescope.engine.handshake import ClientOffer, ServerTerms, accept_key
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.url import parse_url

KEY = b"\x01\x02\x03\x04"
NONCE = bytes(range(16))


def fixed_random(size: int) -> bytes:
    """A random source that always draws 1, 2, 3, 4, ...; keys of pings are told apart by a counter."""
    return bytes((index + 1) % 256 for index in range(size))


class Counter:
    """A random source whose draws differ and can be foreseen: 00000001, 00000002, ..."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, size: int) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(size, "big")


@dataclass
class Text:
    """A whole text message."""

    text: str


@dataclass
class Binary:
    """A whole binary message."""

    data: bytes


@dataclass
class sent:  # noqa: N801 - reads as a verb in a conversation
    """A frame that went out."""

    opcode: Opcode
    payload: bytes | None = None


Step = Callable[["Play"], None]


class Play:
    """One endpoint, its clock, and what it has said so far."""

    def __init__(self, connection: Connection, now: float = 0.0) -> None:
        self.connection = connection
        self.now = now
        self.events: list[Event] = []
        self.frames: list[Frame] = []
        self._told = 0
        self._sent = 0

    def settle(self) -> None:
        """Write everything out, then collect the events."""
        while data := self.connection.take(65536, self.now):
            self.connection.written(len(data), self.now)
        for event in self.connection.events():
            if isinstance(event, FrameSent):
                self.frames.append(event.frame)
            self.events.append(event)

    def said(self) -> list[Event]:
        """Everything but states, deadlines and frames that passed."""
        return [e for e in self.events if not isinstance(e, Frame | FrameSent | StateChanged | DeadlineChanged)]

    def of(self, kind: type) -> list[Event]:
        """All events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def __rshift__(self, step: Step) -> Play:
        step(self)
        self.settle()
        return self

    def __lshift__(self, expected: object) -> Play:
        if isinstance(expected, sent):
            assert self._sent < len(self.frames), f"nothing was sent, expected {expected}"
            frame = self.frames[self._sent]
            self._sent += 1
            assert frame.opcode == expected.opcode, f"{frame} is no {expected.opcode.name}"
            if expected.payload is not None:
                assert frame.payload == expected.payload
            return self
        said = self.said()
        assert self._told < len(said), f"nothing was said, expected {expected}"
        event = said[self._told]
        self._told += 1
        if isinstance(expected, Text):
            assert isinstance(event, Part), event
            assert (event.text, event.begins, event.ends) == (expected.text, True, True)
        elif isinstance(expected, Binary):
            assert isinstance(event, Part), event
            assert (event.payload, event.text, event.begins, event.ends) == (expected.data, None, True, True)
        elif isinstance(expected, type):
            assert isinstance(event, expected), event
        else:
            assert event == expected
        return self


def play(connection: Connection, now: float = 0.0) -> Play:
    """Begin a conversation with what the connection has said already forgotten."""
    player = Play(connection, now)
    connection.events()
    return player


def wire(hexadecimal: str) -> Step:
    """The peer's bytes arrive, written in hex."""
    return raw(bytes.fromhex(hexadecimal))


def raw(data: bytes) -> Step:
    """The peer's bytes arrive."""
    return lambda player: player.connection.receive_data(data, player.now)


def frame(opcode: int, payload: bytes = b"", *, first: int | None = None, mask: bytes | None = None) -> Step:
    """The peer's frame arrives: FIN set unless `first` says otherwise."""
    return raw(serialise(FIN | opcode if first is None else first, payload, mask))


def tick(now: float) -> Step:
    """The clock shows `now` seconds."""

    def step(player: Play) -> None:
        player.now = now
        player.connection.tick(now)

    return step


def do(act: Callable[[Connection, float], object]) -> Step:
    """The application acts."""
    return lambda player: act(player.connection, player.now) and None


def eof(player: Play) -> None:
    """The peer sends FIN."""
    player.connection.receive_eof(player.now)


def lost(player: Play) -> None:
    """The stream is gone, closed by this side."""
    player.connection.connection_lost(player.now)


def reset(player: Play) -> None:
    """The stream is reset."""
    player.connection.connection_lost(player.now, is_reset=True)


def connecting(
    url: str = "ws://127.0.0.1:9001/", *, timeouts: Timeouts | None = None, limits: Limits | None = None
) -> Connection:
    """A client that has not begun, at time 0."""
    return Connection(ClientOffer(parse_url(url)), now=0.0, timeouts=timeouts, limits=limits, random=Counter())


def response_to(connection: Connection, extra: str = "") -> bytes:
    """The server's 101 for a client's request."""
    assert connection.opening.request is not None
    key = connection.opening.request.headers["Sec-WebSocket-Key"]
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n{extra}\r\n"
    ).encode()


def client(timeouts: Timeouts | None = None, limits: Limits | None = None, extra: str = "") -> Connection:
    """A client that is OPEN at time 0."""
    connection = connecting(timeouts=timeouts, limits=limits)
    connection.connected(0.0)
    connection.written(len(connection.take(65536, 0.0)), 0.0)
    connection.receive_data(response_to(connection, extra), 0.0)
    return connection


REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def server(timeouts: Timeouts | None = None, limits: Limits | None = None, request: bytes = REQUEST) -> Connection:
    """A server's end that is OPEN at time 0."""
    connection = Connection(ServerTerms(), now=0.0, timeouts=timeouts, limits=limits, random=Counter())
    connection.connected(0.0)
    connection.receive_data(request, 0.0)
    connection.accept(0.0)
    connection.written(len(connection.take(65536, 0.0)), 0.0)
    return connection
