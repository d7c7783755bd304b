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
        schedule.register("attachments.purge", tasks.purge, every=timedelta(days=1), at=time(3, 50))
