"""Does an end write as much as its kernel takes, and the rest later, in order?"""

from __future__ import annotations

from framescope.engine.connection import Connection
from framescope.engine.frames import BINARY, Opcode
from framescope.engine.lane import RECEIVE_BUFFER, SEND_BUFFER
from framescope.engine.path import Arrived, Conditions, Path
from framescope.lab.flights import Flights
from framescope.lab.narrator import Narrator
from framescope.lab.notebook import Notebook
from framescope.lab.outgoing import Outgoing
from framescope.lab.reporter import Reporter
from framescope.net.tap import NoTap
from helpers.conversation import server

LATENCY = 0.1


def writing(engine: Connection, **conditions: object) -> tuple[Outgoing, Path]:
    path = Path(Conditions(latency=LATENCY, **conditions), now=0.0, random=lambda: 0.5)  # type: ignore[arg-type]
    reporter = Reporter(True, tap=NoTap(), flights=Flights(), narrator=Narrator(Notebook(), 0.0))
    return Outgoing(engine, path, reporter, to_server=False), path


def arrived(path: Path, until: float) -> int:
    size = 0
    while (due := path.next_due()) is not None and due <= until:
        size += sum(len(event.data) for event in path.advance(due) if isinstance(event, Arrived))
    return size


def test_what_there_is_no_room_for_waits() -> None:
    engine = server()
    outgoing, path = writing(engine)
    path.read_at(False, 0.0, 0.0)
    engine.send(BINARY, bytes(2 * (SEND_BUFFER + RECEIVE_BUFFER)))
    whole = engine.outbox.size
    outgoing.write(0.0)
    assert outgoing.is_blocked
    assert SEND_BUFFER < whole - engine.outbox.size <= SEND_BUFFER + RECEIVE_BUFFER
    path.read_at(False, None, 1.0)
    for turn in range(1, 10):
        arrived(path, turn)
        outgoing.write(float(turn))
    assert (outgoing.is_blocked, engine.outbox.size) == (False, 0)


def test_control_frames_do_not_keep_a_middlebox_that_counts_messages_from_cutting() -> None:
    engine = server()
    outgoing, path = writing(engine, idle_timeout=10.0, counts_messages_only=True)
    engine.send(Opcode.TEXT, b"hello")
    outgoing.write(4.0)
    arrived(path, 5.0)
    assert path.cut_due == (4.0 + LATENCY / 2 + 10.0, True)
    engine.ping(b"", 6.0)
    outgoing.write(6.0)
    arrived(path, 7.0)
    assert path.cut_due == (4.0 + LATENCY / 2 + 10.0, True)
