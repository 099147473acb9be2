"""Bringing in a file of persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportFile(forms.Form):
    """A CSV or XLSX file. The first pass loads nothing."""

    unit = forms.ChoiceField(label=_("Commune"))
    file = forms.FileField(
        label=_("File of persons (CSV or XLSX)"),
        help_text=_("Nothing is loaded yet: first every line is checked and shown."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file first.")},
    )

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
