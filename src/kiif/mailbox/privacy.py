"""What the outbox holds about a person: the mails they received or caused, and what they want to receive."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, Q, QuerySet
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts import privacy
from kiif.accounts.models import User
from kiif.mailbox.enums import Reason, State
from kiif.mailbox.models import Mail, MailTemplate, Preference

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Mail": {
        "to",
        "address",
        "subject",
        "text",
        "html",
        "url",
        "calendar",
        "about_id",
        "about_type",
        "created_by",
        "key",
        "error",
    },
    "MailTemplate": {"created_by"},
    "Preference": {"user", "address"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Mail": {"kind", "uid", "language", "scope", "system", "digest"},
    "MailTemplate": {"kind", "scope", "subject", "body"},
    "Preference": {"category"},
}


def addresses_of(user: User) -> set[str]:
    """The address that opens the account, and those that were added to it, in lower case."""
    added = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {user.email.lower(), *(address.lower() for address in added)}


def _theirs(user: User) -> Q:
    return Q(to=user) | Q(to=None, address__in=addresses_of(user))


def export(user: User) -> dict[str, Any]:
    """Mails received, with their words unless they held a code; preferences."""
    return {
        "mails": [
            {
                "kind": mail.kind,
                "subject": mail.kind_label if mail.is_secret else mail.subject,
                "text": "" if mail.is_secret else mail.text,
                "written_on": mail.created_at.isoformat(),
                "state": mail.state,
                "sent_on": mail.sent_at.isoformat() if mail.sent_at else None,
            }
            for mail in Mail.objects.filter(_theirs(user))
        ],
        "preferences": {preference.category: preference.cadence for preference in Preference.objects.filter(user=user)},
    }


#: A shorter name would be found inside words that have nothing to do with the person.
_SHORTEST = 6
_NO_WORDS: dict[str, Any] = {"text": "", "html": "", "url": "", "calendar": "", "error": "", "blanked": True}


def erase(user: User) -> None:
    """Takes the person and every word out of their mails, and the words of others' mails that name them.

    What waits to be sent, to the person or about them, is withheld. Figures stay.
    """
    addresses = addresses_of(user)
    mails = Mail.objects.filter(_theirs(user))
    _withhold(mails)
    for mail in mails:
        Mail.objects.filter(pk=mail.pk).update(
            to=None,
            address="",
            subject=mail.kind_label[:250],
            key=f"erased:{mail.uid}",
            about_type=None,
            about_id="",
            **_NO_WORDS,
        )
    naming = list(_naming(user))
    _withhold(Mail.objects.filter(pk__in=[mail.pk for mail in naming]))
    for mail in naming:
        Mail.objects.filter(pk=mail.pk).update(subject=mail.kind_label[:250], **_NO_WORDS)
    Mail.objects.filter(created_by=user).update(created_by=None)
    MailTemplate.objects.filter(created_by=user).update(created_by=None)
    Preference.objects.filter(Q(user=user) | Q(address__in=addresses)).delete()


def _withhold(mails: QuerySet[Mail]) -> None:
    waiting = mails.filter(state__in=(State.DRAFT, State.QUEUED))
    waiting.update(state=State.WITHHELD, reason=Reason.ERASED)


def _naming(user: User) -> QuerySet[Mail]:
    """Mails whose words hold the name or an address of the person, whatever their state."""
    telling = Q(pk__in=())
    for words in (user.full_name, *addresses_of(user)):
        if len(words) >= _SHORTEST:
            telling |= Q(subject__icontains=words) | Q(text__icontains=words) | Q(html__icontains=escape(words))
            telling |= Q(calendar__icontains=words)
    return Mail.objects.filter(telling)


def holds(user: User) -> Exists:
    return Exists(Mail.objects.filter(_theirs(user)))


def seen_by(user: User) -> list[str]:
    return [
        _("Whoever looks after the outbox of the alliance sees which mails you were sent, never your codes."),
    ]


def declare() -> None:
    privacy.register(
        privacy.Holder("mailbox", gettext_lazy("Mails"), export=export, erase=erase, seen_by=seen_by, holds=holds)
    )
