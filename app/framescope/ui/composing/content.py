"""What would be sent, and is it fit to be? Judges the composer's text, without Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass

from framescope.analysis.visible import visible
from framescope.engine.close import EXPLANATIONS, REASON_LIMIT, may_be_sent
from framescope.engine.frames import Opcode
from framescope.ui.frames.json_text import PRETTY_LIMIT, is_json

_SEPARATORS = " \t\r\n:,"
_NOT_HEX = re.compile(f"[^0-9a-fA-F{_SEPARATORS}]")
_WITHOUT_SEPARATORS = str.maketrans("", "", _SEPARATORS)


@dataclass(frozen=True, slots=True)
class Content:
    """A payload, or None with the reason why there is none; `verdict` stands beside the text."""

    payload: bytes | None
    verdict: str

    @property
    def is_refused(self) -> bool:
        return self.payload is None


def judge(opcode: int, text: str) -> Content:
    """Turn what was typed into a payload: text as UTF-8, binary from hex digits."""
    if opcode == Opcode.BINARY:
        return _from_hex(text)
    try:
        payload = text.encode()
    except UnicodeEncodeError as error:
        return Content(None, f"not UTF-8: half a character at {error.start}")
    if not payload:
        return Content(payload, "empty")
    is_document = payload[:1] in b"{[" and len(payload) <= PRETTY_LIMIT
    return Content(payload, f"{len(payload):,} B · {'valid JSON' if is_document and is_json(payload) else 'text'}")


def _from_hex(text: str) -> Content:
    odd = _NOT_HEX.search(text)
    if odd is not None:
        return Content(None, f"not hex: ‘{visible(odd[0])}’ at {odd.start()}")
    digits = text.translate(_WITHOUT_SEPARATORS)
    if len(digits) % 2:
        return Content(None, f"not hex: {len(digits)} digits, one is missing")
    payload = bytes.fromhex(digits)
    return Content(payload, f"{len(payload):,} B · binary" if payload else "empty")


def close_refusal(code: str, reason: str) -> str:
    """Say why a Close frame with these cannot be sent; "" if it can."""
    if not (code.isascii() and code.isdigit()):
        return "the code is a number: 1000 to 1014, or 3000 to 4999"
    number = int(code)
    if not may_be_sent(number):
        words = EXPLANATIONS.get(number)
        if words is not None:
            return f"{number} may not be sent (RFC 6455 §7.4.1): it only names an end without a Close frame"
        return f"{number} may not be sent (RFC 6455 §7.4): 1000 to 1014 as registered, or 3000 to 4999"
    excess = len(reason.encode(errors="replace")) - REASON_LIMIT
    if excess > 0:
        return f"the reason is {excess} B too long: a control frame holds 125 B, the code takes 2"
    return ""
