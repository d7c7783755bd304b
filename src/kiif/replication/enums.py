"""Vocabulary of replication."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """Levels at which territories are ranked (codes of `opendata`)."""

    COMMUNE = "commune", _("communes")
    EPCI = "epci", _("intercommunal bodies")
    LIVING_AREA = "living-area", _("living areas")
    DEPARTMENT = "department", _("departments")


class Mode(TextChoices):
    """How a solution goes elsewhere. Without a branch of one's own is a mode like any other."""

    BRANCH = "branch", _("branch of our own")
    FRANCHISE = "franchise", _("social franchise")
    TRANSFER = "transfer", _("transfer to a local organisation")
    DISSEMINATION = "dissemination", _("dissemination of the method")
    COOPERATION = "cooperation", _("cooperation or joint venture")
    MERGER = "merger", _("merger with what exists")


class Decision(TextChoices):
    GO = "go", _("go")
    GO_IF = "go_if", _("go, if")
    NO = "no", _("no")


class Engagement(IntegerChoices):
    """How far a partner goes: each step says something that can be shown."""

    INFORMED = 1, _("informed")
    INTERESTED = 2, _("interested")
    ACTIVE = 3, _("gives time")
    LETTER = 4, _("letter of intent")
    MEANS = 5, _("gives means")


class Kind(TextChoices):
    """What a line of a feasibility study tells."""

    ACTOR = "actor", _("actor met")
    INTERVIEW = "interview", _("interview")
    SUPPLY = "supply", _("existing supply")
    PARTNER = "partner", _("partner")
    FUNDING = "funding", _("funding track")
    PREMISES = "premises", _("premises")
    RISK = "risk", _("risk")
    NEXT = "next", _("next step")


class Part(TextChoices):
    """The written parts of a feasibility study, in the order of reading."""

    NEED = "need", _("The need here")
    SUPPLY = "supply", _("What already exists")
    PARTNERS = "partners", _("With whom")
    MEANS = "means", _("With what means")
    PREMISES = "premises", _("Where, concretely")
    ADAPTATION = "adaptation", _("What the model keeps, and what it adapts")
    RISKS = "risks", _("What could go wrong")
    DECISION = "decision", _("What we decide, and why")


class HumanScore(TextChoices):
    """What no figure tells, and somebody knows: 0 to 3, signed and dated."""

    WILL = "will", _("political will")
    CARRIER = "carrier", _("carrier identified")
    PARTNERS = "partners", _("partners ready")


#: Sites where a solution works today, at most.
MAX_SITES: Final = 20
#: Territories on a short list, at most.
MAX_PICKS: Final = 30
#: Territories set aside one by one, at most.
MAX_ASIDE: Final = 200
#: Days after which a human score no longer counts, unless it says otherwise.
SCORE_DAYS: Final = 365
#: Days during which a search made without an account is kept.
VISITOR_DAYS: Final = 7
