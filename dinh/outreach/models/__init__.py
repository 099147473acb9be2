"""Tables of the outreach pillar, one file per concept."""

from __future__ import annotations

from dinh.outreach.models.commons import CommonsPage, CommonsPicture
from dinh.outreach.models.devices import Device, EnrolCode, SealingKey
from dinh.outreach.models.gatherings import Attendance, Invitation, Workshop
from dinh.outreach.models.houses import Assistance, Difficulty, HouseProfile, PersonProfile, Visit
from dinh.outreach.models.kiosks import Kiosk, QueueTicket
from dinh.outreach.models.operations import Conflict, FactChange, Held, Operation
from dinh.outreach.models.reporting import FieldReport
from dinh.outreach.models.teams import Area, Duty, Handover, Member, ScopeEpoch, Team, Thanks
from dinh.outreach.models.trust import Badge, BadgeCheck, SlipBook
from dinh.outreach.models.voices import Recording

__all__ = [
    "Area",
    "Assistance",
    "Attendance",
    "Badge",
    "BadgeCheck",
    "CommonsPage",
    "CommonsPicture",
    "Conflict",
    "Device",
    "Difficulty",
    "Duty",
    "EnrolCode",
    "FactChange",
    "FieldReport",
    "Handover",
    "Held",
    "HouseProfile",
    "Invitation",
    "Kiosk",
    "Member",
    "Operation",
    "PersonProfile",
    "QueueTicket",
    "Recording",
    "ScopeEpoch",
    "SealingKey",
    "SlipBook",
    "Team",
    "Thanks",
    "Visit",
    "Workshop",
]
