"""The test: the rules as data, the pure engine, what is kept, what a person decides, the doors."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.mailbox.models import Mail
from kiif.programmes.actions import eligibility as actions
from kiif.programmes.eligibility import RulesError, editing, evaluate, read
from kiif.programmes.eligibility.doors import doors
from kiif.programmes.eligibility.engine import missing
from kiif.programmes.eligibility.places import Place as Commune
from kiif.programmes.eligibility.places import facts
from kiif.programmes.eligibility.starter import RURAL
from kiif.programmes.enums import Verdict
from kiif.programmes.forms_rules import conditions_of
from kiif.programmes.models import Check
from kiif.ui.errors import NotAllowed, Refused
from tests.factories import make_user
from tests.programmes.call_factories import Place, make_moment, make_place

READY = {
    "challenge": ["jobs"], "esus": ["yes"], "impact": ["yes"], "means": ["yes"], "stake": ["yes"], "capacity": ["yes"],
    "setting": ["rural"], "form": ["branch"], "places.rural": ["rural"], "places.hosted": ["all"],
}  # fmt: skip


def verdicts(**changes: list[str]) -> tuple[str, dict[str, str]]:
    result = evaluate(read(RURAL), {**READY, **{key.replace("__", "."): value for key, value in changes.items()}})
    return result.verdict, {one.family.key: one.verdict for one in result.families}


@pytest.mark.parametrize(
    ("changes", "family", "verdict"),
    [
        ({}, "challenges", "yes"),
        ({"challenge": ["none"]}, "challenges", "person"),
        ({"esus": ["no"], "profit": ["yes"], "governance": ["yes"], "utility": ["yes"]}, "economy", "yes"),
        ({"esus": ["no"], "profit": ["no"], "governance": ["no"], "utility": ["yes"]}, "economy", "no"),
        ({"esus": ["unsure"], "profit": ["unsure"], "governance": ["yes"], "utility": ["yes"]}, "economy", "person"),
        # with the approval, what was answered below is not asked and does not count
        ({"profit": ["no"], "governance": ["no"]}, "economy", "yes"),
        ({"means": ["partly"]}, "maturity", "person"),
        ({"impact": ["no"], "means": ["no"]}, "maturity", "no"),
        ({"places__rural": ["open"], "places__hosted": ["open"]}, "territories", "yes"),
        ({"places__rural": ["urban"]}, "territories", "person"),
        ({"places__hosted": ["none"]}, "territories", "no"),
        ({"setting": ["adapts"]}, "territories", "yes"),
        ({"setting": ["same"]}, "territories", "person"),
        ({"form": ["spread"]}, "territories", "yes"),
    ],
)
def test_the_four_families(changes: dict[str, list[str]], family: str, verdict: str) -> None:
    whole, by_family = verdicts(**changes)
    assert by_family == {**dict.fromkeys(("challenges", "economy", "maturity", "territories"), "yes"), family: verdict}
    assert whole == verdict


def test_a_test_without_families_is_passed() -> None:
    assert evaluate(read({}), {}).verdict == "yes"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d["families"][0]["rules"][0]["when"].update({"ghost": ["yes"]}),
        lambda d: d["families"][0]["rules"][0]["when"].update({"challenge": ["ghost"]}),
        lambda d: d["families"][0].update(verdict="yes"),
        lambda d: d["families"].append(d["families"][0]),
        lambda d: d["families"][1]["questions"][0].update(choices=[]),
        lambda d: d["families"][0]["otherwise"].update(verdict="perhaps"),
    ],
)
def test_rules_that_do_not_hold_are_refused(spoil: Any) -> None:
    document = deepcopy(RURAL)
    spoil(document)
    with pytest.raises(RulesError):
        read(document)
    assert read(RURAL).families


def commune(rural: bool | None, *hosts: str) -> Commune:
    return Commune("24311", "Nontron", "24", rural, "", "", "2026", hosts)


@pytest.mark.parametrize(
    ("places", "rural", "hosted"),
    [
        ([], "open", "open"),
        ([commune(True, "ATIS")], "rural", "all"),
        ([commune(True, "ATIS"), commune(False)], "mixed", "some"),
        ([commune(False)], "urban", "none"),
        ([commune(None, "ATIS")], "unknown", "all"),
    ],
)
def test_what_the_rules_read_of_places(places: list[Commune], rural: str, hosted: str) -> None:
    assert facts("places", places) == {"places.rural": [rural], "places.hosted": [hosted]}


def test_rules_are_edited_piece_by_piece() -> None:
    texts = {"title_fr": "Nouvelle", "title_en": "", "lead_fr": "", "lead_en": "", "verdict": "no", "words_fr": "Non.",
             "words_en": ""}  # fmt: skip
    document, key = editing.put_family(RURAL, "", texts)
    question = {"kind": "one", "label_fr": "Alors ?", "label_en": "", "help_fr": "Aide", "help_en": "",
                "choices_fr": "Oui\nNon", "choices_en": "Yes\nNo"}  # fmt: skip
    document = editing.put_question(document, key, "", question)
    asked = editing.family_of(document, key)["questions"][0]  # type: ignore[index]  # just made
    yes = asked["choices"][0]["key"]
    pair = f"{asked['key']}|{yes}"
    rule = {"when": [pair], "verdict": "yes", "words_fr": "Oui.", "words_en": ""}
    document = editing.put_rule(document, key, 0, rule)
    assert evaluate(read(document), {**READY, asked["key"]: [yes]}).families[-1].verdict == "yes"
    # an answer that changes its words keeps its key, one that goes takes the condition away
    document = editing.put_question(document, key, asked["key"], {**question, "choices_fr": "Tout à fait\nNon"})
    assert evaluate(read(document), {**READY, asked["key"]: [yes]}).families[-1].verdict == "yes"
    document = editing.gesture(document, "remove", key, "", asked["key"])
    assert editing.family_of(document, key)["rules"] == []  # type: ignore[index]  # still there
    document = editing.gesture(document, "up", key, "")
    assert [family["key"] for family in document["families"]][-2] == key
    with pytest.raises(LookupError):
        editing.gesture(document, "up", "ghost", "")


def test_a_question_is_asked_only_if_another_answer_was_given() -> None:
    texts = {"title_fr": "Nouvelle", "title_en": "", "lead_fr": "", "lead_en": "", "verdict": "no", "words_fr": "Non.",
             "words_en": ""}  # fmt: skip
    document, key = editing.put_family(RURAL, "", texts)
    question = {"kind": "one", "label_fr": "Alors ?", "label_en": "", "help_fr": "Aide", "help_en": "",
                "choices_fr": "Oui\nNon", "choices_en": ""}  # fmt: skip
    document = editing.put_question(document, key, "", question)
    family = editing.family_of(document, key)
    assert family is not None
    first = family["questions"][0]
    yes, no = (choice["key"] for choice in first["choices"])
    offered = dict(conditions_of(family))
    assert set(offered) == {f"{first['key']}|{yes}", f"{first['key']}|{no}"}
    assert conditions_of(family, first["key"]) == []  # nothing stands above it
    second = {**question, "label_fr": "Et encore ?", "only_if": [f"{first['key']}|{no}"]}
    document = editing.put_question(document, key, "", second)
    rules = read(document)
    other = rules.families[-1].questions[1]
    assert missing(rules, {**READY, first["key"]: [no]}) == [other.key]
    assert missing(rules, {**READY, first["key"]: [yes]}) == []
    # a question that goes takes the condition away: the other one is asked to all
    document = editing.gesture(document, "remove", key, "", first["key"])
    assert missing(read(document), READY) == [other.key]


ANSWERS = {key: value for key, value in READY.items() if "." not in key}


@pytest.fixture
def place(db: None) -> Place:
    return make_place(eligibility=RURAL, contact_email="equipe@exemple.example", contact_name="L’équipe")


def test_a_test_is_kept_with_its_reasons(place: Place) -> None:
    check = actions.take(call=place.call, answers=ANSWERS, by=Actor(), token="jeton")
    assert (check.verdict, check.user, check.token_hash) == (Verdict.YES, None, actions.digest("jeton"))
    assert [one["verdict"] for one in check.reasons] == ["yes"] * 4
    assert check.rules_digest == read(RURAL).digest
    # what the questions do not offer is left out, the rules of later do not change what was said
    odd = actions.take(call=place.call, answers={**ANSWERS, "challenge": ["jobs", "ghost"]}, by=Actor())
    assert odd.answers["given"]["challenge"] == ["jobs"]
    actions.set_rules(call=place.call, document={"format": 1, "families": []}, by=place.coordinator)
    check.refresh_from_db()
    assert len(check.reasons) == 4


def test_a_question_without_an_answer_is_named(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        actions.take(call=place.call, answers={**ANSWERS, "stake": []}, by=Actor())
    assert refused.value.field == "stake"


def test_a_person_decides_once_and_says_why(place: Place) -> None:
    check = actions.take(call=place.call, answers={**ANSWERS, "challenge": ["none"]}, by=Actor())
    assert check.verdict == Verdict.PERSON
    actions.ask_a_person(check=check, email="demande@exemple.example", words="Une veillée, est-ce civique ?")
    with pytest.raises(Refused):
        actions.ask_a_person(check=check, email="demande@exemple.example", words="Encore moi")
    with pytest.raises(NotAllowed):
        actions.decide(check=check, decision="yes", words="Oui", by=place.advisor)
    with pytest.raises(Refused):
        actions.decide(check=check, decision="no", words=" ", by=place.coordinator)
    done = actions.decide(check=check, decision="yes", words="C’est de la mobilisation.", by=place.coordinator)
    assert (done.outcome, done.verdict) == ("yes", "person")
    mail = Mail.objects.get(kind="programmes.test_decided")
    assert mail.address == "demande@exemple.example"
    assert "C’est de la mobilisation." in mail.text
    with pytest.raises(Refused):
        actions.decide(check=check, decision="no", words="Non", by=place.coordinator)


def test_old_tests_are_forgotten_unless_somebody_waits(place: Place) -> None:
    old, waiting, kept, young = (actions.take(call=place.call, answers=ANSWERS, by=Actor()) for _n in range(4))
    before = timezone.now() - timedelta(days=31)
    Check.objects.exclude(pk=young.pk).update(at=before)
    Check.objects.filter(pk=waiting.pk).update(asked_at=before, email="x@exemple.example")
    Check.objects.filter(pk=kept.pk).update(user=make_user())
    assert actions.prune() == 1
    assert set(Check.objects.values_list("pk", flat=True)) == {waiting.pk, kept.pk, young.pk}
    assert not Check.objects.filter(pk=old.pk).exists()


def test_tests_of_a_browser_follow_the_account_that_signs_in(place: Place) -> None:
    check = actions.take(call=place.call, answers=ANSWERS, by=Actor(), token="jeton")
    user, other = make_user(), make_user()
    assert actions.last_check(place.call, None, [actions.digest("jeton")]) == check
    assert actions.keep_for(user=user, digests=[actions.digest("jeton")]) == 1
    assert actions.keep_for(user=other, digests=[actions.digest("jeton")]) == 0
    assert actions.last_check(place.call, user) == check


def test_there_is_always_a_door(place: Place) -> None:
    kinds = [door.kind for door in doors(place.call)]
    assert kinds[0] == "advisor"
    make_moment(place.call, 3)
    assert "meeting" in [door.kind for door in doors(place.call)]
    bare = make_place()
    assert doors(bare.call)
