"""What does a close code mean, who may send it, and how does an end read as an exception? (RFC 6455 7.4)"""

from __future__ import annotations

import warnings
from enum import IntEnum
from typing import NamedTuple, Self

from framescope.engine.errors import ProtocolError, Violation, WebSocketException


class CloseCode(IntEnum):
    """RFC 6455 7.4.1 and the IANA registry, with `websockets`' names."""

    NORMAL_CLOSURE = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS_RCVD = 1005
    ABNORMAL_CLOSURE = 1006
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_GATEWAY = 1014
    TLS_HANDSHAKE = 1015


NORMAL, GOING_AWAY, PROTOCOL_ERROR, NO_STATUS, ABNORMAL = 1000, 1001, 1002, 1005, 1006
INVALID_DATA, TOO_BIG, INTERNAL_ERROR = 1007, 1009, 1011

#: RFC 6455 7.4.1 and the IANA registry, in `websockets`' words.
EXPLANATIONS = {
    1000: "OK",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1005: "no status received [internal]",
    1006: "abnormal closure [internal]",
    1007: "invalid frame payload data",
    1008: "policy violation",
    1009: "message too big",
    1010: "mandatory extension",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
    1015: "TLS handshake failure [internal]",
}
#: RFC 6455 7.4.1: 1005, 1006 and 1015 "MUST NOT be set as a status code in a Close control frame";
#: 1004 is reserved.
SENDABLE = frozenset(EXPLANATIONS) - {1005, 1006, 1015}
REASON_LIMIT = 123  # RFC 6455 5.5: 125 bytes less the two of the code


def may_be_sent(code: int) -> bool:
    """Tell whether `code` may stand in a Close frame."""
    return code in SENDABLE or 3000 <= code < 5000


class Close(NamedTuple):
    """The content of a Close frame; code 1005 stands for an empty body."""

    code: int
    reason: str

    def __str__(self) -> str:
        if 3000 <= self.code < 4000:
            explanation = "registered"
        elif 4000 <= self.code < 5000:
            explanation = "private use"
        else:
            explanation = EXPLANATIONS.get(self.code, "unknown")
        text = f"{self.code} ({explanation})"
        return f"{text} {self.reason}" if self.reason else text

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a Close frame's payload. Raises ProtocolError, UnicodeDecodeError."""
        if len(data) == 1:
            raise ProtocolError("close frame too short")
        close = cls(int.from_bytes(data[:2], "big"), data[2:].decode()) if data else cls(NO_STATUS, "")
        if data:
            close.check()
        return close

    def serialize(self) -> bytes:
        """Write a Close frame's payload. Raises ProtocolError for a code that must not be sent."""
        self.check()
        return body_of(self)

    def check(self) -> None:
        """Raise ProtocolError unless the code may stand in a Close frame."""
        if not may_be_sent(self.code):
            raise ProtocolError("invalid status code")


def shortened(close: Close) -> Close:
    """Cut the reason to what fits into a Close frame, at a character's boundary."""
    if len(close.reason) * 4 <= REASON_LIMIT:
        return close
    return Close(close.code, close.reason.encode()[:REASON_LIMIT].decode(errors="ignore"))


def body_of(close: Close) -> bytes:
    """Write a Close frame's payload."""
    return b"" if close.code == NO_STATUS else close.code.to_bytes(2, "big") + close.reason.encode()


def close_in(body: bytes, offset: int) -> Close | Violation:
    """Read a Close frame's payload. `offset` is the frame's place in the stream."""
    # RFC 6455 5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned
    # integer", "the body MAY contain UTF-8-encoded data"
    if not body:
        return Close(NO_STATUS, "")
    if len(body) == 1:
        return Violation("close frame body of one byte", "RFC 6455 5.5.1", offset, 1002, "close frame too short")
    try:
        reason = body[2:].decode()
    except UnicodeDecodeError as error:
        where = f"invalid UTF-8 in close reason at byte {error.start}"
        return Violation(where, "RFC 6455 5.5.1", offset, 1007, f"{error.reason} at position {error.start}")
    code = int.from_bytes(body[:2], "big")
    if not may_be_sent(code):
        return Violation(f"close code {code}", "RFC 6455 7.4", offset, 1002, "invalid status code")
    return Close(code, reason)


class ConnectionClosed(WebSocketException):
    """The connection is closed; `rcvd` and `sent` are the Close frames that passed, or None."""

    def __init__(self, rcvd: Close | None, sent: Close | None, rcvd_then_sent: bool | None = None) -> None:
        if (rcvd_then_sent is None) != (rcvd is None or sent is None):
            raise ValueError("rcvd_then_sent is for a connection with both Close frames")
        super().__init__(rcvd, sent, rcvd_then_sent)
        self.rcvd = rcvd
        self.sent = sent
        self.rcvd_then_sent = rcvd_then_sent

    def __str__(self) -> str:
        if self.rcvd is None:
            return (
                "no close frame received or sent" if self.sent is None else f"sent {self.sent}; no close frame received"
            )
        if self.sent is None:
            return f"received {self.rcvd}; no close frame sent"
        if self.rcvd_then_sent:
            return f"received {self.rcvd}; then sent {self.sent}"
        return f"sent {self.sent}; then received {self.rcvd}"

    @property
    def code(self) -> int:
        """The code received, or 1006. Deprecated, as in `websockets`: `rcvd` and `sent` tell more."""
        warnings.warn("ConnectionClosed.code is deprecated; use ConnectionClosed.rcvd.code", DeprecationWarning, 2)
        return ABNORMAL if self.rcvd is None else self.rcvd.code

    @property
    def reason(self) -> str:
        """The reason received, or "". Deprecated, as in `websockets`."""
        warnings.warn("ConnectionClosed.reason is deprecated; use ConnectionClosed.rcvd.reason", DeprecationWarning, 2)
        return "" if self.rcvd is None else self.rcvd.reason


class ConnectionClosedError(ConnectionClosed):
    """Closed abnormally: no closing handshake, or a code other than 1000 and 1001."""


class ConnectionClosedOK(ConnectionClosed):
    """Closed with 1000 or 1001 (or no code) on both sides."""


_OK_CODES = frozenset({NORMAL, GOING_AWAY, NO_STATUS})


def closed_exception(rcvd: Close | None, sent: Close | None, rcvd_then_sent: bool | None) -> ConnectionClosed:
    """Build the exception that `recv()` raises after these Close frames."""
    is_ok = rcvd is not None and sent is not None and rcvd.code in _OK_CODES and sent.code in _OK_CODES
    return (ConnectionClosedOK if is_ok else ConnectionClosedError)(rcvd, sent, rcvd_then_sent)
