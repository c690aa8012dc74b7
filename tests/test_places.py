"""Do captures and the log lie in the user's own folders?"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from framescope import places


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the folders of the XDG specification")
def test_the_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert places.captures_folder() == tmp_path / "data" / "framescope" / "captures"
    assert places.progress_file() == tmp_path / "data" / "framescope" / "lessons.json"
    assert places.lessons_folder() == tmp_path / "data" / "framescope" / "lessons"
    assert places.crash_log_file() == tmp_path / "state" / "framescope" / "log" / "framescope.log"
    assert list(tmp_path.iterdir()) == []  # asking makes nothing
