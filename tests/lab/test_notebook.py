"""Are numbers written as words when somebody reads a line?"""

from __future__ import annotations

from framescope.lab.notebook import Note, Notebook


def test_lines_are_found_by_who_and_what() -> None:
    notebook = Notebook()
    notebook.add(1.0, "client", "message sent", 2048)
    notebook.add(2.0, "server", "message received", 2048)
    notebook.add(3.0, "client", "pong received", 1.1)
    assert [note.time for note in notebook.notes] == [1.0, 2.0, 3.0]
    assert notebook.of("client", "message sent") == [Note(1.0, "client", "message sent", 2048)]


def test_numbers_become_words() -> None:
    assert Note(0, "client", "message sent", 2048).text == "Message sent, 2.0 KiB"
    assert Note(0, "client", "message received", 5).text == "Message received, 5 B"
    assert Note(0, "client", "pong received", 1.1).text == "Pong received, RTT 1.10 s"
    assert Note(0, "client", "pong too late", 0.25).text == "Pong received, RTT 250 ms: too late"
    assert Note(0, "client", "opened", "OPEN").text == "OPEN"
