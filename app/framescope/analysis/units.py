"""How is a measurement written for people? Numbers never without their units; no more figures than one reads.

Every view uses these, so that one value reads alike everywhere. Knob values are different: they are
written as Python source would (`engine.settings.format_duration`).
"""

from __future__ import annotations

_SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_NO_BREAK_SPACE = "\u00a0"


def format_seconds(seconds: float) -> str:
    """Write a duration: 0.34 ms, 3.2 ms, 44 ms, 1.84 s, 20.0 s, 160.2 s, 12 min 5 s, 2 h 3 min."""
    if seconds < 0:
        return f"−{format_seconds(-seconds)}"
    if seconds < 0.9995:
        milliseconds = seconds * 1000
        decimals = 2 if milliseconds < 1 else 1 if milliseconds < 10 else 0
        figures = f"{milliseconds:.{decimals}f}"
        return f"{figures.rstrip('0').rstrip('.') if decimals else figures} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 599.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def format_clock(seconds: float) -> str:
    """Write a running time as on a stopwatch: 01:32.4, 1:02:03."""
    tenths = int(max(0.0, seconds) * 10 + 1e-6)
    minutes, tenths = divmod(tenths, 600)
    if minutes < 60:
        return f"{minutes:02d}:{tenths // 10:02d}.{tenths % 10}"
    return f"{minutes // 60}:{minutes % 60:02d}:{tenths // 10:02d}"


def format_moment(seconds: float) -> str:
    """Write a moment since the connection's start to the millisecond: 160.230 s."""
    return f"{seconds:.3f} s"


def format_size(size: float) -> str:
    """Write bytes: 156 B, 1.4 KiB, 41 KiB, 28.5 MiB."""
    value = float(size)
    for unit in _SIZES:
        decimals = _decimals(value, unit)
        if round(value, decimals) < 1024 or unit == _SIZES[-1]:
            return f"{value:.{decimals}f} {unit}"
        value /= 1024
    raise AssertionError("the last unit takes everything")


def format_rate(bytes_per_second: float) -> str:
    """Write a rate of bytes: 538 B/s, 2.1 MiB/s."""
    return f"{format_size(bytes_per_second)}/s"


def format_frequency(per_second: float) -> str:
    """Write how often something happens: 0/s, 4.2/s, 960/s, 24 000/s."""
    if per_second and per_second < 9.95:
        return f"{per_second:.1f}/s"
    return f"{format_count(round(per_second))}/s"


def format_count(count: int) -> str:
    """Write a number of things, by thousands: 399, 1 000 000 (with no-break spaces)."""
    return f"{count:,}".replace(",", _NO_BREAK_SPACE)


def format_percent(part: float) -> str:
    """Write a part of one as per cent: 61 %."""
    return f"{part * 100:.0f} %"


def _decimals(value: float, unit: str) -> int:
    if unit == "B":
        return 0
    limit = 9.95 if unit == "KiB" else 99.95
    return 1 if value < limit else 0
