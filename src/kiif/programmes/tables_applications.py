"""Lists of applications, for the team: received, drafts, pairs."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.alliance import departments
from kiif.organisations.enums import LegalForm
from kiif.programmes import facts
from kiif.programmes.enums import DECIDED, RUNNING, SENT, PairState, Rural, State, Verdict
from kiif.programmes.models import Application, Call, HostWish, Pair, Target
from kiif.programmes.queries import concerned
from kiif.programmes.rules import runs
from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Version
from kiif.ui.tables import Column, Filter, Table
from kiif.ui.tables.table import Cell

#: What a list of received applications shows; the rest has its own filter.
SHOWN = (State.SUBMITTED, State.REVIEW, State.INELIGIBLE, State.ACCEPTED, State.RESERVE, State.REFUSED)
TONES = {
    State.SUBMITTED: "b",
    State.REVIEW: "b",
    State.ACCEPTED: "v",
    State.RESERVE: "o",
    State.INELIGIBLE: "",
    State.REFUSED: "",
}


def received(actor: Actor, call: Call) -> QuerySet[Application]:
    """What a team reads of the applications of a call: who runs it all, a host what concerns it; withdrawn and merged
    ones for who runs it. Those who only review have their own list."""
    rows = Application.objects.visible_to(actor, call).exclude(state=State.DRAFT)
    whole = actor.is_system or runs(actor, call)
    return (rows if whole else rows.filter(concerned(actor, call))).with_ties()


def listed(actor: Actor, call: Call) -> QuerySet[Application]:
    """The same with what the list shows."""
    return received(actor, call).prefetch_related("wishes__host__incubator", "wishes__host__branch", "targets")


def _by_host(rows: Any, value: str) -> Any:
    if value == "open":
        return rows.filter(host_open=True)
    return rows.filter(Exists(HostWish.objects.filter(application=OuterRef("pk"), host_id=value)))


def _by_department(rows: Any, value: str) -> Any:
    return rows.filter(Exists(Target.objects.filter(application=OuterRef("pk"), department_code=value)))


def _by_challenge(rows: Any, value: str) -> Any:
    return rows.filter(challenges__contains=f",{value},")


#: States that boards count together.
_TOGETHER = {
    "sent": Q(state__in=SENT),
    "running": Q(state__in=RUNNING),
    "decided": Q(state__in=DECIDED),
    "eligible": Q(state__in=SENT) & (Q(eligibility="yes") | Q(state__in={State.REVIEW, *DECIDED})),
}


def _by_state(rows: Any, value: str) -> Any:
    if value == "corrections":
        return rows.filter(corrections_due__isnull=False)
    if value in _TOGETHER:
        return rows.filter(_TOGETHER[value])
    if value == "todo":
        return rows.filter(state=State.SUBMITTED, eligibility="")
    return rows.filter(state=value)


def _hosts(table: Any) -> list[tuple[str, str]]:
    hosts = [(str(host.pk), str(host)) for host in table.context.get("hosts", ())]
    return [*hosts, ("open", _("not chosen yet"))] if hosts else []


def _states(table: Any) -> list[tuple[str, Any]]:
    todo = [("todo", _("eligibility to decide")), ("corrections", _("corrections under way"))]
    together = [
        ("sent", _("all that was received")),
        ("eligible", Verdict.YES.label),
        ("running", _("waiting for an answer")),
        ("decided", _("with a published answer")),
    ]
    return [*todo, *together, *((str(state), state.label) for state in (*SHOWN, State.WITHDRAWN, State.MERGED))]


def _departments(table: Any) -> list[tuple[str, str]]:
    codes = table.context.get("departments", ())
    return [(code, f"{code} {departments.name_of(code)}".strip()) for code in codes]


def _challenges(table: Any) -> list[tuple[str, str]]:
    return list(table.context.get("challenges", {}).items())


def labels_of(call: Call, fact: str, language: str = "fr", version: Version | None = None) -> dict[str, str]:
    """Words of the choices of the question that gives a fact, by key; empty without one. `version`: of the form, when
    it is known; the newest otherwise."""
    if version is None and call.collection is not None:
        version = newest(call.collection.questionnaire)
    if version is None:
        return {}
    definition = definition_of(version)
    question = facts.asked(call.facts, definition).get(fact)
    choices = getattr(question, "choices", ()) if question is not None else ()
    return {one.key: said(one.label, language, definition.languages) for one in choices}


def _where(row: Application) -> str:
    names = [target.name for target in row.targets.all()]
    return ", ".join(names[:2]) + ("…" if len(names) > 2 else "") if names else _("not chosen yet")


def _wished(row: Application) -> str:
    names = [str(wish.host) for wish in row.wishes.all()]
    return ", ".join(names) if names else _("not chosen yet")


def state_words(row: Application) -> str:
    """Its state, and what runs beside it."""
    words = str(row.get_state_display())
    if row.corrections_due is not None:
        return _("%(state)s, corrections under way") % {"state": words}
    return words


def _marks(row: Application) -> str:
    return _("late") if row.late else ""


class ApplicationsTable(Table):
    """Applications received in a call. Context: `hosts`, `departments`, `challenges` (key → words)."""

    name = "candidatures"
    caption = gettext_lazy("Applications received")
    columns = (
        Column(
            "number",
            gettext_lazy("Number"),
            value=lambda row: format_html('<span class="nw num">{}</span>', row.project.number),
            export=lambda row: row.project.number,
            sort="project__number",
            url=lambda row: reverse("programmes:application", args=[row.public_id]),
        ),
        Column(
            "title",
            gettext_lazy("Project"),
            sort="title",
            head=True,
            value=lambda row: row.title or row.project.name or "–",
            sub=lambda row: row.organisation_name,
            url=lambda row: reverse("programmes:application", args=[row.public_id]),
        ),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation_name",
            sort="organisation_name",
            page=False,
        ),
        Column("siren", "SIREN", page=False),
        Column("state", gettext_lazy("State"), value=state_words, sort="state", sub=_marks),
        Column("hosts", gettext_lazy("Hosts wished for"), value=_wished),
        Column(
            "territory",
            gettext_lazy("Territory aimed at"),
            value=_where,
            sub=lambda row: row.rural and Rural(row.rural).label,
        ),
        Column(
            "rural",
            gettext_lazy("Rural class"),
            value=lambda row: Rural(row.rural).label if row.rural else "",
            page=False,
        ),
        Column("challenges", gettext_lazy("Challenges"), value=lambda row: row.challenges, page=False),
        Column("stage", gettext_lazy("Stage"), page=False),
        Column("legal_form", gettext_lazy("Kind of organisation"), page=False),
        Column("contact", gettext_lazy("Contact"), value="contact_email", page=False),
        Column("language", gettext_lazy("Language"), page=False),
        Column("late", gettext_lazy("Late"), page=False),
        Column("submitted_at", gettext_lazy("Received"), sort="submitted_at"),
    )
    search_fields = ("search_text",)
    search_label = gettext_lazy("A number, a project, an organisation, a SIREN")
    filters = (
        Filter("etat", gettext_lazy("State"), choices=_states, apply=_by_state),
        Filter("accueil", gettext_lazy("Host"), choices=_hosts, apply=_by_host),
        Filter("departement", gettext_lazy("Department"), choices=_departments, apply=_by_department),
        Filter("enjeu", gettext_lazy("Challenge"), choices=_challenges, apply=_by_challenge),
        Filter("rural", gettext_lazy("Rural class"), choices=Rural.choices, lookup="rural"),
        Filter("forme", gettext_lazy("Kind of organisation"), choices=LegalForm.choices, lookup="legal_form"),
        Filter("retard", gettext_lazy("Late only"), kind="tick", lookup="late"),
    )
    default_sort = "-submitted_at"
    keys_first = True
    stacked = True
    empty_title = gettext_lazy("No application yet")
    empty_text = gettext_lazy("Each application appears here as soon as it is sent. Drafts have their own page.")

    def _cell(self, column: Column, row: Any) -> Cell:
        """Links carry the list along, as it is narrowed and sorted: the page of an application leads on from there."""
        made = super()._cell(column, row)
        return replace(made, url=f"{made.url}?{self.along}") if made.url else made

    @cached_property
    def along(self) -> str:
        return self.query if "tri=" in self.query else self.address(tri=self.sort).removeprefix("?")


def drafts_of(actor: Actor, call: Call) -> QuerySet[Application]:
    """Drafts of a call, for who runs it: how far they are, none of their answers."""
    return Application.objects.run_by(actor, call).begun().with_ties().select_related("response__owner")


def _progress(row: Application) -> str:
    return _("%(done)s of %(expected)s") % {"done": row.response.done, "expected": row.response.expected}


class DraftsTable(Table):
    """Drafts of a call: progress only."""

    name = "brouillons"
    caption = gettext_lazy("Drafts")
    columns = (
        Column("number", gettext_lazy("Number"), value="project.number", sort="project__number", head=True),
        Column(
            "who",
            gettext_lazy("Carried by"),
            value=lambda row: row.response.owner,
            sub=lambda row: row.organisation_name,
        ),
        Column("progress", gettext_lazy("Answers given"), value=_progress, sort="response__done"),
        Column("begun_at", gettext_lazy("Begun"), sort="begun_at"),
        Column("changed", gettext_lazy("Last change"), value="response.updated_at", sort="response__updated_at"),
    )
    search_fields = ("project__number", "organisation_name", "response__owner__full_name")
    default_sort = "-changed"
    empty_title = gettext_lazy("No draft at the moment")


def pairs_of(actor: Actor, call: Call) -> QuerySet[Pair]:

    rows = Pair.objects.visible_to(actor).filter(Q(first__call=call) | Q(second__call=call))
    ties = ("first__project", "second__project", "first__call", "second__call", "decided_by")
    return rows.select_related(*ties)


REASONS = {
    "siren": gettext_lazy("same SIREN"),
    "people": gettext_lazy("same people"),
    "email": gettext_lazy("same e-mail address"),
    "organisation": gettext_lazy("near name of the organisation"),
    "title": gettext_lazy("near title"),
    "person": gettext_lazy("pointed at by somebody"),
}


def reasons_in_words(pair: Pair) -> str:
    return ", ".join(str(REASONS.get(code, code)) for code, _words in pair.reasons)


def _pair_state(rows: Any, value: str) -> Any:
    return rows.open() if value == PairState.OPEN else rows.filter(state=value)


class PairsTable(Table):
    """Applications that may be the same one."""

    name = "doublons"
    caption = gettext_lazy("Applications that may be the same one")
    columns = (
        Column(
            "first",
            gettext_lazy("One"),
            head=True,
            value=lambda row: f"{row.first.number} {row.first.title}",
            sub=lambda row: row.first.organisation_name,
            url=lambda row: reverse("programmes:pair", args=[row.pk]),
        ),
        Column(
            "second",
            gettext_lazy("The other"),
            value=lambda row: f"{row.second.number} {row.second.title}",
            sub=lambda row: row.second.organisation_name,
        ),
        Column("reasons", gettext_lazy("What they have in common"), value=reasons_in_words),
        Column("score", gettext_lazy("Likeness"), sort="score", end=True, value=lambda row: f"{row.score} %"),
        Column("state", gettext_lazy("State"), value="get_state_display", sort="state"),
    )
    filters = (Filter("etat", gettext_lazy("State"), choices=PairState.choices, apply=_pair_state),)
    default_sort = "-score"
    exports = ()
    empty_title = gettext_lazy("No application looks like another")
    empty_text = gettext_lazy("Numbers, names and people are compared each time an application arrives.")
