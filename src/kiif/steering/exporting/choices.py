"""What somebody exports of a call: parts, columns of facts, questions; kept for the next time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.accounts.actor import Actor
from kiif.programmes.models import Call
from kiif.questionnaires.reading.plan import Plan, plan_of
from kiif.steering.enums import USUAL_PARTS, ExportPart
from kiif.steering.models import ExportChoice

#: Facts of an application, by column; the number is always there.
FACTS: Final[dict[str, Any]] = {
    "title": _("Project"),
    "organisation": _("Organisation"),
    "siren": _("SIREN"),
    "contact": _("Contact"),
    "people": _("Carried by"),
    "state": _("State"),
    "eligibility": _("Eligibility"),
    "late": _("Late"),
    "challenges": _("Challenges"),
    "themes": _("Themes"),
    "stage": _("Stage"),
    "legal_form": pgettext_lazy("steering", "Kind of organisation"),
    "founded_year": _("Year of creation"),
    "women_led": pgettext_lazy("steering", "Led by women"),
    "region": _("Region of the headquarters"),
    "territories": _("Territories aimed at"),
    "rural": _("Rural class"),
    "rural_source": _("Source of the class"),
    "hosts": _("Hosts wished for"),
    "language": _("Language"),
    "begun_at": pgettext_lazy("steering", "Begun"),
    "submitted_at": pgettext_lazy("steering, of one dossier", "Received"),
    "decided_at": pgettext_lazy("steering", "Answered"),
    "state_words": _("Reasons given"),
}


@dataclass(frozen=True)
class Choices:
    """`parts`: of `ExportPart`; `facts`: of FACTS; `questions`: keys of groups of the form, all when empty."""

    parts: tuple[str, ...] = USUAL_PARTS
    facts: tuple[str, ...] = tuple(FACTS)
    questions: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        return {key: list(value) for key, value in asdict(self).items()}

    def has(self, part: str) -> bool:
        return part in self.parts


def read(document: Any) -> Choices:
    """Choices from what was kept; what is not known any more is left."""
    if not isinstance(document, dict):
        return Choices()
    parts = _among(document.get("parts"), ExportPart.values)
    facts = _among(document.get("facts"), FACTS)
    questions = document.get("questions")
    kept = tuple(str(one)[:120] for one in questions[:2_000]) if isinstance(questions, list) else ()
    return Choices(parts or USUAL_PARTS, facts or tuple(FACTS), kept)


def _among(given: Any, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in known if one in given) if isinstance(given, list) else ()


def kept_by(actor: Actor, call: Call) -> Choices:
    """What this person chose for this call, else the parts and facts of their last choice, else the usual ones."""
    rows = ExportChoice.objects.filter(person=actor.user)
    own = rows.filter(call=call).first()
    if own is not None:
        return read(own.choices)
    last = rows.order_by("-changed_at").first()
    return Choices(read(last.choices).parts, read(last.choices).facts) if last is not None else Choices()


def plan_of_call(call: Call) -> Plan | None:
    """How the answers of a call are read; None without a form that was published."""
    return plan_of(call.collection) if call.collection is not None else None
