import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiif.methods.committee.errors import CommitteeError
from kiif.methods.committee.voting import (
    Agreement,
    Attendance,
    Ballot,
    Count,
    Outcome,
    Quorum,
    Rule,
    Tie,
    consensus,
    count,
    tally,
)

MEMBERS = ("ann", "bob", "eve", "leo", "zoe")
FOR, AGAINST, ABSTAIN = Ballot.FOR, Ballot.AGAINST, Ballot.ABSTAIN


def votes(**ballots):
    return ballots


def test_a_majority_is_of_the_votes_expressed():
    attendance = Attendance(MEMBERS, MEMBERS)
    found = tally(attendance, votes(ann=FOR, bob=FOR, eve=AGAINST, leo=ABSTAIN), Rule())
    assert (found.outcome, found.favourable, found.against, found.abstained) == (Outcome.ACCEPTED, 2, 1, 1)
    assert (found.expressed, found.silent) == (3, ("zoe",))
    assert not found.by_chair


def test_quorum_is_counted_after_recusals():
    """Five members, three there: enough for half of five. Two of them recused: one left, of three who may vote."""
    everyone = Attendance(MEMBERS, ("ann", "bob", "eve"))
    assert count(everyone, Quorum()) == Count(5, 3, 3)
    recused = Attendance(MEMBERS, ("ann", "bob", "eve"), recused=("ann", "bob"))
    assert count(recused, Quorum()) == Count(3, 1, 2)
    assert recused.leaving == ("ann", "bob")
    assert tally(recused, votes(eve=FOR), Rule()).outcome is Outcome.NO_QUORUM
    assert count(recused, Quorum()).missing == 1
    absent = Attendance(MEMBERS, ("ann", "bob", "eve"), recused=("leo", "zoe"))
    assert count(absent, Quorum()) == Count(3, 3, 2)
    assert absent.leaving == ()


def test_abstaining_counts_for_the_quorum_and_not_for_the_majority():
    attendance = Attendance(MEMBERS, ("ann", "bob", "eve"))
    found = tally(attendance, votes(ann=FOR, bob=ABSTAIN, eve=ABSTAIN), Rule())
    assert found.outcome is Outcome.ACCEPTED
    nothing = tally(attendance, votes(ann=ABSTAIN, bob=ABSTAIN), Rule())
    assert nothing.outcome is Outcome.NOTHING_EXPRESSED


def test_a_committee_all_recused_decides_nothing():
    attendance = Attendance(("ann",), ("ann",), recused=("ann",))
    rule = Rule(Quorum(share=Fraction(0), least=0))
    assert tally(attendance, {}, rule).outcome is Outcome.NO_QUORUM
    assert count(attendance, rule.quorum) == Count(0, 0, 0)


@pytest.mark.parametrize(
    ("tie", "chair", "ballot", "outcome", "by_chair"),
    [
        (Tie.OPEN, "ann", FOR, Outcome.TIED, False),
        (Tie.REFUSED, "ann", FOR, Outcome.REFUSED, False),
        (Tie.CHAIR, "ann", FOR, Outcome.ACCEPTED, True),
        (Tie.CHAIR, "bob", FOR, Outcome.REFUSED, True),
        (Tie.CHAIR, "eve", FOR, Outcome.TIED, False),
        (Tie.CHAIR, "", FOR, Outcome.TIED, False),
    ],
)
def test_equal_votes_follow_the_rule_said_before(tie, chair, ballot, outcome, by_chair):
    attendance = Attendance(MEMBERS, MEMBERS, chair=chair)
    found = tally(attendance, votes(ann=ballot, bob=AGAINST, eve=ABSTAIN), Rule(tie=tie))
    assert (found.outcome, found.by_chair) == (outcome, by_chair)


@pytest.mark.parametrize(
    ("favourable", "against", "strictly", "outcome"),
    [
        (4, 2, False, Outcome.ACCEPTED),
        (4, 2, True, Outcome.REFUSED),
        (3, 3, False, Outcome.REFUSED),
        (5, 1, True, Outcome.ACCEPTED),
    ],
)
def test_two_thirds_are_counted_exactly(favourable, against, strictly, outcome):
    members = [f"m{i}" for i in range(6)]
    ballots = dict(zip(members, [FOR] * favourable + [AGAINST] * against, strict=True))
    rule = Rule(majority=Fraction(2, 3), strictly=strictly)
    assert tally(Attendance(members, members), ballots, rule).outcome is outcome


@pytest.mark.parametrize(
    ("quorum", "members", "needed"),
    [
        (Quorum(), 4, 2),
        (Quorum(), 5, 3),
        (Quorum(strictly=True), 4, 3),
        (Quorum(Fraction(2, 3)), 9, 6),
        (Quorum(Fraction(1, 3), least=4), 6, 4),
        (Quorum(Fraction(1)), 7, 7),
    ],
)
def test_quorum_needed(quorum, members, needed):
    assert quorum.needed(members) == needed


def test_consensus_is_nobody_objecting_among_those_who_may():
    attendance = Attendance(MEMBERS, ("ann", "bob", "eve", "leo"), recused=("leo",))
    assert consensus(attendance, (), Quorum()).outcome is Agreement.REACHED
    opposed = consensus(attendance, ("eve", "bob"), Quorum())
    assert (opposed.outcome, opposed.objecting) == (Agreement.OBJECTED, ("bob", "eve"))
    alone = Attendance(MEMBERS, ("ann",))
    assert consensus(alone, (), Quorum()).outcome is Agreement.NO_QUORUM


def test_votes_that_may_not_be_are_refused_rather_than_dropped():
    attendance = Attendance(MEMBERS, ("ann", "bob"), recused=("bob",))
    rule = Rule(Quorum(least=1, share=Fraction(0)))
    assert tally(attendance, votes(ann=FOR), rule).outcome is Outcome.ACCEPTED
    for ballots, message in (
        (votes(bob=FOR), "bob is recused on this dossier and cannot vote."),
        (votes(eve=FOR), "eve is not there to vote."),
        (votes(max=FOR), "max is not there to vote."),
    ):
        with pytest.raises(CommitteeError) as error:
            tally(attendance, ballots, rule)
        assert str(error.value) == message
        with pytest.raises(CommitteeError):
            consensus(attendance, ballots, rule.quorum)


def test_rules_without_a_meaning_are_refused():
    for wrong in (
        lambda: Quorum(Fraction(3, 2)),
        lambda: Quorum(Fraction(1), strictly=True),
        lambda: Quorum(least=-1),
        lambda: Rule(majority=Fraction(1, 3)),
        lambda: Rule(majority=Fraction(1)),
        lambda: Rule(strictly=False),
        lambda: Attendance(MEMBERS, ("max",)),
        lambda: Attendance(MEMBERS, MEMBERS, chair="max"),
    ):
        with pytest.raises(CommitteeError):
            wrong()
    assert Rule(majority=Fraction(1), strictly=False).majority == 1


@settings(deadline=None, max_examples=200)
@given(
    st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(list(Ballot))),
    st.frozensets(st.sampled_from(MEMBERS)),
)
def test_recusing_somebody_is_the_same_as_a_committee_without_them(ballots, recused):
    kept = {member: ballot for member, ballot in ballots.items() if member not in recused}
    others = tuple(member for member in MEMBERS if member not in recused)
    with_them = tally(Attendance(MEMBERS, MEMBERS, recused), kept, Rule())
    without = tally(Attendance(others, others), kept, Rule())
    assert with_them == without


def test_all_small_votes_follow_the_definition():
    for ballots in itertools.product(Ballot, repeat=4):
        cast = dict(zip(MEMBERS, ballots, strict=False))
        found = tally(Attendance(MEMBERS, MEMBERS), cast, Rule())
        difference = ballots.count(FOR) - ballots.count(AGAINST)
        expressed = 4 - ballots.count(ABSTAIN)
        expected = Outcome.ACCEPTED if difference > 0 else Outcome.REFUSED if difference < 0 else Outcome.TIED
        assert found.outcome is (expected if expressed else Outcome.NOTHING_EXPRESSED)
