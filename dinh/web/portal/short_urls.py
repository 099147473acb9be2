"""Short addresses that QR codes of the teams carry; the same for every language, like those of checked papers."""

from django.urls import path

from dinh.web.portal.views import badge_check, checking_in, receipts, voices

app_name = "short"
urlpatterns = [
    path("t/", badge_check.ask, name="badges"),
    path("t/<str:code>/", badge_check.badge, name="badge"),
    path("b/", receipts.ask, name="receipts"),
    path("b/<str:code>/", receipts.receipt, name="receipt"),
    path("w/", checking_in.ask, name="gatherings"),
    path("w/<str:code>/", checking_in.page, name="gathering"),
    path("voice/<str:key>/<slug:language>", voices.play, name="voice"),
]
