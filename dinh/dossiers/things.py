"""Answers that point at something: does the place, household or record exist?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import layout
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.directory.models import Unit
from dinh.lib.errors import Fault
from dinh.population.models import Household
from dinh.registers.models import Record

NOT_THERE = {
    "place": _("This place was not found. Search by its name, then choose one of the lines shown."),
    "household": _("No household has this code. Check it, or leave it empty and write the address."),
    "record": _("This record was not found. Search again, or tell the officer where it was registered."),
}


def faults_of_things(procedure: Procedure, given: Mapping[str, Any], language: str) -> tuple[Fault, ...]:
    """Return a fault for each answer that points at nothing. One query for each such answer."""
    fields = layout.fields(procedure)
    return tuple(
        Fault(
            key,
            f"dossiers.no_such_{fields[key].type}",
            format_lazy(
                "{field}: {sentence}",
                field=fields[key].title.of(language),
                sentence=NOT_THERE[fields[key].type],
            ),
        )
        for key, value in given.items()
        if value and key in fields and fields[key].type in NOT_THERE and not _exists(fields[key], str(value))
    )


def _exists(field: Field, value: str) -> bool:
    if field.type == "household":
        return Household.objects.filter(code=value, closed_on=None).exists()
    if field.type == "place":
        return Unit.objects.filter(pk=value, level__in=field.levels).exists()
    return Record.objects.filter(pk=value, register=field.register_id).exists()
