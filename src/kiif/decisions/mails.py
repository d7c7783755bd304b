"""Kinds of mails of decisions, with an example of each placeholder."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry as mailbox

_LINK: Final = {"link": "https://kiif.example/decisions/reponse/5f1c…/"}
_REVIEW: Final = {"call": "Les Sentiers 2027", "project": "La Remise (exemple)", **_LINK}


def register() -> None:
    """Tells the outbox what it may send. Who may open a decision: its carriers, while it is the one in force."""
    from kiif.accounts.actor import Actor
    from kiif.accounts.models import User
    from kiif.decisions.models import Decision

    def may_open(user: User, decision: Decision) -> bool:
        return Decision.objects.own(Actor(user=user)).published().filter(pk=decision.pk).exists()

    mailbox.register_category(mailbox.Category("decisions", _("Answers to applications"), order=28))
    letter = {
        "subject": "Les Sentiers\u00a0: votre projet est retenu",
        "body": "Bonjour Yaël,\n\nVotre projet est retenu.",
        **_LINK,
    }
    dated = {**_REVIEW, "date": "17 mars 2027"}
    answered = {**_REVIEW, "answer": "Nous avons relu votre dossier avec une autre personne…"}
    kinds = (
        ("decisions.letter", _("Letter of answer"), letter, False),
        ("decisions.reply_due", _("A place offered waits for a reply"), dated, True),
        ("decisions.appeal_received", _("Request for a review recorded"), dated, True),
        ("decisions.appeal_answered", _("Request for a review answered"), answered, True),
    )
    for key, label, placeholders, scoped in kinds:
        # patient: somebody who carries many dossiers receives the last answers another day, and nothing is refused
        mailbox.register(mailbox.MailKind(key, label, "decisions", placeholders, scoped=scoped, patient=True))
    mailbox.register_visibility(Decision, may_open)
    mailbox.register_sandbox(Decision, lambda decision: decision.application.call.is_rehearsal)
