"""The texts of mails, read and changed by those who answer for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import Actor, of
from kiif.mailbox import actions, layout, registry, texts
from kiif.mailbox.actions.templates import may_edit
from kiif.mailbox.forms import TextForm
from kiif.mailbox.models import MailTemplate
from kiif.mailbox.registry import MailKind
from kiif.mailbox.views.page import html_page
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed, Refused


def _check(actor: Actor) -> None:
    if not registry.edits_texts(actor):
        raise NotAllowed(_("The texts of mails are changed by the coordination and by managers."))


def _scope(request: HttpRequest, actor: Actor) -> Model | None:
    """The organisation that the address names; the texts of everybody without one."""
    key = request.GET.get("pour", "")
    if not key:
        return None
    for scope in registry.scopes_of(actor):
        if registry.scope_key(scope) == key:
            return scope
    raise Http404


def _kind(key: str, language: str, scope: Model | None) -> MailKind:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    try:
        kind = registry.kind(key)
    except LookupError:
        raise Http404 from None
    if scope is not None and not kind.scoped:
        raise Http404
    return kind


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind of mail, by category, and which texts were changed."""
    actor = of(request)
    _check(actor)
    scope = _scope(request, actor)
    key = registry.scope_key(scope)
    rows = MailTemplate.objects.newest().filter(given_up=False, scope__in={"", key})
    changed = {(row.kind, row.language): row.scope for row in rows.order_by("scope")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in registry.kinds():
        if scope is not None and not kind.scoped:
            continue
        label = str(registry.category(kind.category_key).label)
        languages = [
            {"code": code, "label": name, "changed": (kind.key, code) in changed} for code, name in settings.LANGUAGES
        ]
        groups.setdefault(label, []).append({"kind": kind, "languages": languages})
    context = {
        "groups": sorted(groups.items()),
        "scope": scope,
        "key": key,
        "scopes": [
            Tab(_("Everybody"), reverse("mailbox:texts"), scope is None),
            *(
                Tab(str(s), f"{reverse('mailbox:texts')}?pour={registry.scope_key(s)}", s == scope)
                for s in registry.scopes_of(actor)
            ),
        ],
    }
    return render(request, "mailbox/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """One text in one language."""
    actor = of(request)
    scope = _scope(request, actor)
    definition = _kind(kind, language, scope)
    _check(actor)
    text = texts.current(definition, language, registry.scope_key(scope))
    form = TextForm(request.POST or None, kind=definition, initial={"subject": text.subject, "body": text.body})
    may = may_edit(actor, scope)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_text(kind=kind, language=language, by=actor, scope=scope, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved: the next mails of this kind say this."))
            return redirect(request.get_full_path())
    context = {
        "form": form,
        "kind": definition,
        "language": language,
        "language_label": dict(settings.LANGUAGES)[language],
        "scope": scope,
        "query": f"?pour={registry.scope_key(scope)}" if scope else "",
        "may_edit": may,
        "placeholders": [(name, example, name in definition.needs) for name, example in definition.examples.items()],
        "versions": MailTemplate.objects.filter(  # guarded: `may` above
            kind=kind, language=language, scope=registry.scope_key(scope)
        ).select_related("created_by")[:20],
        "text": text,
        "filled": _example(definition, text, language),
    }
    return render(request, "mailbox/text.html", context, status=422 if form.errors else 200)


def _example(kind: MailKind, text: texts.Text, language: str) -> texts.Filled:
    """A text filled with the example values of its kind."""
    examples = {name: str(value) for name, value in kind.placeholders.items()}
    return texts.fill(kind, text, examples, language=language, recipient=registry.ALWAYS["recipient_name"])


@require_safe
def preview(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The mail as a recipient will see it, with example values."""
    actor = of(request)
    scope = _scope(request, actor)
    definition = _kind(kind, language, scope)
    _check(actor)
    text = texts.current(definition, language, registry.scope_key(scope))
    filled = _example(definition, text, language)
    letter = layout.frame(
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
        language=language,
        category=str(registry.category(definition.category_key).label),
        has_account=True,
        unsubscribe_url=settings.BASE_URL if definition.optional else "",
    )
    return html_page(letter.html)


@require_POST
def give_up(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Back to the text above."""
    actor = of(request)
    scope = _scope(request, actor)
    _kind(kind, language, scope)
    try:
        actions.give_up_text(kind=kind, language=language, by=actor, scope=scope)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The first text is back."))
    query = f"?pour={registry.scope_key(scope)}" if scope else ""
    return redirect(reverse("mailbox:text", args=[kind, language]) + query)
