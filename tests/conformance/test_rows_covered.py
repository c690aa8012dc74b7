"""Is every row of RELIABILITY 1.1 to 1.5 tried, at the ends that have it, with what is right and what is wrong?"""

from __future__ import annotations

from collections import defaultdict
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

#: The ends that a row binds, and whether something can be right (+) and wrong (-) about it.
CLIENT, SERVER, BOTH = ("client",), ("server",), ("client", "server")
RIGHT, WRONG, EITHER = {"valid"}, {"invalid"}, {"valid", "invalid"}
ROWS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    **dict.fromkeys(["H1", "H2", "H4", "H5", "H9", "H10", "H11", "H12", "H13", "H14", "H15", "H16"], (CLIENT, EITHER)),
    **dict.fromkeys(["H6", "H7", "H8"], (CLIENT, RIGHT)),  # of our own request: there is nothing to refuse
    **dict.fromkeys(["S1", "S2", "S3", "S4", "S5", "S8", "S9"], (SERVER, EITHER)),
    "S6": (SERVER, RIGHT),  # of our own answer: the other half is the client's H12
    "S7": (SERVER, RIGHT),  # the other half is the client's H11
    "F1": (SERVER, EITHER),
    "F2": (CLIENT, EITHER),
    "F3": (BOTH, RIGHT),  # of what we send: the other halves are F1 and F2
    "F4": (CLIENT, EITHER),
    "F5": (BOTH, RIGHT),  # that it cannot be changed is what is right about it
    **dict.fromkeys(["F6", "F7", "F8", "F9", "F10", "F12", "F13", "F15", "F16", "F19"], (BOTH, EITHER)),
    **dict.fromkeys(["F11", "F14", "F18"], (BOTH, RIGHT)),  # what could be wrong is F12, D9 and F13
    **dict.fromkeys(["F20", "F21", "F22", "F24", "F25"], (BOTH, EITHER)),
    "F23": (BOTH, WRONG),
    **dict.fromkeys(["C1", "C2", "C5", "C10"], (BOTH, EITHER)),
    "C6": (BOTH, WRONG),  # what is right is C7
    **dict.fromkeys(["C3", "C4", "C7", "C8", "C9"], (BOTH, RIGHT)),  # what could be wrong of C7 is C6
    "C12": (CLIENT, EITHER),
    "D1": (SERVER, EITHER),
    "D2": (CLIENT, EITHER),
    **dict.fromkeys(["D3", "D4", "D8", "D9", "D12", "D13", "D14"], (BOTH, EITHER)),
    "D5": (BOTH, RIGHT),
    "D6": (BOTH, RIGHT),
    "D7": (BOTH, RIGHT),
    "D10": (BOTH, RIGHT),
    "D11": (BOTH, RIGHT),
}
#: Rows without a test of this ledger, and why.
ELSEWHERE = {
    "H3": "a documented deviation: connections to one address are not serialised, one silent server would block all",
    "F17": "binds an intermediary: it comes with the relay",
    "D15": "binds an intermediary: it comes with the relay",
    "C11": "binds the window, a tool for developers (7.1.7): it shows a reason as text, in the row of the frame that"
    " carried it, with its direction: tests/analysis/test_frame_row.py",
}
ALL = [
    f"{letter}{number}"
    for letter, count in (("H", 16), ("S", 9), ("F", 25), ("C", 12), ("D", 15))
    for number in range(1, count + 1)
]


def tried() -> dict[str, set[tuple[str, str]]]:
    """Return for each row the ends and kinds of its tests, by the tests' names and ids."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in sorted(Path(__file__).parent.glob("test_rows_*.py")):
        if path == Path(__file__):
            continue
        spec = spec_from_file_location(f"ledger_of_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, test in vars(module).items():
            if not name.startswith("test_"):
                continue
            kind = name.split("_")[1]
            assert kind in EITHER, f"{path.name}: {name} is neither valid nor invalid"
            (mark,) = test.pytestmark
            for parameter in mark.args[1]:
                row, end, *_ = parameter.id.split("-")
                assert end in BOTH, f"{path.name}: {parameter.id} does not name an end"
                found[row].add((end, kind))
    return found


def test_every_row_is_tried() -> None:
    found = tried()
    assert set(found) == set(ROWS)
    missing = [
        f"{row}, {end}, {kind}"
        for row, (ends, kinds) in ROWS.items()
        for end in ends
        for kind in kinds
        if (end, kind) not in found[row]
    ]
    assert missing == []


@pytest.mark.parametrize("row", ALL)
def test_every_row_is_in_the_table(row: str) -> None:
    assert (row in ROWS) is not (row in ELSEWHERE)


def test_the_tables_have_no_other_rows() -> None:
    assert {*ROWS, *ELSEWHERE} == set(ALL)
