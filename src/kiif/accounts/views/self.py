from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from kiif.accounts.actor import of
from kiif.accounts.models import User


def person_of(request: HttpRequest) -> User:
    """The person who is signed in. Raises PermissionDenied for a visitor (LoginRequiredMiddleware comes first)."""
    user = of(request).user
    if user is None:
        raise PermissionDenied
    return user
