"""Tests of the figure's fields and cells (RFC 6455 5.2)."""

from __future__ import annotations

import pytest

from framescope.engine.frames import header_at, serialise
from framescope.ui.frames.bit_layout import COLUMNS, Field, field_at, fields_of, segments_of

KEY = bytes.fromhex("9f3c51e8")


def fields(first: int, payload: bytes, mask: bytes | None = None) -> list[Field]:
    wire = serialise(first, payload, mask)
    head = header_at(wire, 0, len(wire), 0)
    assert head is not None
    return fields_of(wire[: head.header_length + 4], head.header_length, head.length)


def by_name(found: list[Field]) -> dict[str, Field]:
    return {field.name: field for field in found}


def test_the_frame_of_the_design() -> None:
    found = fields(0x81, b'{"op' + bytes(144), KEY)
    named = by_name(found)
    assert [field.name for field in found] == [
        "FIN",
        "RSV1",
        "RSV2",
        "RSV3",
        "opcode",
        "MASK",
        "length (7)",
        "extended length (16)",
        "masking key (32)",
        "payload, masked",
    ]
    assert named["FIN"].bits == "1"
    assert (named["opcode"].bits, named["opcode"].value) == ("0001", "1 text")
    assert (named["length (7)"].bits, named["length (7)"].value) == ("1111110", "126 → ext.")
    assert named["extended length (16)"].value == "148 bytes"
    assert named["masking key (32)"].value == "9f 3c 51 e8"
    assert named["payload, masked"].value == 'e4 1e 3e 98 ⊕ key → 7b 22 6f 70 {"op'


@pytest.mark.parametrize(
    ("payload", "mask"),
    [
        (b"", None),
        (b"", KEY),
        (b"abc", None),
        (b"abcdef", KEY),
        (bytes(126), None),
        (bytes(65536), KEY),
        (bytes(65536), None),
    ],
)
def test_fields_cover_the_bits_once_and_in_order(payload: bytes, mask: bytes | None) -> None:
    wire = serialise(0x82, payload, mask)
    found = fields(0x82, payload, mask)
    place = 0
    for field in found:
        assert field.first_bit == place
        place += len(field.bits)
    shown = wire[: place // 8]
    assert "".join(field.bits for field in found) == "".join(f"{byte:08b}" for byte in shown)


@pytest.mark.parametrize(
    ("payload", "mask"), [(b"abcdef", KEY), (b"abcdef", None), (bytes(65536), KEY), (bytes(200), None)]
)
def test_segments_stay_in_their_row_and_keep_every_bit(payload: bytes, mask: bytes | None) -> None:
    found = fields(0x82, payload, mask)
    segments = segments_of(found)
    for segment in segments:
        assert segment.cell + len(segment.bits) <= COLUMNS
    for index, field in enumerate(found):
        assert "".join(segment.bits for segment in segments if segment.field == index) == field.bits


def test_a_key_that_is_cut_by_the_rows_end_goes_on_in_the_next() -> None:
    segments = [segment for segment in segments_of(fields(0x81, b"Hello", KEY)) if "key" in segment.name]
    assert [(segment.name, segment.row, segment.cell, segment.value) for segment in segments] == [
        ("masking key (32)", 0, 16, "9f 3c"),
        ("masking key, continued", 1, 0, "51 e8"),
    ]


def test_a_payload_that_is_cut_keeps_each_part_with_its_own_text() -> None:
    parts = [segment.value for segment in segments_of(fields(0x81, b"Hell", None)) if "payload" in segment.name]
    assert parts == ["48 65 He", "6c 6c ll"]
    masked = [segment.value for segment in segments_of(fields(0x81, b"Hell", KEY)) if "payload" in segment.name]
    assert masked == ["d7 59 ⊕ key → 48 65 He", "3d 84 ⊕ key → 6c 6c ll"]


def test_a_length_of_64_bits_and_its_value() -> None:
    named = by_name(fields(0x82, bytes(65536)))
    assert named["length (7)"].value == "127 → ext."
    assert (named["extended length (64)"].value, len(named["extended length (64)"].bits)) == ("65536 bytes", 64)


def test_a_reserved_opcode_is_called_so() -> None:
    named = by_name(fields(0x83, b""))
    assert named["opcode"].value == "3 reser"
    assert "must fail" in named["opcode"].meaning


def test_which_fields_lie_in_a_byte() -> None:
    found = fields(0x81, b"Hello", KEY)
    assert [found[index].name for index in field_at(found, 0)] == ["FIN", "RSV1", "RSV2", "RSV3", "opcode"]
    assert [found[index].name for index in field_at(found, 1)] == ["MASK", "length (7)"]
    assert [found[index].name for index in field_at(found, 5)] == ["masking key (32)"]
    assert field_at(found, 60) == []


def test_without_a_whole_header_there_is_nothing_to_name() -> None:
    assert fields_of(b"", 2, 5) == []
    assert fields_of(b"\x81", 2, 5) == []
    assert fields_of(b"\x81\xfe\x00", 8, 500) == []


def test_every_field_cites_its_section() -> None:
    for field in fields(0x81, bytes(200), KEY):
        assert "§" in field.section
        assert field.section in field.tip
        assert field.meaning in field.tip


@pytest.mark.parametrize(
    ("opcode", "value"),
    [(0, "0 conti"), (1, "1 text"), (2, "2 binar"), (8, "8 close"), (9, "9 ping"), (10, "a pong"), (11, "b reser")],
)
def test_names_of_opcodes(opcode: int, value: str) -> None:
    assert by_name(fields(0x80 | opcode, b""))["opcode"].value == value


def test_one_byte_is_not_one_bytes() -> None:
    assert by_name(fields(0x81, b"x"))["length (7)"].value == "1 byte"
    assert by_name(fields(0x81, b"xy"))["length (7)"].value == "2 bytes"
