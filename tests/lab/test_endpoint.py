"""Does an endpoint of the lab behave as one on a socket: fragments, a full queue, a frozen and a killed process?"""

from __future__ import annotations

from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.lab import scenario as acts
from framescope.lab.runner import Run
from framescope.lab.scenario import End, Heartbeat, Network, Scenario, Traffic


def played(*script: acts.Acts, duration: float = 60, **parts: object) -> Run:
    run = Run(Scenario(duration=duration, network=parts.pop("network", Network(latency=0.1)), script=script, **parts))  # type: ignore[arg-type]
    run.run()
    return run


def kinds(run: Run, who: str) -> list[str]:
    return [note.kind for note in run.notebook.notes if note.who == who]


def test_a_message_goes_out_in_fragments() -> None:
    run = played(acts.Send(at=1.0, end="client", text="hello", fragments=3), duration=3)
    firsts = [flight.first for flight in run.flights.all if flight.to_server and flight.first >= 0]
    assert firsts == [0x01, 0x00, 0x80]
    assert kinds(run, "server").count("message received") == 1


def test_an_empty_message_is_one_frame() -> None:
    run = played(acts.Send(at=1.0, end="client", fragments=3), duration=3)
    assert [flight.first for flight in run.flights.all if flight.to_server and flight.first >= 0] == [0x81]


def test_a_full_queue_pauses_reading_and_nothing_is_lost() -> None:
    server = End(handling=0.5, max_queue=4)
    run = played(client=End(traffic=(Traffic(every=0.01, count=20),)), server=server)
    assert "reading paused" in kinds(run, "server") and "reading resumed" in kinds(run, "server")
    assert run.server.application.received == 20


def test_a_paused_end_that_has_failed_reads_on() -> None:
    server = End(handling=100, max_queue=2, ping_interval=5, ping_timeout=2, close_timeout=3, pongs="answer")
    run = played(client=End(traffic=(Traffic(every=1.0),), ping_interval="none"), server=server)
    assert "pong deadline" in kinds(run, "server")  # its own unread messages stand before the pong
    assert run.server.engine.state is State.CLOSED
    assert "close received" in kinds(run, "server") and "close deadline" not in kinds(run, "server")


def test_a_frozen_end_does_nothing_by_itself() -> None:
    run = played(acts.Freeze(at=1.0, end="client"), client=End(ping_interval=2), duration=10)
    assert run.client.due is None
    assert "ping sent" not in kinds(run, "client")


def test_a_killed_end_reads_and_sends_nothing_more() -> None:
    run = played(acts.Kill(at=1.0, end="client"), server=End(traffic=(Traffic(every=0.5),)))
    assert run.client.is_gone and run.client.due is None
    assert "raised" in kinds(run, "server")


def test_a_lost_heartbeat_closes_with_4000() -> None:
    run = played(client=End(heartbeat=Heartbeat(every=5, timeout=2)))
    assert "heartbeat lost" in kinds(run, "client")
    assert run.client.engine.closure.sent is not None and run.client.engine.closure.sent.code == 4000


def test_nothing_is_sent_unless_the_connection_is_open() -> None:
    run = played(acts.Send(at=0.01, end="client", text="too early"), acts.Ping(at=0.02, end="client"), duration=3)
    run.client.send(Opcode.TEXT, b"too late")
    assert kinds(run, "client") == ["opened"]


def test_a_middlebox_that_counts_messages_sees_them_among_control_frames() -> None:
    network = Network(latency=0.1, idle_timeout=8, counts_messages_only=True)
    pinged = played(client=End(ping_interval=2), network=network)
    assert [note.time for note in pinged.notebook.of("network", "cut")] == [
        8.15
    ]  # 8 s after the answer to the handshake
    talking = played(client=End(ping_interval=2, traffic=(Traffic(every=3, size=70_000),)), network=network)
    assert talking.notebook.of("network", "cut") == []


def test_a_swallowing_pong_policy_ends_in_1011() -> None:
    run = played(client=End(ping_interval=2, ping_timeout=2), server=End(pongs="swallow"))
    assert "pong deadline" in kinds(run, "client")
    slow = played(client=End(ping_interval=2, ping_timeout=2), server=End(pong_delay=0.5), duration=10)
    assert slow.notebook.of("client", "pong received")[0].text == "Pong received, RTT 700 ms"
