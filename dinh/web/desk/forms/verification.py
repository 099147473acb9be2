"""Handing in a file to be verified, and one of corrections to be taken back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class HandIn(forms.Form):
    """A file of identity columns under the agency's own row numbers."""

    file = forms.FileField(
        label=_("File (CSV, XLSX or Parquet)"),
        help_text=_(
            "Only the columns that say who somebody is are needed: name, and what you have of number, birth, sex and "
            "residence, with a row number of your own. Leave the rest at home."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.parquet"}),
        error_messages={"required": _("Choose a file first.")},
    )


class Answered(forms.Form):
    """A workbook of corrections that an office without this system filled in."""

    file = forms.FileField(
        label=_("Workbook that was filled in (XLSX)"),
        help_text=_(
            "Take it away above, fill in the answer column, bring it back. Rows without an answer stay open."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose a file first.")},
    )
