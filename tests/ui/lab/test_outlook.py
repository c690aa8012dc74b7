"""Does the view go along with a run, show what matters after a run at once, and stay where a person has put it?"""

from __future__ import annotations

import pytest

from framescope.ui.lab.outlook import Outlook


def few(start: float, end: float) -> int:
    return 10


@pytest.fixture
def outlook() -> Outlook:
    outlook = Outlook()
    outlook.begin(14.5, has_question=True)
    return outlook


def test_a_run_is_shown_up_to_the_moment_asked_about_and_then_rolls(outlook: Outlook) -> None:
    assert outlook.span.start == 0 and 14.5 < outlook.span.end < 15.2
    for now in (5.0, 13.0, 14.6, 20.0, 50.0):
        outlook.advance(now, few, is_over=False)
        assert outlook.span.start <= now <= outlook.span.end and outlook.span.length == pytest.approx(14.5 * 1.03)


def test_after_a_run_at_once_the_moment_asked_about_is_in_view(outlook: Outlook) -> None:
    outlook.begin(60.0, has_question=True)
    outlook.advance(3600.0, lambda start, end: round(6 * (end - start)), is_over=True)
    assert outlook.span.start < 60.0 < outlook.span.end and outlook.span.length < 30


def test_without_a_question_the_end_is_what_matters(outlook: Outlook) -> None:
    outlook.begin(30.0, has_question=False)
    outlook.advance(600.0, few, is_over=True)
    assert outlook.span.start < 600.0 < outlook.span.end and outlook.span.length == pytest.approx(30.9)


def test_a_persons_view_stays_until_it_follows_again(outlook: Outlook) -> None:
    outlook.zoom(0.5, 100.0)
    outlook.pan(50.0)
    start = outlook.span.start
    outlook.advance(40.0, few, is_over=False)
    assert outlook.span.start == start
    outlook.show(1.0, 3.0)
    outlook.advance(41.0, few, is_over=False)
    assert (outlook.span.start, outlook.span.end) == (1.0, 3.0)
    outlook.follow(41.0)
    outlook.advance(45.0, few, is_over=False)
    assert outlook.span.start < 45.0 < outlook.span.end and outlook.span.length == pytest.approx(2.0)


def test_all_stays_all_while_it_goes_on(outlook: Outlook) -> None:
    outlook.fit_all()
    outlook.advance(100.0, few, is_over=False)
    assert outlook.span.start == 0.0 and outlook.span.end >= 100.0
    outlook.follow(100.0)
    assert outlook.span.length < 15 and outlook.span.start < 100.0 < outlook.span.end


def test_another_moment_is_brought_into_view(outlook: Outlook) -> None:
    outlook.advance(50.0, few, is_over=False)
    outlook.travel(3.0, 50.0)
    assert outlook.span.start < 3.0 < outlook.span.end and outlook.longest == pytest.approx(51.5)
