from typing import Any

from django.http import HttpRequest

from kiif.ui import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the page frame needs: `nav`, the navigation of this person."""
    return {"nav": navigation.items_for(request)}
