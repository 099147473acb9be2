"""Addresses of the check page: the same for every language, so that a QR code stays short."""

from django.urls import path

from dinh.web.portal.views import checking

app_name = "check"
urlpatterns = [
    path("", checking.check, name="check"),
    path("<str:code>/", checking.paper, name="paper"),
]
