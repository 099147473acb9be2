"""Addresses of the kiosk."""

from django.urls import path

from dinh.web.kiosk.views import asking, helping, machine, speaking, tickets

app_name = "kiosk"
urlpatterns = [
    path("", machine.home, name="home"),
    path("machine/", machine.pair, name="pair"),
    path("door/<slug:door>/", machine.door, name="door"),
    path("finish/", machine.finish, name="finish"),
    path("finished/", machine.finished, name="finished"),
    path("alive/", machine.alive, name="alive"),
    path("guidance/", machine.guidance, name="guidance"),
    path("follow/", asking.follow, name="follow"),
    path("print/", asking.print_result, name="print"),
    path("print/<uuid:paper_id>/", asking.paper, name="paper"),
    path("scan/", asking.scan, name="scan"),
    path("helping/", helping.helping, name="helping"),
    path("ticket/", tickets.take, name="take"),
    path("ticket/<str:code>/", tickets.ticket, name="ticket"),
    path("board/<uuid:office_id>/", tickets.board, name="board"),
    path("speech/", speaking.speech, name="speech"),
]
