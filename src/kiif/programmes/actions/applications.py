"""What carriers do: begin an application, say where they would like to be hosted, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, system
from kiif.alliance.models import Alliance
from kiif.journal.actions import record
from kiif.organisations.models import Organisation
from kiif.programmes import facts, known, use_calls
from kiif.programmes.actions import states
from kiif.programmes.enums import CallState, State, Verdict
from kiif.programmes.models import AccessCode, Application, Call, Check, Project
from kiif.programmes.rules import runs
from kiif.questionnaires.actions import answering, prefilling
from kiif.questionnaires.actions.answer_common import LOOKING
from kiif.questionnaires.enums import ResponseState
from kiif.questionnaires.models import Response
from kiif.questionnaires.windows import moment
from kiif.ui.errors import NotAllowed, Refused

#: Name of the use of collections that calls hold.
USE: Final = "call"
#: Two presses on "Begin" within this time make one application.
TWICE: Final = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Beginning:
    """What one begins with: the project (None: a new one), the organisation that applies, the test that was passed,
    an access code, the language of the form, an earlier answer whose common answers are taken over, answers named in
    the link that led here (name of the question → text). `invented`: written by `actions.invented`, which knows all of
    it and whose people are let in a rehearsal."""

    project: Project | None = None
    organisation: Organisation | None = None
    check: Check | None = None
    code: str = ""
    language: str = ""
    source: Response | None = None
    link: Mapping[str, str] = field(default_factory=dict)
    invented: bool = False


@transaction.atomic
def start(*, call: Call, by: Actor, beginning: Beginning | None = None) -> Application:
    """Begins an application, or gives back the one that this person has just begun for the same project.

    A new project gets its number for life. Raises NotAllowed (sign in), Refused with what to do (not open, wrong code,
    the test said no, the project applies already).
    """
    beginning = beginning or Beginning()
    user = _person(by)
    # two presses on the same button wait for each other
    call = Call.objects.with_ties().select_for_update(of=("self",)).get(pk=call.pk)
    project = _project(beginning.project, by)
    if (begun := _going_on(call, project, by)) is not None:
        return begun
    code = _code(call, beginning.code)
    may_begin(call, system("invented") if beginning.invented else by, code)
    _may_apply(call, beginning.check)
    if call.collection is None:
        raise Refused(_("This call has no form yet."))
    response = answering.begin_for(
        owner=by, collection=call.collection, by=by, language=beginning.language, use=USE, anew=True
    )
    organisation = _organisation(beginning.organisation, project, by)
    project = project or new_project(call, organisation)
    project.carriers.add(user)
    application = attach(call, project, response, by, organisation=organisation, code=code, check=beginning.check)
    if not beginning.invented:
        _fill(application, beginning, by)
    return application


def attach(
    call: Call,
    project: Project,
    response: Response,
    by: Actor,
    *,
    organisation: Organisation | None = None,
    code: AccessCode | None = None,
    check: Check | None = None,
) -> Application:
    """The row of an application round an answer that was just begun, and its line in the journal. Asks no right."""
    owner = response.owner
    application = Application(
        project=project,
        call=call,
        response=response,
        code=code,
        check_passed=check,
        title=project.name,
        organisation=organisation,
        organisation_name=organisation.name if organisation else "",
        siren=organisation.siren if organisation else "",
        contact_email=owner.email if owner else "",
        language=response.language,
    )
    application.search_text = facts.searched(application)
    application.save()
    if code is not None:
        code.uses += 1
        code.save(update_fields=["uses"])
    _record(application, "programmes.application_begun", by)
    return application


def _record(application: Application, verb: str, by: Actor, **more: Any) -> None:
    record(by=by, verb=verb, obj=application, scope=application.call.edition.programme.owner.specific, **more)


def _person(by: Actor) -> Any:
    if by.impersonator is not None:
        raise NotAllowed(LOOKING)
    if by.user is None:
        raise NotAllowed(_("Sign in first: your application is kept in your account."))
    return by.user


def _project(project: Project | None, by: Actor) -> Project | None:
    if project is None:
        return None
    own = Project.objects.own(by).filter(pk=project.pk, merged_into__isnull=True).first()
    if own is None:
        raise NotAllowed(_("Only those who carry a project apply with it."))
    return own


def _going_on(call: Call, project: Project | None, by: Actor) -> Application | None:
    """What this person has just begun: the draft of this project, or one of a moment ago that has no title yet."""
    rows = Application.objects.own(by).with_ties().filter(call=call)
    if project is not None:
        gone = (State.WITHDRAWN, State.MERGED)
        found = rows.filter(project=project).exclude(state__in=gone).first()
        if found is None or found.state == State.DRAFT:
            return found
        raise Refused(_("This project applies already to this call: its application was sent."))
    since = timezone.now() - TWICE
    return rows.filter(state=State.DRAFT, response__owner=by.user, title="", begun_at__gte=since).first()


def _code(call: Call, text: str) -> AccessCode | None:
    """The access code typed, locked. Raises Refused when it opens nothing."""
    if not (typed := "".join(text.split())):
        return None
    row = call.codes.select_for_update(of=("self",)).filter(code__iexact=typed).first()
    if row is None or row.revoked_at is not None:
        raise Refused(_("This code opens nothing here. Check it with whoever gave it to you."), field="code")
    if row.uses >= row.most_uses:
        raise Refused(_("This code was used as many times as it could be. Ask for another one."), field="code")
    if row.until is not None and timezone.now() >= row.until:
        raise Refused(_("This code ended on %(moment)s.") % {"moment": moment(row.until)}, field="code")
    return row


def may_begin(call: Call, by: Actor, code: AccessCode | None = None) -> None:
    """Raises Refused, with a sentence, when nobody may begin an application of this call now."""
    if refusal := why_not_begin(call, by, code):
        raise Refused(refusal)


def why_not_begin(call: Call, by: Actor, code: AccessCode | None = None) -> str:
    """Why one may not begin an application now; empty when one may."""
    if call.state == CallState.CANCELLED:
        return _("This call was cancelled: %(why)s") % {"why": call.state_words}
    if call.is_rehearsal and not (by.is_system or runs(by, call)):
        return _("This call is a rehearsal: only its team applies.")
    if call.state != CallState.PUBLISHED:
        return _("This call does not take applications.")
    return _why_not_now(call, code)


def _why_not_now(call: Call, code: AccessCode | None) -> str:
    hours, now = use_calls.hours(call, code), timezone.now()
    if call.opens_at is None and code is None:
        return _("This call does not say yet when it opens.")
    if hours.opens_at is not None and now < hours.opens_at:
        return _("The call opens on %(moment)s.") % {"moment": moment(hours.opens_at)}
    if hours.ends_at is not None and now >= hours.ends_at:
        return _("It closed on %(moment)s. With an access code from the team, one may still apply.") % {
            "moment": moment(hours.ends_at)
        }
    return ""


def _may_apply(call: Call, check: Check | None) -> None:
    if check is not None and check.call_id != call.pk:
        raise Refused(_("This test is that of another call."))
    if check is not None and check.outcome == Verdict.NO:
        raise Refused(
            _("The test says that this call is not made for your project. It tells why, and what other doors are open.")
        )


def new_project(call: Call, organisation: Organisation | None) -> Project:
    alliance = Alliance.objects.get(pk=call.edition.programme.owner.alliance_key)
    number = states.next_number(alliance)
    return Project.objects.create(alliance=alliance, number=number, organisation=organisation)


def _organisation(asked: Organisation | None, project: Project | None, by: Actor) -> Organisation | None:
    """The one chosen among one's own; that of the project; the only one that this person is in."""
    mine = Organisation.objects.of_person(by).alive()
    if asked is not None:
        if not mine.filter(pk=asked.pk).exists():
            raise NotAllowed(_("Only those whom an organisation recognises apply in its name."))
        return asked
    if project is not None:
        return project.organisation
    found = list(mine[:2])
    return found[0] if len(found) == 1 else None


def _fill(application: Application, beginning: Beginning, by: Actor) -> None:
    """Writes what is known already: what the test said, who applies, what a link named, then the common answers of an
    earlier one."""
    found = known.answers(application, beginning.check, by)
    if found:
        answering.prefill(response=application.response, found=found, by=by)
    if beginning.link:
        fresh = Response.objects.with_ties().get(pk=application.response_id)
        prefilling.from_query(response=fresh, query=beginning.link, by=by)
    if beginning.source is not None:
        fresh = Response.objects.with_ties().get(pk=application.response_id)
        prefilling.from_earlier(response=fresh, source=beginning.source, by=by)


@transaction.atomic
def wish(*, application: Application, hosts: Sequence[str], by: Actor) -> Application:
    """Says by whom one would like to be hosted, in order (`facts.host_key`); none: not chosen yet, a valid answer.

    For calls whose form does not ask it. The annexes follow. Raises NotAllowed, Refused (sent already).
    """
    locked = _locked(application)
    if "hosts" in (locked.call.facts or {}):
        raise Refused(_("The form asks where you would like to be hosted: answer there."))
    if locked.state != State.DRAFT:
        raise Refused(_("The application was sent: ask its team to change where it is hosted."))
    before = [facts.host_key(row.host) for row in locked.wishes.select_related("host__incubator")]
    chosen = facts.rank_hosts(locked, hosts)
    answering.choose_variants(response=locked.response, variants=annexes(locked, chosen), by=by)
    locked.save(update_fields=["host_open"])
    _record(
        locked, "programmes.wishes_written", by, changes={"hosts": (before, [facts.host_key(one) for one in chosen])}
    )
    return locked


def annexes(application: Application, hosts: Iterable[Any]) -> list[str]:
    """The annexes that an application carries with these hosts: theirs, and those that belong to no host."""
    of_hosts = {one.variant for one in application.call.hosts.all() if one.variant}
    kept = [key for key in application.response.variants if key not in of_hosts]
    return kept + [one.variant for one in hosts if one.variant]


def _locked(application: Application) -> Application:
    return Application.objects.with_ties().select_for_update(of=("self",)).get(pk=application.pk)


@transaction.atomic
def withdraw(*, application: Application, words: str, by: Actor) -> Application:
    """Its carriers take it back, and say why if they like. Raises NotAllowed, Refused (refused already, withdrawn)."""
    locked = _locked(application)
    states.move(application=locked, to=State.WITHDRAWN, by=by, words=words, verb="programmes.withdrawn")
    if locked.response.state != ResponseState.WITHDRAWN:
        answering.withdraw(response=locked.response, by=by)
    Application.objects.filter(pk=locked.pk).update(corrections_due=None)  # guarded: the row that is locked
    locked.correction_requests.open().update(closed_at=timezone.now())
    return locked
