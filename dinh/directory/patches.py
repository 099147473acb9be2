"""Later decrees and corrections to the national list, declared in `catalogue/places/`.

A decree (an upgrade, a new name) closes a unit's version and opens the next on its day; a correction mends
the version in force; an alias adds words that find the place; a trait is a dated quality. Each may run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction

from dinh.catalogue.shapes.others import Places, UnitPatch
from dinh.directory.models import Level, UnitChange, UnitTrait, UnitVersion
from dinh.lib.errors import Broken
from dinh.lib.ids import natural_id
from dinh.lib.names import fold


@transaction.atomic
def apply_patches(declared: Iterable[Places]) -> None:
    """Apply every declared patch, the oldest first.

    Raises Broken when a patch names a unit that does not exist on its day: a fault in the catalogue.
    """
    patches = [patch for places in declared for patch in places.patches]
    for patch in sorted(patches, key=lambda p: p.on):
        _OPERATIONS[patch.op](patch, _version(patch))


def _version(patch: UnitPatch) -> UnitVersion:
    """Return the version that the patch is about: the one in force on its day, or the one it has made."""
    level = Level.PROVINCE if len(patch.code) == 2 else Level.COMMUNE
    version = (
        UnitVersion.objects.filter(level=level, code=patch.code, valid_from__lte=patch.on)
        .order_by("-valid_from")
        .first()
    )
    if version is None:
        raise Broken("directory.patch_of_unknown_unit", unit=patch.code, operation=patch.op)
    return version


def _succeed(patch: UnitPatch, old: UnitVersion, kind: UnitChange.Kind, *, name: str, type_: str) -> None:
    if old.valid_from == patch.on:
        return  # applied before
    UnitVersion.objects.filter(pk=old.pk).update(valid_to=patch.on)
    UnitVersion.objects.create(
        unit_id=old.unit_id,
        level=old.level,
        code=old.code,
        name=name,
        type=type_,
        name_en=old.name_en,
        parent_id=old.parent_id,
        valid_from=patch.on,
        valid_to=old.valid_to,
        decree=patch.source[:120],
        latitude=old.latitude,
        longitude=old.longitude,
        area_km2=old.area_km2,
        search_key=_rekeyed(old, name, type_),
    )
    UnitChange.objects.get_or_create(
        id=natural_id("change", kind, old.level, patch.code, patch.on),
        defaults={
            "kind": kind,
            "effective_on": patch.on,
            "decree": patch.source[:120],
            "title": f"{old.full_name} → {type_} {name}",
            "source": patch.source[:200],
        },
    )


def _rekeyed(old: UnitVersion, name: str, type_: str) -> str:
    """Return the search key with the new name and type first; the names above stay."""
    own = fold(f"{old.name} {old.type}")
    return f"{fold(f'{name} {type_}')}{old.search_key.removeprefix(own)}"[:255]


def _upgrade(patch: UnitPatch, version: UnitVersion) -> None:
    _succeed(patch, version, UnitChange.Kind.UPGRADE, name=version.name, type_=patch.value)


def _rename(patch: UnitPatch, version: UnitVersion) -> None:
    _succeed(patch, version, UnitChange.Kind.RENAME, name=patch.value, type_=version.type)


def _correct_type(patch: UnitPatch, version: UnitVersion) -> None:
    key = _rekeyed(version, version.name, patch.value)
    UnitVersion.objects.filter(pk=version.pk).update(type=patch.value, search_key=key)


def _alias(patch: UnitPatch, version: UnitVersion) -> None:
    words = fold(patch.value)
    if words not in version.search_key:
        UnitVersion.objects.filter(pk=version.pk).update(search_key=f"{version.search_key} {words}"[:255])


def _trait(patch: UnitPatch, version: UnitVersion) -> None:
    UnitTrait.objects.get_or_create(
        unit_id=version.unit_id,
        trait=patch.value,
        valid_from=patch.on,
        defaults={"source": patch.source[:200]},
    )


def _name_en(patch: UnitPatch, version: UnitVersion) -> None:
    UnitVersion.objects.filter(pk=version.pk).update(name_en=patch.value)


_OPERATIONS: dict[str, Callable[[UnitPatch, UnitVersion], None]] = {
    "upgrade": _upgrade,
    "rename": _rename,
    "correct_type": _correct_type,
    "alias": _alias,
    "trait": _trait,
    "name_en": _name_en,
}
