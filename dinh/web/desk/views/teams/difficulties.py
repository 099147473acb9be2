"""What stands in people's way, as the teams wrote it down at their houses: listed, grouped, answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dinh.outreach.models import Difficulty
from dinh.outreach.policy import ANSWER, LEAD, SUPERVISE, led_villages
from dinh.web.desk.views.base import account_of, desk_page, show, today


@desk_page(ANSWER, LEAD, SUPERVISE)
def browse(request: HttpRequest) -> HttpResponse:
    """List the difficulties of the villages that one leads or answers for."""
    found = Difficulty.objects.filter(village__in=led_villages(account_of(request), today()))
    return show(request, "teams/difficulties", {"lines": found.order_by("-at")[:50]})
