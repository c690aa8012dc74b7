"""Does a program written for `websockets` run, and say the same, after changing its import line?

Each program is run in a process of its own, once with each library. What it prints has to be equal.
"""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpers.source import PACKAGE

LONGEST = 60.0  # seconds a program may take

PROGRAMS: dict[str, str] = {}

PROGRAMS["echo"] = """
import asyncio
from {library} import connect, serve

async def echo(websocket):
    async for message in websocket:
        await websocket.send(message)

async def main():
    async with serve(echo, "localhost", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        async with connect(f"ws://localhost:{port}/") as websocket:
            for message in ("Hello world!", b"bytes", "", "ä€😀" * 1000):
                await websocket.send(message)
                print(type(message).__name__, await websocket.recv() == message)
            await websocket.send(["in ", "three ", "fragments"])
            print([fragment async for fragment in websocket.recv_streaming()])
            print(websocket.state.name, websocket.subprotocol, websocket.close_code)
        print(websocket.state.name, websocket.close_code, repr(websocket.close_reason))

asyncio.run(main())
"""

PROGRAMS["chat"] = """
import asyncio
import json
import {library} as websockets

USERS = set()
VALUE = 0

def users_event():
    return json.dumps({{"type": "users", "count": len(USERS)}})

def value_event():
    return json.dumps({{"type": "value", "value": VALUE}})

async def counter(websocket):
    global VALUE
    try:
        USERS.add(websocket)
        websockets.broadcast(USERS, users_event())
        await websocket.send(value_event())
        async for message in websocket:
            event = json.loads(message)
            if event["action"] == "minus":
                VALUE -= 1
            elif event["action"] == "plus":
                VALUE += 1
            websockets.broadcast(USERS, value_event())
    finally:
        USERS.remove(websocket)
        websockets.broadcast(USERS, users_event())

async def main():
    async with websockets.serve(counter, "localhost", 0) as server:
        uri = f"ws://localhost:{{server.sockets[0].getsockname()[1]}}/"
        first = await websockets.connect(uri)
        print("first", await first.recv(), await first.recv())
        second = await websockets.connect(uri)
        print("second", await second.recv(), await second.recv())
        print("first", await first.recv())
        for action in ("plus", "plus", "minus"):
            await first.send(json.dumps({{"action": action}}))
            print(await first.recv(), await second.recv())
        await second.close()
        print("first", await first.recv())
        await first.close()

asyncio.run(main())
"""

PROGRAMS["consumer and producer"] = """
import asyncio
from {library} import connect, serve
from {library} import ConnectionClosed, ConnectionClosedOK

async def consumer_handler(websocket, seen):
    async for message in websocket:
        seen.append(message)

async def producer_handler(websocket):
    try:
        number = 0
        while True:
            await websocket.send(f"message {number}")
            number += 1
            await asyncio.sleep(0)
            if number == 5:
                await asyncio.Future()
    except ConnectionClosedOK:
        print("producer ends")

async def handler(websocket):
    seen = []
    consumer = asyncio.create_task(consumer_handler(websocket, seen))
    producer = asyncio.create_task(producer_handler(websocket))
    await asyncio.wait([consumer, producer], return_when=asyncio.FIRST_COMPLETED)
    producer.cancel()
    print("server saw", seen)

async def main():
    async with serve(handler, "localhost", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://localhost:{{port}}/") as websocket:
            for number in range(5):
                print(await websocket.recv())
            await websocket.send("thanks")
            latency = await (await websocket.ping())
            print(0 < latency < 5, websocket.latency == latency)
            try:
                async with asyncio.timeout(0.01):
                    await websocket.recv()
            except TimeoutError:
                print("nothing for now")
        try:
            await websocket.send("too late")
        except ConnectionClosed as exc:
            print(type(exc).__name__, exc, exc.rcvd, exc.sent, exc.rcvd_then_sent)

asyncio.run(main())
"""

PROGRAMS["reconnecting client"] = """
import asyncio
import http
import logging
import sys
import {library} as websockets

logging.basicConfig(format="%(levelname)s %(message)s", level=logging.ERROR, stream=sys.stdout)
ATTEMPTS = 0

def process_request(connection, request):
    global ATTEMPTS
    ATTEMPTS += 1
    if ATTEMPTS == 1:
        return connection.respond(http.HTTPStatus.SERVICE_UNAVAILABLE, "later\\n")
    if ATTEMPTS == 4:
        response = connection.respond(http.HTTPStatus.FORBIDDEN, "never\\n")
        response.headers["X-Why"] = "enough"
        return response

async def handler(websocket):
    await websocket.send(f"welcome {{websocket.request.path}} {{websocket.request.headers['User-Agent']}}")
    if ATTEMPTS == 2:
        raise RuntimeError("the handler fails")

def delays():
    while True:
        yield 0.01

async def main():
    async with websockets.serve(handler, "localhost", 0, process_request=process_request) as server:
        uri = f"ws://localhost:{{server.sockets[0].getsockname()[1]}}/room?number=7"
        try:
            async for websocket in websockets.connect(uri, user_agent_header="me", reconnect_delays=delays):
                try:
                    async for message in websocket:
                        print(message)
                except websockets.ConnectionClosed as exc:
                    print("closed:", exc)
                    continue
        except websockets.exceptions.InvalidStatus as exc:
            print(exc, bytes(exc.response.body), exc.response.headers["X-Why"])
    print(ATTEMPTS)

asyncio.run(main())
"""

PROGRAMS["basic auth"] = """
import asyncio
from {library} import basic_auth, connect, serve, InvalidHandshake, InvalidStatus

async def hello(websocket):
    await websocket.send(f"Hello {{websocket.username}}!")

async def main():
    auth = basic_auth(realm="example", credentials=[("mary", "p@ssw0rd")])
    async with serve(hello, "localhost", 0, process_request=auth) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://mary:p%40ssw0rd@localhost:{{port}}/") as websocket:
            print(await websocket.recv())
        for userinfo in ("", "mary:wrong@", "john:p%40ssw0rd@"):
            try:
                await connect(f"ws://{{userinfo}}localhost:{{port}}/")
            except InvalidHandshake as exc:
                response = exc.response
                print(isinstance(exc, InvalidStatus), exc, response.reason_phrase, bytes(response.body))
                print(response.headers["WWW-Authenticate"], response.headers["Content-Type"])

asyncio.run(main())
"""

PROGRAMS["unix socket"] = """
import asyncio
import os
import tempfile
from {library} import unix_connect, unix_serve

async def echo(websocket):
    print("path", websocket.request.path, "host", websocket.request.headers["Host"])
    async for message in websocket:
        await websocket.send(message[::-1])

async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        async with unix_serve(echo, path) as server:
            print(server.sockets[0].getsockname() == path)
            async with unix_connect(path) as websocket:
                await websocket.send("live")
                print(await websocket.recv())
            async with unix_connect(path, uri="ws://example.com/room") as websocket:
                await websocket.send("evil")
                print(await websocket.recv())

asyncio.run(main())
"""

PROGRAMS["subprotocols, origins and hooks"] = """
import asyncio
import re
from {library} import Headers, NegotiationError, InvalidStatus, Origin, Subprotocol, connect, serve

def select(connection, subprotocols):
    print("offered", subprotocols)
    if "chat.v2" in subprotocols:
        return Subprotocol("chat.v2")
    if "chat.v1" in subprotocols:
        return None
    raise NegotiationError("no version in common")

async def process_response(connection, request, response):
    response.headers["X-Served-By"] = "me"
    print(response.status_code, request.method, request.path)

async def handler(websocket):
    await websocket.send(str(websocket.subprotocol))

async def main():
    options = {{"origins": [Origin("https://a.example"), re.compile(r"https://.*[.]b[.]example"), None]}}
    async with serve(
        handler, "localhost", 0, select_subprotocol=select, process_response=process_response, **options
    ) as server:
        port = server.sockets[0].getsockname()[1]
        for origin, offered in [
            ("https://a.example", ["chat.v2", "chat.v1"]),
            ("https://x.b.example", ["chat.v1"]),
            (None, ["chat.v2"]),
            (None, ["chat.v3"]),
            ("https://evil.example", ["chat.v2"]),
        ]:
            try:
                async with connect(
                    f"ws://localhost:{{port}}/",
                    origin=origin and Origin(origin),
                    subprotocols=[Subprotocol(name) for name in offered],
                    additional_headers=Headers({{"X-Me": "1"}}),
                    compression=None,
                ) as websocket:
                    print(origin, websocket.subprotocol, await websocket.recv())
                    print(websocket.response.headers["X-Served-By"])
                    print(websocket.request.headers["X-Me"], "Sec-WebSocket-Extensions" in websocket.response.headers)
            except InvalidStatus as exc:
                print(origin, exc, bytes(exc.response.body))

asyncio.run(main())
"""

PROGRAMS["limits and ends"] = """
import asyncio
import {library} as websockets
from {library} import CloseCode

async def handler(websocket):
    path = websocket.request.path
    try:
        if path == "/away":
            await websocket.close(CloseCode.GOING_AWAY, "see you")
        elif path == "/private":
            await websocket.close(4001, "private")
        elif path == "/crash":
            websocket.transport.abort()
        else:
            await websocket.send(await websocket.recv())
    except websockets.ConnectionClosed as exc:
        print("server:", type(exc).__name__, exc)

async def main():
    async with websockets.serve(handler, "localhost", 0, max_size=(1000, 100)) as server:
        uri = f"ws://localhost:{{server.sockets[0].getsockname()[1]}}"
        for path in ("/away", "/private", "/crash"):
            async with websockets.connect(uri + path) as websocket:
                try:
                    async for message in websocket:
                        print(message)
                    print(path, "ended in order")
                except websockets.ConnectionClosedError as exc:
                    print(path, exc, exc.rcvd, exc.rcvd_then_sent)
                print(websocket.close_code, repr(websocket.close_reason))
        for message in ("x" * 100, "x" * 101, ["x" * 100] * 10, ["x" * 100] * 11):
            async with websockets.connect(uri + "/", compression=None) as websocket:
                await websocket.send(message)
                try:
                    print(len(await websocket.recv()))
                except websockets.ConnectionClosed as exc:
                    print(type(exc).__name__, exc, exc.rcvd.code == CloseCode.MESSAGE_TOO_BIG)
        for wrong in (7, None, {{"a": 1}}):
            async with websockets.connect(uri + "/") as websocket:
                try:
                    await websocket.send(wrong)
                except TypeError as exc:
                    print(exc)
        for uri in ("http://localhost/", "ws://", "ws://localhost/#fragment"):
            try:
                await websockets.connect(uri)
            except websockets.InvalidURI as exc:
                print(type(exc).__name__, exc.uri)

logger = __import__("logging").getLogger("{library}")
logger.addHandler(__import__("logging").NullHandler())
logger.propagate = False
asyncio.run(main())
"""

PROGRAMS["shutdown and subclasses"] = """
import asyncio
import functools
import logging
import sys
from {library} import ClientConnection, ServerConnection, ConnectionClosed, connect, serve

class Named(ServerConnection):
    def __init__(self, *args, name, **kwargs):
        super().__init__(*args, **kwargs)
        self.name = name

class Counting(ClientConnection):
    sent = 0

    async def send(self, message, **kwargs):
        self.sent += 1
        await super().send(message, **kwargs)

async def handler(websocket):
    print(websocket.name, isinstance(websocket, ServerConnection), websocket.ping_interval, websocket.close_timeout)
    async for message in websocket:
        print("server got", message)

async def main():
    server = await serve(
        handler, "localhost", 0, create_connection=functools.partial(Named, name="n"),
        ping_interval=None, close_timeout=5, start_serving=False,
    )
    print(server.is_serving())
    await server.start_serving()
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO, stream=sys.stdout)
    print(server.is_serving(), server.get_loop() is asyncio.get_running_loop())
    port = server.sockets[0].getsockname()[1]
    async with connect(f"ws://localhost:{{port}}/", create_connection=Counting, ping_timeout=3) as websocket:
        await websocket.send("a")
        await websocket.send("b")
        await (await websocket.ping())
        print(websocket.sent, websocket.ping_timeout, len(server.connections))
        server.close(code=1012, reason="restart")
        try:
            await websocket.recv()
        except ConnectionClosed as exc:
            await server.wait_closed()
            print(type(exc).__name__, exc)
    print(server.is_serving(), server.sockets, server.connections)
    try:
        await connect(f"ws://localhost:{{port}}/")
    except OSError as exc:
        print(type(exc).__name__)

asyncio.run(main())
"""


def output(name: str, library: str) -> str:
    """Run a program in a process of its own; return what it prints, with ports made alike."""
    source = PROGRAMS[name]
    source = source.replace("{library}", library).replace("{{", "{").replace("}}", "}")
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", source],
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
        env={"PYTHONPATH": str(Path(PACKAGE).parent), "PYTHONIOENCODING": "utf-8"},
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_says_the_same(name: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        theirs, ours = pool.map(output, [name, name], ["websockets", "framescope"])
    assert theirs
    assert normal(ours) == normal(theirs)


def normal(text: str) -> list[str]:
    """Make ports and the exceptions' modules alike, and leave out where a traceback went through."""
    alike = re.sub(r"(framescope\.engine|websockets)\.\w+\.(?=[A-Z])", "", text)
    alike = re.sub(r"(127\.0\.0\.1|\[::1\]|localhost):\d+", r"\1:port", alike)
    return [line for line in alike.splitlines() if not line.startswith("  ")]
