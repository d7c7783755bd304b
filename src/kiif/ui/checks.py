from typing import Any

from django.core import checks

from kiif.ui import navigation


def navigation_leads_somewhere(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every entry of the navigation names a page that exists."""
    return [
        checks.Warning(f"the navigation points to {name!r}, which is no page", id="ui.W001")
        for name in navigation.missing()
    ]


def install() -> None:
    """Called once, when the application is ready."""
    checks.register(navigation_leads_somewhere)
