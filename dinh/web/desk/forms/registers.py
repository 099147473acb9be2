"""What an officer says of a register: a file that is brought in, why a record is changed or closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dinh.registers.rules import TEXTS

FORMATS = ".csv,.txt,.tsv,.xlsx,.parquet,.geojson,.json"
DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]


class HandIn(forms.Form):
    """A file of a register. Nothing of it is entered before it was checked."""

    unit = forms.ChoiceField(label=_("Whose rows they are"))
    on = forms.DateField(
        label=_("The day of which the file tells"),
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"data-width": "short"}),
        help_text=_("What it says is confirmed on that day."),
    )
    file = forms.FileField(
        label=_("File (CSV, XLSX, Parquet or GeoJSON)"),
        widget=forms.ClearableFileInput(attrs={"accept": FORMATS}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _of_units(self, list(units))
        self.today = today
        self.initial["on"] = today

    def clean_on(self) -> date:
        """Refuse a day that is not yet."""
        return not_ahead(self.cleaned_data["on"], self.today)


class Enter(forms.Form):
    """Whose record it is, and of which day; what it says is asked by its register."""

    unit = forms.ChoiceField(label=_("Whose record it is"))
    on = forms.DateField(
        label=_("Registered on"),
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"data-width": "short"}),
    )

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _of_units(self, list(units))
        self.today = today
        self.initial["on"] = today

    def clean_on(self) -> date:
        """Refuse a day that is not yet."""
        return not_ahead(self.cleaned_data["on"], self.today)


class Reason(forms.Form):
    """Why a record is changed or closed, and the version that was on the screen."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=TEXTS["reason"],
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": TEXTS["reason"]}),
        help_text=_("It stays with the record for ever."),
        error_messages={"required": _("Say why.")},
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def not_ahead(day: date, today: date) -> date:
    """Return a day that is today or past. Raises ValidationError."""
    if day > today:
        raise forms.ValidationError(_("This day is not yet."))
    return day


def _of_units(form: forms.Form, units: list[tuple[str, str]]) -> None:
    """Let one of the units be chosen; where there is one only, nobody is asked."""
    field = form.fields["unit"]
    field.choices = units  # type: ignore[attr-defined]
    if len(units) == 1:
        form.initial["unit"] = units[0][0]
        field.widget = forms.HiddenInput()
