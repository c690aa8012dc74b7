"""Does the project keep its shape? Sizes, mirror, cycles, late imports, and files that have no place here."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import layout_rules as rules
from helpers.source import PACKAGE, PROJECT, TESTS, Source, project_files, sources

# Imports inside functions, with the reason.
LATE_IMPORTS = {
    "__init__.py": "the public names are loaded when they are first asked for",
    "__main__.py": "chooses the front end, and loads only that one",
    "cli.py": "a command loads what it needs: `framescope --help` needs nothing",
    "gui.py": "numpy and the capture views come after the window is shown (QT.md, start)",
    "engine/masking.py": "an optional C helper",
    "net/proxies.py": "urllib.request takes 15 ms: only where the environment names a proxy",
    "net/socks.py": "python-socks takes 12 ms: only where there is a SOCKS proxy",
    "probe/process.py": "uvloop is used where it is installed",
}

# Tests that stand for no single module, with the reason.
FREE_FOLDERS = {"end_to_end", "conformance", "benchmarks", "helpers"}
FREE_FILES = {
    "test_architecture.py": "reads the whole source",
    "test_layout.py": "reads the whole source",
    "test_public_names.py": "the package's own front door",
    "test_readme.py": "holds README against the code",
    "engine/test_bounds.py": "tries whole endpoints with what costs most",
    "engine/test_invariance.py": "tries whole endpoints with any cut of their bytes",
    "ui/test_canary.py": "tries PySide6 itself",
}


def test_files_are_small() -> None:
    assert rules.large_files(sources(PACKAGE)) == []


def test_functions_are_small() -> None:
    assert rules.large_functions(sources(PACKAGE)) == []


def test_classes_are_small() -> None:
    assert rules.large_classes(sources(PACKAGE)) == []


def test_the_main_window_is_small() -> None:
    sizes = {source.name: source.line_count for source in sources(PACKAGE)}
    assert sizes.get("ui/main_window.py", 0) <= 300


def test_no_test_file_is_large() -> None:
    assert [source.name for source in sources(TESTS) if source.line_count > rules.FILE_MOST] == []


@pytest.mark.parametrize("folder", [PACKAGE, TESTS, PROJECT / "packaging"], ids=lambda folder: folder.name)
def test_every_module_says_what_it_is(folder: Path) -> None:
    assert rules.without_docstring(sources(folder)) == []


def test_imports_have_no_cycle() -> None:
    graph = rules.import_graph(sources(PACKAGE), "framescope")
    graph["framescope"] = set()  # its imports are late: see LATE_IMPORTS
    assert rules.import_cycle(graph) == []


def test_imports_inside_functions_stand_where_a_reason_is_given() -> None:
    assert rules.late_imports(sources(PACKAGE), LATE_IMPORTS) == []


def test_tests_mirror_the_tree() -> None:
    assert rules.unmirrored_tests(TESTS, PACKAGE, FREE_FOLDERS, FREE_FILES) == []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    assert rules.foreign_names(project_files()) == []


def test_no_font_is_shipped() -> None:
    assert rules.fonts(project_files()) == []


@pytest.mark.parametrize("name", ["run.lock", "test.lock"])
def test_lock_files_hold_exact_versions_and_hashes_only(name: str) -> None:
    text = (PROJECT / "packaging" / name).read_text(encoding="utf-8")
    assert rules.loose_pins(text) == []
    assert "pyside6-essentials==6.11." in text  # QT.md: 6.12.0 aborts on Python 3.11


def test_the_test_lock_holds_the_run_locks_pins() -> None:
    run, test = (
        {line for line in (PROJECT / "packaging" / name).read_text(encoding="utf-8").splitlines() if "==" in line}
        for name in ("run.lock", "test.lock")
    )
    assert run <= test


# Each rule finds its fault.


def sample(text: str, name: str = "sample.py") -> Source:
    return Source.of(name, text)


def function(lines: int, name: str = "work") -> str:
    return f"def {name}():\n" + "    pass\n" * (lines - 1)


def test_percentiles_are_by_nearest_rank() -> None:
    assert rules.percentile(range(1, 11), 0.9) == 9
    assert rules.percentile(range(1, 12), 0.9) == 10
    assert rules.percentile([7], 0.5) == 7
    assert rules.percentile([], 0.5) == 0


@pytest.mark.parametrize(
    ("sizes", "faults"),
    [
        ([150, 150, 350], 0),
        ([500] + [10] * 20, 0),
        ([501] + [10] * 20, 1),
        ([151, 151, 10], 1),
        ([351, 351, 10, 10, 10], 1),
    ],
)
def test_large_files_are_found(sizes: list[int], faults: int) -> None:
    assert len(rules.large_files([sample("pass\n" * size) for size in sizes])) == faults


@pytest.mark.parametrize(("sizes", "faults"), [([30], 0), ([60] + [5] * 10, 0), ([61] + [5] * 10, 1), ([31, 31, 5], 1)])
def test_large_functions_are_found(sizes: list[int], faults: int) -> None:
    text = "".join(function(size) for size in sizes)
    assert len(rules.large_functions([sample(text)])) == faults


def test_a_large_function_inside_a_method_is_found() -> None:
    inner = "".join(f"        {line}\n" for line in function(61).splitlines())
    assert rules.large_functions([sample("class Thing:\n    async def method(self):\n" + inner)])


def methods(count: int, decorator: str = "", name: str = "method{}") -> str:
    return "".join(f"    {decorator}\n    def {name.format(number)}(self): pass\n" for number in range(count))


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (methods(25), 0),
        (methods(26), 1),
        (methods(25) + methods(9, "@property") + methods(9, "@value.setter") + methods(9, name="__dunder{}__"), 0),
        ("    pass\n" * 249, 0),
        ("    pass\n" * 250, 1),
    ],
)
def test_large_classes_are_found(body: str, faults: int) -> None:
    assert len(rules.large_classes([sample("class Thing:\n" + body)])) == faults


def test_a_module_without_a_docstring_is_found() -> None:
    assert rules.without_docstring([sample('"""What is this?"""'), sample("", "bare.py")]) == ["bare.py"]


@pytest.mark.parametrize("line", ["import json", "from . import json"])
def test_a_late_import_is_found(line: str) -> None:
    late = sample(f"class Thing:\n    def method(self):\n        {line}\n")
    assert rules.late_imports([late], ["other.py"])
    assert rules.late_imports([late], ["sample.py"]) == []
    assert rules.late_imports([sample(f"if TYPE_CHECKING:\n    {line}\n")], []) == []


@pytest.mark.parametrize(
    "line",
    [
        "import package.a.two",
        "from package.a import two",
        "from package.a.two import Thing",
        "from . import two",
        "from .two import Thing",
    ],
)
def test_an_import_cycle_is_found(line: str) -> None:
    files = [sample("", "a/__init__.py"), sample(line, "a/one.py"), sample("import package.three", "a/two.py")]
    graph = rules.import_graph([*files, sample("", "three.py")], "package")
    assert rules.import_cycle(graph) == []
    graph = rules.import_graph([*files, sample("def late():\n    from package.a import one", "three.py")], "package")
    assert set(rules.import_cycle(graph)) == {"package.a.one", "package.a.two", "package.three"}


def test_a_test_of_no_module_is_found(tmp_path: Path) -> None:
    for name in (
        "app/net/tcp.py",
        "tests/net/test_tcp.py",
        "tests/net/test_udp.py",
        "tests/free/test_all.py",
        "tests/test_whole.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = rules.unmirrored_tests(tmp_path / "tests", tmp_path / "app", {"free"}, {"test_whole.py"})
    assert found == ["tests/net/test_udp.py has no module net/udp.py"]


@pytest.mark.parametrize(
    "parts",
    [
        ("https://py", "pi.org/simple"),
        ("files.pytho", "nhosted.org"),
        ("/ro", "ot/x"),
        ("/wor", "k/main/app"),
        ("/ho", "me/jane/x"),
    ],
)
def test_foreign_names_are_found(tmp_path: Path, parts: tuple[str, str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("fine: ws://localhost/work/home and ~/root\n")
    assert rules.foreign_names([path]) == []
    path.write_text(f"see {''.join(parts)}\n")
    assert len(rules.foreign_names([path])) == 1


def test_a_font_is_found() -> None:
    assert rules.fonts([Path("icons.json"), Path("Inter.TTF"), Path("mono.woff2")]) == ["Inter.TTF", "mono.woff2"]


@pytest.mark.parametrize(
    "line",
    [
        "wheel==1.0",
        "wheel>=1.0 \\\n    --hash=sha256:" + "0" * 64,
        "--index-url https://host/simple",
        "-e .",
        "/srv/wheel.whl",
    ],
)
def test_a_loose_pin_is_found(line: str) -> None:
    exact = (
        "numpy==2.4.6 ; python_version >= '3.11' \\\n    --hash=sha256:"
        + "a1" * 32
        + " \\\n    --hash=sha256:"
        + "0" * 64
    )
    assert rules.loose_pins(exact + "\n") == []
    assert rules.loose_pins(f"{exact}\n{line}\n")
