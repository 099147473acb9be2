"""Tables of the figures: cells and where they come from, told values, periods and what was locked, questions."""

from dinh.indicators.models.asked import AskedSql
from dinh.indicators.models.cells import Cell, CellBefore, Place, Progress, Run, Series, Source
from dinh.indicators.models.periods import LockedCell, Period, ProvinceApproval, Restatement, Snapshot
from dinh.indicators.models.questions import SavedQuestion
from dinh.indicators.models.reports import Report, ReportSchedule
from dinh.indicators.models.surveys import Survey, SurveyCode, SurveyMark
from dinh.indicators.models.told import Flag, Target, Told

__all__ = [
    "AskedSql",
    "Cell",
    "CellBefore",
    "Flag",
    "LockedCell",
    "Period",
    "Place",
    "Progress",
    "Report",
    "ReportSchedule",
    "ProvinceApproval",
    "Restatement",
    "Run",
    "SavedQuestion",
    "Series",
    "Snapshot",
    "Source",
    "Survey",
    "SurveyCode",
    "SurveyMark",
    "Target",
    "Told",
]
