"""Which bytes go out next, and when has the kernel taken each frame? RELIABILITY T-NET-4; RFC 6455 5.4, 7.1.7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.frames import FIN, Frame, serialise
from framescope.engine.outbox import Outbox, Outgoing


def item(opcode: int, payload: bytes) -> Outgoing:
    data = serialise(FIN | opcode, payload, None)
    return Outgoing(data, Frame(FIN | opcode, payload, None, len(data) - len(payload), len(payload), 0))


def payloads(outbox: Outbox) -> list[bytes]:
    data = outbox.take(1 << 20, 0.0)
    return [done.frame.payload for done in outbox.written(len(data)) if done.frame]


def test_control_frames_pass_waiting_data():
    outbox = Outbox()
    outbox.put(item(2, b"data 1"), is_urgent=False)
    outbox.put(item(2, b"data 2"), is_urgent=False)
    outbox.put(item(9, b"ping 1"), is_urgent=True)
    outbox.put(item(9, b"ping 2"), is_urgent=True)
    assert payloads(outbox) == [b"ping 1", b"ping 2", b"data 1", b"data 2"]


def test_frame_that_has_begun_is_finished_first():
    """5.4: frames do not interleave."""
    outbox = Outbox()
    outbox.put(item(2, b"data 1"), is_urgent=False)
    outbox.put(item(2, b"data 2"), is_urgent=False)
    begun = outbox.take(3, 0.0)
    outbox.put(item(9, b"ping"), is_urgent=True)
    assert begun + outbox.take(100, 0.0) == b"\x82\x06data 1\x89\x04ping\x82\x06data 2"


def test_nothing_to_take():
    outbox = Outbox()
    assert outbox.take(100, 0.0) == b""
    outbox.put(item(2, b""), is_urgent=False)
    assert outbox.take(0, 0.0) == b""


def test_frame_is_told_once_its_last_byte_was_accepted():
    outbox = Outbox()
    outbox.put(Outgoing(b"GET / HTTP/1.1\r\n\r\n"), is_urgent=True)
    outbox.put(item(2, b"abc"), is_urgent=False)
    outbox.take(20, 1.0)
    outbox.take(20, 2.0)
    assert outbox.written(0) == []
    (handshake,) = outbox.written(18)
    assert handshake.frame is None
    assert outbox.unfinished() is None
    assert outbox.written(4) == []
    unfinished = outbox.unfinished()
    assert unfinished is not None
    assert (len(unfinished.data), unfinished.left) == (5, 1)
    (done,) = outbox.written(1)
    assert done.started == 1.0
    assert done.frame is not None
    assert done.frame.offset == 18
    assert outbox.unfinished() is None
    assert outbox.size == 0


def test_failure_forgets_data_that_has_not_begun_but_no_close():
    """7.1.7: the Close that was promised goes out."""
    outbox = Outbox()
    for opcode, payload in ((2, b"begun"), (2, b"queued"), (8, b"\x03\xe8"), (1, b"x")):
        outbox.put(item(opcode, payload), is_urgent=False)
    deliberate = item(8, b"\x03\xe9")
    deliberate.is_deliberate = True
    outbox.put(deliberate, is_urgent=False)
    outbox.put(item(10, b"pong"), is_urgent=True)
    begun = outbox.take(9, 0.0)
    assert begun == b"\x8a\x04pong\x82\x05b"
    outbox.drop_data()
    assert outbox.size == len(begun) + 4 + 4
    assert outbox.take(100, 0.0) == b"egun\x88\x02\x03\xe8"


def test_handshake_bytes_that_wait_are_no_frames():
    outbox = Outbox()
    outbox.put(Outgoing(b"HTTP/1.1 400 \r\n\r\n"), is_urgent=True)
    outbox.drop_last_pong()
    assert outbox.urgent_count == 1
    outbox.put(Outgoing(b"x"), is_urgent=False)
    outbox.drop_data()
    assert outbox.size == 17


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 9]), st.binary(max_size=200)), max_size=8),
    st.lists(st.tuples(st.integers(1, 150), st.integers(0, 150)), max_size=30),
)
def test_however_the_transport_takes_them_every_byte_goes_out_once(frames, steps):
    outbox = Outbox()
    for opcode, payload in frames:
        outbox.put(item(opcode, payload), is_urgent=opcode == 9)
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
    assert [(d.frame.opcode, d.frame.payload) for d in done if d.frame] == expected
    assert [d.frame.offset for d in done if d.frame] == [
        sum(len(d.data) for d in done[:place]) for place in range(len(done))
    ]
    assert outbox.size == 0
    assert len(taken) == size


@pytest.mark.parametrize("size", [1, 65536, 1 << 20])
def test_large_frame_is_taken_in_pieces(size):
    outbox = Outbox()
    outbox.put(item(2, bytes(size)), is_urgent=False)
    total = 0
    while data := outbox.take(65536, 0.0):
        assert len(data) <= 65536
        total += len(data)
    assert total == outbox.size
