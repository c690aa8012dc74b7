"""What is the same in Python? A program for `websockets` that does what one end of a scenario does."""

from __future__ import annotations

from collections.abc import Iterator

from framescope.engine.settings import KNOBS, format_duration
from framescope.lab.application import ANSWER, HEARTBEAT
from framescope.lab.scenario import Acts, Close, End, Fail, Ping, Scenario, Send, Traffic, seconds


def program_of(scenario: Scenario, *, is_server: bool, note: str = "") -> str:
    """Write the program of one end. `note` is a comment at the line that raises."""
    end = scenario.end(is_server)
    acts = [act for act in scenario.script if getattr(act, "end", None) == ("server" if is_server else "client")]
    # The script counts from the moment that TCP stands, a program from OPEN.
    opening = scenario.network.latency * (1 if is_server else 2)
    body = list(_body(end, acts, opening, note))
    lines = ["import asyncio", "import sys", "", "import websockets", "", ""]
    lines += _server(end, body) if is_server else _client(end, body)
    return "\n".join(lines) + "\n"


def changed_knobs(end: End) -> dict[str, str]:
    """Return the keyword arguments that differ from the library's defaults, as source."""
    changed = {}
    for knob in KNOBS:
        value = seconds(getattr(end, knob.name))
        if value != knob.default:
            changed[knob.name] = format_duration(value)
    if not end.compression:
        changed["compression"] = "None"
    for name, default in (("max_size", 2**20), ("max_queue", 16)):
        if getattr(end, name) != default:
            changed[name] = str(getattr(end, name))
    return changed


def _client(end: End, body: list[str]) -> list[str]:
    return [
        "async def main(uri):",
        "    try:",
        f"        async with websockets.connect(uri{_keywords(end)}) as websocket:",
        *_indented(body, 12),
        "    except Exception as error:",
        '        print(f"{type(error).__name__}: {error}", flush=True)',
        "",
        "",
        "asyncio.run(main(sys.argv[1]))",
    ]


def _server(end: End, body: list[str]) -> list[str]:
    keywords = _keywords(end)
    lines = [
        "async def handler(websocket):",
        "    try:",
        *_indented(body, 8),
        "    except Exception as error:",
        '        print(f"{type(error).__name__}: {error}", flush=True)',
        "        raise",
        "",
        "",
    ]
    if end.answer != "accept":
        lines += ["async def answer(connection, request):", *_indented(_answer(end), 4), "", ""]
        keywords += ", process_request=answer"
    return [
        *lines,
        "async def main():",
        f'    async with websockets.serve(handler, "127.0.0.1", 0{keywords}) as server:',
        "        print(server.sockets[0].getsockname()[1], flush=True)",
        "        await server.wait_closed()",
        "",
        "",
        "asyncio.run(main())",
    ]


def _answer(end: End) -> list[str]:
    if end.answer == "silence":
        return ["await asyncio.Event().wait()"]
    return [f'return connection.respond({end.answer}, "not here\\n")']


def _keywords(end: End) -> str:
    return "".join(f", {name}={value}" for name, value in changed_knobs(end).items())


def _body(end: End, acts: list[Acts], opening: float, note: str) -> Iterator[str]:
    """Write what happens while the connection is open."""
    tasks = []
    for number, traffic in enumerate(end.traffic, 1):
        tasks.append(f"talk_{number}()" if len(end.traffic) > 1 else "talk()")
        yield f"async def {tasks[-1]}:"
        yield from _indented(_talk(traffic), 4)
        yield ""
    for number, act in enumerate(act for act in acts if isinstance(act, Send | Ping | Close | Fail)):
        tasks.append(f"act_{number}()")
        yield f"async def {tasks[-1]}:"
        yield from _indented([f"await asyncio.sleep({max(0.0, act.at - opening):g})", *_act(act)], 4)
        yield ""
    if end.heartbeat is not None:
        tasks.append("beat()")
        yield "answered = asyncio.Event()"
        yield ""
        yield "async def beat():"
        yield from _indented(
            [
                "while True:",
                f"    await asyncio.sleep({end.heartbeat.every:g})",
                "    answered.clear()",
                f'    await websocket.send("{HEARTBEAT}")',
                "    try:",
                f"        await asyncio.wait_for(answered.wait(), {end.heartbeat.timeout:g})",
                "    except TimeoutError:",
                '        await websocket.close(4000, "heartbeat lost")',
                "        return",
            ],
            4,
        )
        yield ""
    yield from _started(tasks)
    yield from _receive(end, note)


def _started(tasks: list[str]) -> Iterator[str]:
    """Start what goes on beside the receiving; nobody else keeps a task alive."""
    if not tasks:
        return
    yield "# asyncio may lose a task that nobody keeps"
    if len(tasks) == 1:
        yield f"tasks = [asyncio.create_task({tasks[0]})]"
        return
    yield "tasks = ["
    for task in tasks:
        yield f"    asyncio.create_task({task}),"
    yield "]"


def _receive(end: End, note: str) -> Iterator[str]:
    comment = f"  # {note}" if note else ""
    yield "while True:"
    if end.recv_timeout is not None:
        yield "    try:"
        yield f"        async with asyncio.timeout({end.recv_timeout:g}):"
        yield f"            message = await websocket.recv(){comment}"
        yield "    except TimeoutError:"
        yield "        continue  # nothing is lost"
    else:
        yield f"    message = await websocket.recv(){comment}"
    if end.handling:
        yield f"    await asyncio.sleep({end.handling:g})  # handle it"
    if end.heartbeat is not None:
        yield f'    if message == "{ANSWER}":'
        yield "        answered.set()"
    if end.answers_heartbeat:
        yield f'    if message == "{HEARTBEAT}":'
        yield f'        await websocket.send("{ANSWER}")'
    if end.is_echo:
        yield "    await websocket.send(message)"


def _talk(traffic: Traffic) -> list[str]:
    again = "while True:" if traffic.count is None else f"for number in range(1, {traffic.count} + 1):"
    message = f"bytes({traffic.size})" if traffic.size else _literal(traffic.text)
    counting = [] if traffic.count is not None or "{n}" not in traffic.text or traffic.size else ["number = 0"]
    step = ["    number += 1"] if counting else []
    start = [f"await asyncio.sleep({traffic.start:g})"] if traffic.start else []
    sending = [f"    await websocket.send({message})", f"    await asyncio.sleep({traffic.every:g})"]
    return [*counting, *start, again, *step, *sending]


def _literal(text: str) -> str:
    if "{n}" not in text:
        return repr(text)
    return repr(text.replace("{n}", "%d")) + " % number"


def _act(act: Acts) -> list[str]:
    match act:
        case Send(size=size, text=text, fragments=1):
            return [f"await websocket.send({f'bytes({size})' if size else repr(text)})"]
        case Send(size=size, text=text, fragments=fragments):
            whole = f"bytes({size})" if size else repr(text)
            length = -(-(size or len(text)) // fragments)
            return [
                f"message = {whole}",
                f"await websocket.send([message[i : i + {length}] for i in range(0, len(message), {length})])",
            ]
        case Ping():
            return ["await websocket.ping()"]
        case Close(code=code, reason=reason):
            return [f"await websocket.close({code}, {reason!r})"]
        case _:
            return ["await websocket.close(1011)"]


def _indented(lines: list[str] | Iterator[str], depth: int) -> list[str]:
    return [" " * depth + line if line else "" for line in lines]
