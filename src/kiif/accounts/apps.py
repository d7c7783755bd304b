from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kiif.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from kiif.accounts import frame, own_data, receivers

        own_data.register()
        frame.register()
        receivers.connect()
