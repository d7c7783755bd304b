from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from kiif.accounts.actor import of
from kiif.accounts.models import User

View = TypeVar("View", bound=Callable[..., object])


def person_of(request: HttpRequest) -> User:
    """The person who is signed in. Raises PermissionDenied for a visitor (LoginRequiredMiddleware comes first)."""
    user = of(request).user
    if user is None:
        raise PermissionDenied
    return user


def proves_again(view: View) -> View:
    """The person must have proved who they are in the last fifteen minutes; what they sent waits meanwhile."""
    return cast("View", reauthentication_required(view))
