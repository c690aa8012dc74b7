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
