"""All addresses. Pages carry their language (`/vi/`, `/fr/`, `/en/`); check codes, codes of the teams, health and the API do not."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from dinh.config import views
from dinh.web.components import views as components

handler400 = components.bad_request
handler403 = components.forbidden
handler404 = components.not_found
handler500 = components.server_error

urlpatterns = [
    path("", RedirectView.as_view(url="/vi/"), name="root"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("k/", include("dinh.web.portal.check_urls")),
    path("", include("dinh.web.portal.short_urls")),
    path("api/", include("dinh.web.api.urls")),
    path("field/", include("dinh.web.field.urls")),
    *i18n_patterns(
        path("account/", include("allauth.account.urls")),
        path("account/mfa/", include("allauth.mfa.urls")),
        path("account/sessions/", include("dinh.directory.urls")),
        path("desk/", include("dinh.web.desk.urls")),
        path("board/", include("dinh.web.board.urls")),
        path("kiosk/", include("dinh.web.kiosk.urls")),
        path("", include("dinh.web.portal.urls")),
    ),
]
