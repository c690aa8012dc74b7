"""Does the first argument choose the front end?"""

from __future__ import annotations

import argparse
import sys

import pytest

from framescope import __main__ as entry
from framescope import cli, gui


@pytest.mark.parametrize(
    ("arguments", "front"),
    [
        ([], "gui"),
        (["ws://x"], "gui"),
        (["--demo"], "gui"),
        (["--", "connect"], "gui"),
        *[([name, "--help"], "cli") for name in entry.COMMANDS],
    ],
)
def test_a_command_is_the_command_lines(monkeypatch: pytest.MonkeyPatch, arguments: list[str], front: str) -> None:
    seen: list[tuple[str, list[str]]] = []

    def take(name: str) -> object:
        return lambda given: seen.append((name, given)) or 7  # type: ignore[func-returns-value]

    monkeypatch.setattr(cli, "main", take("cli"))
    monkeypatch.setattr(gui, "main", take("gui"))
    monkeypatch.setattr(sys, "argv", ["framescope", *arguments])
    assert entry.main() == 7
    assert seen == [(front, arguments)]


def test_every_command_of_the_parser_is_known() -> None:
    (commands,) = (action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert set(commands.choices) == set(entry.COMMANDS)
    for name in entry.COMMANDS:
        with pytest.raises(SystemExit) as end:
            cli.main([name, "--help"])
        assert end.value.code == 0


@pytest.mark.parametrize(("word", "meant"), [("conect", "connect"), ("lessons", "lesson"), ("wahtif", "whatif")])
def test_a_mistyped_command_is_no_address(
    word: str, meant: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["framescope", word, "ws://x"])
    assert entry.main() == 2
    assert capsys.readouterr().err == f"framescope: there is no command {word}; did you mean {meant}?\n"


@pytest.mark.parametrize("word", ["localhost", "feed", "ws://connect", "connect.example", "myhost:9001", "--demo"])
def test_an_address_is_no_mistyped_command(word: str) -> None:
    assert entry._nearly_a_command(word) == ""
