"""The list of keys, as a page for those who read it without script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dinh.web.desk.views.base import desk_page, show


@desk_page()
def page(request: HttpRequest) -> HttpResponse:
    return show(request, "keys")
