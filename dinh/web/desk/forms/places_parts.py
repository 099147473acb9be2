"""A decree that divides units, joins parts of several, or ends one in several: three short forms, one after another.

`WhatIsDecided` asks which units end and how many take over, `WhoTakesOver` who these are, `WhatGoesWhere` what of each
goes where. Names of questions hold codes of units, so that what was typed finds its place again on another page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from dinh.directory import policy, tree
from dinh.directory.changes.applying import MANAGE
from dinh.directory.changes.decisions import TYPES, level_of, share_of
from dinh.directory.changes.plans import look_up
from dinh.directory.models import Account, Level, UnitChange, UnitVersion
from dinh.directory.tree import Naming
from dinh.lib.errors import Fault
from dinh.web.desk.forms.administration import DateField

SPLIT, MERGE, DISSOLVE = UnitChange.Kind.SPLIT, UnitChange.Kind.MERGE, UnitChange.Kind.DISSOLVE
KINDS = (
    (SPLIT.value, _("A unit is divided: new ones begin")),
    (MERGE.value, _("Units and parts of units come together: new ones begin")),
    (DISSOLVE.value, _("A unit ends and is divided among units that go on")),
)
OF_LEVEL: dict[str, tuple[str, ...]] = {
    Level.PROVINCE: TYPES[:2],
    Level.COMMUNE: TYPES[2:5],
    Level.VILLAGE: TYPES[5:],
}
IN_PARTS = "parts"
MOST = 12  # units that take over; the largest decree of 2025 made nine of one group
NOT_YOURS = _(
    "Whoever manages all these units enters it: the administrator of the province, or the owner of the node."
)


class WhatIsDecided(forms.Form):
    """The decree, the units that end, and how many take over."""

    kind = forms.ChoiceField(label=_("What is decided"), choices=KINDS, widget=forms.RadioSelect)
    units = forms.CharField(
        label=_("Codes of the units that end"),
        help_text=_("One, or several separated by commas. Also those that go as a whole."),
        max_length=400,
    )
    takers = forms.IntegerField(
        label=_("How many units take over"),
        min_value=1,
        max_value=MOST,
        initial=2,
        widget=forms.NumberInput(attrs={"data-width": "tiny", "inputmode": "numeric"}),
    )
    title = forms.CharField(label=_("Title of the decision"), max_length=200)
    decree = forms.CharField(label=_("Number of the decree"), max_length=120)
    effective_on = DateField(label=_("In force from"))

    def __init__(self, *args: Any, account: Account, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.today = account, today
        self.formers: list[UnitVersion] = []

    def clean(self) -> dict[str, Any]:
        """Look the units up and see whether the kind fits them."""
        given = super().clean() or {}
        kind, takers = given.get("kind"), given.get("takers")
        if "units" in given and "effective_on" in given:
            self.formers = _looked_up(self, "units", _codes(given["units"]), given["effective_on"])
            _manages(self, "units", self.formers, above=kind != DISSOLVE)
        if kind == SPLIT and takers is not None and takers < 2:
            self.add_error("takers", _("A division has two units at least that begin."))
        if kind == MERGE and "units" in given and len(_codes(given["units"])) < 2:
            self.add_error("units", _("Write the codes of two units at least, or choose a division."))
        return given


class WhoTakesOver(forms.Form):
    """Each unit that takes over: of one that begins code, name and type, of one that goes on its code."""

    def __init__(self, *args: Any, what: WhatIsDecided, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what, given = what, what.cleaned_data
        self.goes_on, self.numbers = given["kind"] == DISSOLVE, range(given["takers"])
        self.account, self.today = what.account, what.today
        several = len({one.parent_id for one in what.formers}) > 1
        for number in self.numbers:
            self.fields[f"code_{number}"] = forms.CharField(label=_("Code"), max_length=16, widget=_short())
            if not self.goes_on:
                self.fields[f"name_{number}"] = forms.CharField(
                    label=_("Name, without the type"), max_length=80
                )
                self.fields[f"type_{number}"] = forms.ChoiceField(
                    label=_("Type of unit"),
                    choices=[(one, one) for one in OF_LEVEL[what.formers[0].level]],
                    initial=what.formers[0].type,
                )
            if several and not self.goes_on:
                self.fields[f"parent_{number}"] = forms.CharField(
                    label=_("Code of the unit above"), max_length=16, widget=_short()
                )

    @property
    def rows(self) -> list[tuple[int, list[BoundField]]]:
        """The questions about each unit, in order."""
        return [
            (number + 1, [self[name] for name in self.fields if name.endswith(f"_{number}")])
            for number in self.numbers
        ]

    def clean(self) -> dict[str, Any]:
        """See that the codes are of the level of what ends, that none stands twice, that those that go on are there."""
        given = super().clean() or {}
        on, level = self.what.cleaned_data["effective_on"], self.what.formers[0].level
        codes = [given.get(f"code_{number}", "") for number in self.numbers]
        self.titles: list[str] = []
        for number, code in enumerate(codes):
            name = f"code_{number}"
            self.titles.append(f"{given.get(f'type_{number}', '')} {given.get(f'name_{number}', '')}".strip())
            if code and codes.index(code) < number:
                self.add_error(name, _("This code stands above already."))
            elif code and level_of(code) != level:
                self.add_error(name, _("Units of one decision are of one level."))
            elif code and self.goes_on:
                found = _looked_up(self, name, [code], on)
                _manages(self, name, found, above=False)
                self.titles[-1] = found[0].full_name if found else code
        return given

    def takers(self) -> list[tuple[str, str]]:
        """Return code and title of each unit, once they are well."""
        return [(self.cleaned_data[f"code_{number}"], self.titles[number]) for number in self.numbers]

    def makes(self) -> list[dict[str, str]]:
        """Return the units that begin as a decision has them."""
        if self.goes_on:
            return []
        return [
            {
                column: self.cleaned_data.get(f"{column}_{number}", "")
                for column in ("code", "name", "type", "parent")
            }
            for number in self.numbers
        ]


class WhatGoesWhere(forms.Form):
    """Of each unit that ends: whether it goes as a whole, else where its villages go, its shares, who is the heir."""

    def __init__(self, *args: Any, what: WhatIsDecided, who: WhoTakesOver, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.formers, self.takers = what.formers, who.takers()
        self.on: date = what.cleaned_data["effective_on"]
        self.below = {
            former.code: tree.children(former.unit_id, self.on - timedelta(days=1)) for former in self.formers
        }
        for former in self.formers:
            self._ask(former, several=len(self.formers) > 1)

    def _ask(self, former: UnitVersion, *, several: bool) -> None:
        code = former.code
        choices = [(str(number), title) for number, (_code, title) in enumerate(self.takers)]
        if several:
            whole = [(number, _("as a whole to %(unit)s") % {"unit": title}) for number, title in choices]
            self.fields[f"whole_{code}"] = forms.ChoiceField(
                label=_("Where it goes"), choices=[(IN_PARTS, _("in parts, as told below")), *whole]
            )
        # Of what goes as a whole nothing more is asked.
        asked = self.data.get(f"whole_{code}", IN_PARTS) == IN_PARTS
        for child in self.below[code]:
            called = f"{child.type} {child.name}"
            self.fields[f"village_{child.code}"] = forms.ChoiceField(
                label=f"{called} ({child.code})",
                choices=[("", _("choose")), *choices],
                required=asked,
                error_messages={"required": _("Say to which unit %(village)s goes.") % {"village": called}},
            )
        for number, title in choices:
            self.fields[f"share_{code}_{number}"] = forms.CharField(
                label=_("Share of %(unit)s") % {"unit": title},
                required=asked and len(choices) == 2,
                max_length=24,
                widget=_short(),
                error_messages={"required": _("Write the share of %(unit)s.") % {"unit": title}},
            )
        self.fields[f"basis_{code}"] = forms.CharField(
            label=_("Measured by"),
            help_text=_("People, area."),
            required=asked,
            max_length=120,
            error_messages={"required": _("Say by what the shares were measured: people, area.")},
        )
        self.fields[f"heir_{code}"] = forms.ChoiceField(
            label=_("Heir: who takes what is bound to no village, staff and offices among it"),
            choices=choices,
            widget=forms.RadioSelect,
            required=asked,
            error_messages={"required": _("Say which one of the parts takes what is bound to no village.")},
        )

    @property
    def cards(self) -> Iterator[dict[str, Any]]:
        """What the page shows of each unit that ends."""
        for former in self.formers:
            code = former.code
            whole = self[f"whole_{code}"] if f"whole_{code}" in self.fields else None
            yield {
                "title": f"{former.full_name} ({code})",
                "whole": whole,
                "goes_whole": whole is not None and whole.value() not in {None, IN_PARTS},
                "villages": [self[f"village_{child.code}"] for child in self.below[code]],
                "shares": [self[f"share_{code}_{number}"] for number in range(len(self.takers))],
                "rest": [self[f"basis_{code}"], self[f"heir_{code}"]],
            }

    def clean(self) -> dict[str, Any]:
        """See that each part that goes somewhere has its share, and each village its place."""
        given = super().clean() or {}
        for former in self.formers:
            if given.get(f"whole_{former.code}", IN_PARTS) == IN_PARTS:
                self._check(former, given)
        return given

    def _check(self, former: UnitVersion, given: Mapping[str, Any]) -> None:
        code = former.code
        names = self._shares(code)
        told = [(name, share_of(given[name])) for name in names if given.get(name)]
        for name, share in told:
            if share is None or not 0 < share < 1:
                self.add_error(name, _("Write each share between 0 and 1, as 3/8 or 0.375."))
        known = [share for _name, share in told if share is not None]
        if len(told) < 2 and not any(name in self.errors for name in names):
            self.add_error(names[0], _("Write the share of two units at least: they sum to one."))
        elif 1 < len(known) == len(told) and sum(known) != 1:
            message = _("The shares sum to %(sum)s, not to 1.") % {"sum": sum(known)}
            self.add_error(told[-1][0], message)
        if len(told) < 2:
            return
        taken = {name.rpartition("_")[2] for name, _text in told}
        for name in [f"village_{child.code}" for child in self.below[code]]:
            if given.get(name, "") not in {"", *taken}:
                self.add_error(name, _("Write a share for the unit to which this village goes."))
        if given.get(f"heir_{code}", "") not in {"", *taken}:
            self.add_error(f"heir_{code}", _("Write a share for the heir."))

    def _shares(self, code: str) -> list[str]:
        return [f"share_{code}_{number}" for number in range(len(self.takers))]

    def parts(self) -> list[dict[str, Any]]:
        """Return the parts as a decision has them."""
        return [part for former in self.formers for part in self._parts(former.code)]

    def _parts(self, code: str) -> Iterator[dict[str, Any]]:
        given = self.cleaned_data
        if given.get(f"whole_{code}", IN_PARTS) != IN_PARTS:
            yield {"from": code, "to": self.takers[int(given[f"whole_{code}"])][0]}
            return
        for number, (to, _title) in enumerate(self.takers):
            if share := given[f"share_{code}_{number}"]:
                yield {
                    "from": code, "to": to, "part": "share", "share": share, "basis": given[f"basis_{code}"],
                    "heir": given[f"heir_{code}"] == str(number),
                    "villages": [
                        child.code for child in self.below[code] if given[f"village_{child.code}"] == str(number)
                    ],
                }  # fmt: skip

    def chosen(self, code: str, posted: Mapping[str, Any]) -> tuple[dict[str, list[Naming]], str]:
        """Return the villages of a unit by the taker that is marked for them so far, and the marked heir."""
        found: dict[str, list[Naming]] = {}
        for child in self.below[code]:
            found.setdefault(str(posted.get(f"village_{child.code}") or ""), []).append(child)
        return found, str(posted.get(f"heir_{code}") or "")


def _codes(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _looked_up(form: forms.Form, name: str, codes: Sequence[str], on: date) -> list[UnitVersion]:
    """Return the units with these codes; what is not there or has ended is said at the question."""
    found = []
    for code in dict.fromkeys(codes):
        one = look_up(code, on)
        if isinstance(one, Fault):
            form.add_error(name, f"{code}: {one.message}")
        else:
            found.append(one)
    if len({one.level for one in found}) > 1:
        form.add_error(name, _("Units of one decision are of one level."))
    return found


def _manages(
    form: WhatIsDecided | WhoTakesOver, name: str, found: Sequence[UnitVersion], *, above: bool
) -> None:
    """Say at the question what would be refused at the end, after everything was typed."""
    asked = [*(one.unit_id for one in found), *(one.parent_id for one in found if one.parent_id and above)]
    others = [
        unit
        for unit in dict.fromkeys(asked)
        if not policy.may(form.account, MANAGE, unit=unit, on=form.today)
    ]
    if others:
        titles = ", ".join(tree.title(unit, form.today, with_parents=False) for unit in others)
        missing = _("The decision also touches %(units)s, which you do not manage.") % {"units": titles}
        form.add_error(name, f"{missing} {NOT_YOURS}")


def _short() -> forms.TextInput:
    return forms.TextInput(attrs={"data-width": "short", "autocomplete": "off"})
