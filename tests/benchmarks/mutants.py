"""Which mutants does mutmut not make? Those of tables, of classes, and of decorated functions such as properties."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

#: Operators and what stands for them in a mutant.
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift, ast.Mult: ast.Add,
}  # fmt: skip
#: What stands there then, in words ("" for the node itself), and what makes it so in a copy of the node.
Change = tuple[str, Callable[[ast.AST], None]]


def _entry(node: ast.Dict, index: int, value: ast.expr | None) -> Change:
    """Replace an entry's value, or drop it."""
    key = node.keys[index]
    name = "**" if key is None else ast.unparse(key)

    def change(copied: ast.AST) -> None:
        assert isinstance(copied, ast.Dict)
        if value is None:
            del copied.keys[index], copied.values[index]
        else:
            copied.values[index] = value

    return f"no {name}" if value is None else f"{name}: {ast.unparse(value)}", change


def _set(field: str, value: object) -> Change:
    return "", lambda node: setattr(node, field, value)


def _another(value: object) -> object:
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"XX{value}" if isinstance(value, str) else None


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield what can be changed at one node."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        yield _set("ops", [_SWAPS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPS:
        yield _set("op", _SWAPS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _set("operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.IfExp):
        yield _set("test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.If):
        yield _set("test", ast.Constant(False))
    elif isinstance(node, ast.Return) and not (node.value is None or ast.unparse(node.value) == "None"):
        yield _set("value", ast.Constant(None))
    elif isinstance(node, ast.Constant) and node.value is not None:
        yield _set("value", _another(node.value))
    elif isinstance(node, ast.Dict):
        for index, value in enumerate(node.values):
            yield _entry(node, index, None)
            if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
                other = "OPEN" if value.attr == "CLOSED" else "CLOSED"
                yield _entry(node, index, ast.Attribute(value.value, other, ast.Load()))


def _left_out(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that mutmut does not touch and that do something when the program runs."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            continue
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            waiting = [*node.body, *waiting]  # not the decorators, not the annotations
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        elif isinstance(node, ast.Import | ast.ImportFrom):
            continue
        elif isinstance(node, ast.AnnAssign):
            waiting = [*([] if node.value is None else [node.value]), *waiting]
        else:
            yield node
            waiting = [*ast.iter_child_nodes(node), *waiting]


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield for each mutant its line, what stands there then, and the whole source."""
    tree = ast.parse(source)
    for number, node in enumerate(_left_out(tree)):
        for index, (words, _) in enumerate(list(_changes(node))):
            mutant = copy.deepcopy(tree)
            target = list(_left_out(mutant))[number]
            list(_changes(target))[index][1](target)
            ast.fix_missing_locations(mutant)
            line = getattr(node, "lineno", 0)
            shown = words or (ast.unparse(target) if isinstance(target, ast.expr | ast.stmt) else "")
            yield line, shown.splitlines()[0], ast.unparse(mutant)
