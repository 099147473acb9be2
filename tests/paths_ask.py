"""The rows of `tests.paths` for asking the data: who may ask, and whose a kept question is."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dinh.indicators.models import SavedQuestion
from tests.house import House
from tests.rights import NO, OK, SIGN_IN, Actor, Path_, any_of

ASK = "figures.ask"


def _question(house: House) -> dict[str, Any]:
    """A question that the leader of the commune here keeps."""
    owner = house.here.staff["leader"]
    row, _new = SavedQuestion.objects.get_or_create(
        owner=owner.pk,
        defaults={
            "kind": "sql",
            "name": "x",
            "text": "SELECT 1",
            "created_at": timezone.now(),
            "changed_at": timezone.now(),
        },
    )
    return {"question": row.pk, "verb": "remove"}


def own_question(actor: Actor) -> str:
    """Who kept it."""
    if not actor.account:
        return SIGN_IN
    return OK if actor.name == "leader here" else NO


ASK_PATHS: dict[str, Path_] = {
    "board:ask": Path_(any_of(ASK), "GET HEAD"),
    "board:ask_sql": Path_(any_of(ASK)),
    "board:ask_kept": Path_(any_of(ASK)),
    "board:ask_kept_act": Path_(own_question, args=_question),
}
