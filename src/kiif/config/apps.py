from datetime import time, timedelta

from django.apps import AppConfig


class InstanceConfig(AppConfig):
    name = "kiif.config"

    def ready(self) -> None:
        from kiif.config import tasks
        from kiif.jobs import schedule

        schedule.register("search.rebuild", tasks.rebuild_search, every=timedelta(days=1), at=time(4, 30))
        schedule.register("journal.seal", tasks.seal_journal, every=timedelta(hours=1))
