"""Which connections run, and what is done to them? Every one is recorded into the session's capture."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from dataclasses import asdict

from framescope.capture.details import ConnectionInfo
from framescope.capture.records import Gauge
from framescope.capture.writer import CaptureWriter
from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidState, WebSocketException
from framescope.engine.frames import Opcode
from framescope.engine.handshake import ClientOffer
from framescope.engine.pongs import PongPolicy
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.url import Address, parse_url
from framescope.net.driver import Driver
from framescope.net.opener import open_client
from framescope.net.proxies import Proxy, choose_proxy
from framescope.net.tls import client_context
from framescope.session.options import ConnectOptions, request_headers, told
from framescope.session.recorder import Recorder
from framescope.tasks import Tasks

ANCHOR_INTERVAL = 10.0  #: s between two anchor records
LAG_INTERVAL = 0.25  #: s between two looks at the loop's own lag
USER_AGENT = "Framescope"
CLOSE_GRACE = 1.0  #: s for the closing handshakes when the session ends
#: RELIABILITY 6. What comes goes to disk in parts and no message is held, so that one may have 4 GiB; what it would
#: inflate to is nowhere, and is looked at only.
LIMITS = Limits(max_message=4 * 1024**3, max_inflated=64 * 1024**2)
SEND_LIMIT = 4 * 1024 * 1024  #: B that may wait to be sent; one message may go beyond it


class Session:
    """Opens, obeys and records connections, numbered from 1 as in the capture."""

    def __init__(self, writer: CaptureWriter, *, limits: Limits = LIMITS, send_limit: int = SEND_LIMIT) -> None:
        self._writer = writer
        self._limits = limits
        self._send_limit = send_limit
        self._running: dict[int, Driver] = {}
        self._tasks = Tasks("session")

    def start(self) -> None:
        """Begin to record the clocks and the loop's lag."""
        self._tasks.start(self._watch(), "watch")

    def connect(self, options: ConnectOptions) -> int:
        """Begin a connection and return its number. Raises InvalidURI or ValueError (BadKnob) for bad options.

        What the environment says about proxies holds, but for this machine's own addresses; InvalidProxy for nonsense.
        """
        address = parse_url(options.url)
        proxy = choose_proxy(True, address, is_local_direct=True)
        offer = ClientOffer(
            address,
            origin=options.origin,
            subprotocols=options.subprotocols,
            deflate=DeflateOffer() if options.compression == "deflate" else None,
            headers=request_headers(options),
            user_agent=USER_AGENT,
        )
        timeouts = Timeouts(options.open_timeout, options.ping_interval, options.ping_timeout, options.close_timeout)
        context = _context(options) if address.is_secure else None
        now = time.monotonic_ns()
        engine = Connection(offer, now=now / 1e9, timeouts=timeouts, limits=self._limits)
        info = ConnectionInfo(
            url=options.url,
            role="client",
            knobs=asdict(timeouts),
            options=told(options) | ({} if proxy is None else {"proxy": f"{proxy}, by the environment"}),
            is_verified=options.is_verified,
        )
        number = self._writer.open_connection(info, now)
        self._writer.flush()  # whoever asked can look for it at once
        recorder = Recorder(self._writer, number, host=address.host, port=address.port, timeouts=timeouts)
        driver = Driver(engine, tap=recorder)
        self._running[number] = driver
        driver.ended.add_done_callback(lambda _: self._running.pop(number, None))
        self._tasks.start(_open(driver, address, context, proxy), f"open {number}")
        return number

    def turn(self, number: int, name: str, value: float | None) -> None:
        """Turn a knob of a connection; BadKnob for what cannot be."""
        self._driver(number).turn(name, value)

    def send(self, number: int, opcode: Opcode, payload: bytes) -> None:
        """Send one message. Raises InvalidState unless the connection is open and its peer takes what it is sent."""
        if opcode is Opcode.TEXT:
            payload.decode()  # RFC 6455 5.6: text is UTF-8; UnicodeDecodeError is a ValueError
        driver = self._driver(number)
        if driver.engine.outbox.size >= self._send_limit:
            waiting = f"{driver.engine.outbox.size / 1024**2:.1f} MiB"
            raise InvalidState(f"{waiting} wait to be sent already: the peer takes no more for now.")
        driver.send(opcode, payload)

    def ping(self, number: int, payload: bytes | None) -> None:
        """Send a ping of the application."""
        self._driver(number).ping(payload)

    def close(self, number: int, code: int, reason: str) -> None:
        """Start the closing handshake, or give up connecting."""
        self._driver(number).close(code, reason)

    def set_pong_policy(self, number: int, policy: PongPolicy) -> None:
        """Answer pings, answer late, or swallow them."""
        self._driver(number).set_pong_policy(policy)

    def pause_reading(self, number: int, *, is_paused: bool) -> None:
        """Stop or resume reading the socket."""
        self._driver(number).pause_reading(is_paused)

    async def shut_down(self) -> None:
        """Send Close 1001 everywhere, wait a moment, drop what is left, write the capture out."""
        for driver in list(self._running.values()):
            driver.close(1001)
        await self._wait_ended()
        for driver in list(self._running.values()):
            driver.abort()
        await self._wait_ended()
        await self._tasks.cancel()
        self._writer.close()

    def _driver(self, number: int) -> Driver:
        driver = self._running.get(number)
        if driver is None or driver.ended.done():  # told as ended, and its callback is still to come
            raise InvalidState("That connection is over.")
        return driver

    async def _wait_ended(self) -> None:
        if self._running:
            await asyncio.wait([driver.ended for driver in self._running.values()], timeout=CLOSE_GRACE)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        next_anchor = loop.time() + ANCHOR_INTERVAL
        while True:
            due = loop.time() + LAG_INTERVAL
            await asyncio.sleep(LAG_INTERVAL)
            now = time.monotonic_ns()
            self._writer.gauge(0, Gauge.LAG, max(0, round((loop.time() - due) * 1e9)), now)
            if loop.time() >= next_anchor:
                next_anchor += ANCHOR_INTERVAL
                self._writer.anchor()
            self._writer.flush()


def _context(options: ConnectOptions) -> ssl.SSLContext:
    try:
        return client_context(ca_file=options.ca_file, is_verified=options.is_verified)
    except ssl.SSLError as error:
        raise ValueError(f"There is no certificate in {options.ca_file}: choose a PEM file.") from error
    except OSError as error:
        raise ValueError(f"The CA file {options.ca_file} cannot be read: {error.strerror or error}.") from error


async def _open(driver: Driver, address: Address, context: ssl.SSLContext | None, proxy: Proxy | None) -> None:
    """Connect; what goes wrong is in the capture, where the person reads it."""
    with contextlib.suppress(OSError, WebSocketException, ValueError):
        await open_client(driver, address, context=context, proxy=proxy, user_agent=USER_AGENT)
