"""What is asked at the counter before the form itself: whose draft, with what consent, who is in front."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class OpenDraft(forms.Form):
    """A draft begun at home: its code, and how its owner agreed that an officer opens it."""

    HOW = (
        ("spoken", _("Said so in front of me")),
        ("written", _("Signed a written consent")),
        ("fingerprint", _("Pressed a fingerprint on the consent")),
        ("eid", _("Confirmed with their electronic identity")),
    )
    code = forms.CharField(
        label=_("Code of the draft"),
        help_text=_("On the person's telephone or slip. Type it, or scan its QR code."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-key": "c"}),
        error_messages={"required": _("Type the code, for example K7M2-9QXD.")},
    )
    how = forms.ChoiceField(
        label=_("How did the person agree?"),
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": _("Ask the person first, then say how they agreed.")},
    )
    witness = forms.CharField(
        label=_("Witness, if the person cannot read or sign"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        """A scanned QR code is an address that ends with the code."""
        text = str(self.cleaned_data["code"]).strip().rstrip("/")
        return text.rsplit("/", 1)[-1].replace(" ", "").upper()


class ScanCard(forms.Form):
    """The text of a card's QR code, typed by the scanner."""

    text = forms.CharField(
        label=_("Scan the identity card"),
        help_text=_("Put the cursor here and scan the QR code in the card's corner."),
        max_length=600,
        strip=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "data-scan": "", "data-key": "s"}
        ),
        error_messages={"required": _("Nothing was scanned yet.")},
    )
