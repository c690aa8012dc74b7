"""Do rows give back the records that they were made from?"""

from __future__ import annotations

import numpy as np

from framescope.analysis.rows import Rows
from framescope.capture.reader import DTYPE
from framescope.capture.records import NONE, Record


def test_a_row_reads_as_its_record() -> None:
    records = [
        Record(5, -1, 7, 0x81, 0x82, 6, 34, 148, 2**40),
        Record(-9, 2**62, 7, 8, 3, 0, 0, NONE, NONE),
    ]
    rows = Rows(7)
    rows.extend(np.array([tuple(record) for record in records], DTYPE))
    assert [rows.record(row) for row in range(len(rows))] == records
    assert all(type(value) is int for value in rows.record(1))


def test_columns_are_named_as_the_fields_of_a_record() -> None:
    rows = Rows(1)
    rows.extend(np.array([(11, 12, 1, 13, 14, 15, 16, 17, 18)], DTYPE))
    names = [name for name in Record._fields if name != "connection"]
    assert [rows.column(name)[0] for name in names] == list(range(11, 19))
    assert rows.column("time")[0:1].dtype == np.int64
