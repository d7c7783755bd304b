"""Who may do what with questionnaires and answers. `view` rules have their twin in `queries.py`."""

from __future__ import annotations

from typing import Any

import rules
from rules import predicate

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.alliance.rules import body_of, is_inside, is_system, may_write, same_alliance
from kiif.questionnaires import queries, uses
from kiif.questionnaires.enums import SENT, ParticipantRole
from kiif.questionnaires.models import Collection, Mandate, Participant, Questionnaire, Response, Version
from kiif.questionnaires.queries import MANAGING


def questionnaire_of(obj: Any) -> Questionnaire | Collection:
    """What carries the owner: the questionnaire of a version, the collection of an answer, itself otherwise."""
    if isinstance(obj, Version):
        return obj.questionnaire
    return obj.collection if isinstance(obj, Response) else obj


@predicate
def of_its_alliance(actor: Actor, obj: Any) -> bool:
    owner = questionnaire_of(obj).owner
    return queries.designs(actor) and bool(same_alliance(actor, body_of(owner)))


@predicate
def of_its_house(actor: Actor, obj: Any) -> bool:
    return queries.designs(actor) and bool(is_inside(actor, questionnaire_of(obj).owner))


@predicate
def manages_it(actor: Actor, obj: Any) -> bool:
    role = actor.acting_as.role if actor.acting_as else ""
    if role == Role.COORDINATOR:
        return bool(of_its_alliance(actor, obj))
    return role in MANAGING and bool(of_its_house(actor, obj))


@predicate
def owns_answer(actor: Actor, response: Response) -> bool:
    return actor.user is not None and response.owner_id == actor.user.pk


def participant(actor: Actor, response: Response) -> Participant | None:
    """The row of this person among those who take part."""
    if actor.user is None:
        return None
    key = actor.user.pk
    return next((row for row in response.participants.all() if row.user_id == key), None)


def mandate(actor: Actor, response: Response) -> Mandate | None:
    """The running mandate under which this person writes for somebody, in a role that manages the collection."""
    if actor.user is None:
        return None
    key = actor.user.pk
    found = next((row for row in response.mandates.all() if row.staff_id == key and row.ended_at is None), None)
    return found if found is not None and manages_it(actor, response) else None


def _takes_part(actor: Actor, response: Response, roles: set[ParticipantRole]) -> bool:
    row = participant(actor, response)
    return row is not None and row.role in roles


@predicate
def takes_part(actor: Actor, response: Response) -> bool:
    return participant(actor, response) is not None


@predicate
def comments(actor: Actor, response: Response) -> bool:
    return _takes_part(actor, response, {ParticipantRole.COMMENT, ParticipantRole.EDIT, ParticipantRole.SUBMIT})


@predicate
def edits(actor: Actor, response: Response) -> bool:
    return _takes_part(actor, response, {ParticipantRole.EDIT, ParticipantRole.SUBMIT})


@predicate
def submits(actor: Actor, response: Response) -> bool:
    return _takes_part(actor, response, {ParticipantRole.SUBMIT})


@predicate
def has_mandate(actor: Actor, response: Response) -> bool:
    return mandate(actor, response) is not None


@predicate
def reads_for_its_house(actor: Actor, response: Response) -> bool:
    """The body that gathers, once the answer was sent: a draft, or one withdrawn, is read by its people only."""
    alone = response.collection.use == ""
    return alone and response.state in SENT and bool(of_its_house(actor, response))


@predicate
def reads_by_use(actor: Actor, response: Response) -> bool:
    use = response.collection.use
    return bool(use) and response.state in SENT and uses.of(use).reads(actor, response)


rules.add_rule("questionnaires.view_questionnaire", is_system | of_its_alliance)
rules.add_rule("questionnaires.change_questionnaire", is_system | (may_write & manages_it))
rules.add_rule("questionnaires.change_collection", is_system | (may_write & manages_it))
rules.add_rule("questionnaires.read_answers", is_system | of_its_house)
rules.add_rule(
    "questionnaires.view_response",
    is_system | owns_answer | takes_part | has_mandate | reads_for_its_house | reads_by_use,
)
rules.add_rule("questionnaires.comment_response", is_system | (may_write & (owns_answer | comments | has_mandate)))
rules.add_rule("questionnaires.edit_response", is_system | (may_write & (owns_answer | edits | has_mandate)))
rules.add_rule("questionnaires.submit_response", is_system | (may_write & (owns_answer | submits)))
rules.add_rule("questionnaires.share_response", is_system | (may_write & owns_answer))


def holds_link(response: Response, link_hashes: tuple[str, ...]) -> bool:
    """Somebody without an account who holds the personal link of this answer may do what its owner may."""
    return response.owner_id is None and bool(response.link_hash) and response.link_hash in link_hashes


def among_its_people(actor: Actor, response: Response, link_hashes: tuple[str, ...] = ()) -> bool:
    """Those who read an answer while it is written: its drafts, its thread, the remarks on it. The others read what
    was sent."""
    own = is_system | owns_answer | takes_part | has_mandate
    return holds_link(response, link_hashes) or bool(own(actor, response))


def may_read(actor: Actor, response: Response) -> bool:
    """For the lower floors: files, journal, mails."""
    return bool(rules.test_rule("questionnaires.view_response", actor, response))
