"""Whose the population's rows are when places change: people and houses follow, what is past stays."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.touched import Table, Way, register
from dinh.population.models import Household, Import, Person, Residence

_STANDS, _LASTS = Q(closed_on=None), Q(ended_on=None)
_ALIVE = {"alive": Count("pk", filter=Q(status=Person.Status.ALIVE))}

register(
    Table(
        "population.household", _("households"), Household, Way.FOLLOWS, living=_STANDS, village="village",
        label="code", reads="population.read", subject="household", sums={"closed": Count("closed_on")},
    ),
    Table(
        "population.household.village", _("households"), Household, Way.FOLLOWS, "village", living=_STANDS, again=True
    ),
    Table("population.person", _("people"), Person, Way.FOLLOWS, village="household__village", sums=_ALIVE),
    Table(
        "population.residence", _("residences"), Residence, Way.FOLLOWS, living=_LASTS, village="village",
        sums={"ended": Count("ended_on")},
    ),
    Table(
        "population.residence.village", _("residences"), Residence, Way.FOLLOWS, "village", living=_LASTS, again=True
    ),
    Table("population.import", _("imports of people"), Import, Way.STAYS, label="filename", reads="population.import"),
)  # fmt: skip
