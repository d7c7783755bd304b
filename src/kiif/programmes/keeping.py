"""What a conflict of interest, or a part in an application, keeps from somebody in the common registers of the house:
the journal and the outbox tell of applications too.

    keeping.register(Decision, "application")   # path from the model to the application

Each room registers its models; here is asked, once for all of them, which rows tell of what is kept from an actor.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes.queries import role_of

_paths: dict[type[Model], str] = {}


def register(model: type[Model], path: str) -> None:
    """Says how a model leads to its application; a path to a response or a project is written to its end."""
    _paths[model] = path


def kept(actor: Actor) -> dict[int, str]:
    """Applications kept from this person as one who selects (key: number): those that a confirmed conflict bars, and
    those that they carry. One query."""
    from kiif.programmes.models import Application
    from kiif.programmes.queries import barred_from, carried_by

    if actor.is_system or actor.user is None:
        return {}
    rows = Application.objects.filter(carried_by(actor) | Q(pk__in=barred_from(actor))).order_by()
    return dict(rows.values_list("pk", "project__number"))


def _objects(keys: list[int], kind: str, key: str) -> Q:
    """Rows whose generic object (`kind`, `key`: its two fields) is of one of these applications."""
    from kiif.programmes.models import Application

    found = [Q(**{kind: ContentType.objects.get_for_model(Application), f"{key}__in": [str(one) for one in keys]})]
    for model, path in _paths.items():
        rows = model._default_manager.filter(**{f"{path}__in": keys}).values_list("pk", flat=True)
        if said := [str(one) for one in rows]:
            found.append(Q(**{kind: ContentType.objects.get_for_model(model), f"{key}__in": said}))
    return reduce(or_, found)


def entries_kept_from(actor: Actor) -> Q | None:
    """Entries of the journal about these applications, by their object or by the number in their label (what was
    deleted since). Technical support reads the journal of the house and no application: none of theirs."""
    if role_of(actor) == Role.SUPPORT:
        return Q(content_type__in=_kinds())
    numbers = kept(actor)
    if not numbers:
        return None
    named = reduce(or_, [Q(detail__object_label__contains=number) for number in numbers.values() if number], Q())
    about = _objects(list(numbers), "content_type", "object_id")
    return about | named if named else about


def _kinds() -> list[ContentType]:
    """Types of all that tells of an application."""
    from kiif.programmes.models import Application

    return list(ContentType.objects.get_for_models(Application, *_paths).values())


def mails_kept_from(actor: Actor) -> Q | None:
    """Mails about these applications."""
    numbers = kept(actor)
    return _objects(list(numbers), "about_type", "about_id") if numbers else None
