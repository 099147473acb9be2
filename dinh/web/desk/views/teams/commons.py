"""Writing the commune's pages for its visitors: the list with its order, the form, pictures, the preview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.lib.errors import Invalid, Stale
from dinh.lib.ids import as_uuid
from dinh.outreach.actions import commons as writing
from dinh.outreach.models import CommonsPage, CommonsPicture
from dinh.outreach.queries import commons
from dinh.papers.pictures import MOST_BYTES
from dinh.web.components.posted import whole
from dinh.web.desk.forms.commons import AddPicture, EditPage, initial
from dinh.web.desk.views.base import account_of, desk_page, go, now, show, today

EDIT = commons.EDIT
KINDS = CommonsPage.Kind


@desk_page(EDIT)
def browse(request: HttpRequest) -> HttpResponse:
    """List all pages of one's commune by kind, in the order in which visitors see them."""
    rows = list(commons.edited_by(account_of(request), today()).order_by("position", "id"))
    groups = [
        {"kind": kind, "title": kind.label, "rows": [_line(row) for row in rows if row.kind == kind]}
        for kind in KINDS
    ]
    return show(request, "teams/commons", {"groups": groups, "total": len(rows)})


def _line(row: CommonsPage) -> dict[str, Any]:
    language = get_language() or "vi"
    return {
        "row": row,
        "title": row.title.get(language) or row.title["vi"],
        "languages": ", ".join(
            code for code in writing.LANGUAGES if row.text.get(code) or row.summary.get(code)
        ),
        "published": row.state == commons.SEEN,
    }


@desk_page(EDIT)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a new page; nobody sees it yet."""
    if kind not in KINDS.values:
        return go("commons")
    form = _form(request, kind)
    if request.method == "POST" and form.is_valid():
        try:
            page = writing.make_page(
                unit=_unit(account_of(request)), kind=kind, texts=form.texts(), by=account_of(request),
                at=now(), **form.facts(),
            )  # fmt: skip
        except Invalid as refused:
            _mark(form, refused)
        else:
            messages.success(
                request, _("The page is kept as a draft. Add pictures, look at it, then publish it.")
            )
            return go("commons_edit", page.pk)
    context = {"form": form, "kind": KINDS(kind), "page": None}
    return show(request, "teams/commons_edit", context, status=422 if form.errors else 200)


@desk_page(EDIT)
def edit(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Change a page."""
    page = _page(request, page_id)
    form = _form(request, page.kind, initial(page))
    if request.method == "POST" and form.is_valid():
        page.version = whole(request.POST.get("_version", "")) or page.version
        try:
            writing.change_page(
                page=page, texts=form.texts(), by=account_of(request), at=now(), **form.facts()
            )
        except Invalid as refused:
            _mark(form, refused)
        except Stale as stale:
            form.add_error(None, str(stale.message))
        else:
            messages.success(request, _("The page was changed."))
            return go("commons_edit", page.pk)
    return _edit(request, page, form)


def _edit(
    request: HttpRequest, page: CommonsPage, form: EditPage, picture: AddPicture | None = None
) -> HttpResponse:
    asked = picture or AddPicture(prefix="picture")
    faulty = asked if asked.errors else form
    context = {
        "form": faulty, "edit": form, "page": page, "kind": KINDS(page.kind), "picture_form": asked,
        "pictures": page.pictures.order_by("position", "id"), "published": page.state == commons.SEEN,
        "most_bytes": MOST_BYTES,
    }  # fmt: skip
    return show(request, "teams/commons_edit", context, status=422 if faulty.errors else 200)


@require_POST
@desk_page(EDIT)
def state(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Publish a page, or take it back; each undoes the other."""
    page = _page(request, page_id)
    page.version = whole(request.POST.get("_version", "")) or page.version
    try:
        if "publish" in request.POST:
            writing.publish(page=page, by=account_of(request), at=now())
            messages.success(request, _("Everybody can see the page now. “Take it back” undoes this."))
        else:
            writing.unpublish(page=page, by=account_of(request), at=now())
            messages.success(request, _("Visitors do not see the page any more. “Publish” undoes this."))
    except Invalid as refused:
        messages.error(request, str(refused.faults[0].message))
        return go("commons_edit", page.pk)
    return go("commons_edit", page.pk) if "stay" in request.POST else go("commons")


@require_POST
@desk_page(EDIT)
def move(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Let a page change places with its neighbour."""
    page = _page(request, page_id)
    writing.move(page=page, up="up" in request.POST, by=account_of(request), at=now())
    return redirect(f"{go('commons').headers['Location']}#p-{page.pk}")


@require_POST
@desk_page(EDIT)
def picture(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Add a picture, or take one away."""
    page, account = _page(request, page_id), account_of(request)
    if removed := request.POST.get("remove"):
        row = (
            CommonsPicture.objects.filter(pk=str(as_uuid(removed) or page.pk), page=page)
            .select_related("page")
            .first()
        )
        if row is not None:
            writing.remove_picture(picture=row, by=account, at=now())
            messages.success(request, _("The picture was taken away."))
        return go("commons_edit", page.pk)
    form = AddPicture(request.POST, request.FILES, prefix="picture")
    if form.is_valid():
        data = form.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            writing.add_picture(
                page=page,
                data=data,
                says=form.says(),
                credit=form.cleaned_data["credit"],
                by=account,
                at=now(),
            )
        except Invalid as refused:
            form.add_error("file", str(refused.faults[0].message))
        else:
            messages.success(request, _("The picture was added."))
            return go("commons_edit", page.pk)
    return _edit(request, page, _form_of(page), form)


@desk_page(EDIT)
def preview(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Show how a page will look to visitors, before they see it."""
    page = _page(request, page_id)
    return show(request, "teams/commons_preview", {"page": page, "line": _line(page), "pictures": page.shown})  # type: ignore[attr-defined]


def _page(request: HttpRequest, page_id: UUID) -> CommonsPage:
    return commons.get_edited(page_id, account_of(request), today())


def _form(request: HttpRequest, kind: str, known: dict[str, Any] | None = None) -> EditPage:
    data = request.POST if request.method == "POST" else None
    return EditPage(data, kind=kind, language=get_language() or "vi", initial=known)


def _form_of(page: CommonsPage) -> EditPage:
    return EditPage(kind=page.kind, language=get_language() or "vi", initial=initial(page))


def _mark(form: EditPage, refused: Invalid) -> None:
    """Show each fault at its question."""
    for fault in refused.faults:
        form.add_error(fault.path if fault.path in form.fields else None, str(fault.message))


def _unit(account: Account) -> Unit:
    """Return the commune whose pages this account writes."""
    for reach in policy.scope(account, EDIT, today()).reaches:
        if reach.level == "commune":
            return Unit.objects.get(pk=reach.unit)
    raise policy.refusal(EDIT, account)
