"""Does every measurement read as UI.md and the pictures write it?"""

from __future__ import annotations

import pytest

from framescope.analysis.units import (
    format_clock,
    format_count,
    format_frequency,
    format_moment,
    format_percent,
    format_rate,
    format_seconds,
    format_size,
)

KIB, MIB, GIB = 1024, 1024**2, 1024**3


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.00034, "0.34 ms"),
        (0.0003, "0.3 ms"),
        (0.000996, "1 ms"),
        (0.003, "3 ms"),
        (0.0032, "3.2 ms"),
        (0.00996, "10 ms"),
        (0.04, "40 ms"),
        (0.044, "44 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (1.84, "1.84 s"),
        (6.8, "6.80 s"),
        (9.996, "10.0 s"),
        (20, "20.0 s"),
        (27.4, "27.4 s"),
        (160.23, "160.2 s"),
        (599.96, "10 min 0 s"),
        (725, "12 min 5 s"),
        (3599.6, "1 h 0 min"),
        (7400, "2 h 3 min"),
        (-0.044, "−44 ms"),
    ],
)
def test_seconds(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (156, "156 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1434, "1.4 KiB"),
        (10 * KIB - 1, "10 KiB"),
        (41 * KIB, "41 KiB"),
        (64 * KIB, "64 KiB"),
        (169 * KIB, "169 KiB"),
        (MIB - 1, "1.0 MiB"),
        (5 * MIB, "5.0 MiB"),
        (28.5 * MIB, "28.5 MiB"),
        (100 * MIB, "100 MiB"),
        (GIB - 1, "1.0 GiB"),
        (2**64 - 1, "16.0 EiB"),
    ],
)
def test_sizes(size: float, text: str) -> None:
    assert format_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00.0"),
        (92.4, "01:32.4"),
        (92.49, "01:32.4"),
        (59.99, "00:59.9"),
        (3599.95, "59:59.9"),
        (3723, "1:02:03"),
        (-1, "00:00.0"),
    ],
)
def test_clock(seconds: float, text: str) -> None:
    assert format_clock(seconds) == text


def test_rates_counts_and_parts() -> None:
    assert format_rate(538) == "538 B/s"
    assert format_rate(2.1 * MIB) == "2.1 MiB/s"
    assert [format_frequency(value) for value in (0, 0.04, 4.2, 9.96, 960.4, 24000)] == [
        "0/s", "0.0/s", "4.2/s", "10/s", "960/s", "24\u00a0000/s",
    ]  # fmt: skip
    assert format_count(399) == "399"
    assert format_count(1_000_000) == "1\u00a0000\u00a0000"
    assert format_percent(0.613) == "61 %"
    assert format_moment(160.23) == "160.230 s"
