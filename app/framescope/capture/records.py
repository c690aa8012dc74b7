"""What is one record of the index? 40 bytes, the same layout for frames and for everything else that has a time."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from struct import Struct
from typing import NamedTuple

#: little-endian: time ns, other_time ns, connection, kind+direction, first byte, header length, flags,
#: length B, offset B.
LAYOUT = Struct("<qqIBBBBQQ")
RECORD_SIZE = LAYOUT.size
SENT = 0x80  #: set in the kind byte for what this side sent
NONE = 2**64 - 1  #: a length or offset that stands for None
FORMAT_VERSION = 1


class Kind(IntEnum):
    """The low seven bits of the kind byte. FORMAT.md gives each kind's use of the fields."""

    FRAME = 1  #: first = first byte of the frame, length = payload B, offset = file offset (split: logical)
    PIECE = 2  #: other_time = logical offset in the direction's stream, length B, offset = file offset
    CONNECTION = 3  #: a connection begins; length and offset: JSON `ConnectionInfo` in the stream
    PHASE = 4  #: first = Phase, header length = Change; JSON `PhaseInfo` where length > 0
    STATE = 5  #: first = the new engine.state.State
    HANDSHAKE = 6  #: JSON `HandshakeInfo`
    DEADLINE = 7  #: first = engine.events.Which, header length = Change, other_time = due ns or -1
    KNOB = 8  #: first = index in KNOB_NAMES, length = old value ns, offset = new value ns, NONE for None
    VIOLATION = 9  #: JSON `ViolationInfo`; SENT when it was ours, on purpose
    GAUGE = 10  #: first = Gauge, length = value
    ANCHOR = 11  #: time = monotonic, other_time = realtime, offset = boottime ns; connection 0
    ENDED = 12  #: JSON `EndInfo`: the connection is CLOSED
    RECORDING = 13  #: JSON `RecordingInfo`: the recording itself stopped or resumed; connection 0


class Flag(IntFlag):
    """Flags of a FRAME record."""

    SPLIT = 1  #: not contiguous in the stream file: PIECE records precede it, offset is logical
    MASKED = 2
    AFTER_FAILURE = 4  #: seen after this side had failed the connection
    PARTIAL = 8  #: the connection ended inside this frame; length is what the header declares
    DELIBERATE = 16  #: an illegal frame that a person asked for
    KEEPALIVE = 32  #: a ping of the keepalive


class Phase(IntEnum):
    """The steps of connecting, in order."""

    DNS = 0
    TCP = 1
    PROXY = 2
    TLS = 3
    UPGRADE = 4


class PhaseChange(IntEnum):
    """What became of a phase."""

    BEGAN = 0
    DONE = 1
    FAILED = 2


class Gauge(IntEnum):
    """What a GAUGE record measures."""

    SEND_BUFFER = 0  #: B queued in this process and not yet taken by the kernel
    RECEIVE_QUEUE = 1  #: messages that the application has not taken
    LAG = 2  #: ns by which the probe's event loop woke late; connection 0
    DROPPED = 3  #: frames that are no longer kept (ring mode)
    READING_PAUSED = 4  #: 1 while the socket is left unread, for a full receive queue or a person; else 0
    PINGS = 5  #: more than so many pings came within a second; once a second while that lasts
    # What TCP knew of the other end when a pong's deadline passed (Linux):
    UNACKNOWLEDGED = 6  #: B that its machine had not acknowledged
    SINCE_ACK = 7  #: ms since it had acknowledged something
    RETRIES = 8  #: times that the kernel had sent the same again, or (but for the first time) asked for room in vain


class Record(NamedTuple):
    """One index record, as `LAYOUT` packs it. `kind` includes the direction bit."""

    time: int
    other_time: int
    connection: int
    kind: int
    first: int
    header_length: int
    flags: int
    length: int
    offset: int

    @property
    def is_sent(self) -> bool:
        return bool(self.kind & SENT)

    @property
    def plain_kind(self) -> int:
        return self.kind & 0x7F

    def pack(self) -> bytes:
        return LAYOUT.pack(*self)
