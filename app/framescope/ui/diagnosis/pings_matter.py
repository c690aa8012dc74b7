"""Had pings and pongs a part in how a connection ended? Where not, another ping_timeout would have changed nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framescope.analysis.diagnosis.why_closed import KEEPALIVE_WORDS
from framescope.engine.events import Which

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Diagnosis
    from framescope.analysis.trace import Trace

_SILENT = frozenset({"silence", "dead_path", "tcp_timeout"})  #: causes that a keepalive is there to notice
_UNPINGED = _SILENT | {"idle_timer"}  #: causes for which it matters that nothing was pinged


def pings_matter(trace: Trace, diagnosis: Diagnosis) -> bool:
    """Tell whether a keepalive gave up, of either end, or the other end fell silent."""
    ended = trace.story.ended
    if any(mark.which is Which.PONG for mark in trace.story.missed):
        return True
    if ended is not None and ended.info.received_code == 1011 and KEEPALIVE_WORDS in ended.info.reason:
        return True
    causes = _UNPINGED if trace.story.knobs.get("ping_interval") is None else _SILENT
    return any(cause.key in causes for cause in diagnosis.causes)
