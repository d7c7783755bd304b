"""What the app holds about a person: solutions, searches, scores, notes, what they wrote in studies."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.replication.models import (
    Entry,
    FeasibilityStudy,
    Grant,
    Link,
    OwnCriterion,
    Pick,
    Result,
    Score,
    Search,
    Section,
    Solution,
)

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Solution": {"owner", "visitor_key"},
    "Search": {"updated_by"},
    "OwnCriterion": {"brought_by"},
    "Score": {"author", "evidence"},
    "Result": {"made_by"},
    "Pick": {"picked_by", "note", "reason"},
    "FeasibilityStudy": {"decided_by", "opened_by", "conditions"},
    "Section": {"written_by", "text"},
    "Entry": {"written_by", "title", "detail"},
    "Grant": {"user", "granted_by"},
    "Link": {"made_by", "label"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Solution": {"name", "kind", "does", "audience", "needs", "never"},
    "Site": {"commune_code", "label"},
    "Search": {"title", "level", "model", "answers"},
    "OwnCriterion": {"label", "unit", "level", "figures", "source"},
    "Score": {"code", "about"},
    "Result": {"model", "model_hash", "data_version", "extra", "rows"},
    "Pick": {"code"},
    "FeasibilityStudy": {"level", "code", "name", "mode", "decision", "declined"},
    "Section": {"part"},
    "Entry": {"kind", "source", "origin"},
    "Link": {"token_hash"},
}


def export(user: User) -> dict[str, Any]:
    """Solutions of this person with their searches and short lists, scores given, parts of studies written."""
    return {
        "solutions": [_solution(solution) for solution in Solution.objects.filter(owner=user).order_by("pk")],
        "scores": [
            {"territory": s.code, "about": s.about, "value": s.value, "evidence": s.evidence}
            for s in Score.objects.filter(author=user).order_by("pk")
        ],
        "notes": [
            {"territory": p.code, "note": p.note, "reason": p.reason}
            for p in Pick.objects.filter(picked_by=user).order_by("pk")
        ],
        "parts_of_studies": [
            {"study": s.study.name, "part": s.part, "text": s.text}
            for s in Section.objects.filter(written_by=user).select_related("study").order_by("pk")
        ],
        "lines_of_studies": [
            {"study": e.study.name, "kind": e.kind, "title": e.title, "detail": e.detail}
            for e in Entry.objects.filter(written_by=user).select_related("study").order_by("pk")
        ],
    }


def _solution(solution: Solution) -> dict[str, Any]:
    return {
        "name": solution.name,
        "kind": solution.kind,
        "does": solution.does,
        "audience": solution.audience,
        "needs": solution.needs,
        "never": solution.never,
        "sites": [site.commune_code for site in solution.sites.all()],
        "searches": [{"title": s.title, "level": s.level, "model": s.model} for s in solution.searches.order_by("pk")],
    }


def erase(user: User) -> None:
    """What only this person could read goes; what others share stays, without the name of who wrote it."""
    alone = Solution.objects.filter(owner=user, owner_body__isnull=True, grants__isnull=True)
    studies = FeasibilityStudy.objects.filter(search__solution__in=alone)
    studies.delete()
    Solution.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).delete()
    Solution.objects.filter(owner=user).update(owner=None)
    Grant.objects.filter(user=user).delete()
    for model, field in (
        (Search, "updated_by"), (OwnCriterion, "brought_by"), (Score, "author"), (Result, "made_by"),
        (Pick, "picked_by"), (FeasibilityStudy, "decided_by"), (FeasibilityStudy, "opened_by"),
        (Section, "written_by"), (Entry, "written_by"), (Grant, "granted_by"), (Link, "made_by"),
    ):  # fmt: skip
        model._default_manager.filter(**{field: user}).update(**{field: None})


def seen_by(user: User) -> list[str]:
    """Who reads the searches of this person."""
    count = Solution.objects.filter(owner=user).count()
    if not count:
        return []
    shared = Solution.objects.filter(Q(grants__isnull=False) | Q(owner_body__isnull=False), owner=user)
    others = shared.distinct().count()
    if not others:
        return [_("You alone read your searches for territories.")]
    return [
        ngettext(
            "%(count)d of your solutions is read by the people or the organisations that it is shared with.",
            "%(count)d of your solutions are read by the people or the organisations that they are shared with.",
            others,
        )
        % {"count": others}
    ]


def holds(user: User) -> Exists:
    """Whether there is anything to say."""
    return Exists(Solution.objects.filter(owner=user))


HOLDER = Holder(
    "replication", gettext_lazy("Where to replicate"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
