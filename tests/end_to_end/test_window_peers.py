"""Does the window exchange messages with servers that none of us wrote, byte for byte, and show both sides' pings?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from framescope.analysis.units import format_seconds
from framescope.engine.frames import Opcode
from framescope.ui.frames.frame_table_model import Column
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.frames import picture
from helpers.mixed_messages import Message, mixed_messages
from helpers.peer_process import PeerProcess
from helpers.scope import Scope
from helpers.wire_messages import messages_of

COUNT = 1000
FEW = 250
PEERS: dict[str, tuple[str, dict[str, Any]]] = {
    "websockets": ("websockets", {"ping_interval": 0.3, "compression": "deflate"}),
    "websockets-tls": ("websockets", {"ping_interval": 0.3, "certificate": True}),
    # From the last that it received, our ping for one; its ping waits half as long.
    # aiohttp counts from the last that it received, our ping for one, and waits half as long for the pong.
    "aiohttp": ("aiohttp", {"heartbeat": 0.8}),
}


@pytest.fixture
def count(request: pytest.FixtureRequest, link_kind: str, name: str) -> int:
    """How many messages go each way: without a probe process, or with TLS, all of them only with --long."""
    is_short = (link_kind == "embedded" or name == "websockets-tls") and not request.config.getoption("--long")
    return FEW if is_short else COUNT


@pytest.mark.parametrize("name", PEERS)
def test_a_thousand_messages_each_way_and_both_sides_pings(
    scope_run: Any, tls: Any, tmp_path: Path, name: str, count: int
) -> None:
    kind, options = PEERS[name]
    if "certificate" in options:
        options = {**options, "certificate": str(tls.certificate)}
    # A hand sends no fragments; the peer does where its library can.
    ours = mixed_messages(2, count, has_fragments=False)

    async def act(scope: Scope) -> None:
        if "certificate" in options:
            scope.trust(tls.authority)
        scope.turn("ping_interval", "0.5" if kind == "websockets" else "1")
        await scope.open(peer.url("/traffic"))
        for number, message in enumerate(ours):
            # A click paints the whole window at once, which takes a while a thousand times; most go by the key.
            send_by_hand(scope, message, by_key=number % 20 > 0)
            if number % 40 == 0:
                await asyncio.sleep(0)
        await scope.until(lambda: len(peer.facts("got")) >= count, "the peer to get everything")
        await scope.until(lambda: len(peer.facts("sent")) >= count, "the peer to send everything")
        await both_pinged(scope)  # and by then everything was read from the capture

        assert messages_of(scope.trace, sent=True) == peer.messages("got")
        assert peer.messages("got") == [(message.is_text, message.data) for message in ours]
        assert messages_of(scope.trace, sent=False) == peer.messages("sent")
        assert {len(data) for _, data in peer.messages("sent")} >= {0, 125, 126, 65_535, 65_536, 70_000}
        if kind == "websockets":
            assert scope.rows_of(Opcode.CONTINUATION, sent=False)
        await our_pings_are_told(scope)
        await the_peers_pings_are_told(scope, peer)
        assert not scope.window.banner.isVisible()

    with PeerProcess(tmp_path, kind, **options, seed=1, count=count) as peer:
        scope_run(act)


def send_by_hand(scope: Scope, message: Message, *, by_key: bool) -> None:
    if message.is_text:
        scope.send(message.data.decode(), by_key=by_key)
    else:
        scope.send(message.data.hex(), Opcode.BINARY, by_key=by_key)


async def both_pinged(scope: Scope) -> None:
    """Wait for pings of both that are answered, some of them without other traffic."""
    count = len(scope.pings)
    await scope.until(lambda: len(scope.pings) > count + 2, "more pings of ours")
    await scope.until(lambda: scope.pings[-1].rtt is not None, "the latest pong")
    seen = len(scope.rows_of(Opcode.PONG, sent=True))
    await scope.until(lambda: len(scope.rows_of(Opcode.PONG, sent=True)) > seen, "one more ping of the peer")


async def our_pings_are_told(scope: Scope) -> None:
    """In the capture as exchanges with a round trip, in the table's notes, in the timeline's columns."""
    await scope.table_settled()
    answered = [exchange for exchange in scope.pings if exchange.pong_row is not None]
    assert len(answered) >= 3
    for exchange in answered:
        assert exchange.is_keepalive and exchange.due is not None and exchange.rtt is not None
        assert 0 < exchange.rtt < 5
        assert scope.cells(exchange.row)[Column.NOTES] == "keepalive"
        assert exchange.pong_row is not None
        assert scope.cells(exchange.pong_row)[Column.NOTES].startswith(f"RTT {format_seconds(exchange.rtt)}")
    columns = scope.window.timeline._exchanges
    columns.refresh()
    drawn = columns.answered_between(scope.trace.start, scope.trace.end)
    assert columns.rtts(drawn).tolist() == pytest.approx([exchange.rtt for exchange in answered], abs=1e-9)


async def the_peers_pings_are_told(scope: Scope, peer: PeerProcess) -> None:
    """In the capture with our answer's delay, in the notes of both rows, and in the timeline's keepalive channel."""
    rows = scope.rows_of(Opcode.PING, sent=False)
    delays = {}
    for row in rows:
        exchange = scope.trace.exchange_of(row)
        assert exchange is not None and not exchange.ours
        if exchange.rtt is None:
            continue  # it has only just come
        delays[exchange.payload] = exchange.rtt
        assert scope.cells(row)[Column.NOTES] == f"answered in {format_seconds(exchange.rtt)}"
        assert exchange.pong_row is not None
        assert scope.trace.exchange_of(exchange.pong_row) == exchange
        assert scope.cells(exchange.pong_row)[Column.NOTES] == f"answer after {format_seconds(exchange.rtt)}"
    assert len(delays) >= 11  # ten among the messages, and its keepalive's
    for fact in peer.facts("pong"):
        # What the peer measured holds our delay, and the way there and back.
        assert 0 < delays[b"ping %d of the peer" % fact["number"]] <= fact["rtt"]
    scope.window.timeline.fit_all()
    lane = scope.trace.lanes[False]
    drawn = picture(lane, scope.window.timeline.viewport, EnvelopeCache(lane)).paired
    assert set(rows) <= set(drawn.rows.tolist())
