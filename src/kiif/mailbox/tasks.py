"""Jobs of the outbox."""

from django.utils.translation import gettext_lazy as _

from kiif.jobs.tasks import job
from kiif.mailbox.enums import Cadence


@job("mailbox.send", label=_("Send a mail"), retries=5, priority=20)
def send(mail_id: int) -> str:
    """Sends one mail; run twice, it sends it once."""
    from kiif.mailbox import actions

    return actions.deliver(mail_id)


@job("mailbox.send_due", label=_("Send the mails whose time has come"), retries=0, priority=10)
def send_due() -> int:
    from kiif.mailbox import actions

    return actions.send_due()


@job("mailbox.daily_digest", label=_("Write the daily digests"), retries=2)
def daily_digest() -> int:
    from kiif.mailbox import actions

    return actions.compose_digests(cadence=Cadence.DAILY)


@job("mailbox.weekly_digest", label=_("Write the weekly digests"), retries=2)
def weekly_digest() -> int:
    from kiif.mailbox import actions

    return actions.compose_digests(cadence=Cadence.WEEKLY)


@job("mailbox.prune", label=_("Forget old mails"), retries=1)
def prune() -> dict[str, int]:
    from kiif.mailbox import actions

    return actions.prune()
