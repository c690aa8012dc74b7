"""Which bytes go out next, and when has the kernel taken each frame? RELIABILITY T-NET-4; RFC 6455 5.4, 7.1.7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.frames import FIN, serialise
from framescope.engine.outbox import DELIBERATE, ORDINARY, Outbox, Outgoing


def item(opcode: int, payload: bytes, kind: int = ORDINARY) -> Outgoing:
    return serialise(FIN | opcode, payload, None), FIN | opcode, payload, None, kind


def payloads(outbox: Outbox) -> list[bytes]:
    data = outbox.take(1 << 20, 0.0)
    return [sent.frame.payload for sent in outbox.written(len(data))]


def test_control_frames_pass_waiting_data():
    outbox = Outbox()
    outbox.put_data(item(2, b"data 1"))
    outbox.put_data(item(2, b"data 2"))
    outbox.put_urgent(item(9, b"ping 1"))
    outbox.put_urgent(item(9, b"ping 2"))
    assert payloads(outbox) == [b"ping 1", b"ping 2", b"data 1", b"data 2"]


def test_frame_that_has_begun_is_finished_first():
    """5.4: frames do not interleave."""
    outbox = Outbox()
    outbox.put_data(item(2, b"data 1"))
    outbox.put_data(item(2, b"data 2"))
    begun = outbox.take(3, 0.0)
    outbox.put_urgent(item(9, b"ping"))
    assert begun + outbox.take(100, 0.0) == b"\x82\x06data 1\x89\x04ping\x82\x06data 2"


def test_nothing_to_take():
    outbox = Outbox()
    assert outbox.take(100, 0.0) == b""
    outbox.put_data(item(2, b""))
    assert outbox.take(0, 0.0) == b""


def test_frame_is_told_once_its_last_byte_was_accepted():
    outbox = Outbox()
    outbox.put_handshake(b"GET / HTTP/1.1\r\n\r\n")
    outbox.put_data(item(2, b"abc"))
    outbox.take(17, 1.0)
    assert outbox.written(1) == []
    assert outbox.unfinished() is None
    outbox.take(4, 1.5)
    outbox.take(20, 2.0)
    assert outbox.written(0) == []
    assert outbox.written(17) == []
    assert outbox.unfinished() is None
    assert outbox.written(4) == []
    unfinished = outbox.unfinished()
    assert unfinished is not None
    frame, accepted = unfinished
    assert (frame.payload, frame.offset, accepted) == (b"abc", 18, 4)
    (done,) = outbox.written(1)
    assert done.started == 1.5
    assert done.frame == frame
    assert outbox.unfinished() is None
    assert outbox.size == 0


def test_failure_forgets_data_that_has_not_begun_but_no_close():
    """7.1.7: the Close that was promised goes out."""
    outbox = Outbox()
    for opcode, payload in ((2, b"begun"), (2, b"queued"), (8, b"\x03\xe8"), (1, b"x")):
        outbox.put_data(item(opcode, payload))
    outbox.put_data(item(8, b"\x03\xe9", DELIBERATE))
    outbox.put_urgent(item(10, b"pong"))
    begun = outbox.take(9, 0.0)
    assert begun == b"\x8a\x04pong\x82\x05b"
    outbox.drop_data()
    assert outbox.size == len(begun) + 4 + 4
    assert outbox.take(100, 0.0) == b"egun\x88\x02\x03\xe8"


def test_handshake_bytes_that_wait_are_no_frames():
    outbox = Outbox()
    outbox.put_handshake(b"HTTP/1.1 400 \r\n\r\n")
    outbox.drop_last_pong()
    assert outbox.urgent_count == 1
    outbox.put_data(item(2, b"x"))
    outbox.drop_data()
    assert outbox.size == 17


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 9]), st.binary(max_size=200)), max_size=8),
    st.lists(st.tuples(st.integers(1, 150), st.integers(0, 150)), max_size=30),
)
def test_however_the_transport_takes_them_every_byte_goes_out_once(frames, steps):
    outbox = Outbox()
    for opcode, payload in frames:
        (outbox.put_urgent if opcode == 9 else outbox.put_data)(item(opcode, payload))
    expected = [f for f in frames if f[0] == 9] + [f for f in frames if f[0] != 9]
    size = outbox.size
    taken, waiting, done = b"", 0, []
    for take, accept in [*steps, (1 << 20, 1 << 20)]:
        data = outbox.take(take, 0.0)
        taken += data
        waiting += len(data)
        accepted = min(accept, waiting)
        waiting -= accepted
        done += outbox.written(accepted)
    assert taken == b"".join(serialise(FIN | opcode, payload, None) for opcode, payload in expected)
    assert [(d.frame.opcode, d.frame.payload) for d in done] == expected
    assert [d.frame.offset for d in done] == [
        sum(d.frame.header_length + d.frame.length for d in done[:place]) for place in range(len(done))
    ]
    assert outbox.size == 0
    assert len(taken) == size


@pytest.mark.parametrize("size", [1, 65536, 1 << 20])
def test_large_frame_is_taken_in_pieces(size):
    outbox = Outbox()
    outbox.put_data(item(2, bytes(size)))
    total = 0
    while data := outbox.take(65536, 0.0):
        assert len(data) <= 65536
        total += len(data)
    assert total == outbox.size
