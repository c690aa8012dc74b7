"""What do the JSON details in the stream say? One struct for each kind of record that has one."""

from __future__ import annotations

import msgspec


class ConnectionInfo(msgspec.Struct, frozen=True):
    """A connection's beginning: where it goes, as whom, with which settings. Times in seconds."""

    url: str
    role: str  #: "client" or "server"
    knobs: dict[str, float | None]
    peer: str = ""  #: "127.0.0.1:9001" once known (server side)
    options: dict[str, str] = {}  #: those that matter for reading: subprotocols, origin, tls, ...
    is_verified: bool = True  #: False: the certificate check was switched off for this connection


class PhaseInfo(msgspec.Struct, frozen=True):
    """What a connecting phase found: addresses, TLS version and cipher, or why it failed."""

    text: str
    #: peer's address after TCP, TLS version after TLS; empty elsewhere
    peer: str = ""
    tls_version: str = ""
    tls_cipher: str = ""


class HandshakeInfo(msgspec.Struct, frozen=True):
    """The opening handshake: request line and headers, status and headers, what was agreed."""

    request_line: str
    request_headers: list[tuple[str, str]]
    status: int
    reason: str
    response_headers: list[tuple[str, str]]
    subprotocol: str | None = None
    extensions: str = ""
    is_accepted: bool = True
    body: str = ""  #: of a refusal, cut at 64 KiB


class ViolationInfo(msgspec.Struct, frozen=True):
    """A broken rule; `offset` is logical, in the direction's stream."""

    rule: str
    section: str
    offset: int
    code: int
    reason: str


class EndInfo(msgspec.Struct, frozen=True):
    """How a connection ended. `sentence` is `str(exception)`; codes are those of Close frames."""

    exception: str  #: "ConnectionClosedError", "ConnectionClosedOK", "InvalidStatus", "TimeoutError", ...
    sentence: str
    code: int | None  #: `close_code`; None when the connection never opened
    reason: str
    ending: str  #: engine.events.Ending name in lower case: close_frames, fin, reset, deadline, ...
    by_peer: bool
    deadline: str = ""  #: open, ping, pong or close: the deadline that passed
    received_code: int | None = None
    sent_code: int | None = None
    error: str = ""  #: the operating system's words, e.g. "[Errno 104] Connection reset by peer"
    advice: str = ""  #: for a connection that never opened: what the person can do


class RecordingInfo(msgspec.Struct, frozen=True):
    """Why recording stopped, or that it goes on."""

    is_recording: bool
    text: str
