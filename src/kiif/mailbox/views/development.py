"""The mailbox of a developer or of somebody who tries the demonstration: every mail, its text, its links."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kiif.mailbox import development, layout
from kiif.mailbox.models import Mail
from kiif.mailbox.views.page import html_page

View = Callable[..., HttpResponse]


def _only_in_development(view: View) -> View:
    """404 wherever real people receive real mails. Open to visitors: whoever is invited has no account yet."""

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: int, **kwargs: int) -> HttpResponse:
        if not development.is_open():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _mails() -> QuerySet[Mail]:
    return Mail.objects.select_related("to")  # guarded: development only


@_only_in_development
def index(request: HttpRequest) -> HttpResponse:
    mails = _mails().defer("html", "calendar").order_by("-created_at", "-pk")[:100]
    return render(request, "mailbox/development.html", {"mails": mails})


@_only_in_development
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_mails(), pk=pk)
    return render(request, "mailbox/development_mail.html", {"mail": found, "letter": layout.compose(found)})


@_only_in_development
def html(request: HttpRequest, pk: int) -> HttpResponse:
    return html_page(layout.compose(get_object_or_404(_mails(), pk=pk)).html)
