"""RELIABILITY 1.3, row by row: framing and data (RFC 6455 5, 6, 8). What a case must cause is in helpers/ledger.py."""

from __future__ import annotations

import zlib

from framescope.engine.frames import FIN, RSV1, RSV2, RSV3
from framescope.engine.settings import Limits
from helpers.conversation import client, server
from helpers.ledger import DEFLATE, Bits, Case, Fault, check, close, ledger, text

PING, PONG, CLOSE = 0x89, 0x8A, 0x88
SMALL = Limits(max_message=1000, max_fragments=4)
NO_LIMIT = Limits(max_message=None)
HELLO = bytes.fromhex("f248cdc9c90700")  # "Hello", deflated (RFC 7692 7.2.3.1)
MAKE = {"client": client, "server": server}


def deflated(payload: bytes) -> bytes:
    """Compress a message that stands alone."""
    compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


# --- what must fail the connection ---------------------------------------------------------------------------

# F1, RFC 6455 5.1: "The server MUST close the connection upon receiving a frame that is not masked."
UNMASKED = Fault("unmasked frame from a client", "RFC 6455 5.1")
# F2, RFC 6455 5.1: "A client MUST close a connection if it detects a masked frame."
MASKED = Fault("masked frame from a server", "RFC 6455 5.1")
MASKING = [
    Case(f"{row} {name}", [*before, Bits(first, payload, None, True)], fault, messages, roles=role)
    for row, role, fault in (("F1", "server", UNMASKED), ("F2", "client", MASKED))
    for name, before, first, payload, messages in (
        ("text", [], 0x81, b"Hello", ()),
        ("empty binary", [], 0x82, b"", ()),
        ("ping", [], PING, b"p", ()),
        ("close", [], CLOSE, close(1000), ()),
        ("behind a good frame", [text(b"a")], 0x81, b"b", ("a",)),
        ("continuation", [text(b"a", 0x01)], FIN, b"b", ()),
        ("126 bytes", [], 0x82, bytes(126), ()),
        ("65536 bytes", [], 0x82, bytes(65536), ()),
    )
]
# F6, RFC 6455 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
RESERVED = Fault("reserved bit set without an extension", "RFC 6455 5.2")
# F7: permessage-deflate defines RSV1 only (RFC 7692 6), so the same sentence holds for RSV2 and RSV3.
RSV = [
    *[
        Case(f"F6 RSV {bits >> 4} on {name}", [*before, Bits(first | bits, b"x")], RESERVED)
        for bits in range(RSV3, 0x80, RSV3)
        for name, before, first in (
            ("text", [], 0x81),
            ("fragment", [], 0x02),
            ("continuation", [text(b"a", 0x01)], FIN),
            ("ping", [], PING),
            ("close", [], CLOSE),
        )
    ],
    *[
        Case(f"F7 RSV {bits >> 4} on {name}", [*before, Bits(first | bits, b"x")], RESERVED, extension=DEFLATE)
        for bits in (RSV2, RSV3, RSV2 | RSV3, RSV1 | RSV2, RSV1 | RSV3, RSV1 | RSV2 | RSV3)
        for name, before, first in (
            ("text", [], 0x81),
            ("continuation", [text(b"a", 0x01)], FIN),
            ("compressed continuation", [Bits(0x41, HELLO)], FIN),
            ("pong", [], PONG),
        )
    ],
]
# F8, RFC 6455 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
OPCODES = [
    Case(f"F8 {opcode:x} {name}", [Bits(fin | opcode, payload)], Fault(f"unknown opcode 0x{opcode:x}", "RFC 6455 5.2"))
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    for name, fin, payload in (("empty", FIN, b""), ("with data", FIN, b"x"), ("without FIN", 0, b"x"))
]
# F9, RFC 6455 5.2: "in all cases, the minimal number of bytes MUST be used to encode the length"
NOT_MINIMAL = Fault("length not in its shortest form", "RFC 6455 5.2")
# F10, RFC 6455 5.2: "the most significant bit MUST be 0". What is no length is not read as one: the bytes are kept.
MSB = Fault("most significant bit of a 64-bit length set", "RFC 6455 5.2", is_told=False)
# F12, RFC 6455 5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
TOO_LONG = Fault("control frame over 125 bytes", "RFC 6455 5.5")
FRAGMENTED = Fault("fragmented control frame", "RFC 6455 5.5")
LENGTHS = [
    *[
        Case(f"F9 {'126' if form == 2 else '127'} form for {size}", [Bits(0x82, bytes(size), form)], NOT_MINIMAL)
        for form, size in ((2, 0), (2, 1), (2, 125), (8, 0), (8, 125), (8, 126), (8, 65535))
    ],
    Case("F9 126 form for an empty fragment", [text(b"a", 0x01), Bits(FIN, b"", 2)], NOT_MINIMAL),
    *[
        Case(f"F10 length {length:x}", [Bits(0x82, b"abc", 8, length=length)], MSB, limits=limits)
        for length in (1 << 63, (1 << 63) + 5, (1 << 64) - 1)
        for limits in (None, NO_LIMIT)
    ],
    # The form alone shows it: the length itself need not have come.
    Case("F12 ping of 1 in the 126 form", [Bits(PING, b"p", 2)], TOO_LONG),
    Case("F12 close of 2 in the 127 form", [Bits(CLOSE, close(1000), 8)], TOO_LONG),
    *[
        Case(f"F12 {name} of {size}", [Bits(first, close(1000) + bytes(size - 2))], TOO_LONG)
        for name, first in (("ping", PING), ("pong", PONG), ("close", CLOSE))
        for size in (126, 65536)
    ],
    *[
        Case(f"F12 {name} without FIN", [*before, Bits(first & ~FIN, b"")], FRAGMENTED)
        for name, before, first in (
            ("ping", [], PING),
            ("pong", [], PONG),
            ("close", [], CLOSE),
            ("ping inside a message", [text(b"a", 0x01)], PING),
        )
    ],
]
# F15, RFC 6455 5.4: a message is "a single frame with the FIN bit clear and an opcode other than 0, followed by zero
# or more frames with the FIN bit clear and the opcode set to 0, and terminated by a single frame with the FIN bit set"
NO_START = Fault("continuation without a message", "RFC 6455 5.4")
# F16, RFC 6455 5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another message"
INSIDE = Fault("new message inside a message", "RFC 6455 5.4")
ORDER = [
    Case("F13 continuation behind a ping only", [Bits(PING), Bits(FIN)], NO_START, answers=[(10, b"")]),
    Case("F15 continuation first", [Bits(FIN, b"a")], NO_START),
    Case("F15 empty continuation first", [Bits(0, b"")], NO_START),
    Case("F15 continuation behind a whole message", [text(b"a"), Bits(FIN, b"b")], NO_START, ["a"]),
    Case("F15 continuation behind the last fragment", [text(b"a", 1), Bits(FIN), Bits(0, b"b")], NO_START, ["a"]),
    Case("F15 continuation behind an empty message", [text(b"", 1), Bits(FIN), Bits(FIN)], NO_START, [""]),
    Case("F15 new text inside a text", [text(b"a", 0x01), text(b"b")], INSIDE),
    Case("F15 behind an empty first fragment", [text(b"", 0x01), text(b"b")], INSIDE),
    Case("F15 empty behind an empty first fragment", [text(b"", 0x02), Bits(0x82)], INSIDE),
    Case("F15 behind two empty fragments", [text(b"", 0x01), Bits(0), text(b"b")], INSIDE),
    Case("F15 behind an empty compressed fragment", [Bits(0x41), text(b"b")], INSIDE, extension=DEFLATE),
    Case("F15 large new message inside one", [text(b"a", 0x01), Bits(0x82, bytes(70000))], INSIDE),
    Case("F16 text and binary", [text(b"a", 0x01), Bits(0x02, b"b")], INSIDE),
    Case("F16 a ping between", [text(b"a", 0x01), Bits(PING), text(b"b", 0x01)], INSIDE, answers=[(10, b"")]),
    Case("F16 with deflate", [Bits(0x41, HELLO), Bits(0x02, b"b")], INSIDE, extension=DEFLATE),
]
# F20, RFC 6455 5.6: "a particular text frame might include a partial UTF-8 sequence; however, the whole message MUST
# contain valid UTF-8."
# F21, RFC 3629 3: no surrogates, nothing above U+10FFFF, nothing in more bytes than it needs.
# F22, RFC 6455 8.1: an endpoint that finds that a byte stream "is not, in fact, a valid UTF-8 stream ... MUST _Fail
# the WebSocket Connection_"; 7.4.1: with 1007.
NOT_UTF8 = Fault("invalid UTF-8 in a text message", "RFC 6455 8.1", 1007)
TEXTS = [
    Case(
        name,
        [*before, text(payload, first)],
        NOT_UTF8,
        answers=[(10, b"") for bits in before if bits.first == PING],
        extension=DEFLATE if first & RSV1 else "",
    )
    for name, before, payload, first in (
        ("F20 character cut by the end", [], b"a\xe2\x82", 0x81),
        ("F20 character cut by the last fragment", [text(b"\xe2", 0x01)], b"\x82", FIN),
        ("F20 half a character and an empty end", [text(b"\xe2", 0x01)], b"", FIN),
        ("F20 halves of two messages", [text(b"\xc3", 0x01), Bits(PING)], b"a", FIN),
        ("F21 surrogate", [], b"\xed\xa0\x80", 0x81),
        ("F21 pair of surrogates", [], b"\xed\xa0\xbd\xed\xb8\x80", 0x81),
        ("F21 overlong slash", [], b"\xc0\xaf", 0x81),
        ("F21 overlong in three bytes", [], b"\xe0\x80\xaf", 0x81),
        ("F21 overlong NUL", [], b"\xc0\x80", 0x81),
        ("F21 above 10FFFF", [], b"\xf4\x90\x80\x80", 0x81),
        ("F21 five bytes", [], b"\xf8\x88\x80\x80\x80", 0x81),
        ("F22 lone continuation byte", [], b"a\x80", 0x81),
        ("F22 FF", [], b"\xff", 0x81),
        ("F22 in the first of two fragments", [], b"a\xff", 0x01),
        ("F22 in the second fragment", [text(b"a", 0x01)], b"\xfe", 0x00),
        ("F22 in a compressed text", [], deflated(b"a\xff"), 0xC1),
    )
]


# F24, RFC 6455 10.4: implementations that have limitations "regarding the frame size or total message size after
# reassembly from multiple frames MUST protect themselves against exceeding those limits"
def too_big(words: str) -> Fault:
    return Fault(f"message too big: frame {words}exceeds limit of 1000 bytes", "RFC 6455 10.4", 1009)


FRAGMENTS = Fault("message of over 4 fragments", "RFC 6455 10.4", 1009)
SIZES = [
    *[
        Case(f"F24 length {length:x} and silence", [Bits(0x82, b"abc", 8, length=length)], fault, limits=SMALL)
        for length in (2**16, 2**31 - 1, 2**31, 2**32, 2**60, 2**63 - 1)
        for fault in [too_big(f"with {length} bytes ")]
    ],
    Case("F24 limit and 1", [Bits(0x82, bytes(1001))], too_big("with 1001 bytes "), limits=SMALL),
    Case(
        "F24 limit and 1 in two fragments",
        [Bits(0x02, bytes(1000)), Bits(FIN, b"x")],
        too_big("with 1 bytes after reading 1000 bytes "),
        limits=SMALL,
    ),
    Case(
        "F24 limit and 1 when inflated",
        [Bits(0xC2, deflated(bytes(1001)))],
        too_big(""),
        limits=SMALL,
        extension=DEFLATE,
    ),
    *[
        Case(f"F24 five {name} fragments", [Bits(0x02, data), *[Bits(0, data)] * 4], FRAGMENTS, limits=SMALL)
        for name, data in (("empty", b""), ("tiny", b"x"))
    ],
]
# F23, RFC 6455 7.1.7: "An endpoint MUST NOT continue to attempt to process data (including a responding Close frame)
# from the remote endpoint after being instructed to _Fail the WebSocket Connection_." `check` sends text, ping and
# Close behind every faulty frame; here the fault is of another kind each time.
BEHIND = [
    Case(f"F23 behind {name}", [bits], fault, limits=SMALL)
    for name, bits, fault in (
        ("a fault of framing", Bits(0x83), Fault("unknown opcode 0x3", "RFC 6455 5.2")),
        ("a fault of order", Bits(0x80), NO_START),
        ("a fault of text", text(b"\xff"), NOT_UTF8),
        ("a close code", Bits(CLOSE, close(999)), Fault("close code 999", "RFC 6455 7.4")),
        ("a limit", Bits(0x82, bytes(1001)), too_big("with 1001 bytes ")),
    )
]


@ledger([*MASKING, *RSV, *OPCODES, *LENGTHS, *ORDER, *TEXTS, *SIZES, *BEHIND])
def test_invalid_frames(case, role):
    check(case, role)


# --- what must pass ------------------------------------------------------------------------------------------

# F13, RFC 6455 5.4: "Control frames (see Section 5.5) MAY be injected in the middle of a fragmented message.";
# F14: the same where the message is compressed (RFC 7692 6.1 compresses the message, not the stream of frames).
# F18, RFC 6455 5.5.3: a pong "must have identical "Application data" as found in the message body of the Ping frame"
# F19, RFC 6455 5.5.3: "A response to an unsolicited Pong frame is not expected."
HELLO_PARTS = [Bits(0x41, HELLO[:3]), Bits(0, HELLO[3:5]), Bits(FIN, HELLO[5:])]
LEGAL = [
    Case("F1 masked text", [text(b"Hello")], messages=["Hello"], roles="server"),
    Case("F2 text that is not masked", [text(b"Hello")], messages=["Hello"], roles="client"),
    Case("F6 no bit", [text(b"a")], messages=["a"]),
    Case("F6 RSV1 with deflate", [Bits(0xC1, HELLO)], messages=["Hello"], extension=DEFLATE),
    Case(
        "F7 no RSV2 or RSV3 with deflate", [text(b"a"), Bits(0xC1, HELLO)], messages=["a", "Hello"], extension=DEFLATE
    ),
    Case(
        "F8 every opcode there is",
        [text(b"a", 0x01), Bits(FIN, b"b"), Bits(0x82, b"c"), Bits(PING, b"p"), Bits(PONG), Bits(CLOSE)],
        messages=["ab", b"c"],
        answers=[(10, b"p"), (8, b"")],
    ),
    *[
        Case(
            f"{row} {size} bytes in the {form or 'shortest'} form",
            [Bits(0x82, bytes(size), form)],
            messages=[bytes(size)],
        )
        for row, form, sizes in (
            ("F9", 0, (0, 125)),
            ("F9", 2, (126, 65535)),
            ("F9", 8, (65536,)),
            ("F11", None, (0, 125, 126, 127, 128, 65535, 65536)),
        )
        for size in sizes
    ],
    # A length of 63 bits is legal; whether it is too long is a matter of limits (F24).
    Case("F10 largest length", [Bits(0x82, b"abc", 8, length=2**63 - 1)], limits=NO_LIMIT),
    *[
        Case(f"F12 {name} of {size}", [Bits(first, data)], answers=answers)
        for size in (0, 124, 125)
        for name, first, data, answers in (
            ("ping", PING, bytes(size), [(10, bytes(size))]),
            ("pong", PONG, bytes(size), []),
            ("close", CLOSE, close(1000, b"x" * size)[:size], [(8, close(1000, b"x" * size)[:size])]),
        )
    ],
    Case(
        "F13 pings and a pong between fragments",
        [text(b"a", 0x01), Bits(PING, b"1"), Bits(0, b"b"), Bits(PONG), Bits(PING, b"2"), Bits(FIN, b"c")],
        messages=["abc"],
        answers=[(10, b"1"), (10, b"2")],
    ),
    Case(
        "F13 close between fragments",
        [text(b"a", 0x01), Bits(CLOSE, close(1000))],
        answers=[(8, close(1000))],
    ),
    Case(
        "F14 pings between compressed fragments",
        [HELLO_PARTS[0], Bits(PING, b"1"), HELLO_PARTS[1], Bits(PONG, b"?"), Bits(PING), HELLO_PARTS[2]],
        messages=["Hello"],
        answers=[(10, b"1"), (10, b"")],
        extension=DEFLATE,
    ),
    Case(
        "F14 the window goes on behind them",
        [
            *HELLO_PARTS,
            Bits(PING),
            Bits(0x41, bytes.fromhex("f200")),
            Bits(PING, b"2"),
            Bits(FIN, bytes.fromhex("110000")),
        ],
        messages=["Hello", "Hello"],
        answers=[(10, b""), (10, b"2")],
        extension=DEFLATE,
    ),
    Case(
        "F14 close between compressed fragments",
        [HELLO_PARTS[0], Bits(CLOSE, close(1001))],
        answers=[(8, close(1001))],
        extension=DEFLATE,
    ),
    Case("F15 empty fragments", [text(b"", 0x01), Bits(0), Bits(0, b"a"), Bits(FIN)], messages=["a"]),
    Case("F15 empty message of empty fragments", [Bits(0x02), Bits(0), Bits(FIN)], messages=[b""]),
    Case("F16 one message after the other", [text(b"a", 1), Bits(FIN), Bits(2, b"b"), Bits(FIN)], messages=["a", b"b"]),
    Case("F18 two pings", [Bits(PING, b"1"), Bits(PING)], answers=[(10, b"1"), (10, b"")]),
    # RFC 6455 5.5.2: "unless it already received a Close frame"
    Case("F18 no pong behind close", [Bits(CLOSE, close(1000)), Bits(PING, b"1")], answers=[(8, close(1000))]),
    Case("F19 pong that nobody asked for", [Bits(PONG, b"?"), text(b"a")], messages=["a"]),
    Case(
        "F20 character over three fragments", [text(b"\xe2", 1), Bits(0, b"\x82"), Bits(FIN, b"\xac")], messages=["€"]
    ),
    Case("F21 BOM is kept", [text(b"\xef\xbb\xbfa")], messages=["\ufeffa"]),
    Case("F21 BOM alone", [text(b"\xef\xbb\xbf")], messages=["\ufeff"]),
    Case("F21 BOM over two fragments", [text(b"\xef\xbb", 0x01), Bits(FIN, b"\xbf")], messages=["\ufeff"]),
    Case("F21 NUL", [text(b"a\x00b")], messages=["a\x00b"]),
    Case(
        "F21 noncharacters", [text("\ufffe\uffff\U0010ffff\ufdd0".encode())], messages=["\ufffe\uffff\U0010ffff\ufdd0"]
    ),
    Case("F21 edges of the surrogates", [text("\ud7ff\ue000".encode())], messages=["\ud7ff\ue000"]),
    Case("F22 any bytes in a binary", [Bits(0x82, b"\xff\xed\xa0\x80")], messages=[b"\xff\xed\xa0\x80"]),
    *[
        Case(f"F24 {words}", bits, messages=[data], limits=SMALL, extension=DEFLATE)
        for words, bits, data in (
            ("limit less 1", [Bits(0x82, bytes(999))], bytes(999)),
            ("limit", [Bits(0x82, bytes(1000))], bytes(1000)),
            ("limit in two fragments", [Bits(0x02, bytes(500)), Bits(FIN, bytes(500))], bytes(1000)),
            ("limit when inflated", [Bits(0xC2, deflated(bytes(1000)))], bytes(1000)),
            ("three fragments", [Bits(0x02, b"x"), Bits(0), Bits(FIN)], b"x"),
            ("four fragments", [Bits(0x02), Bits(0), Bits(0), Bits(FIN)], b""),
        )
    ],
]


@ledger(LEGAL)
def test_valid_frames(case, role):
    check(case, role)
