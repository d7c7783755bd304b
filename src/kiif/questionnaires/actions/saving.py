"""Writing answers, field by field. Nothing typed is dropped without a sentence; nobody's text is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.attachments import actions as attachments
from kiif.attachments.models import Attachment
from kiif.questionnaires import engine, merging, rules, uses, values
from kiif.questionnaires.actions.answer_common import lock_to_write
from kiif.questionnaires.definition import Base
from kiif.questionnaires.dossier import Dossier, Held, canonical, digest
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.loaded import field_keys
from kiif.questionnaires.models import Answer, AnswerChange, AnswerItem, Response
from kiif.questionnaires.values.places import DRAWN
from kiif.territories.models import DrawnTerritory

#: Somebody who goes on in the same field within this time makes one change of it, not one at each pause.
SITTING: Final = dt.timedelta(minutes=10)
#: Characters of one answer once written as JSON; kinds have their own, lower limits.
MOST: Final = 200_000
#: What merging from a state before that no page of ours sent may raise: then nothing is merged, both are shown.
_MISSHAPEN: Final = (AttributeError, KeyError, TypeError, ValueError, RecursionError)
#: Stands for "the sender does not know what it was before".
UNKNOWN: Final = object()


@dataclass(frozen=True)
class Sent:
    """An answer as its editor sends it. `base`: the revision that the editor had of this field.

    `was`: the value that the editor started from, or its digest (a text "#…"), or UNKNOWN. `again`: sent once already
    without an answer (a cut connection): what this person wrote since `base` is not somebody else's.
    """

    value: Any
    base: int
    was: Any = UNKNOWN
    again: bool = False

    def started_from(self, value: Any) -> bool:
        """Whether this is what the editor had before typing."""
        if isinstance(self.was, str) and self.was.startswith("#"):
            return digest(value).startswith(self.was[1:])
        return self.was is not UNKNOWN and bool(canonical(self.was) == canonical(value))


@dataclass(frozen=True)
class Conflict:
    """Two people wrote the same field: both values, who wrote the one that is kept, when, at which revision."""

    mine: Any
    theirs: Any
    revision: int
    at: dt.datetime
    by: User | None
    oneself: bool


@dataclass
class Outcome:
    """What became of each field sent. `state`: the form as it is now."""

    response: Response
    state: engine.FormState
    saved: dict[str, Any] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)


@transaction.atomic
def save(*, response: Response, sent: Mapping[str, Sent], by: Actor, links: Iterable[str] = ()) -> Outcome:
    """Keeps what is sent, by identifier of question.

    A field of this version that nobody else changed is saved; two changes of independent parts are merged; otherwise
    both are given back (`conflicts`) and nothing is written. Unknown, calculated, hidden, locked or too large: a
    sentence in `refused`. Raises NotAllowed, Refused when nothing may be written at all (closed, sent, withdrawn).
    """
    locked = lock_to_write(response, "edit", by, links)
    work = _Work(locked, by)
    for key, one in sent.items():
        work.take(key, one)
    return work.finish()


class _Work:
    """One call of `save`: what is accepted piles up, then is written at once."""

    def __init__(self, response: Response, by: Actor) -> None:
        self.response, self.by, self.now = response, by, timezone.now()
        self.dossier = Dossier(response)
        self.keys = field_keys(response.version)
        self.outcome = Outcome(response, self.dossier.state)
        self.accepted: dict[str, Any] = {}
        self.again: set[str] = set()

    def take(self, key: str, sent: Sent) -> None:
        if refusal := self._refusal(key, sent.value):
            self.outcome.refused[key] = refusal
            return
        question, held = self.dossier.definition.by_id[key], self.dossier.held.get(key)
        now = held.value if held else None
        value = values.stamp(question, sent.value, now, self.now)
        if canonical(value) == canonical(now) or sent.started_from(value):
            return
        changed = self._changed_since(key, held, sent)
        if changed is not None and not sent.started_from(now):
            try:
                if sent.was is UNKNOWN or (isinstance(sent.was, str) and sent.was.startswith("#")):
                    raise merging.Clash
                value = merging.three_way(question.kind, sent.was, now, value)
            except (merging.Clash, *_MISSHAPEN):
                self.outcome.conflicts[key] = self._conflict(value, held, changed)
                return
            self.outcome.merged.add(key)
        if sent.again:
            self.again.add(key)
        self.accepted[key] = value

    def _refusal(self, key: str, value: Any) -> str:
        question = self.dossier.definition.by_id.get(key)
        if question is None:
            return _("This question is not in the form, or no longer is. Reload the page to see the form as it is now.")
        if not values.of(question).answered:
            return _("Nothing can be written here: this is given by the other answers.")
        allowed = self.response.reopened_fields
        if self.response.state == ResponseState.REOPENED and allowed and key not in allowed:
            return _("This answer is not among those to correct: it stays as it was sent.")
        return self._refused_content(question, key, value)

    def _refused_content(self, question: Base, key: str, value: Any) -> str:
        if question.kind == "files" and not self._attached(value):
            return _("This file is not attached to this answer, or no longer is. Add it again.")
        if question.kind == "territories":
            held = self.dossier.held.get(key)
            if refusal := refused_areas(value, held.value if held else None, self.by):
                return refusal
        if len(canonical(value)) > MOST:
            return _("This is too long to be kept. Shorten it, or attach it as a file.")
        return ""

    def _attached(self, value: Any) -> bool:
        names = value.get("files", []) if isinstance(value, dict) else []
        return not names or Attachment.objects.on(self.response).filter(public_id__in=names).count() == len(names)

    def _changed_since(self, key: str, held: Held | None, sent: Sent) -> AnswerChange | Held | None:
        """What changed this field after the revision that the editor had; None when nobody did."""
        me = self.by.user.pk if self.by.user else None
        if held is not None:
            mine_again = sent.again and held.by == me
            return held if held.revision > sent.base and not mine_again else None
        if sent.base >= self.response.revision:
            return None
        emptied = self.response.changes.filter(field__key=key, revision__gt=sent.base).select_related("by").first()
        return emptied if emptied is not None and not (sent.again and emptied.by_id == me) else None

    def _conflict(self, mine: Any, held: Held | None, changed: AnswerChange | Held) -> Conflict:
        writer = changed.by if isinstance(changed, Held) else changed.by_id
        me = self.by.user.pk if self.by.user else None
        return Conflict(
            mine=mine,
            theirs=held.value if held else None,
            revision=self.response.revision,
            at=changed.at,
            by=User.objects.filter(pk=writer).first() if writer else None,
            oneself=writer == me,
        )

    def finish(self) -> Outcome:
        """Refuses what is not asked, writes the rest."""
        if self.accepted:
            proposed = {**self.dossier.values, **self.accepted}
            state = self.dossier.state_of(proposed)
            for key in [key for key in self.accepted if not self._asked(key, state)]:
                del self.accepted[key]
                self.outcome.refused[key] = _(
                    "This question is not asked, given your other answers: what you wrote for it was not saved."
                )
            self._write()
        return self.outcome

    def _asked(self, key: str, after: engine.FormState) -> bool:
        """Shown now, or when the editor typed: an answer that has just become useless stays in the draft."""
        return after.questions[key].relevant or self.dossier.state.questions[key].relevant

    def _write(self) -> None:
        if not self.accepted:
            return
        row, revision = self.response, self.response.revision + 1
        for key, value in self.accepted.items():
            self._write_one(key, value, revision)
        kept = {**self.dossier.values, **self.accepted}
        self.outcome.state = self.dossier.state_of({key: value for key, value in kept.items() if value is not None})
        self.outcome.saved = dict(self.accepted)
        row.revision, row.updated_at = revision, self.now
        row.done, row.expected = self.outcome.state.done, self.outcome.state.expected
        row.save(update_fields=["revision", "updated_at", "done", "expected"])
        uses.of(row.collection.use).saved(row, self.accepted.keys(), self.by)

    def _write_one(self, key: str, value: Any, revision: int) -> None:
        field_id, before = self.keys[key], self.dossier.held.get(key)
        self._keep_change(key, before.value if before else None, value, revision)
        write_answer(
            self.response, self.dossier.definition.by_id[key], field_id, value, revision, by=self.by, at=self.now
        )
        if before is not None:
            self._let_go(_files(before.value) - _files(value))

    def _let_go(self, gone: set[str]) -> None:
        """Removes files that this question no longer names, unless something sent or another question names them."""
        if not gone:
            return
        after = {**self.dossier.values, **self.accepted}
        gone = gone.difference(*map(_files, after.values()))
        for values_sent in self.response.snapshots.values_list("values", flat=True):
            gone = gone.difference(*map(_files, values_sent.values()))
        for attachment in Attachment.objects.on(self.response).filter(public_id__in=gone):
            attachments.remove(attachment=attachment, by=hand(self.by))

    def _keep_change(self, key: str, before: Any, after: Any, revision: int) -> None:
        mandate = rules.mandate(self.by, self.response)
        last = self.response.changes.filter(field_id=self.keys[key]).order_by("-pk").first()
        same_sitting = (
            last is not None
            and key not in self.again
            and key not in self.outcome.merged
            and last.by_id == (self.by.user.pk if self.by.user else None)
            and last.mandate_id == (mandate.pk if mandate else None)
            and self.now - last.at < SITTING
        )
        if last is not None and same_sitting:
            last.after, last.at, last.revision = after, self.now, revision
            last.save(update_fields=["after", "at", "revision"])
            return
        AnswerChange.objects.create(
            response=self.response, field_id=self.keys[key], before=before, after=after, revision=revision,
            by=self.by.user, mandate=mandate, at=self.now,
        )  # fmt: skip


def hand(by: Actor) -> Actor:
    """Who adds and removes files: the person, or the house for whoever writes by a personal link (checked before)."""
    return by if by.user is not None or by.is_system else system("questionnaires.personal_link")


def _files(value: Any) -> set[str]:
    """Keys of the files that an answer names."""
    names = value.get("files", ()) if isinstance(value, dict) else ()
    return {str(name) for name in names}


def _drawn(value: Any) -> list[str]:
    """Keys of the drawn areas of an answer."""
    items = value.get("items", ()) if isinstance(value, dict) else ()
    return [item["code"] for item in items if item["level"] == DRAWN]


def refused_areas(value: Any, before: Any, by: Actor) -> str:
    """What to say of a drawn area that this person may not see and that was not chosen before; empty when none is."""
    new = [code for code in _drawn(value) if code not in _drawn(before)]
    if not new:
        return ""
    seen = set(DrawnTerritory.objects.visible_to(by).filter(pk__in=new).values_list("pk", flat=True))
    unseen = next((code for code in new if int(code) not in seen), "")
    return (
        _("No territory has the code “%(code)s” today. Choose it from the list.") % {"code": unseen} if unseen else ""
    )


def write_answer(
    response: Response, question: Any, field_id: int, value: Any, revision: int, *, by: Actor, at: dt.datetime
) -> None:
    """One row for the answer, those of what it holds; none for an empty one. Asks no right, keeps no change."""
    AnswerItem.objects.filter(response=response, field_id=field_id).delete()
    if value is None:
        Answer.objects.filter(response=response, field_id=field_id).delete()
        return
    index = values.index(question, value)
    Answer.objects.update_or_create(
        response=response,
        field_id=field_id,
        defaults={
            "value": value,
            "text": index.text,
            "folded": index.folded,
            "number": index.number,
            "revision": revision,
            "changed_by": by.user,
            "changed_at": at,
        },
    )
    AnswerItem.objects.bulk_create(
        AnswerItem(response=response, field_id=field_id, text=item[:100]) for item in dict.fromkeys(index.items)
    )
