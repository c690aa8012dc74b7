"""How large may things be, and where do they stand? STYLE.md's budgets as functions over parsed files."""

from __future__ import annotations

import ast
import graphlib
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from helpers.source import Source

FILE_MEDIAN, FILE_P90, FILE_MOST = 150, 350, 500
FUNCTION_P90, FUNCTION_MOST = 30, 60
CLASS_MOST, METHODS_MOST = 250, 25

FONTS = frozenset({".ttf", ".otf", ".ttc", ".woff", ".woff2", ".pfb", ".eot"})
# Written with [classes], so that this file does not hold what it looks for.
REGISTRIES = re.compile(r"pyp[i][.]org|pythonhoste[d]|registry[.]npmj[s]|deb[.]debian[.]org|archive[.]ubuntu[.]com")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work/(main|shared)\b|root/|home/\w+/|Users/\w+/)|[.]pyen[v]|/opt/pyp[i]")


def percentile(values: Iterable[int], share: float) -> int:
    """Return the nearest-rank percentile, 0 for no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Count the lines of a definition, its docstring included, its decorators not."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def large_files(sources: Sequence[Source]) -> list[str]:
    """Compare every file, and the files as a whole, with the budget."""
    faults = [f"{source.name} has {source.line_count} lines" for source in sources if source.line_count > FILE_MOST]
    for share, budget in ((0.5, FILE_MEDIAN), (0.9, FILE_P90)):
        size = percentile((source.line_count for source in sources), share)
        if size > budget:
            faults.append(f"{share:.0%} of the files are allowed {budget} lines and have up to {size}")
    return faults


def large_functions(sources: Sequence[Source]) -> list[str]:
    """Compare every function, and the functions as a whole, with the budget."""
    sizes = [
        (lines_of(function), source.at(function), function.name)
        for source in sources
        for function in source.functions()
    ]
    faults = [f"{place} {name} has {size} lines" for size, place, name in sizes if size > FUNCTION_MOST]
    size = percentile((size for size, _, _ in sizes), 0.9)
    if size > FUNCTION_P90:
        faults.append(f"90% of the functions are allowed {FUNCTION_P90} lines and have up to {size}")
    return faults


def large_classes(sources: Sequence[Source]) -> list[str]:
    """Compare every class with the budget: lines, and methods that are neither properties nor dunders."""
    faults = []
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                methods = [item for item in node.body if _is_counted(item)]
                if lines_of(node) > CLASS_MOST:
                    faults.append(f"{source.at(node)} {node.name} has {lines_of(node)} lines")
                if len(methods) > METHODS_MOST:
                    faults.append(f"{source.at(node)} {node.name} has {len(methods)} methods")
    return faults


def _is_counted(item: ast.stmt) -> bool:
    if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    decorators = {name for decorator in item.decorator_list for name in re.findall(r"\w+", ast.unparse(decorator))}
    is_property = bool(decorators & {"property", "cached_property", "setter", "deleter", "overload"})
    return not is_property and not (item.name.startswith("__") and item.name.endswith("__"))


def without_docstring(sources: Sequence[Source]) -> list[str]:
    """Find modules that do not say what they are."""
    return [source.name for source in sources if not (ast.get_docstring(source.tree) or "").strip()]


def late_imports(sources: Sequence[Source], allowed: Collection[str]) -> list[str]:
    """Find imports inside functions, except in the files that are allowed them."""
    return [
        f"{source.at(node)} imports inside {function.name}"
        for source in sources
        if source.name not in allowed
        for function in source.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def import_graph(sources: Sequence[Source], package: str) -> dict[str, set[str]]:
    """Return which modules of `package` each module imports, wherever in the file, type checking included."""
    names = {_module_name(source.name, package): source for source in sources}
    graph: dict[str, set[str]] = {}
    for module, source in names.items():
        imported: set[str] = set()
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = _base(module, source.name.endswith("__init__.py"), node)
                whole = {f"{base}.{alias.name}" for alias in node.names}
                imported |= {name for name in whole if name in names} or {base}
        graph[module] = (imported & names.keys()) - {module}
    return graph


def _module_name(path: str, package: str) -> str:
    parts = [package, *Path(path).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _base(module: str, is_package: bool, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parents = parts[: len(parts) - node.level + is_package]
    return ".".join([*parents, node.module] if node.module else parents)


def import_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return one cycle, its first module repeated at the end; nothing if there is none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(reversed(error.args[1]))
    return []


def unmirrored_tests(
    tests: Path, package: Path, free_folders: Collection[str], free_files: Collection[str]
) -> list[str]:
    """Find test files that stand for no module: tests/a/test_b.py tests the module a/b.py."""
    faults = []
    for path in sorted(tests.rglob("test_*.py")):
        place = path.relative_to(tests)
        module = package / place.parent / f"{path.stem.removeprefix('test_')}.py"
        if place.parts[0] not in free_folders and place.as_posix() not in free_files and not module.is_file():
            faults.append(f"tests/{place.as_posix()} has no module {module.relative_to(package).as_posix()}")
    return faults


def foreign_names(files: Sequence[Path]) -> list[str]:
    """Find names of package registries and paths of one machine in text files."""
    faults = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            faults += [f"{path.name}:{number} names a package registry"] if REGISTRIES.search(line) else []
            faults += [f"{path.name}:{number} holds a path of one machine"] if MACHINE_PATHS.search(line) else []
    return faults


def fonts(files: Sequence[Path]) -> list[str]:
    """Find font files; installers take fonts from the system's packages."""
    return [path.name for path in files if path.suffix.lower() in FONTS]


def loose_pins(text: str) -> list[str]:
    """Find what a lock file must not have: addresses, paths, anything without an exact version and a hash."""
    faults = [
        line
        for line in text.splitlines()
        if "://" in line or (line.lstrip().startswith(("-", "/", ".")) and "--hash=" not in line)
    ]
    requirements = re.split(r"\n(?=\S)", text.strip())
    return faults + [
        words.splitlines()[0]
        for words in requirements
        if not words.startswith("#")
        and not re.match(r"[\w.\-]+==[\w.]+ [^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\\n)?)+$", words)
    ]
