"""Kinds of mails round an answer, with an example of each placeholder."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry as mailbox

_TITLE: Final = {"title": "Les Sentiers 2027 : candidature"}
_LINK: Final = {"link": "https://kiif.example/repondre/dossier/5f1c…/"}
_OFFER: Final = {
    **_TITLE,
    "inviter": "Yaël Orsenne",
    "words": "Peux-tu remplir la partie sur l’équipe ?",
    "until": "12 mai 2027 à 18:00",
    "link": "https://kiif.example/repondre/invitation/Xk3…",
}

#: key, label, placeholders with examples, may be unsubscribed, holds a personal link
KINDS: Final[tuple[tuple[str, Any, dict[str, str], bool, bool], ...]] = (
    ("questionnaires.invitation", _("Invitation to an answer"), {**_OFFER, "role": "écrit"}, False, True),
    ("questionnaires.transfer", _("Answer offered to you"), _OFFER, False, True),
    (
        "questionnaires.offer_accepted",
        _("Invitation to an answer accepted"),
        {**_TITLE, **_LINK, "person": "Ilan Veyrac"},
        True,
        False,
    ),
    (
        "questionnaires.offer_refused",
        _("Invitation to an answer declined"),
        {**_TITLE, **_LINK, "person": "Ilan Veyrac"},
        True,
        False,
    ),
    (
        "questionnaires.receipt",
        _("Answer received"),
        {
            **_TITLE,
            **_LINK,
            "moment": "30 mai 2027 à 22:41",
            "sender": "Yaël Orsenne",
            "digest": "9f2a61c07be4d3a5",
        },
        False,
        False,
    ),
    (
        "questionnaires.reopened",
        _("Answer reopened for corrections"),
        {
            **_TITLE,
            **_LINK,
            "until": "4 juin 2027 à 18:00",
            "questions": "- Charges de l’année",
            "words": "Le total ne correspond pas au tableau.",
        },
        False,
        False,
    ),
    (
        "questionnaires.moved",
        _("The form that you are filling has changed"),
        {**_TITLE, **_LINK, "changes": "- Une question est nouvelle : « Qui connaissez-vous là-bas ? »"},
        True,
        False,
    ),
    (
        "questionnaires.mandate",
        _("Somebody of the team writes for you"),
        {
            **_TITLE,
            **_LINK,
            "staff": "Maïwenn Astruc",
            "given_by": "Yaël Orsenne",
            "words": "Remplir la partie budget, dictée au téléphone.",
        },
        False,
        False,
    ),
    ("questionnaires.personal_link", _("Personal link to an answer"), {**_TITLE, **_LINK}, False, True),
)


def register() -> None:
    """Tells the outbox what it may send, and who may open what it tells of."""
    from kiif.accounts.actor import Actor
    from kiif.accounts.models import User
    from kiif.questionnaires.models import Response

    def may_open(user: User, response: Response) -> bool:
        return Response.objects.visible_to(Actor(user=user)).filter(pk=response.pk).exists()

    mailbox.register_category(mailbox.Category("questionnaires", _("Questionnaires and applications"), order=25))
    for key, label, placeholders, optional, secret in KINDS:
        mailbox.register(mailbox.MailKind(key, label, "questionnaires", placeholders, optional=optional, secret=secret))
    mailbox.register_visibility(Response, may_open)
