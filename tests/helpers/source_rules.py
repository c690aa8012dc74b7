"""What must no line of the program say? Each rule reads one parsed file and returns its faults, one sentence each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from helpers.source import Source

# RELIABILITY 2.3: these read their text as markup, and open the files that it names.
LABELS = ["QLabel", "QErrorMessage", "QInputDialog", "QMessageBox", "QProgressDialog", "QSplashScreen", "QWizardPage"]
DOCUMENTS = ["QStaticText", "QTextBrowser", "QTextEdit", "QWhatsThis"]
MARKUP_CLASSES = frozenset([*LABELS, *DOCUMENTS])
MARKUP_METHODS = frozenset(["setHtml", "insertHtml", "appendHtml", "setMarkdown", "insertMarkdown", "setWhatsThis"])
MARKUP_FORMATS = frozenset(["RichText", "AutoText", "MarkdownText"])
ESCAPED = "tip_text"  # ui.plain's function, whose result shows as it stands

# RELIABILITY V48: these run what they read.
RUNNING_MODULES = frozenset(["pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"])
RUNNING_CALLS = frozenset(["eval", "exec", "compile", "__import__"])

# QT.md: inside a coroutine these lose other tasks' wake-ups for ever.
NESTED_LOOPS = frozenset(["exec", "exec_", "processEvents"])
QASYNC_WRAPPERS = frozenset(["asyncClose", "asyncSlot", "asyncWrap"])


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls, `""` for what is no call."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def mentioned(node: ast.AST) -> str:
    """Return the name that a node mentions: a variable, an attribute or an import."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name
    return ""


def bare_tasks(source: Source) -> list[str]:
    """Find tasks that nobody owns: only tasks.py starts them."""
    return [
        f"{source.at(node)} starts a task itself; Tasks.start names, reports and cancels it"
        for node in ast.walk(source.tree)
        if called(node) in {"create_task", "ensure_future"}
    ]


def markup_sinks(source: Source) -> list[str]:
    """Find what would read a peer's text as markup; ui/plain.py has what to use instead."""
    faults = []
    for node in ast.walk(source.tree):
        name = mentioned(node)
        if name in MARKUP_CLASSES:
            faults.append(f"{source.at(node)} uses {name}, which reads markup")
        if name in MARKUP_FORMATS:
            faults.append(f"{source.at(node)} asks for {name}")
        if called(node) in MARKUP_METHODS:
            faults.append(f"{source.at(node)} calls {called(node)}, which reads markup")
        if isinstance(node, ast.Call) and _is_tooltip(node) and not _is_escaped(node):
            faults.append(f"{source.at(node)} sets a tooltip without {ESCAPED}")
    names = {mentioned(node) for node in ast.walk(source.tree)}
    if "ToolTipRole" in names and ESCAPED not in names:
        faults.append(f"{source.name} answers ToolTipRole without {ESCAPED}")
    return faults


def _is_tooltip(call: ast.Call) -> bool:
    shows = isinstance(call.func, ast.Attribute) and mentioned(call.func.value) == "QToolTip"
    return called(call) == "setToolTip" or (called(call) == "showText" and shows)


def _is_escaped(call: ast.Call) -> bool:
    literal = any(isinstance(word, ast.Constant) and isinstance(word.value, str) for word in call.args)
    return literal or any(called(node) == ESCAPED for word in call.args for node in ast.walk(word))


def running_what_is_read(source: Source) -> list[str]:
    """Find readers that execute their input."""
    faults = []
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names):
                modules = {name.name.split(".")[0] for name in names}
            case ast.ImportFrom(module=str(module), level=0):
                modules = {module.split(".")[0]}
            case _:
                modules = set()
        faults += [f"{source.at(node)} imports {module}" for module in sorted(modules & RUNNING_MODULES)]
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in RUNNING_CALLS:
                faults.append(f"{source.at(node)} calls {name}")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr="load" | "load_all" | "unsafe_load")):
                faults.append(f"{source.at(node)} calls yaml's loader of objects")
    return faults


def nested_loops(source: Source) -> list[str]:
    """Find loops of Qt's inside coroutines, and qasync's decorators, which hide them or drop their tasks."""
    faults = [
        f"{source.at(node)} uses qasync's {mentioned(node)}"
        for node in ast.walk(source.tree)
        if mentioned(node) in QASYNC_WRAPPERS
    ]
    for function in source.functions():
        if isinstance(function, ast.AsyncFunctionDef):
            faults += [
                f"{source.at(node)} runs a loop of its own inside a coroutine"
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in NESTED_LOOPS
            ]
    return faults


def openers_of_links(source: Source) -> list[str]:
    """Return the functions that hand something to the desktop to open."""
    return sorted(set(_openers(source, source.tree, "the module")))


def _openers(source: Source, node: ast.AST, function: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            continue
        if mentioned(child) == "QDesktopServices":
            yield f"{source.name}: {function}"
        inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from _openers(source, child, inner)
