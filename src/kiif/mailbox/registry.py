"""What mails exist and what may be written in them; filled by every app in `apps.ready()`.

registry.register_category(Category("alliance", _("Life of the alliance"), optional=True))
registry.register(MailKind("alliance.invitation", _("Invitation"), "alliance", {"link": "https://…"}))
registry.register_visibility(Invitation, lambda user, invitation: …)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q
from django.utils.text import slugify

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor
    from kiif.accounts.models import User

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEY = re.compile(r"[a-z_]+\.[a-z][a-z0-9_]*")

#: Placeholders that each mail has without being given, with an example.
ALWAYS: dict[str, str] = {
    "site_name": "kiif",
    "site_url": "https://kiif.example",
    "recipient_name": "Yaël Orsenne",
}


@dataclass(frozen=True)
class Category:
    """What people choose a rhythm for. Order is that of the preferences page."""

    key: str
    label: Any
    help: Any = ""
    order: int = 50


def is_link(name: str) -> bool:
    """Whether a placeholder holds an address of ours, by its name: `link`, `url`, `reset_url`…"""
    return name in {"link", "url"} or name.endswith(("_link", "_url"))


@dataclass(frozen=True)
class MailKind:
    """A kind of mail.

    `placeholders` maps each name that its text may use to an example for the preview; those that `is_link` holds for
    are addresses. A text without one of `required` is refused (by default its links and its code: without them the
    mail is of no use). `optional`: people may receive it in a digest or never. `secret`: it carries a code or a
    personal link, so nobody but its recipient reads it, and its text is blanked once it is sent.
    `daily_limit`: how many a recipient may receive in 24 hours; beyond, the gesture is refused, but a
    `patient` kind leaves another day: an answer that is due. `scoped`: an organisation may have its own text.
    """

    key: str
    label: Any
    category: str | Category = "general"
    placeholders: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    secret: bool = False
    required: tuple[str, ...] | None = None
    daily_limit: int = 50
    patient: bool = False
    scoped: bool = True

    @property
    def category_key(self) -> str:
        return self.category.key if isinstance(self.category, Category) else self.category

    @property
    def needs(self) -> tuple[str, ...]:
        """Placeholders that a text must use."""
        if self.required is not None:
            return self.required
        return tuple(name for name in self.placeholders if name in {"link", "code"})

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(self.placeholders) | frozenset(ALWAYS)

    @property
    def examples(self) -> dict[str, str]:
        return {**ALWAYS, **self.placeholders}


Visibility = Callable[["User", Any], bool]
Scopes = Callable[["Actor"], Iterable[Model]]
Hidden = Callable[["Actor"], Q | None]
_sandboxes: dict[type[Model], Callable[[Any], bool]] = {}
_hidden: list[Hidden] = []
_kinds: dict[str, MailKind] = {}
_categories: dict[str, Category] = {}
_visibilities: dict[type[Model], Visibility] = {}
_scopes: list[Scopes] = []
_scope_of: dict[type[Model], Callable[[Any], Model | None]] = {}


def register(kind: MailKind) -> None:
    """Adds a kind; the same key is replaced. Raises ValueError for an impossible key or placeholder."""
    if not _KEY.fullmatch(kind.key):
        raise ValueError(f"{kind.key!r} is not of the shape <app>.<name>")
    for name in kind.placeholders:
        if not _NAME.fullmatch(name) or name in ALWAYS:
            raise ValueError(f"{name!r} cannot be a placeholder of {kind.key}")
    if unknown := set(kind.needs) - set(kind.placeholders):
        raise ValueError(f"{kind.key} requires {sorted(unknown)}, which it does not have")
    _kinds[kind.key] = kind
    if isinstance(kind.category, Category):
        register_category(kind.category)
    elif kind.category not in _categories:
        register_category(Category(slugify(kind.category) or kind.category, kind.category))


def register_category(category: Category) -> None:
    _categories[category.key] = category


def kind(key: str) -> MailKind:
    """The kind of that key. Raises LookupError if no app registered it."""
    try:
        return _kinds[key]
    except KeyError:
        raise LookupError(f"No mail is called {key!r}: kiif.mailbox.registry.register(MailKind({key!r}, …))") from None


def kinds() -> list[MailKind]:
    return [_kinds[key] for key in sorted(_kinds)]


def label_of(key: str) -> Any:
    """Label of a kind; the bare key for one that no longer exists."""
    return _kinds[key].label if key in _kinds else key


def optional_categories() -> list[Category]:
    """Categories that hold at least one optional kind, in order."""
    keys = {kind.category_key for kind in _kinds.values() if kind.optional}
    return sorted((c for c in _categories.values() if c.key in keys), key=lambda c: (c.order, c.key))


def category(key: str) -> Category:
    return _categories.get(key) or Category(key, key)


def register_visibility(model: type[Model], may_open: Visibility) -> None:
    """Says who may open objects of a model: `may_open(user, obj)`, asked at the moment of sending."""
    _visibilities[model] = may_open


def visibility_of(model: type[Model]) -> Visibility:
    """Raises LookupError for a model without a rule: a mail never tells about what nobody said who may open."""
    for known, may_open in _visibilities.items():
        if issubclass(model, known):
            return may_open
    raise LookupError(
        f"A mail is about a {model._meta.label}, but nobody said who may open one: "
        f"kiif.mailbox.registry.register_visibility({model.__name__}, may_open)"
    )


def register_sandbox(model: type[Model], is_rehearsal: Callable[[Any], bool]) -> None:
    """Says when an object is only rehearsed: a mail about it is written, and stays in the house."""
    _sandboxes[model] = is_rehearsal


def is_rehearsal(about: Model | None) -> bool:
    """Whether a mail about this object must not leave."""
    rehearsed = next((ask for model, ask in _sandboxes.items() if isinstance(about, model)), None)
    return rehearsed is not None and bool(rehearsed(about))


def register_hidden(hidden: Hidden) -> None:
    """Adds a source of mails to others that an actor never sees, though they look after the outbox or asked for them:
    a Q on Mail, or None when nothing is hidden from them."""
    if hidden not in _hidden:
        _hidden.append(hidden)


def hidden_from(actor: Actor) -> Q | None:
    """What all these sources hide from this actor; None when nothing is hidden."""
    found = [one for hidden in _hidden if (one := hidden(actor)) is not None]
    return reduce(or_, found) if found else None


def register_scopes(scopes: Scopes) -> None:
    """Adds a source of organisations whose mail texts this actor may change (`scopes(actor)`)."""
    if scopes not in _scopes:
        _scopes.append(scopes)


def scopes_of(actor: Actor) -> list[Model]:
    return [scope for scopes in _scopes for scope in scopes(actor)]


def edits_texts(actor: Actor | None) -> bool:
    """Whether this person changes the texts of everybody, or of one organisation."""
    from kiif.mailbox import rules

    return actor is not None and (bool(rules.edit_common_texts(actor)) or bool(scopes_of(actor)))


def register_scope_of(model: type[Model], scope_of: Callable[[Any], Model | None]) -> None:
    """Says in whose name a mail about an object is written: `scope_of(obj)` gives the organisation."""
    _scope_of[model] = scope_of


def scope_of(about: Model | None) -> Model | None:
    """The organisation whose texts a mail about this object uses, None for the texts of everybody."""
    if about is None:
        return None
    found = next((read for model, read in _scope_of.items() if isinstance(about, model)), None)
    return found(about) if found else None


def scope_key(scope: Model | None) -> str:
    """How a scope is written in a row: "alliance.incubator:12", empty for the texts of everybody."""
    return f"{scope._meta.label_lower}:{scope.pk}" if scope is not None else ""
