from datetime import time, timedelta

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "kiif.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from kiif.jobs import privacy, schedule, tasks
        from kiif.journal import verbs

        autodiscover_modules("tasks")
        verbs.register(
            {
                "jobs.run_again": _("asked for {object} to be run again"),
                "jobs.dismissed": _("set {object} aside"),
                "jobs.paused": _("paused the regular job {object}"),
                "jobs.resumed": _("resumed the regular job {object}"),
            }
        )
        schedule.register("jobs.prune", tasks.prune, every=timedelta(days=1), at=time(3, 30))
        schedule.register("accounts.daily", tasks.accounts_daily, every=timedelta(days=1), at=time(4, 10))
        privacy.declare()
