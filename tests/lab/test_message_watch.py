"""Are messages told from control frames, also where a frame goes on in the next bytes?"""

from __future__ import annotations

from framescope.engine.frames import FIN, Opcode, serialise
from framescope.lab.message_watch import MessageWatch

PING = serialise(FIN | Opcode.PING, b"abcd", None)
TEXT = serialise(FIN | Opcode.TEXT, b"x" * 1000, None)


def test_the_opening_handshake_counts() -> None:
    assert MessageWatch().sees(b"GET / HTTP/1.1\r\n\r\n")
    assert MessageWatch().sees(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")


def test_control_frames_do_not_count_and_messages_do() -> None:
    watch = MessageWatch()
    assert not watch.sees(PING)
    assert not watch.sees(PING + PING)
    assert watch.sees(PING + TEXT)
    assert not watch.sees(PING)


def test_the_rest_of_a_message_counts() -> None:
    watch = MessageWatch()
    assert watch.sees(TEXT[:500])
    assert watch.sees(TEXT[500:] + PING)
    assert not watch.sees(PING)


def test_a_header_may_come_in_two_parts() -> None:
    watch = MessageWatch()
    assert not watch.sees(PING + TEXT[:3])
    assert watch.sees(TEXT[3:] + PING[:1])
    assert not watch.sees(PING[1:])


def test_the_rest_of_a_control_frame_does_not_count() -> None:
    watch = MessageWatch()
    assert not watch.sees(PING[:4])
    assert not watch.sees(PING[4:])
