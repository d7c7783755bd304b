"""Writing letters: from the texts of the call, then by a person, then read again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.decisions.actions.common import check_revision, lock_application, require_decides, require_runs
from kiif.decisions.enums import DecisionState, LetterState, TemplateKind
from kiif.decisions.letters import flags, wording
from kiif.decisions.letters.values import language_of, terms_of
from kiif.decisions.models import Decision, Letter, LetterTemplate
from kiif.journal.actions import record
from kiif.programmes.models import Call
from kiif.ui.errors import Refused


@transaction.atomic
def write(*, decision: Decision, by: Actor, language: str = "", again: bool = False) -> Letter:
    """The letter of a pending decision, from the text in force for it. With `again`, the words are taken anew from the
    text and what was chosen among the reviewers’ sentences stays; without, an existing letter is given back.

    Raises NotAllowed as `prepare`; Refused for a published decision.
    """
    pending = _pending(decision, by)
    kind = wording.kind_of(pending)
    letter = Letter.objects.select_for_update(of=("self",)).filter(decision=pending).first()
    if letter is not None and not again:
        return letter
    language = language or (letter.language if letter else language_of(pending.application))
    text = wording.texts_of(pending.application.call)[kind, language]
    letter = letter or Letter(decision=pending, revision=0)
    letter.template, letter.kind, letter.language = text.template, kind, language
    letter.subject, letter.body = text.subject, _fitting(text.body, pending)
    return _keep(letter, pending, by, "decisions.letter_written")


def _fitting(body: str, decision: Decision) -> str:
    """The text without the paragraph on reviews where the call takes none."""
    if terms_of(decision.application.call).appeals:
        return body
    return "\n\n".join(part for part in body.split("\n\n") if "appeal_by" not in wording.named(part))


@transaction.atomic
def save_letter(
    *,
    letter: Letter,
    subject: str,
    body: str,
    by: Actor,
    feedback: str | None = None,
    chosen: Sequence[str] | None = None,
    revision: int | None = None,
    adopt: bool = False,
) -> Letter:
    """What a person wrote. `adopt`: these words are right for the decision as it is now, though the letter was begun
    for another one. The letter is to be read again.

    Raises NotAllowed as `prepare`; Refused for a letter that left, a stale page, an unknown placeholder.
    """
    locked, pending = _locked(letter, by)
    check_revision(locked, revision)
    for name, sentence in wording.problems(subject, body).items():
        raise Refused(sentence, field=name)
    locked.subject, locked.body = subject.strip(), body.strip().replace("\r\n", "\n")
    if feedback is not None:
        locked.feedback = feedback.strip().replace("\r\n", "\n")[:6_000]
    if chosen is not None:
        locked.chosen = list(chosen)[:50]
    if adopt:
        locked.kind = wording.kind_of(pending)
    follows = adopt or (locked.outcome == pending.outcome and locked.kind == wording.kind_of(pending))
    return _keep(locked, pending, by, "decisions.letter_changed", follows=follows)


def _keep(letter: Letter, decision: Decision, by: Actor, verb: str, *, follows: bool = True) -> Letter:
    if follows:
        letter.outcome, letter.decision_revision = decision.outcome, decision.revision
    letter.state, letter.checked_by, letter.checked_at = LetterState.DRAFT, None, None
    letter.edited_by, letter.edited_at = by.user, timezone.now()
    letter.revision += 1
    letter.save()
    record(by=by, verb=verb, obj=letter)
    return letter


@transaction.atomic
def mark_ready(*, letter: Letter, by: Actor, revision: int | None = None) -> Letter:
    """Somebody read the letter again: it may leave. Raises Refused while something blocks it, with the reason."""
    locked, pending = _locked(letter, by)
    check_revision(locked, revision)
    if locked.state == LetterState.READY:
        return locked
    row = flags.for_flags(Decision.objects.filter(pk=pending.pk)).get()
    for flag in flags.of([row], by)[row.pk]:
        if flag.blocking and flag.key != "not_read":
            raise Refused(flag.sentence)
    locked.state, locked.checked_by, locked.checked_at = LetterState.READY, by.user, timezone.now()
    locked.save(update_fields=["state", "checked_by", "checked_at"])
    record(by=by, verb="decisions.letter_checked", obj=locked)
    return locked


@transaction.atomic
def take_back(*, letter: Letter, by: Actor) -> Letter:
    """A letter that was ready is written again."""
    locked, _pending_decision = _locked(letter, by)
    if locked.state == LetterState.READY:
        locked.state, locked.checked_by, locked.checked_at = LetterState.DRAFT, None, None
        locked.save(update_fields=["state", "checked_by", "checked_at"])
        record(by=by, verb="decisions.letter_taken_back", obj=locked)
    return locked


def _pending(decision: Decision, by: Actor) -> Decision:
    """The decision, its application locked; Refused when it is no longer being prepared."""
    application = lock_application(decision.application)
    require_decides(by, application)
    found = Decision.objects.select_for_update(of=("self",)).filter(pk=decision.pk).first()
    if found is None or found.state != DecisionState.PENDING:
        raise Refused(_("This decision is no longer being prepared: its letter does not change any more."))
    found.application = application
    return found


def _locked(letter: Letter, by: Actor) -> tuple[Letter, Decision]:
    pending = _pending(letter.decision, by)
    locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state == LetterState.OUT:
        raise Refused(_("This letter has left: it does not change any more."))
    locked.decision = pending
    return locked, pending


@transaction.atomic
def save_text(
    *,
    call: Call,
    kind: str,
    language: str,
    subject: str,
    body: str,
    by: Actor,
    whole_programme: bool = False,
    revision: int | None = None,
) -> LetterTemplate:
    """The text of a kind of letter, for this call or for all calls of its programme. Letters already written stay.

    Raises NotAllowed for who does not run the call; Refused for an unknown placeholder or a stale page.
    """
    require_runs(by, call)
    if kind not in TemplateKind.values or language not in wording.languages():
        raise Refused(_("This letter does not exist."))
    for name, sentence in wording.problems(subject, body).items():
        raise Refused(sentence, field=name)
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    where = {"programme": call.edition.programme, "call": None if whole_programme else call}
    row = LetterTemplate.objects.filter(**where, kind=kind, language=language).first()
    if row is None:
        row = LetterTemplate(**where, kind=kind, language=language, revision=0)
    else:
        check_revision(row, revision)
    row.subject, row.body = subject.strip(), body.strip().replace("\r\n", "\n")
    row.edited_by, row.edited_at, row.revision = by.user, timezone.now(), row.revision + 1
    row.save()
    record(by=by, verb="decisions.text_changed", obj=row, scope=call.edition.programme.owner.specific)
    return row


@transaction.atomic
def give_up_text(*, template: LetterTemplate, call: Call, by: Actor) -> None:
    """Back to the text of the programme, or of the product."""
    require_runs(by, call)
    record(by=by, verb="decisions.text_given_up", obj=template, scope=call.edition.programme.owner.specific)
    template.delete()
