"""What projects and applications tell the lower floors when the product starts."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox
from kiif.programmes import tabs
from kiif.programmes.queries import role_of
from kiif.search import registry as search
from kiif.ui import navigation, today

VERBS: Final = {
    "programmes.application_begun": _("began the application {object}"),
    "programmes.received": _("sent the application {object}"),
    "programmes.corrected": _("sent the corrections of {object}"),
    "programmes.withdrawn": _("withdrew the application {object}"),
    "programmes.withdrawn_for": _("withdrew the application {object} for its carriers"),
    "programmes.wishes_written": _("wrote where {object} would like to be hosted"),
    "programmes.moved": _("changed the state of {object}"),
    "programmes.eligibility_decided": _("decided whether {object} fits the call"),
    "programmes.corrections_asked": _("asked for corrections of {object}"),
    "programmes.corrections_closed": _("gave up the corrections of {object}"),
    "programmes.noted": _("wrote a note on {object}"),
    "programmes.note_removed": _("removed a note on {object}"),
    "programmes.drafts_reminded": _("wrote to the drafts of {object}"),
    "programmes.kept_apart": _("said that {object} is not the same as another one"),
    "programmes.merged": _("merged {object} into another one"),
    "programmes.took_over": _("merged another application into {object}"),
    "programmes.parted": _("undid the merge of {object}"),
}

_ONE: Final = {"call": "Les Sentiers 2027", "title": "La Bricole fertile", "number": "KF-2027-0421"}
_MINE: Final = {"link": "https://kiif.example/mon-projet/KF-2027-0421/"}
_TEAM: Final = {"link": "https://kiif.example/programmes/candidatures/5f1c…/"}
#: key, label, placeholders with examples, may be unsubscribed
MAILS: Final[tuple[tuple[str, Any, dict[str, str], bool], ...]] = (
    (
        "programmes.corrections",
        _("Corrections asked of an application"),
        {
            **_ONE,
            **_MINE,
            "until": "4 juin 2027 à 18:00",
            "questions": "- Charges de l’année (inexacte)",
            "words": "Merci !",
        },
        False,
    ),
    ("programmes.corrected", _("Corrections received"), {**_ONE, **_TEAM}, True),
    (
        "programmes.ineligible",
        _("An application does not fit a call"),
        {**_ONE, **_MINE, "words": "Votre solution n’a pas encore un an.", "door": "Les six webinaires sont ouverts."},
        False,
    ),
    (
        "programmes.withdrawn",
        _("Application withdrawn by the team"),
        {**_ONE, **_MINE, "words": "À votre demande."},
        False,
    ),
    (
        "programmes.merged",
        _("Two applications became one"),
        {**_ONE, **_MINE, "gone": "KF-2027-0430", "kept": "KF-2027-0421"},
        False,
    ),
    (
        "programmes.draft_reminder",
        _("A draft waits to be sent"),
        {
            **_ONE,
            **_MINE,
            "words": "Il reste quatre jours.",
            "until": "30 mai 2027 à 23:59",
            "done": "31",
            "expected": "52",
        },
        True,
    ),
)


def fill() -> None:
    from kiif.organisations import merging
    from kiif.programmes import application_mails, use
    from kiif.programmes.models import Application, Project, Reminder

    use.register()
    verbs.register(VERBS)
    mailbox.register_category(mailbox.Category("programmes", _("Programmes and applications"), order=24))
    for key, label, placeholders, optional in MAILS:
        mailbox.register(mailbox.MailKind(key, label, "programmes", placeholders, optional=optional))
    mailbox.register_visibility(Application, application_mails.may_open)
    mailbox.register_visibility(Reminder, application_mails.may_open_reminder)
    journal.register(Application, can_read=reads_history)
    merging.register(Project, "organisation")
    merging.register(Application, "organisation")
    search.register(search.Source("applications", _("Applications"), find=find, order=20))
    tabs.register(tabs.Tab("applications", _("Applications"), "programmes:applications", 10, reads_list, waiting))
    today.register(
        today.Source(corrections_to_make, tell_corrections), today.Source(eligibility_to_decide, tell_eligibility)
    )
    navigation.register(
        navigation.Entry(
            _("My projects"),
            "programmes:mine",
            order=28,
            show=_carrier,
            current_under=("programmes:mine", "programmes:project"),
        )
    )


def _carrier(actor: Actor) -> bool:
    """Somebody signed in who acts for nobody."""
    return actor.user is not None and actor.acting_as is None


def reads_history(actor: Actor, application: Any) -> bool:
    """Who runs the call; its carriers have the history of their answer."""
    from kiif.programmes.rules import reads, runs

    return actor.is_system or (bool(runs(actor, application)) and bool(reads(actor, application)))


def reads_list(actor: Actor, call: Any) -> bool:
    """Who runs the call, or hosts in it."""
    from kiif.programmes.rules import hosts, runs

    return actor.is_system or bool(runs(actor, call)) or bool(hosts(actor, call))


def waiting(actor: Actor, call: Any) -> Any:
    """Those that wait for somebody to say whether they fit."""
    from kiif.programmes.enums import State
    from kiif.programmes.models import Application
    from kiif.programmes.rules import runs

    if not runs(actor, call):
        return None
    return Application.objects.run_by(actor, call).filter(state=State.SUBMITTED, eligibility="")


def find(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Applications by number, title, organisation or SIREN: those that one selects, then those that one carries. What
    is rehearsed is not found; a draft of somebody else is, by its number only, without the words of its people."""
    from django.db.models import Q
    from django.urls import reverse

    from kiif.programmes.enums import State
    from kiif.programmes.models import Application, Project
    from kiif.programmes.queries import concerned, run_by
    from kiif.territories.lookup import fold

    words = text.split()[:8]
    team = Application.objects.visible_to(actor).filter(call__edition__rehearsal_of__isnull=True)
    if not actor.is_system:
        team = team.filter(run_by(actor, "call__edition__programme__") | concerned(actor))
    team = team.select_related("project", "call")
    own = Project.objects.own(actor)
    for word in words:
        numbered = Q(state=State.DRAFT, project__number__icontains=word)
        team = team.filter(numbered | (~Q(state=State.DRAFT) & Q(search_text__contains=fold(word))))
        own = own.filter(name__holds=word) | own.filter(number__icontains=word)
    hits = (
        [
            search.Hit(
                f"{row.number} {'' if row.state == State.DRAFT else row.title}".strip(),
                row.get_absolute_url(),
                f"{row.organisation_name} – {row.call.title}",
            )
            for row in team.order_by("-begun_at")[:limit]
        ]
        if actor.user is not None or actor.is_system
        else []
    )
    mine = [
        search.Hit(str(row), reverse("programmes:project", args=[row.number]), str(_("My project")))
        for row in own.distinct()[:limit]
    ]
    return (mine + hits)[:limit]


def corrections_to_make(actor: Actor) -> Any:
    """What is asked of what I carry; the engine's own gesture about the same answer says less."""
    from kiif.programmes.models import Application

    return Application.objects.own(actor).filter(corrections_due__isnull=False)


def tell_corrections(actor: Actor, rows: Any) -> list[today.Gesture]:
    from django.urls import reverse

    return [
        today.Gesture(
            title=_("Correct your application"),
            about=row.title or row.number,
            detail=row.call.title,
            url=reverse("programmes:project", args=[row.number]),
            action=_("See what is asked"),
            due=row.corrections_due,
            initials=actor.user.initials if actor.user else "",
            tone="o",
        )
        for row in rows.select_related("project", "call").order_by("corrections_due")[:20]
    ]


def eligibility_to_decide(actor: Actor) -> Any:
    """Applications of calls that I run of which nobody has said whether they fit."""
    from kiif.programmes.enums import State
    from kiif.programmes.models import Application

    if role_of(actor) not in STAFF_ROLES:
        return None
    rows = Application.objects.run_by(actor)
    return rows.filter(state=State.SUBMITTED, eligibility="", call__edition__rehearsal_of__isnull=True)


def tell_eligibility(actor: Actor, rows: Any) -> list[today.Gesture]:
    """One line a call, with how many wait."""
    from django.db.models import Count
    from django.urls import reverse

    counted = rows.order_by().values("call__title", "call__public_id").annotate(n=Count("pk"))
    return [
        today.Gesture(
            title=_("Say which applications fit the call"),
            about=row["call__title"],
            detail=_("%(n)s to decide") % {"n": row["n"]},
            url=reverse("programmes:applications", args=[row["call__public_id"]]) + "?etat=todo",
            action=_("Decide"),
        )
        for row in counted[:20]
    ]
