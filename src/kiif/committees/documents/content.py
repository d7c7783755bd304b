"""The words of the minutes, as plain data that both files print; frozen with a digest when the session closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.committees import ranking, screens
from kiif.committees.enums import Choice, Decision, ItemState, MemberRole, Mode, Step, TieRule
from kiif.committees.models import Item, Member, Minutes, Round, Session
from kiif.programmes import masking
from kiif.reviews.reading_limits import prepare_masks


def content_of(session: Session) -> dict[str, Any]:
    """Everything that the minutes say; text only. Eight queries, whatever the sizes."""
    rows = session.items.select_related(
        "application__project", "application__organisation", "application__response__owner"
    )
    items = list(rows.prefetch_related("rounds", "recusals__member").order_by("order", "pk"))
    names = _names(items, session)
    members = list(session.members.prefetch_related("presences").order_by("name", "pk"))
    closed = session.closed_at or session.starts_at
    return {
        "language": _language(),
        "kind": _("Minutes of a selection committee"),
        "title": session.title,
        "subtitle": session.call.title,
        "stamp": int(closed.timestamp()),
        "summary": _summary(session),
        "rules_title": _("Rules said beforehand"),
        "rules": _rules(session),
        "members_title": _("Who sat"),
        "members": _members(members),
        "results_title": _("Decisions"),
        "results": _results(items, names),
        "reserve_title": _("Reserve list"),
        "reserve": _reserve(session, names),
        "dossiers_title": _("Dossier by dossier"),
        "dossiers": [_dossier(item, names) for item in items],
        "remarks_title": _("Besides the dossiers"),
        "remarks": _paragraphs(session.remarks),
        "signatures_title": _("Signatures"),
        "signatures": _signatures(members),
        "footer": f"{session.title}, {session.call.title}",
        "page": _("page"),
        "nothing": _("Nothing."),
    }


def addendum_of(first: Minutes, number: int, words: str, by: Actor, moment: datetime) -> dict[str, Any]:
    """An addendum names the minutes that it corrects by their digest."""
    session = first.session
    return {
        "language": _language(),
        "kind": _("Addendum %(n)s to the minutes of a selection committee") % {"n": number},
        "title": session.title,
        "subtitle": session.call.title,
        "stamp": int(moment.timestamp()),
        "summary": [
            [_("Minutes corrected"), _("those of %(day)s") % {"day": _day(first.made_at)}],
            [_("Digest of these minutes (SHA-256)"), first.digest],
            [_("Written on"), _moment(moment)],
            [_("Addendum written by"), str(by.user or by)],
        ],
        "remarks_title": _("What is corrected"),
        "remarks": _paragraphs(words),
        "signatures_title": _("Signatures"),
        "signatures": _signatures(list(session.members.order_by("name", "pk"))),
        "footer": f"{session.title}, {session.call.title}",
        "page": _("page"),
        "nothing": _("Nothing."),
    }


def _equal(session: Session) -> str:
    said = str(session.get_tie_display())
    if session.tie == TieRule.CHAIR:
        said += _("; in a secret vote, nothing is decided")
    return said


def _language() -> str:
    return (get_language() or "fr")[:2]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def _hour(moment: datetime) -> str:
    return date_format(localtime(moment), "TIME_FORMAT")


def _moment(moment: datetime) -> str:
    return _("%(day)s at %(hour)s") % {"day": _day(moment), "hour": _hour(moment)}


def _summary(session: Session) -> list[list[str]]:
    rows = [[_("Day"), _day(session.opened_at or session.starts_at)]]
    if session.opened_at and session.closed_at:
        hours = {"from": _hour(session.opened_at), "to": _hour(session.closed_at)}
        rows.append([_("Opened, closed"), _("from %(from)s to %(to)s") % hours])
    if session.place:
        rows.append([_("Place"), session.place])
    return rows


def _rules(session: Session) -> list[list[str]]:
    least = ngettext("%(n)s person at least", "%(n)s people at least", session.quorum_least)
    steps = [str(Step(step).label) for step in session.steps if step in Step.values]
    if session.seed:
        steps.append(_("a draw with the seed “%(seed)s”") % {"seed": session.seed})
    return [
        [_("How it decides"), session.get_mode_display()],
        [pgettext("rules of a committee", "Votes"), _("secret") if session.secret else _("named")],
        [_("Quorum"), f"{session.get_quorum_display()}, {least % {'n': session.quorum_least}}"],
        [_("Majority"), session.get_majority_display()],
        [_("Equal votes"), _equal(session)],
        [_("Places"), str(session.places)],
        [_("Order of the reserve list"), ", ".join(steps)],
        [
            _("Conflicts of interest"),
            _("the member leaves, sees nothing of the dossier, and counts neither in its quorum nor in its vote"),
        ],
        [
            _("A member who leaves the committee during the session"),
            _("votes already closed stand; a ballot in an open vote is void; the quorum is counted again"),
        ],
    ]


def _members(members: list[Member]) -> dict[str, Any]:
    rows = []
    for member in members:
        times = [
            _("from %(from)s to %(to)s") % {"from": _hour(one.came_at), "to": _hour(one.left_at)}
            if one.left_at
            else _("since %(from)s") % {"from": _hour(one.came_at)}
            for one in member.presences.all()
        ]
        note = ""
        if member.removed_at:
            note = _("left the committee at %(hour)s") % {"hour": _hour(member.removed_at)}
            note += f" : {member.removed_why}" if member.removed_why else ""
        role = member.get_role_display()
        voice = "" if member.voice and member.role != MemberRole.OBSERVER else _("without a vote")
        said = ", ".join(part for part in (role, member.quality, voice) if part)
        there = ", ".join(times) or _("absent")
        rows.append([member.name, said, f"{there}. {note}" if note else there])
    return {
        "caption": _("Members and presence"),
        "head": [_("Name"), _("Seat"), _("Presence")],
        "rows": rows,
    }


def _results(items: list[Item], names: Mapping[int, str]) -> dict[str, Any]:
    decided = [item for item in items if item.state == ItemState.DECIDED]
    order = list(Decision.values)
    decided.sort(key=lambda item: (order.index(item.decision), item.rank or 0, item.application.number))
    rows = [[_number(item), names[item.application_id], _said(item)] for item in decided]
    left = [item for item in items if item.state != ItemState.DECIDED]
    rows += [[_number(item), names[item.application_id], _said(item) or _("not decided, put off")] for item in left]
    return {
        "caption": _("Decisions of the committee"),
        "head": [_("Number"), _("Dossier"), _("Decision")],
        "rows": rows,
    }


def _number(item: Item) -> str:
    return item.application.number


def _names(items: list[Item], session: Session) -> dict[int, str]:
    """Dossiers by key of their application; a blind session names nobody, in titles either."""
    if session.blind:
        prepare_masks(item.application for item in items)
    return {item.application_id: _name(item, session) for item in items}


def _name(item: Item, session: Session) -> str:
    application = item.application
    title = application.title or application.project.name
    if session.blind:
        return masking.text(title, masking.of(application))
    organisation = str(application.organisation) if application.organisation else application.organisation_name
    return f"{title} ({organisation})" if organisation else title


def _said(item: Item) -> str:
    if not item.decision:
        return ""
    said = str(item.get_decision_display())
    return said + ", " + _("rank %(rank)s") % {"rank": item.rank} if item.rank else said


def _reserve(session: Session, names: Mapping[int, str]) -> dict[str, Any] | None:
    places = ranking.reserve_of(session)
    if not places:
        return None
    rows = []
    for place in places:
        settled = Step(place.settled_by).label if place.settled_by in Step.values else ""
        why = str(settled) if settled else _("the draw") if place.settled_by == "draw" else "–"
        rows.append([str(place.rank), _number(place.item), names[place.item.application_id], why])
    return {
        "caption": _("Reserve list, and what settled each place"),
        "head": [_("Rank"), _("Number"), _("Dossier"), _("Settled by")],
        "rows": rows,
    }


def _dossier(item: Item, names: Mapping[int, str]) -> dict[str, Any]:
    left = sorted(row.member.name for row in item.recusals.all())
    facts = []
    if left:
        facts.append([_("Left for a conflict of interest"), ", ".join(left)])
    facts += [_vote(vote) for vote in item.rounds.all() if not vote.is_open]
    facts.append([_("Decision"), _said(item) or _("not decided, put off")])
    if item.seconds:
        facts.append([_("Time spent"), _("%(n)s min") % {"n": max(round(item.seconds / 60), 1)}])
    return {
        "number": _number(item),
        "title": f"{_number(item)}, {names[item.application_id]}",
        "facts": facts,
        "reasons_title": pgettext("decision", "Reasons"),
        "reasons": _paragraphs(item.reasons),
    }


def _vote(vote: Round) -> list[str]:
    result = vote.result
    quorum = result.get("quorum", {})
    parts = [
        _("proposal “%(what)s”") % {"what": Decision(vote.proposal).label},
        screens.counts(vote),
        screens.verdict(vote).rstrip("."),
        _("quorum: %(there)s there of %(entitled)s, %(needed)s needed") % quorum if quorum else "",
        _named(vote),
        _("voted again: %(why)s") % {"why": vote.why} if vote.why else "",
        _("no longer counts: %(why)s") % {"why": vote.annulled_why} if vote.annulled_at else "",
    ]
    kind = _("Consensus") if vote.mode == Mode.CONSENSUS else _("Secret vote") if vote.secret else _("Vote")
    if result.get("batch"):
        kind = _("Without discussion")
    label = f"{kind} {vote.number}, {_hour(vote.closed_at)}" if vote.closed_at else kind
    return [label, ". ".join(part[:1].upper() + part[1:] for part in parts if part) + "."]


def _named(vote: Round) -> str:
    named: dict[str, str] = vote.result.get("named", {})
    by_choice: dict[str, list[str]] = {}
    for name, choice in named.items():
        by_choice.setdefault(choice, []).append(name)
    said = [f"{choice.label}\u00a0: {', '.join(sorted(by_choice[choice]))}" for choice in Choice if choice in by_choice]
    return " ; ".join(said)


def _signatures(members: list[Member]) -> list[list[str]]:
    """Chair, then secretary, sign."""
    members = sorted(members, key=lambda one: one.role != MemberRole.CHAIR)
    signing = [one for one in members if one.role in (MemberRole.CHAIR, MemberRole.SECRETARY) and not one.removed_at]
    return [[str(one.get_role_display()), one.name] for one in signing] or [[_("For the committee"), ""]]
