from datetime import time, timedelta
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailboxConfig(AppConfig):
    name = "kiif.mailbox"
    verbose_name = _("Mailbox")

    def ready(self) -> None:
        from kiif.accounts.models import User
        from kiif.jobs import schedule
        from kiif.journal import verbs
        from kiif.mailbox import account_mails, development, digest, privacy, registry, rules, tasks
        from kiif.mailbox import today as mailbox_today
        from kiif.mailbox.registry import Category, MailKind
        from kiif.ui import navigation, today
        from kiif.ui.navigation import Entry

        verbs.register(
            {
                "mailbox.retried": _("had the mail “{object}” sent again"),
                "mailbox.marked_sent": _("marked the mail “{object}” as sent"),
                "mailbox.looked_at": _("looked at the failure of the mail “{object}”"),
                "mailbox.released": _("sent the draft “{object}”"),
                "mailbox.discarded": _("set the draft “{object}” aside"),
                "mailbox.text_changed": _("changed the text of the mail “{object}”"),
                "mailbox.text_given_up": _("went back to the first text of the mail “{object}”"),
                "mailbox.preferences_changed": _("changed which mails they receive"),
            }
        )
        registry.register_category(Category("digest", _("Digests"), order=90))
        registry.register(
            MailKind(
                digest.KIND,
                _("Digest"),
                "digest",
                {"count": "3 messages", "items": "…"},
                required=("items",),
                scoped=False,
            )
        )
        registry.register_visibility(User, lambda user, person: user == person)
        account_mails.connect()
        privacy.declare()

        day, minute = timedelta(days=1), timedelta(minutes=1)
        schedule.register("mailbox.send_due", tasks.send_due, every=minute, when=_something_is_due)
        schedule.register("mailbox.daily_digest", tasks.daily_digest, every=day, at=time(7, 0))
        schedule.register("mailbox.weekly_digest", tasks.weekly_digest, every=7 * day, at=time(7, 15), weekday=0)
        schedule.register("mailbox.prune", tasks.prune, every=day, at=time(3, 40))
        today.register(mailbox_today.IN_TROUBLE)
        navigation.register(
            Entry(_("Your mails"), "mailbox:preferences", 50, _somebody, "account", ("mailbox:received",))
        )
        navigation.register(
            Entry(_("Texts of mails"), "mailbox:texts", 75, registry.edits_texts, "staff", ("mailbox:text",))
        )
        navigation.register(Entry(_("Outbox"), "mailbox:outbox", 70, rules.operate, "staff", ("mailbox:mail*",)))
        navigation.register(
            Entry(
                _("Mailbox of the demonstration"),
                "mailbox:development",
                90,
                lambda actor: development.is_open(),
                "footer",
                ("mailbox:development-mail",),
            )
        )


def _somebody(actor: Any) -> bool:
    return actor is not None and actor.user is not None


def _something_is_due() -> bool:
    from django.utils import timezone

    from kiif.mailbox.models import Mail

    return Mail.objects.due(timezone.now()).exists()
