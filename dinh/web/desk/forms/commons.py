"""The form of one page of the commune: texts in three languages, and what is about the thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dinh.catalogue.queries import codes_of, list_title
from dinh.outreach.actions.commons import LANGUAGES, LENGTHS
from dinh.outreach.models import CommonsPage

NAMES = {"vi": _("in Vietnamese"), "fr": _("in French"), "en": _("in English")}
LABELS = {"title": _("Title"), "summary": _("In one or two sentences"), "text": _("Text")}
NOT_HERE = ("kind", "version")
PRODUCT_ONLY = ("stars", "decision", "seller", "price", "shop_url", "bank_bin", "bank_account", "bank_holder")


class EditPage(forms.Form):
    """Everything about a page but its pictures; what must hold together is looked at by the action."""

    place = forms.CharField(label=_("Where, as one tells it"), required=False, max_length=160)
    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        help_text=_("In degrees, 22.51. A map on your telephone shows it."),
    )
    longitude = forms.FloatField(label=_("Longitude"), required=False, help_text=_("In degrees, 103.77."))
    phone = forms.CharField(label=_("Telephone for visitors"), required=False, max_length=20)
    stars = forms.TypedChoiceField(
        label=_("OCOP stars"), required=False, coerce=int, empty_value=None,
        choices=[("", _("none")), (3, "★★★"), (4, "★★★★"), (5, "★★★★★")],
    )  # fmt: skip
    decision = forms.CharField(label=_("Decision that gave the stars"), required=False, max_length=80)
    seller = forms.CharField(label=_("Made and sold by"), required=False, max_length=120)
    price = forms.CharField(label=_("Price, as the seller says it"), required=False, max_length=80)
    shop_url = forms.CharField(
        label=_("Where it is sold (address of the web)"), required=False, max_length=300,
        help_text=_("Begins with https://. Visitors are told that they leave this site."),
    )  # fmt: skip
    bank_bin = forms.ChoiceField(label=_("Bank of the seller"), required=False)
    bank_account = forms.CharField(label=_("Account of the seller"), required=False, max_length=24)
    bank_holder = forms.CharField(
        label=_("Holder of the account, as the bank writes it"), required=False, max_length=60
    )
    agreed_on = forms.DateField(
        label=_("Day on which the person agreed that telephone and account are shown"), required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"], widget=forms.DateInput(format="%d/%m/%Y"),
        help_text=_("Day, month, year: 22/11/2026. Needed as soon as one of them is given."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        banks = [(code, list_title("banks", code).of(language)) for code in codes_of("banks") or ()]
        self.fields["bank_bin"].choices = [("", "–"), *banks]  # type: ignore[attr-defined]
        if kind != CommonsPage.Kind.PRODUCT:
            for name in PRODUCT_ONLY:
                del self.fields[name]
        for code in LANGUAGES:
            for name, most in LENGTHS.items():
                self.fields[f"{name}_{code}"] = _text(name, code, most)
        first = [f"{name}_{code}" for code in LANGUAGES for name in LENGTHS]
        self.order_fields(first)

    def texts(self) -> dict[str, dict[str, str]]:
        """Return title, summary and text by language."""
        known = self.cleaned_data
        return {name: {code: known[f"{name}_{code}"] for code in LANGUAGES} for name in LENGTHS}

    def facts(self) -> dict[str, Any]:
        """Return the columns that are about the thing."""
        return {name: value for name, value in self.cleaned_data.items() if name[:-3] not in LENGTHS}


def initial(page: CommonsPage) -> dict[str, Any]:
    """Return what a page says, for its form."""
    texts = {f"{name}_{code}": getattr(page, name).get(code, "") for name in LENGTHS for code in LANGUAGES}
    return texts | {name: getattr(page, name) for name in EditPage.base_fields}


class AddPicture(forms.Form):
    """A picture and what one sees on it."""

    file = forms.FileField(
        label=_("Picture (JPEG or PNG)"),
        help_text=_("Place, time and owner that the camera wrote into it are taken out."),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png", "data-shrink": ""}),
        error_messages={"required": _("Choose the picture first.")},
    )
    says_vi = forms.CharField(
        label=_("What one sees, in Vietnamese"), max_length=200,
        error_messages={"required": _("Say in Vietnamese what one sees.")},
    )  # fmt: skip
    says_fr = forms.CharField(label=_("in French"), max_length=200, required=False)
    says_en = forms.CharField(label=_("in English"), max_length=200, required=False)
    credit = forms.CharField(label=_("Who took it"), max_length=120, required=False)

    def says(self) -> dict[str, str]:
        """Return what one sees, by language."""
        return {code: self.cleaned_data[f"says_{code}"] for code in LANGUAGES}


def _text(name: str, code: str, most: int) -> forms.CharField:
    label = f"{LABELS[name]}, {NAMES[code]}"
    needed = code == "vi" and name != "text"
    widget: type[forms.Widget] = forms.TextInput if name == "title" else forms.Textarea
    attrs = {"lang": code} | ({"rows": "8" if name == "text" else "2"} if name != "title" else {})
    return forms.CharField(
        label=label, required=needed, max_length=most, widget=widget(attrs=attrs),
        error_messages={"required": _("This is needed in Vietnamese.")},
    )  # fmt: skip
