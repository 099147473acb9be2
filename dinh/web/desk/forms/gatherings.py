"""What is asked when a gathering is planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.outreach.actions.gatherings import Plan
from dinh.outreach.models import Workshop
from dinh.web.desk.forms.administration import DateField

Choices = Iterable[tuple[str, str]]


class TimeField(forms.TimeField):
    """A time chosen with the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **kwargs)


class PlanGathering(forms.Form):
    """A gathering: what, where, when, for whom."""

    unit = forms.ChoiceField(label=_("Village or commune"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Workshop.Kind.choices)
    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("As it stands on the wall and in invitations.")
    )
    topic = forms.ChoiceField(label=_("Topic"))
    place = forms.CharField(
        label=_("Place"), max_length=120, help_text=_("For example: house of culture of the village.")
    )
    on = DateField(label=_("Day"))
    starts = TimeField(label=_("Begins"))
    ends = TimeField(label=_("Ends"))

    def __init__(self, *args: Any, units: Choices, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["topic"].choices = listed("workshop_topics", language)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say at the right question that it ends before it begins."""
        data = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", _("It ends after it begins."))
        return data

    def plan(self) -> Plan:
        """Return what was filled in; only of a valid form."""
        data = self.cleaned_data
        zone = timezone.get_current_timezone()
        starts = datetime.combine(data["on"], data["starts"], zone)
        ends = datetime.combine(data["on"], data["ends"], zone)
        return Plan(
            data["kind"],
            data["title"],
            data["topic"],
            data["place"],
            starts,
            max(ends, starts + timedelta(minutes=1)),
        )


def listed(list_id: str, language: str) -> list[tuple[str, str]]:
    """Return the entries of a list of the catalogue for a select, in their order."""
    found = store.get().lists.get(list_id)
    return [(one.code, one.title.of(language)) for one in found.entries] if found else []
