"""What becomes of an error that nobody handles? It is logged once, without payloads, and the program lives."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import sys
import threading
from pathlib import Path
from types import TracebackType

logger = logging.getLogger("framescope")
_SIZE = 512 * 1024  # B; two files of this size are kept


class PrivateLog(logging.handlers.RotatingFileHandler):
    """A rotating log that only its owner can read."""

    def _open(self):  # type: ignore[no-untyped-def]  # the base class's own signature is private
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        Path(self.baseFilename).chmod(0o600)  # one that was there already
        return os.fdopen(descriptor, self.mode, encoding="utf-8")


def install(file: Path) -> None:
    """Log unhandled errors of every thread to `file` and to stderr; without a writable file to stderr alone."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handlers.append(PrivateLog(file, maxBytes=_SIZE, backupCount=1, encoding="utf-8"))
    except OSError as error:
        logger.warning("no log file: %s", error)
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in handlers:
        handler.setLevel(logging.WARNING)
        handler.setFormatter(formatter)
        logging.getLogger().addHandler(handler)
    sys.excepthook = _unhandled
    threading.excepthook = _unhandled_in_thread
    if sys.__stderr__ is not None:  # a windowed program on Windows has none
        faulthandler.enable(sys.__stderr__)


def _unhandled(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.error("an error nobody handled", exc_info=(kind, error, traceback))


def _unhandled_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _unhandled(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
