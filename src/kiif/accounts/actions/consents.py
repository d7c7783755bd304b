from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts import trail
from kiif.accounts.actions.guards import require_administrator, require_self_or_system
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import Consent, ConsentText, User
from kiif.accounts.queries import in_force
from kiif.accounts.texts import default_texts
from kiif.ui.errors import Refused


@transaction.atomic
def publish_text(
    *, kind: str, version: str, language: str, title: str, body: str, required: bool, by: Actor
) -> ConsentText:
    """Publishes a version of a text; people are asked for it at their next page if it is required.

    Raises Refused when this version exists in this language: a published text never changes, write a new version.
    """
    require_administrator(by)
    if ConsentText.objects.filter(kind=kind, version=version, language=language).exists():
        raise Refused(_("This version is already published: give the new text a new version."), field="version")
    same = ConsentText.objects.filter(kind=kind, version=version).first()
    text = ConsentText.objects.create(
        kind=kind,
        version=version,
        language=language,
        title=title,
        body=body,
        required=required,
        published_at=same.published_at if same else timezone.now(),
    )
    trail.record(by=by, verb="accounts.text_published", obj=text)
    return text


@transaction.atomic
def ensure_default_texts() -> list[ConsentText]:
    """Publishes the terms that come with the product, where an instance has published none. Idempotent."""
    published = []
    for text in default_texts():
        own = ConsentText.objects.filter(kind=text.kind)
        if own.exclude(version=text.version).exists() or own.filter(language=text.language).exists():
            continue
        values = {name: getattr(text, name) for name in ("kind", "version", "language", "title", "body", "required")}
        published.append(publish_text(**values, by=system("setup")))
    return published


@transaction.atomic
def give_consent(*, person: User, texts: Iterable[ConsentText], by: Actor) -> list[Consent]:
    """Keeps that a person accepted these texts, now. One already in force is left as it is."""
    require_self_or_system(by, person)
    accepted = set(in_force(person).values_list("text_id", flat=True))
    given = []
    for text in texts:
        if text.pk in accepted:
            continue
        given.append(Consent.objects.create(user=person, text=text))
        trail.record(by=by, verb="accounts.consent_given", obj=text, data={"text": str(text)})
    return given


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Actor) -> Consent:
    """Ends an acceptance that the product does not need. Raises Refused for one that it does."""
    require_self_or_system(by, consent.user)
    consent = Consent.objects.select_for_update(of=("self",)).select_related("text", "user").get(pk=consent.pk)
    if consent.text.required:
        raise Refused(
            _("These terms are needed to use the product. To stop using it, ask for the erasure of your account.")
        )
    if consent.withdrawn_at is None:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        trail.record(by=by, verb="accounts.consent_withdrawn", obj=consent.text, data={"text": str(consent.text)})
    return consent
