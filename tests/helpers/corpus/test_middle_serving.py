"""Is the server's side recorded as such, and each connection found by its path?"""

from __future__ import annotations

from pathlib import Path

from framescope.net.client import connect
from helpers.corpus.middle_serving import serving
from helpers.corpus.stage import Stage
from helpers.loops import in_loop


@in_loop
async def test_what_clients_do_is_in_the_capture_as_the_server_saw_it(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        place = await serving(stage)
        async with connect(f"{place.url}one") as one, connect(f"{place.url}two") as two:
            await two.send("hello")
            assert await two.recv() == "hello"
            await one.close(4001, "bye")
        numbers = [await place.ended("/one"), await place.ended("/two")]
        assert numbers == [1, 2]
        assert await place.ended() == 1
        stories = [stage.trace(number).story for number in numbers]
        assert [(story.info.role, story.info.url) for story in stories if story.info] == [("server", place.url)] * 2
        assert [(story.totals.received_frames, story.totals.sent_frames) for story in stories] == [(1, 1), (2, 2)]
        ends = [story.ended.info for story in stories if story.ended]
        assert [(end.ending, end.by_peer, end.received_code) for end in ends] == [
            ("close_frames", True, 4001),
            ("close_frames", True, 1000),
        ]
