"""RELIABILITY F3, V7 (RFC 6455 5.3): is a payload masked as the RFC says, with or without the C helper?"""

from __future__ import annotations

import importlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine import masking


def by_the_book(data: bytes, mask: bytes) -> bytes:
    """RFC 6455 5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", j = i MOD 4."""
    return bytes(octet ^ mask[i % 4] for i, octet in enumerate(data))


@pytest.mark.parametrize("apply", [masking.apply_mask, masking._apply_mask_portably])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 1023, 1024, 1025, 4099])
def test_every_octet_is_masked(apply, size):
    data = bytes(i * 37 % 256 for i in range(size))
    assert apply(data, b"\x37\xfa\x21\x3d") == by_the_book(data, b"\x37\xfa\x21\x3d")


@given(st.binary(max_size=3000), st.binary(min_size=4, max_size=4))
def test_helper_and_pure_python_agree(data, mask):
    assert masking._apply_mask_portably(data, mask) == masking.apply_mask(data, mask)


@given(st.binary(max_size=40), st.binary(min_size=4, max_size=4), st.integers(0, 40))
def test_piece_is_unmasked_by_its_place_in_the_payload(data, mask, start):
    masked = by_the_book(data, mask)
    assert masking.unmask(masked[start:], mask, start) == data[start:]


def test_what_has_no_mask_stays():
    assert masking.unmask(b"abc", None, 1) == b"abc"


def test_pure_python_where_no_helper_is_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "websockets.speedups", None)
    assert masking._choose() is masking._apply_mask_portably


def test_helper_where_it_is_installed():
    speedups = importlib.import_module("websockets.speedups")
    assert masking._choose() is speedups.apply_mask
