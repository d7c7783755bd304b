"""Fills a call with invented applicants, for a rehearsal or the demonstration: written at once, sent like any other."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actions.people import create_person
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.programmes import facts
from kiif.programmes.actions import applications
from kiif.programmes.actions.call_common import require_run
from kiif.programmes.enums import Phase
from kiif.programmes.inventing import Applicant, Inventor, Pen
from kiif.programmes.models import Application, Call
from kiif.questionnaires import values
from kiif.questionnaires.actions import answering
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.loaded import definition_of, field_keys
from kiif.questionnaires.models import Answer, AnswerItem, Response
from kiif.ui.errors import Refused

#: One in so many stays a draft.
DRAFTS: Final = 8


@transaction.atomic
def fill(*, call: Call, number: int, by: Actor) -> list[Application]:
    """So many invented applications in a rehearsal; some stay drafts. Called again, it adds others.

    Raises NotAllowed, Refused (a real call, not open at the day that is played).
    """
    require_run(by, call)
    if not call.is_rehearsal:
        raise Refused(_("Invented applicants are for rehearsals: this call is real."))
    if call.phase() not in (Phase.OPEN, Phase.LATE):
        raise Refused(_("On the day that is played, this call takes no application: play a day when it is open."))
    inventor = Inventor(call, seed=call.pk)
    already = call.applications.count()
    made = []
    for place in range(already + number):
        applicant = inventor.applicant(place)
        if place >= already:
            made.append(write(call, applicant, inventor, sent=place % DRAFTS != DRAFTS - 1))
    return made


def write(
    call: Call, applicant: Applicant, inventor: Inventor, *, sent: bool, language: str = "", person: User | None = None
) -> Application:
    """One application, all its answers written at once; `person`: an account that exists already."""
    person = person or create_person(by=system("invented"), email=applicant.email, full_name=applicant.person)
    actor = Actor(user=person)
    application = applications.start(
        call=call, by=actor, beginning=applications.Beginning(language=language, invented=True)
    )
    _wish(application, applicant, actor)
    response = Response.objects.with_ties().select_related("version").get(pk=application.response_id)
    pen = Pen(call, definition_of(response.version), applicant, inventor.rng)
    put(response, pen.documents(), actor, whole=sent)
    if sent:
        answering.submit(response=response, by=actor)
    else:
        Application.objects.filter(pk=application.pk).update(title=applicant.title)
    return Application.objects.with_ties().get(pk=application.pk)


def _wish(application: Application, applicant: Applicant, actor: Actor) -> None:
    if applicant.hosts and "hosts" not in (application.call.facts or {}):
        keys = [facts.host_key(host) for host in applicant.hosts]
        applications.wish(application=application, hosts=keys, by=actor)


def put(response: Response, documents: dict[str, Any], by: Actor, *, whole: bool = True) -> None:
    """Writes these answers in a draft in two statements: neither thread nor presence, nobody was typing.

    `whole`: False leaves the last third out, as drafts are. What a question cannot take is left out.
    """
    definition, keys, now = definition_of(response.version), field_keys(response.version), timezone.now()
    names = list(documents) if whole else list(documents)[: 2 * len(documents) // 3]
    rows, items = [], []
    known = set(response.answers.values_list("field_id", flat=True))
    for name in names:
        question = definition.by_id[name]
        value = _accepted(question, documents[name], now)
        if value is None or keys[name] in known:
            continue
        index = values.index(question, value)
        rows.append(
            Answer(
                response=response, field_id=keys[name], value=value, text=index.text, folded=index.folded,
                number=index.number, revision=response.revision + 1, changed_by=by.user, changed_at=now,
            )
        )  # fmt: skip
        items += [
            AnswerItem(response=response, field_id=keys[name], text=item[:100]) for item in dict.fromkeys(index.items)
        ]
    Answer.objects.bulk_create(rows)
    AnswerItem.objects.bulk_create(items)
    state = Dossier(response).state
    response.revision += 1
    response.done, response.expected, response.updated_at = state.done, state.expected, now
    response.save(update_fields=["revision", "done", "expected", "updated_at"])


def _accepted(question: Any, document: Any, now: Any) -> Any:
    try:
        return values.stamp(question, values.accept(question, document), None, now)
    except ValueError:
        return None
