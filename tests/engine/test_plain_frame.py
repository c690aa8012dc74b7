"""Is a plain frame one of `websockets`: its words, its bytes, its faults?"""

from __future__ import annotations

import pytest
from websockets.exceptions import ProtocolError as TheirProtocolError
from websockets.frames import Frame as TheirFrame
from websockets.frames import Opcode as TheirOpcode

from framescope.engine.errors import ProtocolError
from framescope.engine.frames import Opcode
from framescope.engine.plain_frame import Frame
from helpers.wire import frames_in

FRAMES = [
    (Opcode.TEXT, b"Hello", True),
    (Opcode.TEXT, b"Hel", False),
    (Opcode.CONT, b"lo", True),
    (Opcode.BINARY, bytes(70_000), True),
    (Opcode.PING, b"", True),
    (Opcode.CLOSE, b"\x03\xe8", True),
]
FAULTS = [
    {"rsv1": True},
    {"rsv2": True},
    {"rsv3": True},
    {"opcode": Opcode.PING, "data": bytes(126)},
    {"opcode": Opcode.PONG, "fin": False},
]


@pytest.mark.parametrize(("opcode", "data", "fin"), FRAMES)
def test_words_and_bytes(opcode, data, fin):
    mine, other = Frame(opcode, data, fin), TheirFrame(TheirOpcode(opcode), data, fin)
    assert str(mine) == str(other)
    assert mine.serialize(mask=False) == other.serialize(mask=False)
    mine.check()


def test_a_masked_frame_has_a_new_key_each_time():
    frame = Frame(Opcode.TEXT, b"Hello")
    first, second = frame.serialize(mask=True), frame.serialize(mask=True)
    assert first != second
    assert [found.payload for found in frames_in(first + second)] == [b"Hello", b"Hello"]


@pytest.mark.parametrize("changed", FAULTS, ids=str)
def test_what_must_not_be_sent(changed):
    fields = {"opcode": Opcode.TEXT, "data": b"x"} | changed
    with pytest.raises(TheirProtocolError) as expected:
        TheirFrame(**fields | {"opcode": TheirOpcode(fields["opcode"])}).check()
    with pytest.raises(ProtocolError) as raised:
        Frame(**fields).serialize(mask=False)
    assert str(raised.value) == str(expected.value)
