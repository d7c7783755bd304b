from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context

from kiif.accounts import demo_accounts as demonstration
from kiif.accounts import devices, second_factor

register = template.Library()


@register.simple_tag
def demo_accounts() -> dict[str, Any] | None:
    """The accounts to try on a demonstration instance; None elsewhere."""
    people = demonstration.listed() if settings.DEMO else []
    return {"people": people, "password": demonstration.PASSWORD} if people else None


@register.simple_tag(takes_context=True)
def second_factor_duty(context: Context) -> second_factor.Duty | None:
    """What the person of this page still has to do about their second factor."""
    request: HttpRequest = context["request"]
    return second_factor.read_duty(request.user)  # type: ignore[arg-type] # pages of signed-in people only


@register.simple_tag
def contact() -> str:
    """The address that people write to."""
    return str(settings.CONTACT_EMAIL)


@register.filter
def in_fours(key: str) -> str:
    """A long key, easier to copy."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@register.filter
def device_label(user_agent: str) -> str:
    """“Firefox, Linux”."""
    return devices.label_of(user_agent)
