"""Is every compressed message read as it was before compression, wherever one looks, and in bounded steps?"""

from __future__ import annotations

import random
from typing import Any

import pytest

from framescope.analysis.inflating import BRIEF, COMPLETE, KNOWN, START_LIMIT, Effort
from framescope.analysis.inflating_places import CHECKPOINTS
from framescope.analysis.trace import Trace
from framescope.capture.records import Flag
from framescope.engine.deflate import Deflater
from framescope.engine.frames import RSV1, Opcode
from helpers.scripted import Script

NO_TAKEOVER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


class Talk:
    """A compressed conversation: what was said, by row."""

    def __init__(
        self, extensions: str = "permessage-deflate", *, bits: int = 15, is_reset: bool = False, role: str = "client"
    ) -> None:
        self.script = Script()
        self.script.connection(role=role)
        self.script.handshake(at=0, extensions=extensions)
        self.said: list[bytes | None] = [None]  # the handshake's row
        self._deflaters = {sent: Deflater(bits, is_reset=is_reset) for sent in (True, False)}
        self._at = 0.0

    def say(self, text: bytes, *, sent: bool = False, opcode: int = Opcode.TEXT, ends: bool = True) -> None:
        rsv = RSV1 if opcode != Opcode.CONTINUATION else 0
        self.add(sent, opcode, self._deflaters[sent].deflate(text, ends=ends), fin=ends, rsv=rsv)
        self.said[-1] = text

    def add(self, sent: bool, opcode: int, payload: bytes, **more: Any) -> None:
        self._at += 0.001
        self.script.frame(sent, opcode, payload, at=self._at, **more)
        self.said.append(None)


def read(trace: Trace, effort: Effort = COMPLETE) -> list[bytes | None]:
    return [trace.inflated(row, 10**6, effort) for row in range(len(trace.rows))]


def sentences(count: int) -> list[bytes]:
    chance = random.Random(1)
    words = ["price", "Ψ", "ask", "bid", "volume", '{"op":', "}"]
    return [f"{place} {' '.join(chance.choices(words, k=12))}".encode() for place in range(count)]


@pytest.mark.parametrize("role", ["client", "server"])
@pytest.mark.parametrize(
    ("extensions", "bits", "is_reset"),
    [
        ("permessage-deflate", 15, False),
        (NO_TAKEOVER, 15, True),
        ("permessage-deflate; server_max_window_bits=9; client_max_window_bits=9", 9, False),
    ],
)
def test_messages_of_both_directions(role: str, extensions: str, bits: int, is_reset: bool) -> None:
    talk = Talk(extensions, bits=bits, is_reset=is_reset, role=role)
    for place, text in enumerate(sentences(40)):
        talk.say(text * 3, sent=place % 3 == 0)
    assert read(talk.script.trace()) == talk.said


@pytest.mark.parametrize(("role", "sent"), [("client", True), ("server", False)])
def test_each_side_has_its_own_terms(role: str, sent: bool) -> None:
    extensions = "permessage-deflate; client_no_context_takeover"
    talk = Talk(extensions, is_reset=True, role=role)
    talk.say(b"one", sent=sent)
    talk.add(sent, Opcode.TEXT, b"\xff\xff", rsv=RSV1)
    talk.say(b"two", sent=sent)  # stands for itself, so the damage before it does not matter
    assert read(talk.script.trace()) == talk.said
    other = Talk(extensions, is_reset=True, role=role)
    other.add(not sent, Opcode.TEXT, b"\xff\xff", rsv=RSV1)
    other.say(b"two", sent=not sent)
    assert read(other.script.trace()) == [None, None, None]


@pytest.mark.parametrize("is_reset", [False, True])
def test_fragments_with_control_frames_and_plain_messages_between(is_reset: bool) -> None:
    talk = Talk(NO_TAKEOVER if is_reset else "permessage-deflate", is_reset=is_reset)
    talk.say(b"once upon a time")
    talk.add(False, Opcode.TEXT, b"plain")
    talk.add(False, Opcode.BINARY, b"plain", fin=False)
    talk.add(False, Opcode.CONTINUATION, b"too")
    talk.say(b"once upon ", ends=False)
    talk.add(False, Opcode.PING, b"once")
    talk.say(b"", opcode=Opcode.CONTINUATION, ends=False)
    talk.say(b"a time there was", opcode=Opcode.CONTINUATION)
    talk.say(b"once upon a time there was")
    assert read(talk.script.trace()) == talk.said
    backwards = talk.script
    backwards._polled = 0
    trace = backwards.trace()
    for row in reversed(range(len(trace.rows))):
        assert trace.inflated(row, 100, COMPLETE) == talk.said[row]


def test_an_empty_message_and_one_that_is_not_there() -> None:
    talk = Talk()
    talk.say(b"")
    talk.say(b"x")
    trace = talk.script.trace()
    assert read(trace) == [None, b"", b"x"]
    assert trace.inflating.start_of(1) == (b"", 0)


@pytest.mark.parametrize("extensions", ["", "x-other", "permessage-deflate; nonsense", ",,;"])
def test_nothing_is_read_that_was_not_agreed_on(extensions: str) -> None:
    talk = Talk(extensions)
    talk.say(b"hello")
    trace = talk.script.trace()
    assert read(trace) == [None, None]
    assert not trace.inflating.is_compressed(1)
    assert not trace.inflating.is_awaited(1)


def test_without_a_handshake_nothing_is_known() -> None:
    script = Script()
    script.received(Opcode.TEXT, b"\x00", at=1, rsv=RSV1)
    assert read(script.trace()) == [None]


def test_a_jump_to_the_end_and_back() -> None:
    talk = Talk()
    for text in sentences(9000):
        talk.say(text)
    trace = talk.script.trace()
    last = len(talk.said) - 1
    calls = 1
    while trace.inflated(last, 200, BRIEF) is None:
        assert trace.inflating.is_awaited(last)
        calls += 1
    assert trace.inflated(last, 200) == talk.said[last]
    assert calls == -(-9000 // BRIEF.steps)
    places = trace.inflating._directions[False]
    assert CHECKPOINTS / 2 < len(places.checkpoints) <= CHECKPOINTS
    chance = random.Random(2)
    for row in [2, last - 5000, last - 5001, *chance.choices(range(1, last), k=40), 1]:
        assert trace.inflated(row, 200, BRIEF) == talk.said[row]  # no two checkpoints are 256 frames apart


def test_a_call_goes_a_bounded_way(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    for _ in range(50):
        talk.say(bytes(1_000_000))
    trace = talk.script.trace()
    sizes: list[int] = []
    payload = talk.script.payload
    monkeypatch.setattr(talk.script, "payload", lambda *where: sizes.append(1) or payload(*where))
    assert trace.inflated(50, 10, BRIEF) is None
    assert len(sizes) <= 5  # 4 MiB of output
    assert trace.inflated(50, 10) is None
    assert trace.inflating.is_awaited(50)
    assert len(sizes) <= 5


def test_a_large_frame_shows_its_beginning() -> None:
    noise = random.Random(3).randbytes(1_200_000)
    talk = Talk()
    talk.say(b"before")
    talk.say(noise, opcode=Opcode.BINARY)
    talk.say(noise[-20_000:], opcode=Opcode.BINARY)
    trace = talk.script.trace()
    assert trace.inflating.start_of(2, BRIEF) == (noise[:START_LIMIT], None)
    assert trace.inflated(2, 100_000, BRIEF) == noise[:100_000]
    assert trace.inflated(2, 10**7, COMPLETE) == noise
    assert trace.inflating.start_of(2) == (noise[:START_LIMIT], len(noise))
    assert trace.inflated(3, 10**7, COMPLETE) == noise[-20_000:]
    assert trace.inflated(2, START_LIMIT) == noise[:START_LIMIT]


def test_the_limit_holds_for_what_a_bomb_makes() -> None:
    talk = Talk()
    talk.say(bytes(20_000_000))
    talk.say(b"after")
    trace = talk.script.trace()
    assert trace.inflated(1, 1000, COMPLETE) == bytes(1000)
    assert trace.inflated(1, 5_000_000, COMPLETE) == bytes(5_000_000)
    assert trace.inflated(2, 1000, COMPLETE) == b"after"


def test_damage_ends_it() -> None:
    talk = Talk()
    talk.say(b"good")
    talk.add(False, Opcode.TEXT, b"\xff\xff\xff", rsv=RSV1)
    talk.say(b"lost")
    talk.say(b"still there", sent=True)
    trace = talk.script.trace()
    assert read(trace) == [None, b"good", None, None, b"still there"]
    assert not trace.inflating.is_awaited(2)
    assert not trace.inflating.is_awaited(3)


def test_damage_in_the_first_message_is_known_as_such() -> None:
    talk = Talk()
    talk.add(False, Opcode.TEXT, b"\xff\xff\xff", rsv=RSV1)
    trace = talk.script.trace()
    assert trace.inflating.is_awaited(1)
    assert trace.inflating.start_of(1, BRIEF) is None
    assert not trace.inflating.is_awaited(1)


def test_a_frame_whose_bytes_the_capture_lost() -> None:
    talk = Talk()
    talk.say(b"good")
    talk.say(b"short of the last byte")
    talk.script._stream.pop()
    talk.say(b"lost")
    assert read(talk.script.trace()) == [None, b"good", None, None]


def test_a_frame_in_which_the_connection_ended() -> None:
    talk = Talk()
    talk.say(b"good")
    whole = Deflater(15, is_reset=False).deflate(b"as far as it came " * 9, ends=True)
    talk.add(False, Opcode.TEXT, whole, rsv=RSV1, flags=Flag.PARTIAL)
    del talk.script._stream[-3:]
    text = read(talk.script.trace())[2]
    assert text is not None
    assert text.startswith(b"as far as it came as")


def test_what_was_sent_on_purpose_was_not_compressed_and_is_left_out() -> None:
    talk = Talk()
    talk.say(b"good", sent=True)
    talk.add(True, Opcode.TEXT, b"\xff\xff", rsv=RSV1, flags=Flag.DELIBERATE)
    talk.say(b"good too", sent=True)
    trace = talk.script.trace()
    assert read(trace) == talk.said
    assert not trace.inflating.is_awaited(2)


def test_a_record_that_comes_late_is_put_in_its_place() -> None:
    deflater = Deflater(15, is_reset=False)
    early = deflater.deflate(b"hello world", ends=True)
    late = deflater.deflate(b"hello world, again", ends=True)
    script = Script()
    script.connection()
    script.handshake(at=0, extensions="permessage-deflate")
    script.sent(Opcode.TEXT, late, at=2, rsv=RSV1)
    trace = script.trace()
    assert trace.inflated(1, 100, COMPLETE) is None  # refers to what is not there yet
    script.sent(Opcode.TEXT, early, at=1, rsv=RSV1)
    trace.update(script.poll())
    assert read(trace) == [None, b"hello world, again", b"hello world"]


def test_what_is_known_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talk.say(b"hello")
    trace = talk.script.trace()
    assert trace.inflated(1, 100, KNOWN) is None
    assert trace.inflated(1, 100, BRIEF) == b"hello"
    monkeypatch.setattr(talk.script, "payload", None)
    assert trace.inflated(1, 3, KNOWN) == b"hel"
    assert trace.inflating.start_of(1) == (b"hello", 5)
