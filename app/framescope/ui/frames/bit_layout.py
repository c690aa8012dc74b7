"""Which field of a frame's header stands in which cells? The figure of RFC 6455 5.2, for the bytes of one frame."""

from __future__ import annotations

from dataclasses import dataclass

from framescope.engine.frames import MASKED
from framescope.engine.masking import apply_mask

COLUMNS = 32
PAYLOAD_SHOWN = 4  #: bytes of the payload that the figure shows
OPCODE_NAMES = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}

_FLAGS = {0: ("FIN", "ctl"), 1: ("RSV1", "ctl"), 2: ("RSV2", "ctl"), 3: ("RSV3", "ctl"), 8: ("MASK", "mask")}
_FIN = ("more frames of this message follow", "the last, or only, frame of its message")
_RESERVED = ("not set", "set: legal only where an agreed extension defines it")
_COMPRESSED = ("not compressed", "compressed, where permessage-deflate was agreed; otherwise a violation")
_MASK = (
    "not masked, as everything a server sends must be",
    "masked with the key below, as everything a client sends must be",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `role` names its colours (f_role, k_role); `first_bit` counts from the frame's first bit."""

    name: str
    role: str
    first_bit: int
    bits: str
    value: str
    section: str
    meaning: str

    @property
    def first_byte(self) -> int:
        return self.first_bit // 8

    @property
    def end_byte(self) -> int:
        """The byte behind the field's last."""
        return (self.first_bit + len(self.bits) + 7) // 8

    @property
    def tip(self) -> str:
        return f"{self.name} · {self.section}\n{self.meaning}\n{self.value or self.bits} · click copies"


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a field that stands in one row of the figure. `field` is its index."""

    field: int
    row: int
    cell: int
    bits: str
    name: str
    value: str


def fields_of(start: bytes, header_length: int, length: int) -> list[Field]:
    """Name the fields of a frame whose first bytes are `start`: the header and up to 4 bytes of payload.

    `length` is the payload's, in bytes. Without a whole header, as in a capture that was cut short, there are none.
    """
    if len(start) < max(2, header_length):
        return []
    first, second = start[0], start[1]
    fields = _first_byte(first)
    is_masked = bool(second & MASKED)
    short = second & 0x7F
    fields.append(_flag(8, is_masked, _MASK, "RFC 6455 §5.3"))
    fields.append(_short_length(short))
    key_at = header_length - 4 if is_masked else header_length
    if key_at > 2:
        fields.append(_extended_length(start[2:key_at], length))
    key = start[key_at:header_length]
    if key:
        meaning = "each payload byte is XORed with one byte of it, in turn; a client picks a new one for every frame"
        fields.append(Field("masking key (32)", "key", key_at * 8, _bits(key), key.hex(" "), "RFC 6455 §5.3", meaning))
    shown = start[header_length : header_length + PAYLOAD_SHOWN]
    if shown:
        fields.append(_payload(shown, key, header_length))
    return fields


def segments_of(fields: list[Field]) -> list[Segment]:
    """Cut the fields at the rows' ends, as the standard's own figure does."""
    segments = []
    for index, field in enumerate(fields):
        done = 0
        while done < len(field.bits):
            row, cell = divmod(field.first_bit + done, COLUMNS)
            count = min(len(field.bits) - done, COLUMNS - cell)
            is_whole = count == len(field.bits)
            name = field.name if done == 0 else f"{field.name.split(' (')[0].split(',')[0]}, continued"
            value = field.value if is_whole else _value_of_part(field, done, count)
            segments.append(Segment(index, row, cell, field.bits[done : done + count], name, value))
            done += count
    return segments


def field_at(fields: list[Field], byte: int) -> list[int]:
    """Return the indexes of the fields that lie in byte `byte` of the frame."""
    return [index for index, field in enumerate(fields) if field.first_byte <= byte < field.end_byte]


def _first_byte(first: int) -> list[Field]:
    opcode = first & 0x0F
    name = OPCODE_NAMES.get(opcode, "reserved")
    meaning = (
        "what the payload is" if opcode in OPCODE_NAMES else "no such opcode: the receiver must fail the connection"
    )
    return [
        _flag(0, bool(first & 0x80), _FIN, "RFC 6455 §5.2"),
        _flag(1, bool(first & 0x40), _COMPRESSED, "RFC 7692 §6"),
        _flag(2, bool(first & 0x20), _RESERVED, "RFC 6455 §5.2"),
        _flag(3, bool(first & 0x10), _RESERVED, "RFC 6455 §5.2"),
        Field("opcode", "op", 4, f"{opcode:04b}", f"{opcode:x} {name[:5]}", "RFC 6455 §5.2", f"{name}: {meaning}"),
    ]


def _flag(bit: int, is_set: bool, meanings: tuple[str, str], section: str) -> Field:
    name, role = _FLAGS[bit]
    return Field(name, role, bit, str(int(is_set)), "", section, f"{int(is_set)}: {meanings[is_set]}")


def _short_length(short: int) -> Field:
    value = f"{short} → ext." if short >= 126 else _bytes(short)
    meaning = {126: "the next 16 bits hold the length", 127: "the next 64 bits hold the length"}.get(
        short, "the payload's length; 126 and 127 would say that it follows"
    )
    return Field("length (7)", "len", 9, f"{short:07b}", value, "RFC 6455 §5.2", meaning)


def _extended_length(content: bytes, length: int) -> Field:
    size = len(content) * 8
    meaning = "the payload's length, most significant byte first, in the shortest form that holds it"
    return Field(f"extended length ({size})", "len", 16, _bits(content), _bytes(length), "RFC 6455 §5.2", meaning)


def _payload(shown: bytes, key: bytes, header_length: int) -> Field:
    if key:
        meaning = "the first bytes as they passed; unmasked they read " + apply_mask(shown, key).hex(" ")
        name = "payload, masked"
    else:
        meaning = "the first bytes as they passed"
        name = "payload"
    value = _unmasking(shown, key)
    return Field(name, "pay", header_length * 8, _bits(shown), value, "RFC 6455 §5.2", meaning)


def _unmasking(shown: bytes, key: bytes) -> str:
    plain = apply_mask(shown, key) if key else shown
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in plain)
    return f"{shown.hex(' ')} ⊕ key → {plain.hex(' ')} {text}" if key else f"{shown.hex(' ')} {text}"


def _value_of_part(field: Field, done: int, count: int) -> str:
    if field.role == "len":
        return field.value if done == 0 else ""
    if field.role == "key":
        return field.value[done // 8 * 3 : (done + count) // 8 * 3].strip()
    wire, _, plain = field.value.partition(" ⊕ key → ")
    part = slice(done // 8 * 3, (done + count) // 8 * 3)
    size = len(field.bits) // 8
    source = plain or wire
    text = source[size * 3 :][done // 8 : (done + count) // 8]
    if plain:
        return f"{wire[part].strip()} ⊕ key → {plain[part].strip()} {text}"
    return f"{wire[part].strip()} {text}"


def _bits(content: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in content)


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"
