"""How a telephone comes to trust a node on a local network: the authority to install, its fingerprint, the steps."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dinh.outreach import certificates
from dinh.papers import qr
from dinh.web.field.views.shell import LANGUAGES


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Explain what to install and how to know that it is the right one; where nothing has to be, say so."""
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    known = certificates.authority()
    with translation.override(language):
        context = {
            "authority": known,
            "public": settings.DINH_PUBLIC_URL.startswith("https://"),
            "file": reverse("field:trust_file"),
            "app": f"{settings.DINH_PUBLIC_URL.rstrip('/')}{reverse('field:shell', args=[language])}",
            "picture": qr.svg(request.build_absolute_uri(), title=_("Address of this page"), scale=5),
        }
        response = render(request, "field/trust.html", context)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return response


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The authority's certificate, in the form that telephones install."""
    known = certificates.authority()
    if known is None:
        raise Http404
    response = HttpResponse(known.der, content_type="application/x-x509-ca-cert")
    response["Content-Disposition"] = f'attachment; filename="dinh-{settings.DINH_NODE}.crt"'
    response["Cache-Control"] = "no-store"
    return response
