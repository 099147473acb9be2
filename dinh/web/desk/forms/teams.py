"""What is written about teams: who they are, who is in them, when somebody is on duty, what is asked and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dinh.outreach.models import Duty, Member, Team
from dinh.web.desk.forms.administration import Choices, DateField

MANY = forms.CheckboxSelectMultiple


class Chosen(forms.Form):
    """A form whose choices come from the page."""

    def __init__(self, *args: Any, choices: Mapping[str, Choices] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (choices or {}).items():
            self.fields[name].choices = list(found)  # type: ignore[attr-defined]


class NewTeam(Chosen):
    """A new team."""

    kind = forms.ChoiceField(label=_("Kind of team"), choices=Team.Kind.choices, initial=Team.Kind.VILLAGE)
    unit = forms.ChoiceField(label=_("Commune or village"))
    name = forms.CharField(label=_("Name of the team"), max_length=120)
    above = forms.ChoiceField(label=_("Led by the team"), required=False)
    villages = forms.MultipleChoiceField(
        label=_("Villages whose houses it visits"),
        help_text=_("None marked: the village itself, of a village team."),
        required=False,
        widget=MANY,
    )
    opened_on = DateField(label=_("Since"))
    decision = forms.CharField(label=_("Decision that set it up"), max_length=120, required=False)


class AmendTeam(Chosen):
    """What a team is called, and who leads it."""

    name = forms.CharField(label=_("Name of the team"), max_length=120)
    above = forms.ChoiceField(label=_("Led by the team"), required=False)
    decision = forms.CharField(label=_("Decision that set it up"), max_length=120, required=False)


class Areas(Chosen):
    """The villages of a team."""

    villages = forms.MultipleChoiceField(
        label=_("Villages whose houses it visits"), required=False, widget=MANY
    )


class Can(Chosen):
    """What somebody can do, speaks and has time for."""

    skills = forms.MultipleChoiceField(label=_("Can help with"), required=False, widget=MANY)
    languages = forms.MultipleChoiceField(label=_("Speaks"), required=False, widget=MANY)
    availability = forms.MultipleChoiceField(label=_("Has time"), required=False, widget=MANY)


class Join(Can):
    """Somebody comes into a team."""

    account = forms.ChoiceField(label=_("Who"))
    role = forms.ChoiceField(label=_("As"), choices=Member.Role.choices, initial=Member.Role.MEMBER)
    from_on = DateField(label=_("From"))
    until_on = DateField(label=_("Until, not included"), required=False)
    field_order = ("account", "role", "from_on", "until_on", "skills", "languages", "availability")


class AmendMember(Can):
    """The same, later."""

    until_on = DateField(label=_("Until, not included"), required=False)


class HandOver(Chosen):
    """Who takes over from a member, and since when."""

    to = forms.MultipleChoiceField(label=_("Who takes over"), widget=MANY)
    on = DateField(label=_("First day without this member"))


class PlanDuty(Chosen):
    """A duty of a week."""

    member = forms.ChoiceField(label=_("Who"))
    place = forms.ChoiceField(label=_("Where"), choices=Duty.Place.choices)
    on = forms.ChoiceField(label=_("Day"))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


class Thank(Chosen):
    """Thanks for a period."""

    account = forms.ChoiceField(label=_("Who"))
    from_on = DateField(label=_("From"))
    until_on = DateField(label=_("Until"))
    words = forms.CharField(
        label=_("What you thank them for"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskFor(Chosen):
    """A task that a person asks for."""

    house = forms.CharField(label=_("Code of the household"), max_length=24)
    sentence = forms.CharField(
        label=_("What is to be done"), max_length=300, help_text=_("Without names or numbers of people.")
    )
    due_on = DateField(label=_("By"))
    assignee = forms.ChoiceField(label=_("Who"), required=False)


class Card(Chosen):
    """A question that several difficulties ask."""

    title = forms.CharField(label=_("The question, in one line"), max_length=200)
    owner = forms.ChoiceField(label=_("Who answers"), required=False)
    due_on = DateField(
        label=_("Answered by"), required=False, help_text=_("Left empty: by the most urgent of them.")
    )


class Give(Chosen):
    """Who answers."""

    owner = forms.ChoiceField(label=_("Who answers"), required=False)


class Extend(forms.Form):
    """More time, with the reason."""

    due_on = DateField(label=_("Answered by"))
    reason = forms.CharField(label=_("Why more time is needed"), max_length=300)


class Answer(forms.Form):
    """What is told at the houses."""

    answer = forms.CharField(
        label=_("The answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In words that can be read out at the house."),
    )  # fmt: skip
