"""Kinds of mails to those who read, with an example of each placeholder.

Those that may hold a personal link are secret: nobody else reads them in the outbox."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry as mailbox

ROUND_FACTS: Final = {
    "round": "Lecture 1",
    "call": "Les Sentiers 2027",
    "until": "12 juin 2027 à 18:00",
    "link": "https://kiif.example/lectures/",
}

#: key, label, placeholders with examples, may be unsubscribed
KINDS: Final[tuple[tuple[str, Any, dict[str, str], bool], ...]] = (
    (
        "reviews.invitation",
        _("Invitation to read applications"),
        {**ROUND_FACTS, "inviter": "Zélie Mirevent", "capacity": "10", "words": "Votre regard d’élue nous manque."},
        False,
    ),
    ("reviews.link", _("Personal link of an expert"), ROUND_FACTS, False),
    ("reviews.calibration", _("Anchor dossiers to mark"), {**ROUND_FACTS, "number": "3"}, True),
    ("reviews.opened", _("A reading round opens"), ROUND_FACTS, True),
    (
        "reviews.criterion",
        _("A criterion was added to a rubric"),
        {key: value for key, value in ROUND_FACTS.items() if key != "until"} | {"criterion": "Sobriété"},
        True,
    ),
    (
        "reviews.declined",
        _("Somebody declined to read"),
        {
            "person": "Ilan Veyrac",
            "call": "Les Sentiers 2027",
            "words": "En congés tout le mois de juin.",
            "link": "https://kiif.example/lectures/",
        },
        True,
    ),
)


def register() -> None:
    """Tells the outbox what it may send, and who may open what it tells of."""
    from kiif.accounts.models import User
    from kiif.programmes.teams import still_runs
    from kiif.reviews.enums import ReviewerState
    from kiif.reviews.models import Reviewer

    def may_open(user: User, reviewer: Reviewer) -> bool:
        asked = reviewer.person_id == user.pk and reviewer.state != ReviewerState.LEFT
        return asked or still_runs(user, reviewer.round)

    def house_of(reviewer: Reviewer) -> Any:
        return reviewer.round.call.edition.programme.owner.specific

    mailbox.register_category(mailbox.Category("reviews", _("Reading of applications"), order=27))
    for key, label, placeholders, optional in KINDS:
        mailbox.register(
            mailbox.MailKind(key, label, "reviews", placeholders, optional=optional, secret=key != "reviews.declined")
        )
    mailbox.register_visibility(Reviewer, may_open)
    mailbox.register_scope_of(Reviewer, house_of)
