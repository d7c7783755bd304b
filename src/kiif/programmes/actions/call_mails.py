"""What people who began or sent an application are told of a call: more time, cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.common import link
from kiif.mailbox.actions import queue_mail
from kiif.programmes.enums import RUNNING, State
from kiif.programmes.models import Call
from kiif.questionnaires.windows import moment


def writers(call: Call, states: Iterable[str]) -> Sequence[User]:
    """Owners of the answers of this call whose application is in one of these states, each once."""
    keys = call.applications.filter(state__in=tuple(states)).values("response__owner_id")
    return list(User.objects.filter(pk__in=keys, is_active=True))


def tell_of_more_time(call: Call, by: Actor, words: str) -> int:
    """A mail to each person whose application is not sent yet; gives how many. Queued by the house, without the limit
    of a person's own mails."""
    assert call.closes_at is not None  # noqa: S101 -- `prolong` has just written it
    people = writers(call, (State.DRAFT,))
    for person in people:
        context = {
            "call": call.title,
            "until": moment(call.closes_at, person.language),
            "words": words,
            "link": link("programmes:public-call", call.slug),
        }
        _queue("programmes.prolonged", person, call, context, f"{call.closes_at.isoformat()}")
    return len(people)


def tell_of_cancelling(call: Call, by: Actor) -> int:
    """A mail to each person who began or sent an application; gives how many."""
    people = writers(call, (State.DRAFT, *RUNNING))
    for person in people:
        context = {"call": call.title, "words": call.state_words, "link": link("programmes:public-calls")}
        _queue("programmes.cancelled", person, call, context, "once")
    return len(people)


def _queue(kind: str, person: User, call: Call, context: dict[str, str], once: str) -> None:
    key = f"{kind}:{call.pk}:{person.pk}:{once}"
    queue_mail(kind=kind, to=person, context=context, by=system("programmes"), about=call, key=key)
