"""What might a peer send? One that behaves, remembers what it said, and slips once or twice in known ways; from a seed.

A generator that forgets produces first frames that fail at once; one that plays a whole peer reaches what only a
history shows: shared windows, characters across fragments, control frames inside messages, both sides closing.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

FIN, RSV1, MASKED = 0x80, 0x40, 0x80


class Act(NamedTuple):
    """What the endpoint's own application does: "close", "ping" or "text"."""

    name: str
    code: int = 0
    text: str = ""


class Agreement(NamedTuple):
    """The permessage-deflate in force, by side."""

    client_bits: int = 15
    server_bits: int = 15
    client_resets: bool = False
    server_resets: bool = False


class Case(NamedTuple):
    """One input: what an endpoint is, what its peer sends, and what its application does in between."""

    seed: int
    number: int
    is_client: bool  #: the endpoint; its peer is the other
    limit: int  #: B of a message
    most_fragments: int
    deflate: Agreement | None
    steps: list[bytes | Act]
    slips: list[str]  #: the names of what was done to it


@dataclass(slots=True)
class Piece:
    """A frame to be written, lawful or not."""

    first: int
    payload: bytes
    is_masked: bool
    form: int = 0  #: B of extended length that it insists on
    length: int | None = None  #: that it claims

    def encode(self, random: Random) -> bytes:
        length = len(self.payload) if self.length is None else self.length
        form = self.form or (8 if length > 65535 else 2 if length > 125 else 0)
        second = {0: length & 127, 2: 126, 8: 127}[form] | (MASKED if self.is_masked else 0)
        head = bytes((self.first & 255, second)) + (length.to_bytes(8, "big")[-form:] if form else b"")
        if not self.is_masked:
            return head + self.payload
        mask = random.getrandbits(32).to_bytes(4, "little")
        size = len(self.payload)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        return head + mask + (int.from_bytes(self.payload, "big") ^ key).to_bytes(size, "big")


Script = list["Piece | Act"]

#: What texts are made of: of one to four bytes a character, a BOM, NUL, noncharacters.
LETTERS = (
    "abc xyz {}[]:,0123456789",
    "äöüßéñ¿",
    "€日本語한글\ufeff",
    "😀𝄞\U0010ffff",
    "\x00\x7f\u0800\uffff\ud7ff\ue000",
)
BAD_TEXT = ("ff", "eda0", "c080", "eda080", "f4908080", "e228a1", "c3", "e282", "f09f98", "ed", "f8888080", "80")
EDGES = (0, 0, 1, 2, 124, 125, 126, 127, 128)
LARGE = (8_191, 8_192, 8_193, 20_000, 65_535, 65_536, 65_537, 80_000)
GOOD_CODES = (1000, 1000, 1001, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
BAD_CODES = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)


class Peer:
    """The other end, which knows what it has said."""

    def __init__(self, random: Random, *, is_client: bool, limit: int, deflate: Agreement | None) -> None:
        self.random, self.is_masked, self.limit, self.deflate = random, is_client, limit, deflate
        self.script: Script = []
        self._slip = ""  #: of the message under way
        if deflate is not None:
            self.bits = deflate.client_bits if is_client else deflate.server_bits
            self.resets = deflate.client_resets if is_client else deflate.server_resets
            self._settings = random.choice((0, 1, 6, 6, 9)), random.randint(1, 9), random.choice((0, 0, 0, 2, 4))
            self._compressor = self._new_compressor(self.bits)
            self._said = b""  #: compressed

    def act(self) -> None:
        """Do one thing."""
        kind = self.random.random()
        if kind < 0.72:
            self.message()
        elif kind < 0.84:
            self.control()
        elif kind < 0.96:
            self.add(FIN | 10, self._small())
        else:
            self.script.append(self.random.choice((Act("ping", 0, "mine"), Act("text", 0, "said"))))

    def end(self) -> None:
        """Close, be closed, both at once, or just leave."""
        kind = self.random.random()
        if self.random.random() < 0.06:  # in the middle of a message
            self.add(1, self._text(self.random.choice((0, 3))))
        if kind < 0.4:
            self.close()
        elif kind < 0.75:
            self.script.append(Act("close", self.random.choice(GOOD_CODES), "bye"))
            for _ in range(self.random.choice((0, 0, 1, 2))):
                self.act()
            if kind < 0.7:
                self.close()

    def close(self) -> None:
        """Send a Close."""
        body = b""
        if self.random.random() < 0.85:
            body = self.random.choice(GOOD_CODES).to_bytes(2, "big") + self._text(self.random.choice((0, 3, 20, 123)))
        self.add(FIN | 8, body)

    def control(self) -> None:
        """Send a ping or a pong."""
        self.add(FIN | self.random.choice((9, 9, 10)), self._small())

    def message(self, slip: str = "") -> None:
        """Send a message, whole or in fragments, with control frames in between; `slip`: what is wrong with it."""
        random, self._slip = self.random, slip
        opcode = random.choice((1, 1, 2))
        content = self._content(opcode)
        is_deflated = self.deflate is not None and (random.random() < 0.75 or slip in OF_DEFLATE)
        if is_deflated:
            content = self._deflated(content)
        count = random.choice((1, 1, 1, 2, 3, 4)) if slip != "many fragments" else 40
        cuts = sorted(random.randint(0, len(content)) for _ in range(count - 1))
        edges = [0, *cuts, len(content)]
        for index in range(count):
            first = (0 if index else opcode | (RSV1 if is_deflated else 0)) | (FIN if index == count - 1 else 0)
            self.add(first, content[edges[index] : edges[index + 1]])
            if index < count - 1 and random.random() < 0.25:
                self.control()

    def add(self, first: int, payload: bytes) -> None:
        """Send a frame."""
        self.script.append(Piece(first, payload, self.is_masked))

    def _small(self) -> bytes:
        size = self.random.choice((0, 1, 4, 4, 8, 125))
        return self.random.randbytes(size) if size != 4 else b"mine"

    def _size(self) -> int:
        random = self.random
        kind = random.random()
        if self._slip == "too big":
            return self.limit + random.choice((1, 1, 2, 100, self.limit))
        if kind < 0.68:
            return random.randint(0, 30)
        if kind < 0.86:
            return random.choice(EDGES)
        if kind < 0.92:
            return self.limit - random.randint(0, 1) if self.limit < 5000 else 4096
        if kind < 0.985 or self.limit < 70_000:
            return min(random.randint(150, 2500), self.limit)
        return random.choice(LARGE)

    def _content(self, opcode: int) -> bytes:
        size = self._size()
        content = self._text(size) if opcode == 1 else self._bytes(size)
        if self._slip == "bad text":
            place = self.random.randint(0, len(content))
            content = content[:place] + bytes.fromhex(self.random.choice(BAD_TEXT)) + content[place:]
        return content

    def _text(self, size: int) -> bytes:
        letters = self.random.choice(LETTERS)
        start = self.random.randrange(len(letters))
        text = (letters[start:] + letters * (size // len(letters) + 1)).encode()[:size]
        return text.decode(errors="ignore").encode().ljust(size, b".")

    def _bytes(self, size: int) -> bytes:
        if size > 300 or self.random.random() < 0.3:
            some = self.random.randbytes(min(size, 20)) or b"-"
            return (some * (size // len(some) + 1))[:size]
        return self.random.randbytes(size)

    def _new_compressor(self, bits: int, history: bytes = b"") -> zlib._Compress:
        level, memory, strategy = self._settings
        if history:
            return zlib.compressobj(level, zlib.DEFLATED, -bits, memory, strategy, history)
        return zlib.compressobj(level, zlib.DEFLATED, -bits, memory, strategy)

    def _deflated(self, content: bytes) -> bytes:
        """RFC 7692 7.2.1, in any of the ways that 7.2.3 shows; or just not so."""
        random = self.random
        if self._slip == "no octet":
            return b""
        if self._slip == "beyond the window":
            return self._beyond_the_window()
        compressor = self._compressor
        self._said = (self._said + content)[-(1 << self.bits) + 300 :]  # zlib wants 262 B of the window for itself
        data = b""
        if random.random() < 0.2:  # several blocks
            cut = random.randint(0, len(content))
            data = compressor.compress(content[:cut])
            data += compressor.flush(random.choice((zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_BLOCK)))
            content = content[cut:]
        data += compressor.compress(content)
        if self._slip == "final block":
            data += compressor.flush(zlib.Z_FINISH) + random.choice((b"\x00", b"\x00", b""))
            # RFC 7692 7.2.3.4: what comes next may refer to what came before
            self._compressor = self._new_compressor(self.bits, self._said)
        else:
            data = (data + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
        if self.resets:
            self._compressor = self._new_compressor(self.bits)
        return self._damaged(data)

    def _damaged(self, data: bytes) -> bytes:
        random = self.random
        if self._slip == "corrupt deflate":
            place = random.randrange(len(data))
            return data[:place] + bytes((data[place] ^ 1 << random.randrange(8),)) + data[place + 1 :]
        if self._slip == "deflate cut":
            return data[: random.randrange(len(data))]
        if self._slip == "deflate noise":
            return random.randbytes(random.randint(1, 20))
        return data

    def _beyond_the_window(self) -> bytes:
        """Refer to what was said further back than was agreed (if more can be)."""
        compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
        word = self.random.randbytes(30)
        # Of a byte that repeats, little remains: the word comes again at once, and far behind.
        content = word + bytes(min(self.limit - 60, (1 << self.bits) + 20)) + word
        return (compressor.compress(content) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


OF_DEFLATE = ("final block", "no octet", "beyond the window", "corrupt deflate", "deflate cut", "deflate noise")
OF_MESSAGES = (*["bad text"] * 5, *["too big"] * 3, "many fragments")


def _header_bit(piece: Piece, random: Random) -> None:
    bit = random.randrange(9)
    if bit == 8:
        piece.is_masked = not piece.is_masked
    else:
        piece.first ^= 1 << bit


def _length_form(piece: Piece, random: Random) -> None:
    if not piece.first & RSV1 and random.random() < 0.5:
        piece.payload = b"." * random.choice((0, 1, 124, 125, 126, 127))
    piece.form = random.choice((2, 8)) if len(piece.payload) < 65536 else 8


def _huge_length(piece: Piece, random: Random) -> None:
    piece.form = 8
    piece.length = random.choice((1 << 63, (1 << 64) - 1, 1 << 60, 1 << 62, (1 << 63) - 1, 70_000))


def _wrong_length(piece: Piece, random: Random) -> None:
    piece.length = max(0, len(piece.payload) + random.choice((-2, -1, 1, 2, 100)))


def _reserved(piece: Piece, random: Random) -> None:
    piece.first |= random.choice((0x40, 0x20, 0x10, 0x70))


def _opcode(piece: Piece, random: Random) -> None:
    piece.first = piece.first & 0xF0 | random.randrange(16)


def _mask(piece: Piece, random: Random) -> None:
    piece.is_masked = not piece.is_masked


def _close_body(piece: Piece, random: Random) -> None:
    piece.first = FIN | 8
    code = random.choice(BAD_CODES).to_bytes(2, "big")
    piece.payload = random.choice(
        (code, code, code + b"why", b"\x03", b"\x03\xe8\xff", b"\x03\xe8" + b"\xe2\x82", b"\x00\x00\xff")
    )


def _long_control(piece: Piece, random: Random) -> None:
    piece.first = random.choice((FIN | 9, FIN | 10, FIN | 8, 9, 10, 8))
    if piece.first & FIN:
        piece.payload = bytes(random.choice((126, 127, 200)))


OF_FRAMES: dict[str, Callable[[Piece, Random], None]] = {
    "header bit": _header_bit,
    "length form": _length_form,
    "huge length": _huge_length,
    "wrong length": _wrong_length,
    "reserved bits": _reserved,
    "opcode": _opcode,
    "mask": _mask,
    "close body": _close_body,
    "control frame": _long_control,
}


def _reordered(script: Script, name: str, random: Random) -> None:
    place = random.randrange(len(script))
    if name == "left out":
        del script[place]
    elif name == "twice":
        script.insert(place, script[place])
    elif name == "changed places":
        other = random.randrange(len(script))
        script[place], script[other] = script[other], script[place]
    else:  # behind Close
        script += script[place:]


OF_ORDER = ("left out", "twice", "changed places", "behind Close")
OF_BYTES = ("bit", "cut", "cut", "noise")


def _changed(data: bytes, name: str, random: Random) -> bytes:
    place = random.randrange(len(data))
    if name == "bit":
        return data[:place] + bytes((data[place] ^ 1 << random.randrange(8),)) + data[place + 1 :]
    if name == "cut":
        return data[:place]
    return data[:place] + random.randbytes(random.randint(1, 5)) + data[place:]


def generate(seed: int, number: int) -> Case:
    """Make the input `number` of the run `seed`."""
    random = Random(seed << 32 | number)
    is_client = random.random() < 0.5
    limit = random.choice((300, 1000, 1000, 80_000))
    deflate = None
    if random.random() < 0.6:
        deflate = Agreement(
            random.choice((9, 10, 12, 15)),
            random.choice((9, 11, 13, 15)),
            random.random() < 0.3,
            random.random() < 0.3,
        )
    peer = Peer(random, is_client=not is_client, limit=limit, deflate=deflate)
    slips = _plan(random, has_deflate=deflate is not None)
    contents = [name for name in slips if name in OF_DEFLATE or name in OF_MESSAGES]
    for _ in range(random.choice((1, 2, 3, 3, 4, 5, 7))):
        if contents and random.random() < 0.5:
            peer.message(contents.pop())
        else:
            peer.act()
    for name in contents:
        peer.message(name)
    if "deflate cut" not in slips or random.random() < 0.5:
        peer.end()
    most_fragments = 20 if "many fragments" in slips else 1000
    steps = _steps(peer.script, slips, random)
    return Case(seed, number, is_client, limit, most_fragments, deflate, steps, slips)


def _plan(random: Random, *, has_deflate: bool) -> list[str]:
    if random.random() < 0.6:
        return []
    slips = []
    for _ in range(random.choice((1, 1, 1, 1, 2))):
        kind = random.random()
        if has_deflate and kind < 0.22:
            slips.append(random.choice(OF_DEFLATE))
        elif kind < 0.4:
            slips.append(random.choice(OF_MESSAGES))
        elif kind < 0.7:
            slips.append(random.choice(list(OF_FRAMES)))
        else:
            slips.append(random.choice(OF_ORDER if kind < 0.85 else OF_BYTES))
    return slips


def _steps(script: Script, slips: list[str], random: Random) -> list[bytes | Act]:
    for name in slips:
        pieces = [item for item in script if isinstance(item, Piece)]
        if name in OF_FRAMES and pieces:
            OF_FRAMES[name](random.choice(pieces), random)
        elif name in OF_ORDER and script:
            _reordered(script, name, random)
    steps: list[bytes | Act] = []
    for item in script:
        if isinstance(item, Act):
            steps.append(item)
        elif steps and isinstance(steps[-1], bytes):
            steps[-1] += item.encode(random)
        else:
            steps.append(item.encode(random))
    for name in slips:
        places = [index for index, step in enumerate(steps) if isinstance(step, bytes) and step]
        if name in OF_BYTES and places:
            place = random.choice(places)
            step = steps[place]
            assert isinstance(step, bytes)
            steps[place] = _changed(step, name, random)
    return steps
