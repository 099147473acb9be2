"""Addresses of the portal. A dossier's number may hold dots, dashes and slashes, hence `path`."""

from django.urls import path

from dinh.web.portal.views import (
    answering,
    commons,
    filling,
    following,
    mine,
    my_data,
    my_records,
    reading,
    sending,
    signing,
)

app_name = "portal"
urlpatterns = [
    path("", reading.home, name="home"),
    path("commune/", commons.commune, name="commune"),
    path("commune/picture/<uuid:picture_id>/", commons.commons_picture, name="commons_picture"),
    path("commune/<slug:slug>/", commons.commons_page, name="commons_page"),
    path("commune/<slug:slug>/poster/", commons.commons_poster, name="commons_poster"),
    path("find/", reading.find, name="find"),
    path("procedure/<slug:procedure_id>/", reading.procedure, name="procedure"),
    path("helping/", reading.helping, name="helping"),
    path("real/", reading.real_or_simulated, name="real_or_simulated"),
    path("complain/", reading.complain, name="complain"),
    path("privacy/", reading.privacy, name="privacy"),
    path("offline/", reading.offline, name="offline"),
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("begin/<slug:procedure_id>/", filling.begin, name="begin"),
    path("draft/<str:draft_code>/", filling.draft, name="draft"),
    path("draft/<str:draft_code>/discard/", filling.discard, name="discard"),
    path("draft/<str:draft_code>/page/<slug:page_id>/", filling.page, name="page"),
    path("draft/<str:draft_code>/papers/", sending.papers, name="papers"),
    path("draft/<str:draft_code>/check/", sending.check_answers, name="check_answers"),
    path("mine/", mine.my_dossiers, name="my_dossiers"),
    path("mine/export/<str:kind>/", mine.export, name="export"),
    path("filed/<path:number>/", following.filed, name="filed"),
    path("dossier/<path:number>/receipt/", following.receipt, name="receipt"),
    path("dossier/<path:number>/paper/<str:code>/", following.paper, name="paper"),
    path("dossier/<path:number>/file/<uuid:attachment_id>/", following.attachment, name="attachment"),
    path("dossier/<path:number>/supplement/", answering.supplement, name="supplement"),
    path("dossier/<path:number>/withdraw/", answering.withdraw, name="withdraw"),
    path("dossier/<path:number>/rate/", answering.rate, name="rate"),
    path("dossier/<path:number>/", following.dossier, name="dossier"),
    path("notices/", mine.notices_page, name="messages"),
    path("my-data/", my_data.my_data, name="my_data"),
    path("my-data/registers/", my_records.my_records, name="my_records"),
    path("my-data/registers/<uuid:record_id>/wrong/", my_records.wrong, name="wrong"),
]
