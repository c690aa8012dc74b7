"""Is a capture printed whole, and what is missing said?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from framescope.capture.writer import CaptureWriter
from framescope.commands.frames import print_capture
from helpers.captures import INFO, Player, Side, frame_bytes

CaptureFixture = pytest.CaptureFixture[str]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    writer = CaptureWriter(folder)
    for text in (b"first", b"second"):
        number = writer.open_connection(INFO, 0)
        Player(writer, number, False, Side(b"", [frame_bytes(text, first=0x81)])).read(100, 5)
    writer.close()
    return folder


@pytest.mark.parametrize(("connection", "texts"), [(None, ["first", "second"]), (2, ["second"])])
def test_json_lines(capture: Path, capsys: CaptureFixture, connection: int | None, texts: list[str]) -> None:
    assert print_capture(capture, connection=connection, is_json=True) == 0
    out, err = capsys.readouterr()
    assert ([json.loads(line)["text"] for line in out.splitlines()], err) == (texts, "")


def test_a_connection_that_is_not_there(capture: Path, capsys: CaptureFixture) -> None:
    assert print_capture(capture, connection=7, is_json=False) == 1
    assert capsys.readouterr().err == "framescope: there is no connection 7; there are: 1, 2.\n"


def test_no_capture(tmp_path: Path, capsys: CaptureFixture) -> None:
    assert print_capture(tmp_path, connection=None, is_json=False) == 1
    assert "there is no capture in" in capsys.readouterr().err


def test_a_capture_of_nothing(tmp_path: Path, capsys: CaptureFixture) -> None:
    CaptureWriter(tmp_path).close()
    assert print_capture(tmp_path, connection=None, is_json=False) == 1
    assert capsys.readouterr().err == "framescope: the capture holds no connection.\n"


def test_a_capture_cut_short_is_printed_as_far_as_it_goes(capture: Path, capsys: CaptureFixture) -> None:
    index = capture / "index"
    index.write_bytes(index.read_bytes()[:-1])
    assert print_capture(capture, connection=None, is_json=False) == 0
    out, err = capsys.readouterr()
    assert "first" in out and "The index ends inside a record" in err
