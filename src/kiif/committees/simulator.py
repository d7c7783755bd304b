"""What a cohort would look like: candidates of a session with what is known of each, wishes, places of hosts.

The mathematics is `methods.committee`: here, only reading the database and putting words on codes. Nothing chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.committees.enums import Decision, ItemState
from kiif.committees.models import Item, Scenario, Session
from kiif.committees.ranking import Marks, marks_of
from kiif.committees.screens import limits_in
from kiif.methods.committee import cohort, swaps
from kiif.methods.committee.errors import CommitteeError
from kiif.programmes.enums import Rural
from kiif.programmes.models import Application, Call, Host
from kiif.programmes.reading import title_for
from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of, newest
from kiif.territories.models import Territory
from kiif.ui.charts import Bars, Series
from kiif.ui.errors import Refused

#: What a cohort is looked at by, in the order of the page.
DIMENSIONS: Final[dict[str, Any]] = {
    "host": gettext_lazy("Host wished for first"),
    "challenge": gettext_lazy("Challenge"),
    "department": gettext_lazy("Department aimed at"),
    "region": gettext_lazy("Region of the headquarters"),
    "rural": gettext_lazy("Rural class"),
    "kind": gettext_lazy("Kind of organisation"),
    "women": gettext_lazy("Led by women"),
    "stage": gettext_lazy("Stage"),
}
#: Scenarios side by side.
MOST: Final = 3


@dataclass(frozen=True)
class Candidate:
    """A dossier that one may take, as the viewer may see it."""

    application: Application
    item: Item
    title: str
    marks: Marks | None
    hosts: tuple[str, ...]

    @property
    def key(self) -> str:
        return str(self.application.pk)

    @property
    def best(self) -> float | None:
        """Its mark, corrected when there is one."""
        return self.marks.best if self.marks else None


@dataclass(frozen=True)
class Set:
    """A scenario to lay side by side: its name, its dossiers (keys)."""

    key: str
    name: str
    chosen: tuple[str, ...]
    scenario: Scenario | None = None
    unseen: bool = False


@dataclass(frozen=True)
class Picture:
    """Candidates, what they are measured with, words of the codes."""

    session: Session
    candidates: tuple[Candidate, ...]
    frame: cohort.Frame | None
    labels: dict[str, dict[str, str]]
    hosts: dict[str, str] = field(default_factory=dict)

    def label(self, dimension: str, value: str) -> str:
        return self.labels.get(dimension, {}).get(value) or value

    def by_key(self) -> dict[str, Candidate]:
        return {one.key: one for one in self.candidates}


def picture_of(session: Session, actor: Actor) -> Picture:
    """The dossiers of the agenda that this person sees, measured with the wishes of the session. Ten queries."""
    seen = Application.objects.visible_to(actor).filter(pk__in=session.items.values("application_id"))
    rows = list(seen.with_ties().prefetch_related("targets", "wishes").order_by("project__number"))
    items = {item.application_id: item for item in session.items.all()}
    marks = marks_of(session.call, items, actor)
    hosts = list(Host.objects.filter(call=session.call, left_at__isnull=True).select_related("incubator", "branch"))
    names = {str(host.pk): str(host) for host in hosts}
    made = [
        Candidate(row, items[row.pk], title_for(actor, row, limits_in(session)), marks.get(row.pk), _hosts(row, names))
        for row in rows
    ]
    labels = labels_of(session.call, rows) | {"host": names | {"open": _("not chosen yet")}}
    frame = _frame(session, made, hosts) if made else None
    return Picture(session, tuple(made), frame, labels, names)


def _hosts(row: Application, names: dict[str, str]) -> tuple[str, ...]:
    """Hosts that may take it, the preferred one first; all of them when none was chosen."""
    wished = [str(wish.host_id) for wish in row.wishes.all() if str(wish.host_id) in names]
    return tuple(wished) if wished and not row.host_open else (*wished, *(key for key in names if key not in wished))


def _frame(session: Session, made: list[Candidate], hosts: list[Host]) -> cohort.Frame:
    candidates = tuple(
        cohort.Candidate(
            key=one.key,
            score=one.best or 0.0,
            traits=traits_of(one.application),
            hosts=one.hosts,
        )
        for one in made
    )
    return cohort.Frame(candidates, tuple(wishes_of(session)), {str(host.pk): host.places for host in hosts})


def traits_of(row: Application) -> dict[str, list[str]]:
    """What is known of a dossier, by dimension; nothing: not known."""
    wishes = [str(wish.host_id) for wish in row.wishes.all()]
    women = {True: ["yes"], False: ["no"], None: []}[row.women_led]
    return {
        "host": wishes[:1] or (["open"] if row.host_open else []),
        "challenge": list(row.challenges),
        "department": list(dict.fromkeys(one.department_code for one in row.targets.all() if one.department_code)),
        "region": [row.region_code] if row.region_code else [],
        "rural": [row.rural] if row.rural else [],
        "kind": [row.legal_form] if row.legal_form else [],
        "women": women,
        "stage": [row.stage] if row.stage else [],
    }


def wishes_of(session: Session) -> list[cohort.Wish]:
    """The wishes of the session; those that make no sense any more are left out."""
    made = []
    for row in session.wishes:
        try:
            dimension, value, least, most = row
            made.append(cohort.Wish(str(dimension), str(value), int(least), None if most is None else int(most)))
        except (ValueError, TypeError, CommitteeError):
            continue
    return made


def labels_of(call: Call, rows: Iterable[Application]) -> dict[str, dict[str, str]]:
    """Words of the codes: choices of the form, names of territories."""
    departments = {one.department_code for row in rows for one in row.targets.all() if one.department_code}
    regions = {row.region_code for row in rows if row.region_code}
    places = Territory.objects.filter(level__in=("department", "region"), code__in=departments | regions)
    named = {(level, code): name for level, code, name in places.values_list("level", "code", "name")}
    return {
        "challenge": _choices(call, "challenges"),
        "kind": _choices(call, "legal_form"),
        "stage": _choices(call, "stage"),
        "rural": {str(value): str(label) for value, label in Rural.choices},
        "women": {"yes": _("yes"), "no": _("no")},
        "department": {code: named.get(("department", code), code) for code in departments},
        "region": {code: named.get(("region", code), code) for code in regions},
    }


def _choices(call: Call, fact: str) -> dict[str, str]:
    """Words of the choices of the question that gives a fact."""
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    question = definition_of(version).by_id.get(str(call.facts.get(fact, ""))) if version is not None else None
    language = (get_language() or "fr")[:2]
    return {one.key: said(one.label, language) or one.key for one in getattr(question, "choices", ())}


# --- Scenarios ---


def decided(session: Session, picture: Picture) -> Set:
    """What the committee accepted so far."""
    keys = tuple(
        one.key
        for one in picture.candidates
        if one.item.state == ItemState.DECIDED and one.item.decision == Decision.ACCEPT
    )
    return Set("decided", _("Accepted so far"), keys)


def set_of(scenario: Scenario, picture: Picture) -> Set:
    """A scenario as this person may see it: dossiers that they may not see are left out, and it is said."""
    known = picture.by_key()
    keys = [str(key) for key in scenario.chosen.values_list("pk", flat=True)]
    kept = tuple(key for key in keys if key in known)
    return Set(str(scenario.public_id), scenario.name, kept, scenario, len(kept) < len(keys))


@dataclass(frozen=True)
class Line:
    """One value of a dimension in each scenario. `wish`: what was wished, in words; `gaps`: how far each is."""

    label: str
    wish: str
    counts: tuple[int, ...]
    gaps: tuple[int, ...]


@dataclass(frozen=True)
class Face:
    """A dimension: its lines, how many are not known, its bars."""

    key: str
    label: str
    lines: tuple[Line, ...]
    unknown: tuple[int, ...]
    chart: Bars | None


@dataclass(frozen=True)
class Column:
    """A scenario, measured. `alone`: those whom no host could take."""

    set: Set
    measure: cohort.Measure
    alone: tuple[Candidate, ...]


@dataclass(frozen=True)
class Comparison:
    columns: tuple[Column, ...]
    faces: tuple[Face, ...]


def compare(picture: Picture, sets: Sequence[Set]) -> Comparison:
    """Scenarios side by side. Raises Refused beyond `MOST`."""
    if len(sets) > MOST:
        raise Refused(_("Lay at most %(n)s scenarios side by side.") % {"n": MOST})
    if picture.frame is None:
        return Comparison((), ())
    known = picture.by_key()
    columns = []
    for one in sets:
        measured = cohort.measure(picture.frame, one.chosen)
        alone = measured.hosting.alone if measured.hosting else ()
        columns.append(Column(one, measured, tuple(known[key] for key in alone)))
    faces = tuple(_face(picture, key, columns) for key in DIMENSIONS)
    return Comparison(tuple(columns), tuple(face for face in faces if face.lines))


def _face(picture: Picture, key: str, columns: Sequence[Column]) -> Face:
    mixes = [next((mix for mix in one.measure.mixes if mix.dimension == key), None) for one in columns]
    wishes = {wish.value: wish for wish in (picture.frame.wishes if picture.frame else ()) if wish.dimension == key}
    pool: Mapping[str, int] = picture.frame.pools.get(key, {}) if picture.frame else {}
    values = sorted({*pool, *wishes}, key=lambda value: (-pool.get(value, 0), picture.label(key, value)))
    lines = []
    for value in values:
        counts = tuple(mix.counts.get(value, 0) if mix else 0 for mix in mixes)
        wish = wishes.get(value)
        gaps = tuple(wish.gap(count) if wish else 0 for count in counts)
        lines.append(Line(picture.label(key, value), wish_words(wish), counts, gaps))
    shown = [line for line in lines if any(line.counts) or line.wish]
    return Face(
        key,
        str(DIMENSIONS[key]),
        tuple(shown),
        tuple(mix.unknown if mix else 0 for mix in mixes),
        _chart(key, shown, columns) if shown and any(any(line.counts) for line in shown) else None,
    )


def _chart(key: str, lines: Sequence[Line], columns: Sequence[Column]) -> Bars:
    return Bars(
        title=str(DIMENSIONS[key]),
        unit=_("dossiers"),
        categories=[line.label for line in lines[:12]],
        series=[Series(one.set.name, [line.counts[n] for line in lines[:12]]) for n, one in enumerate(columns)],
        source=_("Answers of the dossiers, as sent"),
        id=f"chart-{key}",
    )


def wish_words(wish: cohort.Wish | None) -> str:
    if wish is None:
        return ""
    if wish.most is None:
        return _("%(n)s or more") % {"n": wish.least}
    if not wish.least:
        return _("at most %(n)s") % {"n": wish.most}
    return _("%(least)s to %(most)s") % {"least": wish.least, "most": wish.most}


@dataclass(frozen=True)
class Exchange:
    """What one exchange would change, in words."""

    leaving: Candidate
    entering: Candidate
    swap: swaps.Swap
    moved: tuple[str, ...]


def exchanges(
    picture: Picture, chosen: Sequence[str], leaving: Sequence[str], entering: Sequence[str]
) -> list[Exchange]:
    """What each exchange between two lists that a person gives would change. Raises Refused for one that is none."""
    if picture.frame is None:
        return []
    try:
        found = swaps.swaps(picture.frame, chosen, leaving, entering)
    except CommitteeError as error:
        raise Refused(_(error.message) % error.params) from error
    known = picture.by_key()
    return [Exchange(known[one.leaving], known[one.entering], one, _moved(picture, one)) for one in found]


def _moved(picture: Picture, one: swaps.Swap) -> tuple[str, ...]:
    return tuple(
        _("%(dimension)s, %(value)s: %(before)s → %(after)s")
        % {
            "dimension": DIMENSIONS.get(move.dimension, move.dimension),
            "value": picture.label(move.dimension, move.value),
            "before": move.before,
            "after": move.after,
        }
        for move in one.moved
    )
