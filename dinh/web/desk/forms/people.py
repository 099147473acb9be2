"""Bringing in a file of persons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportFile(forms.Form):
    """A CSV or XLSX file. The first pass loads nothing."""

    file = forms.FileField(
        label=_("File of persons (CSV or XLSX)"),
        help_text=_("Nothing is loaded yet: first every line is checked and shown."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose a file first.")},
    )
