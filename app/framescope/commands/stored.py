"""How does a command get at a stored capture? It reads all of it, and says what is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from framescope.analysis.book import TraceBook
from framescope.analysis.trace import Trace
from framescope.analysis.visible import visible
from framescope.capture.reader import CaptureReader


class NotThere(Exception):
    """There is no such capture, or no such connection in it."""


@contextmanager
def stored_book(folder: Path) -> Iterator[TraceBook]:
    """Read a capture to its end. Raises `NotThere`; what was lost goes to stderr when the command is done."""
    try:
        (folder / "index").open("rb").close()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError) as error:
        raise NotThere(f"there is no capture in {folder}: it has no file “index”.") from error
    except OSError as error:
        raise NotThere(f"the capture in {folder} cannot be read: {error.strerror or error}.") from error
    reader = CaptureReader(folder)
    try:
        book = TraceBook(reader)
        while book.poll():
            pass
        yield book
        for note in reader.notes:
            complain(note)
    finally:
        reader.close()


def chosen_traces(book: TraceBook, connection: int | None) -> list[Trace]:
    """Return the connection that was asked for, or all of them in order. Raises `NotThere`."""
    if connection is None:
        if not book.traces:
            raise NotThere("the capture holds no connection.")
        return [trace for _, trace in sorted(book.traces.items())]
    if connection not in book.traces:
        known = ", ".join(map(str, sorted(book.traces))) or "none"
        raise NotThere(f"there is no connection {connection}; there are: {known}.")
    return [book.traces[connection]]


def refusal(folder: Path, error: OSError) -> str:
    """Say why nothing can be recorded into `folder`."""
    if not isinstance(error, FileExistsError):
        return f"cannot record into {folder}: {error.strerror or error}."
    if not folder.is_dir():
        return f"{folder} is a file; choose another name for the folder."
    return f"{folder} holds a capture already; choose another folder."


def title(trace: Trace) -> str:
    """Name a connection in one line."""
    info = trace.story.info
    return f"Connection {trace.number}" + ("" if info is None else f" · {visible(info.url)}")


def complain(text: str) -> None:
    """Say on stderr what is wrong."""
    print(f"framescope: {visible(text)}", file=sys.stderr)
