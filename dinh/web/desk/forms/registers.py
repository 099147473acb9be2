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
        self.today = today
        choices = list(units)
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        self.initial |= {"on": today}
        if len(choices) == 1:
            self.initial |= {"unit": choices[0][0]}
            self.fields["unit"].widget = forms.HiddenInput()

    def clean_on(self) -> date:
        """Refuse a day that is not yet."""
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is not yet."))
        return day


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
