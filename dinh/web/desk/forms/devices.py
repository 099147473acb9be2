"""Telephones: for whom a code is made, why one is taken off the list, which file is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MakeCode(forms.Form):
    """For which member a telephone is enrolled."""

    member = forms.ChoiceField(
        label=_("Member"), error_messages={"required": _("Choose whose telephone it is.")}
    )

    def __init__(self, *args: Any, members: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = list(members)  # type: ignore[attr-defined]


class Revoke(forms.Form):
    """Why a telephone is taken off the list."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        error_messages={"required": _("Say why: lost, broken, the member has left…")},
    )


class HandIn(forms.Form):
    """The file that a telephone saved."""

    file = forms.FileField(label=_("File of unsent work"))
