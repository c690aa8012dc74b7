"""RELIABILITY F25 (RFC 6455 4.1, 7.1): which transitions are legal?"""

from __future__ import annotations

import itertools

import pytest

from framescope.engine.state import TRANSITIONS, State, Trigger, after, diagram


def test_states_are_those_of_websockets():
    from websockets.protocol import State as Theirs

    assert {state.name: state.value for state in State} == {state.name: state.value for state in Theirs}


# RFC 6455 4.1: "said to be in the OPEN state" once the handshake is validated; 7.1.3: "Upon either sending or receiving
# a Close control frame ... the WebSocket connection is in the CLOSING state"; 7.1.4: CLOSED "When the underlying TCP
# connection is closed", or when "the WebSocket connection could not be established". A failure of ours (7.1.7) and the
# peer's end begin the closing, too: what is under way may still be written.
STEPS = """
    CONNECTING  handshake done    OPEN
    CONNECTING  handshake failed  CLOSED
    CONNECTING  open deadline     CLOSED
    CONNECTING  peer eof          CLOSED
    CONNECTING  transport ended   CLOSED
    OPEN        close sent        CLOSING
    OPEN        close received    CLOSING
    OPEN        violation         CLOSING
    OPEN        pong deadline     CLOSING
    OPEN        peer eof          CLOSING
    OPEN        transport ended   CLOSED
    CLOSING     close received    CLOSING
    CLOSING     violation         CLOSING
    CLOSING     peer eof          CLOSING
    CLOSING     transport ended   CLOSED
    CLOSING     close deadline    CLOSED
"""


def test_steps_are_those_of_the_rfc():
    steps = [line.split("  ") for line in STEPS.strip().splitlines()]
    told = {tuple(word.strip() for word in words if word.strip()) for words in steps}
    assert len(told) == len(steps)
    assert {(s.name, t.name.lower().replace("_", " "), f.name) for (s, t), f in TRANSITIONS.items()} == told
    assert len(Trigger) == 10


def test_a_connection_never_goes_back():
    assert all(following >= state for (state, _), following in TRANSITIONS.items())
    assert not [state for state, _ in TRANSITIONS if state is State.CLOSED]


@pytest.mark.parametrize("state", [State.CONNECTING, State.OPEN, State.CLOSING])
def test_every_state_can_end(state):
    reached = {state}
    for _ in State:
        reached |= {following for (before, _), following in TRANSITIONS.items() if before in reached}
    assert State.CLOSED in reached
    assert (state, Trigger.TRANSPORT_ENDED) in TRANSITIONS


def test_what_the_table_does_not_have_is_a_defect():
    for step in itertools.product(State, Trigger):
        if step in TRANSITIONS:
            assert after(*step) is TRANSITIONS[step]
        else:
            with pytest.raises(KeyError):
                after(*step)


def test_diagram_is_drawn_from_the_table():
    lines = diagram().splitlines()
    assert (lines[:2], lines[-1]) == (["stateDiagram-v2", "    [*] --> CONNECTING"], "    CLOSED --> [*]")
    assert "    CONNECTING --> OPEN: handshake done" in lines
    assert "    CLOSING --> CLOSED: transport ended, close deadline" in lines
    assert not [line for line in lines if "CLOSING --> CLOSING" in line]
    changes = {(a, b) for (a, _), b in TRANSITIONS.items() if a is not b}
    assert len(lines) == len(changes) + 3
