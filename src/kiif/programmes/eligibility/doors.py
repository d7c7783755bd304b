"""Doors: what a test opens whatever it says. There is always at least one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kiif.programmes.eligibility.places import hosting
from kiif.programmes.enums import MomentKind, Phase
from kiif.programmes.models import Call, Host, Moment
from kiif.questionnaires.windows import moment

#: Doors of one kind shown at once.
MOST = 4


@dataclass(frozen=True)
class Door:
    """`kind`: advisor, meeting, call, next, watch, search. `apply`: where one begins, for a call that is open."""

    kind: str
    title: str
    words: str = ""
    url: str = ""
    action: str = ""
    apply: str = ""


def doors(call: Call, departments: Sequence[str] = ()) -> list[Door]:
    """What somebody who took the test of this call may do, the nearest first. `departments`: of the places named."""
    calls = _calls(call)
    found = [*_advisors(call, departments), *_meetings(call), *calls, *_later(call, calls), *_search()]
    return found or [Door("call", _("All the calls of the alliance"), url=reverse("programmes:public-calls"))]


def _advisors(call: Call, departments: Sequence[str]) -> list[Door]:
    """Somebody of a member that hosts where one aims; without a place, who answers for the call."""
    near: dict[int, Host] = {}
    if departments:
        hosts = hosting(call)
        for code in departments:
            near.update({host.pk: host for host in hosts.get(code, ())})
    made = [_advisor(host) for host in list(near.values())[:MOST]]
    if not made and call.contact_email:
        name = call.contact_name or str(call.edition.programme.owner)
        made = [Door("advisor", _("Talk about it with %(name)s") % {"name": _inside(name)},
                     _("The team of this call answers, whatever the test says."),
                     f"mailto:{call.contact_email}", _("Write to them"))]  # fmt: skip
    return [door for door in made if door is not None]


def _inside(name: str) -> str:
    """A name within a sentence: "La coordination" loses its capital."""
    first = name.partition(" ")[0]
    return name[:1].lower() + name[1:] if first in ("Le", "La", "Les") else name


def _advisor(host: Host) -> Door | None:
    incubator = host.incubator
    if not incubator.contact_email:
        return None
    who = str(host.contact) if host.contact is not None else str(host)
    return Door(
        "advisor", _("Talk about it with %(name)s") % {"name": who},
        _("%(host)s supports projects on this territory, free of charge.") % {"host": host},
        f"mailto:{incubator.contact_email}", _("Write to them"),
    )  # fmt: skip


def _meetings(call: Call) -> list[Door]:
    """Information meetings and webinars to come, of this call first, then of the others."""
    kinds = (MomentKind.INFORMATION, MomentKind.WEBINAR)
    rows = Moment.objects.filter(call__in=Call.objects.public(), public=True, kind__in=kinds)
    rows = rows.filter(starts_at__gt=timezone.now()).select_related("call").order_by("starts_at")[:20]
    ordered: list[Any] = sorted(rows, key=lambda row: row.call_id != call.pk)
    return [
        Door(
            "meeting", row.title, f"{row.get_kind_display().capitalize()}, {moment(row.starts_at)}",
            row.link or row.call.public_url, _("Take part"),
        )
        for row in ordered[:MOST]
    ]  # fmt: skip


def _calls(call: Call) -> list[Door]:
    """Other calls, open or announced; the next edition of this programme says its days."""
    rows = Call.objects.public().with_ties().exclude(pk=call.pk).filter(closes_at__gt=timezone.now())
    made = []
    for row in rows.order_by("closes_at")[:MOST]:
        phase, same = row.phase(), row.edition.programme_id == call.edition.programme_id
        if phase == Phase.OPEN:
            words = _("Open until %(when)s.") % {"when": moment(row.closes_at)} if row.closes_at else ""
        elif row.opens_at is not None:
            words = _("Opens on %(day)s.") % {"day": date_format(timezone.localtime(row.opens_at), "DATE_FORMAT")}
        else:
            continue
        title = _("Next edition: %(call)s") % {"call": row.title} if same else row.title
        begin = reverse("programmes:apply", args=[row.slug]) if phase == Phase.OPEN and row.collection_id else ""
        made.append(Door("next" if same else "call", title, words, row.public_url, _("Read the call"), begin))
    return made


def _later(call: Call, calls: Sequence[Door]) -> list[Door]:
    """Being told of the next edition, while nothing of it is announced."""
    programme = call.edition.programme
    if programme.ended_at is not None or call.is_rehearsal or any(one.kind == "next" for one in calls):
        return []
    if call.phase() in (Phase.OPEN, Phase.LATE, Phase.ANNOUNCED, Phase.PREPARING):
        return []
    title = _("Next edition: %(call)s") % {"call": programme.name}
    words = _("No date yet. Leave your address: we write to you, once, the day it opens.")
    return [Door("watch", title, words, reverse("programmes:public-watch", args=[call.slug]), _("Tell me"))]


def _search() -> list[Door]:
    try:
        url = reverse("replication:home")
    except NoReverseMatch:
        return []
    return [
        Door("search", _("Where to replicate?"),
             _("Compare the territories of France with what your solution needs, before any call."), url,
             _("Compare territories"))
    ]  # fmt: skip
