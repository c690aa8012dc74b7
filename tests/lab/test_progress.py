"""Is it remembered which lessons are done, and does a broken file do no harm?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framescope.lab.progress import VERSION, Progress


def test_what_is_done_is_there_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "data" / "lessons.json"
    progress = Progress(file)
    assert progress.done == frozenset()
    assert progress.finish("masking") and progress.finish("idle-timeout")
    assert Progress(file).done == {"masking", "idle-timeout"}
    assert json.loads(file.read_text("utf-8")) == {"version": VERSION, "done": ["masking", "idle-timeout"]}
    assert sorted(file.parent.iterdir()) == [file]


def test_a_lesson_is_done_once(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "lessons.json")
    assert progress.finish("masking")
    assert not progress.finish("masking")
    assert progress.done == {"masking"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"done": 3}', b'{"done": [1]}', b"\xff\xfe"])
def test_a_broken_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lessons.json"
    file.write_bytes(content)
    progress = Progress(file)
    assert progress.done == frozenset()
    assert progress.finish("masking") and Progress(file).done == {"masking"}


def test_a_file_of_a_later_version_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    file = tmp_path / "lessons.json"
    file.write_text('{"version": 9, "done": ["masking", "masking"], "more": 1}', "utf-8")
    assert Progress(file).done == {"masking"}


def test_where_nothing_can_be_written_the_mark_lasts_for_the_session(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder", "utf-8")
    progress = Progress(tmp_path / "data" / "lessons.json")
    assert not progress.finish("masking")
    assert progress.done == {"masking"}
