"""Does the Explain card say what a row means, in at most five lines, with its sections?"""

from __future__ import annotations

import pytest

from framescope.analysis import explain as card
from framescope.analysis.explain import explain
from framescope.capture.records import Flag, Kind, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import RSV1, Opcode
from helpers.scripted import Script


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    return script


def lines(script: Script, row: int = 0) -> list[str]:
    found, sections = explain(script.trace(), row)
    assert len(found) <= 5
    assert all(section.startswith("RFC ") for section in sections)
    return found


def test_a_whole_masked_text_message(script: Script) -> None:
    script.sent(Opcode.TEXT, bytes(148), at=1)
    found, sections = explain(script.trace(), 0)
    assert found == [
        "Your client sent one whole text message: FIN is 1, so nothing follows.",
        "148 bytes do not fit in 7 bits, so the length field says 126 and the next 16 bits hold the length.",
        "MASK is 1: each payload byte is XORed with the key, as clients must do.",
    ]
    assert sections == ["RFC 6455 5.2", "RFC 6455 5.3"]


def test_lengths(script: Script) -> None:
    for length in (0, 1, 125, 126, 65535, 65536):
        script.received(Opcode.BINARY, bytes(length), at=1)
    script.add(Kind.FRAME, 1, first=0x81, change=4, length=5)
    script.add(Kind.FRAME, 1, first=0x81, change=10, length=65535)
    trace = script.trace()
    assert [explain(trace, row)[0][1] for row in range(8)] == [
        "It carries no payload: the length field says 0.",
        "The payload's length, 1 byte, fits into the 7 bits of the length field.",
        "The payload's length, 125 bytes, fits into the 7 bits of the length field.",
        "126 bytes do not fit in 7 bits, so the length field says 126 and the next 16 bits hold the length.",
        "65535 bytes do not fit in 7 bits, so the length field says 126 and the next 16 bits hold the length.",
        "65536 bytes do not fit in 16 bits, so the length field says 127 and the next 64 bits hold the length.",
        "The length, 5 bytes, is written in 16 bits although fewer would do.",
        "The length, 65535 bytes, is written in 64 bits although fewer would do.",
    ]


def test_masks_are_judged_by_who_sent_them(script: Script) -> None:
    script.received(Opcode.TEXT, b"x", at=1)
    script.add(Kind.FRAME | 0x80, 1, first=0x81, change=2, length=1)
    script.add(Kind.FRAME, 1, first=0x81, change=6, length=1, flags=Flag.MASKED)
    trace = script.trace()
    assert [explain(trace, row)[0][2] for row in range(3)] == [
        "MASK is 0: the payload is not masked, as servers must send it.",
        "MASK is 0: the payload is not masked, although a client must mask it.",
        "MASK is 1: each payload byte is XORed with the key, which a server must not do.",
    ]
    server = Script()
    server.connection(role="server")
    server.add(Kind.FRAME, 1, first=0x81, change=6, length=1, flags=Flag.MASKED)
    found, _ = explain(server.trace(), 0)
    assert found[0].startswith("The client sent one whole text message")
    assert found[2] == "MASK is 1: each payload byte is XORed with the key, as clients must do."


def test_fragments(script: Script) -> None:
    script.received(Opcode.TEXT, bytes(100), at=1, fin=False, rsv=RSV1)
    script.received(Opcode.CONTINUATION, bytes(100), at=1, fin=False)
    script.received(Opcode.CONTINUATION, bytes(100), at=1)
    script.received(Opcode.CONTINUATION, b"", at=1)
    trace = script.trace()
    assert [explain(trace, row)[0][0] for row in range(4)] == [
        "The server began a text message: FIN is 0, so continuation frames follow.",
        "The server sent fragment 2 of 3 of a message: opcode 0 continues it, and FIN is 0, so more follows.",
        "The server sent fragment 3 of 3, the last of a message of 300 B: opcode 0 continues it, and FIN is 1.",
        "The server sent a fragment, the last of a message: opcode 0 continues it, and FIN is 1.",
    ]
    found, sections = explain(trace, 0)
    assert found[3] == "RSV1 is 1: the message is compressed (permessage-deflate)."
    assert sections == ["RFC 6455 5.2", "RFC 6455 5.4", "RFC 6455 5.1", "RFC 7692 6"]


def test_a_ping_and_its_pong(script: Script) -> None:
    script.keepalive(b"abcd", at=20, due=40)
    script.pong(b"abcd", at=20.044)
    script.pong(b"beat", at=21)
    trace = script.trace()
    found, sections = explain(trace, 0)
    assert found[:2] == [
        "Your client asked for a sign of life: a pong with the same 4 bytes must come back.",
        "It had 20.0 s to come: the ping_timeout in force when the ping was sent.",
    ]
    assert sections[0] == "RFC 6455 5.5.2"
    assert explain(trace, 1)[0][0] == "The server answered the ping of 20.000 s, 44 ms later: the payload is the same."
    assert explain(trace, 2)[0][0] == (
        "The server sent a pong that answers no ping: allowed as a one-way heartbeat, and ignored."
    )


def test_a_missed_ping_and_its_late_pong(script: Script) -> None:
    script.keepalive(b"abcd", at=20, due=40)
    script.deadline(Which.PONG, Change.MISSED, at=40, due=40)
    script.pong(b"abcd", at=47, flags=Flag.AFTER_FAILURE)
    trace = script.trace()
    assert explain(trace, 0)[0][-1] == "No pong came in time: this side gave the peer up."
    assert explain(trace, 2)[0][-1] == ("It came too late: this side had given the connection up, and ignores it.")


def test_what_is_special_is_never_cut_off(script: Script) -> None:
    script.received(Opcode.CLOSE, b"\x03\xf3", at=1, flags=Flag.AFTER_FAILURE, rsv=RSV1)
    found = lines(script)
    assert found[0] == (
        "The server closes the connection: 1011 internal error. Behind a Close it must send no more data."
    )
    assert found[1] == "The code says that something went wrong."
    assert found[-1] == "It came after this side had failed the connection: shown, and ignored."


def test_broken_rules_and_cut_frames(script: Script) -> None:
    script.received(3, b"x", at=1)
    script.violation("unknown opcode 0x3", "RFC 6455 5.2", 0, at=1)
    script.received(Opcode.TEXT, b"x", at=1, flags=Flag.PARTIAL)
    script.violation("on purpose", "RFC 6455 5.1", 0, at=1, sent=True)
    script.sent(Opcode.TEXT, b"x", at=1)
    trace = script.trace()
    found, sections = explain(trace, 0)
    assert found[0] == "The server sent opcode 0x3, which is reserved: nobody knows what it means."
    assert found[-1] == "This breaks a rule: unknown opcode 0x3."
    assert sections[0] == "RFC 6455 5.2"
    assert explain(trace, 2)[0][-1] == "The connection ended inside this frame: the rest of it never came."
    assert explain(trace, 4)[0][-1] == "Sent on purpose: on purpose."


def test_the_end_of_a_connection_that_never_opened_comes_with_advice(script: Script) -> None:
    script.handshake(403, "Forbidden", at=1)
    script.ended("refused", at=1, code=None, advice="Add the header it asks for.")
    assert explain(script.trace(), 1)[0][-1] == "Add the header it asks for."


def test_a_ping_that_cannot_be_written(script: Script) -> None:
    script.keepalive(b"abcd", at=20, due=40)
    script.deadline(Which.PONG, Change.BLOCKED, at=20.1, due=40)
    assert explain(script.trace(), 1) == (
        [
            "Ping blocked by the write buffer: the socket takes nothing more.",
            "It stands behind data that the server has not taken.",
            "Its deadline counts from when the socket last took a byte.",
        ],
        [],
    )


def test_events(script: Script) -> None:
    script.keepalive(b"abcd", at=20, due=40)
    script.deadline(Which.PONG, Change.MISSED, at=40, due=40)
    script.deadline(Which.CLOSE, Change.MISSED, at=50)
    script.knob("ping_timeout", 20.0, 5.0, at=51)
    script.violation("masked frame from a server", "RFC 6455 5.1", 0, at=52)
    script.handshake(at=53)
    script.phase(Phase.DNS, PhaseChange.DONE, at=53)
    script.ended("fin", at=54)
    trace = script.trace()
    assert [explain(trace, row) for row in range(1, 8)] == [
        (
            [
                "Pong deadline passed: 20.000 s since ping.",
                "No pong answered the ping of 20.000 s in time, so this side takes the server for dead.",
                "It sends Close 1011 and waits up to close_timeout.",
            ],
            ["RFC 6455 5.5.2"],
        ),
        (
            [
                "close_timeout ran out; TCP connection aborted by this side.",
                "The server did not end the closing handshake in time.",
            ],
            ["RFC 6455 7.1.1"],
        ),
        (
            ["ping_timeout 20 → 5.", "It applies: to pings sent from now on; a ping in flight keeps its deadline."],
            [],
        ),
        (
            [
                "Violation by the peer: masked frame from a server, RFC 6455 §5.1.",
                "Who receives this must fail the connection with 1002 protocol error.",
            ],
            ["RFC 6455 5.1"],
        ),
        (["Opening handshake done: 101 Switching Protocols."], ["RFC 6455 4.1"]),
        (["DNS."], []),
        (
            [
                "ConnectionClosedError: no close frame received or sent",
                "The server's side closed TCP (FIN) at 54.000 s, without a Close frame.",
            ],
            ["RFC 6455 7.1.4"],
        ),
    ]


def test_the_card_module_offers_all_texts() -> None:
    assert {"note", "Note", "event_text", "end_sentence", "explain"} <= set(card.__all__)
