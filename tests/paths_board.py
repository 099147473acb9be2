"""The rows of `tests.paths` for the board: what leaders and data people read, and the page that is everybody's."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dinh.indicators.models import Source
from tests.house import House
from tests.reports import report
from tests.rights import Actor, Path_, any_of, public

READ = "GET HEAD"
BOARD = "board.read"


def _figure(house: House) -> dict[str, Any]:
    return {"figure": "on_time_rate"}


def _rows(house: House) -> dict[str, Any]:
    return {"figure": "on_time_rate", "measure": "dossiers_ended"}


def _preview(house: House) -> dict[str, Any]:
    return {"report": "commune_month"}


def _code(house: House) -> dict[str, Any]:
    """Return the code of the commune here, whose figures are kept."""
    unit = house.here.unit
    Source.objects.get_or_create(
        view="facts_dossiers", commune=unit.pk, defaults={"begin": 202611, "counted_at": timezone.now()}
    )
    return {"code": unit.versions.latest("valid_from").code}


def _sees_at_once(actor: Actor) -> bool:
    """Who only reads from above sees the figures of a commune, and what is told, a day later."""
    return actor.name != "province_viewer"


BOARD_PATHS: dict[str, Path_] = {
    "board:home": Path_(any_of(BOARD), READ),
    "board:group": Path_(any_of(BOARD), READ, lambda house: {"group": "service"}),
    "board:figure": Path_(any_of(BOARD), READ, _figure),
    "board:rows": Path_(any_of(BOARD), READ, _rows),
    "board:heat": Path_(any_of(BOARD), READ),
    "board:score": Path_(any_of(BOARD), READ),
    "board:months": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:month": Path_(any_of(BOARD), "GET HEAD POST", lambda house: {"month": "2025-12"}),
    "board:told": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:told_template": Path_(any_of(BOARD, also=_sees_at_once), READ),
    "board:told_history": Path_(
        any_of(BOARD, also=_sees_at_once), READ, lambda house: {"measure": "petitions_received"}
    ),
    "board:reports": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:report_schedules": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:report_preview": Path_(any_of(BOARD), READ, _preview),
    "board:report": Path_(
        any_of(BOARD, row=BOARD, also=_sees_at_once), READ, lambda house: {"report": report(house)}
    ),
    "board:report_file": Path_(
        any_of(BOARD, row=BOARD, also=_sees_at_once),
        READ,
        lambda house: {"report": report(house), "form": "docx"},
    ),
    "board:tomorrow": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:questions": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:targets": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:surveys": Path_(any_of(BOARD), "GET HEAD POST"),
    "board:survey": Path_(public, "GET HEAD POST"),
    "board:public": Path_(public, READ, _code),
}
