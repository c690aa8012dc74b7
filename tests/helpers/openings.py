"""How does an opening handshake end? Requests and answers with one line changed, and what either end makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from framescope.engine.connection import Connection
from framescope.engine.errors import InvalidHandshake
from framescope.engine.events import Ended, Ending, Frame, HandshakeFailed, Opened, Part, PartialFrame, Requested
from framescope.engine.handshake import ClientOffer, ServerTerms, accept_key
from framescope.engine.headers import Headers
from framescope.engine.lifecycle import Transport
from framescope.engine.opening import refusal
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from framescope.engine.url import parse_url
from helpers.conversation import KEY, Counter, Play, lost, play, raw

#: By the header's name: a value, several lines, or None for no such line. Values may be bytes that are no text.
Changes: TypeAlias = Mapping[str, "str | bytes | Sequence[str] | None"]

CLIENT_KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
GET = "GET /chat HTTP/1.1"
SWITCHING = "HTTP/1.1 101 Switching Protocols"
#: A frame right behind the handshake, by the role of who reads it.
BEHIND = {"client": b"\x81\x02hi", "server": b"\x81\x82" + KEY + bytes(a ^ b for a, b in zip(b"hi", KEY, strict=False))}


def head(first_line: str, lines: Mapping[str, str], changes: Changes) -> bytes:
    """Write a head with some of its lines changed; a new name is a new line at the end."""
    data = first_line.encode() + b"\r\n"
    for name, value in {**lines, **changes}.items():
        values = [] if value is None else [value] if isinstance(value, str | bytes) else value
        for one in values:
            data += name.encode() + b": " + (one.encode() if isinstance(one, str) else one) + b"\r\n"
    return data + b"\r\n"


def request(changes: Changes | None = None, line: str = GET) -> bytes:
    """Write a client's request."""
    lines = {"Host": "127.0.0.1:9001", "Upgrade": "websocket", "Connection": "Upgrade"}
    lines |= {"Sec-WebSocket-Key": CLIENT_KEY, "Sec-WebSocket-Version": "13"}
    return head(line, lines, changes or {})


def response(connection: Connection, changes: Changes | None = None, line: str = SWITCHING) -> bytes:
    """Write a server's answer to the request of `connection`."""
    assert connection.opening.request is not None
    accept = accept_key(connection.opening.request.headers["Sec-WebSocket-Key"])
    lines = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept}
    return head(line, lines, changes or {})


def asking(
    url: str = "ws://127.0.0.1:9001/chat",
    limits: Limits | None = None,
    timeouts: Timeouts | None = None,
    **offer: object,
) -> Play:
    """Return a client that has sent its request, at time 0."""
    terms = ClientOffer(parse_url(url), **offer)
    connection = Connection(terms, now=0.0, limits=limits, timeouts=timeouts, random=Counter())
    connection.connected(0.0)
    player = play(connection)
    player.settle()
    return player


def opens(player: Play, data: bytes) -> Opened:
    """Feed a client the answer, and a frame behind it in the same read: the connection is OPEN and has read it."""
    player >> raw(data + BEHIND["client"])
    (opened,) = player.of(Opened)
    assert player.connection.state is State.OPEN
    assert [part.text for part in player.of(Part)] == ["hi"]
    (frame,) = player.of(Frame)
    assert frame.offset == len(data)
    return opened


def fails(player: Play, data: bytes, error: type[Exception], words: str) -> HandshakeFailed:
    """Feed a client an answer that fails the connection: nothing behind it is read, and nothing is sent."""
    player >> raw(data + BEHIND["client"])
    (failed,) = player.of(HandshakeFailed)
    assert isinstance(failed.error, error), repr(failed.error)
    assert words in str(failed.error) or words in str(failed.error.__cause__), repr(failed.error)
    assert player.connection.state is State.CLOSED
    assert player.connection.transport is Transport.CLOSE
    player >> raw(BEHIND["client"]) >> lost
    assert player.connection.take(100, player.now) == b""
    for kind in (Opened, Frame, Part, PartialFrame):
        assert player.of(kind) == []
    (ended,) = player.of(Ended)
    assert (ended.ending, ended.code, ended.exception_name) == (Ending.REFUSED, 1006, type(failed.error).__name__)
    return failed


class Answer(NamedTuple):
    """What a server wrote."""

    status: int
    headers: Headers
    player: Play


def served(data: bytes, terms: ServerTerms | None = None, limits: Limits | None = None) -> Answer:
    """Feed a server a request, and a frame behind it; answer as its owner does."""
    connection = Connection(terms or ServerTerms(), now=0.0, limits=limits, random=Counter())
    connection.connected(0.0)
    player = play(connection)
    connection.receive_data(data + BEHIND["server"], 0.0)
    player.events += connection.events()
    if player.of(Requested):
        try:
            connection.accept(0.0)
        except InvalidHandshake as error:
            connection.reject(refusal(error), error, 0.0)
    written = connection.take(65536, 0.0).decode()
    connection.written(len(written), 0.0)
    player.settle()
    lines = written.partition("\r\n\r\n")[0].split("\r\n")
    pairs = [line.split(": ", 1) for line in lines[1:]]
    return Answer(int(lines[0].split(" ")[1]), Headers([(name, value) for name, value in pairs]), player)


def accepted(data: bytes, terms: ServerTerms | None = None) -> Headers:
    """A server accepts the request, and reads the frame behind it after its 101."""
    answer = served(data, terms)
    assert answer.status == 101, answer
    assert answer.player.connection.state is State.OPEN
    assert [part.text for part in answer.player.of(Part)] == ["hi"]
    return answer.headers


def refused(data: bytes, status: int, terms: ServerTerms | None = None, limits: Limits | None = None) -> Headers:
    """A server refuses the request; what stands behind it is not read, and TCP is closed."""
    answer = served(data, terms, limits)
    assert answer.status == status
    assert "Sec-WebSocket-Accept" not in answer.headers
    assert answer.headers["Connection"] == "close"
    player = answer.player
    assert player.connection.state is State.CLOSED
    assert player.connection.transport is Transport.CLOSE
    player >> raw(BEHIND["server"]) >> lost
    for kind in (Opened, Frame, Part, PartialFrame):
        assert player.of(kind) == []
    (ended,) = player.of(Ended)
    assert ended.ending is Ending.REFUSED
    return answer.headers
