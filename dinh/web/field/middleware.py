"""The field app knows no session: what a browser signed in to the desk carries is not read here, nor given back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PLACE = "/field/"


class NoSession:
    """Takes the cookies off requests to the field app; stands before the session's middleware.

    A telephone is known by its token alone. A page kept by a worker must be the same for everybody, and an
    operation must not go through, or be refused, because somebody happens to be signed in on that computer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PLACE):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        kept = [name for name in response.get("Vary", "").split(", ") if name and name.lower() != "cookie"]
        if response.has_header("Vary"):
            response["Vary"] = ", ".join(kept)
        return response
