"""The API itself: how callers are known, and how a refusal is answered.

The same accounts, the same policy and the same access rows as the pages: an address is not a side door.
Callers are known by the session of the web, with its CSRF check; tokens for machines come with `exchange`.
"""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import SessionAuth

from dinh.directory.models import Account
from dinh.lib.errors import Invalid, Refused

api = NinjaAPI(
    title="dinh",
    version="1",
    description="Procedures and dossiers of this node, for those who may see them.",
    docs_url=None,  # the viewer would fetch scripts from elsewhere; the document itself is enough
    openapi_url="openapi.json",
    auth=SessionAuth(),
    urls_namespace="api",
)


def caller(request: HttpRequest) -> Account:
    """Return the account that asks; only behind `auth`."""
    return cast(Account, request.user)


def problem(code: str, message: object, faults: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return the body of a refusal."""
    return {"code": code, "message": str(message), "faults": faults or []}


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer an expected "no" with its status, code and sentence."""
    faults = [
        {"path": fault.path, "code": fault.code, "message": str(fault.message)}
        for fault in (error.faults if isinstance(error, Invalid) else ())
    ]
    return api.create_response(request, problem(error.code, error.message, faults), status=error.status)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a wrong parameter in the same shape; what was given is not repeated, it may be personal."""
    faults = [
        {
            "path": ".".join(str(part) for part in one["loc"]),
            "code": str(one["type"]),
            "message": str(one["msg"]),
        }
        for one in error.errors
    ]
    return api.create_response(request, problem("api.not_valid", "", faults), status=422)
