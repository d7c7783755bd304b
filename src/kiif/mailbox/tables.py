from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry
from kiif.mailbox.enums import State
from kiif.mailbox.models import Mail
from kiif.ui.tables import Column, Filter, Table


def _url(mail: Mail) -> str:
    return reverse("mailbox:mail", args=[mail.pk])


def _subject(mail: Mail) -> str:
    """A subject may hold a code: for such mails the kind stands in its place."""
    return mail.kind_label if mail.is_secret else mail.subject


def _note(mail: Mail) -> Any:
    """Why a mail is where it is, in a few words."""
    if mail.state == State.WITHHELD:
        return mail.get_reason_display()
    if mail.is_cut:
        return _("cut in the middle: to be checked")
    if mail.state == State.QUEUED and mail.error:
        return _("tried, will be tried again")
    return mail.error if mail.state == State.FAILED else ""


def _kinds(table: Any) -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in registry.kinds()]


class Outbox(Table):
    name = "courriels"
    columns = (
        Column("subject", _("Subject"), value=_subject, url=_url, sub="kind_label", head=True),
        Column("recipient", _("Recipient"), sub=lambda mail: mail.address if mail.to else ""),
        Column("created_at", _("Written on"), sort="created_at"),
        Column("state", _("State"), value="get_state_display", sort="state", cell="mailbox/cells/state.html"),
        Column("note", _("Note"), value=_note),
        Column("sent_at", _("Sent on"), sort="sent_at", page=False),
    )
    search_fields = ("to__full_name", "to__email", "address")
    search_label = _("Name or address of the recipient")
    filters = (
        Filter("etat", _("State"), choices=State.choices, lookup="state"),
        Filter("type", _("Kind"), choices=_kinds, lookup="kind"),
        Filter(
            "incident",
            _("Only what went wrong"),
            kind="tick",
            apply=lambda rows, value: rows.filter(Q(state=State.FAILED) | Q(pk__in=rows.cut().values("pk"))),
        ),
    )
    default_sort = "-created_at"
    empty_title = _("No mail yet")
    empty_text = _("Invitations, reminders and answers appear here as soon as somebody causes them.")
    caption = _("Mails")


class Received(Table):
    name = "mes-courriels"
    columns = (
        Column("subject", _("Subject"), value=_subject, url=_url, sub="kind_label", head=True),
        Column("sent_at", _("Sent on"), sort="sent_at"),
    )
    search_fields = ("subject",)
    filters = (Filter("type", _("Kind"), choices=_kinds, lookup="kind"),)
    default_sort = "-sent_at"
    empty_title = _("No mail yet")
    empty_text = _("The mails that the platform sends you are listed here.")
    caption = _("Mails that you received")
