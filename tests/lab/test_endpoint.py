"""Does an endpoint of the lab behave as one on a socket: fragments, a full queue, a frozen and a killed process?"""

from __future__ import annotations

from pathlib import Path

import pytest

from framescope.analysis.book import TraceBook
from framescope.capture.reader import CaptureReader
from framescope.capture.records import Gauge
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.lab import scenario as acts
from framescope.lab.application import NEVER
from framescope.lab.runner import START, Run, capture_writer
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


def test_what_lies_in_the_kernel_is_read_the_moment_that_reading_goes_on() -> None:
    run = played(client=End(traffic=(Traffic(every=0.01, count=20),)), server=End(handling=0.5, max_queue=4))
    resumed = [note.time for note in run.notebook.of("server", "reading resumed")]
    received = {note.time for note in run.notebook.of("server", "message received")}
    assert resumed and received.issuperset(resumed[:-1])


def test_a_paused_end_that_has_failed_reads_on() -> None:
    server = End(handling=100, max_queue=2, ping_interval=5, ping_timeout=2, close_timeout=3, pongs="answer")
    run = played(client=End(traffic=(Traffic(every=1.0),), ping_interval="none"), server=server)
    assert "pong deadline" in kinds(run, "server")  # its own unread messages stand before the pong
    assert run.server.engine.state is State.CLOSED
    assert "close received" in kinds(run, "server") and "close deadline" not in kinds(run, "server")


def test_a_frozen_end_does_nothing_by_itself() -> None:
    run = played(acts.Freeze(at=1.0, end="client"), client=End(ping_interval=2), duration=10)
    assert run.client.due == NEVER
    assert "ping sent" not in kinds(run, "client")


def test_a_killed_end_reads_and_sends_nothing_more() -> None:
    run = played(acts.Kill(at=1.0, end="client"), server=End(traffic=(Traffic(every=0.5),)))
    assert run.client.is_gone and run.client.due == NEVER
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


def test_a_middlebox_that_begins_to_count_knows_where_frames_begin() -> None:
    """The rest of a message that waited for room in the kernel passes after the ping, and is one all the same."""
    network = Network(latency=0.1, bandwidth=50_000, idle_timeout=8)
    run = played(
        acts.Change(at=3.0, counts_messages_only=True),
        client=End(ping_interval=2, ping_timeout="none", traffic=(Traffic(every=1, size=1_000_000, count=1),)),
        server=End(ping_interval="none"),
        network=network,
    )
    (received,) = run.notebook.of("server", "message received")
    (cut,) = run.notebook.of("network", "cut")
    assert cut.time - received.time == pytest.approx(8 - 0.05, abs=0.05)


def test_a_swallowing_pong_policy_ends_in_1011() -> None:
    run = played(client=End(ping_interval=2, ping_timeout=2), server=End(pongs="swallow"))
    assert "pong deadline" in kinds(run, "client")
    slow = played(client=End(ping_interval=2, ping_timeout=2), server=End(pong_delay=0.5), duration=10)
    assert slow.notebook.of("client", "pong received")[0].text == "Pong received, RTT 700 ms"


def gauges(run: Run, folder: Path) -> list[dict[Gauge, list[tuple[float, int]]]]:
    """Record a run; return what was measured of the client and of the server, with seconds of the run."""
    writer = capture_writer(folder)
    recorded = run.replayed(run.now, writer=writer)
    writer.close()
    assert recorded.notebook.notes == run.notebook.notes
    reader = CaptureReader(folder)
    try:
        book = TraceBook(reader)
        book.poll()
        stories = [book.traces[number].story for number in (1, 2)]
    finally:
        reader.close()
    return [
        {gauge: [(round(ns / 1e9 - START, 3), value) for ns, value in told] for gauge, told in story.gauges.items()}
        for story in stories
    ]


def test_a_full_queue_is_measured_while_reading_is_paused(tmp_path: Path) -> None:
    server = End(handling=0.5, max_queue=4)
    run = played(client=End(traffic=(Traffic(every=0.01, count=20),)), server=server, duration=8)
    client, served = gauges(run, tmp_path / "capture")
    assert client == {}
    paused, resumed = (run.notebook.of("server", f"reading {what}")[0].time for what in ("paused", "resumed"))
    assert served[Gauge.READING_PAUSED][:2] == [(round(paused, 3), 1), (round(resumed, 3), 0)]
    first, *following = served[Gauge.RECEIVE_QUEUE]
    assert first == (round(paused, 3), 5)
    assert all(after - before >= 0.1 for (before, _), (after, _) in zip([first, *following], following, strict=False))


def test_what_the_kernel_does_not_take_is_measured(tmp_path: Path) -> None:
    """A kernel has room for 256 KiB."""
    client = End(traffic=(Traffic(every=1.0, size=600 * 1024, count=1),), ping_interval="none")
    run = played(client=client, network=Network(latency=0.1, bandwidth=100_000), duration=20)
    (told, _) = gauges(run, tmp_path / "capture")
    buffered = told[Gauge.SEND_BUFFER]
    opened = round(run.notebook.of("client", "opened")[0].time, 3)
    assert buffered[0] == (opened, 600 * 1024 + 14 - 2 * 256 * 1024)  # the peer's kernel grants as much again
    assert buffered[-1][1] == 0
    assert [value for _, value in buffered] == sorted((value for _, value in buffered), reverse=True)


def test_reading_goes_on_once_the_connection_has_failed(tmp_path: Path) -> None:
    server = End(handling=100, max_queue=2, ping_interval=5, ping_timeout=2, close_timeout=3)
    run = played(client=End(traffic=(Traffic(every=1.0),), ping_interval="none"), server=server)
    (_, served) = gauges(run, tmp_path / "capture")
    deadline = run.notebook.of("server", "pong deadline")[0].time
    assert [value for _, value in served[Gauge.READING_PAUSED]] == [1, 0]
    assert served[Gauge.READING_PAUSED][1][0] == round(deadline, 3)
