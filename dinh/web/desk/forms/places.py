"""A decree on places, typed or handed in as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.decisions import ABOUT, TYPES
from dinh.directory.models import UnitChange
from dinh.web.desk.forms.administration import DateField

# A division has pages of its own: `places_parts`.
KINDS = tuple((key, title) for key, title in UnitChange.Kind.choices if key != UnitChange.Kind.SPLIT)


class TypeDecision(forms.Form):
    """What a decree says, for all kinds but those with parts: `places_parts` asks for these."""

    kind = forms.ChoiceField(label=_("What is decided"), choices=KINDS)
    title = forms.CharField(label=_("Title of the decision"), max_length=200)
    decree = forms.CharField(label=_("Number of the decree"), max_length=120)
    effective_on = DateField(label=_("In force from"))
    units = forms.CharField(
        label=_("Codes of the units concerned"),
        help_text=_(
            "For every kind but a creation; several separated by commas. For a merger all that become one."
        ),
        required=False,
        max_length=400,
    )
    name = forms.CharField(
        label=_("New name, without the type"),
        help_text=_("For a creation, a merger, a new name."),
        max_length=80,
        required=False,
    )
    type = forms.ChoiceField(
        label=_("Type of unit"),
        help_text=_("For a creation, a merger, another type."),
        choices=[("", "–"), *((one, one) for one in TYPES)],
        required=False,
    )
    code = forms.CharField(
        label=_("New code"),
        help_text=_("For a creation, a merger, another code."),
        max_length=16,
        required=False,
    )
    parent = forms.CharField(
        label=_("Code of the unit above, or of the one that takes over"),
        help_text=_("For a creation, another unit above, an end (the unit that takes over)."),
        max_length=16,
        required=False,
    )
    seat = forms.CharField(
        label=_("Code of the unit whose offices go on serving"),
        help_text=_("For a merger: the new offices have its addresses and telephones."),
        required=False,
        max_length=16,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each hint says which kinds need it: "optional" beside it would be untrue of these.
        for field in self.fields.values():
            if not field.required:
                field.widget.attrs["data-plain"] = "yes"

    def decision(self) -> dict[str, Any]:
        """Return what was typed as a decision has it."""
        given = self.cleaned_data
        kind, units = given["kind"], [one.strip() for one in given["units"].split(",") if one.strip()]
        told: dict[str, Any] = {name: given[name] for name in ("kind", "title", "decree", "effective_on")}
        if kind in ABOUT:
            column = ABOUT[kind]
            told["changes"] = [{"unit": one, column: given[column], **self._more(kind)} for one in units]
        elif kind == UnitChange.Kind.DISSOLVE:
            told["parts"] = [{"from": one, "to": given["parent"]} for one in units]
        else:
            made = {name: given[name] for name in ("code", "name", "type", "parent", "seat")}
            told["makes"] = [made]
            told["parts"] = [{"from": one, "to": given["code"]} for one in units]
        return told

    def _more(self, kind: str) -> dict[str, str]:
        """An upgrade may bring a new name."""
        return {"name": self.cleaned_data["name"]} if kind == UnitChange.Kind.UPGRADE else {}


class HandInDecision(forms.Form):
    """A decision as TOML or as the workbook that the page gives."""

    file = forms.FileField(label=_("File of the decision (.toml or .xlsx)"))
