"""A round as the solver reads it, and what it answers as people read it. Nothing is written here.

Keys of dossiers and reviewers are those of the database, as text: with the seed, anybody can draw the plan again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.db.models import Q

from kiif.methods.allocation.model import Dossier, Pair, Rules
from kiif.methods.allocation.model import Reviewer as Reader
from kiif.methods.allocation.model import Round as Asked
from kiif.methods.allocation.solver import Plan as Solved
from kiif.organisations.names import key_of
from kiif.programmes.enums import RUNNING, ConflictState
from kiif.programmes.models import Application, Conflict, Target
from kiif.questionnaires.models import Participant, Response
from kiif.reviews import entering
from kiif.reviews.enums import AssignmentState, ReviewerState, Source
from kiif.reviews.models import Assignment, Reviewer, Round, Score

#: Fewer reads than this are not proposed by the settings.
LEAST: Final = 3
#: Up to so many pairs a plan is found while one waits; beyond, by a job.
AT_ONCE: Final = 6_000


@dataclass(frozen=True)
class Settings:
    """What people decide of a sharing out. `needs`: skill -> readers of each dossier that should have it.

    `keep`: what was shared out before moves as little as possible; without it, what is not begun is shared out anew.
    """

    reads: int = LEAST
    most_per_organisation: int | None = 1
    theme_reads: int = 1
    territory_reads: int = 1
    balance: float = 0.5
    needs: Mapping[str, int] = field(default_factory=dict)
    keep: bool = True
    seed: str = ""

    @classmethod
    def of(cls, round_: Round) -> Settings:
        """As kept with the round; sound values when nothing was said."""
        kept: dict[str, Any] = dict(round_.allocation or {})
        names = ("most_per_organisation", "theme_reads", "territory_reads", "balance", "needs", "keep")
        said = {name: kept[name] for name in names if name in kept}
        return cls(reads=max(round_.reads_wanted, 1), seed=round_.seed or f"tour-{round_.number}", **said)

    def kept(self) -> dict[str, Any]:
        """As the round and the plan keep it."""
        return asdict(self) | {"needs": dict(self.needs)}

    def rules(self) -> Rules:
        return Rules(
            least_reads=1,
            theme_reads=self.theme_reads,
            territory_reads=self.territory_reads,
            most_per_organisation=self.most_per_organisation,
            balance=self.balance,
        )


@dataclass(frozen=True)
class Decisions:
    """What people decided of pairs (application, reviewer), whatever the solver would do."""

    forced: frozenset[tuple[int, int]] = frozenset()
    forbidden: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, round_: Round) -> Decisions:
        kept: dict[str, Any] = round_.allocation or {}
        return cls(*(frozenset((a, r) for a, r in kept.get(name, [])) for name in ("forced", "forbidden")))

    def kept(self) -> dict[str, Any]:
        return {name: sorted(map(list, getattr(self, name))) for name in ("forced", "forbidden")}


@dataclass
class Scene:
    """Everybody and everything that a sharing out is about, read once. Keys are those of the database."""

    round: Round
    applications: dict[int, Application]
    reviewers: dict[int, Reviewer]
    wanted: dict[int, int]
    departments: dict[int, set[str]]
    barred: set[tuple[int, int]]
    asked: set[tuple[int, int]]
    states: dict[tuple[int, int], Assignment]
    decisions: Decisions

    @classmethod
    def of(cls, round_: Round) -> Scene:
        """A fixed number of queries. Before the round opens: the applications that would enter it."""
        scores = dict(Score.objects.filter(round=round_).values_list("application_id", "reads_wanted"))
        inside = Q(pk__in=scores)
        if round_.state == "draft":
            inside |= Q(pk__in=entering.candidates(round_).values("pk"))
        rows = Application.objects.filter(inside, state__in=RUNNING).select_related("project").order_by("pk")
        applications = {row.pk: row for row in rows}
        reviewers = {row.pk: row for row in _readers(round_)}
        barred, asked = _conflicts(applications, reviewers)
        reads = Assignment.objects.real().filter(round=round_)
        return cls(
            round=round_,
            applications=applications,
            reviewers=reviewers,
            wanted=scores,
            departments=_departments(applications),
            barred=barred,
            asked=asked,
            states={(row.application_id, row.reviewer_id): row for row in reads},
            decisions=Decisions.of(round_),
        )

    def question(self, settings: Settings, earlier: Iterable[tuple[int, int]] | None = None) -> Asked:
        """What is asked of the solver. `earlier`: the plan that people look at, instead of what is entrusted."""
        done, fixed, kept, never = self._entrusted(settings)
        if earlier is not None:
            kept = {pair for pair in earlier if self._inside(pair)} - fixed - done - never
        codes = {code for reader in self.reviewers.values() for code in reader.themes}
        return Asked(
            dossiers=tuple(self._dossier(row, settings, codes) for row in self.applications.values()),
            reviewers=tuple(self._reader(row) for row in self.reviewers.values()),
            conflicts=_text(self.barred),
            forbidden=_text(never - fixed - done),
            forced=_text(fixed - done - self.barred),
            done=_text(done),
            earlier=_text(kept - self.barred),
            rules=settings.rules(),
            seed=settings.seed,
        )

    def _inside(self, pair: tuple[int, int]) -> bool:
        return pair[0] in self.applications and pair[1] in self.reviewers

    def _entrusted(self, settings: Settings) -> tuple[set[tuple[int, int]], ...]:
        """(done, fixed, kept, never): what is given, what people chose or began, what may move, what must not be."""
        done, fixed, kept, never = (set[tuple[int, int]]() for _place in range(4))
        for pair, read in self.states.items():
            if not self._inside(pair):
                continue
            if read.state == AssignmentState.DONE:
                done.add(pair)
            elif read.state in (AssignmentState.ABSTAINED, AssignmentState.RECUSED):
                never.add(pair)
            elif read.state == AssignmentState.DRAFT or read.source != Source.AUTO:
                fixed.add(pair)
            elif settings.keep:
                kept.add(pair)
        fixed |= {pair for pair in self.decisions.forced if self._inside(pair)} - never
        never |= {pair for pair in self.decisions.forbidden if self._inside(pair)}
        never |= {pair for pair in self.asked if pair not in self.states}
        return done, fixed, kept - never, never

    def _dossier(self, row: Application, settings: Settings, codes: set[str]) -> Dossier:
        return Dossier(
            key=str(row.pk),
            reads=self.reads(row.pk, settings),
            themes=frozenset(row.themes) | (frozenset(row.challenges) & codes),
            territories=frozenset(self.departments.get(row.pk, ())),
            languages=frozenset({row.language}) if row.language else frozenset(),
            needs=dict(settings.needs),
        )

    def reads(self, application: int, settings: Settings) -> int:
        """Reads wanted: those asked of this application when it differs from the round, else those of the settings."""
        own = self.wanted.get(application, settings.reads)
        return max(own if own != self.round.reads_wanted else settings.reads, 1)

    def capacity(self, row: Reviewer) -> int:
        """What somebody can read; of who left, what they gave and no more."""
        if row.reads:
            return row.capacity
        return sum(1 for pair, read in self.states.items() if pair[1] == row.pk and read.state == AssignmentState.DONE)

    def _reader(self, row: Reviewer) -> Reader:
        return Reader(
            key=str(row.pk),
            capacity=self.capacity(row),
            themes=frozenset(row.themes),
            territories=frozenset(row.territories),
            languages=frozenset(row.languages),
            skills=frozenset(row.skills),
            organisation=f"b{row.body_id}" if row.body_id else key_of(row.organisation_name),
        )


def _readers(round_: Round) -> Any:
    """Those who read, and those who left after giving marks that still count."""
    given = Assignment.objects.real().done().filter(round=round_).values("reviewer_id")
    rows = Reviewer.objects.filter(round=round_).filter(Q(state=ReviewerState.ACCEPTED) | Q(pk__in=given))
    return rows.select_related("person", "body").order_by("pk")


def _text(pairs: Iterable[tuple[int, int]]) -> frozenset[Pair]:
    return frozenset((str(application), str(reviewer)) for application, reviewer in pairs)


def _departments(applications: Mapping[int, Application]) -> dict[int, set[str]]:
    out: dict[int, set[str]] = defaultdict(set)
    rows = Target.objects.filter(application_id__in=list(applications)).exclude(department_code="")
    for application, code in rows.values_list("application_id", "department_code"):
        out[application].add(code)
    return out


def _conflicts(
    applications: Mapping[int, Application], reviewers: Mapping[int, Reviewer]
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """(barred, asked): pairs that a confirmed conflict or a part in it forbids; those still asked about."""
    readers = {row.person_id: key for key, row in reviewers.items()}
    by_answer = {row.response_id: key for key, row in applications.items()}
    barred, asked = set[tuple[int, int]](), set[tuple[int, int]]()
    rows = Conflict.objects.filter(application_id__in=list(applications), person_id__in=list(readers))
    for application, person, state in rows.values_list("application_id", "person_id", "state"):
        group = {ConflictState.CONFIRMED: barred, ConflictState.PROPOSED: asked}.get(ConflictState(state))
        if group is not None:
            group.add((application, readers[person]))
    owned = Response.objects.filter(owner_id__in=list(readers), pk__in=list(by_answer)).values_list("pk", "owner_id")
    shared = Participant.objects.filter(user_id__in=list(readers), response_id__in=list(by_answer))
    for answer, person in [*owned, *shared.values_list("response_id", "user_id")]:
        if person is not None:
            barred.add((by_answer[answer], readers[person]))
    return barred, asked - barred


def digest(asked: Asked) -> str:
    """What a plan was computed from: the same question gives the same text."""

    def plain(value: Any) -> Any:
        return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)

    return hashlib.sha256(json.dumps(asdict(asked), sort_keys=True, default=plain).encode()).hexdigest()


def kept(solved: Solved) -> dict[str, Any]:
    """The solver's plan as the database keeps it: JSON, keys as numbers."""
    return {
        "pairs": [
            [
                int(one.dossier),
                int(one.reviewer),
                [[reason.value, *_shared(one, reason.value)] for reason in one.reasons],
                round(one.affinity, 3),
            ]
            for one in solved.assignments
        ],
        "value": asdict(solved.value),
        "baseline": asdict(solved.baseline),
        "proven": solved.proven,
        "loads": solved.loads,
        "shortages": [
            {"dossier": int(one.dossier), "wanted": one.wanted, "found": one.found,
             "obstacles": {key.value: number for key, number in one.obstacles.items()}}
            for one in solved.shortages
        ],
        "bottlenecks": [_bottleneck(one) for one in solved.bottlenecks],
        "unmet": [[int(one.dossier), one.kind, one.name, one.missing] for one in solved.unmet],
        "moved": [[int(a), int(r)] for a, r in solved.moved],
        "lost": [[int(a), int(r)] for a, r in solved.lost],
        "void": [[int(a), int(r)] for a, r in solved.void],
        "overloaded": solved.overloaded,
    }  # fmt: skip


def _shared(one: Any, reason: str) -> list[str]:
    words = {"theme": one.themes, "territory": one.territories, "skill": one.skills}
    return list(words.get(reason, ()))


def _bottleneck(one: Any) -> dict[str, Any]:
    return {
        "dossiers": [int(key) for key in one.dossiers],
        "short": [int(key) for key in one.short],
        "reviewers": [int(key) for key in one.reviewers],
        "wanted": one.wanted,
        "missing": one.missing,
        "languages": one.languages,
        "themes": one.themes,
        "ways": [[way.remedy.value, way.reads, [int(key) for key in way.reviewers]] for way in one.ways],
    }
