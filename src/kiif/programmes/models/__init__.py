"""Data of programmes: programme → edition → call, eligibility, applications, what bars somebody from one."""

from kiif.programmes.models.applications import Application, HostWish, Number, Pair, Project, Target
from kiif.programmes.models.calls import AccessCode, Call, CallPartner, Host, Inquiry, Moment
from kiif.programmes.models.conflicts import Conflict
from kiif.programmes.models.eligibility import Check
from kiif.programmes.models.handling import Correction, CorrectionRequest, Note, Reminder
from kiif.programmes.models.programme import Edition, Programme
from kiif.programmes.models.watching import Watch

__all__ = [
    "AccessCode",
    "Application",
    "Call",
    "CallPartner",
    "Check",
    "Conflict",
    "Correction",
    "CorrectionRequest",
    "Edition",
    "Host",
    "HostWish",
    "Inquiry",
    "Moment",
    "Note",
    "Number",
    "Pair",
    "Programme",
    "Project",
    "Reminder",
    "Target",
    "Watch",
]
