"""Kinds of mail for tests, and a mail of each sort in one call."""

from __future__ import annotations

import pytest

from kiif.accounts import actor as actors
from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.mailbox import actions, registry, texts
from kiif.mailbox.models import Mail
from kiif.mailbox.registry import Category, MailKind
from kiif.mailbox.texts import Text

BY = actors.system("tests")
SITE = "http://127.0.0.1:8000"
NEWS = MailKind(
    "tests.news",
    "News",
    Category("tests-news", "News of the alliance"),
    {"title": "Hello", "link": SITE},
    optional=True,
)
NOTICE = MailKind(
    "tests.notice", "Notice", "tests", {"name": "Noé", "message": "Bonjour", "link": SITE}, required=(), daily_limit=3
)
DUE = MailKind("tests.due", "Answer", "tests", {"link": SITE}, required=(), daily_limit=2, patient=True)
CODE = MailKind("tests.code", "Code", "tests", {"code": "BCDF-GHJK"}, secret=True)

_TEXTS = {
    "tests.news": Text("{title}", "Hello {recipient_name},\n\n[Read it]({link})"),
    "tests.notice": Text("A word from {name}", "Hello,\n\n{message}\n\n- **{name}**\n- {link}"),
    "tests.due": Text("An answer", "Hello, {link}"),
    "tests.code": Text("Your code: {code}", "Type {code}."),
}


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our kinds and their texts, for one test."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(registry, "_categories", dict(registry._categories))
    monkeypatch.setattr(registry, "_visibilities", dict(registry._visibilities))
    for kind in (NEWS, NOTICE, DUE, CODE):
        registry.register(kind)
    default = texts.default
    monkeypatch.setattr(texts, "default", lambda kind, language: _TEXTS.get(kind.key) or default(kind, language))


def news(to: User | None, *, title: str = "Hello", by: Actor = BY, **more: object) -> Mail:
    return actions.queue_mail(kind="tests.news", to=to, context={"title": title, "link": f"{SITE}/n"}, by=by, **more)  # type: ignore[arg-type]


def notice(to: User | None, *, name: str = "Noé", message: str = "", by: Actor = BY, **more: object) -> Mail:
    context = {"name": name, "message": message, "link": f"{SITE}/x"}
    return actions.queue_mail(kind="tests.notice", to=to, context=context, by=by, **more)  # type: ignore[arg-type]


def due(to: User | None, *, by: Actor = BY, **more: object) -> Mail:
    """Of a patient kind: beyond two a day, it leaves another day."""
    return actions.queue_mail(kind="tests.due", to=to, context={"link": f"{SITE}/d"}, by=by, **more)  # type: ignore[arg-type]


def code(to: User | None, *, by: Actor = BY, **more: object) -> Mail:
    return actions.queue_mail(kind="tests.code", to=to, context={"code": "BCDF-GHJK"}, by=by, **more)  # type: ignore[arg-type]
