"""Framescope, the oscilloscope for WebSocket connections: `from framescope import connect, serve` is its library part.

The public names are loaded when they are first asked for, so that no command pays for what it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framescope.engine.close import Close as Close
    from framescope.engine.close import ConnectionClosed as ConnectionClosed
    from framescope.engine.close import ConnectionClosedError as ConnectionClosedError
    from framescope.engine.close import ConnectionClosedOK as ConnectionClosedOK
    from framescope.engine.errors import InvalidHandshake as InvalidHandshake
    from framescope.engine.errors import InvalidStatus as InvalidStatus
    from framescope.engine.errors import InvalidURI as InvalidURI
    from framescope.engine.errors import WebSocketException as WebSocketException
    from framescope.engine.state import State as State
    from framescope.net.client import connect as connect
    from framescope.net.connection import ClientConnection as ClientConnection
    from framescope.net.connection import ServerConnection as ServerConnection
    from framescope.net.server import Server as Server
    from framescope.net.server import serve as serve

__version__ = "0.1.0"

_HOMES = {
    "engine.close": ("Close", "ConnectionClosed", "ConnectionClosedError", "ConnectionClosedOK"),
    "engine.errors": ("InvalidHandshake", "InvalidStatus", "InvalidURI", "WebSocketException"),
    "engine.state": ("State",),
    "net.client": ("connect",),
    "net.connection": ("ClientConnection", "ServerConnection"),
    "net.server": ("Server", "serve"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = [
    "ClientConnection",
    "Close",
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "InvalidHandshake",
    "InvalidStatus",
    "InvalidURI",
    "Server",
    "ServerConnection",
    "State",
    "WebSocketException",
    "__version__",
    "connect",
    "serve",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
