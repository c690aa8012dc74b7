"""What do four engines make of one input? Ours, the reference model, `websockets` and wsproto, in the same words."""

from __future__ import annotations

from codecs import getincrementaldecoder
from functools import cache
from itertools import pairwise
from random import Random
from typing import NamedTuple

from websockets.exceptions import ConnectionClosedOK as TheirClosedOK
from websockets.extensions.permessage_deflate import PerMessageDeflate as TheirDeflate
from websockets.frames import Frame as TheirFrame
from websockets.protocol import Protocol, Side
from websockets.protocol import State as TheirState
from wsproto.connection import Connection as WsprotoConnection
from wsproto.connection import ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Message, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate as WsprotoDeflate

from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer
from framescope.engine.events import Ended, FrameSent, Part, ViolationSeen
from framescope.engine.events import Event as OurEvent
from framescope.engine.frames import Frame, Opcode
from framescope.engine.handshake import ClientOffer, ServerTerms, accept_key
from framescope.engine.lifecycle import Transport
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from framescope.engine.url import parse_url
from helpers.conversation import REQUEST, Counter
from helpers.reference_model import Deflate, ReferenceModel
from helpers.wire_generator import Act, Agreement, Case

OK_CODES = (1000, 1001, 1005)


class Outcome(NamedTuple):
    """What an endpoint did, until the end of its peer's stream."""

    messages: list[tuple[int, bytes]]
    controls: list[tuple[int, bytes]]  #: pings and pongs that it saw
    written: list[tuple[int, bytes]]  #: data frames without their payload; of a Close that it thought of, the code only
    received: tuple[int, str] | None  #: the peer's Close; 1005 for one without a code
    has_failed: bool  #: the peer broke a rule
    is_leaving: bool  #: it closes TCP without waiting for the peer
    is_ok: bool  #: it ended with a handshake of 1000, 1001 or no code


def model_of(case: Case) -> ReferenceModel:
    """Let the reference model take an input."""
    deflate = None
    if case.deflate is not None:
        ours = case.deflate
        bits, resets = (
            (ours.server_bits, ours.server_resets) if case.is_client else (ours.client_bits, ours.client_resets)
        )
        deflate = Deflate(bits, resets)
    model = ReferenceModel(not case.is_client, case.limit, case.most_fragments, deflate)
    for step in case.steps:
        if isinstance(step, bytes):
            model.receive(step)
        elif step.name == "close":
            model.close(step.code, step.text)
        else:
            model.say(9 if step.name == "ping" else 1, step.text.encode())
    model.pause()
    return model


def outcome_of(model: ReferenceModel, *, is_client: bool) -> Outcome:
    """Say what the reference model did."""
    is_ok = model.received is not None and model.received[0] in OK_CODES and model.sent in OK_CODES
    return Outcome(
        model.messages,
        model.controls,
        _shown(model.written, model.fault is not None),
        model.received,
        model.fault is not None,
        model.is_deaf and not is_client,
        is_ok,
    )


# --- ours ---------------------------------------------------------------------------------------------------


class Ours(NamedTuple):
    """What ours did, and what must not depend on how the reads cut the stream."""

    outcome: Outcome
    told: list[OurEvent]
    output: bytes
    left: tuple[object, ...]


@cache
def _greeted(is_client: bool, agreement: Agreement | None) -> Connection:
    """Bring one endpoint through its handshake, by the bytes."""
    deflate, line = None, ""
    if agreement is not None:
        client_bits, server_bits, client_resets, server_resets = agreement
        deflate = DeflateOffer(server_resets, client_resets, server_bits, client_bits, memory_level=1)
        line = "Sec-WebSocket-Extensions: permessage-deflate" + "; server_no_context_takeover" * server_resets
        line += "; client_no_context_takeover" * client_resets
        line += f"; server_max_window_bits={server_bits}; client_max_window_bits={client_bits}\r\n"
    terms = ClientOffer(parse_url("ws://h/"), deflate=deflate) if is_client else ServerTerms(deflate=deflate)
    connection = Connection(terms, now=0.0, random=Counter())
    connection.connected(0.0)
    if is_client:
        assert connection.opening.request is not None
        accept = accept_key(connection.opening.request.headers["Sec-WebSocket-Key"])
        head = f"HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
        connection.receive_data(f"{head}{line}\r\n".encode(), 0.0)
    else:
        connection.receive_data(REQUEST[:-2] + line.encode() + b"\r\n", 0.0)
        connection.accept(0.0)
    assert connection.state.name == "OPEN"
    return connection


_TIMEOUTS = Timeouts()


def opened(case: Case) -> Connection:
    """Return an open endpoint. The handshake takes longer than all that follows; it is made once."""
    greeted = _greeted(case.is_client, case.deflate)
    connection = Connection(
        _terms(case.is_client),
        now=0.0,
        timeouts=_TIMEOUTS,
        limits=Limits(max_message=case.limit, max_fragments=case.most_fragments),
        random=Counter(),
    )
    connection.opening = greeted.opening
    assert greeted.opening.request is not None
    assert greeted.opening.response is not None
    connection._open(greeted.opening.request, greeted.opening.response, 0, 0.0)
    connection.take(1 << 20, 0.0)
    connection.events()
    return connection


@cache
def _terms(is_client: bool) -> ClientOffer | ServerTerms:
    return ClientOffer(parse_url("ws://h/")) if is_client else ServerTerms()


def ours(case: Case, pieces: Random | int | None = None) -> Ours:
    """Let our engine take an input: whole steps, pieces of a size, or cut at random."""
    connection = opened(case)
    output = bytearray()
    events: list[OurEvent] = []
    for step in case.steps:
        if isinstance(step, bytes):
            for piece in [step] if pieces is None else cut(step, pieces):
                connection.receive_data(piece, 0.0)
                if connection.outbox.size:
                    _write(connection, output)
        elif connection.state is State.OPEN:
            _act(connection, step)
            _write(connection, output)
    left = connection.state, connection.transport, connection.next_deadline(), connection.closure.received
    connection.receive_eof(0.0)
    connection.connection_lost(0.0)
    _write(connection, output)
    events += connection.events()
    ended = events[-1]
    assert isinstance(ended, Ended)
    return Ours(_our_outcome(events, ended, left), _told(events), bytes(output), left)


def cut(data: bytes, pieces: Random | int) -> list[bytes]:
    """Cut one step."""
    if isinstance(pieces, int):
        return [data[start : start + pieces] for start in range(0, len(data), pieces)]
    edges = [0, *sorted(pieces.randint(0, len(data)) for _ in range(pieces.choice((1, 2, 4, 8)))), len(data)]
    return [data[start:stop] for start, stop in pairwise(edges) if start < stop]


def _act(connection: Connection, act: Act) -> None:
    if act.name == "close":
        connection.close(act.code, act.text, 0.0)
    elif act.name == "ping":
        if act.text.encode() not in connection.keepalive.in_flight:
            connection.ping(act.text.encode(), 0.0)
        else:
            connection.send_raw(0x89, act.text.encode(), is_masked=connection.role == 1)
    else:
        connection.send(Opcode.TEXT, act.text.encode(), is_compressed=False)


def _write(connection: Connection, output: bytearray) -> None:
    while data := connection.take(65536, 0.0):
        output += data
        connection.written(len(data), 0.0)


def _told(events: list[OurEvent]) -> list[OurEvent]:
    return [event for event in events if not isinstance(event, FrameSent)]


def _our_outcome(events: list[OurEvent], ended: Ended, left: tuple[object, ...]) -> Outcome:
    messages: list[tuple[int, bytes]] = []
    controls: list[tuple[int, bytes]] = []
    written: list[tuple[int, bytes]] = []
    parts: list[Part] = []
    has_failed = False
    for event in events:
        kind = type(event)
        if kind is Part:
            parts.append(event)
            if event.ends:
                messages.append(_message(parts))
                parts = []
        elif kind is Frame:
            if event.first & 15 in (9, 10) and not has_failed:
                controls.append((event.first & 15, event.payload))
        elif kind is FrameSent:
            written.append((event.frame.opcode, event.frame.payload if event.frame.first & 8 else b""))
        elif kind is ViolationSeen:
            has_failed = True
    received = None if ended.received is None else (ended.received.code, ended.received.reason)
    is_leaving = left[1] is not Transport.KEEP
    is_ok = ended.exception_name == "ConnectionClosedOK"
    return Outcome(messages, controls, _shown(written, has_failed), received, has_failed, is_leaving, is_ok)


def _message(parts: list[Part]) -> tuple[int, bytes]:
    payload = b"".join([part.payload for part in parts])
    opcode = int(parts[0].opcode)
    assert [part.begins for part in parts] == [True] + [False] * (len(parts) - 1)
    if opcode == Opcode.TEXT:
        assert "".join([part.text or "" for part in parts]) == payload.decode()
    return opcode, payload


def _shown(written: list[tuple[int, bytes]], has_failed: bool) -> list[tuple[int, bytes]]:
    """Leave out the words of a Close, where the endpoint has found them itself."""
    if has_failed:
        return [(opcode, body[:2] if opcode == 8 else body) for opcode, body in written]
    return written


# --- websockets ---------------------------------------------------------------------------------------------


class Theirs(Protocol):
    """Their protocol; like their asyncio layer, it judges texts."""

    def __init__(self, case: Case) -> None:
        super().__init__(Side.CLIENT if case.is_client else Side.SERVER, state=TheirState.OPEN, max_size=case.limit)
        if case.deflate is not None:
            client_bits, server_bits, client_resets, server_resets = case.deflate
            client, server = (client_resets, client_bits), (server_resets, server_bits)
            local, remote = (client, server) if case.is_client else (server, client)
            settings = {"memLevel": 1}
            self.extensions = [TheirDeflate(remote[0], local[0], remote[1], local[1], settings)]
        self.messages: list[tuple[int, bytes]] = []
        self.controls: list[tuple[int, bytes]] = []
        self.written: list[tuple[int, bytes]] = []
        self._pieces: list[bytes] = []

    def recv_frame(self, frame: TheirFrame) -> None:
        super().recv_frame(frame)
        data = bytes(frame.data)
        if frame.opcode >= 8:
            if frame.opcode != 8:
                self.controls.append((int(frame.opcode), data))
            return
        if frame.opcode:
            self._opcode, self._decoder, self._pieces = int(frame.opcode), getincrementaldecoder("utf-8")(), []
        if self._opcode == 1:
            self._decoder.decode(data, frame.fin)
        self._pieces.append(data)
        if frame.fin:
            self.messages.append((self._opcode, b"".join(self._pieces)))

    def send_frame(self, frame: TheirFrame) -> None:
        self.written.append((int(frame.opcode), bytes(frame.data) if frame.opcode >= 8 else b""))


def theirs(case: Case) -> Outcome:
    """Let `websockets` take an input."""
    protocol = Theirs(case)
    for step in case.steps:
        if isinstance(step, bytes):
            protocol.receive_data(step)
        elif protocol.state is not TheirState.OPEN:
            continue
        elif step.name == "close":
            protocol.send_close(step.code, step.text)
        elif step.name == "ping":
            protocol.send_ping(step.text.encode())
        else:
            protocol.send_text(step.text.encode())
    is_leaving = protocol.eof_sent
    protocol.receive_eof()
    close = protocol.close_rcvd
    has_failed = protocol.parser_exc is not None and not isinstance(protocol.parser_exc, EOFError)
    return Outcome(
        protocol.messages,
        protocol.controls,
        _shown(protocol.written, has_failed),
        None if close is None else (int(close.code), close.reason),
        has_failed,
        is_leaving,
        isinstance(protocol.close_exc, TheirClosedOK),
    )


# --- wsproto ------------------------------------------------------------------------------------------------


class Wsproto:
    """wsproto's connection, and an application that answers what it is to answer."""

    def __init__(self, case: Case) -> None:
        extensions = []
        if case.deflate is not None:
            client_bits, server_bits, client_resets, server_resets = case.deflate
            extensions = [WsprotoDeflate(client_resets, client_bits, server_resets, server_bits)]
            extensions[0].finalize("permessage-deflate")
        role = ConnectionType.CLIENT if case.is_client else ConnectionType.SERVER
        self.connection = WsprotoConnection(role, list(extensions))
        self.messages: list[tuple[int, bytes]] = []
        self.controls: list[tuple[int, bytes]] = []
        self.written: list[tuple[int, bytes]] = []
        self.received: tuple[int, str] | None = None
        self.sent: int | None = None
        self.has_failed = False
        self._pieces: list[bytes] = []

    def receive(self, data: bytes) -> None:
        if self.has_failed or self.received is not None:
            return
        self.connection.receive_data(data)
        for event in self.connection.events():
            self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event, Message):
            self._pieces.append(event.data.encode() if isinstance(event, TextMessage) else bytes(event.data))
            if event.message_finished:
                self.messages.append((2 if isinstance(event, BytesMessage) else 1, b"".join(self._pieces)))
                self._pieces = []
        elif isinstance(event, Ping | Pong):
            is_ping = isinstance(event, Ping)
            self.controls.append((9 if is_ping else 10, bytes(event.payload)))
            if is_ping and self.connection.state is ConnectionState.OPEN:
                self.written.append((10, bytes(event.payload)))
        elif isinstance(event, CloseConnection):
            if self.connection.state in (ConnectionState.REMOTE_CLOSING, ConnectionState.CLOSED):
                self.received = int(event.code), event.reason or ""
            else:
                self.has_failed = True
            if self.connection.state is not ConnectionState.CLOSED:
                self.close(int(event.code), event.reason if self.received else "")

    def close(self, code: int, reason: str | None) -> None:
        if self.sent is None:
            body = b"" if code == 1005 else code.to_bytes(2, "big") + (reason or "").encode()
            self.sent = code
            self.written.append((8, body))
            self.connection.send(CloseConnection(code, reason))


def wsproto(case: Case) -> Outcome:
    """Let wsproto take an input."""
    engine = Wsproto(case)
    for step in case.steps:
        if isinstance(step, bytes):
            engine.receive(step)
        elif engine.connection.state is not ConnectionState.OPEN:
            continue
        elif step.name == "close":
            engine.close(step.code, step.text)
        else:
            engine.written.append((9, step.text.encode()) if step.name == "ping" else (1, b""))
    received = engine.received
    return Outcome(
        engine.messages,
        engine.controls,
        _shown(engine.written, engine.has_failed),
        received,
        engine.has_failed,
        not case.is_client and (engine.has_failed or received is not None),
        received is not None and received[0] in OK_CODES and engine.sent in OK_CODES,
    )
