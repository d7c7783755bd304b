import pkgutil
from datetime import time, timedelta
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "kiif.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from kiif.jobs import privacy, rules, schedule, tasks
        from kiif.jobs import today as jobs_today
        from kiif.journal import verbs
        from kiif.ui import navigation, today
        from kiif.ui.navigation import Entry

        _declare_all()
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
        today.register(jobs_today.FAILED)
        navigation.register(Entry(_("Exports and imports"), "jobs:mine", 60, _somebody, "account", ("jobs:run",)))
        navigation.register(Entry(_("Jobs of the platform"), "jobs:all", 80, rules.operate, "staff", ("jobs:regular",)))


def _declare_all() -> None:
    """Imports `tasks` and every `tasks_…` of our rooms: a worker that nobody asked anything of knows each job."""
    for room in apps.get_app_configs():
        if room.name.startswith("kiif."):
            for module in pkgutil.iter_modules(room.module.__path__ if room.module else ()):
                if module.name == "tasks" or module.name.startswith("tasks_"):
                    import_module(f"{room.name}.{module.name}")


def _somebody(actor: Any) -> bool:
    return actor is not None and actor.user is not None
