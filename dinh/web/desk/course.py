"""The course of a dossier: the steps done, the one that waits and those to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers.models import Dossier, Step
from dinh.dossiers.rules import life
from dinh.web.desk import saying
from dinh.web.desk.sheet import Names


def timeline(
    dossier: Dossier, procedure: Procedure, names: Names, steps: Iterable[Step]
) -> list[dict[str, str]]:
    """Return the steps done, the one that waits and those to come."""
    language = get_language() or "vi"
    titles = {step.id: step.title.of(language) for step in procedure.steps}
    events = [
        {
            "title": _("Filed"),
            "at": saying.moment(dossier.filed_at, language),
            "who": dossier.get_channel_display(),
            "note": "",
            "state": "done",
        }
    ]
    for step in steps:
        who = names(step.actor_id)
        if step.delegated_by:
            who = _("%(who)s, for %(other)s") % {"who": who, "other": names(step.delegated_by)}
        place = "" if step.on_site else _("not at the centre")
        events.append(
            {
                "title": f"{titles.get(step.step, step.step)}{_verb(step.verb)}",
                "at": saying.moment(step.done_at, language),
                "who": " · ".join(part for part in (who, place) if part),
                "note": step.note,
                "state": "done",
            }
        )
    return events + _ahead(dossier, procedure, titles, names)


def _verb(verb: str) -> str:
    """Return what was done, where it is not simply the step itself."""
    words = {
        "request_supplement": _("supplement requested"),
        "supplement": _("supplement handed in"),
        "extend": _("longer limit, verification needed"),
        "ask_payment": _("payment asked for"),
        "confirm_payment": _("payment seen"),
        "refuse": _("not accepted"),
        "reject": _("refused"),
        "send_back": _("sent back"),
        "withdraw": _("withdrawn"),
    }
    return f": {words[verb]}" if verb in words else ""


def _ahead(
    dossier: Dossier, procedure: Procedure, titles: Mapping[str, str], names: Names
) -> list[dict[str, str]]:
    ids = [step.id for step in procedure.steps]
    if dossier.step not in ids or dossier.status not in life.OPEN:
        return []
    at = ids.index(dossier.step)
    held = names(dossier.holder_id)
    waiting = _("waits for the citizen") if life.waits_for_citizen(dossier) else ""
    now = {"title": titles[dossier.step], "at": "", "who": waiting or held, "note": "", "state": "now"}
    return [
        now,
        *({"title": titles[one], "at": "", "who": "", "note": "", "state": "next"} for one in ids[at + 1 :]),
    ]
