"""Which official came to which course: a year's trainings, to see who still waits for one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dinh.catalogue import queries as catalogue
from dinh.lib.dates import show_date
from dinh.lib.names import sort_key
from dinh.outreach.queries import gatherings as queries
from dinh.outreach.queries.happenings import Period
from dinh.outreach.queries.leading import MANAGE, SUPERVISE
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.desk.views.base import account_of, desk_page, show, today


@desk_page(MANAGE, SUPERVISE)
def trainings(request: HttpRequest) -> HttpResponse:
    """Show which official came to which course in a year, so that each is seen to have been trained."""
    account, on = account_of(request), today()
    year = int(request.GET["year"]) if request.GET.get("year", "").isdecimal() else on.year
    year = min(max(year, 2025), on.year)
    scope_units = queries.places_of(account, on)
    found = {one.pk: one for unit in scope_units for one in queries.officials(unit, on) if one.is_active}
    people = sorted(found.values(), key=lambda one: sort_key(one.full_name))
    span = Period(on.replace(year=year, month=1, day=1), on.replace(year=year, month=12, day=31))
    topics, courses = queries.trainings(people, span.since, span.until)
    language = get_language() or "vi"
    head = [(topic, catalogue.list_title("workshop_topics", topic).of(language)) for topic in topics]
    lines = [
        (one.account, [", ".join(show_date(day, language) for day in one.days.get(t, [])) for t in topics])
        for one in courses
    ]
    if (form := request.GET.get("form", "")) in TYPES:
        table = [[_("Official"), _("Position"), *(title for _topic, title in head)]]
        table += [[one.full_name, one.title, *days] for one, days in lines]
        return as_file(table, form, f"tap-huan-{year}", _("Trainings of officials"))
    context = {
        "head": head, "lines": lines, "year": year, "years": range(on.year, 2024, -1),
        "trained": sum(any(days) for _one, days in lines),
    }  # fmt: skip
    return show(request, "teams/trainings", context)
