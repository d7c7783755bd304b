from datetime import time, timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    name = "kiif.attachments"
    verbose_name = _("Attachments")

    def ready(self) -> None:
        from kiif.accounts import privacy
        from kiif.attachments import tasks
        from kiif.attachments.privacy import HOLDER
        from kiif.jobs import schedule
        from kiif.journal import verbs

        verbs.register(
            {
                "attachments.attached": _("attached “{name}” to {object}"),
                "attachments.removed": _("removed “{name}” from {object}"),
            }
        )
        privacy.register(HOLDER)
        day = timedelta(days=1)
        schedule.register("attachments.purge", tasks.purge, every=day, at=time(3, 50))
        schedule.register("search.rebuild", tasks.rebuild_search, every=day, at=time(4, 30))
        schedule.register("journal.seal", tasks.seal_journal, every=timedelta(hours=1))
