"""Addresses of the teams, below `desk/teams/`. The code stands in `views/teams/` under the same word."""

from django.urls import URLPattern, URLResolver, path

from dinh.web.desk.views.teams import commons, difficulties, kiosks, panel, prints, queue, reports, teams

urlpatterns: list[URLPattern | URLResolver] = [
    path("", teams.browse, name="teams"),
    path("panel/", panel.page, name="teams_panel"),
    path("panel/rows/<slug:figure>/", panel.rows, name="teams_panel_rows"),
    path("panel/operations/<slug:what>/", panel.operations, name="teams_panel_operations"),
    path("panel/revisit", panel.revisit, name="teams_revisit"),
    path("reports/", reports.browse, name="teams_reports"),
    path("reports/compose", reports.compose, name="teams_report_compose"),
    path("reports/<uuid:report>/", reports.page, name="teams_report"),
    path("reports/<uuid:report>/document", reports.document, name="teams_report_document"),
    path("reports/<uuid:report>/<slug:verb>", reports.act, name="teams_report_act"),
    path("papers/<uuid:paper>/", prints.page, name="teams_paper"),
    path("difficulties/", difficulties.browse, name="difficulties"),
    path("commons/", commons.browse, name="commons"),
    path("commons/new/<slug:kind>/", commons.new, name="commons_new"),
    path("commons/<uuid:page_id>/", commons.edit, name="commons_edit"),
    path("commons/<uuid:page_id>/state/", commons.state, name="commons_state"),
    path("commons/<uuid:page_id>/move/", commons.move, name="commons_move"),
    path("commons/<uuid:page_id>/picture/", commons.picture, name="commons_picture"),
    path("commons/<uuid:page_id>/preview/", commons.preview, name="commons_preview"),
    path("kiosks/", kiosks.browse, name="kiosks"),
    path("kiosks/<uuid:kiosk_id>/", kiosks.act, name="kiosk_act"),
    path("queue/", queue.line, name="queue"),
]
