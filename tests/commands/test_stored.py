"""Is a stored capture read to its end, and what is not there said?"""

from __future__ import annotations

from pathlib import Path

import pytest

from framescope.capture.details import ConnectionInfo
from framescope.capture.writer import CaptureWriter
from framescope.commands.stored import NotThere, chosen_traces, complain, stored_book, title
from helpers.captures import INFO, KNOBS

CaptureFixture = pytest.CaptureFixture[str]


def capture(folder: Path, *infos: ConnectionInfo) -> Path:
    writer = CaptureWriter(folder)
    for info in infos:
        writer.open_connection(info, 0)
    writer.close()
    return folder


def test_all_connections_come_in_order_unless_one_is_asked_for(tmp_path: Path) -> None:
    with stored_book(capture(tmp_path / "capture", INFO, INFO)) as book:
        assert [trace.number for trace in chosen_traces(book, None)] == [1, 2]
        assert [trace.number for trace in chosen_traces(book, 2)] == [2]
        with pytest.raises(NotThere, match="there is no connection 7; there are: 1, 2"):
            chosen_traces(book, 7)


def test_a_folder_without_a_capture_and_a_capture_without_a_connection(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match="it has no file “index”"), stored_book(tmp_path):
        pass
    with stored_book(capture(tmp_path / "capture")) as book:
        with pytest.raises(NotThere, match="holds no connection"):
            chosen_traces(book, None)
        with pytest.raises(NotThere, match="there are: none"):
            chosen_traces(book, 1)


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0nul"])
def test_a_name_that_no_folder_can_have(name: str) -> None:
    with pytest.raises(NotThere), stored_book(Path(name)):
        pass


def test_a_capture_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: Path, _mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(NotThere, match="cannot be read: Permission denied"), stored_book(tmp_path):
        pass


def test_what_was_lost_is_said_on_stderr(tmp_path: Path, capsys: CaptureFixture) -> None:
    folder = capture(tmp_path / "capture", INFO)
    index = folder / "index"
    index.write_bytes(index.read_bytes()[:-1])
    with stored_book(folder):
        pass
    assert "framescope: The index ends inside a record: 39 B" in capsys.readouterr().err


def test_an_address_of_somebody_elses_moves_no_terminal(tmp_path: Path, capsys: CaptureFixture) -> None:
    folder = capture(tmp_path / "capture", ConnectionInfo("ws://x/\x1b[2J", "server", KNOBS))
    with stored_book(folder) as book:
        assert title(book.traces[1]) == "Connection 1 · ws://x/␛[2J"
    complain("\x1b[2J")
    assert capsys.readouterr().err == "framescope: ␛[2J\n"
