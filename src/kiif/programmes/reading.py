"""What somebody reads of an application: its answers without what is hidden from them, its names, its title.

The only way to show answers to somebody who selects. What they see joins every way in which they read: who runs the
call reads all, a host its own annex, a reviewer what the round shows. A draft tells how far it is, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import count
from typing import Any, Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes import masking, readers
from kiif.programmes.enums import SENT, State
from kiif.programmes.models import Application, Call, Host
from kiif.programmes.queries import HOSTING_ROLES, role_of, where_of
from kiif.programmes.readers import Limits
from kiif.programmes.rules import carries, runs
from kiif.questionnaires.definition import Base
from kiif.questionnaires.dossier import Dossier, Held
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.reviewing import Line, Part, sections_of
from kiif.questionnaires.speaking import Speaker

#: Kinds of questions that say who applies: a blind reader never sees them.
NAMING: Final = frozenset({"organisation", "email", "phone", "address", "url", "signature", "consent"})


@dataclass(frozen=True)
class Person:
    """Somebody who carries an application. `role`: what they may do in it, in words."""

    name: str
    email: str
    role: str


@dataclass(frozen=True)
class Names:
    """Who applies; empty for a blind reader."""

    organisation: str = ""
    people: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Reading:
    """`parts`: sections as `questionnaires.reviewing` makes them (none of a draft); `limits`: what is hidden from this
    reader; `progress`: (answered, expected) questions of a draft, None once it is sent; `dossier`: what it was read
    from, None of a draft."""

    parts: list[Part] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    progress: tuple[int, int] | None = None
    dossier: Dossier | None = None


def limits_of(actor: Actor, application: Application) -> Limits:
    """What this actor does not see of it: the least of what each of their ways to read hides; all when they have none.

    Does not ask whether a conflict bars them: start from `Application.objects.visible_to(actor)` or `own(actor)`.
    """
    if actor.is_system or runs(actor, application.call):
        return Limits()
    found = list(_ways(actor, application))
    if not found and carries(actor, application):
        return Limits()
    return reduce(Limits.joined, found) if found else _all_hidden(application)


def _ways(actor: Actor, application: Application) -> Iterator[Limits]:
    """What each way to read it hides, one after the other."""
    if (way := _as_host(actor, application)) is not None:
        yield way
    if application.state in SENT:
        yield from (way for reader in readers.every() if (way := reader.limits(actor, application)) is not None)


def reads_names(actor: Actor, application: Application) -> bool:
    """The same as `not limits_of(…).blind`, asked no further than the first way that shows names."""
    if actor.is_system or runs(actor, application.call):
        return True
    blind = False
    for way in _ways(actor, application):
        if not way.blind:
            return True
        blind = True
    return not blind and carries(actor, application)


def _all_hidden(application: Application) -> Limits:
    everything = definition_of(application.response.version).by_id
    return Limits(hidden=frozenset(everything), blind=True, without_files=True)


def _as_host(actor: Actor, application: Application) -> Limits | None:
    """A host reads the common parts and its own annex. None: the incubator acted in does not host this application."""
    if role_of(actor) not in HOSTING_ROLES:
        return None
    house = where_of(actor)
    hosts = [one for one in hosts_of(application.call) if one.incubator_id == house and one.left_at is None]
    if not hosts:
        return None
    wished = {row.host_id for row in application.wishes.all()}
    if not application.host_open and not wished & {one.pk for one in hosts}:
        return None
    own = {one.variant for one in hosts if one.variant}
    hidden: set[str] = set()
    for section in definition_of(application.response.version).sections:
        if section.variants and not own & set(section.variants):
            hidden |= {question.id for question in section.questions}
    return Limits(hidden=frozenset(hidden))


def hosts_of(call: Call) -> list[Host]:
    """The hosts of a call, asked once for each object."""
    kept: list[Host] | None = call.__dict__.get("_hosts")
    if kept is None:
        kept = list(call.hosts.select_related("incubator", "branch"))
        call.__dict__["_hosts"] = kept
    return kept


def asked_beforehand() -> tuple[Any, ...]:
    """What to prefetch with a list of applications whose limits are asked one by one: hosts and wishes, and the forms,
    which are long and mostly the same."""
    hosts = Host.objects.select_related("incubator", "branch")
    return Prefetch("call__hosts", hosts, to_attr="_hosts"), "wishes", "response__version"


def read(actor: Actor, application: Application, language: str = "") -> Reading:
    """What this actor reads. Files and answers that are hidden are not in `parts`; people's names are masked in texts
    for a blind reader. A draft, or what was withdrawn, is read as its progress by who selects; what was sent, then
    merged into another one, stays readable by who runs the call."""
    limits = limits_of(actor, application)
    response = application.response
    merged = application.state == State.MERGED and application.submitted_at is not None
    if application.state not in SENT and not merged and not actor.is_system:
        return Reading(limits=limits, progress=(response.done, response.expected))
    dossier = sent_dossier(application, language)
    parts = sections_of(dossier, Speaker(dossier))
    return Reading(shown(parts, application, limits, dossier), limits, None, dossier)


def sent_dossier(application: Application, language: str = "") -> Dossier:
    """The answers as they were sent: corrections under way are their people's alone."""
    response = application.response
    dossier = Dossier(response, language)
    if response.state in (ResponseState.REOPENED, ResponseState.WITHDRAWN):
        snapshot = response.snapshots.first()
        given = snapshot.values if snapshot is not None else {}
        dossier.__dict__["held"] = {key: Held(value, 0, None, response.updated_at) for key, value in given.items()}
    return dossier


def shown(parts: Iterable[Part], application: Application, limits: Limits, dossier: Dossier) -> list[Part]:
    """Sections without what these limits hide; those that become empty go. Files of a blind reading bear a number."""
    hidden = limits.hidden | (naming(dossier.definition.walk(), application.call) if limits.blind else frozenset())
    mask, numbers = masking.of(application) if limits.blind else None, count(1)
    made = []
    for part in parts:
        lines = [line for line in part.lines if line.id not in hidden]
        if limits.without_files:
            lines = [replace(line, files=[]) for line in lines if not line.files]
        if mask is not None:
            lines = [masking.line(line, mask, numbers) for line in lines]
        lines = [_replaced(line, limits) for line in lines]
        if lines:
            made.append(replace(part, lines=lines))
    return made


def file_in(parts: Iterable[Part], public_id: object) -> Any:
    """A file among those that are read, under the name that its reader reads; None for any other."""
    files = (file for part in parts for line in part.lines for file in line.files)
    return next((file for file in files if str(file.public_id) == str(public_id)), None)


def _replaced(line: Line, limits: Limits) -> Line:
    """The redacted copy in place of the answer, when this reader has one."""
    text = limits.replaced.get(line.id)
    if text is None:
        return line
    return Line(line.id, line.label, lines=text.splitlines(), optional=line.optional)


def naming(questions: Iterable[Base], call: Call) -> frozenset[str]:
    """Identifiers of the questions that say who applies: by their kind, or because the call reads a name there."""
    facts: dict[str, Any] = call.facts or {}
    said = {facts.get(key) for key in ("organisation", "contact", "contact_name", "women_led")}
    return frozenset(one.id for one in questions if one.kind in NAMING or one.id in said)


def names(actor: Actor, application: Application, limits: Limits | None = None) -> Names:
    """Who applies, for this reader. `limits`: those of `read`, when it was asked already."""
    limits = limits if limits is not None else limits_of(actor, application)
    if limits.blind:
        return Names()
    organisation = str(application.organisation) if application.organisation else application.organisation_name
    return Names(organisation, tuple(people_of(application)))


def people_of(application: Application) -> list[Person]:
    """The carriers, the owner first. Asks nothing when the participants were fetched before."""
    response = application.response
    made = []
    if response.owner is not None:
        made.append(Person(str(response.owner), response.owner.email, _("carries the application")))
    rows = response.participants.all()
    return made + [Person(str(row.user), row.user.email, row.get_role_display()) for row in rows]


def title_for(actor: Actor, application: Application, limits: Limits | None = None) -> str:
    """The title, for lists and headings; names are masked for a blind reader. Never empty."""
    title = application.title or application.project.name or application.number
    shown = not limits.blind if limits is not None else reads_names(actor, application)
    return title if shown else masking.text(title, masking.of(application))


def is_draft(application: Application) -> bool:
    return application.state == State.DRAFT
