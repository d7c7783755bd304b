"""Which rows look like one organisation, and why. Facts propose; a person decides.

for candidate in duplicates.candidates(organisation):  # saved or not
    candidate.organisation, candidate.score, candidate.sentences
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from kiif.organisations.enums import REASONS, PairState
from kiif.organisations.models import DuplicatePair, Organisation, Tie
from kiif.organisations.names import domain_of, host_of, key_of, likeness
from kiif.ui.errors import Refused

#: Facts whose change makes one look again.
TELLING: Final = frozenset({"name", "usual_name", "siren", "siret", "rna", "email", "website", "commune", "phone"})
#: From this likeness two names in one commune are taken for one.
ALIKE: Final = 0.84
#: Below this strength nobody is bothered.
ENOUGH: Final = 40
MOST: Final = 200


@dataclass(frozen=True)
class Candidate:
    """A row that may be the same organisation: codes of `REASONS`, strength from 0 to 100."""

    organisation: Organisation
    reasons: tuple[str, ...]
    score: int

    @property
    def sentences(self) -> list[str]:
        return [str(REASONS[code][1]) for code in self.reasons]

    @property
    def is_certain(self) -> bool:
        return "number" in self.reasons


class Book:
    """The living rows of an alliance in memory, for those who compare many: a list that one brings."""

    def __init__(self, alliance_id: int) -> None:
        self.by_number: dict[str, Organisation] = {}
        self._near: dict[tuple[str, Any], list[Organisation]] = defaultdict(list)
        rows = Organisation.objects.alive().filter(alliance_id=alliance_id).with_place().prefetch_related("stewards")
        for row in rows:
            for number in (row.siren, row.rna):
                if number:
                    self.by_number[number] = row
            for mark in _marks(row):
                self._near[mark].append(row)

    def near(self, organisation: Organisation) -> list[Organisation]:
        """Rows worth comparing."""
        found = {row.pk: row for mark in _marks(organisation) for row in self._near[mark]}
        return [row for key, row in found.items() if key != organisation.pk][:MOST]


def _marks(organisation: Organisation) -> list[tuple[str, Any]]:
    """What two rows must have in common to be worth comparing."""
    marks: list[tuple[str, Any]] = [("key", key) for key in _keys(organisation)]
    marks += [
        ("siren", organisation.siren),
        ("rna", organisation.rna),
        ("commune", organisation.commune_id),
        ("domain", domain_of(organisation.email)),
        ("host", host_of(organisation.website)),
        ("phone", _digits(organisation.phone)),
    ]
    return [mark for mark in marks if mark[1]]


def candidates(organisation: Organisation, book: Book | None = None) -> list[Candidate]:
    """Living rows of the same alliance that look like this one (saved or not), strongest first."""
    rows = Organisation.objects.alive().filter(alliance_id=organisation.alliance_id).exclude(pk=organisation.pk)
    near = book.near(organisation) if book is not None else rows.filter(_perhaps(organisation)).with_place()[:MOST]
    people = _shared_people(organisation)
    found = []
    for other in near:
        reasons = _reasons(organisation, other, people)
        score = min(sum(REASONS[code][0] for code in reasons), 100)
        if score >= ENOUGH:
            found.append(Candidate(other, tuple(reasons), score))
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.organisation.pk))


def _perhaps(organisation: Organisation) -> Q:
    """Rows worth comparing, by indexed columns."""
    condition = Q(name_key__in=_keys(organisation))
    if organisation.siren:
        condition |= Q(siren=organisation.siren)
    if organisation.rna:
        condition |= Q(rna=organisation.rna)
    if organisation.commune_id:
        condition |= Q(commune_id=organisation.commune_id)
    if domain := domain_of(organisation.email):
        condition |= Q(email__iendswith=f"@{domain}")
    if host := host_of(organisation.website):
        condition |= Q(website__icontains=host)
    if digits := _digits(organisation.phone):
        condition |= Q(phone__contains=digits[-2:])
    if organisation.pk:
        users = Tie.objects.current().filter(organisation=organisation).values("user_id")
        condition |= Q(ties__in=Tie.objects.current().filter(user_id__in=users))
    return Q(pk__in=Organisation.objects.filter(condition).values("pk"))


def _keys(organisation: Organisation) -> set[str]:
    return {key_of(name) for name in (organisation.name, organisation.usual_name) if name}


def _digits(phone: str) -> str:
    """The last nine digits of a telephone number, without the prefix of the country; nothing if it is too short."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits[-9:] if len(digits) >= 9 else ""


def _shared_people(organisation: Organisation) -> dict[int, int]:
    """Number of people shared with each other organisation."""
    shared: dict[int, int] = defaultdict(int)
    if organisation.pk:
        users = Tie.objects.current().filter(organisation=organisation).values("user_id")
        others = Tie.objects.current().filter(user_id__in=users).exclude(organisation=organisation)
        for key in others.values_list("organisation_id", flat=True):
            shared[key] += 1
    return shared


def _reasons(one: Organisation, other: Organisation, people: dict[int, int]) -> list[str]:
    reasons = []
    if (one.siren and one.siren == other.siren) or (one.rna and one.rna == other.rna):
        reasons.append("number")
    if by_name := _by_name(one, other):
        reasons.append(by_name)
    if (domain := domain_of(one.email)) and domain == domain_of(other.email):
        reasons.append("domain")
    if (host := host_of(one.website)) and host == host_of(other.website):
        reasons.append("website")
    if (digits := _digits(one.phone)) and digits == _digits(other.phone):
        reasons.append("phone")
    if people.get(other.pk):
        reasons.append("people")
    if one.siren and other.siren and one.siren != other.siren:
        reasons.append("other_number")
    return reasons


def _by_name(one: Organisation, other: Organisation) -> str:
    """The reason that the names and the places give, or nothing."""
    mine, theirs = _keys(one), _keys(other)
    same_place = one.commune_id is not None and one.commune_id == other.commune_id
    if mine & theirs:
        if same_place:
            return "name_place"
        if one.commune is None or other.commune is None:
            return "name"
        return "name_near" if one.commune.department_id == other.commune.department_id else ""
    alike = same_place and any(likeness(a, b) >= ALIKE for a in mine for b in theirs)
    return "alike_place" if alike else ""


def look(organisation: Organisation) -> list[DuplicatePair]:
    """Proposes to the teams the pairs that this row makes today; what was decided before is left alone."""
    pairs = []
    for candidate in candidates(organisation):
        first, second = sorted((organisation, candidate.organisation), key=lambda row: row.pk)
        pair, made = DuplicatePair.objects.get_or_create(
            first=first, second=second, defaults={"reasons": list(candidate.reasons), "score": candidate.score}
        )
        if not made and pair.state == PairState.OPEN and pair.reasons != list(candidate.reasons):
            pair.reasons, pair.score = list(candidate.reasons), candidate.score
            pair.save(update_fields=["reasons", "score"])
        pairs.append(pair)
    return pairs


def pair_of(one: Organisation, other: Organisation) -> DuplicatePair:
    """The pair of two rows, made when somebody names them; one that was settled is opened again."""
    if one.pk == other.pk:
        raise Refused(_("Choose another organisation: this is the same row."), field="other")
    first, second = sorted((one, other), key=lambda row: row.pk)
    pair, made = DuplicatePair.objects.get_or_create(first=first, second=second, defaults={"reasons": ["said"]})
    if not made and pair.state != PairState.OPEN:
        pair.state, pair.decided_at, pair.decided_by = PairState.OPEN, None, None
        pair.save(update_fields=["state", "decided_at", "decided_by"])
    return pair
