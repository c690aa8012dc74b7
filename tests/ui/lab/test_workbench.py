"""Do the rails line up with the cards beside them?"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, QSize

from framescope.ui.lab.lab_page import LabPage


def test_the_rails_stand_where_the_cards_meet_the_network(page: LabPage) -> None:
    bench = page.bench
    for size in (QSize(1440, 850), QSize(1100, 630)):
        page.resize(size)
        QCoreApplication.processEvents()
        client, server = bench.ends[False], bench.ends[True]
        rails = bench.sequence._rails
        assert (
            rails.client
            == client.mapTo(bench, QPoint(0, client.height())).y() - bench.sequence.mapTo(bench, QPoint()).y()
        )
        assert rails.server == server.mapTo(bench, QPoint()).y() - bench.sequence.mapTo(bench, QPoint()).y()
        assert rails.server - rails.client > 80


def test_while_it_plays_the_slow_parts_wait(page: LabPage) -> None:
    page.player.play()
    page.player.pause()
    page.bench.refresh(is_whole=False)
    assert page.bench.tools.time_text.endswith(" s")
