"""Does the reference model say what the RFCs say? Their own examples, and one input for every rule."""

from __future__ import annotations

import pytest

from helpers.reference_model import Deflate, Progress, ReferenceModel, is_text

KEY = "37fa213d"  # RFC 6455 5.7


def read(
    hexadecimal: str, *, masked: bool = False, deflate: Deflate | None = None, limit: int = 1000
) -> ReferenceModel:
    model = ReferenceModel(masked, limit, 5, deflate)
    model.receive(bytes.fromhex(hexadecimal))
    model.pause()
    return model


def codes(model: ReferenceModel) -> tuple[int, ...]:
    return model.fault.codes if model.fault else ()


@pytest.mark.parametrize(
    ("wire", "masked", "messages", "controls"),
    [
        # RFC 6455 5.7
        ("81 05 48656c6c6f", False, [(1, b"Hello")], []),
        ("81 85 37fa213d 7f9f4d5158", True, [(1, b"Hello")], []),
        ("01 03 48656c 80 02 6c6f", False, [(1, b"Hello")], []),
        ("89 05 48656c6c6f", False, [], [(9, b"Hello")]),
        ("8a 85 37fa213d 7f9f4d5158", True, [], [(10, b"Hello")]),
        ("82 7e 0100" + "00" * 256, False, [(2, bytes(256))], []),
        ("01 01 41 89 00 80 01 42", False, [(1, b"AB")], [(9, b"")]),
        ("01 01 e2 00 00 80 02 82ac", False, [(1, "€".encode())], []),
        ("02 00 80 00", False, [(2, b"")], []),
    ],
)
def test_what_is_lawful(wire, masked, messages, controls):
    model = read(wire, masked=masked)
    assert (model.messages, model.controls, model.fault, model.buffer) == (messages, controls, None, b"")
    assert model.written == [(10, payload) for opcode, payload in controls if opcode == 9]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        ("83 00", 1002),
        ("8b 00", 1002),
        ("c1 00", 1002),
        ("a1 00", 1002),
        ("91 00", 1002),
        ("81 80 00000000", 1002),
        ("09 00", 1002),
        ("89 7e", 1002),
        ("82 7e 007d", 1002),
        ("82 7f 000000000000ffff", 1002),
        ("82 7f 8000000000000000", 1002),
        ("80 00", 1002),
        ("01 00 81 00", 1002),
        ("82 7e 03e9", 1009),
        ("02 7e 03e8" + "00" * 1000 + "80 01", 1009),
        ("01 00" + "00 00" * 5, 1009),
        ("81 01 ff", 1007),
        ("81 01 c3", 1007),
        ("81 05 ff", 1007),
        ("01 03 eda080", 1007),
        ("01 02 eda0", 1007),
        ("88 01 03", 1002),
        ("88 02 03ee", 1002),
        ("88 02 1388", 1002),
        ("88 03 03e8ff", 1007),
    ],
)
def test_what_is_not(wire, code):
    model = read(wire)
    assert codes(model)[0] == code
    assert model.written == [(8, code.to_bytes(2, "big"))]
    assert not model.messages


def test_nothing_counts_after_a_fault_or_a_close():
    assert read("83 00 81 01 41 89 00").messages == []
    assert read("83 00 88 00").received is None
    model = read("88 05 03e8627965 81 01 41 89 00")
    assert (model.received, model.messages, model.controls) == ((1000, "bye"), [], [])
    assert model.written == [(8, b"\x03\xe8bye")]


@pytest.mark.parametrize(
    "wire",
    [
        "c1 07 f248cdc9c90700",  # RFC 7692 7.2.3.1
        "41 03 f248cd 80 04 c9c90700",
        "c1 0b 000500faff48656c6c6f00",  # 7.2.3.3
        "c1 08 f348cdc9c9070000",  # 7.2.3.4
        "c1 07 f348cdc9c90700",  # the octet for the tail left out
        "c1 0d f248050000 00ffffcac9c90700",  # 7.2.3.5
    ],
)
def test_examples_of_deflate(wire):
    model = read(wire, deflate=Deflate())
    assert (model.messages, model.fault) == ([(1, b"Hello")], None)


def test_windows():
    # RFC 7692 7.2.3.2: the second message refers to the first
    both = "c1 07 f248cdc9c90700 c1 05 f200110000"
    assert read(both, deflate=Deflate()).messages == [(1, b"Hello")] * 2
    assert codes(read(both, deflate=Deflate(is_reset=True)))[0] == 1007
    # behind a final block too
    assert read("c1 08 f348cdc9c9070000 c1 05 f200110000", deflate=Deflate()).messages == [(1, b"Hello")] * 2


@pytest.mark.parametrize(
    ("wire", "limit", "code"),
    [
        ("c1 07 f248cdc9c90700", 4, 1009),
        ("c1 01 07", 1000, 1007),
        ("c9 00", 1000, 1002),
        ("41 00 c0 00", 1000, 1002),
        ("e1 00", 1000, 1002),
    ],
)
def test_faults_of_deflate(wire, limit, code):
    assert codes(read(wire, deflate=Deflate(), limit=limit))[0] == code


def test_a_compressed_message_without_a_byte_is_empty():
    model = read("c1 00 c1 07 f248cdc9c90700", deflate=Deflate())
    assert model.messages == [(1, b""), (1, b"Hello")]
    assert model.notes == {"no octet": Progress(0, 0, 0)}


def test_a_text_is_judged_as_it_comes():
    whole = "aé€😀\ufeff\x00\uffff".encode()
    assert all(is_text(whole[:size], is_whole=False) for size in range(len(whole)))
    assert not is_text(whole[:-1], is_whole=True)
    for hopeless in ("c0", "80", "ed a0", "f4 90", "e0 9f", "f0 8f", "f5", "e2 28", "ff"):
        assert not is_text(bytes.fromhex(hopeless), is_whole=False), hopeless


def test_what_the_application_does():
    model = ReferenceModel(False, 1000, 5)
    model.say(1, b"text")
    model.say(9, b"ping")
    model.close(1001, "bye")
    model.say(1, b"more")
    model.close(1000, "")
    model.receive(bytes.fromhex("89 00 88 02 03e8 89 00"))
    assert model.written == [(1, b""), (9, b"ping"), (8, b"\x03\xe9bye"), (10, b"")]
    assert (model.received, model.sent) == ((1000, ""), 1001)


def test_an_unfinished_faulty_frame_is_noted():
    assert "unfinished" in read("83 05 00").notes
    assert "unfinished" not in read("83 01 00").notes
