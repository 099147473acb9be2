"""Keep a worklist question under a name, or forget it. One's own filters only."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.web.desk.models import SavedFilter
from dinh.web.desk.views.base import account_of, desk_page, go, now
from dinh.web.desk.views.listing import Question

AT_MOST = 30  # per account: a list that nobody can read is no help


@require_POST
@desk_page("dossiers.read")
def save(request: HttpRequest) -> HttpResponse:
    """Keep the question under the name given; the same name is replaced."""
    account = account_of(request)
    name = " ".join(request.POST.get("name", "").split())[:60]
    question = Question.of(request.POST).query
    own = SavedFilter.objects.filter(account=account)
    if not name:
        messages.error(request, _("Give the filter a name, for example “Late, births”. Nothing was saved."))
    elif own.exclude(name=name).count() >= AT_MOST:
        messages.error(request, _("You already keep 30 filters. Delete one first."))
    else:
        defaults = {"query": question, "created_at": now()}
        SavedFilter.objects.update_or_create(account=account, name=name, defaults=defaults)
        messages.success(request, _("The filter “%(name)s” is kept for you.") % {"name": name})
    return redirect(f"{reverse('desk:home')}?{question}")


@require_POST
@desk_page("dossiers.read")
def delete(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Forget one of one's own filters and show what it showed, to be kept again; somebody else's is not touched."""
    found = SavedFilter.objects.filter(account=account_of(request), pk=filter_id).first()
    if found is None:
        return go("home")
    found.delete()
    said = _("The filter “%(name)s” is deleted. This is what it showed: keep it again to undo it.")
    messages.success(request, said % {"name": found.name})
    return redirect(f"{reverse('desk:home')}?{found.query}")
