"""Is a kept run an ordinary capture of both ends, as far as it had come and with what was done by hand?"""

from __future__ import annotations

from pathlib import Path

import pytest

from framescope.analysis.book import TraceBook
from framescope.capture.reader import CaptureReader
from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import Turn
from framescope.ui.lab.keeping import keep


def test_both_ends_are_in_it(tmp_path: Path, lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    run.run_until(3.0)
    run.do(Turn(at=0, end="client", knob="ping_timeout", value=1.5))
    run.run_until(20.0)
    folder = keep(run, tmp_path, "keepalive-ping-timeout")
    assert folder.parent == tmp_path and folder.name.endswith("lab-keepalive-ping-timeout")
    reader = CaptureReader(folder)
    book = TraceBook(reader)
    book.poll()
    client, server = (book.traces[number].story for number in sorted(book.traces))
    reader.close()
    assert client.ended is not None and "1011" in client.ended.info.sentence and server.ended is None
    assert run.notebook.of("client", "raised")[0].text.endswith(client.ended.info.sentence)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, lessons: dict[str, Lesson]) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OSError, match="file"):
        keep(Run(lessons["masking"].scenario), tmp_path / "file", "masking")
