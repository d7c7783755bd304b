"""What the alliance tells the lower floors when the product starts."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import rules
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from kiif.accounts import demo_accounts as accounts_demo
from kiif.accounts import privacy as accounts_privacy
from kiif.accounts import rules as accounts_rules
from kiif.accounts import second_factor as accounts_second_factor
from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance import calm, demo, homepage, mails, panel, phrases, privacy, second_factor, waiting
from kiif.alliance.enums import OVERSEEING_ROLES, STAFF_ROLES, Role
from kiif.alliance.queries import within
from kiif.jobs import actors as job_actors
from kiif.jobs import rules as jobs_rules
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.journal.queries import EntryQuerySet
from kiif.mailbox import registry as mailbox
from kiif.mailbox import rules as mailbox_rules
from kiif.search import registry as search
from kiif.ui import home, navigation, shell, today
from kiif.ui.errors import NotAllowed
from kiif.ui.navigation import Entry


def register_all() -> None:
    _register_people()
    _register_frame()
    _register_journal()
    _register_mails()
    _register_search()
    _register_jobs()
    _register_operators()


def is_staff(actor: Actor | None) -> bool:
    """Of the teams of the alliance, under the role acted under."""
    return actor is not None and actor.acting_as is not None and actor.acting_as.role in STAFF_ROLES


def is_support(user: User) -> bool:
    """Whoever has a current support membership may look at the product with somebody's eyes."""
    from kiif.alliance.own import own_of

    return any(membership.role == Role.SUPPORT for membership in own_of(user))


def _belongs(actor: Actor | None) -> bool:
    return actor is not None and actor.acting_as is not None


def _is_outside(actor: Actor | None) -> bool:
    return not is_staff(actor)


def _register_people() -> None:
    accounts_privacy.register(privacy.HOLDER)
    accounts_privacy.register_obstacle(privacy.obstacle)
    accounts_second_factor.register_requirement(second_factor.required_since)
    accounts_rules.register_support(is_support)
    accounts_demo.register(demo.demo_accounts)


def _register_frame() -> None:
    shell.register_account_panel("alliance/account_panel.html", panel.account_panel)
    shell.register_banner(panel.delegation_banner)
    shell.register_identity(homepage.identity)
    home.register_coverage(homepage.coverage)
    home.register_figures(10, homepage.figures)
    today.register(*waiting.SOURCES)
    today.register_known(waiting.second_factor_due)
    today.register_calm(calm.calm)
    under = ("alliance:*",)
    navigation.register(Entry(_("Alliance"), "alliance:home", order=40, show=is_staff, current_under=under))
    navigation.register(
        Entry(_("Members"), "alliance:members", order=40, show=_is_outside, current_under=("alliance:member",))
    )
    navigation.register(Entry(_("My roles"), "alliance:mine", order=20, show=_belongs, place="account"))
    navigation.register(Entry(_("Delegations"), "alliance:delegations", order=21, show=_belongs, place="account"))


def _register_journal() -> None:
    from kiif.alliance import models

    verbs.register(phrases.VERBS)

    def manages(actor: Actor, obj: Any) -> bool:
        return bool(rules.test_rule("alliance.read_reviews", actor, obj))

    def belongs(actor: Actor, obj: Any) -> bool:
        return bool(rules.test_rule("alliance.view_team", actor, obj))

    for model in (models.Incubator, models.Alliance, models.Partner, models.Branch):
        journal.register(model, can_read=belongs)
    for private in (models.Membership, models.Invitation, models.Delegation, models.AccessReview):
        journal.register(private, can_read=manages)
    for scope in (models.Incubator, models.Alliance, models.Partner):
        journal.register_scope(scope, can_read=manages)
    journal.register_whole(_oversees_own, restrict=_of_own_alliance)


def _oversees_own(actor: Actor | None) -> bool:
    return actor is not None and actor.acting_as is not None and actor.acting_as.role in OVERSEEING_ROLES


def _of_own_alliance(actor: Actor, entries: EntryQuerySet) -> EntryQuerySet:
    """What happened in the alliance acted for and in its members and partners."""
    from kiif.alliance import models

    own = models.Body.objects.filter(within(actor.acting_as.where.alliance_key))
    keys = list(own.values_list("pk", flat=True))
    kinds = (models.Alliance, models.Incubator, models.Partner)
    alliance, incubators, partners = (entries.in_scopes(kind, keys) for kind in kinds)
    return alliance | incubators | partners


def may_open(user: User, obj: Model) -> bool:
    """Whether a person may see an object under any of their roles: what a mail may tell them about."""
    from kiif.alliance.actions.acting import standings

    rule = f"alliance.view_{obj._meta.model_name}"
    actors = [Actor(user=user), *(Actor(user=user, acting_as=standing) for standing in standings(Actor(user=user)))]
    return any(rules.test_rule(rule, actor, obj) for actor in actors)


def _register_mails() -> None:
    from kiif.alliance import models

    mailbox.register_category(mailbox.Category("alliance", _("Life of the teams"), order=20))
    for key, label, placeholders, optional in mails.KINDS:
        secret = key == "alliance.invitation"
        mailbox.register(mailbox.MailKind(key, label, "alliance", placeholders, optional=optional, secret=secret))
    for model in (models.Membership, models.Invitation, models.Delegation, models.AccessReview):
        mailbox.register_visibility(model, may_open)


def _register_search() -> None:
    from kiif.alliance.models import Branch, Incubator, Membership

    search.register(
        search.Source(
            "incubators",
            _("Incubators"),
            Incubator,
            visible_to=Incubator.objects.visible_to,
            hint=lambda incubator: incubator.region,
            order=20,
        )
    )
    search.register(
        search.Source(
            "branches",
            _("Branches"),
            Branch,
            visible_to=lambda actor: Branch.objects.visible_to(actor).select_related("incubator"),
            hint=lambda branch: f"{branch.incubator.label}, {branch.commune_name}",
            order=25,
        )
    )
    search.register(
        search.Source(
            "people",
            _("People of my teams"),
            Membership,
            visible_to=lambda actor: Membership.objects.visible_to(actor).current().with_ties(),
            title=lambda membership: membership.person_name,
            hint=lambda membership: f"{membership.where.label}, {membership.get_role_display()}",
            order=30,
        )
    )


def _register_jobs() -> None:
    from kiif.alliance import tasks
    from kiif.jobs import schedule

    day = timedelta(days=1)
    schedule.register("alliance.review_access", tasks.review_access, every=day, at=time(6, 30))
    schedule.register("alliance.close_delegations", tasks.close_delegations, every=day, at=time(0, 10))


def restore_actor(user: User, acting_as: str) -> Actor:
    """The actor of a job that starts: under the role it was asked under, if the person still has it."""
    from kiif.alliance.actions.acting import standings

    if not acting_as:
        return Actor(user=user)
    found = next((s for s in standings(Actor(user=user)) if s.acting_key == acting_as), None)
    if found is None:
        raise NotAllowed(_("The role under which this was asked for has ended."))
    return Actor(user=user, acting_as=found)


def _directed(actor: Actor) -> list[Model]:
    """The incubator whose mail texts this actor may change."""
    acting = actor.acting_as
    return [acting.where.specific] if acting is not None and acting.role == Role.MANAGER else []


def _team_of(obj: Any) -> Model:
    """In whose name a mail about an object is written."""
    where = obj.membership.where if hasattr(obj, "membership") else obj.where
    found: Model = where.specific
    return found


def _register_operators() -> None:
    """The coordination looks after jobs and mails; a manager changes the mail texts of their incubator."""
    from kiif.alliance import models
    from kiif.alliance.rules import coordinates

    for people in (jobs_rules.operators, mailbox_rules.operators, mailbox_rules.editors):
        if coordinates not in people:
            people.append(coordinates)
    job_actors.set_restorer(restore_actor)
    mailbox.register_scopes(_directed)
    for model in (models.Membership, models.Invitation, models.Delegation, models.AccessReview):
        mailbox.register_scope_of(model, _team_of)
