"""Rows of panel, reports, gatherings, badges and voices that paths of `tests.paths_outreach` name; made when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from dinh.outreach.models import Badge, FieldReport, Recording, SlipBook, Workshop
from dinh.outreach.queries.voices import all_sentences
from dinh.papers.models import Paper
from tests.house import House
from tests.rights import Actor


def here(actor: Actor) -> bool:
    """Whoever works in the commune here."""
    return actor.where == "here"


def of_report(house: House) -> Mapping[str, Any]:
    """Name the report of the team here."""
    found, _new = FieldReport.objects.get_or_create(
        unit=house.here.unit, team=house.here.team, from_on=date(2026, 1, 1), until_on=date(2026, 1, 31),
        defaults={"composed_at": timezone.now(), "figures": {"counts": {}}},
    )  # fmt: skip
    return {"report": found.pk}


def of_verb(house: House) -> Mapping[str, Any]:
    """Name an act on that report."""
    return {**of_report(house), "verb": "write"}


def of_workshop(house: House) -> Mapping[str, Any]:
    """Name a gathering of the village here."""
    now = timezone.now()
    found, _new = Workshop.objects.get_or_create(
        code="K7M2-9QXT",
        defaults={
            "kind": "workshop", "unit": house.here.team.unit, "title": "Buổi", "topic": "scams", "place": "Nhà văn hóa",
            "starts_at": now, "ends_at": now + timedelta(hours=2), "lead": house.here.staff["administrator"],
        },
    )  # fmt: skip
    return {"workshop": found.pk}


def of_gathering_act(house: House) -> Mapping[str, Any]:
    """Name an act on that gathering."""
    return {**of_workshop(house), "verb": "attend"}


def of_badge(house: House) -> Mapping[str, Any]:
    """Name a badge of the commune here."""
    found, _new = Badge.objects.get_or_create(
        code="4821-7739",
        defaults={
            "account": house.here.staff["clerk"], "unit": house.here.unit, "printed_at": timezone.now(),
            "expires_on": date(2030, 1, 1),
        },
    )  # fmt: skip
    return {"badge": found.pk}


def of_book(house: House) -> Mapping[str, Any]:
    """Name a book of slips of the commune here."""
    found, _new = SlipBook.objects.get_or_create(
        unit=house.here.unit, first=1,
        defaults={"account": house.here.staff["clerk"], "last": 8, "made_at": timezone.now()},
    )  # fmt: skip
    return {"book": found.pk}


def of_paper(house: House) -> Mapping[str, Any]:
    """Name the paper of a book of slips."""
    book = of_book(house)["book"]
    found = Paper.objects.filter(subject=book).first() or Paper.objects.create(
        template="slip_book", subject_type="slipbook", subject=book, unit=house.here.unit.pk, title="Phiếu", data={},
        check_code="SLIPBOOK00", requested_at=timezone.now(),
    )  # fmt: skip
    return {"paper": found.pk}


def of_recording(house: House) -> Mapping[str, Any]:
    """Name a recording that everybody hears; voices belong to no commune."""
    found, _new = Recording.objects.get_or_create(
        key="notice.welcome", language="hmn",
        defaults={
            "blob_id": house.here.attachment.blob_id, "text_digest": all_sentences()["notice.welcome"].digest,
            "approved_by": house.here.staff["administrator"], "recorded_by": house.here.staff["clerk"],
            "at": timezone.now(),
        },
    )  # fmt: skip
    return {"recording": found.pk}


def of_voice_act(house: House) -> Mapping[str, Any]:
    """Name an act on that recording."""
    return {**of_recording(house), "verb": "approve"}


def of_voice(house: House) -> Mapping[str, Any]:
    """Name what everybody hears."""
    of_recording(house)
    return {"key": "notice.welcome", "language": "hmn"}


def of_badge_code(house: House) -> Mapping[str, Any]:
    """Name the code of that badge."""
    of_badge(house)
    return {"code": "4821-7739"}


def of_wall(house: House) -> Mapping[str, Any]:
    """Name the code on the wall of that gathering."""
    of_workshop(house)
    return {"code": "K7M2-9QXT"}
