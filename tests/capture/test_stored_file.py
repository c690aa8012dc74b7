"""Reads of files that may be missing, short or growing."""

from __future__ import annotations

from pathlib import Path

from framescope.capture.stored_file import StoredFile


def test_a_missing_file_is_empty_until_it_comes(tmp_path: Path) -> None:
    file = StoredFile(tmp_path / "later")
    assert (file.size(), file.read(0, 10), file.read_into(bytearray(3), 0)) == (0, b"", 0)
    (tmp_path / "later").write_bytes(b"here now")
    assert (file.size(), file.read(5, 3)) == (8, b"now")
    file.close()


def test_reads_end_where_the_file_ends(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    file = StoredFile(tmp_path / "file")
    assert file.read(2, 3) == b"234"
    assert file.read(8, 2**62) == b"89"
    assert file.read(10, 1) == b""
    assert file.read(2**64 - 1, 2**64 - 1) == b""
    assert file.read(0, 0) == b""
    file.close()


def test_a_growing_file_shows_its_growth(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    file = StoredFile(path)
    assert file.read(0, 9) == b"abc"
    with path.open("ab") as more:
        more.write(b"def")
    assert file.read(0, 9) == b"abcdef"
    file.close()


def test_a_file_truncated_under_the_reader_is_short(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100_000)
    file = StoredFile(path)
    assert len(file.read(0, 100_000)) == 100_000
    with path.open("r+b") as cut:
        cut.truncate(10)
    assert file.read(0, 100_000) == b"x" * 10
    file.close()


def test_a_folder_in_its_place_is_empty(tmp_path: Path) -> None:
    assert StoredFile(tmp_path).read(0, 10) == b""
