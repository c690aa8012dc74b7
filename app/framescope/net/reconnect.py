"""Is a failed connection worth another try, and after how long? (RFC 6455 7.2.3)"""

from __future__ import annotations

import random
from collections.abc import Iterator

from framescope.engine.errors import InvalidMessage, InvalidStatus

FIRST_DELAY = 5.0  # seconds; RFC 6455 7.2.3: "a random amount of time ... a reasonable range is 0 - 5 seconds"
MIN_DELAY = 3.1
MAX_DELAY = 90.0
FACTOR = 1.618
#: The server, or a proxy before it, may be well again soon.
TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})


def backoff(
    initial_delay: float = FIRST_DELAY,
    min_delay: float = MIN_DELAY,
    max_delay: float = MAX_DELAY,
    factor: float = FACTOR,
) -> Iterator[float]:
    """Yield delays in seconds: random at first, so that a server's clients do not all come back at once."""
    yield random.random() * initial_delay
    delay = min_delay
    while True:
        yield min(delay, max_delay)
        delay = min(delay * factor, max_delay)


def process_exception(error: Exception) -> Exception | None:
    """Return None for an error that may pass, else the exception to raise."""
    if isinstance(error, OSError):  # TimeoutError is one
        return None
    if isinstance(error, InvalidMessage) and isinstance(error.__cause__, EOFError | OSError):
        return None
    if isinstance(error, InvalidStatus) and error.response.status_code in TRANSIENT_STATUSES:
        return None
    return error
