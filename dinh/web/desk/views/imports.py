"""Bring in a file of persons: first every line is checked and every bad one shown, then it is loaded or not."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dinh.directory import policy
from dinh.directory import queries as directory
from dinh.lib.errors import Invalid
from dinh.population import imports
from dinh.population.models import Import
from dinh.web.components.spreadsheets import TYPES, as_file
from dinh.web.desk import incoming, saying
from dinh.web.desk.forms.people import ImportFile
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today
from dinh.web.desk.views.scope import unit_choices, unit_named

PERMISSION = "population.import"
SHOWN = 1000  # faults on one page; a file with more is better corrected first


@desk_page(PERMISSION)
def page(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is checked and nothing is loaded."""
    account = account_of(request)
    form = ImportFile(request.POST or None, request.FILES or None, units=unit_choices(account, PERMISSION))
    if request.method == "POST" and form.is_valid():
        unit, file = unit_named(form.cleaned_data["unit"]), form.cleaned_data["file"]
        policy.require(account, PERMISSION, unit=unit.pk, on=today())
        digest = incoming.keep(file.chunks())
        try:
            plan = imports.check(incoming.read(digest), file.name, unit, on=today())
        except Invalid as refused:
            form.add_error("file", str(refused.faults[0].message if refused.faults else refused.message))
        else:
            kept = imports.keep_check(plan, blob=digest, by=account, at=now())
            return go("import_plan", kept.pk)
    language = get_language() or "vi"
    before = (
        policy.scope(account, PERMISSION, today())
        .filter(Import.objects.all(), "unit", None)
        .order_by("-at")[:20]
    )
    context = {
        "form": form,
        "before": [
            (
                one.pk,
                one.filename,
                saying.moment(one.at, language),
                one.get_state_display(),
                one.rows,
                one.good,
            )
            for one in before
        ],
        "columns": [(key, headers[0]) for key, headers in imports.COLUMNS.items()],
    }
    return show(request, "import", context, status=422 if form.errors else 200)


@desk_page(PERMISSION)
def plan(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show what the check found, `?form=csv` takes the faults away; load the file, or only its good lines."""
    account = account_of(request)
    kept = get_object_or_404(Import.objects.select_related("unit"), pk=plan)
    policy.require(account, PERMISSION, unit=kept.unit_id, on=today())
    if request.method == "POST":
        fresh = imports.check(incoming.read(kept.blob), kept.filename, kept.unit, on=today())
        imports.load(fresh, checked=kept, load_good="good_only" in request.POST, by=account, at=now())
        incoming.forget(kept.blob)
        number = len(fresh.rows)
        said = ngettext("%(n)s person was brought in.", "%(n)s persons were brought in.", number)
        messages.success(request, said % {"n": number})
        return go("import_plan", kept.pk)
    form = request.GET.get("form", "")
    if form in TYPES:
        head = [_("Line"), _("Column"), _("What is wrong")]
        body = [[str(one["row"]), str(one["column"]), str(one["message"])] for one in kept.faults]
        return as_file([head, *body], form, "loi-tep", _("Faults"))
    context = {
        "plan": kept,
        "unit": directory.unit_title(kept.unit_id, today(), with_parents=False),
        "bad": kept.rows - kept.good,
        "wrong": kept.faults[:SHOWN],  # `faults` are of the form that was sent
        "more": max(0, len(kept.faults) - SHOWN),
        "loaded": kept.state == Import.State.LOADED,
        "explain": _("Nothing is loaded until you say so."),
    }
    return show(request, "import_plan", context)
