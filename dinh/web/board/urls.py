"""Addresses of the board. What is seen is wholly in the address, so that it can be sent to somebody else."""

from django.urls import path

from dinh.web.board.views import (
    ask,
    ask_kept,
    ask_sql,
    figure,
    heat,
    home,
    month,
    months,
    public,
    questions,
    report_schedules,
    reports,
    rows,
    score,
    surveys,
    targets,
    told,
    tomorrow,
)

app_name = "board"
urlpatterns = [
    path("", home.page, name="home"),
    path("group/<slug:group>/", home.group, name="group"),
    path("figure/<slug:figure>/", figure.page, name="figure"),
    path("figure/<slug:figure>/rows/<slug:measure>/", rows.page, name="rows"),
    path("difficulties/", heat.page, name="heat"),
    path("score/", score.page, name="score"),
    path("months/", months.page, name="months"),
    path("months/<str:month>/", month.page, name="month"),
    path("tomorrow/", tomorrow.page, name="tomorrow"),
    path("ask/", ask.page, name="ask"),
    path("ask/sql/", ask_sql.page, name="ask_sql"),
    path("ask/kept/", ask_kept.page, name="ask_kept"),
    path("ask/kept/<uuid:question>/<slug:verb>", ask_kept.act, name="ask_kept_act"),
    path("told/", told.page, name="told"),
    path("told/template/", told.template, name="told_template"),
    path("told/<slug:measure>/", told.history, name="told_history"),
    path("reports/", reports.page, name="reports"),
    path("reports/made/", report_schedules.page, name="report_schedules"),
    path("reports/look/<slug:report>/", reports.preview, name="report_preview"),
    path("reports/<uuid:report>/", reports.made, name="report"),
    path("reports/<uuid:report>/file/<slug:form>", reports.file, name="report_file"),
    path("questions/", questions.page, name="questions"),
    path("targets/", targets.page, name="targets"),
    path("surveys/", surveys.page, name="surveys"),
    path("survey/", surveys.answer, name="survey"),
    path("open/<slug:code>/", public.page, name="public"),
]
