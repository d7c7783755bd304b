"""Data of committees: a session, its members and their presence, its agenda, votes, scenarios, minutes."""

from kiif.committees.models.agenda import Item, Note, Recusal
from kiif.committees.models.minutes import Minutes
from kiif.committees.models.scenarios import Scenario
from kiif.committees.models.session import Member, Presence, Session
from kiif.committees.models.votes import Ballot, Round

__all__ = ["Ballot", "Item", "Member", "Minutes", "Note", "Presence", "Recusal", "Round", "Scenario", "Session"]
