"""Votes of a committee: who may vote on a dossier, whether enough people are there, what they decide.

Recused members leave: they are not counted, neither in the quorum nor among those who could reach it. Members who
abstain are present but express nothing: they count for the quorum and not for the majority. Shares are exact
fractions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from kiif.methods.committee.errors import CommitteeError

HALF: Final = Fraction(1, 2)
_NOBODY: Final[frozenset[str]] = frozenset()


class Ballot(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """What a vote gives. Only ACCEPTED and REFUSED decide; the others say why nothing is decided."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    TIED = "tied"
    NO_QUORUM = "no-quorum"
    NOTHING_EXPRESSED = "nothing-expressed"


class Tie(StrEnum):
    """What equal votes mean, said in the rules of the programme before anyone votes."""

    REFUSED = "refused"
    CHAIR = "chair"
    OPEN = "open"


@dataclass(frozen=True)
class Quorum:
    """At least `share` of the members who may vote on the dossier, or more than it (`strictly`), and `least` people."""

    share: Fraction = HALF
    strictly: bool = False
    least: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or (self.strictly and self.share == 1) or self.least < 0:
            raise CommitteeError("A quorum is a share of the members, and a number of people.")

    def needed(self, members: int) -> int:
        """How many people must be there when so many may vote."""
        whole = self.share * members
        floor = whole.numerator // whole.denominator
        by_share = floor + 1 if self.strictly else -(-whole.numerator // whole.denominator)
        return max(by_share, self.least)


@dataclass(frozen=True)
class Rule:
    """How a vote is counted: more than `majority` of the expressed votes (or at least, unless `strictly`)."""

    quorum: Quorum = Quorum()
    majority: Fraction = HALF
    strictly: bool = True
    tie: Tie = Tie.OPEN

    def __post_init__(self) -> None:
        if not HALF <= self.majority <= 1 or (self.majority == 1 and self.strictly):
            raise CommitteeError("A majority is at least half of the votes, and cannot be more than all.")
        if self.majority == HALF and not self.strictly:
            raise CommitteeError("With exactly half of the votes, the tie rule decides: ask for more than half.")


@dataclass(frozen=True)
class Attendance:
    """The committee before one dossier. `chair` may be absent or recused: nobody then settles a tie."""

    members: Collection[str]
    present: Collection[str]
    recused: Collection[str] = _NOBODY
    chair: str = ""

    def __post_init__(self) -> None:
        members = set(self.members)
        for stranger in sorted((set(self.present) | set(self.recused) | ({self.chair} - {""})) - members):
            raise CommitteeError("%(member)s is not a member of this committee.", member=stranger)

    @property
    def voters(self) -> frozenset[str]:
        """Who is there and may vote."""
        return frozenset(self.present) - frozenset(self.recused)

    @property
    def leaving(self) -> tuple[str, ...]:
        """Who is there and must leave the room."""
        return tuple(sorted(set(self.present) & set(self.recused)))

    @property
    def entitled(self) -> int:
        """How many members may vote on this dossier, there or not."""
        return len(set(self.members) - set(self.recused))


@dataclass(frozen=True)
class Count:
    """The state of the quorum for one dossier."""

    entitled: int
    there: int
    needed: int

    @property
    def is_reached(self) -> bool:
        # Were everyone recused, no rule would make a quorum of nobody.
        return self.there >= max(self.needed, 1)

    @property
    def missing(self) -> int:
        return max(max(self.needed, 1) - self.there, 0)


@dataclass(frozen=True)
class Tally:
    """A vote, counted. `silent`: there, and did not vote yet. `by_chair`: the tie was settled by the chair's vote."""

    outcome: Outcome
    favourable: int
    against: int
    abstained: int
    silent: tuple[str, ...]
    quorum: Count
    by_chair: bool = False

    @property
    def expressed(self) -> int:
        return self.favourable + self.against


def count(attendance: Attendance, quorum: Quorum) -> Count:
    """Quorum of one dossier, after recusals."""
    return Count(attendance.entitled, len(attendance.voters), quorum.needed(attendance.entitled))


def tally(attendance: Attendance, ballots: Mapping[str, Ballot], rule: Rule) -> Tally:
    """Counts a vote: quorum first, then the majority of the votes expressed, then the tie rule.

    Raises CommitteeError when somebody recused, absent or unknown voted: such a vote is never silently dropped.
    """
    _check_voters(attendance, ballots)
    votes = list(ballots.values())
    favourable, against, abstained = (votes.count(b) for b in (Ballot.FOR, Ballot.AGAINST, Ballot.ABSTAIN))
    silent = tuple(sorted(attendance.voters - set(ballots)))
    quorum = count(attendance, rule.quorum)
    outcome, by_chair = Outcome.NO_QUORUM, False
    if quorum.is_reached:
        outcome = _outcome(favourable, against, rule)
        if outcome is Outcome.TIED:
            outcome, by_chair = _settled(attendance, ballots, rule.tie)
    return Tally(outcome, favourable, against, abstained, silent, quorum, by_chair)


def _check_voters(attendance: Attendance, people: Collection[str]) -> None:
    for member in sorted(people):
        if member in attendance.recused:
            raise CommitteeError("%(member)s is recused on this dossier and cannot vote.", member=member)
        if member not in attendance.voters:
            raise CommitteeError("%(member)s is not there to vote.", member=member)


def _outcome(favourable: int, against: int, rule: Rule) -> Outcome:
    expressed = favourable + against
    if expressed == 0:
        return Outcome.NOTHING_EXPRESSED
    if favourable == against and rule.majority == HALF:
        return Outcome.TIED
    bar = rule.majority * expressed
    return Outcome.ACCEPTED if favourable > bar or (favourable == bar and not rule.strictly) else Outcome.REFUSED


def _settled(attendance: Attendance, ballots: Mapping[str, Ballot], tie: Tie) -> tuple[Outcome, bool]:
    if tie is Tie.REFUSED:
        return Outcome.REFUSED, False
    vote = ballots.get(attendance.chair) if tie is Tie.CHAIR else None
    if vote is Ballot.FOR:
        return Outcome.ACCEPTED, True
    return (Outcome.REFUSED, True) if vote is Ballot.AGAINST else (Outcome.TIED, False)


class Agreement(StrEnum):
    REACHED = "reached"
    OBJECTED = "objected"
    NO_QUORUM = "no-quorum"


@dataclass(frozen=True)
class Consensus:
    """A proposal nobody opposed, among those who may vote; else who objects, and a vote is the way out."""

    outcome: Agreement
    objecting: tuple[str, ...]
    quorum: Count


def consensus(attendance: Attendance, objecting: Collection[str], quorum: Quorum) -> Consensus:
    """Raises CommitteeError when somebody recused, absent or unknown objects."""
    _check_voters(attendance, objecting)
    state = count(attendance, quorum)
    outcome = Agreement.OBJECTED if objecting else Agreement.REACHED
    return Consensus(outcome if state.is_reached else Agreement.NO_QUORUM, tuple(sorted(set(objecting))), state)
