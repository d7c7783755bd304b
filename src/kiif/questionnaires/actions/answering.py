"""Beginning, sending, withdrawing, reopening an answer. Saving its fields: `saving.py`; its people: `people.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import rules as permissions
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.questionnaires import engine, uses
from kiif.questionnaires import links as personal
from kiif.questionnaires.actions.answer_common import LOOKING, allow, link, lock, lock_to_write
from kiif.questionnaires.actions.saving import Sent, save, write_answer
from kiif.questionnaires.dossier import Dossier, digest
from kiif.questionnaires.enums import TRANSITIONS, Audience, ResponseState
from kiif.questionnaires.loaded import definition_of, field_keys, newest
from kiif.questionnaires.models import AnswerChange, Collection, Response, Snapshot
from kiif.questionnaires.windows import moment, why_not_begin
from kiif.ui.errors import NotAllowed, Refused


class Incomplete(Refused):
    """It cannot be sent yet. `problems`: sentences by identifier of question, in the order of the form."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        count = len(problems)
        super().__init__(
            ngettext("%(n)s answer is to look at again.", "%(n)s answers are to look at again.", count) % {"n": count}
        )
        self.problems = problems


@transaction.atomic
def begin(
    *, collection: Collection, by: Actor, language: str = "", variants: Sequence[str] = (), use: str = ""
) -> Response:
    """The draft of this person in this collection; opened again, the same one comes back, never a second.

    Raises NotAllowed (sign in, teams only), Refused (not open, nothing published, one answer each and it was sent).
    """
    return begin_for(owner=by, collection=collection, by=by, language=language, variants=variants, use=use)


@transaction.atomic
def begin_for(
    *,
    owner: Actor,
    collection: Collection,
    by: Actor,
    language: str = "",
    variants: Sequence[str] = (),
    use: str = "",
    anew: bool = False,
) -> Response:
    """The draft of `owner`, who must be among those who may answer, begun by `by`: under a mandate, somebody else.

    `use`: the room that holds the collection begins it, and has looked at the hours itself. `anew`: a new answer even
    when a draft is there. Asks no right of `by`. Raises as `begin`.
    """
    if owner.user is None:
        raise NotAllowed(_("Sign in first: your answer is kept in your account."))
    may_begin(collection, owner)
    # two openings at once wait for each other: the second finds the draft of the first
    locked = Collection.objects.select_related("questionnaire").select_for_update(of=("self",)).get(pk=collection.pk)
    mine = locked.responses.filter(owner=owner.user)
    writable = mine.filter(state__in=(ResponseState.DRAFT, ResponseState.REOPENED)).first()
    if writable is not None and not anew:
        return writable
    if refusal := _why_not_here(locked, use):
        raise Refused(refusal)
    if locked.one_each and mine.filter(state=ResponseState.SUBMITTED).exists():
        raise Refused(_("You have sent your answer. You can read it, or ask for it to be reopened."))
    return _make(locked, by, language, variants, owner=owner.user)


@transaction.atomic
def begin_by_link(*, collection: Collection, language: str = "", variants: Sequence[str] = ()) -> tuple[Response, str]:
    """A new answer of somebody without an account, and the token of its personal link. Raises Refused, NotAllowed."""
    if collection.audience != Audience.LINK:
        raise NotAllowed(_("Sign in first: your answer is kept in your account."))
    if refusal := _why_not_here(collection, ""):
        raise Refused(refusal)
    token = personal.new_token()
    return _make(collection, Actor(), language, variants, link_hash=personal.digest(token)), token


def _why_not_here(collection: Collection, use: str) -> str:
    """Why no answer is begun here now; the room that holds the collection has its own hours."""
    if uses.of(collection.use).entrance(collection):
        return "" if use == collection.use else _("One applies from the page of the call.")
    return why_not_begin(collection)


def may_begin(collection: Collection, by: Actor) -> None:
    """Raises NotAllowed for who is not among those who may answer."""
    if by.impersonator is not None:
        raise NotAllowed(LOOKING)
    role = by.acting_as.role if by.acting_as is not None else ""
    if collection.audience == Audience.TEAM and role not in STAFF_ROLES:
        raise NotAllowed(_("This questionnaire is for the teams of the alliance: take one of your roles to answer it."))


def _make(collection: Collection, by: Actor, language: str, variants: Sequence[str], **fields: Any) -> Response:
    version = newest(collection.questionnaire)
    if version is None:
        raise Refused(_("This questionnaire is not published yet."))
    definition = definition_of(version)
    known = [variant.key for variant in definition.variants if variant.key in variants]
    spoken = language if language in definition.languages else definition.languages[0]
    response = Response(collection=collection, version=version, language=spoken, variants=known, **fields)
    response.done, response.expected = _counts(Dossier(response).state_of({}))
    response.save()
    record(by=by, verb="questionnaires.begun", obj=response, scope=collection.owner.specific)
    return response


@transaction.atomic
def speak(*, response: Response, language: str, by: Actor, links: Iterable[str] = ()) -> Response:
    """Chooses the language in which the form is shown from now on. Raises Refused for one that it does not speak."""
    locked = lock_to_write(response, "edit", by, links)
    if language not in definition_of(locked.version).languages:
        raise Refused(_("This questionnaire does not speak this language."))
    locked.language = language
    locked.save(update_fields=["language"])
    return locked


@transaction.atomic
def choose_variants(*, response: Response, variants: Sequence[str], by: Actor, links: Iterable[str] = ()) -> Response:
    """Chooses the sub-forms that this answer carries. What was written in one that goes stays in the draft."""
    locked = lock_to_write(response, "edit", by, links)
    if locked.state != ResponseState.DRAFT:
        raise Refused(_("The parts of an answer that was sent no longer change."))
    locked.revision += 1
    locked.save(update_fields=["revision"])
    carry(response=locked, variants=variants)
    return locked


def carry(*, response: Response, variants: Sequence[str]) -> None:
    """Gives a locked answer these sub-forms, those of its version, and counts again. Asks no right: callers did."""
    response.variants = [one.key for one in definition_of(response.version).variants if one.key in variants]
    response.done, response.expected = _counts(Dossier(response).state)
    response.save(update_fields=["variants", "done", "expected"])


@transaction.atomic
def submit(*, response: Response, by: Actor, links: Iterable[str] = (), revision: int | None = None) -> Snapshot:
    """Sends the answer: a state with its digest is kept, a receipt leaves. Twice at once: once.

    `revision`: what the sender read; when somebody wrote since, the sender reads again first. What is not asked any
    more is dropped, and stays in the thread of its field. Raises NotAllowed, Incomplete, Refused.
    """
    # whoever closes the collection waits for those who send, and the other way round: the hour is the same for all
    # (not its key: whoever cancels the call meanwhile holds the call, and only names the collection)
    Collection.objects.select_for_update(of=("self",), no_key=True).get(pk=response.collection_id)
    locked = lock_to_write(response, "submit", by, links)
    if revision is not None and revision < locked.revision:
        raise Refused(_("Something was changed while you were reading. Read once more, then send."))
    dossier = Dossier(locked)
    if problems := to_mend(dossier):
        raise Incomplete(problems)
    return _send(locked, dossier, by)


def to_mend(dossier: Dossier) -> dict[str, list[str]]:
    """What keeps an answer from being sent, in the order of the form: sentences by identifier of question."""
    found: dict[str, list[str]] = {}
    for key, sentence in dossier.state.errors:
        found.setdefault(key, []).append(sentence)
    return found


def _send(locked: Response, dossier: Dossier, by: Actor) -> Snapshot:
    now, kept = timezone.now(), dossier.state.to_submit
    locked.revision += 1
    _settle(locked, dossier, kept, by, now)
    before = locked.state
    locked.state, locked.submitted_at, locked.updated_at = ResponseState.SUBMITTED, now, now
    locked.reopened_fields, locked.reopened_until = [], None
    locked.done, locked.expected = _counts(dossier.state)
    locked.save()
    snapshot = Snapshot.objects.create(
        response=locked,
        version=locked.version,
        values=kept,
        sha256=digest({"version": locked.version.sha256, "values": kept}),
        by=by.user,
        at=now,
    )
    scope = locked.collection.owner.specific
    changes = {"state": (before, locked.state)}
    record(
        by=by, verb="questionnaires.sent", obj=locked, changes=changes, data={"digest": snapshot.sha256}, scope=scope
    )
    _receipt(locked, snapshot, by)
    uses.of(locked.collection.use).happened(locked, "sent", by)
    return snapshot


def _settle(locked: Response, dossier: Dossier, kept: dict[str, Any], by: Actor, now: dt.datetime) -> None:
    """What is calculated is written; what is not asked any more goes, and its thread says what it was."""
    keys, known = field_keys(locked.version), dossier.definition.by_id
    for key, held in dossier.held.items():
        if key in known and key not in kept:
            AnswerChange.objects.create(
                response=locked, field_id=keys[key], before=held.value, after=None, revision=locked.revision,
                by=None, at=now,
            )  # fmt: skip
            write_answer(locked, known[key], keys[key], None, locked.revision, by=by, at=now)
    for key, value in kept.items():
        if key not in dossier.held or dossier.held[key].value != value:
            write_answer(locked, known[key], keys[key], value, locked.revision, by=by, at=now)


def _receipt(locked: Response, snapshot: Snapshot, by: Actor) -> None:
    people = [locked.owner] if locked.owner else []
    people += [row.user for row in locked.participants.select_related("user") if row.role == "submit"]
    for person in dict.fromkeys(people):
        queue_mail(
            kind="questionnaires.receipt",
            to=person,
            context={
                "title": locked.collection.title,
                "moment": moment(snapshot.at, person.language),
                "sender": str(by.user) if by.user else str(person),
                "digest": snapshot.sha256[:16],
                "link": link("answers:response", locked.public_id),
            },
            by=by,
            about=locked,
            key=f"questionnaires.receipt:{snapshot.pk}:{person.pk}",
        )


@transaction.atomic
def withdraw(*, response: Response, by: Actor, links: Iterable[str] = ()) -> Response:
    """Withdraws a draft or what was sent: nobody reads it among the answers any more; its people still can.

    Raises NotAllowed, Refused.
    """
    locked = lock(response)
    allow("submit", by, locked, links)
    if ResponseState.WITHDRAWN not in TRANSITIONS[ResponseState(locked.state)]:
        raise Refused(_("This answer was withdrawn already."))
    before, locked.state, locked.updated_at = locked.state, ResponseState.WITHDRAWN, timezone.now()
    locked.save(update_fields=["state", "updated_at"])
    record(
        by=by,
        verb="questionnaires.withdrawn",
        obj=locked,
        changes={"state": (before, locked.state)},
        scope=locked.collection.owner.specific,
    )
    uses.of(locked.collection.use).happened(locked, "withdrawn", by)
    return locked


@transaction.atomic
def reopen(
    *, response: Response, fields: Sequence[str], until: dt.datetime, by: Actor, words: str = "", tell: bool = True
) -> Response:
    """Asks for corrections: these questions (all when empty) may be written again until then, and the owner is told.

    `tell`: False when the room that holds the collection writes to its people itself. Raises NotAllowed for who does
    not manage the collection, Refused (not sent, unknown question, date gone).
    """
    locked = lock(response)
    may_reopen(locked, by)
    if ResponseState.REOPENED not in TRANSITIONS[ResponseState(locked.state)]:
        raise Refused(_("Only an answer that was sent can be reopened."))
    if until <= timezone.now():
        raise Refused(_("Choose a moment to come."), field="until")
    known = definition_of(locked.version).by_id
    if unknown := [key for key in fields if key not in known]:
        raise Refused(_("This question is not in the form: %(key)s.") % {"key": unknown[0][:30]}, field="fields")
    locked.state, locked.reopened_fields, locked.reopened_until = ResponseState.REOPENED, list(fields), until
    locked.save(update_fields=["state", "reopened_fields", "reopened_until"])
    names = [known[key].label.get(locked.language) or next(iter(known[key].label.values()), "") for key in fields]
    record(
        by=by,
        verb="questionnaires.reopened",
        obj=locked,
        data={"questions": names, "until": until.isoformat(), "words": words.strip()[:1_000]},
        scope=locked.collection.owner.specific,
    )
    if locked.owner is not None and tell:
        queue_mail(
            kind="questionnaires.reopened",
            to=locked.owner,
            context={
                "title": locked.collection.title,
                "until": moment(until, locked.owner.language),
                "questions": "\n".join(f"- {name}" for name in names) or "–",
                "words": words.strip()[:1_000],
                "link": link("answers:response", locked.public_id),
            },
            by=by,
            about=locked,
        )
    uses.of(locked.collection.use).happened(locked, "reopened", by)
    return locked


@transaction.atomic
def close_again(*, response: Response, by: Actor) -> Response:
    """Gives up the corrections that were asked: the answers are again those that were sent. Nothing when none were.

    What was being corrected stays in the thread of each field. Raises NotAllowed as `reopen`.
    """
    locked = lock(response)
    may_reopen(locked, by)
    snapshot = locked.snapshots.select_related("version").first()
    if locked.state != ResponseState.REOPENED or snapshot is None:
        return locked
    now, keys, known = timezone.now(), field_keys(locked.version), definition_of(locked.version).by_id
    held = Dossier(locked).held
    locked.revision += 1
    for key, question in known.items():
        before, sent = held[key].value if key in held else None, snapshot.values.get(key)
        if before != sent:
            AnswerChange.objects.create(
                response=locked, field_id=keys[key], before=before, after=sent, revision=locked.revision, by=by.user,
                at=now,
            )  # fmt: skip
            write_answer(locked, question, keys[key], sent, locked.revision, by=by, at=now)
    locked.state, locked.reopened_fields, locked.reopened_until = ResponseState.SUBMITTED, [], None
    locked.save(update_fields=["state", "reopened_fields", "reopened_until", "revision"])
    record(by=by, verb="questionnaires.closed_again", obj=locked, scope=locked.collection.owner.specific)
    return locked


def may_reopen(response: Response, by: Actor) -> None:
    """Raises NotAllowed unless this actor manages the collection, or a use says that they read and decide."""
    if by.impersonator is not None:
        raise NotAllowed(LOOKING)
    if by.is_system or permissions.test_rule("questionnaires.change_collection", by, response.collection):
        return
    if response.collection.use and uses.of(response.collection.use).reads(by, response):
        return
    raise NotAllowed(_("Whoever gathers the answers reopens them."))


@transaction.atomic
def prefill(*, response: Response, found: dict[str, Any], by: Actor, links: Iterable[str] = ()) -> list[str]:
    """Puts values in fields that are still empty; gives the identifiers of those that took one."""
    empty = {key: value for key, value in found.items() if key not in Dossier(response).values and value is not None}
    outcome = save(
        response=response,
        sent={key: Sent(value, base=response.revision) for key, value in empty.items()},
        by=by,
        links=links,
    )
    return list(outcome.saved)


def _counts(state: engine.FormState) -> tuple[int, int]:
    return state.done, state.expected


def state_of(response: Response) -> engine.FormState:
    """What the engine makes of an answer as it is kept."""
    return Dossier(response).state
