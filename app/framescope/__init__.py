"""Framescope, the oscilloscope for WebSocket connections: `from framescope import connect, serve` is its library part.

The public names, those of `websockets`' asyncio API, are loaded when they are first asked for, so that no command
pays for what it does not use. The imports below are for type checkers, and say the same as the table.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framescope import exceptions as exceptions
    from framescope.engine.close import Close as Close
    from framescope.engine.close import CloseCode as CloseCode
    from framescope.engine.frames import Opcode as Opcode
    from framescope.engine.headers import Headers as Headers
    from framescope.engine.headers import HeadersLike as HeadersLike
    from framescope.engine.headers import MultipleValuesError as MultipleValuesError
    from framescope.engine.http import Request as Request
    from framescope.engine.http import Response as Response
    from framescope.engine.plain_frame import Frame as Frame
    from framescope.engine.state import State as State
    from framescope.exceptions import *  # noqa: F403 - all of them, by its __all__
    from framescope.net.authentication import basic_auth as basic_auth
    from framescope.net.broadcast import broadcast as broadcast
    from framescope.net.client import connect as connect
    from framescope.net.client import unix_connect as unix_connect
    from framescope.net.connection import ClientConnection as ClientConnection
    from framescope.net.connection import ServerConnection as ServerConnection
    from framescope.net.extension_factories import ClientPerMessageDeflateFactory as ClientPerMessageDeflateFactory
    from framescope.net.extension_factories import ServerPerMessageDeflateFactory as ServerPerMessageDeflateFactory
    from framescope.net.server import Server as Server
    from framescope.net.server import serve as serve
    from framescope.net.server import unix_serve as unix_serve
    from framescope.net.types import BytesLike as BytesLike
    from framescope.net.types import Data as Data
    from framescope.net.types import DataLike as DataLike
    from framescope.net.types import ExtensionName as ExtensionName
    from framescope.net.types import ExtensionParameter as ExtensionParameter
    from framescope.net.types import LoggerLike as LoggerLike
    from framescope.net.types import Origin as Origin
    from framescope.net.types import Side as Side
    from framescope.net.types import StatusLike as StatusLike
    from framescope.net.types import Subprotocol as Subprotocol

__version__ = "0.1.0"

_HOMES = {
    "engine.close": "Close CloseCode",
    "engine.frames": "Opcode",
    "engine.headers": "Headers HeadersLike MultipleValuesError",
    "engine.http": "Request Response",
    "engine.plain_frame": "Frame",
    "engine.state": "State",
    "exceptions": (
        "ConcurrencyError ConnectionClosed ConnectionClosedError ConnectionClosedOK DuplicateParameter"
        " HeaderLineTooLong InvalidHandshake InvalidHeader InvalidHeaderFormat InvalidHeaderValue InvalidMessage"
        " InvalidMethod InvalidOrigin InvalidParameterName InvalidParameterValue InvalidProtocol InvalidProxy"
        " InvalidProxyMessage InvalidProxyStatus InvalidState InvalidStatus InvalidURI InvalidUpgrade NegotiationError"
        " PayloadTooBig ProtocolError ProxyError RequestLineTooLong SecurityError StatusLineTooLong TooManyFragments"
        " TooManyHeaders WebSocketException"
    ),
    "net.authentication": "basic_auth",
    "net.broadcast": "broadcast",
    "net.client": "connect unix_connect",
    "net.connection": "ClientConnection ServerConnection",
    "net.extension_factories": "ClientPerMessageDeflateFactory ServerPerMessageDeflateFactory",
    "net.server": "Server serve unix_serve",
    "net.types": (
        "BytesLike Data DataLike ExtensionName ExtensionParameter LoggerLike Origin Side StatusLike Subprotocol"
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
__all__ = ["__version__", "exceptions", *_HOME_OF]  # noqa: PLE0604 - strings, all of them


def __getattr__(name: str) -> Any:
    if name == "exceptions":
        return import_module(f"{__name__}.exceptions")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(globals().keys() | set(__all__))
