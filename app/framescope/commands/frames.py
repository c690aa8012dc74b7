"""What does a capture hold? Every frame and event of it, one line each."""

from __future__ import annotations

from pathlib import Path

from framescope.commands.row_printer import RowPrinter
from framescope.commands.stored import NotThere, chosen_traces, complain, stored_book


def print_capture(folder: Path, *, connection: int | None, is_json: bool) -> int:
    """Print the capture in `folder`; 1 when there is none, or not this connection."""
    try:
        with stored_book(folder) as book:
            chosen_traces(book, connection)
            RowPrinter(is_json=is_json).print_new(book, only=connection)
            if book.recording_stopped:
                complain(book.recording_stopped)
    except NotThere as error:
        complain(str(error))
        return 1
    return 0
