"""How does a table of numbers grow to ten million rows without a stall? In chunks that are never copied."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

# Every chunk starts at a multiple of the smallest, so that blocks of 2^k rows up to it never straddle two.
SMALLEST_CHUNK = 1 << 10
LARGEST_CHUNK = 1 << 20


class Column(Generic[Scalar]):
    """Numbers of one type that can be appended; chunks double up to 2^20 rows and stay where they are.

    An int index gives a Python int, a slice an array: a view where the range lies in one chunk, else a
    copy. Do not write into it. `width` > 1 makes each row a vector.
    """

    def __init__(self, dtype: type[Scalar], width: int = 1) -> None:
        self._dtype = dtype
        self._width = width
        self._starts: list[int] = []
        self._chunks: list[NDArray[Scalar]] = []
        self._count = 0
        self._capacity = 0

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, key: int) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> NDArray[Scalar]: ...
    def __getitem__(self, key: int | slice) -> int | NDArray[Scalar]:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._count)
            if step != 1:
                raise ValueError("a column is sliced without steps")
            return self._range(start, max(start, stop))
        row = key + self._count if key < 0 else key
        if not 0 <= row < self._count:
            raise IndexError(f"row {key} of {self._count}")
        chunk = bisect_right(self._starts, row) - 1
        return int(self._chunks[chunk][row - self._starts[chunk]])

    def extend(self, values: ArrayLike) -> None:
        """Append an array."""
        given = np.asarray(values)
        done = 0
        while done < len(given):
            if self._count == self._capacity:
                self._grow()
            step = min(self._capacity - self._count, len(given) - done)
            start = self._count - self._starts[-1]
            self._chunks[-1][start : start + step] = given[done : done + step]
            self._count += step
            done += step

    def truncate(self, count: int) -> None:
        """Forget everything from row `count` on."""
        self._count = min(count, self._count)
        while self._starts and self._starts[-1] >= self._count:
            self._capacity = self._starts.pop()
            self._chunks.pop()

    def parts(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, NDArray[Scalar]]]:
        """Walk over the rows from `start` to `stop` as (first row, view), for scans that must not copy."""
        stop = self._count if stop is None else min(stop, self._count)
        for first, chunk in zip(self._starts, self._chunks, strict=True):
            low, high = max(start, first), min(stop, first + len(chunk))
            if low < high:
                yield low, chunk[low - first : high - first]

    def take(self, rows: NDArray[np.integer]) -> NDArray[Scalar]:
        """Gather rows in any order."""
        shape = (len(rows),) if self._width == 1 else (len(rows), self._width)
        taken = np.empty(shape, self._dtype)
        chunk_of = np.searchsorted(self._starts, rows, side="right") - 1
        for chunk in np.unique(chunk_of):
            where = chunk_of == chunk
            taken[where] = self._chunks[chunk][rows[where] - self._starts[chunk]]
        return taken

    def take_blocks(self, blocks: NDArray[np.int64], size: int) -> NDArray[Scalar]:
        """Gather whole blocks of `size` rows (a power of two up to SMALLEST_CHUNK), as one row each.

        `blocks` is ascending. What lies behind the last row is undefined: the caller masks it.
        """
        taken = np.empty((len(blocks), size), self._dtype)
        cuts = np.searchsorted(blocks, np.asarray([*self._starts, self._capacity]) // size)
        for start, chunk, low, high in zip(self._starts, self._chunks, cuts, cuts[1:], strict=False):
            if low < high:
                taken[low:high] = chunk.reshape(-1, size)[blocks[low:high] - start // size]
        return taken

    def positions(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """For a sorted column: how many rows are smaller than each of `values` (ascending)?

        `values` must have the column's type: other edges make numpy copy the whole column.
        """
        found = np.zeros(len(values), np.int64)
        for _, part in self.parts():
            low, high = np.searchsorted(values, [part[0], part[-1]], side="right")
            found[low:high] += np.searchsorted(part, values[low:high])
            found[high:] += len(part)
        return found

    def _range(self, start: int, stop: int) -> NDArray[Scalar]:
        parts = [part for _, part in self.parts(start, stop)]
        if len(parts) == 1:
            return parts[0]
        if parts:
            return np.concatenate(parts)
        return np.empty(0 if self._width == 1 else (0, self._width), self._dtype)

    def _grow(self) -> None:
        size = min(max(self._capacity, SMALLEST_CHUNK), LARGEST_CHUNK)
        self._starts.append(self._capacity)
        self._chunks.append(np.empty(size if self._width == 1 else (size, self._width), self._dtype))
        self._capacity += size
