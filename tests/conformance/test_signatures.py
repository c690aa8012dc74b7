"""Is the public face that of `websockets`' asyncio API: its names, parameters, defaults, methods and exceptions?

Every difference that is meant stands in a table here, with its reason; a table with a line too many fails, too.
"""

from __future__ import annotations

import enum
import inspect
import typing
from collections.abc import Iterator
from typing import Any

import pytest
import websockets
import websockets.asyncio.client
import websockets.asyncio.server
import websockets.exceptions
import websockets.extensions.permessage_deflate

import framescope
from helpers.joined import each_side, joined
from helpers.loops import in_loop

#: Names of `websockets.__all__` that we do not have.
EXCLUDED = {
    "route": "routing is left to the application, or to werkzeug as there",
    "unix_route": "as route",
    "Router": "as route",
    "Protocol": "the sans-I/O layer: ours is framescope.engine.connection.Connection",
    "ClientProtocol": "as Protocol",
    "ServerProtocol": "as Protocol",
}
#: Names that `websockets` answers to with a DeprecationWarning.
DEPRECATED = {
    *("AbortHandshake", "BasicAuthWebSocketServerProtocol", "InvalidStatusCode", "RedirectHandshake"),
    *("WebSocketClientProtocol", "WebSocketCommonProtocol", "WebSocketProtocolError", "WebSocketServer"),
    *("WebSocketServerProtocol", "basic_auth_protocol_factory"),
}
SHARED = sorted(set(websockets.__all__) - set(EXCLUDED))
CLASSES = [name for name in SHARED if inspect.isclass(getattr(websockets, name)) and name not in ("LoggerLike",)]
ENUMS = [name for name in CLASSES if issubclass(getattr(websockets, name), enum.Enum)]
EXCEPTIONS = [name for name in CLASSES if issubclass(getattr(websockets, name), BaseException)]
FACTORIES = ["ClientPerMessageDeflateFactory", "ServerPerMessageDeflateFactory"]

#: "class.member" of theirs that ours lacks. "*" stands for both connection classes.
_WORKINGS = "how their connection works inside, an asyncio.Protocol around a sans-I/O one; ours is `driver`"
_SANS_IO = "for their sans-I/O layer, which reads with generators; ours is in framescope.engine"
MISSING = {
    **{
        f"Connection.{name}": _WORKINGS
        for name in (
            *("acknowledge_pings", "close_deadline", "close_exc", "connection_exc", "connection_lost"),
            *("connection_lost_waiter", "connection_made", "data_received", "debug", "drain", "drain_waiters"),
            *("eof_received", "handshake", "keepalive", "keepalive_task", "loop", "max_queue_high", "max_queue_low"),
            *("pause_writing", "paused", "pending_pings", "process_event", "protocol", "recv_messages"),
            *("request_rcvd", "response_rcvd", "resume_writing", "send_context", "send_data", "send_in_progress"),
            *("set_connection_exc", "start_keepalive", "terminate_pending_pings"),
            *("write_limit_high", "write_limit_low"),
        )
    },
    "connect.connect": "an awaited `connect(...)` says the same",
    "connect.open_tcp_connection": "proxies, sockets and TLS are ours: net/opener.py",
    "Frame.parse": _SANS_IO,
    "Frame.DEFAULT_IS_TEXT": "how __str__ works inside",
    "Frame.MAX_LOG_SIZE": "75 columns, which no environment variable changes",
    "Headers.serialize": _SANS_IO,
    "Headers.set_insecure": "nothing of ours has to set a value that may not be sent",
    "Request.exception": "deprecated there",
    "Request.parse": _SANS_IO,
    "Request.serialize": _SANS_IO,
    "Response.exception": "deprecated there",
    "Response.parse": _SANS_IO,
    "Response.serialize": _SANS_IO,
    "PayloadTooBig.set_current_size": "their parser's; the constructor takes the size",
    "ClientPerMessageDeflateFactory.get_request_params": _SANS_IO,
    "ClientPerMessageDeflateFactory.process_response_params": _SANS_IO,
    "ServerPerMessageDeflateFactory.process_request_params": _SANS_IO,
}
#: Parameters whose kind, place or default differs.
PARAMETERS = {
    "Server.__init__": "made by serve only; theirs takes a coroutine that makes an asyncio.Server",
    "connect.__init__(user_agent_header)": "names this library",
    "connect.__init__(process_exception)": "ours, with the same behaviour (tests/net/test_reconnect.py)",
    "connect.__init__(reconnect_delays)": "ours, with the same delays",
    "serve(server_header)": "names this library",
    "Frame.serialize(extensions)": "their sans-I/O layer's extension objects",
    "Request.__init__(_exception)": "deprecated there",
    "Response.__init__(_exception)": "deprecated there",
    "Close.__init__": "a tuple here",
}


def theirs_of(name: str) -> Any:
    if name in FACTORIES:
        return getattr(websockets.extensions.permessage_deflate, name)
    return getattr(websockets, name)


def missing(kind: str, name: str) -> str | None:
    """Return the reason why ours lacks a member."""
    shared = "Connection" if kind in ("ClientConnection", "ServerConnection") else kind
    return MISSING.get(f"{shared}.{name}")


def public(names: Iterator[str] | list[str]) -> set[str]:
    return {name for name in names if not name.startswith("_")}


def methods(name: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield (label, theirs, ours) for the constructor and each public method that both have."""
    kind, mine = theirs_of(name), getattr(framescope, name)
    for member in sorted({"__init__"} | public(dir(kind))):
        other = inspect.getattr_static(kind, member)
        is_method = inspect.isfunction(other) or isinstance(other, classmethod)
        if is_method and getattr(mine, member, None) is not None:
            yield f"{name}.{member}", getattr(kind, member), getattr(mine, member)


def callables() -> Iterator[tuple[str, Any, Any]]:
    for name in SHARED:
        if inspect.isfunction(getattr(websockets, name)):
            yield name, getattr(websockets, name), getattr(framescope, name)
    for name in (*CLASSES, *FACTORIES):
        if name not in ENUMS:
            yield from methods(name)


CALLABLES = {label: (theirs, ours) for label, theirs, ours in callables()}


def differences(label: str, theirs: Any, ours: Any) -> set[str]:
    """Return the labels of what differs in a signature: the whole of it, or one parameter."""
    expected, mine = inspect.signature(theirs).parameters, inspect.signature(ours).parameters
    found = set()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    order = [name for name, parameter in expected.items() if parameter.kind in positional]
    my_order = [name for name, parameter in mine.items() if parameter.kind in positional]
    if my_order[: len(order)] != order:
        shorter = [name for name in order if name in my_order]
        if my_order[: len(shorter)] != shorter or not shorter:
            return {label}
    for name, parameter in expected.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            if not any(one.kind is one.VAR_KEYWORD for one in mine.values()):
                found.add(f"{label}({name})")
        elif name not in mine or mine[name].kind is not parameter.kind or mine[name].default != parameter.default:
            found.add(f"{label}({name})")
    for name in mine.keys() - expected.keys():
        if mine[name].kind in positional and mine[name].default is inspect.Parameter.empty:
            found.add(f"{label}({name})")
    return found


@pytest.mark.parametrize("name", SHARED)
def test_the_name_is_there(name: str) -> None:
    assert name in framescope.__all__
    assert getattr(framescope, name) is not None


def test_what_is_excluded_is_really_there_and_not_here() -> None:
    assert set(EXCLUDED) <= set(websockets.__all__)
    assert not (set(EXCLUDED) | DEPRECATED) & set(framescope.__all__)
    assert not DEPRECATED & set(websockets.__all__)


def test_what_is_ours_alone() -> None:
    extra = {"__version__", "exceptions", "BytesLike", "DataLike", *FACTORIES}
    assert set(framescope.__all__) - set(websockets.__all__) == extra


@pytest.mark.parametrize("label", sorted(CALLABLES))
def test_parameters(label: str) -> None:
    found = differences(label, *CALLABLES[label])
    assert {one for one in found if one not in PARAMETERS and label not in PARAMETERS} == set()


def test_no_allowance_is_left_over() -> None:
    found = set().union(*(differences(label, *pair) for label, pair in CALLABLES.items()))
    labels = found | {one.partition("(")[0] for one in found}
    assert set(PARAMETERS) - labels == set()
    used = {
        f"{'Connection' if name.endswith('Connection') else name}.{member}"
        for name in (*CLASSES, *FACTORIES)
        for member in public(dir(theirs_of(name))) - public(dir(getattr(framescope, name)))
    }
    assert {line for line in MISSING if not line.startswith("Connection.")} - used == set()


@pytest.mark.parametrize("name", [*CLASSES, *FACTORIES])
def test_members(name: str) -> None:
    kind = getattr(framescope, name)
    absent = public(dir(theirs_of(name))) - public(dir(kind)) - set(kind.__members__ if name in ENUMS else ())
    assert {member for member in absent if missing(name, member) is None} == set()


@each_side
@in_loop
async def test_attributes_of_a_connection(side: str) -> None:
    """The peer is one of theirs, of the other side; what both sides of theirs have, ours has."""
    async with joined(side) as (ours, theirs):
        absent = public(dir(theirs)) - public(dir(ours))
        both = {name for name in absent if missing("ClientConnection", name) is None}
        assert both <= ({"server", "username", "respond"} if side == "client" else set())
        for name in ("id", "latency", "state", "subprotocol", "close_code", "close_reason", "local_address"):
            assert type(getattr(ours, name)).__name__ == type(getattr(theirs, name)).__name__


@each_side
@in_loop
async def test_no_allowance_for_connections_is_left_over(side: str) -> None:
    async with joined(side) as (ours, theirs):
        other = {"request_rcvd"} if side == "client" else {"response_rcvd"}
        their_side = "request_rcvd" if side == "client" else "response_rcvd"
        lines = {line.partition(".")[2] for line in MISSING if line.startswith("Connection.")}
        lines -= {"request_rcvd", "response_rcvd"} - {their_side}
        assert lines - (public(dir(theirs)) - public(dir(ours))) - other == set()


@in_loop
async def test_attributes_of_a_server() -> None:
    async def handler(connection: Any) -> None:
        await connection.wait_closed()

    inside = {"all_connections", "close_task", "create_server", "handler", "handler_tasks", "handlers_waiter", "server"}
    async with (
        framescope.serve(handler, "127.0.0.1", 0) as ours,
        websockets.asyncio.server.serve(handler, "127.0.0.1", 0) as theirs,
    ):
        assert public(dir(theirs)) - public(dir(ours)) == inside  # how it works inside: tasks and an asyncio.Server
        assert ours.get_loop() is theirs.get_loop()


@pytest.mark.parametrize("name", ENUMS)
def test_numbers(name: str) -> None:
    mine = {key: int(member) for key, member in getattr(framescope, name).__members__.items()}
    assert {key: int(member) for key, member in getattr(websockets, name).__members__.items()}.items() <= mine.items()


ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "ConnectionClosed": [(None, None), ("close", None), (None, "close"), ("close", "close", True)],
    "InvalidURI": [("http://a", "scheme isn't ws or wss")],
    "InvalidProxy": [("ftp://a", "scheme ftp isn't supported")],
    "InvalidStatus": [("response",)],
    "InvalidProxyStatus": [("response",)],
    "InvalidMethod": [("POST",)],
    "InvalidProtocol": [("HTTP/1.0",)],
    "InvalidHeader": [("Host",), ("Host", ""), ("Host", "x")],
    "InvalidHeaderFormat": [("Host", "expected token", "é", 0)],
    "InvalidOrigin": [("https://a",), (None,)],
    "DuplicateParameter": [("a",)],
    "InvalidParameterName": [("a",)],
    "InvalidParameterValue": [("a", None), ("a", ""), ("a", "b")],
    "PayloadTooBig": [(9, 5), (None, 5), (9, 5, 2)],
    "TooManyFragments": [(4096,)],
}
ARGUMENTS |= dict.fromkeys(("ConnectionClosedOK", "ConnectionClosedError"), ARGUMENTS["ConnectionClosed"])
ARGUMENTS |= dict.fromkeys(("InvalidHeaderValue", "InvalidUpgrade"), ARGUMENTS["InvalidHeader"])


def made(library: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """Build an exception; "close" and "response" stand for the library's own."""
    own = {
        "close": lambda: library.Close(1001, "away"),
        "response": lambda: library.Response(403, "Forbidden", library.Headers()),
    }
    return getattr(library, name)(*(own[one]() if one in own else one for one in arguments))


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_exceptions(name: str) -> None:
    """The same `except` clause catches it, and it says and holds the same."""
    above = [kind.__name__ for kind in getattr(websockets, name).__mro__]
    assert [kind.__name__ for kind in getattr(framescope, name).__mro__] == above
    for arguments in ARGUMENTS.get(name, [("what went wrong",)]):
        mine, other = made(framescope, name, arguments), made(websockets, name, arguments)
        assert str(mine) == str(other)
        held = {key: value for key, value in vars(other).items() if not key.startswith("_")}
        for key, value in held.items():
            assert str(getattr(mine, key)) == str(value).replace(", _exception=None", "")  # deprecated there


def test_the_exceptions_stand_in_their_module_as_well() -> None:
    assert set(websockets.exceptions.__all__) == set(framescope.exceptions.__all__)
    for name in framescope.exceptions.__all__:
        assert getattr(framescope.exceptions, name) is getattr(framescope, name)


@pytest.mark.parametrize("name", ["Data", "StatusLike", "LoggerLike", "ExtensionParameter"])
def test_types(name: str) -> None:
    assert typing.get_args(getattr(framescope, name)) == typing.get_args(getattr(websockets, name))
