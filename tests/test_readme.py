"""Does README say what is so? The state diagram, the dependencies, the two commands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from framescope.engine.state import diagram

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_state_diagram_is_that_of_the_engines_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["fast"]]
    names = [re.split(r"[<>=;\[ ]", line)[0] for line in wanted]
    assert [name for name in names if f"| {name} |" not in README] == []


def test_the_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []


def test_the_links_are_there() -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?:)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_lessons_are_counted() -> None:
    count = len(list((ROOT / "resources" / "lessons").glob("*.toml")))
    names = {19: "nineteen", 20: "twenty", 21: "twenty-one", 22: "twenty-two"}
    assert f"has {names[count]} lessons" in README
