"""How does a long text break into rows of fixed width? Found a stretch at a time, so that 64 MiB never stall."""

from __future__ import annotations

from array import array
from unicodedata import combining, east_asian_width

from framescope.ui.frames.payload_text import drawn


def cells_of(character: str) -> int:
    """Return how many columns a character takes, drawn as `drawn` draws it."""
    marks = drawn(character)
    if marks != character:
        return len(marks)
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


class TextRows:
    """The rows of `text` at `columns` characters; grows by `extend` until it `is_complete`."""

    def __init__(self, text: str, columns: int) -> None:
        self.text = text
        self.columns = max(8, columns)
        self._starts = array("Q")
        self._next = 0
        if text:
            self._starts.append(0)

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def is_complete(self) -> bool:
        return self._next >= len(self.text)

    def extend(self, characters: int) -> None:
        """Break at least `characters` more of the text, up to the end of a line or of a row."""
        goal = min(len(self.text), self._next + characters)
        while self._next < goal:
            newline = self.text.find("\n", self._next, self._next + self.columns * 256)
            end = newline if newline >= 0 else min(len(self.text), self._next + self.columns * 256)
            self._break(self._next, end)
            self._next = end + 1 if newline >= 0 else end
            if self._next < len(self.text) or newline >= 0:
                self._starts.append(self._next)

    def span(self, row: int) -> tuple[int, int]:
        """Return a row's first character and the one behind its last, the line's end left out."""
        start = self._starts[row]
        if row + 1 < len(self._starts):
            end = self._starts[row + 1]
            return start, end - 1 if self.text[end - 1 : end] == "\n" and end > start else end
        return start, self._next - 1 if self.text[
            self._next - 1 : self._next
        ] == "\n" and self._next > start else self._next

    def row(self, row: int) -> str:
        start, end = self.span(row)
        return self.text[start:end]

    def _break(self, start: int, end: int) -> None:
        line = self.text[start:end]
        if line.isascii() and line.isprintable():
            self._starts.extend(range(start + self.columns, end, self.columns))
            return
        used = 0
        for place, character in enumerate(line, start):
            width = cells_of(character)
            if used + width > self.columns and used:
                self._starts.append(place)
                used = 0
            used += width
