from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kiif.accounts.actor import Actor, of
from kiif.attachments import actions, registry
from kiif.attachments.enums import Scan
from kiif.attachments.forms import AttachForm
from kiif.attachments.inspection import too_big
from kiif.attachments.models import Attachment
from kiif.attachments.uploads import DROPPED
from kiif.journal import objects
from kiif.ui.addresses import is_own_path
from kiif.ui.errors import NotAllowed, Refused

_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@login_not_required
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The content, for whoever may read its object now; always saved, never shown."""
    attachment = _readable(of(request), public_id)
    if attachment is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return serve(attachment)


def serve(attachment: Attachment) -> FileResponse:
    """The content of a file, once its right was asked; NotAllowed while it is being checked, or when it is infected."""
    if attachment.scan == Scan.PENDING:
        raise NotAllowed(_("This file is being checked. It can be opened in a few minutes."))
    if not attachment.is_downloadable:
        raise NotAllowed(_("This file is infected: it was destroyed. Ask for another one from whoever sent it."))
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=attachment.original_name, content_type=attachment.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, app: str, model: str, pk: str) -> HttpResponse:
    """Attach a file to an object: the form of every page posts here, and a refused file comes back here."""
    actor, owner = of(request), objects.find(app, model, pk)
    if owner is None or not registry.can_read(actor, owner):
        raise Http404
    if not registry.can_write(actor, owner):
        raise NotAllowed(_("In your present role you may not add or remove files here."))
    posted = request.method == "POST"
    form = AttachForm(request.POST, request.FILES) if posted else AttachForm()
    if posted and _attached(request, form, owner):
        return redirect(_back(request, owner))
    context = {"form": form, "owner": owner, "back": _back(request, owner)}
    return render(request, "attachments/add.html", context, status=422 if form.errors else 200)


def _attached(request: HttpRequest, form: AttachForm, owner: Model) -> bool:
    if getattr(request, DROPPED, False):
        form.errors.pop("file", None)
        form.add_error("file", too_big())
    if not form.is_valid():
        return False
    upload, label = form.cleaned_data["file"], form.cleaned_data["label"]
    try:
        attachment = actions.attach(owner=owner, upload=upload, by=of(request), label=label)
    except Refused as refused:
        form.add_error(refused.field or None, str(refused))
        return False
    messages.success(request, _("“%(name)s” is attached.") % {"name": attachment})
    return True


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a file away; asks first."""
    actor = of(request)
    attachment = _readable(actor, public_id)
    if attachment is None:
        raise Http404
    owner: Any = attachment.owner
    if not registry.can_write(actor, owner):
        raise NotAllowed(_("In your present role you may not add or remove files here."))
    back = _back(request, owner)
    if request.method == "POST":
        actions.remove(attachment=attachment, by=actor)
        messages.success(request, _("“%(name)s” was removed.") % {"name": attachment})
        return redirect(back)
    context = {"attachment": attachment, "owner": owner, "cancel_url": back, "danger": True, "next": back}
    return render(request, "attachments/remove.html", context)


def _readable(actor: Actor, public_id: str) -> Attachment | None:
    try:
        found = Attachment.objects.filter(public_id=public_id)  # guarded: the rule of its owner is asked below
        attachment = found.select_related("content_type").first()
    except ValidationError:
        return None
    owner = attachment.owner if attachment else None
    return attachment if owner is not None and registry.can_read(actor, owner) else None


def _back(request: HttpRequest, owner: Model) -> str:
    """The page that the person came from, if it is ours; else the object's page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if is_own_path(wanted):
        return wanted
    address = getattr(owner, "get_absolute_url", None)
    return str(address()) if address else reverse("home")
