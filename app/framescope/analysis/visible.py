"""How are characters drawn that would otherwise do something? As marks, so that one line stays one line."""

from __future__ import annotations

# RELIABILITY V33: bidirectional and zero-width controls, C0 and C1, tag characters.
_BIDIRECTIONAL = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010), 0x2028, 0x2029, 0xFEFF)
_MARKS = {code: f"\\u{code:04x}" for code in _BIDIRECTIONAL}
_MARKS |= {code: chr(0x2400 + code) for code in range(0x20)}
_MARKS |= {code: f"\\x{code:02x}" for code in range(0x7F, 0xA0)}
_MARKS |= {code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)}


def visible(text: str) -> str:
    """Draw control and bidirectional characters as marks; safe for a label, a log line and a terminal."""
    return text.translate(_MARKS)
