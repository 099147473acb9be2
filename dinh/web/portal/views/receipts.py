"""What became of what was handed over at the door: asked with the code on the slip, answered without a name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from dinh.lib.dates import show_date
from dinh.outreach.queries.trust import Became
from dinh.outreach.queries.trust import receipt as receipt_of
from dinh.outreach.rules.receipts import clean_receipt
from dinh.web.portal import short
from dinh.web.portal.short import in_language, plain

KINDS = {
    "visit": gettext_lazy("A visit to your house"),
    "assistance": gettext_lazy("Help that you were given"),
    "filing": gettext_lazy("A request filed with you"),
    "difficulty": gettext_lazy("A difficulty that you told of"),
    "coverage": gettext_lazy("The network at your house"),
    "consent.withdrawn": gettext_lazy("Your consent taken back"),
    "result.brought": gettext_lazy("A result brought to your house"),
    "answer.told": gettext_lazy("An answer told at your house"),
}
OTHER = gettext_lazy("What was written down at your house")
STATES: dict[str, tuple[str, str, Any, Any]] = {
    "received": ("green", "✓", gettext_lazy("Received"), gettext_lazy("The commune has it.")),
    "waits": ("gold", "‖", gettext_lazy("On its way"), gettext_lazy("It arrived before an earlier piece. It is taken up within three days; you need do nothing.")),
    "review": ("gold", "▲", gettext_lazy("An officer looks at it"), gettext_lazy("You need do nothing. The volunteer is told what was decided.")),
    "not_taken": ("red", "■", gettext_lazy("Not accepted"), gettext_lazy("Something in it was not right. The volunteer knows why and comes back to you; you can also call us.")),
    "processing": ("gold", "●", gettext_lazy("Being processed"), gettext_lazy("The commune is working on it.")),
    "accepted": ("green", "✓", gettext_lazy("The result is ready"), gettext_lazy("The result can be fetched, or a volunteer brings it.")),
    "refused": ("red", "■", gettext_lazy("Not granted"), gettext_lazy("The reason stands in the decision. Ask the volunteer or call us.")),
    "withdrawn": ("plain", "–", gettext_lazy("Withdrawn"), gettext_lazy("It was taken back at your wish.")),
    "answered": ("green", "✓", gettext_lazy("Answered"), gettext_lazy("The commune answered. A volunteer tells you the answer.")),
}  # fmt: skip


@in_language
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the slip."""
    code = plain(request.GET.get("code", ""))
    if code:
        return short.lead(request, "short:receipt", code)
    return _show(request, {})


@in_language
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Say what became of it."""
    at = timezone.now()
    short.hold_back("receipt", request, at)
    clean = clean_receipt(code)
    found = receipt_of(clean) if clean else []
    short.count("receipt", request, code, at, known=bool(found))
    context = {"found": [_told(one) for one in found], "code": clean or code[:12], "asked": True}
    return _show(request, context, 200 if found else 404)


def _told(one: Became) -> dict[str, Any]:
    language = get_language() or "vi"
    colour, shape, word, sentence = STATES[one.state]
    return {
        "kind": KINDS.get(one.kind, OTHER), "colour": colour, "shape": shape, "word": word, "sentence": sentence,
        "on": show_date(one.on, language), "village": one.village, "number": one.number,
        "since": show_date(one.since, language) if one.since else "",
    }  # fmt: skip


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(
        request, "portal/receipt_found.html", context | {"lang": short.chosen(request)}, status=status
    )
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
