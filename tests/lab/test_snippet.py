"""Is the program of an end one that runs, with the knobs and the acts of its scenario?"""

from __future__ import annotations

import ast

import pytest

from framescope.lab import scenario as acts
from framescope.lab.scenario import End, Heartbeat, Network, Scenario, Traffic
from framescope.lab.snippet import changed_knobs, program_of
from helpers.shipped_lessons import all_lessons


def client_of(*script: acts.Acts, **end: object) -> str:
    scenario = Scenario(duration=9, client=End(**end), network=Network(latency=0.5), script=script)  # type: ignore[arg-type]
    return program_of(scenario, is_server=False)


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
@pytest.mark.parametrize("is_server", [False, True], ids=["client", "server"])
def test_every_lessons_program_is_python(lesson: object, is_server: bool) -> None:
    ast.parse(program_of(lesson.scenario, is_server=is_server))  # type: ignore[attr-defined]


def test_only_what_differs_from_the_librarys_defaults_is_written() -> None:
    assert changed_knobs(End(compression=True)) == {}
    told = changed_knobs(End(ping_interval=2, ping_timeout="none", max_size=4096, max_queue=4))
    assert told == {
        "ping_interval": "2",
        "ping_timeout": "None",
        "compression": "None",
        "max_size": "4096",
        "max_queue": "4",
    }


def test_the_knobs_stand_in_the_call() -> None:
    text = client_of(ping_interval=2, ping_timeout=3, close_timeout=2)
    assert "websockets.connect(uri, ping_interval=2, ping_timeout=3, close_timeout=2, compression=None)" in text


def test_a_note_stands_at_the_line_that_raises() -> None:
    scenario = Scenario(duration=9)
    assert "recv()  # raises at 14.1 s" in program_of(scenario, is_server=False, note="raises at 14.1 s")


def test_traffic_is_counted_where_its_text_wants_it() -> None:
    assert "await websocket.send('no %d' % number)" in client_of(traffic=(Traffic(every=1, text="no {n}"),))
    text = client_of(traffic=(Traffic(every=1, size=70, count=3, start=0.5),))
    assert "for number in range(1, 3 + 1):" in text and "websocket.send(bytes(70))" in text
    assert "async def talk_2():" in client_of(traffic=(Traffic(every=1), Traffic(every=2)))


def test_every_task_is_kept() -> None:
    assert "tasks" not in client_of()
    assert "tasks = [asyncio.create_task(talk())]" in client_of(traffic=(Traffic(every=1),))
    text = client_of(
        acts.Ping(at=1, end="client"), traffic=(Traffic(every=1),), heartbeat=Heartbeat(every=5, timeout=2)
    )
    tree = ast.parse(text)
    lists = [node.elts for node in ast.walk(tree) if isinstance(node, ast.List) and node.elts]
    assert [[ast.unparse(each) for each in elements] for elements in lists] == [
        [f"asyncio.create_task({name})" for name in ("talk()", "act_0()", "beat()")]
    ]
    assert text.count("create_task") == 3


def test_acts_count_from_open() -> None:
    text = client_of(
        acts.Close(at=3, end="client", code=4001, reason="it's over"),
        acts.Close(at=3, end="server"),
        acts.Kill(at=4, end="client"),
    )
    assert "await asyncio.sleep(2)" in text  # OPEN is one round trip after TCP
    assert 'websocket.close(4001, "it\'s over")' in text
    assert text.count("websocket.close(") == 1


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (acts.Send(at=1, end="client", text="hello"), "await websocket.send('hello')"),
        (acts.Send(at=1, end="client", size=9), "await websocket.send(bytes(9))"),
        (acts.Send(at=1, end="client", size=9, fragments=3), "message[i : i + 3] for i in range(0, len(message), 3)"),
        (acts.Ping(at=1, end="client"), "await websocket.ping()"),
        (acts.Fail(at=1, end="client"), "await websocket.close(1011)"),
    ],
)
def test_each_act_is_a_call(act: acts.Acts, line: str) -> None:
    assert line in client_of(act)


def test_the_applications_habits_are_written_out() -> None:
    text = client_of(recv_timeout=2, handling=0.5, is_echo=True, heartbeat=Heartbeat(every=5, timeout=2))
    for line in (
        "async with asyncio.timeout(2):",
        "asyncio.sleep(0.5)  # handle it",
        "websocket.send(message)",
        "answered.set()",
    ):
        assert line in text
    ast.parse(text)
    server = program_of(Scenario(duration=9, server=End(answers_heartbeat=True, answer="403")), is_server=True)
    assert "respond(403" in server and "heartbeat answer" in server
    assert "asyncio.Event().wait()" in program_of(Scenario(duration=9, server=End(answer="silence")), is_server=True)
