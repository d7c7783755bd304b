"""What carriers and the team are written about an application. Whoever a conflict bars receives nothing."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.alliance.actions.acting import standings
from kiif.alliance.actions.common import link
from kiif.mailbox.actions import queue_mail
from kiif.programmes.conflicts import barred_people
from kiif.programmes.enums import State
from kiif.programmes.models import Application, CorrectionRequest, Reminder
from kiif.questionnaires.definition import said
from kiif.questionnaires.enums import ParticipantRole
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.windows import moment


def carriers(application: Application) -> list[User]:
    """Who is written to: the owner, and those who may send."""
    response = application.response
    people = [response.owner] if response.owner else []
    rows = response.participants.filter(role=ParticipantRole.SUBMIT).select_related("user")
    return [person for person in dict.fromkeys([*people, *(row.user for row in rows)]) if person.is_active]


def _context(application: Application) -> dict[str, str]:
    return {
        "call": application.call.title,
        "title": application.title or application.number,
        "number": application.number,
    }


def _mine(application: Application) -> str:
    return link("programmes:project", application.project.number)


def _tell(kind: str, person: User, application: Application, by: Actor, key: str, **context: str) -> None:
    """One mail about an application. A rehearsal writes to nobody outside: see `mailbox` texts of its call."""
    queue_mail(
        kind=kind, to=person, context=_context(application) | context, by=by, about=application, key=f"{kind}:{key}"
    )


def tell_of_request(asked: CorrectionRequest, by: Actor) -> None:
    """To the carriers: what is to correct, each with its reason, until when."""
    application = asked.application
    for person in carriers(application):
        _tell(
            "programmes.corrections", person, application, by, f"{asked.pk}:{person.pk}",
            until=moment(asked.until, person.language),
            questions="\n".join(asked_in_words(asked, person.language)),
            words=asked.words or "–",
            link=_mine(application),
        )  # fmt: skip


def asked_in_words(asked: CorrectionRequest, language: str) -> list[str]:
    """Each question to correct, what is wrong with it, in words."""
    known = definition_of(asked.application.response.version).by_id
    lines = []
    for item in asked.items.all():
        question = known.get(item.field_key)
        label = said(question.label, language) if question is not None else item.field_key
        with override(language):
            kind = item.get_kind_display()
        lines.append(f"- {label} ({kind})" + (f"\n  {item.words}" if item.words else ""))
    return lines


def tell_of_corrections(application: Application, asked: CorrectionRequest, by: Actor) -> None:
    """To who asked: the corrections came back."""
    person = asked.asked_by
    if person is not None and person.pk not in barred_people(application):
        page = link("programmes:application", application.public_id)
        _tell("programmes.corrected", person, application, by, f"{asked.pk}:{person.pk}", link=page)


def tell_of_eligibility(application: Application, by: Actor) -> None:
    """To the carriers: it does not fit this call, why, and another way."""
    at = application.eligibility_at.isoformat() if application.eligibility_at else ""
    for person in carriers(application):
        _tell(
            "programmes.ineligible", person, application, by, f"{application.pk}:{at}:{person.pk}",
            words=application.state_words,
            door=application.door_words or "–",
            link=_mine(application),
        )  # fmt: skip


def tell_of_withdrawal(application: Application, by: Actor) -> None:
    """To the carriers: the team withdrew it, as they asked."""
    for person in carriers(application):
        if by.user is None or person.pk != by.user.pk:
            key = f"{application.pk}:{application.state_at.isoformat()}:{person.pk}"
            _tell(
                "programmes.withdrawn", person, application, by, key,
                words=application.state_words or "–", link=_mine(application),
            )  # fmt: skip


def tell_of_hosts(application: Application, hosts: list[str], words: str, by: Actor) -> None:
    """To the carriers: the team changed where it would be hosted, and why."""
    at = application.hosts_set_at.isoformat() if application.hosts_set_at else ""
    for person in carriers(application):
        with override(person.language):
            named = "\n".join(f"{rank}. {host}" for rank, host in enumerate(hosts, 1)) or _("Not chosen yet.")
        _tell(
            "programmes.hosts_changed", person, application, by, f"{application.pk}:{at}:{person.pk}",
            hosts=named, words=words, link=_mine(application),
        )  # fmt: skip


def remind_of_request(asked: CorrectionRequest) -> None:
    """To the carriers: the day by which corrections are waited for comes near. It does not leave once they are sent
    or given up (`may_open_request`)."""
    application = asked.application
    for person in carriers(application):
        queue_mail(
            kind="programmes.corrections_due",
            to=person,
            context=_context(application)
            | {"until": moment(asked.until, person.language), "link": _mine(application)}
            | {"questions": "\n".join(asked_in_words(asked, person.language))},
            by=system("programmes"),
            about=asked,
            key=f"programmes.corrections_due:{asked.pk}:{person.pk}",
        )


def may_open_request(user: User, asked: CorrectionRequest) -> bool:
    """Its carriers, as long as corrections are waited for."""
    rows = CorrectionRequest.objects.open().filter(pk=asked.pk)
    return rows.filter(application__in=Application.objects.own(Actor(user=user))).exists()


def tell_of_merge(gone: Application, kept: Application, by: Actor) -> None:
    """To the carriers of both: one application goes on, under which number."""
    for application in (gone, kept):
        for person in carriers(application):
            _tell(
                "programmes.merged", person, kept, by, f"{gone.pk}:{kept.pk}:{timezone.now():%Y%m%d%H%M%S}:{person.pk}",
                gone=gone.number, kept=kept.number, link=_mine(kept),
            )  # fmt: skip


def remind(reminder: Reminder, until: str) -> None:
    """To the carriers of a draft; it does not leave once the draft is sent (`may_open_reminder`)."""
    application = reminder.application
    for person in carriers(application):
        queue_mail(
            kind="programmes.draft_reminder",
            to=person,
            context=_context(application)
            | {"words": reminder.words, "until": until, "link": _mine(application)}
            | {"done": str(application.response.done), "expected": str(application.response.expected)},
            by=system("programmes"),
            about=reminder,
            key=f"programmes.draft_reminder:{reminder.pk}:{person.pk}",
        )


def may_open(user: User, application: Application) -> bool:
    """Who may be written to about an application: its carriers, and those who read it as who selects."""
    standing = [Actor(user=user, acting_as=one) for one in standings(Actor(user=user))]
    if Application.objects.own(Actor(user=user)).filter(pk=application.pk).exists():
        return True
    actors = [Actor(user=user), *standing]
    return any(Application.objects.visible_to(actor).filter(pk=application.pk).exists() for actor in actors)


def may_open_reminder(user: User, reminder: Reminder) -> bool:
    """Its carriers, as long as it is a draft."""
    rows = Application.objects.own(Actor(user=user)).filter(pk=reminder.application_id, state=State.DRAFT)
    return rows.exists()
