"""Are the package's public names there, and does asking for them load no more than they need?"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import framescope


@pytest.mark.parametrize("name", framescope.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(framescope, name) is not None


def test_an_unknown_name_is_refused_in_pythons_words() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Router'"):
        _ = framescope.Router


def test_the_package_alone_loads_neither_numpy_nor_qt_nor_asyncio() -> None:
    code = "import framescope, sys; print({'numpy', 'PySide6', 'asyncio'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


def imported_for_type_checkers() -> dict[str, str]:
    """Return each name that stands under `if TYPE_CHECKING`, with the module it is from."""
    tree = ast.parse(Path(framescope.__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    found = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        assert statement.module is not None
        for alias in statement.names:
            # A name that is not given again is not re-exported.
            assert alias.name in (alias.asname, "*")
            names = framescope.exceptions.__all__ if alias.name == "*" else [alias.name]
            found.update(dict.fromkeys(names, statement.module))
    return found


def test_type_checkers_and_the_table_agree() -> None:
    table = {name: f"framescope.{home}" for name, home in framescope._HOME_OF.items()}
    assert imported_for_type_checkers() == table | {"exceptions": "framescope"}
    assert set(framescope.__all__) == {*table, "exceptions", "__version__"}


def test_the_names_can_be_listed() -> None:
    assert set(framescope.__all__) <= set(dir(framescope))
