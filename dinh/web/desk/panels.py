"""The acts under a dossier as folded forms: from a pattern while nothing is typed, else drawn anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.safestring import SafeString

from dinh.catalogue import store
from dinh.dossiers.models import Dossier
from dinh.web.components.patterns import Pattern
from dinh.web.desk import sheet
from dinh.web.desk.doing import Doing
from dinh.web.desk.forms import acts

_PANEL = Pattern("desk/bits/panel.html", ("act_url", "csrf_token", "version", "applicant"))


@dataclass(frozen=True)
class Panel:
    """One act that is offered: a finished part of the page, or the form that has something to correct."""

    doing: Doing
    url: str
    html: SafeString | None = None
    form: forms.Form | None = None


def form_for(doing: Doing, dossier: Dossier, data: Any = None, **marks: str) -> forms.Form:
    """Return the form of an act, empty or with what was sent; its fields are named after the act.

    marks  stand for what the form takes from this dossier, while its pattern is drawn
    """
    initial: dict[str, Any] = {"version": marks.get("version", dossier.version), "on_site": True}
    auto_id = f"id_{doing.verb}_%s"
    if doing.form is acts.Supplement:
        items, second = _items(dossier), dossier.supplement_count > 0
        return acts.Supplement(data, initial=initial, items=items, second=second, auto_id=auto_id)
    if doing.form is acts.Collect:
        name = marks.get("applicant", dossier.applicant_name)
        initial |= {"collector_name": name, "relation": acts.Collect.APPLICANT}
    return doing.form(data, initial=initial, auto_id=auto_id)


def panel_of(
    doing: Doing,
    dossier: Dossier,
    bound: forms.Form | None,
    *,
    key: str,
    came_from: str,
    csrf_token: str,
    takes: bool,
) -> Panel:
    """Return the panel of an act.

    bound  its form, when it was sent and has something to correct
    takes  values of a register can be taken over with it: their lines are this dossier's alone
    """
    url = reverse("desk:act", args=[key, doing.verb])
    if bound is not None or takes:
        return Panel(doing, url, form=bound or form_for(doing, dossier))
    items = tuple(_items(dossier)) if doing.form is acts.Supplement else ()

    def context(marks: Mapping[str, str]) -> dict[str, Any]:
        form = form_for(doing, dossier, version=marks["version"], applicant=marks["applicant"])
        return {"doing": doing, "form": form, "came_from": came_from}

    html = _PANEL.draw(
        (doing.verb, came_from, items, dossier.supplement_count > 0),
        context,
        act_url=url,
        csrf_token=csrf_token,
        version=str(dossier.version),
        applicant=dossier.applicant_name,
    )
    return Panel(doing, url, html)


def _items(dossier: Dossier) -> list[tuple[str, str]]:
    return sheet.items(dossier, store.get_procedure(dossier.procedure, dossier.procedure_version))
