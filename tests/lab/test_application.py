"""Does a lab application send on time, handle at its own pace, and notice what does not come?"""

from __future__ import annotations

from framescope.engine.events import Part
from framescope.engine.frames import Opcode
from framescope.lab.application import NEVER, Application, message_of
from framescope.lab.scenario import End, Heartbeat, Send, Traffic


class OwnEndpoint:
    """Notes what the application asks."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def send(self, opcode: Opcode, payload: bytes, fragments: int) -> None:
        self.asked.append(("send", payload))

    def pause_reading(self, is_paused: bool) -> None:
        self.asked.append(("pause", is_paused))

    def give_up(self, kind: str, text: str) -> None:
        self.asked.append((kind, text))

    def close(self, code: int, reason: str) -> None:
        self.asked.append(("close", code, reason))


def opened(settings: End) -> tuple[Application, OwnEndpoint]:
    endpoint = OwnEndpoint()
    application = Application(settings, endpoint)
    application.open(10.0)
    return application, endpoint


def text(payload: bytes) -> Part:
    return Part(Opcode.TEXT, payload, payload.decode(), True, True)


def run(application: Application, until: float) -> list[float]:
    times = []
    while (due := application.next_due()) <= until:
        application.step(due)
        times.append(due)
    return times


def test_traffic_goes_out_on_time_and_is_counted() -> None:
    application, endpoint = opened(End(traffic=(Traffic(every=2.0, start=1.0, text="no {n}", count=3),)))
    assert run(application, 100.0) == [11.0, 13.0, 15.0]
    assert endpoint.asked == [("send", b"no 1"), ("send", b"no 2"), ("send", b"no 3")]


def test_nothing_is_sent_before_open_and_after_the_end() -> None:
    endpoint = OwnEndpoint()
    application = Application(End(traffic=(Traffic(every=1.0),), recv_timeout=1.0), endpoint)
    assert application.next_due() == NEVER
    application.open(10.0)
    application.end()
    assert application.next_due() == NEVER
    application.step(11.0)
    assert endpoint.asked == []


def test_a_slow_consumer_pauses_reading_and_goes_on() -> None:
    application, endpoint = opened(End(handling=1.0, max_queue=4))
    for _ in range(6):
        application.part(text(b"x"), 10.0)
    assert (application.received, application.queued) == (1, 5)
    assert endpoint.asked == [("pause", True)]
    assert run(application, 14.0) == [11.0, 12.0, 13.0, 14.0]
    assert (application.received, application.queued) == (5, 1)
    assert endpoint.asked == [("pause", True), ("pause", False)]


def test_fragments_are_one_message() -> None:
    application, endpoint = opened(End(is_echo=True))
    application.part(Part(Opcode.TEXT, b"ab", "ab", True, False), 10.0)
    application.part(Part(Opcode.TEXT, b"cd", "cd", False, True), 10.1)
    assert endpoint.asked == [("send", b"abcd")]


def test_recv_gives_up_again_and_again_while_nothing_comes() -> None:
    application, endpoint = opened(End(recv_timeout=2.0))
    assert run(application, 14.5) == [12.0, 14.0]
    application.part(text(b"x"), 15.0)
    assert application.next_due() == 17.0
    assert [kind for kind, *_ in endpoint.asked] == ["recv timeout", "recv timeout"]


def test_a_heartbeat_that_is_answered_goes_on() -> None:
    application, endpoint = opened(End(heartbeat=Heartbeat(every=5.0, timeout=2.0)))
    run(application, 15.0)
    assert endpoint.asked == [("send", b"heartbeat")]
    application.part(text(b"heartbeat answer"), 16.0)
    assert application.next_due() == 20.0


def test_a_heartbeat_that_is_not_answered_closes_with_a_code_of_the_application() -> None:
    application, endpoint = opened(End(heartbeat=Heartbeat(every=5.0, timeout=2.0)))
    run(application, 17.0)
    assert endpoint.asked == [
        ("send", b"heartbeat"),
        ("heartbeat lost", "No answer to the heartbeat within 2 s"),
        ("close", 4000, "heartbeat lost"),
    ]


def test_the_other_side_answers_heartbeats() -> None:
    application, endpoint = opened(End(answers_heartbeat=True))
    application.part(text(b"heartbeat"), 11.0)
    application.part(text(b"else"), 11.0)
    assert endpoint.asked == [("send", b"heartbeat answer")]


def test_messages_are_text_or_of_a_size() -> None:
    assert message_of(Send(at=0, end="client", text="hello"), 1) == (Opcode.TEXT, b"hello")
    opcode, payload = message_of(Traffic(every=1, size=1000), 3)
    assert (opcode, len(payload), payload[:2]) == (Opcode.BINARY, 1000, b"\x03\x04")
    assert len(message_of(Traffic(every=1, size=10), 3)[1]) == 10
