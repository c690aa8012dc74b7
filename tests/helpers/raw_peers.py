"""Who stands at the other end? Raw servers that break off, stay silent or talk nonsense, and TLS certificates."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import trustme

from framescope.engine.connection import Connection as Engine
from framescope.engine.events import Ended, Event
from framescope.engine.frames import FIN, serialise
from framescope.engine.handshake import ClientOffer, accept_key
from framescope.engine.settings import Timeouts
from framescope.engine.url import Address, parse_url
from framescope.net.driver import Driver
from framescope.net.tap import NoTap, PhaseReport
from framescope.tasks import Tasks

E = TypeVar("E")


class RecordingTap(NoTap):
    """Keeps all that it is told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.phases: list[PhaseReport] = []
        self.phase_times: list[int] = []
        self.reads: list[tuple[bytes, int, int]] = []
        self.errors: list[str] = []
        self.gauges: list[tuple[str, int, int]] = []
        self.sent = bytearray()

    def phase(self, report: PhaseReport, time_ns: int) -> None:
        self.phases.append(report)
        self.phase_times.append(time_ns)
        self.told.append(("phase", f"{report.phase} {report.change}"))

    def bytes_seen(self, data: bytes, time_ns: int, kernel_ns: int, *, sent: bool) -> None:
        self.told.append(("sent" if sent else "received", data))
        if sent:
            self.sent += data
        else:
            self.reads.append((data, time_ns, kernel_ns))

    def events(self, events: Sequence[Event], time_ns: int) -> None:
        self.told += [("event", event) for event in events]

    def gauge(self, name: str, value: int, time_ns: int) -> None:
        self.gauges.append((name, value, time_ns))

    def lost(self, error: str, time_ns: int) -> None:
        self.errors.append(error)
        self.told.append(("lost", error))

    def of(self, kind: type[E]) -> list[E]:
        """All events of one kind."""
        return [event for word, event in self.told if word == "event" and isinstance(event, kind)]

    @property
    def ended(self) -> Ended:
        (event,) = self.of(Ended)
        return event

    @property
    def steps(self) -> list[str]:
        """The phases in a short form: "tcp done"."""
        return [value for word, value in self.told if word == "phase"]


@dataclass
class Watch:
    """A client's driver and what it tells."""

    driver: Driver
    tap: RecordingTap
    address: Address
    heard: list[Event] = field(default_factory=list)


def watch(url: str, timeouts: Timeouts | None = None, **offer: Any) -> Watch:
    """Make a client's driver that is not connected yet."""
    address = parse_url(url)
    tap = RecordingTap()
    heard: list[Event] = []
    engine = Engine(
        ClientOffer(address, **{"deflate": None, **offer}),
        now=asyncio.get_running_loop().time(),
        timeouts=timeouts or Timeouts(),
    )
    driver = Driver(engine, tap=tap, listener=heard.extend)
    return Watch(driver, tap, address, heard)


class Peer:
    """The raw end of one connection that a test server has accepted."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @property
    def sock(self) -> Any:
        return self.writer.get_extra_info("socket")

    async def request(self) -> str:
        """Read the request and return its Sec-WebSocket-Key."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        (key,) = (line.split(": ")[1] for line in head.splitlines() if line.startswith("Sec-WebSocket-Key"))
        return key

    async def upgrade(self) -> None:
        """Complete the opening handshake."""
        self.writer.write(accepting(await self.request()))
        await self.writer.drain()

    def frame(self, opcode: int, payload: bytes = b"") -> None:
        """Send one frame as a server does."""
        self.writer.write(serialise(FIN | opcode, payload, None))

    def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        reset(self.sock)
        self.writer.transport.abort()


def reset(sock: Any) -> None:
    """Let closing `sock` send a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def accepting(key: str) -> bytes:
    """Write the answer that completes a handshake."""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n"
    ).encode()


@contextlib.asynccontextmanager
async def raw_server(
    conduct: Callable[[Peer], Awaitable[object]], context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """Serve TCP on 127.0.0.1 and yield the port; every connection is closed at the end."""
    tasks = Tasks("raw server")
    writers: list[asyncio.StreamWriter] = []

    async def serve(peer: Peer) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await conduct(peer)
        finally:
            peer.writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.start(serve(Peer(reader, writer)), "peer")

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=context, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await tasks.cancel()
        for writer in writers:
            writer.transport.abort()
        # Closed before the test ends, and a reset is taken here: no stream is left for a collection to find.
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)


@contextlib.contextmanager
def silent_listener() -> Iterator[int]:
    """Listen without ever accepting or answering; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock.getsockname()[1]


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """Yield a port whose backlog is full, so that connecting to it gets no answer at all."""
    with contextlib.ExitStack() as stack:
        sock = stack.enter_context(socket.socket())
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(sock.getsockname())
        yield sock.getsockname()[1]


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@dataclass(frozen=True)
class Certificates:
    """A certificate authority of the test run, and a server's context for localhost and 127.0.0.1."""

    authority: trustme.CA
    server: ssl.SSLContext

    @classmethod
    def make(cls, *names: str, **options: Any) -> Certificates:
        authority = trustme.CA()
        return cls(authority, server_context(authority.issue_cert(*(names or ("localhost", "127.0.0.1")), **options)))

    def client(self) -> ssl.SSLContext:
        """Make a client's context that trusts the authority."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Make a server's context of one certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
