"""RELIABILITY F3 to F5, F11, F12, F25, D9, D11, V7, V9 (RFC 6455 5.2 to 5.5, 10.3): how do messages become frames?"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from framescope.engine.deflate import Deflater, Inflater
from framescope.engine.errors import ProtocolError
from framescope.engine.frames import FIN, RSV1, Frame, Opcode
from framescope.engine.masking import apply_mask
from framescope.engine.outbox import Outbox
from framescope.engine.sending import Sender
from framescope.engine.settings import PONG_LIMIT
from helpers import conversation
from helpers.wire import frames_in

TEXT, BINARY, CONTINUATION = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION


class Sending:
    def __init__(self, *, is_client: bool = False, random=None, is_compressed: bool = False) -> None:
        self.outbox = Outbox()
        self.sender = Sender(self.outbox, is_client=is_client, random=random or conversation.Counter())
        if is_compressed:
            self.sender.deflater = Deflater(15, is_reset=False)

    def wire(self) -> list[Frame]:
        return frames_in(self.outbox.take(1 << 20, 0.0))

    def heads(self) -> list[tuple[int, bytes]]:
        return [(frame.first, frame.payload) for frame in self.wire()]


@pytest.mark.parametrize("length", [0, 125, 126, 127, 128, 65535, 65536])
@pytest.mark.parametrize("is_client", [True, False])
def test_client_masks_every_frame_and_server_none(is_client, length):
    """F3 (5.1), F11 (5.2)."""
    sending = Sending(is_client=is_client)
    payload = bytes(i % 251 for i in range(length))
    sending.sender.data(BINARY, payload)
    (frame,) = sending.wire()
    assert (frame.mask is not None) is is_client
    assert frame.payload == payload


def test_key_is_drawn_anew_for_every_frame():
    """F4 (5.3): also for control frames."""
    sending = Sending(is_client=True)
    sending.sender.data(TEXT, b"a", ends=False)
    sending.sender.control(Opcode.PING, b"")
    sending.sender.data(CONTINUATION, b"b")
    sending.sender.pong(b"")
    assert len({frame.mask for frame in sending.wire()}) == 4


def test_keys_of_the_system_are_not_predictable():
    """V7, F4 (10.3): no repeats, and every byte value as often as chance has it."""
    keys = {os.urandom(4) for _ in range(20_000)}
    assert len(keys) > 19_990  # birthday: 0.05 repeats are expected
    for place in range(4):
        counts = Counter(key[place] for key in keys)
        expected = len(keys) / 256
        chi_square = sum((counts[value] - expected) ** 2 / expected for value in range(256))
        assert chi_square < 255 + 6 * (2 * 255) ** 0.5
    assert conversation.Connection.__init__.__kwdefaults__["random"] is os.urandom


@pytest.mark.parametrize(
    "make", [bytes, bytearray, memoryview, lambda data: memoryview(bytes(byte for b in data for byte in (b, 0)))[::2]]
)
def test_payload_may_be_any_bytes(make):
    """V9: bytes, bytearray, memoryview, one with gaps too."""
    sending = Sending(is_client=True)
    sending.sender.data(BINARY, make(b"payload"))
    sending.sender.control(Opcode.PING, make(b"ping"))
    assert sorted(sending.heads()) == [(FIN | BINARY, b"payload"), (FIN | Opcode.PING, b"ping")]


def test_payload_is_frozen():
    """F5 (10.3): what its owner does to it later changes neither the bytes nor what is told of them."""
    payload = bytearray(b"before")
    sending = Sending()
    sending.sender.data(BINARY, payload)
    payload[:] = b"after!"
    (frame,) = sending.wire()
    assert frame.payload == b"before"
    (sent,) = sending.outbox.written(8)
    assert sent.frame.payload == b"before"


def test_fragments():
    """5.4."""
    sending = Sending()
    sending.sender.data(TEXT, b"a", ends=False)
    sending.sender.data(CONTINUATION, b"", ends=False)
    sending.sender.data(CONTINUATION, b"b")
    sending.sender.data(TEXT, b"c")
    assert sending.heads() == [(TEXT, b"a"), (0, b""), (FIN, b"b"), (FIN | TEXT, b"c")]


def test_fragments_out_of_order_are_refused():
    """5.4: and change nothing."""
    sending = Sending()
    with pytest.raises(ProtocolError, match="no fragmented message goes on"):
        sending.sender.data(CONTINUATION, b"")
    sending.sender.data(TEXT, b"a", ends=False)
    with pytest.raises(ProtocolError, match="a fragmented message goes on"):
        sending.sender.data(TEXT, b"b")
    assert sending.heads() == [(TEXT, b"a")]


def test_first_fragment_alone_says_that_a_message_is_compressed():
    """D9 (7692-6.1)."""
    sending = Sending(is_compressed=True)
    for opcode, payload, ends in ((TEXT, b"Hel", False), (CONTINUATION, b"lo", True), (TEXT, b"", True)):
        sending.sender.data(opcode, payload, ends=ends)
    frames = sending.wire()
    assert [frame.first for frame in frames] == [RSV1 | TEXT, FIN, FIN | RSV1 | TEXT]
    inflater = Inflater(15, is_reset=False)
    assert [inflater.inflate(frame.payload, ends=frame.fin, limit=None) for frame in frames] == [b"Hel", b"lo", b""]


def test_message_need_not_be_compressed():
    """D10 (7692-6): all its fragments then."""
    sending = Sending(is_compressed=True)
    sending.sender.data(TEXT, b"a", ends=False, is_compressed=False)
    sending.sender.data(CONTINUATION, b"b", is_compressed=True)
    assert sending.heads() == [(TEXT, b"a"), (FIN, b"b")]


def test_control_frames_go_first_and_are_never_compressed():
    """D9 (7692-6)."""
    sending = Sending(is_compressed=True)
    sending.sender.data(TEXT, b"a", is_compressed=False)
    sending.sender.control(Opcode.PING, b"b")
    sending.sender.control(Opcode.CLOSE, b"", is_urgent=False)
    assert sending.heads() == [(FIN | Opcode.PING, b"b"), (FIN | TEXT, b"a"), (FIN | Opcode.CLOSE, b"")]


@pytest.mark.parametrize("size", [124, 125])
def test_control_frame_up_to_125_bytes(size):
    """F12 (5.5)."""
    sending = Sending()
    sending.sender.control(Opcode.PING, bytes(size))
    assert len(sending.heads()) == 1


def test_control_frame_over_125_bytes_is_refused():
    """F12 (5.5)."""
    sending = Sending()
    with pytest.raises(ProtocolError, match="at most 125 bytes, not 126"):
        sending.sender.control(Opcode.PING, bytes(126))
    assert sending.outbox.size == 0


def test_flood_of_pings_gets_the_latest_pong():
    """F18 (5.5.3): "MAY elect to send a Pong frame for only the most recently processed Ping frame"."""
    sending = Sending()
    for number in range(PONG_LIMIT + 500):
        sending.sender.pong(number.to_bytes(2, "big"))
    payloads = [payload for _, payload in sending.heads()]
    assert len(payloads) == PONG_LIMIT
    assert payloads == [n.to_bytes(2, "big") for n in [*range(PONG_LIMIT - 1), PONG_LIMIT + 499]]
    assert sending.outbox.size == sum(2 + len(payload) for payload in payloads)


def test_flood_of_pings_never_takes_another_frame_away():
    """F18: a keepalive ping among the waiting pongs leaves, or its pong could never come."""
    sending = Sending()
    for number in range(PONG_LIMIT):
        sending.sender.pong(bytes([number]))
    sending.sender.control(Opcode.PING, b"keepalive")
    sending.sender.pong(b"last")
    heads = sending.heads()
    assert heads[-2:] == [(FIN | Opcode.PING, b"keepalive"), (FIN | Opcode.PONG, b"last")]
    assert len(heads) == PONG_LIMIT + 1


def test_pong_where_only_pings_wait():
    sending = Sending()
    for number in range(PONG_LIMIT):
        sending.sender.control(Opcode.PING, bytes([number]))
    sending.sender.pong(b"x")
    assert sending.heads()[-1] == (FIN | Opcode.PONG, b"x")


@pytest.mark.parametrize("is_masked", [True, False])
def test_raw_frame_is_what_a_person_wants(is_masked):
    sending = Sending()
    sending.sender.raw(0x7B, b"odd", is_masked=is_masked)
    data = sending.outbox.take(100, 0.0)
    assert data[0] == 0x7B
    assert data[1] == (0x83 if is_masked else 3)
    assert apply_mask(data[-3:], data[2:6] if is_masked else bytes(4)) == b"odd"
    (sent,) = sending.outbox.written(len(data))
    assert sent.deliberate
