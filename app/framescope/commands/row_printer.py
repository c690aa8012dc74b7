"""How are rows printed as they come? Each once, as text or as JSON lines."""

from __future__ import annotations

from collections.abc import Callable

from framescope.analysis.book import TraceBook
from framescope.analysis.frame_lines import end_line, json_line, text_line
from framescope.analysis.trace import Trace
from framescope.commands.lines_out import to_stdout


class RowPrinter:
    """Prints what is new in a book's traces."""

    def __init__(self, *, is_json: bool, write: Callable[[str], None] = to_stdout) -> None:
        self._is_json = is_json
        self._write = write
        self._printed: dict[int, int] = {}
        self._ended: set[int] = set()

    def print_new(self, book: TraceBook, *, only: int | None = None) -> None:
        """Print every row that was not printed yet, connection by connection."""
        for number, trace in sorted(book.traces.items()):
            if only is None or number == only:
                self._print(trace)

    def _print(self, trace: Trace) -> None:
        line = json_line if self._is_json else text_line
        for row in range(self._printed.get(trace.number, 0), len(trace.rows)):
            self._write(line(trace, row))
        self._printed[trace.number] = len(trace.rows)
        if trace.story.ended is not None and trace.number not in self._ended:
            self._ended.add(trace.number)
            self._write(end_line(trace, is_json=self._is_json))
