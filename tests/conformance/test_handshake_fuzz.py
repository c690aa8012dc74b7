"""Do ours and `websockets` accept and refuse the same opening handshakes, and agree on the same? (T-FUZZ-2)

Heads and Sec-WebSocket-Extensions values from a seed (helpers/head_generator.py). Whatever comes, ours raises only what
it documents, and takes a head alike however it is cut.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import NamedTuple

import pytest
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.http11 import Request as TheirRequest
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidHandshake
from framescope.engine.events import HandshakeFailed, Opened, Requested
from framescope.engine.handshake import ClientOffer, ServerTerms, accept_key
from framescope.engine.opening import refusal
from framescope.engine.url import parse_url
from helpers.fuzz_engines import cut
from helpers.head_generator import head

KEY = "AQIDBAUGBwgJCgsMDQ4PEA=="
#: The parameters of both: server and client without context takeover, server and client window bits.
OFFERS = ((False, False, None, True), (True, False, 12, True), (False, True, 9, 10), (False, False, None, None))


class Verdict(NamedTuple):
    """What an end made of a head."""

    status: str  #: a server's answer, or what a client came to
    deflate: tuple[bool, bool, int, int] | None  #: no takeover of server and client, bits of server and client
    subprotocol: str | None
    error: str


def agreed(connection: Connection) -> tuple[bool, bool, int, int] | None:
    deflate = connection.opening.agreement.deflate
    if deflate is None:
        return None
    return (
        deflate.server_no_context_takeover,
        deflate.client_no_context_takeover,
        deflate.server_max_window_bits,
        deflate.client_max_window_bits,
    )


def finish(connection: Connection, events: list[object], status: str) -> Verdict:
    """End the stream behind the head, and say what became of it."""
    connection.receive_eof(0.0)
    connection.connection_lost(0.0)
    events += connection.events()
    errors = [event.error for event in events if isinstance(event, HandshakeFailed)]
    agreement = connection.opening.agreement
    error = described(errors[0]) if errors else ""
    return Verdict(status or error.split(":")[0], None if error else agreed(connection), agreement.subprotocol, error)


def described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def our_server(pieces: list[bytes], terms: ServerTerms) -> Verdict:
    connection = Connection(terms, now=0.0)
    events: list[object] = []
    for piece in pieces:
        connection.receive_data(piece, 0.0)
        events += connection.events()
    if any(isinstance(event, Requested) for event in events):
        try:
            connection.accept(0.0)
        except InvalidHandshake as error:
            connection.reject(refusal(error), error, 0.0)
    return finish(connection, events, connection.take(1 << 20, 0.0)[9:12].decode() or "no answer")


def their_server(data: bytes, protocol: ServerProtocol) -> Verdict:
    protocol.receive_data(data)
    requests = [event for event in protocol.events_received() if isinstance(event, TheirRequest)]
    status = b"".join(protocol.data_to_send())[9:12].decode()
    if requests:
        status = str(protocol.accept(requests[0]).status_code)
    elif protocol.handshake_exc is None:
        protocol.receive_eof()
    error = protocol.handshake_exc
    deflate = None
    if error is None and protocol.extensions:
        extension = protocol.extensions[0]
        assert isinstance(extension, PerMessageDeflate)
        deflate = (
            extension.local_no_context_takeover,
            extension.remote_no_context_takeover,
            extension.local_max_window_bits,
            extension.remote_max_window_bits,
        )
    described_error = described(error) if error is not None else ""
    return Verdict(status or "no answer", deflate, protocol.subprotocol, described_error)


def our_client(pieces: list[bytes], offer: ClientOffer) -> Verdict:
    connection = Connection(offer, now=0.0, random=lambda size: bytes(range(1, size + 1)))
    connection.connected(0.0)
    for piece in pieces:
        connection.receive_data(piece, 0.0)
    events: list[object] = list(connection.events())
    return finish(connection, events, "open" if any(isinstance(event, Opened) for event in events) else "")


def their_client(data: bytes, protocol: ClientProtocol) -> Verdict:
    protocol.key = KEY
    protocol.receive_data(data)
    if protocol.handshake_exc is None and protocol.state.name != "CONNECTING":  # what comes behind may be bad frames
        extension = protocol.extensions[0] if protocol.extensions else None
        deflate = None
        if extension is not None:
            assert isinstance(extension, PerMessageDeflate)
            deflate = (
                extension.remote_no_context_takeover,
                extension.local_no_context_takeover,
                extension.remote_max_window_bits,
                extension.local_max_window_bits,
            )
        return Verdict("open", deflate, protocol.subprotocol, "")
    protocol.receive_eof()
    assert protocol.handshake_exc is not None
    error = described(protocol.handshake_exc)
    return Verdict(error.split(":")[0], None, None, error)


def family(error: str) -> str:
    """Their classes that say more than ours do, and the other way round, under one name."""
    name = error.partition(":")[0]
    if name.startswith(("TooMany", "HeaderLineTooLong", "RequestLineTooLong", "StatusLineTooLong")):
        return "SecurityError"
    return (
        "NegotiationError" if name in ("InvalidParameterName", "InvalidParameterValue", "DuplicateParameter") else name
    )


def is_same(mine: Verdict, other: Verdict) -> bool:
    statuses = [family(verdict.status) for verdict in (mine, other)]
    errors = [family(verdict.error) for verdict in (mine, other)]
    return statuses[0] == statuses[1] and errors[0] == errors[1] and mine[1:3] == other[1:3]


def is_empty_line(error: str) -> bool:
    return re.match(r"InvalidHeaderFormat: .* in [ ,\t]*$", error) is not None


LAWFUL_FIRST_LINES = re.compile(rb"[!-~]+ [!-~]+ HTTP/[0-9][.][0-9]\r\n|HTTP/1[.]1 [1-5][0-9]{2} [\t -~\x80-\xff]*\r\n")

# name: (why, whether it explains how the verdicts on these bytes differ)
DIFFERENT: dict[str, tuple[str, Callable[[bytes, Verdict, Verdict], bool]]] = {
    "Host": (
        "RFC 6455 4.2.1-2 wants a Host, RFC 9112 3.2 one only; they leave it to others",
        lambda data, mine, other: mine.status == "400" and "Host header" in mine.error,
    ),
    "target": (
        "RFC 9112 3.2: the target of a GET begins with a slash or is absolute; they take anything",
        lambda data, mine, other: (
            (mine.status, mine.error.partition(":")[0]) == ("400", "InvalidMessage")
            and "invalid request target" in mine.error
        ),
    ),
    "version": (
        "RFC 6455 4.4: say which version is ours, with 426",
        lambda data, mine, other: (mine.status, other.status) == ("426", "400") and "Version" in mine.error,
    ),
    "no answer": (
        "RFC 9110 15.5.1: 400 says that it was no request; they leave without an answer",
        lambda data, mine, other: (
            mine.status in ("400", "414", "431", "505")
            and family(mine.error) in ("InvalidMessage", "SecurityError", "InvalidProtocol")
            and (other.status, family(other.error)) == ("no answer", "InvalidMessage")
        ),
    ),
    "empty line of a list": (
        "RFC 9110 5.3: the lines are one list, 5.6.1: whose empty elements are ignored; they want one a line",
        lambda data, mine, other: is_empty_line(other.error),
    ),
    "first line": (
        "RFC 9112 3, 4: no control characters; a response without a reason, of 1.2 or of an unknown class is one",
        lambda data, mine, other: LAWFUL_FIRST_LINES.match(data) is None,
    ),
    "body": (
        "a refusal's status is told, whatever is wrong with the frame of its body",
        lambda data, mine, other: (
            (family(mine.error), family(other.error)) == ("InvalidStatus", "InvalidMessage")
            and re.search(rb"(?i)\r\n(transfer-encoding|content-length):", data) is not None
        ),
    ),
    "length twice": (
        "RFC 9110 8.6 lets a recipient refuse a head with two lengths, or take them for one where they are the same",
        lambda data, mine, other: (
            (mine.status, family(mine.error)) == ("400", "InvalidMessage")
            and len(re.findall(rb"(?i)\r\ncontent-length:[ \t]*0[ \t]*(?=\r)", data)) > 1
        ),
    ),
}


def judge(number: int, *, is_server: bool) -> tuple[bytes, Verdict, Verdict, Verdict]:
    """Let ours, ours in pieces, and theirs judge one head."""
    random = Random(number)
    offer = OFFERS[number % len(OFFERS)]
    subprotocols = ["a", "b"] if number % 3 == 0 else []
    if is_server:
        data = head(random, is_request=True)
        terms = ServerTerms(subprotocols=subprotocols, deflate=DeflateOffer(*offer))
        bits = None if offer[3] is True else offer[3]
        their_terms = [ServerPerMessageDeflateFactory(offer[0], offer[1], offer[2], bits)]
        protocol = ServerProtocol(extensions=their_terms, subprotocols=subprotocols or None)
        return data, our_server([data], terms), our_server(cut(data, random), terms), their_server(data, protocol)
    data = head(random, is_request=False, accept=accept_key(KEY))
    ask = ClientOffer(parse_url("ws://h/"), subprotocols=subprotocols, deflate=DeflateOffer(*offer))
    their_offer = [ClientPerMessageDeflateFactory(*offer)]
    client = ClientProtocol(parse_uri("ws://h/"), extensions=their_offer, subprotocols=subprotocols or None)
    return data, our_client([data], ask), our_client(cut(data, random), ask), their_client(data, client)


def compare(numbers: range, *, is_server: bool) -> tuple[Counter[str], Counter[str]]:
    """Judge heads; return what was used of the table, and the verdicts."""
    used: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for number in numbers:
        data, mine, again, other = judge(number, is_server=is_server)
        assert again == mine, f"head {number}, {data!r}: the cut changes the verdict"
        verdicts[mine.status] += 1
        if is_same(mine, other):
            continue
        reasons = [name for name, (_, explains) in DIFFERENT.items() if explains(data, mine, other)]
        assert reasons, f"head {number} of a {'client' if is_server else 'server'}, {data!r}:\n{mine}\n{other}"
        used[reasons[0]] += 1
    return used, verdicts


@pytest.fixture(autouse=True)
def without_their_log(caplog):
    with caplog.at_level(logging.CRITICAL, "websockets"):
        yield


@pytest.mark.timeout(300)
def test_10_000_requests():
    # S1 to S8, D1, D3 to D5, H15
    used, verdicts = compare(range(10_000), is_server=True)
    assert set(used) == {"Host", "target", "version", "no answer", "empty line of a list", "first line", "length twice"}
    assert verdicts["101"] > 1000
    assert min(verdicts[status] for status in ("400", "405", "414", "426", "431", "505")) > 20


@pytest.mark.timeout(300)
def test_10_000_responses():
    # H11, H12, D2 to D7
    used, verdicts = compare(range(10_000), is_server=False)
    assert set(used) == {"empty line of a list", "first line", "body"}
    assert verdicts["open"] > 1000
    assert min(verdicts[name] for name in ("InvalidUpgrade", "NegotiationError", "InvalidStatus")) > 100


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("is_server", [True, False])
def test_300_000_heads(is_server):
    compare(range(10_000, 310_000), is_server=is_server)
