"""What can be asked of a probe, and what does it answer? JSON lines, one message each."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from framescope.session.options import ConnectOptions as ConnectOptions  # noqa: PLC0414 - ui reaches session through probe

LINK_VERSION = 1


class Connect(msgspec.Struct, frozen=True, tag=True):
    """Begin a connection; answered at once with its number, before anything is known of its fate."""

    options: ConnectOptions


class SetKnob(msgspec.Struct, frozen=True, tag=True):
    """Turn a knob of a connection. Seconds; None as the knob says."""

    connection: int
    name: str
    value: float | None


class Send(msgspec.Struct, frozen=True, tag=True):
    """Send one message. `opcode`: 1 text (payload is UTF-8) or 2 binary."""

    connection: int
    opcode: int
    payload: bytes


class Ping(msgspec.Struct, frozen=True, tag=True):
    """Send a ping, with 4 random bytes when `payload` is None."""

    connection: int
    payload: bytes | None = None


class Close(msgspec.Struct, frozen=True, tag=True):
    """Start the closing handshake, or give up connecting."""

    connection: int
    code: int = 1000
    reason: str = ""


class SetPongPolicy(msgspec.Struct, frozen=True, tag=True):
    """Answer pings ("answer"), answer late ("delay", s), or leave them unanswered ("swallow")."""

    connection: int
    policy: str
    delay: float = 0.0


class PauseReading(msgspec.Struct, frozen=True, tag=True):
    """Stop (or resume) reading the connection's socket."""

    connection: int
    is_paused: bool


class StartDemo(msgspec.Struct, frozen=True, tag=True):
    """Start the demo feed on 127.0.0.1; answered with its url."""


class Shutdown(msgspec.Struct, frozen=True, tag=True):
    """Close every connection with 1001, write the capture out, end."""


Command: TypeAlias = Connect | SetKnob | Send | Ping | Close | SetPongPolicy | PauseReading | StartDemo | Shutdown


class Asked(msgspec.Struct, frozen=True):
    """A command with the number under which it is answered."""

    number: int
    command: Command


class Hello(msgspec.Struct, frozen=True, tag=True):
    """The probe's first line: who it is and where its capture lies."""

    version: str
    pid: int
    capture: str
    link_version: int = LINK_VERSION


class Done(msgspec.Struct, frozen=True, tag=True):
    """A command was carried out."""

    number: int
    connection: int = 0
    url: str = ""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """A command was not carried out; `text` is for the person who asked."""

    number: int
    text: str


Answer: TypeAlias = Hello | Done | Refused
