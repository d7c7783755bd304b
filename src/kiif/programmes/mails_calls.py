"""Kinds of mails about calls, with an example of each placeholder."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry as mailbox

_CALL: Final = {"call": "Les Sentiers 2027", "link": "https://kiif.example/appels/les-sentiers-2027/"}
#: key, label, placeholders with examples
KINDS: Final[tuple[tuple[str, Any, dict[str, str]], ...]] = (
    (
        "programmes.prolonged",
        _("More time for a call"),
        {**_CALL, "until": "6 juin 2027 à 23:59", "words": "Les ponts de mai ont été longs."},
    ),
    (
        "programmes.cancelled",
        _("Call cancelled"),
        {**_CALL, "words": "Le financement n’est pas venu. Vos réponses restent à vous."},
    ),
    (
        "programmes.inquiry_answered",
        _("Answer to a question about a call"),
        {**_CALL, "question": "Faut-il déjà une antenne ?", "answer": "Non : sans antenne est encouragé aussi."},
    ),
    (
        "programmes.test_decided",
        _("Answer of a person to a test"),
        {**_CALL, "decision": "éligible", "words": "Votre bassin de vie est rural, même si le bourg ne l’est pas."},
    ),
    (
        "programmes.watch_confirm",
        _("An address to confirm, to be told of a call"),
        {"programme": "Les Sentiers", "link": "https://kiif.example/appels/prevenir/5f1c…"},
    ),
    (
        "programmes.call_opened",
        _("A call is open, for who asked to be told"),
        {
            **_CALL,
            "programme": "Les Sentiers",
            "until": "30 mai 2027 à 23:59",
            "words": "Essaimer en milieu rural une solution qui a fait ses preuves.",
        },
    ),
)


def register() -> None:
    from kiif.programmes.models import Call

    category = mailbox.Category("programmes", _("Calls and applications"), order=30)
    for key, label, placeholders in KINDS:
        secret = key == "programmes.watch_confirm"
        mailbox.register(mailbox.MailKind(key, label, category, placeholders, required=("link",), secret=secret))
    mailbox.register_visibility(Call, lambda user, call: True)
    mailbox.register_scope_of(Call, lambda call: call.edition.programme.owner.specific)
