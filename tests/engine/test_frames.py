"""RELIABILITY 1.3, F1 to F12 (RFC 6455 5.1, 5.2, 5.5): are the bits of a frame read, judged and written right?"""

from __future__ import annotations

import pytest

from framescope.engine.frames import (
    FIN,
    RSV1,
    Frame,
    Head,
    Opcode,
    fault_in,
    fault_in_length,
    header_at,
    header_size,
    serialise,
)

MASK = b"\x37\xfa\x21\x3d"


def fault(data: str, *, masked: bool = False, reserved: int = 0) -> tuple[str, str, int] | None:
    raw = bytes.fromhex(data)
    found = fault_in(raw[0], raw[1], 7, masked=masked, reserved=reserved)
    if found is None and (head := header_at(raw, 0, len(raw), 7)) is not None:
        found = fault_in_length(head)
    if found is None:
        return None
    assert (found.offset, found.code) == (7, 1002)
    return found.rule, found.section.removeprefix("RFC 6455 "), found.reason


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        pytest.param("8100", {}, id="F2 5.1: unmasked frame from a server"),
        pytest.param("8180 00000000", {"masked": True}, id="F1 5.1: masked frame from a client"),
        pytest.param("c100", {"reserved": RSV1}, id="F6 5.2: RSV1 with deflate"),
        *[pytest.param(f"{0x80 | code:x}00", {}, id=f"F8 5.2: opcode {code:x}") for code in (0, 1, 2, 8, 9, 10)],
        pytest.param("827d", {}, id="F9 5.2: 125 in 7 bits"),
        pytest.param("827e007e", {}, id="F9 5.2: 126 in 16 bits"),
        pytest.param("827effff", {}, id="F9 5.2: 65535 in 16 bits"),
        pytest.param("827f0000000000010000", {}, id="F9 5.2: 65536 in 64 bits"),
        pytest.param("827f7fffffffffffffff", {}, id="F10 5.2: 2^63 - 1"),
        pytest.param("897d", {}, id="F12 5.5: ping of 125 bytes"),
        pytest.param("0100", {}, id="F12 5.5: fragmented data frame"),
    ],
)
def test_legal_header(data, settings):
    assert fault(data, **settings) is None


@pytest.mark.parametrize(
    ("data", "settings", "expected"),
    [
        pytest.param(
            "8100", {"masked": True}, ("unmasked frame from a client", "5.1", "incorrect masking"), id="F1 5.1"
        ),
        pytest.param("8180", {}, ("masked frame from a server", "5.1", "incorrect masking"), id="F2 5.1"),
        *[
            pytest.param(
                f"{0x81 | bits:x}00",
                {},
                ("reserved bit set without an extension", "5.2", "reserved bits must be 0"),
                id=f"F6 5.2: RSV {bits >> 4:03b}",
            )
            for bits in range(0x10, 0x80, 0x10)
        ],
        *[
            pytest.param(
                f"{0x81 | bits:x}00",
                {"reserved": RSV1},
                ("reserved bit set without an extension", "5.2", "reserved bits must be 0"),
                id=f"F7 5.2: RSV {bits >> 4:03b} with deflate",
            )
            for bits in (0x10, 0x20, 0x60)
        ],
        *[
            pytest.param(
                f"{0x80 | code:x}00",
                {},
                (f"unknown opcode 0x{code:x}", "5.2", "invalid opcode"),
                id=f"F8 5.2: {code:x}",
            )
            for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
        ],
        *[
            pytest.param(
                data, {}, ("length not in its shortest form", "5.2", "length not minimal"), id=f"F9 5.2: {data}"
            )
            for data in ("827e0000", "827e007d", "827f0000000000000000", "827f000000000000ffff")
        ],
        *[
            pytest.param(
                data,
                {},
                ("most significant bit of a 64-bit length set", "5.2", "length too large"),
                id=f"F10 5.2: {data}",
            )
            for data in ("827f8000000000000000", "827fffffffffffffffff")
        ],
        *[
            pytest.param(
                data, {}, ("control frame over 125 bytes", "5.5", "control frame too long"), id=f"F12 5.5: {data}"
            )
            for data in ("887e", "897e", "8a7f")
        ],
        *[
            pytest.param(
                data, {}, ("fragmented control frame", "5.5", "fragmented control frame"), id=f"F12 5.5: {data}"
            )
            for data in ("0800", "0900", "0a00")
        ],
        pytest.param(
            "c900",
            {"reserved": RSV1},
            ("reserved bit on a control frame", "5.2", "reserved bits must be 0"),
            id="D9 7692-6: RSV1 on a control frame",
        ),
    ],
)
def test_illegal_header(data, settings, expected):
    assert fault(data, **settings) == expected


@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize(
    ("length", "size"), [(0, 2), (1, 2), (125, 2), (126, 4), (127, 4), (128, 4), (65535, 4), (65536, 10)]
)
def test_frame_is_read_as_it_is_written(length, size, mask):
    """F11 (5.2): the lengths at which the form changes."""
    payload = bytes(i % 251 for i in range(length))
    data = serialise(0x82, payload, mask)
    size += 4 if mask else 0
    assert len(data) == size + length
    assert header_size(data[1]) == size
    assert header_at(b"xx" + data, 2, 2 + len(data), 99) == Head(0x82, mask, size, length, 99)
    for end in range(size):
        assert header_at(data, 0, end, 0) is None


def test_examples_of_the_rfc():
    """5.7."""
    assert serialise(0x81, b"Hello", None).hex() == "810548656c6c6f"
    assert serialise(0x81, b"Hello", MASK).hex() == "818537fa213d7f9f4d5158"


def test_frame_tells_its_bits():
    frame = Frame(FIN | RSV1 | 0x2, b"", None, 2, 0, 0)
    assert (frame.opcode, frame.fin, frame.rsv1) == (2, True, True)
    frame = Frame(0x7, b"", None, 2, 0, 0)
    assert (frame.opcode, frame.fin, frame.rsv1) == (7, False, False)


@pytest.mark.parametrize("mask", [None, b"mask"], ids=["unmasked", "masked"])
@pytest.mark.parametrize(
    ("form", "length", "is_legal"),
    [
        *[(0, 0, True), (0, 125, True), (2, 125, False), (2, 126, True), (2, 65535, True), (8, 65535, False)],
        *[(8, 65536, True), (8, 2**63 - 1, True), (8, 2**63, False)],
    ],
)
def test_form_of_a_length_with_and_without_a_mask(form, length, is_legal, mask):
    """F9, F10 (5.2): the key's four bytes belong to no length."""
    head = Head(0x82, mask, 2 + form + (4 if mask else 0), length, 0)
    assert (fault_in_length(head) is None) is is_legal


@pytest.mark.parametrize("data", ["82", "827e01", "8285010203", "82ff00000000000100000102"])
def test_header_that_is_not_whole_behind_other_frames(data):
    before = bytes(20)
    buffer = before + bytes.fromhex(data)
    assert header_at(buffer, len(before), len(buffer), 0) is None


def test_opcodes_have_the_numbers_of_the_rfc():
    """5.2, and `websockets`' name for the first."""
    assert (Opcode.CONTINUATION, Opcode.CONT) == (0, 0)
    assert [Opcode.TEXT, Opcode.BINARY, Opcode.CLOSE, Opcode.PING, Opcode.PONG] == [1, 2, 8, 9, 10]
