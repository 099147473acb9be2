"""What is said of a paper book when its digitising begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dinh.registers.scans.models import ScanBook

ACCEPTED = ".pdf,.jpg,.jpeg,.png"


class NewBook(forms.Form):
    """A paper book: which register it belongs to, what its cover says, how it is checked."""

    register = forms.ChoiceField(label=_("Register"))
    unit = forms.ChoiceField(label=_("Whose book it is"))
    title = forms.CharField(
        label=_("Title, as on the cover"),
        max_length=120,
        error_messages={"required": _("Give the title as on the cover.")},
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-width": "tiny"}),
        help_text=_("Leave it empty when the book holds several years."),
    )
    pages_in_book = forms.IntegerField(
        label=_("Pages of the paper book"),
        min_value=1,
        max_value=5000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-width": "tiny"}),
        help_text=_("Count the pages that have entries: progress is measured against this number."),
        error_messages={"required": _("Count the pages of the paper book: 1 to 5,000.")},
    )
    kept_by = forms.CharField(
        label=_("Where the paper is kept"),
        max_length=160,
        required=False,
        help_text=_("The office, the cupboard, the person who answers for it."),
    )
    way = forms.ChoiceField(
        label=_("How entries are checked"),
        choices=ScanBook.Way.choices,
        initial=ScanBook.Way.TWICE,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        units: Iterable[tuple[str, str]],
        registers: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = list(units)
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        self.fields["register"].choices = list(registers)  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial["unit"] = choices[0][0]
            self.fields["unit"].widget = forms.HiddenInput()
