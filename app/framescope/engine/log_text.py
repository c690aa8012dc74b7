"""How does a frame read in a log? On one line, cut in its middle, with nothing in it that acts on a terminal."""

from __future__ import annotations

import codecs

from framescope.engine.close import Close, close_in
from framescope.engine.frames import Opcode

COLUMNS = 75  #: of a payload in a line
_HEAD, _TAIL = 48, 24  # columns that are kept of a longer one, around "..."
_NAMES = {int(opcode): opcode.name for opcode in Opcode} | {int(Opcode.CONTINUATION): "CONT"}
#: Whether these are text unless the line says otherwise.
_IS_TEXT = {int(Opcode.TEXT): True, int(Opcode.BINARY): False, int(Opcode.CLOSE): True}
_utf8 = codecs.getincrementaldecoder("utf-8")


def escaped(text: str) -> str:
    """Write control characters, marks that turn the direction of text, and halves of characters as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def frame_line(
    opcode: int, payload: bytes | bytearray | memoryview, *, is_final: bool = True, size: int | None = None
) -> str:
    """Write a frame as `websockets` logs it, e.g. TEXT 'Hello' [5 bytes]; `payload` is unmasked and inflated.

    `size` (B) is that of a payload of which only both ends are given.
    """
    content, is_text = _content(opcode, payload, is_final)
    size = len(payload) if size is None else size
    words = [f"{size} byte{'' if size == 1 else 's'}"]
    if is_text is not _IS_TEXT.get(opcode):
        words.insert(0, "text" if is_text else "binary")
    if not is_final:
        words.append("continued")
    return f"{_NAMES.get(opcode, f'0x{opcode:x}')} {_cut(content)} [{', '.join(words)}]"


def _content(opcode: int, payload: bytes | bytearray | memoryview, is_final: bool) -> tuple[str, bool | None]:
    """Return what stands for the payload, and whether that is text (None: it is empty, and could be either)."""
    if not payload:
        return "''", _IS_TEXT.get(opcode)
    if opcode == Opcode.CLOSE:
        close = close_in(bytes(payload), 0)
        return (escaped(str(close)), True) if isinstance(close, Close) else (bytes(payload).hex(" "), False)
    if opcode & 0x08:
        # Four random bytes can be valid UTF-8: only ASCII counts as text.
        ascii_text = bytes(payload).decode("latin-1")
        is_text = ascii_text.isascii() and (ascii_text.isprintable() or "\\x" not in repr(ascii_text))
        return (repr(ascii_text), True) if is_text else (bytes(payload).hex(" "), False)
    starts_inside = opcode == Opcode.CONTINUATION
    if len(payload) <= 4 * COLUMNS:
        text = _text(bytes(payload), starts_inside=starts_inside, ends_inside=not is_final)
    else:
        # The middle is not shown: what is shown says what it is.
        start = _text(bytes(payload[: 3 * COLUMNS]), starts_inside=starts_inside, ends_inside=True)
        end = _text(bytes(payload[-2 * COLUMNS :]), starts_inside=True, ends_inside=not is_final)
        text = None if start is None or end is None else start + end
    if text is not None:
        return repr(text), True
    if len(payload) > COLUMNS // 3:
        payload = bytes(payload[:17]) + bytes(payload[-9:])  # more than the line takes: it is cut in between
    return bytes(payload).hex(" "), False


def _text(data: bytes, *, starts_inside: bool, ends_inside: bool) -> str | None:
    """Decode what may begin or end inside a character, shown as U+FFFD; None for what has control characters."""
    start = 0
    while starts_inside and start < min(3, len(data)) and data[start] & 0xC0 == 0x80:
        start += 1
    try:
        text = _utf8().decode(data[start:], not ends_inside)
    except UnicodeDecodeError:
        return None
    return None if "\\x" in repr(text) else data.decode(errors="replace")


def _cut(content: str) -> str:
    return content if len(content) <= COLUMNS else f"{content[:_HEAD]}...{content[-_TAIL:]}"
