"""Where does a byte stand in a hex dump, and which byte is under the pointer? Counted in characters, without Qt."""

from __future__ import annotations

from dataclasses import dataclass

_OFFSET_GAP = 2  #: characters between offset and bytes, and between bytes and text
_CHOICES = (16, 12, 8, 4)


@dataclass(frozen=True, slots=True)
class HexRows:
    """A dump of `length` bytes, `per_row` to the row; `digits` of the offset."""

    length: int
    per_row: int
    digits: int

    @property
    def count(self) -> int:
        return -(-self.length // self.per_row)

    @property
    def width(self) -> int:
        """Characters that a whole row takes."""
        return self.text_column(self.per_row)

    def range_of(self, row: int) -> tuple[int, int]:
        """Return the first byte of `row` and the byte behind its last."""
        start = row * self.per_row
        return start, min(start + self.per_row, self.length)

    def hex_column(self, place: int) -> int:
        """Return the character column of the `place`-th byte of a row; a wider gap parts the halves."""
        return self.digits + _OFFSET_GAP + place * 3 + (1 if place >= self.per_row // 2 else 0)

    def text_column(self, place: int) -> int:
        """Return the character column of the `place`-th byte in the text at the right."""
        return self.digits + _OFFSET_GAP + self.per_row * 3 + _OFFSET_GAP + place

    def byte_at(self, row: int, column: float) -> int | None:
        """Return the byte under a character column, in the hex or in the text part."""
        if not 0 <= row < self.count or column < self.hex_column(0):
            return None
        if column >= self.text_column(0):
            place = int(column) - self.text_column(0)
        elif column >= self.hex_column(self.per_row - 1) + 3:
            return None
        else:
            offset = column - self.hex_column(0)
            half = self.per_row // 2 * 3
            place = int((offset - 1 if offset >= half + 1 else min(offset, half - 1)) // 3)
        if place >= self.per_row:
            return None
        byte = row * self.per_row + place
        return byte if byte < self.length else None

    def hex_text(self, content: bytes) -> str:
        """Write a row's bytes, the halves parted by one more space."""
        half = self.per_row // 2
        left, right = content[:half].hex(" "), content[half:].hex(" ")
        return f"{left}  {right}" if right else left


def rows_for(length: int, characters: float) -> HexRows:
    """Lay `length` bytes out in a view `characters` wide: 16 to the row where they fit, else 12, 8 or 4."""
    digits = max(4, len(f"{max(0, length - 1):x}"))
    for per_row in _CHOICES:
        rows = HexRows(length, per_row, digits)
        if rows.width <= characters:
            break
    return rows


def plain_text(content: bytes) -> str:
    """Write bytes for the text column: printable ASCII as it is, everything else as a dot."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in content)
