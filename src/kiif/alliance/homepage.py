"""What the alliance puts on the public home page: who speaks, who covers what, figures."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import VISITOR
from kiif.alliance import figures as counts
from kiif.alliance.models import Alliance, Coverage, Incubator
from kiif.ui import home, shell
from kiif.ui.numerals import in_words


def _alliance() -> Alliance | None:
    """The alliance that speaks in the name of the instance: the first one founded here."""
    return Alliance.objects.visible_to(VISITOR).order_by("pk").first()


def identity() -> shell.Identity | None:
    """Name of the alliance, and what it is in a sentence with its present numbers."""
    members = Incubator.objects.visible_to(VISITOR).members().filter(alliance=OuterRef("pk")).order_by()
    counted = members.values("alliance").annotate(
        n=Count("pk"), places=Count("region", distinct=True, filter=~Q(region=""))
    )
    rows: Any = Alliance.objects.visible_to(VISITOR).order_by("pk")
    rows = rows.annotate(member_count=Subquery(counted.values("n")), region_count=Subquery(counted.values("places")))
    found = rows.values_list("name", "member_count", "region_count").first()
    if found is None:
        return None
    name, many, regions = found[0], found[1] or 0, found[2] or 0
    sentence = ngettext(
        "%(name)s brings together %(count)s incubator of social innovation",
        "%(name)s brings together %(count)s incubators of social innovation",
        many,
    ) % {"name": name, "count": in_words(many)}
    if regions:
        where = ngettext("in %(count)s region.", "in %(count)s regions.", regions)
        sentence = f"{sentence} {where % {'count': in_words(regions)}}"
    return shell.Identity(name=name, sentence=sentence)


def coverage() -> home.Coverage | None:
    """Members with the departments that they cover today (two queries)."""
    members = list(Incubator.objects.visible_to(VISITOR).members().order_by("slug"))
    if not members:
        return None
    codes: dict[int, list[str]] = {}
    for row in Coverage.objects.visible_to(VISITOR).on().order_by("department_code"):
        codes.setdefault(row.incubator_id, []).append(row.department_code)
    national = [member.name for member in members if member.national]
    note = ""
    if national:
        note = ngettext(
            "%(names)s works in the whole country.", "%(names)s work in the whole country.", len(national)
        ) % {"names": _listed(national)}
    return home.Coverage(
        members=tuple(
            home.Member(
                name=member.name,
                place=member.region,
                departments=tuple(codes.get(member.pk, ())),
                url=reverse("alliance:member", args=[member.slug]),
            )
            for member in members
        ),
        note=note,
    )


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def figures(actor: Any) -> list[home.Figure]:
    """Members, branches, departments: counted now in the directory of the alliance."""
    alliance = _alliance()
    if alliance is None:
        return []
    found = counts.of_alliance(alliance)
    source = _("Directory of the alliance, %(day)s") % {"day": date_format(found.day, "j F Y")}
    shown = [
        (found.members, ngettext("member incubator", "member incubators", found.members)),
        (found.branches, ngettext("local branch", "local branches", found.branches)),
        (found.departments, ngettext("department covered", "departments covered", found.departments)),
    ]
    return [home.Figure(value, label, source) for value, label in shown if value]
