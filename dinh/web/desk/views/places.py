"""Places: find one by old or new name, see its history, its villages and its offices."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.directory import actions, trait_lists, traits
from dinh.directory import queries as directory
from dinh.directory.models import Unit, UnitLink
from dinh.lib.dates import show_date
from dinh.lib.errors import Invalid
from dinh.web.desk.forms.administration import PlaceVillage
from dinh.web.desk.forms.places_traits import GiveTrait
from dinh.web.desk.views.base import account_of, desk_page, go, may, now, show, today
from dinh.web.desk.views.scope import units_of

MANAGE = "directory.manage_places"


@desk_page(MANAGE, "catalogue.read")
def browse(request: HttpRequest) -> HttpResponse:
    """Search places of today and of before 1 July 2025."""
    text = request.GET.get("q", "").strip()
    found = directory.find_places(text, on=today(), limit=40) if text else []
    own = [
        {"pk": pk, "title": directory.unit_title(pk, today())}
        for pk in ([] if text else sorted({*units_of(account_of(request), MANAGE)}))
    ]
    return show(
        request, "admin/places", {"q": text, "found": found, "own": own, "manages": may(request, MANAGE)}
    )


@desk_page(MANAGE, "catalogue.read")
def unit(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Show one unit through time; place a village in it."""
    found = get_object_or_404(Unit, pk=unit)
    manages = may(request, MANAGE, unit=found.pk) and found.level == "commune" and found.closed_on is None
    gives = request.POST.get("act") == "trait"
    called = traits.titles(get_language() or "vi")
    quality = GiveTrait(request.POST if gives else None, traits=called.items()) if manages else None
    if quality is not None and gives and quality.is_valid() and _given(request, found, quality):
        return go("place", found.pk)
    form = PlaceVillage(request.POST if request.method == "POST" and not gives else None) if manages else None
    if form is not None and form.is_bound and form.is_valid():
        try:
            actions.place_village(commune=found, by=account_of(request), at=now(), **form.cleaned_data)
        except Invalid as refused:
            for fault in refused.faults:
                form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))
        else:
            messages.success(request, _("The village is in its place."))
            return go("place", found.pk)
    language, on = get_language() or "vi", today()
    context = {
        "unit": found,
        "title": directory.unit_title(found.pk, found.closed_on or on)
        or directory.unit_title(found.pk, found.opened_on),
        "versions": [
            {
                "name": one.full_name,
                "code": one.code,
                "parent": directory.unit_title(one.parent_id, one.valid_from, with_parents=False)
                if one.parent_id
                else "",
                "since": show_date(one.valid_from, language),
                "until": show_date(one.valid_to, language) if one.valid_to else "",
                "decree": one.decree,
            }
            for one in found.versions.order_by("valid_from")
        ],
        "before": [_link(one, one.predecessor, language) for one in directory.predecessors(found)],
        "after": [_link(one, one.successor, language) for one in directory.successors(found)],
        "villages": directory.villages_of(found, on),
        "offices": directory.offices_of(found, on),
        "traits": [(called.get(one.trait, one.trait), one) for one in found.traits.order_by("valid_from")],
        "form": form,
        "quality": quality,
    }
    wrong = any(one is not None and one.errors for one in (form, quality))
    return show(request, "admin/place", context, status=422 if wrong else 200)


def _given(request: HttpRequest, unit: Unit, form: GiveTrait) -> bool:
    """Give or end a trait; what is wrong is said at its question."""
    version = directory.version_on(unit, today())
    line = trait_lists.look_at([form.row(version.code)], above=unit, on=today())[0]
    for fault in line.faults:
        column = fault.path.partition(":")[2]
        form.add_error(column if column in form.fields else None, str(fault.message))
    if line.does == "same":
        form.add_error("trait", _("The commune has this quality already, from that day and by that decree."))
    if form.errors or line.valid_from is None:
        return False
    actions.set_trait(
        unit=unit, trait=line.trait, valid_from=line.valid_from, valid_to=line.valid_to,
        source=form.cleaned_data["source"], by=account_of(request), at=now(),
    )  # fmt: skip
    messages.success(request, _("The quality is kept."))
    return True


def _link(link: UnitLink, other: Unit, language: str) -> dict[str, object]:
    version = other.versions.order_by("-valid_from").first()
    return {
        "pk": other.pk,
        "name": version.full_name if version else str(other.pk),
        "code": version.code if version else "",
        "part": link.get_part_display(),
        "on": show_date(link.change.effective_on, language),
        "decree": link.change.decree,
        "to_verify": link.to_verify,
    }
