"""Addresses of the portal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def home(request: HttpRequest, **given: str) -> HttpResponse:
    return render(request, "components/page.html")


app_name = "portal"
urlpatterns = [
    path("", home, name="home"),
    path("find/", home, name="find"),
    path("procedure/<slug:procedure_id>/", home, name="procedure"),
    path("begin/<slug:procedure_id>/", home, name="begin"),
    path("sign-in/", home, name="sign_in"),
    path("draft/<str:draft_code>/", home, name="draft"),
    path("draft/<str:draft_code>/page/<slug:page_id>/", home, name="page"),
    path("draft/<str:draft_code>/papers/", home, name="papers"),
    path("draft/<str:draft_code>/check/", home, name="check_answers"),
    path("filed/<str:number>/", home, name="filed"),
    path("mine/", home, name="my_dossiers"),
    path("mine/<str:number>/", home, name="dossier"),
    path("notices/", home, name="messages"),
    path("my-data/", home, name="my_data"),
    path("real/", home, name="real_or_simulated"),
    path("privacy/", home, name="privacy"),
]
