"""Draw a living area: a draft kept on the server, then versions that never change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.alliance.models import Body
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.territories import rules
from kiif.territories.enums import Level, Visibility
from kiif.territories.models import Draft, DrawnMember, DrawnTerritory, DrawnVersion, Territory
from kiif.ui.errors import NotAllowed, Refused

#: Above this many communes the person is asked to confirm: no intercommunal body of France has more than 158.
ASK_ABOVE: Final = 300
#: What is typed, with the most characters kept.
TEXTS: Final = {"name": 120, "description": 2_000, "why": 2_000, "note": 1_000}


def _refuse_unless(allowed: bool, why: str) -> None:
    if not allowed:
        raise NotAllowed(why)


@transaction.atomic
def open_draft(*, by: Actor, drawn: DrawnTerritory | None = None) -> Draft:
    """The draft of this person for a new area, or for the next version of one (which starts from the last version).

    Raises :class:`NotAllowed` for who may not draw, or not change this area.
    """
    _refuse_unless(rules.can_draw(by) and by.user is not None, _("Sign in to draw a living area."))
    if drawn is None:
        return Draft.objects.get_or_create(author=by.user, drawn=None)[0]
    _refuse_unless(
        rules.can_change(by, drawn), _("Only who drew this area, or their organisation, may draw its next version.")
    )
    current = drawn.current
    return Draft.objects.get_or_create(
        author=by.user,
        drawn=drawn,
        defaults={
            "name": drawn.name,
            "description": drawn.description,
            "why": drawn.why,
            "codes": codes_of(current) if current else [],
            "base_version": current.number if current else 0,
        },
    )[0]


def codes_of(version: DrawnVersion) -> list[str]:
    """Codes of the communes of a version, as they were on its day."""
    return list(version.members.order_by("territory__code").values_list("territory__code", flat=True))


@transaction.atomic
def save_draft(*, draft: Draft, by: Actor, texts: dict[str, str]) -> Draft:
    """Keep what is typed, whatever its state; unknown keys are ignored, long texts cut. Raises DraftGone."""
    locked = _own(draft, by)
    for field in TEXTS:
        if field in texts:
            setattr(locked, field, texts[field].replace("\x00", "")[: TEXTS[field]])
    locked.save(update_fields=[*TEXTS, "saved_at"])
    return locked


@transaction.atomic
def change_draft(*, draft: Draft, by: Actor, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Draft:
    """Add and take off communes (codes of today's communes; others are ignored)."""
    locked = _own(draft, by)
    wanted = set(add)
    known = set(_known(wanted))
    codes = (set(locked.codes) | known) - set(remove)
    locked.codes = sorted(codes)
    locked.save(update_fields=["codes", "saved_at"])
    return locked


@transaction.atomic
def discard_draft(*, draft: Draft, by: Actor) -> None:
    """Throw the draft away; the area and its versions stay."""
    _own(draft, by).delete()


class DraftGone(Refused):
    """The draft was saved as an area or thrown away since the page read it."""


def _own(draft: Draft, by: Actor) -> Draft:
    locked = Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if locked is None:
        raise DraftGone(_("This draft is not there any more: it was saved as an area, or thrown away."))
    _refuse_unless(rules.is_draft_author(by, locked) and by.can_write, _("This draft belongs to somebody else."))
    return locked


def _known(codes: set[str]) -> list[str]:
    found: list[str] = []
    ordered = sorted(codes)
    for start in range(0, len(ordered), 500):
        rows = Territory.objects.at(Level.COMMUNE).open().filter(code__in=ordered[start : start + 500])
        found += rows.values_list("code", flat=True)
    return found


@transaction.atomic
def publish_draft(*, draft: Draft, by: Actor, confirmed: bool = False) -> DrawnVersion:
    """Make the draft a new area, or the next version of its area, and throw the draft away.

    Refused, with the field: no name, no commune, very many communes not confirmed, same communes as before, or somebody
    else saved a version since this draft began (the draft stays, to be looked at again).
    """
    locked = _own(draft, by)
    communes = (
        list(Territory.objects.at(Level.COMMUNE).open().filter(code__in=locked.codes))
        if len(locked.codes) < 500
        else [t for t in Territory.objects.at(Level.COMMUNE).open() if t.code in set(locked.codes)]
    )
    _check(locked, communes, confirmed=confirmed)
    if locked.drawn_id is None:
        drawn = _create(locked, by)
        verb = "territories.drew"
    else:
        drawn = DrawnTerritory.objects.select_for_update(of=("self",)).get(pk=locked.drawn_id)
        _refuse_unless(
            rules.can_change(by, drawn), _("Only who drew this area, or their organisation, may draw its next version.")
        )
        _check_next(locked, drawn, communes)
        verb = "territories.redrew"
    version = _add_version(drawn, locked, communes, by)
    record(
        by=by, verb=verb, obj=drawn, data={"number": version.number, "communes": version.size}, scope=drawn.drawn_for
    )
    locked.delete()
    return version


def _check(draft: Draft, communes: list[Territory], *, confirmed: bool) -> None:
    if not draft.name.strip():
        raise Refused(_("Give the area a name: the one that people use."), field="name")
    if not communes:
        raise Refused(_("Choose at least one commune."), field="codes")
    if len(communes) > ASK_ABOVE and not confirmed:
        raise Refused(
            ngettext(
                "This area has %(count)d commune, much more than a living area. Take some off, or confirm it.",
                "This area has %(count)d communes, much more than a living area. Take some off, or confirm it.",
                len(communes),
            )
            % {"count": len(communes)},
            field="confirmed",
        )


def _create(draft: Draft, by: Actor, attempts: int = 5) -> DrawnTerritory:
    """The area of a draft. Whoever takes the same address at the same moment makes us look for another one."""
    body = rules.body_of(by)
    fields = {
        "name": draft.name.strip(),
        "description": draft.description.strip(),
        "why": draft.why.strip(),
        "drawn_by": by.user,
        "drawn_for": Body.objects.get(pk=body) if body is not None else None,
    }
    try:
        with transaction.atomic():
            return DrawnTerritory.objects.create(slug=_free_slug(draft.name), **fields)
    except IntegrityError:
        if not attempts:
            raise
        return _create(draft, by, attempts - 1)


def _free_slug(name: str) -> str:
    stem = slugify(name.replace("’", "-").replace("'", "-"))[:120] or "territoire"
    taken = set(DrawnTerritory.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    reserved = {"nouveau", "brouillon"}
    number, slug = 1, stem
    while slug in taken or slug in reserved:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _check_next(draft: Draft, drawn: DrawnTerritory, communes: list[Territory]) -> None:
    current = drawn.current
    number = current.number if current else 0
    if draft.base_version != number:
        raise Refused(
            _(
                "Version %(number)d of this area was saved while you were drawing. Compare it with your draft, "
                "then start again from it or keep yours."
            )
            % {"number": number},
            field="base_version",
        )
    texts = (draft.name.strip(), draft.description.strip(), draft.why.strip())
    same_texts = texts == (drawn.name, drawn.description, drawn.why)
    if current and {t.code for t in communes} == set(codes_of(current)):
        if same_texts:
            raise Refused(_("Nothing changed since the last version: add or take off a commune first."), field="codes")
        raise Refused(
            _("The outline did not change. To change only the words, use “Change the description”."), field="codes"
        )


def _add_version(drawn: DrawnTerritory, draft: Draft, communes: list[Territory], by: Actor) -> DrawnVersion:
    number = (drawn.current.number if drawn.current else 0) + 1
    version = DrawnVersion(
        drawn=drawn,
        number=number,
        note=draft.note.strip(),
        author=by.user,
        vintage=communes[0].vintage,
        size=len(communes),
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            _("Somebody saved a version at the same moment. Open the area again to see it."), field="base_version"
        ) from error
    DrawnMember.objects.bulk_create(
        (DrawnMember(version=version, territory=commune) for commune in communes), batch_size=2_000
    )
    before = diff.snapshot(drawn, ("name", "description", "why"))
    drawn.current = version
    drawn.name, drawn.description, drawn.why = draft.name.strip(), draft.description.strip(), draft.why.strip()
    drawn.save(update_fields=["current", "name", "description", "why"])
    changes = diff.difference(before, drawn)
    if changes and number > 1:
        record(by=by, verb="territories.described", obj=drawn, changes=changes, scope=drawn.drawn_for)
    return version


@transaction.atomic
def rebase_draft(*, draft: Draft, by: Actor, keep_mine: bool) -> Draft:
    """After somebody else's version: start again from it, or keep one's own communes on top of it."""
    locked = _own(draft, by)
    if locked.drawn is None or locked.drawn.current is None:
        return locked
    _refuse_unless(
        rules.can_change(by, locked.drawn),
        _("Only who drew this area, or their organisation, may draw its next version."),
    )
    locked.base_version = locked.drawn.current.number
    if not keep_mine:
        locked.codes = codes_of(locked.drawn.current)
    locked.save(update_fields=["base_version", "codes", "saved_at"])
    return locked


@transaction.atomic
def describe(*, drawn: DrawnTerritory, by: Actor, name: str, description: str, why: str) -> DrawnTerritory:
    """Change the words, not the outline."""
    locked = _changeable(drawn, by)
    if not name.strip():
        raise Refused(_("Give the area a name: the one that people use."), field="name")
    before = diff.snapshot(locked, ("name", "description", "why"))
    locked.name, locked.description, locked.why = name.strip(), description.strip(), why.strip()
    changes = diff.difference(before, locked)
    if changes:
        locked.save(update_fields=["name", "description", "why"])
        record(by=by, verb="territories.described", obj=locked, changes=changes, scope=locked.drawn_for)
    return locked


@transaction.atomic
def share(*, drawn: DrawnTerritory, by: Actor, visibility: str) -> DrawnTerritory:
    """Choose who may read the area. Making it public is for those who act for an organisation."""
    locked = _changeable(drawn, by)
    if visibility not in Visibility.values:
        raise Refused(_("Choose who may read this area."), field="visibility")
    if visibility == Visibility.PUBLIC:
        _refuse_unless(
            rules.can_publish(by, locked),
            _("An area is made public by an organisation: ask the incubator that accompanies you."),
        )
    before = diff.snapshot(locked, ("visibility",))
    locked.visibility = visibility
    changes = diff.difference(before, locked)
    if changes:
        locked.save(update_fields=["visibility"])
        record(by=by, verb="territories.shared", obj=locked, changes=changes, scope=locked.drawn_for)
    return locked


def _changeable(drawn: DrawnTerritory, by: Actor) -> DrawnTerritory:
    locked = DrawnTerritory.objects.select_for_update(of=("self",)).get(pk=drawn.pk)
    _refuse_unless(rules.can_change(by, locked), _("Only who drew this area, or their organisation, may change it."))
    return locked


@transaction.atomic
def withdraw(*, drawn: DrawnTerritory, by: Actor) -> DrawnTerritory:
    """Take an area off the lists. Nothing is lost: those who may change it still see it, and it can be restored."""
    locked = DrawnTerritory.objects.select_for_update(of=("self",)).get(pk=drawn.pk)
    _refuse_unless(
        rules.can_withdraw(by, locked), _("Only its authors or a coordinator of the alliance may withdraw this area.")
    )
    if locked.withdrawn_at is not None:
        raise Refused(_("This area is already withdrawn."))
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    record(by=by, verb="territories.withdrew", obj=locked, scope=locked.drawn_for)
    return locked


@transaction.atomic
def restore(*, drawn: DrawnTerritory, by: Actor) -> DrawnTerritory:
    """Put a withdrawn area back on the lists."""
    locked = DrawnTerritory.objects.select_for_update(of=("self",)).get(pk=drawn.pk)
    _refuse_unless(
        rules.can_withdraw(by, locked), _("Only its authors or a coordinator of the alliance may restore this area.")
    )
    if locked.withdrawn_at is None:
        raise Refused(_("This area is not withdrawn."))
    locked.withdrawn_at = None
    locked.save(update_fields=["withdrawn_at"])
    record(by=by, verb="territories.restored", obj=locked, scope=locked.drawn_for)
    return locked
