"""Lists of accounts. Whom a role may see is the alliance's business; here people see themselves, support sees all."""

from __future__ import annotations

import datetime as dt

import rules
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.models import Consent, ConsentText, ErasureRequest, SupportVisit, User


def people_visible_to(actor: Actor) -> QuerySet[User]:
    """Accounts that this actor may list: all for the system and superusers, else their own. Erased ones never."""
    people = User.objects.filter(anonymised_at__isnull=True)
    if actor.is_system or (actor.user and actor.user.is_superuser and actor.can_write):
        return people
    return people.filter(pk=actor.user.pk) if actor.user else people.none()


def people_for_support(actor: Actor) -> QuerySet[User]:
    """Ordinary open accounts, for whoever does support; nobody for anybody else."""
    if not rules.test_rule("accounts.support", actor):
        return User.objects.none()
    return User.objects.filter(anonymised_at__isnull=True, is_active=True, is_superuser=False, is_staff=False)


def current_texts(language: str) -> list[ConsentText]:
    """The current version of each kind of text, in this language where it exists, else in the house's language."""
    chosen: dict[str, ConsentText] = {}
    for text in ConsentText.objects.filter(published_at__lte=timezone.now()).order_by("-published_at", "language"):
        known = chosen.setdefault(text.kind, text)
        if known.version == text.version and _rank(text, language) < _rank(known, language):
            chosen[text.kind] = text
    return sorted(chosen.values(), key=lambda text: (not text.required, text.kind))


def _rank(text: ConsentText, language: str) -> int:
    return [language, settings.LANGUAGE_CODE, text.language].index(text.language)


def in_force(user: User) -> QuerySet[Consent]:
    """Acceptances that this person has not withdrawn."""
    return Consent.objects.filter(user=user, withdrawn_at__isnull=True).select_related("text")


def pending_texts(user: User, language: str) -> list[ConsentText]:
    """Current required texts whose version this person has not accepted, in any language."""
    required = [text for text in current_texts(language) if text.required]
    if not required:
        return []
    accepted = set(in_force(user).values_list("text__kind", "text__version"))
    return [text for text in required if (text.kind, text.version) not in accepted]


def owes_consent(user: User) -> bool:
    """The same as `bool(pending_texts(…))` in one query, for the gate that every page passes."""
    published = ConsentText.objects.filter(published_at__lte=timezone.now())
    newer = published.filter(kind=OuterRef("kind"), published_at__gt=OuterRef("published_at"))
    accepted = Consent.objects.filter(
        user=user, withdrawn_at__isnull=True, text__kind=OuterRef("kind"), text__version=OuterRef("version")
    )
    return published.filter(~Exists(newer), ~Exists(accepted), required=True).exists()


def pending_erasure(user: User) -> ErasureRequest | None:
    """The erasure that waits for its day, if there is one."""
    return ErasureRequest.objects.filter(user=user, cancelled_at__isnull=True, done_at__isnull=True).first()


def due_erasures(now: dt.datetime) -> QuerySet[ErasureRequest]:
    """Erasures whose day has come."""
    return ErasureRequest.objects.filter(cancelled_at__isnull=True, done_at__isnull=True, due_at__lte=now)


def visits_to(user: User) -> QuerySet[SupportVisit]:
    """When support saw the product as this person."""
    return SupportVisit.objects.filter(person=user).select_related("support")


def _unused_since(limit: dt.datetime) -> QuerySet[User]:
    people = User.objects.filter(anonymised_at__isnull=True, is_superuser=False)
    return people.annotate(last_seen=Coalesce("last_login", "date_joined")).filter(last_seen__lt=limit)


def people_to_warn(now: dt.datetime) -> QuerySet[User]:
    """Accounts unused for so long that their owner must be warned, and who has not been."""
    limit = now - dt.timedelta(days=settings.INACTIVE_AFTER_DAYS)
    return _unused_since(limit).filter(inactivity_warned_at__isnull=True)


def people_to_anonymise(now: dt.datetime) -> QuerySet[User]:
    """Accounts whose owner was warned long enough ago and did not come back."""
    limit = now - dt.timedelta(days=settings.INACTIVE_AFTER_DAYS)
    warned = now - dt.timedelta(days=settings.INACTIVE_WARNING_DAYS)
    return _unused_since(limit).filter(Q(inactivity_warned_at__lte=warned))


def forgotten_visits() -> QuerySet[SupportVisit]:
    """Visits whose time is over and that nobody ended."""
    return SupportVisit.objects.filter(ended_at__isnull=True, ends_at__lte=timezone.now())
