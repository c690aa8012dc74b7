"""Does a frame read in our log as in that of `websockets`, and does nothing of it act on a terminal?"""

from __future__ import annotations

import random

import pytest
from websockets.frames import Frame as TheirFrame
from websockets.frames import Opcode as TheirOpcode

from framescope.engine.frames import Opcode
from framescope.engine.log_text import COLUMNS, escaped, frame_line

PAYLOADS = [
    b"",
    b"a",
    b"Hello",
    "ä€😀".encode(),
    "ä€😀".encode()[1:],
    "ä€😀".encode()[:-1],
    b"\xff\xfe",
    b"tab\tand\nline",
    b"zero\0",
    "right \u202e left".encode(),
    b"x" * 73,
    b"x" * 74,
    b"x" * 500,
    "€".encode() * 500,
    b"\0" * 25,
    b"\0" * 26,
    b"\0" * 500,
    bytes(range(256)),
    b"it's",
]


@pytest.mark.parametrize("is_final", [True, False])
@pytest.mark.parametrize("opcode", [Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY])
@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: f"{payload[:8]!r} {len(payload)}")
def test_data_frames_read_as_in_websockets(opcode, payload, is_final):
    theirs = str(TheirFrame(TheirOpcode(opcode), payload, is_final))
    assert frame_line(opcode, payload, is_final=is_final) == theirs


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG])
@pytest.mark.parametrize("payload", [b"", b"ping", b"\1\2\3\4", b"a\nb", "é".encode(), b"x" * 125], ids=repr)
def test_pings_read_as_in_websockets(opcode, payload):
    assert frame_line(opcode, payload) == str(TheirFrame(TheirOpcode(opcode), payload))


@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x03\xe8bye", b"\x0f\xa0", b"\x03", b"\x03\xe8\xff"], ids=repr)
def test_close_frames_read_as_in_websockets(payload):
    assert frame_line(Opcode.CLOSE, payload) == str(TheirFrame(TheirOpcode.CLOSE, payload))


def test_views_and_reserved_opcodes():
    assert frame_line(Opcode.TEXT, memoryview(b"Hello")) == "TEXT 'Hello' [5 bytes]"
    assert frame_line(0x3, b"Hello") == "0x3 'Hello' [text, 5 bytes]"


def test_no_line_has_a_control_character_or_exceeds_its_columns():
    source = random.Random(1)
    for _ in range(2000):
        payload = source.choice(
            [source.randbytes, lambda size: bytes(source.choices(b"\n\r\x1b[\xe2\x80\xaex", k=size))]
        )
        opcode = source.choice([0, 1, 2, 8, 9, 10])
        line = frame_line(opcode, payload(source.randrange(125)), is_final=opcode > 7)
        assert line.isprintable()
        assert len(line) < COLUMNS + 40


def test_a_close_reason_cannot_act_on_the_terminal():
    reason = "\x1b[2J\u202eevil\r\n"
    line = frame_line(Opcode.CLOSE, b"\x0f\xa0" + reason.encode())
    assert line == r"CLOSE 4000 (private use) \x1b[2J\u202eevil\r\n [15 bytes]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain ä 😀", "plain ä 😀"), ("a\r\nb", r"a\r\nb"), ("\u2066x\0", r"\u2066x\x00"), ("\udc80", r"\udc80")],
)
def test_escaped(text, shown):
    assert escaped(text) == shown
