"""What does a server answer to a request? Its hooks are asked, the engine judges, and one answer goes out."""

from __future__ import annotations

import asyncio
import email.utils
import inspect
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias

from framescope.engine.errors import InvalidHandshake, InvalidStatus
from framescope.engine.http import Request, Response
from framescope.engine.log_text import escaped
from framescope.engine.opening import ServerOpening, plain_response, refusal
from framescope.engine.state import State
from framescope.net.connection import ServerConnection

Answer: TypeAlias = Awaitable[Response | None] | Response | None
ProcessRequest: TypeAlias = Callable[[ServerConnection, Request], Answer]
ProcessResponse: TypeAlias = Callable[[ServerConnection, Request, Response], Answer]


async def answer(
    connection: ServerConnection,
    *,
    process_request: ProcessRequest | None = None,
    process_response: ProcessResponse | None = None,
    server_header: str | None = None,
) -> None:
    """Wait for the request and answer it; afterwards the connection is OPEN, or it has ended or will."""
    driver = connection.driver
    await asyncio.wait({connection.requested, driver.settled}, return_when=asyncio.FIRST_COMPLETED)
    request, opening = connection.request, driver.engine.opening
    if request is None or connection.state is not State.CONNECTING or not isinstance(opening, ServerOpening):
        return
    response: Response | None = None
    error: Exception | None = None
    if process_request is not None:
        response, error = await _ask(connection, "process_request", lambda: process_request(connection, request))
    is_judged = response is None
    if response is None:
        response, error = _judge(connection, opening)
    response.headers.setdefault("Date", email.utils.formatdate(usegmt=True))
    if server_header is not None:
        response.headers.setdefault("Server", server_header)
    connection.response = response
    if process_response is not None:
        judged = response
        other, failure = await _ask(
            connection, "process_response", lambda: process_response(connection, request, judged)
        )
        if other is not None:
            response, error = other, failure
    if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS and not connection.server.is_serving():
        response = plain_response(HTTPStatus.SERVICE_UNAVAILABLE, "Server is shutting down.\n")
    if connection.state is State.CONNECTING:  # a hook takes time, and open_timeout goes on
        words = "connection rejected" if is_judged else "HTTP response sent"
        _send(connection, opening, response, error, words)


def _send(
    connection: ServerConnection, opening: ServerOpening, response: Response, error: Exception | None, words: str
) -> None:
    driver = connection.driver
    if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
        try:
            opening.accept()
        except InvalidHandshake as fault:  # a hook says 101 to what cannot be a WebSocket
            driver.reject(refusal(fault), fault)
            return
        opening.response = response
        driver.accept()
    else:
        connection.logger.info("%s (%d %s)", words, response.status_code, escaped(response.reason_phrase))
        driver.reject(response, error or InvalidStatus(response))


def _judge(connection: ServerConnection, opening: ServerOpening) -> tuple[Response, Exception | None]:
    try:
        return opening.accept(), None
    except InvalidHandshake as error:
        return refusal(error), error
    except Exception as error:
        connection.logger.error("opening handshake failed", exc_info=True)
        return refusal(error), error


async def _ask(
    connection: ServerConnection, name: str, hook: Callable[[], Answer]
) -> tuple[Response | None, Exception | None]:
    """Ask the application; where it fails, the answer is 500 and the reason stays in the log."""
    try:
        response = hook()
        if inspect.isawaitable(response):
            response = await response
    except Exception as error:
        connection.logger.error("%s failed", name, exc_info=True)
        return refusal(error), error
    return response, None
