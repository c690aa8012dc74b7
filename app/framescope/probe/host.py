"""Who obeys? The host carries commands out on its session and says what came of each."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import assert_never

import framescope
from framescope.capture.writer import CaptureWriter
from framescope.engine.errors import WebSocketException
from framescope.engine.frames import Opcode
from framescope.engine.pongs import PongPolicy
from framescope.probe import messages
from framescope.probe.messages import Asked, Done, Hello, Refused
from framescope.session.demo import DemoFeed
from framescope.session.session import Session

logger = logging.getLogger("framescope.probe")


class Host:
    """One session and one capture, obeying typed commands."""

    def __init__(self, folder: Path) -> None:
        """Begin a capture in `folder`. OSError when it cannot be written."""
        self._folder = folder
        self._session = Session(CaptureWriter(folder))
        self._demo: DemoFeed | None = None
        self._demo_url = ""
        self._ending = asyncio.Lock()
        self._is_over = False

    def start(self) -> None:
        """Begin to watch the loop; needs it running."""
        self._session.start()

    def hello(self) -> Hello:
        """Say who this is."""
        return Hello(framescope.__version__, os.getpid(), str(self._folder))

    async def obey(self, asked: Asked) -> Done | Refused:
        """Carry a command out. What is wrong with it is answered, never raised."""
        try:
            return await self._obey(asked.number, asked.command)
        except (WebSocketException, ValueError, OSError) as error:
            return Refused(asked.number, str(error) or type(error).__name__)
        except Exception as error:
            # The window waits for an answer: a defect of ours is one, too.
            logger.exception("%s failed", type(asked.command).__name__)
            return Refused(asked.number, f"Framescope itself failed: {type(error).__name__}. Its log says more.")

    async def shut_down(self) -> None:
        """Close every connection with 1001 and write the capture out. Asked again, wait until that is done."""
        async with self._ending:
            if self._is_over:
                return
            self._is_over = True
            await self._session.shut_down()
            if self._demo is not None:
                await self._demo.stop()

    async def _obey(self, number: int, command: messages.Command) -> Done:
        session = self._session
        match command:
            case messages.Connect(options):
                return Done(number, connection=session.connect(options))
            case messages.SetKnob(connection, name, value):
                session.turn(connection, name, value)
            case messages.Send(connection, opcode, payload):
                session.send(connection, Opcode(opcode), payload)
            case messages.Ping(connection, ping_payload):
                session.ping(connection, ping_payload)
            case messages.Close(connection, code, reason):
                session.close(connection, code, reason)
            case messages.SetPongPolicy(connection, policy, delay):
                session.set_pong_policy(connection, PongPolicy(policy, delay))
            case messages.PauseReading(connection, is_paused):
                session.pause_reading(connection, is_paused=is_paused)
            case messages.StartDemo():
                return Done(number, url=await self._start_demo())
            case messages.Shutdown():
                await self.shut_down()
            case _:
                assert_never(command)
        return Done(number)

    async def _start_demo(self) -> str:
        if self._demo is None:
            demo = DemoFeed()
            self._demo_url = await demo.start()
            self._demo = demo
        return self._demo_url
