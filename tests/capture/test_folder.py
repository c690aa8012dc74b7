"""The folders of captures."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.capture.folder import list_recent, make_private, new_capture_folder

SECOND = 1_000_000_000
NOON = 1_767_268_800 * SECOND  # 2026-01-01 12:00:00 UTC


@pytest.fixture
def no_umask() -> Iterator[None]:
    old = os.umask(0)
    yield
    os.umask(old)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("no_umask")
def test_every_folder_it_creates_is_private(tmp_path: Path) -> None:
    base = tmp_path / "state" / "framescope" / "captures"
    folder = new_capture_folder(base, "localhost:9001")
    assert [mode(path) for path in (base.parent.parent, base.parent, base, folder)] == [0o700] * 4


@pytest.mark.usefixtures("no_umask")
def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    make_private(shared / "mine")
    assert (mode(shared), mode(shared / "mine")) == (0o755, 0o700)


def test_a_folder_is_named_by_its_time_and_its_hint(tmp_path: Path) -> None:
    assert (
        new_capture_folder(tmp_path, "localhost:9001", realtime_ns=NOON).name == "2026-01-01T12-00-00Z localhost-9001"
    )


def test_two_captures_of_one_second_have_two_folders(tmp_path: Path) -> None:
    names = [new_capture_folder(tmp_path, "host", realtime_ns=NOON).name for _ in range(3)]
    assert names == [f"2026-01-01T12-00-00Z host{more}" for more in ("", " 2", " 3")]


@pytest.mark.parametrize("hint", ["../../etc", "a/b\\c:d*e", "..", "\x00\n", "é" * 300, "x" * 300, "", "CON.", " - "])
def test_no_hint_leads_out_of_the_base_folder(tmp_path: Path, hint: str) -> None:
    folder = new_capture_folder(tmp_path, hint, realtime_ns=NOON)
    assert folder.parent == tmp_path
    assert folder.is_dir()
    assert len(folder.name) < 100
    assert folder.name.isascii()
    assert folder.name.isprintable()
    assert not folder.name.endswith((".", " ", "-"))


def test_recent_captures_come_newest_first(tmp_path: Path) -> None:
    folders = [new_capture_folder(tmp_path, "host", realtime_ns=NOON + i * 3600 * SECOND) for i in range(30)]
    for folder in folders:
        (folder / "index").touch()
    assert list_recent(tmp_path, 20) == folders[:9:-1]


def test_what_is_no_capture_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "a folder").mkdir()
    assert list_recent(tmp_path) == []
    assert list_recent(tmp_path / "missing") == []
    assert list_recent(tmp_path / "a file") == []
