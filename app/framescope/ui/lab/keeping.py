"""How does a run become a capture? It is played again, as it was, with a writer."""

from __future__ import annotations

from pathlib import Path

from framescope.capture.folder import new_capture_folder
from framescope.lab.runner import Run, capture_writer


def keep(run: Run, base: Path, name: str) -> Path:
    """Write the run so far into a new folder below `base`; return it. Raises OSError."""
    folder = new_capture_folder(base, f"lab {name}")
    writer = capture_writer(folder)
    try:
        run.replayed(run.now, writer=writer).flush()
    finally:
        writer.close()
    return folder
