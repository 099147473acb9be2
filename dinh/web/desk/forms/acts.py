"""What an officer says when doing something to a dossier: a reason, a note, who collects."""

from __future__ import annotations

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from dinh.dossiers.actions.obligations import AMOUNT_MAX
from dinh.dossiers.models import Proposal

REASON = {"rows": 3, "maxlength": 500}


class Guarded(forms.Form):
    """Every act names the version of the dossier that was on the screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class Receive(Guarded):
    on_site = forms.BooleanField(label=_("Done at the service centre"), required=False, initial=True)


class Take(Guarded):
    """Nothing to say: I do this one."""


class Note(Guarded):
    """Examine or approve: a note is welcome, not asked for."""

    note = forms.CharField(
        label=_("Note for the next colleague"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )
    on_site = forms.BooleanField(label=_("Done at the service centre"), required=False, initial=True)


class Examine(Note):
    """An examination ends with a proposal to the one who decides."""

    proposal = forms.ChoiceField(
        label=_("What do you propose?"),
        choices=Proposal.choices,
        initial=Proposal.APPROVE,
        widget=forms.RadioSelect,
    )
    field_order = ("version", "proposal", "note", "on_site")


class Reason(Guarded):
    """Refuse, stop, send back, withdraw: the reason is told to the person concerned."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "It is written on the paper that the citizen receives. Say what is missing and what they can do."
        ),
        max_length=500,
        widget=forms.Textarea(attrs=REASON),
        error_messages={"required": _("Give the reason: the citizen has a right to know it.")},
    )


class TakeBack(Guarded):
    """Why a paper is not in force any more."""

    reason = forms.CharField(
        label=_("Why it is taken back"),
        help_text=_("The citizen reads it, and so does everybody who checks the paper: name no one in it."),
        max_length=200,
        widget=forms.Textarea(attrs=REASON),
        error_messages={"required": _("Give the reason: the citizen has a right to know it.")},
    )


class Apology(Guarded):
    """Why the office is late, and until when it promises to be done."""

    reason = forms.CharField(
        label=_("Why it is late, in words the citizen understands"),
        max_length=500,
        widget=forms.Textarea(attrs=REASON),
        error_messages={"required": _("Say why: the citizen has waited.")},
    )
    promised = forms.DateField(
        label=_("Promised for"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class Payment(Guarded):
    """What the citizen owes elsewhere before the dossier can go on."""

    what = forms.CharField(
        label=_("What is owed, and to whom"),
        help_text=_(
            "A tax for instance, as its notice names it. The fee of the procedure is not asked for here."
        ),
        max_length=300,
        error_messages={"required": _("Say what is owed: the citizen reads it.")},
    )
    amount_vnd = forms.IntegerField(
        label=_("Amount in đồng"),
        min_value=1,
        max_value=AMOUNT_MAX,
        error_messages={
            "required": _("Write the amount in whole đồng."),
            "invalid": _("Write the amount in whole đồng."),
        },
    )


class Proof(Guarded):
    """What shows that the obligation is settled."""

    proof = forms.CharField(
        label=_("Proof of payment"),
        help_text=_("Number and date of the receipt, or of the transfer."),
        max_length=300,
        error_messages={"required": _("Write what you have seen: the number of the receipt and its date.")},
    )


class Collect(Guarded):
    """Who carries the result away, and how we know who they are."""

    APPLICANT = "applicant"
    RELATIONS = (
        (APPLICANT, _("The applicant")),
        ("family", _("A member of the family")),
        ("authorised", _("Someone with a written authorisation")),
        ("post", _("The post")),
        ("electronic", _("Sent to their account")),
    )
    CHECKS = (
        ("card", _("Identity card seen")),
        ("card_chip", _("Chip of the identity card read")),
        ("electronic_id", _("Electronic identity shown on the telephone")),
        ("mandate", _("Written authorisation and the card of the one who carries it")),
        ("known", _("Known to the officer in person")),
        ("electronic", _("Signed in to their account")),
    )
    collector_name = forms.CharField(
        label=_("Who collects it"),
        max_length=120,
        error_messages={"required": _("Write the full name of the person who collects the result.")},
    )
    relation = forms.ChoiceField(label=_("They are"), choices=RELATIONS, widget=forms.RadioSelect)
    checked = forms.ChoiceField(label=_("Identity checked by"), choices=CHECKS, widget=forms.RadioSelect)


class Supplement(forms.Form):
    """A request to complete the dossier: everything at once, item by item.

    One choice per item (nothing wrong, incorrect, incomplete, outdated) and a note; built by `for_items`.
    """

    FAULTS = (
        ("", _("In order")),
        ("incorrect", _("Incorrect")),
        ("incomplete", _("Incomplete")),
        ("outdated", _("Outdated")),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why a second request is needed"), required=False, max_length=500)

    def __init__(
        self, *args: object, items: list[tuple[str, str]], second: bool = False, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.items = items
        self.second = second
        self.fields["reason"].required = second
        if not self.is_bound:
            return  # sixty fields that nobody has filled yet are not made: `rows` draws them
        for key, label in items:
            self.fields[f"fault:{key}"] = forms.ChoiceField(label=label, choices=self.FAULTS, required=False)
            self.fields[f"note:{key}"] = forms.CharField(label=label, required=False, max_length=300)

    def rows(self) -> list[dict[str, object]]:
        """Return one line per item for the table: its name, what was chosen, the note and its error."""
        errors = self.errors if self.is_bound else {}
        drawn = {value: self._options(value) for value, _word in self.FAULTS}
        found: list[dict[str, object]] = []
        for key, label in self.items:
            fault = str(self.data.get(f"fault:{key}", "")) if self.is_bound else ""
            note = str(self.data.get(f"note:{key}", "")) if self.is_bound else ""
            known = {"key": key, "label": label, "options": drawn.get(fault, drawn[""]), "note": note}
            found.append(known | {"error": errors.get(f"note:{key}", [""])[0]})
        return found

    def _options(self, chosen: str) -> SafeString:
        """Return the four choices, one of them chosen: drawn once, not once a line."""
        marks = (
            (value, mark_safe(" selected") if value == chosen else "", word) for value, word in self.FAULTS
        )
        return format_html_join("", '<option value="{}"{}>{}</option>', marks)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if not any(data.get(f"fault:{key}") for key, _label in self.items):
            raise forms.ValidationError(
                _("Mark at least one item as incorrect, incomplete or outdated."), code="nothing_marked"
            )
        for key, label in self.items:
            if data.get(f"fault:{key}") and not data.get(f"note:{key}"):
                message = _("Say what is wrong with “%(item)s”, so that it can be put right in one go.")
                self.add_error(f"note:{key}", message % {"item": label})
        return data

    def marked(self) -> list[dict[str, str]]:
        """Return the items with something wrong, as `dossiers.actions.request_supplement` takes them."""
        data = self.cleaned_data
        return [
            {"item": key, "fault": data[f"fault:{key}"], "note": data[f"note:{key}"]}
            for key, _label in self.items
            if data.get(f"fault:{key}")
        ]
