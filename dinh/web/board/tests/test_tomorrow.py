"""A commune looks at what the province will see from tomorrow, and mends or explains it first."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.indicators.models import Flag
from dinh.indicators.queries import places
from dinh.indicators.rules.quality import sentence
from dinh.web.board.tests.test_months import BOARD, Seats, month, seats, send

__all__ = ["month", "seats"]


def answered(account: Account, address: str) -> Any:
    places.forget()
    client = Client()
    client.force_login(account)
    answer = client.get(f"{BOARD}{address}", follow=True)
    assert answer.status_code == 200, address
    return answer


def read(account: Account, address: str) -> str:
    page: str = answered(account, address).content.decode()
    return page


def number(account: Account, address: str) -> str:
    """Return the number that the page of a figure shows first."""
    found = re.search(r'class="tile-value big">\s*<b>([^<]*)</b>', read(account, address))
    assert found is not None, address
    return found[1].strip()


def test_what_is_told_today_is_shown_to_the_commune_and_tomorrow_to_the_province(
    cast: Cast, seats: Seats, month: str
) -> None:
    values = {"v-pupils_all": "40", "v-pupils_transcript": "30"}
    assert send(seats.tells, f"told/?month={month}", do="tell", **values).status_code == 302

    figure = f"figure/transcript_rate/?unit={seats.unit}&month={month}"
    assert (number(seats.tells, figure), number(cast.province_viewer, figure)) == ("75,0\xa0%", "–")
    ((_month, lines),) = answered(seats.tells, "tomorrow/").context["months_changed"]
    (line,) = [one for one in lines if one.id == "transcript_rate"]
    assert (line.before, line.now, line.made_of) == ("–", "75,0\xa0%", "30/40")
    page = read(seats.tells, "tomorrow/")
    assert "30/40" in page and line.told.replace("&", "&amp;") in page
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert f"{tomorrow:%d/%m/%Y}" in read(seats.tells, f"?month={month}")
    assert "tomorrow/?unit" in read(seats.tells, f"?month={month}")
    above = read(cast.province_viewer, f"?unit={seats.unit}&month={month}")
    assert f"{timezone.localdate() - timedelta(days=1):%d/%m/%Y}" in above

    of = {"do": "explain", "figure": "transcript_rate", "of": month}
    assert send(seats.tells, "tomorrow/", **of, words=" ").status_code == 422
    assert send(seats.tells, "tomorrow/", **of, words="Mười đơn còn hạn").status_code == 302
    assert Flag.objects.get(check_id="explained").answer == "Mười đơn còn hạn"
    assert "Mười đơn còn hạn" in read(seats.tells, "tomorrow/")
    above = read(cast.province_viewer, f"questions/?unit={seats.unit}&state=answered")
    assert "Mười đơn còn hạn" not in above  # nor does the province read this before the figure


def test_a_question_is_answered_before_the_province_asks(seats: Seats, month: str) -> None:
    flag = Flag.objects.create(
        check_id="jump", about="dossiers_filed", unit=seats.unit, month=int(month.replace("-", "")),
        detail={"value": 90, "usual": 10}, found_at=timezone.now(),
    )  # fmt: skip
    (asked,) = answered(seats.tells, "tomorrow/").context["questions"]
    with translation.override("vi"):
        words = sentence("jump", flag.detail)
    assert (asked.id, asked.text) == (flag.pk, words) and "90" in words
    assert escape(words) in read(seats.tells, "tomorrow/")
    sent = {"do": "answer", "flag": str(flag.pk), "version": 1, "answer": "Đợt cấp lại"}
    assert send(seats.tells, "tomorrow/", **sent).status_code == 302
    flag.refresh_from_db()
    assert flag.state == "answered"
    assert send(seats.tells, "tomorrow/", do="look").status_code == 302
    assert send(seats.approves, "tomorrow/", do="look").status_code == 422  # a leader does not declare
