"""How many changed versions of a module do its own tests notice? Mutation scores of the engine's core, and survivors.

    packaging/bench mutation [frames keepalive close state ...]

mutmut changes the bodies of plain functions; tables, classes and properties are changed by mutants.py. Everything
happens in a temporary folder. Ends with 1 where fewer than nine in ten are noticed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.mutants import mutants

PROJECT = Path(__file__).resolve().parents[2]
MODULES = ("frames", "keepalive", "close", "state")
WANTED = 0.9
LONGEST = 60  # seconds for the tests of one mutant: what takes longer hangs, and is noticed
JOBS = 2
# mutmut reads this file in the folder where it runs.
SETTINGS = """[mutmut]
source_paths=src
only_mutate=src/framescope/engine/{module}.py
also_copy=
    tests
    pytest.ini
pytest_add_cli_args_test_selection=tests/engine
pytest_add_cli_args=
    -q
    -p
    no:cacheprovider
"""


class Score(NamedTuple):
    """Mutants that were made, and those that no test noticed, in words."""

    made: int
    survivors: list[str]

    @property
    def share(self) -> float:
        return 1 - len(self.survivors) / max(self.made, 1)

    def __str__(self) -> str:
        return f"{self.made - len(self.survivors)} of {self.made} ({self.share:.1%})"


def prepare(folder: Path, module: str) -> None:
    """Copy the engine, the module's own tests and their helpers."""
    package = folder / "src" / "framescope"
    ignored = shutil.ignore_patterns("__pycache__", "node", "node_modules")
    shutil.copytree(PROJECT / "app" / "framescope" / "engine", package / "engine", ignore=ignored)
    (package / "__init__.py").write_text('__version__ = "0"\n')
    shutil.copytree(PROJECT / "tests" / "helpers", folder / "tests" / "helpers", ignore=ignored)
    for helper in (folder / "tests" / "helpers").glob("test_*.py"):
        helper.unlink()
    (folder / "tests" / "engine").mkdir()
    shutil.copy(PROJECT / "tests" / "engine" / f"test_{module}.py", folder / "tests" / "engine")
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = src tests\naddopts = --import-mode=importlib\n")
    (folder / "setup.cfg").write_text(SETTINGS.format(module=module))


def run(folder: Path, *words: str, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def by_mutmut(folder: Path) -> Score:
    """Change the bodies of plain functions."""
    done = run(folder, "mutmut", "run", "--max-children", str(JOBS))
    listed = run(folder, "mutmut", "results", "--all", "true").stdout.split("\n")
    verdicts = dict(line.strip().rsplit(": ", 1) for line in listed if ": " in line)
    if not verdicts:
        raise SystemExit(f"mutmut made nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    survivors = []
    for name, verdict in verdicts.items():
        if verdict not in ("killed", "timeout"):
            shown = run(folder, "mutmut", "show", name).stdout.split("\n")
            changed = [line for line in shown if line[:1] in "+-" and line[:3] not in ("---", "+++")]
            survivors.append("\n".join([f"{name.rsplit('.', 1)[-1]}: {verdict}", *changed]))
    return Score(len(verdicts), survivors)


def by_us(folder: Path, module: str) -> Score:
    """Change tables, classes and properties."""
    original = (folder / "src" / "framescope" / "engine" / f"{module}.py").read_text()

    def survives(mutant: tuple[int, str, str]) -> bool:
        with tempfile.TemporaryDirectory(prefix="mutant-") as name:
            place = Path(name)
            prepare(place, module)
            (place / "src" / "framescope" / "engine" / f"{module}.py").write_text(mutant[2])
            try:
                done = run(place, "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/engine", timeout=LONGEST)
            except subprocess.TimeoutExpired:
                return False
            return done.returncode == 0

    made = list(mutants(original))
    with ThreadPoolExecutor(JOBS) as pool:
        verdicts = list(pool.map(survives, made))
    lines = original.split("\n")
    survivors = [
        f"line {line}:\n- {lines[line - 1].strip()}\n+ ... {shown}"
        for (line, shown, _), has_survived in zip(made, verdicts, strict=True)
        if has_survived
    ]
    return Score(len(made), survivors)


def main(modules: list[str]) -> int:
    """Print each module's scores and survivors."""
    is_good = True
    for module in modules or MODULES:
        with tempfile.TemporaryDirectory(prefix="mutation-") as name:
            folder = Path(name)
            prepare(folder, module)
            parts = [by_mutmut(folder), by_us(folder, module)]
        total = Score(sum(part.made for part in parts), [words for part in parts for words in part.survivors])
        is_good = is_good and all(part.share >= WANTED for part in (parts[0], total))
        sys.stdout.write(f"{module}: noticed {total}; functions {parts[0]}, tables and properties {parts[1]}\n")
        for words in total.survivors:
            sys.stdout.write(f"  survived: {words}\n".replace("\n", "\n    ").rstrip(" "))
        sys.stdout.flush()
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
