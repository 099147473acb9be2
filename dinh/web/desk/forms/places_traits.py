"""Traits of units: one of one unit, or a list of many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dinh.directory.trait_files import COLUMNS, MOST_LINES
from dinh.web.desk.forms.administration import DateField

MOST_BYTES = 2_000_000


class GiveTrait(forms.Form):
    """A trait that a unit has from a day on, or until a day."""

    trait = forms.ChoiceField(label=_("Quality"))
    valid_from = DateField(
        label=_("From"),
        help_text=_("To end one that it has, leave this empty and say until when."),
        required=False,
    )
    valid_to = DateField(label=_("Until, not included"), required=False)
    source = forms.CharField(label=_("Number of the decree"), max_length=200)

    def __init__(self, *args: Any, traits: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trait"].choices = list(traits)  # type: ignore[attr-defined]

    def row(self, code: str) -> dict[str, str]:
        """Return what was typed as a line of a list."""
        given = self.cleaned_data
        days = {name: given[name].isoformat() if given[name] else "" for name in ("valid_from", "valid_to")}
        return {"code": code, "trait": given["trait"], "source": given["source"], **days}


class HandInTraits(forms.Form):
    """A list of traits, for units below one."""

    above = forms.ChoiceField(label=_("Communes of"))
    file = forms.FileField(label=_("File of the list (.xlsx, .csv or .toml)"))

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["above"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["above"].initial = units[0][0] if units else None

    def clean_file(self) -> Any:
        """See that it is no longer than a list can be."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large for a list of traits."))
        return file


class TakeTraits(forms.Form):
    """The lines that were shown, sent back to be taken: looked at again before anything is written."""

    above = forms.ChoiceField(widget=forms.HiddenInput)
    name = forms.CharField(widget=forms.HiddenInput, max_length=255)
    lines = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["above"].choices = list(units)  # type: ignore[attr-defined]

    def clean_lines(self) -> list[dict[str, str]]:
        """Return the lines as they were read from the file."""
        wrong = forms.ValidationError(_("Hand the file in again."))
        try:
            told = json.loads(self.cleaned_data["lines"])
        except (ValueError, RecursionError) as error:
            raise wrong from error
        rows = told if isinstance(told, list) and 0 < len(told) <= MOST_LINES else []
        plain = [
            row for row in rows if isinstance(row, dict) and all(isinstance(one, str) for one in row.values())
        ]
        if not rows or len(plain) < len(rows):
            raise wrong
        return [{key: row[key] for key in COLUMNS if key in row} for row in plain]
