"""Where is the project's source, and what does it look like parsed? For the tests that read the source itself."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "app" / "framescope"
TESTS = PROJECT / "tests"


@dataclass(frozen=True)
class Source:
    """One parsed file; `name` is its path from the folder that was read."""

    name: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, name: str, text: str) -> Source:
        """Parse a sample."""
        return cls(name, text, ast.parse(text, name))

    @property
    def line_count(self) -> int:
        """The lines as an editor counts them."""
        return len(self.text.splitlines())

    def at(self, node: ast.AST) -> str:
        """Say where `node` stands."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Go through every function, methods and inner ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def sources(folder: Path) -> tuple[Source, ...]:
    """Parse every Python file under `folder`."""
    return tuple(
        Source.of(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
    )


@cache
def project_files() -> tuple[Path, ...]:
    """Return the files that are committed or would be: what git tracks and what it does not ignore."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout
    files = (PROJECT / name.decode() for name in listing.split(b"\0") if name)
    return tuple(path for path in files if path.is_file())
