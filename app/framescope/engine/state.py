"""Which transitions are legal? The life of a connection as one literal table."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """Where a connection stands (RFC 6455 4.1, 7.1); numbers and names are those of `websockets`."""

    CONNECTING = 0
    OPEN = 1
    CLOSING = 2
    CLOSED = 3


CONNECTING, OPEN, CLOSING, CLOSED = State  #: quicker to look up, for what runs with each frame


class Trigger(IntEnum):
    """What moves a connection from one state to the next."""

    HANDSHAKE_DONE = 0
    HANDSHAKE_FAILED = 1
    OPEN_DEADLINE = 2
    CLOSE_SENT = 3
    CLOSE_RECEIVED = 4
    VIOLATION = 5
    PONG_DEADLINE = 6
    PEER_EOF = 7
    TRANSPORT_ENDED = 8
    CLOSE_DEADLINE = 9


#: (state, trigger) -> next state. What is not here is not legal and is a defect of the caller.
TRANSITIONS: dict[tuple[State, Trigger], State] = {
    (State.CONNECTING, Trigger.HANDSHAKE_DONE): State.OPEN,
    (State.CONNECTING, Trigger.HANDSHAKE_FAILED): State.CLOSED,
    (State.CONNECTING, Trigger.OPEN_DEADLINE): State.CLOSED,
    (State.CONNECTING, Trigger.PEER_EOF): State.CLOSED,
    (State.CONNECTING, Trigger.TRANSPORT_ENDED): State.CLOSED,
    (State.OPEN, Trigger.CLOSE_SENT): State.CLOSING,
    (State.OPEN, Trigger.CLOSE_RECEIVED): State.CLOSING,
    (State.OPEN, Trigger.VIOLATION): State.CLOSING,
    (State.OPEN, Trigger.PONG_DEADLINE): State.CLOSING,
    (State.OPEN, Trigger.PEER_EOF): State.CLOSING,
    (State.OPEN, Trigger.TRANSPORT_ENDED): State.CLOSED,
    (State.CLOSING, Trigger.CLOSE_RECEIVED): State.CLOSING,
    (State.CLOSING, Trigger.VIOLATION): State.CLOSING,
    (State.CLOSING, Trigger.PEER_EOF): State.CLOSING,
    (State.CLOSING, Trigger.TRANSPORT_ENDED): State.CLOSED,
    (State.CLOSING, Trigger.CLOSE_DEADLINE): State.CLOSED,
}


def after(state: State, trigger: Trigger) -> State:
    """Return the state that `trigger` leads to; KeyError where the table has no such step."""
    return TRANSITIONS[state, trigger]


def diagram() -> str:
    """Draw the table as Mermaid text, for README and the lab."""
    steps: dict[tuple[State, State], list[str]] = {}
    for (state, trigger), following in TRANSITIONS.items():
        if state is not following:
            words = trigger.name.lower().replace("_", " ")
            steps.setdefault((state, following), []).append(words)
    lines = ["stateDiagram-v2", "    [*] --> CONNECTING"]
    lines += [f"    {a.name} --> {b.name}: {', '.join(words)}" for (a, b), words in steps.items()]
    return "\n".join([*lines, "    CLOSED --> [*]"])
