"""What each screen of the room shows at this moment: the projected one, a member's, the desk's.

A viewer whom a conflict bars from the dossier before the committee is given nothing of it: `Picture.dossier` is None
and `hidden` says so. Nobody sees the title before those who must leave have left, but the desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import VISITOR, Actor
from kiif.committees.attendance import Room, barred_from, room_of
from kiif.committees.enums import Decision, ItemState, Mode, SessionState
from kiif.committees.models import Ballot, Item, Member, Note, Recusal, Round, Session
from kiif.committees.ranking import Marks, awaited_of, marks_of
from kiif.methods.committee import voting
from kiif.programmes import masking
from kiif.programmes.models import Application
from kiif.programmes.readers import Limits
from kiif.programmes.reading import title_for

SCREEN: Final = "screen"
SEAT: Final = "seat"
DESK: Final = "desk"


@dataclass(frozen=True)
class Comment:
    """What a reader said of a dossier, for those who select."""

    total: float | None
    advice: str
    words: str


@dataclass(frozen=True)
class Dossier:
    """The dossier before the committee, as a viewer may see it. `awaited`: no marks before theirs is given."""

    item: Item
    number: str
    title: str
    organisation: str
    marks: Marks | None
    awaited: bool = False


@dataclass(frozen=True)
class Vote:
    """A round as a screen shows it. `mine`: the viewer's ballot; `named`: who voted what, once closed and named."""

    round: Round
    cast: int
    voters: int
    mine: str = ""
    may: bool = False
    waiting: tuple[str, ...] = ()

    @property
    def result(self) -> dict[str, Any]:
        result: dict[str, Any] = self.round.result
        return result


@dataclass(frozen=True)
class Row:
    """A line of the agenda. `title` empty: the viewer may not see which dossier it is; `awaited`: nor its marks, before
    giving their own."""

    item: Item
    place: int
    number: str = ""
    title: str = ""
    marks: Marks | None = None
    seen: bool = True
    awaited: bool = False


@dataclass(frozen=True)
class Seat:
    """A member of the room: there or not, out for this dossier."""

    member: Member
    there: bool
    remote: bool = False
    out: bool = False


@dataclass(frozen=True)
class Picture:
    """All that a screen shows. `batch`: what is taken without discussion, less the `kept` dossiers whose proposal would
    tell the marks to a viewer who still has to give theirs."""

    session: Session
    kind: str
    stage: str
    room: Room
    quorum: voting.Count
    place: int = 0
    total: int = 0
    done: int = 0
    item: Item | None = None
    hidden: bool = False
    dossier: Dossier | None = None
    leaving: tuple[Member, ...] = ()
    out: tuple[Member, ...] = ()
    seats: tuple[Seat, ...] = ()
    vote: Vote | None = None
    past: tuple[Round, ...] = ()
    comments: tuple[Comment, ...] = ()
    member: Member | None = None
    there: bool = False
    note: str = ""
    rows: tuple[Row, ...] = ()
    batch: tuple[Row, ...] = ()
    kept: int = 0
    following: Row | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the forms of a screen are about: the dossier shown and its state; empty when nothing is."""
        return f"{self.dossier.item.pk}.{self.dossier.item.state}" if self.dossier else ""

    @property
    def standing(self) -> Round | None:
        """The last vote that counts."""
        return next((one for one in reversed(self.past) if one.stands), None)


def picture(
    session: Session, kind: str, actor: Actor = VISITOR, member: Member | None = None, *, agenda: bool = True
) -> Picture:
    """The state of the room for a viewer. About fifteen queries, whatever the sizes.

    `agenda`: with its lines. Thirty members ask again at each vote: their place shows the dossier before the committee
    only, so nothing is asked of the others.
    """
    room = room_of(session)
    items = list(session.items.with_ties() if agenda else session.items.all())
    rows = session.items.with_ties().filter(pk=session.current_id or 0)
    current = next((item for item in items if item.pk == session.current_id), None) if agenda else rows.first()
    wanted = items if agenda else [current] if current else []
    barred = barred_from([item.application_id for item in wanted])
    for item in wanted:
        item.session = session
    out_of_it = barred[current.application_id] if current else set()
    seen = _seen(actor, wanted) if kind != SCREEN else None
    done = [item for item in items if item.state == ItemState.DECIDED]
    common: dict[str, Any] = {
        "session": session,
        "kind": kind,
        "room": room,
        "quorum": room.count(out_of_it),
        "total": len(items),
        "done": len(done),
        "member": member,
        "there": member is not None and member.pk in room.there,
        "seats": _seats(session, room, out_of_it) if kind == DESK else (),
    }
    keys = [item.application_id for item in wanted]
    awaited = awaited_of(session.call, keys, actor) if kind != SCREEN and keys else set()
    marks = marks_of(session.call, set(keys) - awaited) if keys else {}
    if agenda:
        taken = _undiscussed(items, seen, barred, room)
        told = [item for item in taken if item.application_id not in awaited]
        common |= {
            "rows": _rows(items, seen, session, actor, marks, awaited=awaited),
            "batch": _rows(told, seen, session, actor, marks, awaited=awaited),
            "kept": len(taken) - len(told),
        }
        common["following"] = _following(common["rows"], session)
    if current is None or not session.is_running:
        return Picture(stage=_idle(session), **common)
    stage = "leaving" if current.shown_at is None else "shown"
    leaving = tuple(room.leaving(out_of_it)) if stage == "leaving" else ()
    hidden = kind != SCREEN and current.application_id not in (seen or set())
    show = not hidden and (stage == "shown" or kind == DESK)
    rounds = tuple(current.rounds.all())
    return Picture(
        stage="suspended" if session.state == SessionState.SUSPENDED else stage,
        item=current,
        place=[one.pk for one in sorted(items, key=lambda one: (one.order, one.pk))].index(current.pk) + 1,
        hidden=hidden,
        dossier=_dossier(current, session, actor, kind, marks, awaited=awaited) if show else None,
        leaving=leaving,
        out=tuple(_out(current)),
        vote=None if hidden else _vote(rounds, room, out_of_it, member),
        past=() if hidden else tuple(one for one in rounds if not one.is_open),
        comments=comments_of(session, current)
        if show and kind != SCREEN and current.application_id not in awaited
        else (),
        note=_note(current, member) if show and member else "",
        **common,
    )


def _idle(session: Session) -> str:
    return "idle" if session.state == SessionState.OPEN else str(session.state)


def _seen(actor: Actor, items: list[Item]) -> set[int]:
    keys = [item.application_id for item in items]
    return set(Application.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))


def limits_in(session: Session) -> Limits:
    return Limits(blind=session.blind)


def _title(actor: Actor, item: Item, session: Session) -> str:
    return title_for(actor, item.application, limits_in(session))


def _rows(
    items: list[Item], seen: Any, session: Session, actor: Actor, marks: dict[int, Marks], *, awaited: set[int]
) -> tuple[Row, ...]:
    made = []
    for place, item in enumerate(sorted(items, key=lambda one: (one.order, one.pk)), start=1):
        if item.application_id not in seen:
            made.append(Row(item, place, seen=False))
            continue
        title = _title(actor, item, session)
        mark, waits = marks.get(item.application_id), item.application_id in awaited
        made.append(Row(item, place, item.application.number, title, mark, awaited=waits))
    return tuple(made)


def _following(rows: tuple[Row, ...], session: Session) -> Row | None:
    """What comes after the dossier before the committee: the first that waits, then those put off."""
    left = [row for row in rows if row.item.pk != session.current_id and not row.item.batch]
    for state in (ItemState.WAITING, ItemState.ADJOURNED):
        found = next((row for row in left if row.item.state == state), None)
        if found is not None:
            return found
    return None


def _undiscussed(items: list[Item], seen: Any, barred: dict[int, set[int]], room: Room) -> list[Item]:
    """Dossiers taken without discussion, that the viewer sees, for which nobody there must leave."""
    return [
        item
        for item in items
        if item.batch and item.proposal and item.state != ItemState.DECIDED
        if item.application_id in seen and not room.leaving(barred[item.application_id])
    ]


def _dossier(
    item: Item, session: Session, actor: Actor, kind: str, marks: dict[int, Marks], *, awaited: set[int]
) -> Dossier:
    application = item.application
    organisation = application.organisation
    name = (str(organisation) if organisation else application.organisation_name) if not session.blind else ""
    shown = marks.get(item.application_id) if kind != SCREEN or session.marks_on_screen else None
    waits = item.application_id in awaited
    return Dossier(item, application.number, _title(actor, item, session), name, shown, waits)


def _out(item: Item) -> list[Member]:
    rows = Recusal.objects.filter(item=item, back_at__isnull=True).select_related("member").order_by("member__name")
    return [row.member for row in rows if row.member.removed_at is None]


def _seats(session: Session, room: Room, out_of_it: set[int]) -> tuple[Seat, ...]:
    from kiif.committees.models import Presence

    open_ones = Presence.objects.filter(member__session=session, left_at__isnull=True)
    remote = dict(open_ones.values_list("member_id", "remote"))
    return tuple(
        Seat(one, one.pk in room.there, remote.get(one.pk, False), one.person_id in out_of_it) for one in room.members
    )


def _vote(rounds: tuple[Round, ...], room: Room, out_of_it: set[int], member: Member | None) -> Vote | None:
    """The vote that is open, else none."""
    now = next((one for one in rounds if one.is_open), None)
    if now is None:
        return None
    ballots = {row.member_id: row.choice for row in Ballot.objects.filter(round=now, void="")}
    voters = room.before(out_of_it).voters
    may = member is not None and member.key in voters
    waiting = tuple(one.name for one in room.voters if one.key in voters and one.pk not in ballots)
    return Vote(now, len(ballots), len(voters), ballots.get(member.pk, "") if member else "", may, waiting)


def comments_of(session: Session, item: Item) -> tuple[Comment, ...]:
    """What readers said of a dossier."""
    from kiif.committees.ranking import reading_of
    from kiif.reviews.models import Mark

    reading = reading_of(session.call)
    if reading is None:
        return ()
    rows = Mark.objects.filter(
        assignment__application=item.application_id,
        assignment__round=reading,
        submitted_at__isnull=False,
        voided_at__isnull=True,
    ).exclude(assignment__source="calibration")
    mask = masking.of(item.application) if session.blind else None
    return tuple(
        Comment(row.total, row.get_advice_display(), masking.text(row.words_team, mask) if mask else row.words_team)
        for row in rows.order_by("pk")
    )


def _note(item: Item, member: Member) -> str:
    return Note.objects.filter(item=item, member=member).values_list("text", flat=True).first() or ""


def verdict(vote: Round) -> str:
    """A closed vote in a sentence."""
    if vote.secret and vote.annulled_at:
        return _("Secret vote that no longer counts: its figures are erased.")
    result = vote.result
    sentences = {
        "accepted": _("The proposal is accepted."),
        "refused": _("The proposal is not accepted."),
        "tied": _("Equal votes: nothing is decided, the committee talks again."),
        "no-quorum": _("The quorum was no longer there: nothing is decided."),
        "nothing-expressed": _("Everybody abstained: nothing is decided."),
        "reached": _("Nobody objects: the proposal is accepted."),
        "objected": _("Somebody objects: there is no consensus."),
    }
    said = sentences.get(result.get("outcome", ""), "")
    if result.get("chair_withheld"):
        said = _(
            "Equal votes. The vote is secret: the chair’s would be known if it settled it, so nothing is decided. "
            "Talk again, or vote by name."
        )
    elif result.get("by_chair"):
        said += " " + _("Equal votes, settled by the vote of the chair, as said beforehand.")
    elif result.get("tie") and result.get("outcome") == "refused":
        said += " " + _("Equal votes: the proposal is refused, as said beforehand.")
    return said


def counts(vote: Round) -> str:
    """The counts of a closed vote, in words; nothing of a secret one that no longer counts."""
    if vote.secret and vote.annulled_at:
        return ""
    result = vote.result
    if vote.mode == Mode.CONSENSUS:
        n = result.get("objecting", 0)
        return ngettext("%(n)s objection", "%(n)s objections", n) % {"n": n} if n else ""
    said = _("For: %(yes)s, against: %(no)s, abstentions: %(none)s") % {
        "yes": result.get("for", 0),
        "no": result.get("against", 0),
        "none": result.get("abstained", 0),
    }
    silent = result.get("silent", 0)
    return said + _(", without an answer: %(n)s") % {"n": silent} if silent else said


#: Tone of a tag for each decision.
TONES: Final[dict[str, str]] = {
    Decision.ACCEPT: "v",
    Decision.RESERVE: "b",
    Decision.REFUSE: "",
    Decision.BACK: "o",
}


def dossier_of(item: Item, session: Session, actor: Actor) -> Dossier:
    """One dossier for a page of its own, outside the room."""
    awaited = awaited_of(session.call, [item.application_id], actor)
    marks = marks_of(session.call, {item.application_id} - awaited)
    return _dossier(item, session, actor, SEAT, marks, awaited=awaited)
