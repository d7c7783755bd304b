from typing import Any

from django.core.checks import Warning as Remark
from django.core.checks import register

from kiif.ui import navigation


@register()
def navigation_leads_somewhere(app_configs: Any, **kwargs: Any) -> list[Remark]:
    """Every entry of the navigation names a page that exists."""
    return [
        Remark(f"the navigation points to {name!r}, which is no page", id="ui.W001") for name in navigation.missing()
    ]
