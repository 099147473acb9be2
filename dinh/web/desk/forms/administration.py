"""What an administrator gives: accounts, roles, signatures, closed days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DATE = {"type": "date"}
Choices = Iterable[tuple[str, str]]


class DateField(forms.DateField):
    """A date chosen with the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            **kwargs,
        )


class OpenAccount(forms.Form):
    """A new member of staff."""

    username = forms.RegexField(
        r"^[a-z0-9._-]{3,64}$",
        label=_("User name"),
        help_text=_("Small letters without accents, digits, dot or hyphen."),
        error_messages={"invalid": _("Use 3 to 64 small letters without accents, digits, dots or hyphens.")},
    )
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    unit = forms.ChoiceField(label=_("Works for"))
    title = forms.CharField(label=_("Position"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=24, required=False)

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]


class Appoint(forms.Form):
    """A role for somebody, over a unit, for all procedures or for some."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(label=_("Over which unit"))
    procedures = forms.MultipleChoiceField(
        label=_("Only for these procedures"),
        help_text=_("None marked means all that the role covers."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("Until, not included"), required=False)

    def __init__(
        self, *args: Any, roles: Choices, units: Choices, procedures: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("role", roles), ("unit", units), ("procedures", procedures)):
            self.fields[name].choices = list(choices)  # type: ignore[attr-defined]


class Delegate(forms.Form):
    """A delegation of signature, with its written reference and its last day."""

    grant = forms.ChoiceField(label=_("Which of their roles"))
    to = forms.ChoiceField(label=_("To whom"))
    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("Last day"))
    reference = forms.CharField(
        label=_("Number and date of the written delegation"),
        max_length=120,
        error_messages={"required": _("A signature is delegated in writing: give the number of the paper.")},
    )

    def __init__(self, *args: Any, grants: Choices, accounts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("grant", grants), ("to", accounts)):
            self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            self.add_error("valid_to", _("The last day lies before the first."))
        return data


class CloseOffice(forms.Form):
    """A day on which an office does not serve; due dates move with it."""

    PARTS = (("day", _("The whole day")), ("morning", _("The morning")), ("afternoon", _("The afternoon")))
    office = forms.ChoiceField(label=_("Office"))
    on = DateField(label=_("Day"))
    part = forms.ChoiceField(label=_("Which part"), choices=PARTS, widget=forms.RadioSelect, initial="day")
    reason = forms.CharField(label=_("Reason, shown to citizens"), max_length=200)

    def __init__(self, *args: Any, offices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = list(offices)  # type: ignore[attr-defined]


class PlaceVillage(forms.Form):
    """A village in its commune."""

    name = forms.CharField(label=_("Name, without its type"), max_length=80)
    type = forms.ChoiceField(
        label=_("Type"),
        choices=(("thôn", "thôn"), ("bản", "bản"), ("tổ dân phố", "tổ dân phố"), ("ấp", "ấp")),
    )
    decree = forms.CharField(label=_("Decision that made it"), max_length=120, required=False)
