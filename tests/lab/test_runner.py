"""Does a run end as the protocol and the network have it, the same every time, and can it be recorded and replayed?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from framescope.analysis.book import TraceBook
from framescope.analysis.ending import end_sentence
from framescope.capture.reader import CaptureReader
from framescope.capture.records import RECORD_SIZE
from framescope.capture.writer import CaptureWriter
from framescope.engine.settings import BadKnob
from framescope.engine.state import State
from framescope.lab import scenario as acts
from framescope.lab.runner import Run, capture_writer
from framescope.lab.scenario import End, Network, Scenario, Traffic

PINGED = End(ping_interval=2, ping_timeout=3, close_timeout=2)
NETWORK = Network(latency=0.5)
PLAIN = End()


def played(*script: acts.Acts, client: End = PINGED, server: End = PLAIN, network: Network = NETWORK) -> Run:
    run = Run(Scenario(duration=100, client=client, server=server, network=network, script=script))
    run.run()
    return run


def told(run: Run, who: str, kind: str) -> list[tuple[float, str]]:
    return [(note.time, note.text) for note in run.notebook.of(who, kind)]


def test_the_handshake_and_the_keepalive_take_the_networks_time() -> None:
    run = played()
    assert told(run, "server", "opened") == [(0.5, "OPEN")]
    assert told(run, "client", "opened") == [(1.0, "OPEN")]
    assert told(run, "client", "ping sent")[:2] == [(3.0, "Keepalive ping sent"), (5.0, "Keepalive ping sent")]
    assert told(run, "client", "pong received")[0] == (4.0, "Pong received, RTT 1.00 s")


def test_a_black_hole_ends_in_1011_at_one_end_long_before_the_other() -> None:
    run = played(acts.Change(at=8.3, black_hole=True))
    sentence = "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    assert told(run, "client", "pong deadline") == [(12.0, "3 s without pong")]
    assert told(run, "client", "raised") == [(14.0, f"ConnectionClosedError: {sentence}")]
    assert told(run, "server", "raised") == [(50.5, f"ConnectionClosedError: {sentence}")]
    assert run.is_over


def test_a_reset_says_1006_at_both_ends() -> None:
    run = played(acts.ResetBoth(at=5.0))
    for who in ("client", "server"):
        assert told(run, who, "raised") == [(5.25, "ConnectionClosedError: no close frame received or sent")]


def test_a_killed_peer_ends_the_stream_or_resets_it() -> None:
    run = played(acts.Kill(at=5.0, end="server"))
    assert told(run, "client", "raised") == [(5.5, "ConnectionClosedError: no close frame received or sent")]
    unread = played(
        acts.Freeze(at=4.0, end="server"), acts.Send(at=4.0, end="client", text="x"), acts.Kill(at=5.0, end="server")
    )
    assert told(unread, "client", "reset") == [(5.5, "RST received")]


def test_a_clean_close_is_seen_by_both() -> None:
    run = played(acts.Close(at=5.0, end="server", code=1001, reason="bye"))
    sentence = "ConnectionClosedOK: {} 1001 (going away) bye; then {} 1001 (going away) bye"
    assert told(run, "client", "raised") == [(6.5, sentence.format("received", "sent"))]
    assert told(run, "server", "raised") == [(7.0, sentence.format("sent", "received"))]


def test_a_server_that_says_nothing_runs_into_open_timeout() -> None:
    run = played(client=End(open_timeout=4), server=End(answer="silence"))
    ((time, text),) = told(run, "client", "raised")
    assert (time, text) == (4.0, "TimeoutError: timed out during opening handshake")
    assert run.client.engine.state is State.CLOSED


def test_a_refusal_says_its_status() -> None:
    run = played(server=End(answer="403"))
    ((time, text),) = told(run, "client", "raised")
    assert (time, text) == (1.0, "InvalidStatus: server rejected WebSocket connection: HTTP 403")


def test_a_handlers_failure_is_1011_without_the_keepalives_words() -> None:
    run = played(acts.Fail(at=5.0, end="server"))
    ((_, text),) = told(run, "client", "raised")
    assert text == "ConnectionClosedError: received 1011 (internal error); then sent 1011 (internal error)"


def test_a_frozen_process_answers_when_it_goes_on() -> None:
    run = played(acts.Freeze(at=4.6, end="server"), acts.Freeze(at=7.6, end="server", on=False))
    assert (8.1, "Pong received, RTT 3.10 s") not in told(run, "client", "pong received")
    assert told(run, "client", "pong deadline") == [(8.0, "3 s without pong")]
    assert told(run, "client", "pong too late") == [(8.1, "Pong received, RTT 3.10 s: too late")]


def test_an_illegal_frame_is_answered_with_1002() -> None:
    run = played(acts.Raw(at=5.0, end="client", first=0x81, payload="6869", masked=False, rule="an unmasked frame"))
    ((time, text),) = told(run, "server", "violation")
    assert (time, text) == (5.5, "unmasked frame from a client (RFC 6455 5.1), received")
    assert told(run, "client", "violation") == [(5.0, "an unmasked frame (RFC 6455 5.2), sent on purpose")]


def test_half_a_close_ends_the_connection() -> None:
    run = played(acts.HalfClose(at=5.0, end="server"))
    assert told(run, "client", "raised")[0][1] == "ConnectionClosedError: no close frame received or sent"


def test_an_application_can_ping_and_a_knob_can_be_turned() -> None:
    run = played(acts.Ping(at=1.5, end="server"), acts.Turn(at=4.5, end="client", knob="ping_interval", value="none"))
    assert told(run, "server", "ping sent")[0] == (1.5, "Ping sent")
    assert len(told(run, "client", "ping sent")) == 1
    assert told(run, "client", "knob") == [(4.5, "ping_interval 2 → None")]


def test_nothing_is_asked_of_an_end_that_is_gone_or_stands_still() -> None:
    run = played(
        acts.Freeze(at=2.0, end="server"),
        acts.Ping(at=2.5, end="server"),
        acts.Kill(at=4.0, end="client"),
        acts.Ping(at=4.5, end="client"),
    )
    assert told(run, "server", "ping sent") == [] and len(told(run, "client", "ping sent")) == 1


def test_bytes_wait_for_room_in_the_kernel_and_arrive() -> None:
    traffic = (Traffic(every=1, size=900_000, count=1),)
    run = played(client=End(traffic=traffic), network=Network(latency=0.1, bandwidth=1_000_000.0))
    ((time, text),) = told(run, "server", "message received")
    assert text == "Message received, 879 KiB"
    assert 1.0 < time < 2.0


def test_the_same_seed_gives_the_same_and_another_one_does_not() -> None:
    scenario = Scenario(
        duration=30, client=End(traffic=(Traffic(every=0.5),)), network=Network(latency=0.2, jitter=0.1, loss=0.1)
    )

    def once(seed: int) -> list[object]:
        run = Run(scenario, seed)
        run.run()
        return list(run.notebook.notes)

    assert once(3) == once(3)
    assert once(3) != once(4)


def test_what_a_person_does_belongs_to_the_run_and_is_replayed() -> None:
    run = Run(Scenario(duration=60, client=PINGED, network=NETWORK))
    run.run_until(6.0)
    run.do(acts.Change(at=0.0, black_hole=True))
    run.run_until(40.0)
    again = run.replayed(40.0)
    assert list(again.notebook.notes) == list(run.notebook.notes)
    assert again.now == run.now
    early = run.replayed(6.5)
    assert early.now == 6.5
    assert [note for note in run.notebook.notes if note.time <= 6.5] == early.notebook.notes


def test_steps_go_from_moment_to_moment() -> None:
    run = Run(Scenario(duration=3.5, client=PINGED, network=NETWORK))
    moments = []
    while run.step():
        moments.append(run.now)
    assert moments[:4] == [0.25, 0.5, 0.75, 1.0]
    assert run.now == 3.5 and run.is_over


def test_a_run_is_an_ordinary_capture(tmp_path: Path) -> None:
    writer = capture_writer(tmp_path / "capture")
    run = Run(
        Scenario(duration=100, client=PINGED, network=NETWORK, script=(acts.Change(at=8.3, black_hole=True),)),
        writer=writer,
    )
    run.run()
    writer.close()
    reader = CaptureReader(tmp_path / "capture")
    try:
        book = TraceBook(reader)
        book.poll()
        client, server = book.traces[1], book.traces[2]
        headline, plain = end_sentence(client.story)
        assert headline.endswith("sent 1011 (internal error) keepalive ping timeout; no close frame received")
        assert "12.000 s" in plain
        assert client.story.exchanges[0].rtt == pytest.approx(1.0)
        assert server.story.state is State.CLOSED
        assert client.story.totals.sent_frames == sum(f.to_server for f in run.flights.all) - 1  # less the request
    finally:
        reader.close()


ROUGH = Scenario(
    duration=40,
    client=End(ping_interval=1.3, ping_timeout=12, compression=True, traffic=(Traffic(every=0.7, size=3000),)),
    server=End(handling=0.4, max_queue=4, is_echo=True, compression=True),
    network=Network(latency=0.11, jitter=0.07, loss=0.05, bandwidth=20_000),
)


def recorded(play: Callable[[CaptureWriter], Run], folder: Path) -> tuple[Run, bytes, bytes]:
    """Play with a capture; return its files, without the first record, which says when it was written."""
    writer = capture_writer(folder)
    run = play(writer)
    writer.close()
    return run, (folder / "stream").read_bytes(), (folder / "index").read_bytes()[RECORD_SIZE:]


def test_the_same_run_is_the_same_capture_byte_for_byte(tmp_path: Path) -> None:
    def play(writer: CaptureWriter) -> Run:
        run = Run(ROUGH, 7, writer=writer)
        run.run()
        return run

    _, *first = recorded(play, tmp_path / "first")
    _, *second = recorded(play, tmp_path / "second")
    assert first == second and len(first[1]) > 100 * RECORD_SIZE


def test_what_a_person_did_is_replayed_byte_for_byte(tmp_path: Path) -> None:
    """A person acts at any moment: between two events, or exactly at one, which is no whole microsecond."""

    def play(writer: CaptureWriter) -> Run:
        run = Run(ROUGH, 7, writer=writer)
        run.run_until(3.21)
        run.do(acts.Turn(at=0.0, end="client", knob="ping_interval", value=0.9))
        for act in (
            acts.Change(at=0.0, latency=0.3, loss=0.0),
            acts.Freeze(at=0.0, end="server"),
            acts.Ping(at=0.0, end="client"),
            acts.Freeze(at=0.0, end="server", on=False),
            acts.Change(at=0.0, bandwidth=0.0, black_hole=True),
            acts.Change(at=0.0, black_hole=False),
            acts.Send(at=0.0, end="client", text="by hand"),
        ):
            for _ in range(15):
                run.step()
            run.do(act)
            run.do(acts.Send(at=0.0, end="server", text="at the same moment"))
        run.run()
        return run

    run, *first = recorded(play, tmp_path / "first")
    assert len(run.inputs) == 15
    _, *second = recorded(lambda writer: run.replayed(run.now, writer=writer), tmp_path / "second")
    assert first == second
    assert run.replayed(run.now).notebook.notes == run.notebook.notes


def test_a_run_that_is_over_takes_no_more_acts() -> None:
    run = played(acts.Kill(at=5.0, end="server"))
    notes = list(run.notebook.notes)
    run.do(acts.Change(at=0.0, black_hole=True))
    assert (run.inputs, run.notebook.notes) == ([], notes)


def test_a_moment_is_replayed_with_all_that_has_happened_by_then() -> None:
    """Both ends, their buffers and what is on its way stand as they stood."""
    run = Run(ROUGH, 7)
    for _ in range(120):
        run.step()
        again = run.replayed(run.now)
        assert (again.now, len(again.flights.all)) == (run.now, len(run.flights.all))
        assert again.notebook.notes == run.notebook.notes
        for is_server in (False, True):
            lane, same = again.path.lanes[is_server], run.path.lanes[is_server]
            assert (lane.waits, lane.unread, lane.on_the_way) == (same.waits, same.unread, same.on_the_way)
            end, twin = again.ends[is_server], run.ends[is_server]
            assert (end.due, end.engine.state, end.application.queued) == (
                twin.due,
                twin.engine.state,
                twin.application.queued,
            )


def test_a_knob_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadKnob, match="ping_interval"):
        Run(Scenario(duration=1, client=End(ping_interval=-1)))


def test_changes_of_the_network_are_told_with_their_units() -> None:
    run = Run(Scenario(duration=10, network=Network(latency=0.05, bandwidth=1_250_000.0)))
    run.do(acts.Change(at=0, latency=1.5, bandwidth=12_500, loss=0.025, idle_timeout=60, cut="silent"))
    run.do(acts.Change(at=0, bandwidth=0, counts_messages_only=True))
    assert [note.text for note in run.notebook.of("network", "conditions")] == [
        "latency 50 ms → 1.50 s, bandwidth 10 Mbit/s → 100 kbit/s, loss 0 % → 2.5 %, idle_timeout none → 60.0 s, "
        "cut fin → silent",
        "bandwidth 100 kbit/s → none, counts_messages_only false → true",
    ]
