"""What every page of a call does first: which call, for whom, its frame and its tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import rules
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from kiif.accounts.actor import Actor, of
from kiif.programmes import tabs
from kiif.programmes.models import Call
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed


def visible_call(request: HttpRequest, public_id: UUID | str) -> Call:
    """The call if this person's team may see its page, else 404."""
    return get_object_or_404(Call.objects.visible_to(of(request)).with_ties(), public_id=public_id)


def can(rule: str, actor: Actor, obj: Any) -> bool:
    """Whether buttons that write are shown."""
    return actor.impersonator is None and bool(rules.test_rule(rule, actor, obj))


def check(rule: str, actor: Actor, obj: Any, sentence: str) -> None:
    """403 with the sentence unless the rule lets the actor do it."""
    if not can(rule, actor, obj):
        raise NotAllowed(sentence)


def tabs_of(actor: Actor, call: Call, current: str) -> list[Tab]:
    """The rooms of a call that this person sees; a room whose page does not exist shows none."""
    shown = [(tab, address) for tab in tabs.of_call(actor, call) if (address := _address(tab.url_name, call))]
    counts = tabs.counts(actor, call, [tab for tab, _address_ in shown])
    return [Tab(tab.label, address, tab.key == current, counts[tab.key]) for tab, address in shown]


def _address(url_name: str, call: Call) -> str:
    try:
        return reverse(url_name, args=[call.public_id])
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest, call: Call, tab: str) -> dict[str, Any]:
    """What `programmes/call_base.html` shows around the page of a call that is already read."""
    actor = of(request)
    request.edition_shown = call.edition  # type: ignore[attr-defined]  # the banner of a rehearsal asks nothing again
    return {
        "call": call,
        "edition": call.edition,
        "programme": call.edition.programme,
        "phase": call.phase(),
        "tabs": tabs_of(actor, call, tab),
        "runs": can("programmes.change_call", actor, call),
    }


def call_context(request: HttpRequest, public_id: UUID | str, tab: str = "") -> dict[str, Any]:
    """The context of a page of a call: `call`, `edition`, `programme`, `phase`, `tabs`, `runs` (manages it).

    404 when the call is not visible to the team of this person. `tab`: key of the current tab.
    """
    return frame(request, visible_call(request, public_id), tab)


def revision_sent(request: HttpRequest) -> int | None:
    """The revision of the page that sends this form; None when it says none that can be read."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def ranked(data: Mapping[str, str]) -> list[str]:
    """Keys of the hosts by the rank that was chosen for each (`rank.<key>`); a rank given twice goes by the order of
    the page."""
    found = []
    for name, rank in data.items():
        if name.startswith("rank.") and rank.isdecimal() and len(rank) < 3:
            found.append((int(rank), name.removeprefix("rank.")))
    return [key for _rank, key in sorted(found, key=lambda one: one[0])]
