"""Are the shipped files found, in a checkout and in an installed package?"""

from __future__ import annotations

from pathlib import Path

import pytest

from framescope import resources
from helpers.source import PROJECT


def test_in_a_checkout_they_lie_beside_the_source() -> None:
    assert resources.resource("icons", "icons.json") == PROJECT / "resources" / "icons" / "icons.json"
    assert resources.resource("icons", "icons.json").is_file()


def test_installed_they_lie_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "framescope"
    (package / "_resources").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    assert resources.resource("themes") == package / "_resources" / "themes"
