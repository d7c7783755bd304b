"""The five-minute test: taken by anybody, kept thirty days, looked at again by a person; its rules changed by who runs
the call."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.common import clean, label_for
from kiif.mailbox.actions import queue_mail
from kiif.programmes.actions.call_common import grow, locked, note, require_run
from kiif.programmes.eligibility import Rules, RulesError, engine, evaluate, places, read
from kiif.programmes.enums import CallState, Verdict
from kiif.programmes.models import Call, Check
from kiif.ui.errors import NotAllowed, Refused

#: How long a test without an account is kept.
KEPT: Final = timedelta(days=30)


def new_token() -> str:
    """A personal link nobody can guess."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What the database and the session keep of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def judge(call: Call, rules: Rules, answers: Mapping[str, Sequence[str]]) -> tuple[engine.Result, list[places.Place]]:
    """What the rules say of answers as they came from the form, with the facts of the places named."""
    known: list[places.Place] = []
    counted = {key: list(values) for key, values in answers.items()}
    for question in rules.questions:
        if question.kind == "places":
            found = places.known(call, counted.pop(question.key, []))
            counted.update(places.facts(question.key, found))
            known += found
    return evaluate(rules, counted), known


@transaction.atomic
def take(*, call: Call, answers: Mapping[str, Sequence[str]], by: Actor, token: str = "") -> Check:
    """Keeps one passage of the test with what the rules said. `token`: of the personal link, without an account.

    Raises Refused: no test here, a question without an answer.
    """
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    rules = read(call.eligibility)
    if not rules.families or call.state not in (CallState.PUBLISHED, CallState.DRAFT):
        raise Refused(_("There is no test to take for this call."))
    kept = _known_answers(rules, answers)
    if lacking := engine.missing(rules, kept):
        raise Refused(_("Answer this question, even with “I do not know”."), field=lacking[0])
    result, known = judge(call, rules, kept)
    check = Check(
        call=call,
        user=by.user,
        token_hash=digest(token) if token else "",
        answers={"given": kept, "places": [place.kept() for place in known]},
        verdict=result.verdict,
        reasons=[
            {"family": one.family.key, "title": one.family.title, "verdict": one.verdict, "words": one.words}
            for one in result.families
        ],
        rules_digest=rules.digest,
        language=(get_language() or "fr")[:2],
    )
    check.save()
    return check


def _known_answers(rules: Rules, answers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Only what the questions offer: anything else that was sent is left out."""
    kept: dict[str, list[str]] = {}
    for question in rules.questions:
        given = [str(value) for value in answers.get(question.key, ())]
        if question.kind == "places":
            kept[question.key] = list(dict.fromkeys(given))[:3]
            continue
        offered = [choice.key for choice in question.choices if choice.key in given]
        kept[question.key] = offered if question.kind == "several" else offered[:1]
    return kept


@transaction.atomic
def ask_a_person(*, check: Check, email: str, words: str) -> Check:
    """Leaves words for the team, and where to answer. Raises Refused: asked or decided already, no address."""
    row = (
        Check.objects.select_for_update(of=("self",)).select_related("call__edition__programme__owner").get(pk=check.pk)
    )
    if row.asked_at is not None:
        raise Refused(_("Your request is with the team already: you will be answered at the address you gave."))
    if row.call.state != CallState.PUBLISHED:
        raise Refused(_("Nobody answers for this call any more: write to the alliance."))
    if not email.strip():
        raise Refused(_("Give an address, so that you can be answered."), field="email")
    row.email, row.words, row.asked_at = email.strip(), words.strip()[:1_000], timezone.now()
    clean(row)
    row.save(update_fields=["email", "words", "asked_at"])
    note(system("test"), "test_asked", row.call, row.call, data={"check": str(row.public_id)})
    return row


@transaction.atomic
def decide(*, check: Check, decision: str, words: str, by: Actor) -> Check:
    """What a person says of a test, with the reason; a mail tells whoever left an address.

    Raises NotAllowed, Refused: no reason, decided meanwhile by somebody else.
    """
    rows = Check.objects.select_related("call__edition__programme__owner", "user")
    row = rows.select_for_update(of=("self",)).get(pk=check.pk)
    require_run(by, row.call)
    if row.decision:
        raise Refused(_("Somebody answered this request already: read their answer first."))
    if decision not in (Verdict.YES, Verdict.NO):
        raise Refused(_("Say yes or no: that is what the person waits for."), field="decision")
    if not words.strip():
        raise Refused(_("Give the reason: the person will read it."), field="words")
    row.decision, row.decision_words = decision, words.strip()[:1_000]
    row.decided_by, row.decided_at = by.user, timezone.now()
    row.save(update_fields=["decision", "decision_words", "decided_by", "decided_at"])
    note(by, "test_decided", row.call, row.call, data={"check": str(row.public_id), "decision": decision})
    _tell(row, by)
    return row


def _tell(check: Check, by: Actor) -> None:
    if not check.email and check.user is None:
        return
    from kiif.alliance.actions.common import link

    language = check.user.language if check.user is not None else check.language
    queue_mail(
        kind="programmes.test_decided",
        to=check.user if not check.email else None,
        address=check.email,
        context={
            "call": check.call.title,
            "decision": label_for(Verdict(check.decision).label, language),
            "words": check.decision_words,
            "link": link("programmes:public-call", check.call.slug),
        },
        by=by,
        about=check.call,
        language=language,
        key=f"programmes.test_decided:{check.pk}",
    )


@transaction.atomic
def keep_for(*, user: User, digests: Iterable[str]) -> int:
    """Tests taken in this browser become those of the account that signs in; gives how many."""
    rows = Check.objects.filter(token_hash__in=list(digests), user__isnull=True).exclude(token_hash="")
    return rows.update(user=user)


def last_check(call: Call, user: User | None, digests: Sequence[str] = ()) -> Check | None:
    """The newest test of this person, or of this browser, for a call: what an application is begun with."""
    rows = Check.objects.filter(call=call, at__gte=timezone.now() - 12 * KEPT)
    own = rows.filter(user=user) if user is not None else rows.filter(token_hash__in=list(digests), user__isnull=True)
    return own.order_by("-at", "-pk").first()


@transaction.atomic
def set_rules(*, call: Call, document: Mapping[str, Any], by: Actor, revision: int | None = None) -> Call:
    """Writes the rules of the test. Raises NotAllowed, Refused (rules that contradict themselves, an old page)."""
    row = locked(call, by, revision)
    try:
        rules = read(document)
    except RulesError as error:
        raise Refused(_("These rules do not hold together: %(why)s") % {"why": error}) from error
    row.eligibility = rules.model_dump(mode="json")
    row.save(update_fields=["eligibility"])
    grow(row)
    note(by, "rules_set", row, row, data={"families": [family.key for family in rules.families]})
    return row


def prune() -> int:
    """Forgets tests without an account after thirty days, unless somebody waits for an answer; gives how many."""
    old = Check.objects.filter(user__isnull=True, at__lt=timezone.now() - KEPT, applications__isnull=True)
    waiting = old.filter(asked_at__isnull=False, decision="").values_list("pk", flat=True)
    return old.exclude(pk__in=list(waiting)).delete()[0]
