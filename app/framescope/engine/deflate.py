"""permessage-deflate: how is it agreed on, and how are messages deflated and inflated in bounded memory? (RFC 7692)"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal

from framescope.engine.errors import (
    DuplicateParameter,
    InvalidParameterName,
    InvalidParameterValue,
    NegotiationError,
)
from framescope.engine.extensions import Extension, Parameters

NAME = "permessage-deflate"
_TAIL = b"\x00\x00\xff\xff"
#: B of compressed input a step: what follows a final block is copied, which a read full of them would make quadratic.
_SLICE = 4 * 1024
_RECENT = 32  # pieces of output that are kept before they are joined
_NO_LIMIT = 1 << 64  # B
CHUNK = 256 * 1024  # RELIABILITY 6: output is inflated in steps of 256 KiB


@dataclass(frozen=True, slots=True)
class DeflateOffer:
    """What a client offers, or a server prefers. Window bits 9 to 15 (zlib cannot compress with 8)."""

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int | None = None
    #: True: the parameter stands without a value, "you may limit my window"
    client_max_window_bits: int | Literal[True] | None = True
    level: int | None = None
    memory_level: int = 8
    must_limit_client: bool = False  #: a server declines an offer under which it could not limit the client's window

    def __post_init__(self) -> None:
        for name in ("server_max_window_bits", "client_max_window_bits"):
            bits = getattr(self, name)
            if bits is not None and bits is not True and bits not in range(9, 16):
                raise ValueError(f"{name} must be between 9 and 15")

    def as_extension(self) -> Extension:
        """Write the offer's parameters."""
        parameters: Parameters = []
        if self.server_no_context_takeover:
            parameters.append(("server_no_context_takeover", None))
        if self.client_no_context_takeover:
            parameters.append(("client_no_context_takeover", None))
        if self.server_max_window_bits is not None:
            parameters.append(("server_max_window_bits", str(self.server_max_window_bits)))
        if self.client_max_window_bits is True:
            parameters.append(("client_max_window_bits", None))
        elif self.client_max_window_bits:
            parameters.append(("client_max_window_bits", str(self.client_max_window_bits)))
        return NAME, parameters


@dataclass(frozen=True, slots=True)
class Agreed:
    """The parameters in force."""

    server_no_context_takeover: bool
    client_no_context_takeover: bool
    server_max_window_bits: int
    client_max_window_bits: int
    level: int | None = None  #: of this side's compression
    memory_level: int = 8


def _read(parameters: Parameters, *, is_offer: bool) -> dict[str, int | bool]:
    """Read parameters; `client_max_window_bits` without a value (True) in an offer only (7.1.2.2)."""
    read: dict[str, int | bool] = {}
    for name, value in parameters:
        if name in read:
            raise DuplicateParameter(name)
        if name in ("server_no_context_takeover", "client_no_context_takeover"):
            # RFC 7692 7.1.1: these parameters have no value.
            if value is not None:
                raise InvalidParameterValue(name, value)
            read[name] = True
        elif name in ("server_max_window_bits", "client_max_window_bits"):
            if value is None and name == "client_max_window_bits" and is_offer:
                read[name] = True
            # RFC 7692 7.1.2: "a decimal integer value without leading zeroes between 8 to 15"
            elif value in ("8", "9", "10", "11", "12", "13", "14", "15"):
                read[name] = int(value)
            else:
                raise InvalidParameterValue(name, value)
        else:
            raise InvalidParameterName(name)
    return read


def accept_offer(parameters: Parameters, ours: DeflateOffer) -> tuple[Extension, Agreed]:
    """Server: answer one offer. `NegotiationError` declines it, so that the next may be tried."""
    offered = _read(parameters, is_offer=True)
    answer: Parameters = []
    server_reset = bool(offered.get("server_no_context_takeover")) or ours.server_no_context_takeover
    client_reset = bool(offered.get("client_no_context_takeover")) or ours.client_no_context_takeover
    server_bits = min(int(offered.get("server_max_window_bits", 15)), ours.server_max_window_bits or 15)
    if server_bits < 9:
        raise NegotiationError("a server window of 8 bits cannot be compressed with zlib")
    if ours.must_limit_client and "client_max_window_bits" not in offered:
        raise NegotiationError("required client_max_window_bits")
    client_bits = 15
    wanted = ours.client_max_window_bits
    if "client_max_window_bits" in offered:
        limit = offered["client_max_window_bits"]
        client_bits = 15 if limit is True else int(limit)
        if wanted is not None and wanted is not True:
            client_bits = min(client_bits, int(wanted))
    if server_reset:
        answer.append(("server_no_context_takeover", None))
    if client_reset:
        answer.append(("client_no_context_takeover", None))
    if "server_max_window_bits" in offered or server_bits < 15:
        answer.append(("server_max_window_bits", str(server_bits)))
    # RFC 7692 7.1.2.2: without it in the offer it MUST NOT stand in the response.
    if "client_max_window_bits" in offered and client_bits < 15:
        answer.append(("client_max_window_bits", str(client_bits)))
    return (NAME, answer), Agreed(server_reset, client_reset, server_bits, client_bits, ours.level, ours.memory_level)


def accept_response(parameters: Parameters, ours: DeflateOffer) -> Agreed:
    """Client: check the server's answer. Raises `NegotiationError`."""
    answered = _read(parameters, is_offer=False)
    if ours.server_no_context_takeover and not answered.get("server_no_context_takeover"):
        raise NegotiationError("expected server_no_context_takeover")
    server_bits = int(answered.get("server_max_window_bits", 15))
    if ours.server_max_window_bits is not None and server_bits > ours.server_max_window_bits:
        raise NegotiationError("expected a smaller server_max_window_bits")
    client_bits = int(answered.get("client_max_window_bits", 15))
    if "client_max_window_bits" in answered:
        if ours.client_max_window_bits is None:
            raise NegotiationError("client_max_window_bits was not offered")
        if ours.client_max_window_bits is not True and client_bits > ours.client_max_window_bits:
            raise NegotiationError("client_max_window_bits is larger than offered")
        if client_bits < 9:
            raise NegotiationError("a client window of 8 bits cannot be compressed with zlib")
    elif isinstance(ours.client_max_window_bits, int) and ours.client_max_window_bits is not True:
        client_bits = ours.client_max_window_bits
    client_reset = bool(answered.get("client_no_context_takeover")) or ours.client_no_context_takeover
    server_reset = bool(answered.get("server_no_context_takeover"))
    return Agreed(server_reset, client_reset, server_bits, client_bits, ours.level, ours.memory_level)


class TooLong(Exception):
    """A message inflates to more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class BadDeflate(Exception):
    """The peer's compressed data cannot be inflated."""


class Deflater:
    """Compresses this side's messages."""

    def __init__(self, window_bits: int, *, is_reset: bool, level: int | None = None, memory_level: int = 8) -> None:
        self._settings = (
            zlib.Z_DEFAULT_COMPRESSION if level is None else level,
            zlib.DEFLATED,
            -window_bits,
            memory_level,
        )
        self._is_reset = is_reset
        # Made for a message, it is the most that a connection holds (32 KiB and more): an idle one does without.
        self._compressor: zlib._Compress | None = None

    def deflate(self, data: bytes, *, ends: bool) -> bytes:
        """Compress a frame's payload; with `ends` the message is complete (RFC 7692 7.2.1)."""
        compressor = self._compressor
        if compressor is None:
            compressor = self._compressor = zlib.compressobj(*self._settings)
        compressed = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
        if not ends:
            return compressed
        if self._is_reset:
            self._compressor = None
        return compressed[:-4]


class Inflater:
    """Decompresses the peer's messages, never producing more than is asked for."""

    def __init__(self, window_bits: int, *, is_reset: bool) -> None:
        # zlib inflates a smaller window with a larger one, but a back-reference beyond the agreed
        # window must fail (RFC 7692 7.2), so the agreed size it is.
        self._window_bits = window_bits
        self._window = 1 << window_bits
        self._is_reset = is_reset
        self._is_empty = True  #: nothing came of the message under way
        self._begun: bytes | None = None  #: what `single` made of a message before it gave up
        self._recent: list[bytes] = []  #: the newest pieces of output
        self._older: list[bytes] = []  #: those before, joined; all together reach back a window at least
        self._decompressor = zlib.decompressobj(-window_bits)

    def single(self, data: bytes, limit: int) -> bytes | None:
        """Decompress a message that is one frame, as most are.

        None where that takes more than one step, or fails: it is then for `inflate` to go on with.
        """
        if not data or len(data) > _SLICE - len(_TAIL):
            return None
        most = CHUNK if limit >= CHUNK else limit + 1
        decompressor = self._decompressor
        try:
            piece = decompressor.decompress(data + _TAIL, most)
        except zlib.error:
            return None  # and so it says again
        if len(piece) == most or decompressor.eof:
            self._begun = piece
            return None
        if self._is_reset:
            self._decompressor = zlib.decompressobj(-self._window_bits)
        else:
            recent = self._recent
            recent.append(piece)
            if len(recent) > _RECENT:
                self._join_recent()
        return piece

    def inflate(self, data: bytes, *, ends: bool, limit: int | None) -> bytes:
        """Decompress a part of a message; `limit`: bytes that the message may still produce.

        Raises `TooLong` and `BadDeflate`.
        """
        if not data and self._is_empty:
            # A message without a byte is not even an empty block (RFC 7692 7.2.3.6 gives it one). It is
            # read as empty; the tail alone would be the beginning of another block.
            return b""
        # RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload"
        if ends:
            data += _TAIL
        inflated = self._run(data, ends=ends, limit=limit)
        self._is_empty = ends
        if ends and self._is_reset:
            self._recent.clear()
            self._older.clear()
            self._decompressor = zlib.decompressobj(-self._window_bits)
        return inflated

    def _run(self, data: bytes, *, ends: bool, limit: int | None) -> bytes:
        pieces: list[bytes] = []
        room = _NO_LIMIT if limit is None else limit
        for start in range(0, len(data), _SLICE):
            pending = data[start : start + _SLICE]
            behind = len(data) - start - len(pending)
            has_more = True
            while has_more:
                most = CHUNK if room >= CHUNK else room + 1
                piece = self._step(pending, most)
                room -= len(piece)
                if room < 0:
                    raise TooLong(limit or 0)
                decompressor = self._decompressor
                if decompressor.eof:
                    pending = self._restart()
                    has_more = bool(pending)
                    if ends and len(pending) + behind == len(_TAIL):
                        # A sender that leaves out the octet for the tail to complete has said all it had to say.
                        pieces.append(piece)
                        return b"".join(pieces)
                elif len(piece) < most:
                    if not pieces and not behind:
                        return piece  # most messages take one step
                    has_more = False
                else:
                    pending = decompressor.unconsumed_tail
                pieces.append(piece)
        return b"".join(pieces)

    def _step(self, data: bytes, most: int) -> bytes:
        piece, self._begun = self._begun, None
        if piece is None:
            try:
                piece = self._decompressor.decompress(data, most)
            except zlib.error as error:
                raise BadDeflate(str(error)) from error
        self._recent.append(piece[-self._window :])
        if len(self._recent) > _RECENT:
            self._join_recent()
        return piece

    def _join_recent(self) -> None:
        """Bound the number of pieces, and forget what lies further back than a window."""
        self._older.append(b"".join(self._recent))
        self._recent.clear()
        reach = 0
        for place in range(len(self._older) - 1, -1, -1):
            reach += len(self._older[place])
            if reach >= self._window:
                del self._older[:place]
                return
        if len(self._older) > _RECENT:
            self._older = [b"".join(self._older)]

    def _restart(self) -> bytes:
        """Go on behind a block with BFINAL set (RFC 7692 7.2.3.4, 7.2.3.5); return what follows it."""
        rest = self._decompressor.unused_data
        # zlib ends its stream here; RFC 7692's goes on, and may refer to what came before.
        history = b"".join(self._older + self._recent)[-self._window :]
        self._decompressor = zlib.decompressobj(-self._window_bits, zdict=history)
        return rest


def codecs_for(agreed: Agreed, *, is_client: bool) -> tuple[Deflater, Inflater]:
    """Return what one end deflates and inflates with."""
    server = agreed.server_max_window_bits, agreed.server_no_context_takeover
    client = agreed.client_max_window_bits, agreed.client_no_context_takeover
    ours, theirs = (client, server) if is_client else (server, client)
    deflater = Deflater(ours[0], is_reset=ours[1], level=agreed.level, memory_level=agreed.memory_level)
    return deflater, Inflater(theirs[0], is_reset=theirs[1])
