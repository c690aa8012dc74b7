"""RELIABILITY 1.5, row by row: permessage-deflate (RFC 7692). What a case must cause is in helpers/ledger.py."""

from __future__ import annotations

import tracemalloc
import zlib
from random import Random

from framescope.engine.deflate import CHUNK
from framescope.engine.events import ViolationSeen
from framescope.engine.frames import FIN, RSV1, Frame, Opcode
from framescope.engine.settings import Limits
from helpers.conversation import raw
from helpers.ledger import DEFLATE, Bits, Case, Fault, check, key_of, ledger, messages_of, opened, rows, text
from helpers.wire import StrictReader

NAME = "Sec-WebSocket-Extensions"
TAIL = b"\x00\x00\xff\xff"
HELLO = bytes.fromhex("f248cdc9c90700")  # "Hello" (RFC 7692 7.2.3.1)
AGAIN = bytes.fromhex("f200110000")  # the same behind it, with the window shared (7.2.3.2)
FINAL = bytes.fromhex("f348cdc9c9070000")  # in a block with BFINAL (7.2.3.4)
STORED = bytes.fromhex("000500faff48656c6c6f00")  # in a block without compression (7.2.3.3)
TWO_BLOCKS = bytes.fromhex("f24805000000ffffcac9c90700")  # (7.2.3.5)
SMALL = Limits(max_message=1000)
DRAW = Random(7692)


def deflated(data: bytes, bits: int = 15) -> bytes:
    """Compress a message that stands alone."""
    compressor = zlib.compressobj(wbits=-bits)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def message(payload: bytes, first: int = FIN | RSV1 | 2) -> Bits:
    return Bits(first, payload)


# --- what was agreed is obeyed -------------------------------------------------------------------------------


def sent_by(role: str, extension: str, *payloads: bytes) -> list[Frame]:
    """Let an endpoint send messages; return its frames, after a strict reader has read them."""
    player, _ = opened(role, extension)
    for payload in payloads:
        player.connection.send(Opcode.BINARY, payload)
    keeps = f"{role}_no_context_takeover" not in extension
    reader = StrictReader(is_masked=role == "client", has_deflate=True, keeps_window=keeps)
    frames = reader.read(player.connection.take(1 << 20, 0.0))
    assert reader.messages == list(payloads)
    return frames


@rows("D3-client", "D3-server", "D7-client", "D7-server")
def test_valid_takeover_of_what_we_send(role):
    """D3, D7: with the parameter each message stands alone; without it the second refers to the first."""
    first, second = sent_by(role, f"{DEFLATE}; {role}_no_context_takeover", b"Hello" * 9, b"Hello" * 9)
    assert first.payload == second.payload
    first, second = sent_by(role, DEFLATE, b"Hello" * 9, b"Hello" * 9)
    assert len(second.payload) < len(first.payload)


@rows("D5-server", "D4-client")
def test_valid_window_of_what_we_send(role):
    """D4, D5: nothing that we send refers further back than was agreed; zlib with that window reads it."""
    far = DRAW.randbytes(300)
    extension = f"{DEFLATE}; {role}_max_window_bits=9"
    frames = sent_by(role, extension, far, DRAW.randbytes(600), far, far * 3)
    reader = zlib.decompressobj(-9)
    for frame in frames:
        reader.decompress(frame.payload + TAIL)
    assert frames[2].length > 300  # what lies too far back was not found


@rows("D11-client", "D11-server")
def test_valid_octets_of_what_we_send(role):
    """D11, RFC 7692 7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end"; 7.2.3.6: empty is 00."""
    frames = sent_by(role, DEFLATE, b"", b"Hello", b"", b"Hello")
    assert [frame.payload for frame in frames] == [b"\x00", HELLO, b"\x00", AGAIN]
    assert all(frame.rsv1 for frame in frames)


@rows("D9-client", "D9-server")
def test_valid_bit_of_what_we_send(role):
    """D9: RSV1 stands on the first frame of a compressed message, and on no control frame."""
    player, _ = opened(role, DEFLATE)
    connection = player.connection
    connection.send(Opcode.TEXT, b"Hel", ends=False)
    connection.ping(b"p", 0.0)
    connection.send(Opcode.CONTINUATION, b"lo")
    connection.send(Opcode.TEXT, b"plain", is_compressed=False)
    connection.close(1000, "", 0.0)
    reader = StrictReader(is_masked=role == "client", has_deflate=True)
    frames = reader.read(connection.take(1000, 0.0))
    assert reader.messages == ["Hello", "plain"]
    assert sorted(frame.first for frame in frames) == [0x41, 0x80, 0x81, 0x88, 0x89]


# --- what the peer sends -------------------------------------------------------------------------------------


def bad(words: str) -> Fault:
    return Fault(f"bad compressed data: Error -3 while decompressing data: {words}", "RFC 7692 7.2.2", 1007)


TOO_FAR = bad("invalid distance too far back")
# D9, RFC 7692 6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first fragments
# of a data message. An endpoint receiving such a frame MUST _Fail the WebSocket Connection_."
ON_CONTROL = Fault("reserved bit on a control frame", "RFC 6455 5.2")
ON_CONTINUATION = Fault("RSV1 on a continuation frame", "RFC 7692 6.1")
EXTENSION_OF = {"client": f"{DEFLATE}; server_max_window_bits=9", "server": f"{DEFLATE}; client_max_window_bits=9"}
RESET_OF = {"client": f"{DEFLATE}; server_no_context_takeover", "server": f"{DEFLATE}; client_no_context_takeover"}
FAR, LONG = DRAW.randbytes(513), DRAW.randbytes(32768)


def referring(distance: int) -> list[bytes]:
    """Two messages of a peer with the largest window: the second is one reference, so far back."""
    compressor = zlib.compressobj(wbits=-15)
    data = (FAR if distance <= len(FAR) else LONG)[-distance:]
    # zlib refers to nothing at the very beginning: a message of one octet stands there.
    found = [
        (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
        for payload in (b"x", data, data[:258])
    ]
    assert len(found[2]) < 20
    return found


INVALID = [
    *[
        Case(f"D9 RSV1 on {name}", [Bits(first, b"\x03\xe8")], ON_CONTROL, extension=DEFLATE)
        for name, first in (("close", 0xC8), ("ping", 0xC9), ("pong", 0xCA))
    ],
    Case("D9 RSV1 on a ping inside a message", [Bits(0x41, HELLO), Bits(0xC9)], ON_CONTROL, extension=DEFLATE),
    *[
        Case(f"D9 RSV1 on {name}", [*before, Bits(first, b"x")], ON_CONTINUATION, extension=DEFLATE)
        for name, before, first in (
            ("the last fragment", [Bits(0x41, HELLO)], 0xC0),
            ("a fragment between", [Bits(0x41, HELLO)], 0x40),
            ("a fragment of a plain message", [text(b"a", 0x01)], 0xC0),
            ("a fragment behind an empty one", [Bits(0x41)], 0xC0),
        )
    ],
    Case("D12 block of type 3", [message(b"\x07")], bad("invalid block type"), extension=DEFLATE),
    Case(
        "D12 lengths of a stored block that differ",
        [message(b"\x00\x05\x00\x00\x00")],
        bad("invalid stored block lengths"),
        extension=DEFLATE,
    ),
    Case("D12 no deflate at all", [message(b"\xff" * 9)], bad("invalid block type"), extension=DEFLATE),
    Case(
        "D12 fault in the second block", [message(STORED[:-1] + b"\x07")], bad("invalid block type"), extension=DEFLATE
    ),
    Case(
        "D12 fault behind a final block", [message(FINAL[:-1] + b"\x07")], bad("invalid block type"), extension=DEFLATE
    ),
    Case(
        "D12 fault in the second fragment",
        [Bits(0x42, HELLO + TAIL), Bits(FIN, b"\x07")],
        bad("invalid block type"),
        extension=DEFLATE,
    ),
    Case("D13 reference to nothing", [message(AGAIN)], TOO_FAR, extension=DEFLATE),
    Case(
        "D13 reference behind a plain message", [text(b"Hello"), message(AGAIN)], TOO_FAR, ["Hello"], extension=DEFLATE
    ),
    *[
        Case(
            "D3 reference without takeover",
            [message(HELLO, 0xC1), message(AGAIN)],
            TOO_FAR,
            ["Hello"],
            roles=role,
            extension=RESET_OF[role],
        )
        for role in RESET_OF
    ],
    *[
        Case(
            name,
            [message(one) for one in referring(back)],
            TOO_FAR,
            [b"x", first],
            roles=role,
            extension=EXTENSION_OF[role],
        )
        for role in EXTENSION_OF
        for name, back, first in (
            ("D13 one octet too far", 513, FAR),
            ("D13 as far as zlib goes", 32000, LONG[-32000:]),
        )
    ],
    *[
        Case(
            "D13 too far over a final block",
            [message(b"\x01\x01\x02\xfe\xfd" + FAR + b"\x00"), message(referring(513)[2])],
            TOO_FAR,
            [FAR],
            roles=role,
            extension=EXTENSION_OF[role],
        )
        for role in EXTENSION_OF
    ],
    Case(
        "D14 limit and 1",
        [message(deflated(bytes(1001)))],
        Fault("message too big: frame exceeds limit of 1000 bytes", "RFC 6455 10.4", 1009),
        limits=SMALL,
        extension=DEFLATE,
    ),
    Case(
        "D14 in two fragments",
        [Bits(0x42, deflated(bytes(600)) + TAIL), Bits(FIN, deflated(bytes(401)))],
        Fault("message too big: frame after reading 600 bytes exceeds limit of 1000 bytes", "RFC 6455 10.4", 1009),
        limits=SMALL,
        extension=DEFLATE,
    ),
    Case(
        "D14 in many blocks",
        [message(STORED[:-1] * 201)],
        Fault("message too big: frame exceeds limit of 1000 bytes", "RFC 6455 10.4", 1009),
        limits=SMALL,
        extension=DEFLATE,
    ),
    Case(
        "D14 in many final blocks",
        [message((b"\x01" + STORED[1:-1]) * 201)],
        Fault("message too big: frame exceeds limit of 1000 bytes", "RFC 6455 10.4", 1009),
        limits=SMALL,
        extension=DEFLATE,
    ),
]


@ledger(INVALID)
def test_invalid_frames(case, role):
    check(case, role)


# D10, RFC 7692 6.1: the sender may choose for each message; RSV1 tells.
# D11, RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message."
# D12, RFC 7692 7.2.3: blocks of every type and number, with BFINAL or without, are one message.
VALID = [
    Case(
        "D9 RSV1 on the first frame",
        [Bits(0x41, HELLO[:3]), Bits(FIN, HELLO[3:])],
        messages=["Hello"],
        extension=DEFLATE,
    ),
    Case(
        "D10 plain between compressed",
        [message(HELLO, 0xC1), text(b"plain"), message(AGAIN, 0xC1)],
        messages=["Hello", "plain", "Hello"],
        extension=DEFLATE,
    ),
    Case("D10 plain fragments", [text(b"a", 0x01), Bits(FIN, b"b")], messages=["ab"], extension=DEFLATE),
    Case("D11 empty message", [message(b"\x00")], messages=[b""], extension=DEFLATE),
    Case("D11 empty payload", [message(b"")], messages=[b""], extension=DEFLATE),
    Case(
        "D11 empty payload between",
        [message(HELLO, 0xC1), message(b"", 0xC1), message(AGAIN, 0xC1)],
        messages=["Hello", "", "Hello"],
        extension=DEFLATE,
    ),
    Case("D11 empty fragments", [Bits(0x41), Bits(0, HELLO), Bits(FIN)], messages=["Hello"], extension=DEFLATE),
    Case(
        "D11 fragment of each octet",
        [Bits(0x41, HELLO[:1]), *[Bits(0, HELLO[i : i + 1]) for i in range(1, 7)], Bits(FIN)],
        messages=["Hello"],
        extension=DEFLATE,
    ),
    Case("D12 one block", [message(HELLO)], messages=[b"Hello"], extension=DEFLATE),
    Case("D12 shared window", [message(HELLO), message(AGAIN)], messages=[b"Hello"] * 2, extension=DEFLATE),
    Case("D12 stored block", [message(STORED)], messages=[b"Hello"], extension=DEFLATE),
    Case("D12 two blocks", [message(TWO_BLOCKS)], messages=[b"Hello"], extension=DEFLATE),
    Case(
        "D12 a hundred stored blocks",
        [message(STORED[:-1] * 100 + b"\x00")],
        messages=[b"Hello" * 100],
        extension=DEFLATE,
    ),
    Case(
        "D12 a thousand empty blocks",
        [message((b"\x00" + TAIL) * 1000 + HELLO)],
        messages=[b"Hello"],
        extension=DEFLATE,
    ),
    Case(
        "D12 block of dynamic codes",
        [message(deflated(bytes(range(64)) * 40))],
        messages=[bytes(range(64)) * 40],
        extension=DEFLATE,
    ),
    Case("D12 final block", [message(FINAL)], messages=[b"Hello"], extension=DEFLATE),
    Case("D12 final block without the octet behind it", [message(FINAL[:-1])], messages=[b"Hello"], extension=DEFLATE),
    Case(
        "D12 window behind a final block", [message(FINAL), message(AGAIN)], messages=[b"Hello"] * 2, extension=DEFLATE
    ),
    Case(
        "D12 blocks behind a final block", [message(FINAL[:-1] + STORED)], messages=[b"HelloHello"], extension=DEFLATE
    ),
    Case(
        "D12 final block in a fragment",
        [Bits(0x42, FINAL[:-1]), Bits(FIN, AGAIN)],
        messages=[b"HelloHello"],
        extension=DEFLATE,
    ),
    Case(
        "D12 shared window and a message alone",
        [message(HELLO), message(HELLO)],
        messages=[b"Hello"] * 2,
        extension=DEFLATE,
    ),
    *[
        Case(
            "D3 message that stands alone",
            [message(HELLO, 0xC1)] * 2,
            messages=["Hello"] * 2,
            roles=role,
            extension=RESET_OF[role],
        )
        for role in RESET_OF
    ],
    *[
        Case(name, [message(one) for one in peer], messages=messages, roles=role, extension=EXTENSION_OF[role])
        for role in EXTENSION_OF
        for name, peer, messages in (
            ("D13 as far as the window reaches", referring(512), [b"x", FAR[1:], FAR[1:259]]),
            # RFC 7692 7.1.2 binds the sender. What the same frame holds is at hand, window or not: zlib finds it.
            ("D13 too far inside one frame", [deflated(FAR + FAR[:100])], [FAR + FAR[:100]]),
        )
    ],
    *[
        Case(
            "D8 window of 8",
            [message(deflated(FAR[:200], 9))] * 2,
            messages=[FAR[:200]] * 2,
            roles=role,
            extension=EXTENSION_OF[role].replace("9", "8"),
        )
        for role in EXTENSION_OF
    ],
    Case("D14 limit", [message(deflated(bytes(1000)))], messages=[bytes(1000)], limits=SMALL, extension=DEFLATE),
    Case("D14 limit less 1", [message(deflated(bytes(999)))], messages=[bytes(999)], limits=SMALL, extension=DEFLATE),
    Case(
        "D14 limit in each of two messages",
        [message(deflated(bytes(1000)))] * 2,
        messages=[bytes(1000)] * 2,
        limits=SMALL,
        extension=DEFLATE,
    ),
]


@ledger(VALID)
def test_valid_frames(case, role):
    check(case, role)


@rows("D14-client", "D14-server")
def test_invalid_bomb(role):
    """D14 and V1: 16 KiB that would become 16 MiB; never more than twice the limit is there."""
    limit = 1 << 19
    bomb = deflated(bytes(16 << 20))
    assert len(bomb) < 17_000
    player, _ = opened(role, DEFLATE, Limits(max_message=limit))
    data = message(bomb).wire(key_of(role))
    tracemalloc.start()
    try:
        player >> raw(data)
        assert tracemalloc.get_traced_memory()[1] < 2 * limit + 4 * len(bomb)
    finally:
        tracemalloc.stop()
    (seen,) = player.of(ViolationSeen)
    assert seen.violation.code == 1009
    assert messages_of(player) == []


@rows("D14-client", "D14-server")
def test_valid_output_in_steps(role):
    """D14, RELIABILITY 6: output comes in steps of 256 KiB; around that size nothing is lost."""
    assert CHUNK == 256 * 1024
    for size in (CHUNK - 1, CHUNK, CHUNK + 1):
        player, _ = opened(role, DEFLATE)
        player >> raw(message(deflated(bytes(size))).wire(key_of(role)))
        assert messages_of(player) == [bytes(size)]
