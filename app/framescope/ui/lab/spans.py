"""How is a lesson's text read? Paragraphs, and within them words and `code`. Qt-free."""

from __future__ import annotations

from typing import NamedTuple


class Stretch(NamedTuple):
    """A part of a paragraph; `start` counts in the text without the marks."""

    start: int
    length: int


class Paragraph(NamedTuple):
    """Plain text and where the code in it stands."""

    text: str
    code: tuple[Stretch, ...]


def paragraphs(text: str) -> list[Paragraph]:
    """Split a text at its blank lines; the marks around code go."""
    return [_paragraph(" ".join(part.split())) for part in text.strip().split("\n\n") if part.strip()]


def plain(text: str) -> str:
    """The same without marks, for a screen reader."""
    return "\n\n".join(each.text for each in paragraphs(text))


def _paragraph(text: str) -> Paragraph:
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # a mark without its twin is a character
        last = pieces.pop()
        pieces[-1] += f"`{last}"
    code, whole = [], ""
    for place, piece in enumerate(pieces):
        if place % 2 and piece:
            code.append(Stretch(len(whole), len(piece)))
        whole += piece
    return Paragraph(whole, tuple(code))
