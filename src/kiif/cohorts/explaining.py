"""A fit in words: why a host suits a project, what forbids it, what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kiif.alliance import departments
from kiif.cohorts.enums import Criterion
from kiif.cohorts.fitting import Book
from kiif.methods.matching import Change, Fit, OneMore
from kiif.organisations.enums import Theme
from kiif.programmes.models import Call
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Version


@dataclass(frozen=True)
class Why:
    """One criterion in words: `points` brought to the score, of `most` that it could bring."""

    label: str
    sentence: str
    points: float
    most: float

    @property
    def share(self) -> int:
        return round(100 * self.points / self.most) if self.most else 0


def place(code: str) -> str:
    """ "Creuse (23)"."""
    return f"{departments.name_of(code)} ({code})" if code else ""


def labels_of(call: Call) -> dict[str, str]:
    """Words of the codes of themes and challenges, as the form of the call writes them."""
    found = {str(code): str(label) for code, label in Theme.choices}
    # guarded: the form of a call which is already seen
    versions = Version.objects.filter(questionnaire__collections=call.collection_id).order_by("-number")
    version = versions.first() if call.collection_id is not None else None
    if version is None:
        return found
    questions = definition_of(version).by_id
    for fact in ("themes", "challenges"):
        question = questions.get(call.facts.get(fact, ""))
        for choice in getattr(question, "choices", ()):
            found[choice.key] = choice.label.get(get_language() or "fr") or choice.label.get("fr") or choice.key
    return found


def why(parts: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> list[Why]:
    """The sentences of a kept fit, what brings most first. `labels`: of codes (`labels_of`)."""
    rows = list(parts)
    total = sum(row["weight"] for row in rows) or 1
    made = [
        Why(
            str(Criterion(row["criterion"]).label),
            sentence(row["criterion"], row["code"], _in_words(row, labels)),
            100 * row["weight"] * row["value"] / total,
            100 * row["weight"] / total,
        )
        for row in rows
        if row["weight"]
    ]
    return sorted(made, key=lambda one: -one.points)


def _in_words(row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if row["criterion"] != Criterion.THEME:
        return str(row["detail"])
    return ", ".join(labels.get(code, code) for code in str(row["detail"]).split(",") if code)


def sentence(criterion: str, code: str, detail: str) -> str:
    """Why a criterion has its value."""
    return _SENTENCES[criterion](code, detail) or _not_said(criterion)


def _territory(code: str, detail: str) -> str:
    return {
        "covered": _("It works in %(place)s, the first territory aimed at.") % {"place": place(detail)},
        "covered_later": _("It works in %(place)s, a further territory aimed at.") % {"place": place(detail)},
        "not_covered": _("It does not work in %(place)s.") % {"place": place(detail)},
    }.get(code, "")


def _wish(code: str, detail: str) -> str:
    if code == "wished":
        return _("The project asks for it in place %(rank)s.") % {"rank": detail}
    return _("The project asks for other hosts.") if code == "not_wished" else ""


def _theme(code: str, detail: str) -> str:
    if code == "shared":
        return _("It knows these themes: %(names)s.") % {"names": detail}
    return _("Its themes are others than: %(names)s.") % {"names": detail} if code == "not_shared" else ""


def _stage(code: str, detail: str) -> str:
    if code == "shared":
        return _("It likes to host projects at this stage.")
    return _("It rather hosts projects at another stage.") if code == "not_shared" else ""


def _language(code: str, detail: str) -> str:
    if code == "shared":
        return _("It works in the language of the project.")
    return _("It does not work in the language of the project.") if code == "not_shared" else ""


def _load(code: str, detail: str) -> str:
    if code == "left":
        count = int(detail)
        return ngettext("%(count)s place left.", "%(count)s places left.", count) % {"count": count}
    return _("No place left.")


_SENTENCES = {
    "territory": _territory,
    "wish": _wish,
    "theme": _theme,
    "stage": _stage,
    "language": _language,
    "load": _load,
}


def _not_said(criterion: str) -> str:
    return {
        "territory": _("The project has not chosen its territory yet."),
        "wish": _("The project leaves the choice of its host open."),
        "theme": _("One of them names no theme: it counts half."),
        "stage": _("One of them says nothing of the stage: it counts half."),
        "language": _("The host says nothing of its languages: it counts half."),
    }.get(criterion, "")


def forbids(fit: Fit, project_departments: Iterable[str] = ()) -> list[str]:
    """What stands in the way, a sentence each."""
    where = ", ".join(place(code) for code in project_departments)
    said = {
        "conflict": _("A conflict of interest sets them apart."),
        "refused": _("One of them already refused."),
        "full": _("No place left."),
        "territory": _("It works in none of the territories aimed at: %(where)s.") % {"where": where},
    }
    return [said[block] for block in fit.blocks]


def would_change(change: Change, book: Book) -> str:
    """What would make another host the best one."""
    host = book.hosts[change.host]
    said = {
        "place": _("With one more place at %(host)s, it would be the best host (%(score)s points)."),
        "cover": _("If %(host)s worked in %(place)s, it would be the best host (%(score)s points)."),
        "wish": _("If the project asked for %(host)s first, it would be the best host (%(score)s points)."),
    }
    return said[change.kind] % {"host": host, "place": place(change.department), "score": round(change.score)}


def one_more_each(rows: Iterable[OneMore], book: Book) -> list[str]:
    """What one more place would give to the plan: a sentence for each project that waits, with all the hosts that would
    place it; then one for each host at which the plan would only suit better."""
    waiting: dict[str, list[str]] = {}
    others = []
    for row in rows:
        if row.placed == 1 and len(row.projects) == 1:
            waiting.setdefault(row.projects[0], []).append(str(book.hosts[row.host]))
        else:
            others.append(one_more(row, book))
    said = _("With one more place at %(hosts)s, %(project)s would have a host.")
    named = [
        said % {"hosts": _either(hosts), "project": book.applications[project].title or book.applications[project]}
        for project, hosts in waiting.items()
    ]
    return named + others


def _either(names: list[str]) -> str:
    """One of these: “A, B or C”."""
    if len(names) == 1:
        return names[0]
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def one_more(row: OneMore, book: Book) -> str:
    """What one more place at a host would give to the plan."""
    host = book.hosts[row.host]
    if row.placed:
        return ngettext(
            "With one more place at %(host)s, %(count)s more project would have a host.",
            "With one more place at %(host)s, %(count)s more projects would have a host.",
            row.placed,
        ) % {"host": host, "count": row.placed}
    return _("With one more place at %(host)s, the plan would suit better (%(points)s points more).") % {
        "host": host,
        "points": round(row.points),
    }
