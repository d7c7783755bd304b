"""The open summary of an edition: counts that tell of nobody.

Each table crosses one way of telling applicants apart with what was answered (accepted or not). A cell comes from
applicants, counted once each (an organisation with two dossiers is one applicant); under five it is hidden, and enough
others with it that no hidden cell can be computed, nor known within less than five, from everything that is published
(`methods.disclosure`). Lines too small to be published are put together first. The tables share no line but the totals
by answer, which each of them shows: reading several together teaches nothing more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kiif.alliance import departments
from kiif.methods.disclosure import K, Protected, Table, protect, tabulate
from kiif.organisations.enums import LegalForm
from kiif.programmes.enums import DECIDED, RUNNING, SENT, CallState, Rural, State
from kiif.programmes.models import Application, Call, Edition, HostWish, Target
from kiif.programmes.tables_applications import labels_of
from kiif.steering.enums import Dimension
from kiif.territories.enums import Level
from kiif.territories.models import Territory

LICENCE: Final = "Licence Ouverte / Open Licence 2.0 (Etalab)"
LICENCE_URL: Final = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
#: Line of what is too small to stand alone.
REST: Final = "other"
ACCEPTED, OTHER = "accepted", "not_accepted"
OUTCOME_WORDS: Final[dict[str, Any]] = {
    ACCEPTED: pgettext_lazy("steering", "accepted"),
    OTHER: gettext_lazy("not accepted"),
    "all": gettext_lazy("all answers together"),
    REST: gettext_lazy("all answers together"),
}
NOT_SAID: Final = "not_said"

Record = tuple[str, str, str]


def _applications(calls: Iterable[Call], keys: Collection[int] | None = None) -> list[dict[str, Any]]:
    rows = Application.objects.filter(call__in=list(calls))
    rows = rows.filter(state__in=SENT) if keys is None else rows.filter(pk__in=keys)
    fields = ("pk", "state", "siren", "organisation_id", "challenges", "rural", "legal_form", "stage", "region_code")
    return list(rows.order_by("pk").values(*fields))


def _applicant(row: Mapping[str, Any]) -> str:
    if row["organisation_id"]:
        return f"o{row['organisation_id']}"
    return f"s{row['siren']}" if row["siren"] else f"a{row['pk']}"


def _values(calls: list[Call], rows: list[dict[str, Any]]) -> dict[str, dict[int, list[str]]]:
    """Values by dimension and application; several where an application counts in several lines."""
    found: dict[str, dict[int, list[str]]] = {
        Dimension.CHALLENGES: {row["pk"]: list(row["challenges"]) for row in rows},
        Dimension.RURAL: {row["pk"]: [row["rural"]] for row in rows},
        Dimension.LEGAL_FORM: {row["pk"]: [row["legal_form"]] for row in rows},
        Dimension.STAGE: {row["pk"]: [row["stage"]] for row in rows},
        Dimension.REGION: {row["pk"]: [row["region_code"]] for row in rows},
        Dimension.DEPARTMENT: {},
        Dimension.HOST: {},
    }
    targets = Target.objects.filter(application__call__in=calls).exclude(department_code="")
    for key, code in targets.order_by("rank").values_list("application", "department_code"):
        found[Dimension.DEPARTMENT].setdefault(key, []).append(code)
    wishes = HostWish.objects.filter(application__call__in=calls).select_related("host__incubator")
    for wish in wishes.order_by("rank"):
        found[Dimension.HOST].setdefault(wish.application_id, []).append(wish.host.incubator.slug)
    return found


def tables_of(calls: list[Call], *, with_outcomes: bool = True) -> dict[str, Protected | None]:
    """A protected table by dimension; None when even everything together is too small. `with_outcomes`: crossed with
    the answers, else counted alone."""
    return {key: shown for key, (_table, shown) in _made(calls, with_outcomes=with_outcomes).items()}


def _made(
    calls: list[Call], *, with_outcomes: bool, keys: Collection[int] | None = None
) -> dict[str, tuple[Table, Protected | None]]:
    rows = _applications(calls, keys)
    values = _values(calls, rows)
    made = {}
    for dimension in Dimension:
        records: list[Record] = []
        for row in rows:
            answer = "all" if not with_outcomes else ACCEPTED if row["state"] == State.ACCEPTED else OTHER
            said = [value for value in values[dimension].get(row["pk"], []) if value] or [NOT_SAID]
            records += [(value, answer, _applicant(row)) for value in dict.fromkeys(said)]
        if all(record[0] == NOT_SAID for record in records):
            continue
        # one applicant counts once in a cell: no dominance to look for beyond the number of applicants
        table = tabulate(records, rest=REST, share=1.0)
        made[dimension.value] = (table, protect(table) if table.counts.size else None)
    return made


def _words(calls: list[Call]) -> dict[str, dict[str, str]]:
    """Labels of the values of each dimension."""
    found: dict[str, dict[str, str]] = {
        Dimension.RURAL: {str(k): str(v) for k, v in Rural.choices},
        Dimension.LEGAL_FORM: {str(k): str(v) for k, v in LegalForm.choices},
        Dimension.DEPARTMENT: {one.code: f"{one.code} {one.name}" for one in departments.departments()},
        Dimension.CHALLENGES: {},
        Dimension.STAGE: {},
        Dimension.REGION: dict(Territory.objects.filter(level=Level.REGION).values_list("code", "name")),
    }
    hosts: dict[str, str] = {}
    for call in calls:
        found[Dimension.CHALLENGES] |= labels_of(call, "challenges")
        found[Dimension.STAGE] |= labels_of(call, "stage")
        hosts |= {host.incubator.slug: host.incubator.label for host in call.hosts.select_related("incubator")}
    found[Dimension.HOST] = hosts
    return found


def lines(
    calls: list[Call], *, with_outcomes: bool = True, keys: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """Tables as documents: `{key, title, answers, rows: [{value, label, counts, total}], totals, total}`. A hidden
    count is None. `keys`: of these applications, whatever became of them, else of those that are sent."""
    words, made = _words(calls), []
    for key, (table, shown) in _made(calls, with_outcomes=with_outcomes, keys=keys).items():
        if shown is None:
            continue
        labels = words.get(key, {})
        made.append(
            {
                "key": key,
                "title": str(Dimension(key).label),
                "answers": list(table.columns),
                "rows": [
                    {
                        "value": value,
                        "label": _label(value, labels),
                        "counts": [_open(n) for n in shown.counts[number]],
                        "total": _open(shown.rows[number]),
                    }
                    for number, value in enumerate(table.rows)
                ],
                "totals": [_open(n) for n in shown.columns],
                "total": _open(shown.total),
            }
        )
    return made


def _label(value: str, labels: Mapping[str, str]) -> str:
    if value == REST:
        return _("others, put together")
    return _("not said") if value == NOT_SAID else labels.get(value, value)


def _open(count: Any) -> int | None:
    return None if int(count) < 0 else int(count)


def summary(edition: Edition) -> dict[str, Any]:
    """What is published of an edition, frozen: tables, dates, where it comes from, what each field is."""
    calls = calls_of(edition)
    return {
        "format": "kiif-open-summary/1",
        "programme": edition.programme.name,
        "edition": edition.name,
        "publisher": str(edition.programme.owner),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "smallest": K,
        "made_on": timezone.localdate().isoformat(),
        "calls": [
            {
                "title": call.title,
                "opened": call.opens_at.date().isoformat() if call.opens_at else None,
                "closed": call.closes_at.date().isoformat() if call.closes_at else None,
                "address": reverse("programmes:public-call", args=[call.slug]),
            }
            for call in calls
        ],
        "tables": lines(calls),
    }


def calls_of(edition: Edition) -> list[Call]:
    """Calls of an edition that were published."""
    shown = (CallState.PUBLISHED, CallState.ARCHIVED)
    rows = Call.objects.filter(edition=edition, state__in=shown).select_related("collection__questionnaire")
    return list(rows.order_by("closes_at", "pk"))


def why_not_publish(edition: Edition) -> str:
    """Why the summary cannot be published now, in a sentence; empty when it can."""
    if edition.rehearsal_of_id is not None:
        return _("A rehearsal is never published.")
    calls = calls_of(edition)
    if not calls:
        return _("No call of this edition was published yet.")
    states = dict(
        Application.objects.filter(call__in=calls, state__in=SENT)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    now = timezone.now()
    if any(call.ends_at is None or call.ends_at > now for call in calls) or any(states.get(one) for one in RUNNING):
        return _("Publish once every answer is given: figures published before would let answers be guessed.")
    if not any(states.get(one) for one in DECIDED):
        return _("No application of this edition was answered.")
    if sum(states.values()) < K:
        return _("Fewer than five applications: nothing can be told without telling of somebody.")
    return ""


def too_near(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Why new figures cannot take the place of published ones, in a sentence: a difference of a few dossiers, between
    two publications that anybody may keep, tells of these few. Empty when they can."""
    old, new = _cells(before), _cells(after)
    if any(key in new and 0 < abs(new[key] - count) < K for key, count in old.items()):
        return _(
            "These figures lie so near those published before that their difference would tell of a few dossiers. "
            "Leave the ones that are published, or withdraw them."
        )
    return ""


def _cells(content: Mapping[str, Any]) -> dict[tuple[str, str, str], int]:
    """Every count that is shown, by (table, value, answer), totals included."""
    found: dict[tuple[str, str, str], int] = {}
    for table in content.get("tables", ()):
        answers = table["answers"]
        for row in [*table["rows"], {"value": "", "counts": table["totals"], "total": table["total"]}]:
            for answer, count in [*zip(answers, row["counts"], strict=True), ("", row["total"])]:
                if count is not None:
                    found[table["key"], row["value"], answer] = count
    return found


def digest_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def flat(content: Mapping[str, Any]) -> Iterable[list[Any]]:
    """Lines of the CSV: table, value, label, answer, applicants (empty when hidden), hidden."""
    for table in content["tables"]:
        total = {"value": "total", "label": _("total"), "counts": table["totals"], "total": table["total"]}
        for row in [*table["rows"], total]:
            for answer, count in [*zip(table["answers"], row["counts"], strict=True), ("total", row["total"])]:
                yield [table["key"], row["value"], row["label"], answer, count, int(count is None)]
