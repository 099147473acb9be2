"""Handing in the work of a telephone that cannot send: a file that it saved, brought to the commune."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dinh.outreach import exported
from dinh.outreach.actions.handing_in import hand_in
from dinh.outreach.models import Operation
from dinh.outreach.policy import MANAGE
from dinh.outreach.queries.scope import FIELD
from dinh.web.desk.forms.devices import HandIn
from dinh.web.desk.views.base import account_of, desk_page, now, show

HELP = "drafts.help"


@desk_page(MANAGE, FIELD, HELP)
def page(request: HttpRequest) -> HttpResponse:
    """Take in a file of unsent work. Nobody can read it here: it is answered operation by operation, by receipt alone."""
    form = HandIn(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return show(request, "teams/hand_in", {"form": form}, status=422 if form.errors else 200)
    try:
        given = exported.read(form.cleaned_data["file"].read(exported.MOST_BYTES + 1))
        maker = exported.maker_of(given.device)
    except exported.NotExported as refused:
        form.add_error("file", str(refused.message))
        return show(request, "teams/hand_in", {"form": form}, status=422)
    done = hand_in(given=given, maker=maker, by=account_of(request), at=now())
    words = dict(Operation.State.choices)
    rows = [
        {"receipt": one.get("receipt", ""), "state": words.get(str(one["state"]), one["state"]), "message": one.get("message", "")}
        for one in done.results
    ]  # fmt: skip
    return show(
        request,
        "teams/hand_in",
        {"form": HandIn(), "rows": rows, "left": done.left, "maker": maker, "made_at": given.made_at},
    )
