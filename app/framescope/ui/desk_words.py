"""What does the desk say? Short sentences about the connection, the knobs and the recording."""

from __future__ import annotations

from framescope.analysis.book import TraceBook
from framescope.analysis.model import Story
from framescope.analysis.units import format_count
from framescope.capture.records import Phase, PhaseChange
from framescope.engine.events import Which
from framescope.engine.settings import format_duration
from framescope.engine.state import State
from framescope.probe.address_text import host_span

_LONGEST_HOST = 40  # characters
DEMO_HINT = "Set ping_timeout to 1 s: the next slow pong becomes a 1011"


def knob_turned(name: str, value: float | None, story: Story | None) -> str:
    """Say what a turned knob does: on the running connection `story`, or on the next one."""
    shown = "None" if value is None else f"{format_duration(value)} s"
    if story is None:
        return f"{name} is {shown}: for the next connection"
    if name == "ping_interval":
        return f"{name} is {shown}: no more pings" if value is None else f"{name} is {shown}, from the last ping on"
    if name == "ping_timeout":
        waiting = story.deadlines.get(Which.PONG)
        in_flight = waiting is not None and waiting.is_running
        return f"{name} is {shown}: for the next ping" + (", the one in flight keeps its deadline" if in_flight else "")
    state = State.CONNECTING if name == "open_timeout" else State.CLOSING
    if story.state is state:
        return f"{name} is {shown}: the running deadline moved"
    return f"{name} is {shown}: for the next {'connect' if name == 'open_timeout' else 'close'}"


def knobs_reset(story: Story | None) -> str:
    """Say what several knobs that went back to their defaults do."""
    return "Every knob is at its default" + (": for the next connection" if story is None else "")


def try_effect(running: int | None, state: State, url: str, *, is_asking: bool) -> str:
    """Say what a knob that a diagnosis proposes would act on: the connection `running`, or else one more to `url`."""
    if is_asking:
        return "for the connection that begins"
    if running is not None:
        return f"applies to connection {running}, now {state.name}"
    start, end = host_span(url)
    return f"reconnects to {url[start:end][:_LONGEST_HOST]}" if url else ""


def elapsed(story: Story, now_ns: int) -> float:
    """Seconds in the present state, for the pill."""
    if not story.states:
        return max(0.0, (now_ns - story.start) / 1e9)
    return max(0.0, (now_ns - story.states[-1].time) / 1e9)


def is_unchecked(story: Story) -> bool:
    """Tell whether nobody knows who the server is: its certificate was not checked."""
    return story.info is not None and not story.info.is_verified and story.info.url.lower().startswith("wss:")


def summary(story: Story) -> str:
    """Say what was agreed: "TLS 1.3 · no compression"."""
    words = ["certificate not checked"] if is_unchecked(story) else []
    for mark in story.phases:
        if mark.phase is Phase.TLS and mark.change is PhaseChange.DONE and mark.info is not None:
            words.append(mark.info.tls_version.replace("TLSv", "TLS "))
    if story.handshake is not None and story.handshake.is_accepted:
        words.append("deflate" if "permessage-deflate" in story.handshake.extensions else "no compression")
        if story.handshake.subprotocol:
            words.append(story.handshake.subprotocol[:24])
    return " · ".join(words)


def probe_lost(reason: str) -> tuple[str, str]:
    """Say that the probe died, and that nothing captured is lost."""
    return "The probe has ended", f"{reason[:1].upper()}{reason[1:]}. What it captured is kept."


def recording(book: TraceBook | None, current: int | None) -> str:
    """Say how the recording stands."""
    if book is None or current is None:
        return ""
    if book.recording_stopped:
        return book.recording_stopped
    trace = book.traces.get(current)
    if trace is None:
        return ""
    return f"recording · {format_count(trace.frame_count)} frame{'s' if trace.frame_count != 1 else ''} kept"
