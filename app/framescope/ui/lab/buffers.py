"""What waits at an end? Messages for its application, bytes that it has not read or cannot send. Qt-free."""

from __future__ import annotations

from framescope.analysis.units import format_size
from framescope.lab.runner import Run


def waiting_at(run: Run, is_server: bool) -> str:
    """Say what waits at an end now; "" for nothing."""
    end = run.ends[is_server]
    unread, waits = run.path.lanes[is_server].unread, run.path.lanes[not is_server].waits
    told = [f"{end.application.queued} messages wait"] if end.application.queued > 1 else []
    told += [f"{format_size(unread)} unread"] if unread else []
    told += [f"{format_size(waits + end.engine.outbox.size)} to send"] if waits else []
    return ", ".join(told)
