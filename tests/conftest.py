"""What holds for every test: no screen, no settings of the user, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from helpers.leftovers import Leftovers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_SESSION_TYPE", "tty")
for variable in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "socks_proxy", "ws_proxy", "wss_proxy"):
    os.environ.pop(variable, None)
    os.environ.pop(variable.upper(), None)

# A shared machine is sometimes slow: how long one example takes is no verdict on the code.
hypothesis.settings.register_profile("framescope", deadline=None, print_blob=True)
hypothesis.settings.load_profile("framescope")

# Nor is it that a callback was slow, which asyncio's debug mode logs: a test may compare all that was logged.
logging.getLogger("asyncio").addFilter(lambda record: not str(record.msg).startswith("Executing "))

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked `long`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_collection_finish() -> None:
    # What the imports made stays; the collections after each test look at what is new only.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def folders_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point the user's settings, data and sockets to a folder of this run."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            folder = tmp_path_factory.mktemp(variable.lower())
            folder.chmod(0o700)
            patch.setenv(variable, str(folder))
        yield


class ErrorRecords(logging.Handler):
    """Collects what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def logged_errors() -> Iterator[list[logging.LogRecord]]:
    """Fail a test in which a task or a callback failed unnoticed; one that means it asserts and clears this list."""
    errors = ErrorRecords()
    watched = [logging.getLogger(name) for name in ("asyncio", "framescope", "concurrent.futures")]
    for logger in watched:
        logger.addHandler(errors)
    yield errors.records
    gc.collect()  # "Task exception was never retrieved" is said when the task is collected
    for logger in watched:
        logger.removeHandler(errors)
    # In its debug mode asyncio logs it as an error of ours that a peer refused the certificate of a server in a test.
    refused = "Error on transport creation for incoming connection"
    words = [f"{record.name}: {record.getMessage()}" for record in errors.records if refused not in record.getMessage()]
    gc.freeze()  # what is left now stays; the next collection looks at what the next test makes
    assert not words, "errors were logged (a test that expects them clears `logged_errors`): " + "; ".join(words)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, logged_errors: list[logging.LogRecord]) -> Iterator[None]:
    """Fail a test that leaves a thread, a child process, a file descriptor or a window."""
    if {"qapp", "qtbot", "run_in_qt_loop"} & set(request.fixturenames):
        request.getfixturevalue("qapp")  # it lasts for the whole run, with what it opens
    before = Leftovers.now()
    yield
    left = before.wait_until_gone()
    assert not left, f"left behind: {left}"


@pytest.fixture
def run_in_loop() -> Iterator[Run]:
    """Run a coroutine on asyncio's own loop, as the probe does: `run_in_loop(work())`."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def run_in_qt_loop(qapp: QApplication) -> Iterator[Run]:
    """Run a coroutine on the window's loop: `run_in_qt_loop(work())`."""
    from framescope.ui.event_loop import new_event_loop

    with asyncio.Runner(loop_factory=lambda: new_event_loop(qapp)) as runner:
        yield runner.run


@pytest.fixture(params=["asyncio", "qt"])
def run_in_each_loop(request: pytest.FixtureRequest) -> Run:
    """Run a coroutine once on each of the two loops."""
    name = "run_in_loop" if request.param == "asyncio" else "run_in_qt_loop"
    return request.getfixturevalue(name)  # type: ignore[no-any-return]
