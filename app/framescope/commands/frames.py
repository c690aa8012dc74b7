"""What does a capture hold? Every frame and event of it, one line each."""

from __future__ import annotations

import sys
from pathlib import Path

from framescope.analysis.book import TraceBook
from framescope.capture.reader import CaptureReader
from framescope.commands.row_printer import RowPrinter


def print_capture(folder: Path, *, connection: int | None, is_json: bool) -> int:
    """Print the capture in `folder`; 1 when there is none, or not this connection."""
    if not (folder / "index").is_file():
        print(f"framescope: there is no capture in {folder}: it has no file “index”.", file=sys.stderr)
        return 1
    reader = CaptureReader(folder)
    book = TraceBook(reader)
    printer = RowPrinter(is_json=is_json)
    try:
        while book.poll():
            pass
        printer.print_new(book, only=connection)
        for note in reader.notes:
            print(f"framescope: {note}", file=sys.stderr)
    finally:
        reader.close()
    if connection is not None and connection not in book.traces:
        known = ", ".join(map(str, sorted(book.traces))) or "none"
        print(f"framescope: there is no connection {connection}; there are: {known}.", file=sys.stderr)
        return 1
    return 0
