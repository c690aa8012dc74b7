"""Do an owner's acts reach the wire at once, in order, in every state, and from inside a callback?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from framescope.engine.errors import InvalidState
from framescope.engine.events import (
    Change,
    DeadlineChanged,
    Ended,
    Ending,
    Event,
    Frame,
    FrameSent,
    HandshakeFailed,
    KnobTurned,
    Ponged,
    Which,
)
from framescope.engine.frames import Opcode
from framescope.engine.pongs import PongPolicy
from framescope.engine.settings import BadKnob, Timeouts
from framescope.engine.state import State
from framescope.net.opener import open_client
from helpers.loops import in_loop, until
from helpers.raw_peers import Peer, Watch, raw_server, silent_listener, watch


async def opened(port: int, timeouts: Timeouts | None = None) -> Watch:
    client = watch(f"ws://127.0.0.1:{port}/", timeouts)
    await open_client(client.driver, client.address)
    return client


async def answering(peer: Peer) -> None:
    """Answer every masked control frame of up to 9 bytes as a good server would, until the end."""
    await peer.upgrade()
    while head := await peer.reader.readexactly(2):
        mask = await peer.reader.readexactly(4)
        payload = bytes(a ^ b for a, b in zip(await peer.reader.readexactly(head[1] & 0x7F), mask * 32, strict=False))
        opcode = head[0] & 0x0F
        if opcode == Opcode.PING:
            peer.frame(Opcode.PONG, payload)
        elif opcode == Opcode.CLOSE:
            peer.frame(Opcode.CLOSE, payload)
            return


async def silent(peer: Peer) -> None:
    """Complete the handshake, then read and say nothing."""
    await peer.upgrade()
    while await peer.reader.read(65536):
        pass


@in_loop
async def test_ping_is_answered_and_close_completes() -> None:
    async with raw_server(answering) as port:
        client = await opened(port)
        payload = client.driver.ping()
        await until(lambda: client.tap.of(Ponged))
        client.driver.close(1000, "bye")
        await client.driver.ended
    (ponged,) = client.tap.of(Ponged)
    assert ponged.payload == payload
    assert 0 <= ponged.latency < 5
    assert client.tap.ended.sentence == "sent 1000 (OK) bye; then received 1000 (OK) bye"
    assert client.tap.ended.ending is Ending.CLOSE_FRAMES


@in_loop
async def test_unanswered_keepalive_ping_ends_with_the_faq_sentence() -> None:
    async with raw_server(silent) as port:
        loop = asyncio.get_running_loop()
        started = loop.time()
        client = await opened(port, Timeouts(ping_interval=0.1, ping_timeout=0.15, close_timeout=0.1))
        await client.driver.ended
        passed = loop.time() - started
    assert client.tap.ended.sentence == "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    assert (client.tap.ended.ending, client.tap.ended.which) == (Ending.DEADLINE, Which.PONG)
    assert 0.35 - 0.01 <= passed < 5


@in_loop
async def test_knob_that_is_turned_takes_effect_at_once() -> None:
    async with raw_server(silent) as port:
        client = await opened(port)  # the defaults: the first ping would leave after 20 s
        client.driver.turn("ping_timeout", 0.1)
        client.driver.turn("close_timeout", 0.1)
        client.driver.turn("ping_interval", 0.05)
        await client.driver.ended
    turned = [(event.name, event.old, event.new) for event in client.tap.of(KnobTurned)]
    assert turned == [("ping_timeout", 20.0, 0.1), ("close_timeout", 10.0, 0.1), ("ping_interval", 20.0, 0.05)]
    assert client.tap.ended.sentence.startswith("sent 1011 (internal error) keepalive ping timeout")


@in_loop
async def test_close_timeout_turned_while_closing_ends_the_wait() -> None:
    async with raw_server(silent) as port:
        client = await opened(port)
        client.driver.close()
        client.driver.turn("close_timeout", 0.05)
        async with asyncio.timeout(5):
            await client.driver.ended
    assert (client.tap.ended.ending, client.tap.ended.which) == (Ending.DEADLINE, Which.CLOSE)
    assert client.tap.ended.sentence == "sent 1000 (OK); no close frame received"


@in_loop
async def test_open_timeout_turned_while_connecting_moves_the_deadline() -> None:
    with silent_listener() as port:
        client = watch(f"ws://127.0.0.1:{port}/", Timeouts(open_timeout=20))

        async def turn() -> None:
            await until(lambda: client.tap.steps[-1:] == ["upgrade began"])
            client.driver.turn("open_timeout", 0.1)

        turning = asyncio.gather(turn())
        with pytest.raises(TimeoutError, match="timed out during opening handshake"):
            await open_client(client.driver, client.address)
        await turning
    changes = [event.change for event in client.tap.of(DeadlineChanged) if event.which is Which.OPEN]
    assert changes == [Change.ARMED, Change.MOVED, Change.MISSED]
    assert client.tap.steps[-1] == "upgrade failed"
    assert client.tap.phases[-1].text == "Timed out after 0.1 s during the upgrade."


@in_loop
async def test_misuse_raises_and_changes_nothing() -> None:
    async with raw_server(answering) as port:
        client = watch(f"ws://127.0.0.1:{port}/")
        with pytest.raises(InvalidState):
            client.driver.send(Opcode.TEXT, b"too early")
        await open_client(client.driver, client.address)
        with pytest.raises(BadKnob):
            client.driver.turn("ping_interval", -1)
        client.driver.close()
        with pytest.raises(InvalidState):
            client.driver.ping()
        await client.driver.ended
        client.driver.close()
        client.driver.abort()
        client.driver.turn("ping_interval", 5)
    assert client.tap.ended.code == 1000


@pytest.mark.parametrize("acts", ["close", "abort"])
@in_loop
async def test_connecting_is_given_up(acts: str) -> None:
    with silent_listener() as port:
        client = watch(f"ws://127.0.0.1:{port}/")

        async def give_up() -> None:
            await until(lambda: client.tap.steps[-1:] == ["upgrade began"])
            getattr(client.driver, acts)()

        giving_up = asyncio.gather(give_up())
        with pytest.raises(ConnectionAbortedError):
            await open_client(client.driver, client.address)
        await giving_up
    assert client.driver.ended.done()
    assert client.tap.ended.ending is Ending.ABORTED
    assert client.tap.steps[-1] == "upgrade failed"


@in_loop
async def test_abort_drops_an_open_connection_with_a_reset() -> None:
    seen = asyncio.get_running_loop().create_future()

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        try:
            seen.set_result(await peer.reader.read(100))
        except ConnectionError as error:
            seen.set_result(error)

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.abort()
        assert client.driver.ended.done()
        assert isinstance(await seen, ConnectionResetError)
    assert client.tap.ended.ending is Ending.ABORTED


@in_loop
async def test_listener_may_act_and_still_hears_everything_in_order() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.writer.write(bytes.fromhex("8101 61  8101 62  8800"))
        await peer.reader.read(100)

    async with raw_server(conduct) as port:
        client = watch(f"ws://127.0.0.1:{port}/")
        heard: list[str] = []

        def listen(events: Sequence[Event]) -> None:
            for event in events:
                if isinstance(event, Frame):
                    heard.append(f"got {event.payload!r}")
                    if event.opcode == Opcode.TEXT and client.driver.engine.state is State.OPEN:
                        client.driver.send(Opcode.TEXT, b"echo " + event.payload)
                elif isinstance(event, FrameSent):
                    heard.append(f"sent {event.frame.payload!r}")
                elif isinstance(event, Ended):
                    heard.append("ended")

        client.driver.listener = listen
        await open_client(client.driver, client.address)
        await client.driver.ended
    # The Close of the same read was seen before the echoes could be asked for.
    assert heard == ["got b'a'", "got b'b'", "got b''", "sent b''", "ended"]


@in_loop
async def test_what_a_listener_asks_follows_what_it_is_being_told() -> None:
    async with raw_server(answering) as port:
        client = await opened(port)
        heard: list[str] = []

        def listen(events: Sequence[Event]) -> None:
            assert client.tap.told[-1] == ("event", events[-1])  # the tap knows it already
            for event in events:
                heard.append(type(event).__name__)
                if isinstance(event, KnobTurned):
                    client.driver.ping()

        client.driver.listener = listen
        client.driver.turn("ping_interval", 5)
        client.driver.abort()
    assert heard[:3] == ["KnobTurned", "DeadlineChanged", "FrameSent"]


@in_loop
async def test_listener_may_abort() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(Opcode.TEXT, b"go")
        await peer.reader.read(100)

    async with raw_server(conduct) as port:
        client = watch(f"ws://127.0.0.1:{port}/")

        def listen(events: Sequence[Event]) -> None:
            if any(isinstance(event, Frame) for event in events):
                client.driver.abort()

        client.driver.listener = listen
        await open_client(client.driver, client.address)
        await client.driver.ended
    assert client.tap.ended.ending is Ending.ABORTED


@in_loop
async def test_paused_reading_hears_nothing_until_it_goes_on() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await peer.reader.readexactly(6)
        peer.frame(Opcode.TEXT, b"news")
        await peer.reader.read(100)

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.pause_reading(True)
        client.driver.pong()
        await asyncio.sleep(0.05)
        assert client.tap.of(Frame) == []
        client.driver.pause_reading(False)
        await until(lambda: client.tap.of(Frame))
        client.driver.abort()


@in_loop
async def test_pong_policy_applies_to_the_next_ping() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await peer.reader.readexactly(6)
        peer.frame(Opcode.PING, b"late")
        await peer.reader.readexactly(10)
        peer.frame(Opcode.CLOSE)
        await peer.reader.read(100)

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.set_pong_policy(PongPolicy("delay", 0.1))
        loop = asyncio.get_running_loop()
        started = loop.time()
        client.driver.pong()
        await until(lambda: client.tap.of(Frame))
        await client.driver.ended
        assert loop.time() - started >= 0.09


@in_loop
async def test_deliberate_violation_goes_out_as_asked() -> None:
    got = asyncio.get_running_loop().create_future()

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        got.set_result(await peer.reader.readexactly(4))

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.send_raw(0xC1, b"no", is_masked=False)
        assert await got == b"\xc1\x02no"
        client.driver.abort()
    assert client.tap.of(FrameSent)[-1].deliberate


@in_loop
async def test_failure_is_told_once_and_kept() -> None:
    client = watch("ws://127.0.0.1:1/")
    error = OSError("no route")
    client.driver.connecting_failed(error)
    await client.driver.ended
    assert client.driver.failure is error
    assert [event.error for event in client.tap.of(HandshakeFailed)] == [error]
    assert client.driver.phases.words is not None
