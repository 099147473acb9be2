"""Words of a commune about its figures: an answer to a question of quality, or an explanation that nobody asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.directory.writing import change, created, refuse_if
from dinh.indicators.actions.told import DECLARE
from dinh.indicators.engine import definitions
from dinh.indicators.models import Flag
from dinh.indicators.rules.quality import EXPLAINED
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault

LONGEST = 1000


@action
def answer_flag(flag: Flag, answer: str, *, by: Account, at: datetime) -> Flag:
    """Answer a question of quality: why the figure is as it is."""
    policy.require(by, DECLARE, unit=flag.unit, on=local_date(at))
    faults = _faults(answer)
    if flag.state == Flag.State.GONE:
        faults.append(Fault("state", "gone", _("This is no longer so; nothing is asked.")))
    refuse_if(faults, "indicators.flag")
    change(flag, "indicators.flag_answered", by=by, at=at, unit=flag.unit, **_answered(answer, by, at))
    return flag


@action
def explain(indicator: str, unit: UUID, month: int, words: str, *, by: Account, at: datetime) -> Flag:
    """Say of a figure why it is as it is, before or after those above see it; said anew, it replaces what was said.

    Raises NotPermitted; NotFound for no such figure; Invalid ("indicators.flag").
    """
    policy.require(by, DECLARE, unit=unit, on=local_date(at))
    definitions.indicator(indicator)
    refuse_if(_faults(words), "indicators.flag")
    Unit.objects.select_for_update().get(pk=unit)  # of two who explain at once, the second speaks last
    found = Flag.objects.filter(check_id=EXPLAINED, about=indicator, unit=unit, month=month).first()
    if found is None:
        found = Flag(
            check_id=EXPLAINED,
            about=indicator,
            unit=unit,
            month=month,
            found_at=at,
            **_answered(words, by, at),
        )
        found.save(force_insert=True)
        created(found, "indicators.flag_answered", by=by, at=at, unit=unit)
    else:
        change(found, "indicators.flag_answered", by=by, at=at, unit=unit, **_answered(words, by, at))
    return found


def _answered(words: str, by: Account, at: datetime) -> dict[str, Any]:
    return {"state": Flag.State.ANSWERED, "answer": words.strip(), "answered_by": by.pk, "answered_at": at}


def _faults(words: str) -> list[Fault]:
    if not words.strip() or len(words.strip()) > LONGEST:
        return [Fault("answer", "length", _("Write an answer of at most 1,000 signs."))]
    return []
