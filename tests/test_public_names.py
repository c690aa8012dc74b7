"""Are the package's public names there, and does asking for them load no more than they need?"""

from __future__ import annotations

import subprocess
import sys

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
