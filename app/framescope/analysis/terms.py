"""How are the standard's terms written for people: sections, close codes, who is who?"""

from __future__ import annotations

from framescope.analysis.model import Story
from framescope.engine.close import EXPLANATIONS, GOING_AWAY, NO_STATUS, NORMAL


def section_sign(section: str) -> str:
    """Write "RFC 6455 5.1" as "RFC 6455 §5.1"."""
    document, space, number = section.rpartition(" ")
    return f"{document}{space}§{number}"


def section_address(section: str) -> str:
    """Return where a section such as "RFC 6455 5.1" can be read."""
    document, _, number = section.rpartition(" ")
    return f"https://www.rfc-editor.org/rfc/{document.replace(' ', '').lower()}#section-{number}"


def close_words(code: int | None) -> str:
    """Write a close code with its meaning: 1011 internal error."""
    if code is None or code == NO_STATUS:
        return "no code"
    if 3000 <= code < 5000:
        return f"{code} {'registered' if code < 4000 else 'private use'}"
    return f"{code} {EXPLANATIONS.get(code, 'unknown')}"


def is_good(code: int | None) -> bool:
    """Tell whether a close code is that of a connection that ended well."""
    return code in (NORMAL, GOING_AWAY, NO_STATUS)


def peer_of(story: Story) -> str:
    """Name the other side: server, or client where this side is the server."""
    return "client" if story.info is not None and story.info.role == "server" else "server"


def this_side(story: Story) -> str:
    """Name this side: client, unless it is the server."""
    return "server" if peer_of(story) == "client" else "client"
