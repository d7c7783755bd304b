"""Every page opens for who runs the call, with the gestures that it names; lists ask a fixed number of queries."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from kiif.alliance.enums import Role
from kiif.decisions import actions
from kiif.decisions.models import Appeal, Decision, Letter, LetterTemplate
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Conflict
from tests.alliance.factories import make_membership
from tests.decisions.factories import carrier, coordinator_of, make_ready, publish_all
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée", places=1)


@pytest.fixture
def by(call):
    return coordinator_of(call)


@pytest.fixture
def client(by):
    return sign_in(by.user)


@pytest.fixture
def application(call):
    return make_application(call, None, State.REVIEW)


def page(client, name, *args, **query):
    return client.get(reverse(f"decisions:{name}", args=args), query)


def test_every_page_of_a_call_opens(client, call, by, application):
    make_ready(application, "refused", by)
    other = make_application(call, None, State.REVIEW)
    make_ready(other, "reserve", by)
    for name in ("call", "letters", "publish", "reserve", "reviews", "terms", "texts", "bulk"):
        assert page(client, name, call.public_id).status_code == 200, name
    publish_all(call, by, 2)
    decision = Decision.objects.get(application=application)
    actions.ask_review(decision=decision, words="Le budget a été mal lu.", by=carrier(application))
    for name in ("call", "letters", "publish", "reserve", "reviews", "terms", "texts"):
        assert page(client, name, call.public_id).status_code == 200, name
    assert page(client, "review", Appeal.objects.get().public_id).status_code == 200
    assert page(client, "decide", application.public_id).status_code == 200
    assert page(client, "letter", decision.letter.public_id).status_code == 200
    assert page(client, "text", call.public_id, "refused", "fr").status_code == 200
    assert page(client, "review-enter", decision.public_id).status_code == 200
    pdf = page(client, "letter-pdf", decision.letter.public_id)
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")


def test_deciding_by_hand_writing_reading_again_publishing(client, call, application):
    client.post(
        reverse("decisions:decide", args=[application.public_id]),
        {"outcome": "refused", "words": "Trop tôt", "revision": "0"},
    )
    decision = Decision.objects.get()
    assert (decision.outcome, decision.words) == ("refused", "Trop tôt")
    client.post(reverse("decisions:letter-begin", args=[decision.public_id]))
    letter = Letter.objects.get()
    refused = client.post(reverse("decisions:letter-gesture", args=[letter.public_id, "prete"]), follow=True)
    assert "{retours}" in refused.content.decode()
    client.post(
        reverse("decisions:letter", args=[letter.public_id]),
        {"subject": letter.subject, "body": letter.body, "feedback": "Un besoin réel.", "revision": letter.revision},
    )
    client.post(reverse("decisions:letter-gesture", args=[letter.public_id, "prete"]))
    answer = client.post(
        reverse("decisions:publish", args=[call.public_id]), {"number": "1", "token": str(uuid4())}, follow=True
    )
    application.refresh_from_db()
    assert (answer.status_code, application.state) == (200, State.REFUSED)
    assert "Un besoin réel." in Letter.objects.get().sent_body


def test_publishing_asks_to_say_that_some_stay_without_an_answer(client, call, by, application):
    make_ready(application, "refused", by)
    make_application(call, None, State.REVIEW)
    address = reverse("decisions:publish", args=[call.public_id])
    assert client.post(address, {"number": "1", "token": str(uuid4())}).status_code == 422
    assert client.post(address, {"number": "2", "token": str(uuid4()), "leave": "on"}).status_code == 422
    assert client.post(address, {"number": "1", "token": str(uuid4()), "leave": "on"}).status_code == 302


def test_many_at_once_tells_line_by_line_what_was_done(client, call, by):
    rows = [make_application(call, None, State.REVIEW) for _ in range(3)]
    address = reverse("decisions:bulk", args=[call.public_id])
    shown = client.get(address, {"ids": [row.pk for row in rows]}).content.decode()
    seen = [f"{row.pk}:0" for row in rows]
    assert all(f'value="{one}"' in shown for one in seen)
    # in the meantime a colleague decides one, and a conflict takes another one away
    actions.prepare(application=rows[0], outcome="accepted", by=coordinator_of(call))
    Conflict.objects.create(application=rows[1], person=by.user, state=ConflictState.CONFIRMED)

    query = "&".join(f"ids={row.pk}" for row in rows)
    done = client.post(f"{address}?{query}", {"gesture": "refused", "seen": seen})

    told = {one.number: (one.done, one.why) for one in done.context["told"]}
    assert told[rows[2].number] == (True, "")
    assert told[rows[0].number][0] is False
    assert rows[1].number not in told
    assert list(Decision.objects.order_by("pk").values_list("application_id", "outcome")) == [
        (rows[0].pk, "accepted"),
        (rows[2].pk, "refused"),
    ]


def test_after_each_gesture_the_page_says_what_comes_next(client, call, by):
    rows = [make_application(call, None, State.REVIEW) for _ in range(2)]
    address = reverse("decisions:bulk", args=[call.public_id])
    letters, publish = (reverse(f"decisions:{name}", args=[call.public_id]) for name in ("letters", "publish"))
    writing = f"{address}?etape=preparee&amp;lettre=none&amp;geste=write"

    def does(gesture, revision):
        seen = [f"{row.pk}:{revision}" for row in rows]
        return client.post(address, {"gesture": gesture, "seen": seen}).content.decode()

    assert writing not in client.get(letters).content.decode()
    assert f'href="{letters}"' in does("accepted", 0).split("<main")[1].split('class="acts"')[-1]
    assert [writing in client.get(url).content.decode() for url in (letters, publish)] == [True, True]
    form = client.get(writing.replace("&amp;", "&")).context["form"]
    assert form["gesture"].value() == "write"
    assert f'href="{letters}"' in does("write", 1).split("<main")[1].split('class="acts"')[-1]
    first, second = Letter.objects.order_by("decision__application__project__number")
    page = client.get(letters)
    assert (page.context["missing"], page.context["first"]) == (0, first)
    assert client.get(reverse("decisions:letter", args=[second.public_id])).context["next"] == first
    actions.mark_ready(letter=first, by=by)
    shown = client.get(reverse("decisions:letter", args=[first.public_id])).content.decode()
    assert reverse("decisions:letter", args=[second.public_id]) in shown
    actions.mark_ready(letter=second, by=by)
    shown = client.get(reverse("decisions:letter", args=[first.public_id])).content.decode()
    assert (reverse("decisions:letter", args=[second.public_id]) in shown, publish in shown) == (False, True)


def test_what_left_the_list_is_left_as_it_is(client, call, by):
    row = make_application(call, None, State.REVIEW)
    actions.prepare(application=row, outcome="accepted", by=by)
    address = reverse("decisions:bulk", args=[call.public_id])
    done = client.post(f"{address}?decision=aucune", {"gesture": "refused", "seen": [f"{row.pk}:1"]})
    assert [one.done for one in done.context["told"]] == [False]
    done = client.post(f"{address}?decision=accepted", {"gesture": "refused", "seen": [f"{row.pk}:1"]})
    assert [one.done for one in done.context["told"]] == [True]


def test_the_reserve_list_is_filled_in_order_at_once(client, call):
    rows = [make_application(call, None, State.REVIEW) for _ in range(2)]
    address = reverse("decisions:bulk", args=[call.public_id])
    client.post(address, {"gesture": "reserve", "rank": "3", "seen": [f"{row.pk}:0" for row in rows]})
    assert list(Decision.objects.order_by("rank").values_list("application_id", "rank")) == [
        (rows[0].pk, 3),
        (rows[1].pk, 4),
    ]


def test_filters_of_the_address(client, call, by):
    rows = [make_application(call, None, State.REVIEW) for _ in range(2)]
    actions.prepare(application=rows[0], outcome="accepted", by=by)
    for query, expected in (
        ({"decision": "aucune"}, [rows[1].pk]),
        ({"decision": "accepted"}, [rows[0].pk]),
        ({"etape": "preparee"}, [rows[0].pk]),
        ({"etape": "publiee"}, []),
        ({"lettre": "none"}, [row.pk for row in rows]),
        ({"q": rows[1].project.number}, [rows[1].pk]),
    ):
        found = page(client, "call", call.public_id, **query).context["table"]
        assert [row.source.pk for row in found.page_rows] == expected, query


@pytest.mark.parametrize("name", ["call", "letters", "bulk", "publish"])
def test_as_many_queries_for_one_row_as_for_three(client, call, by, name, django_assert_max_num_queries):
    make_ready(make_application(call, None, State.REVIEW), "refused", by)
    page(client, name, call.public_id)
    with django_assert_max_num_queries(30) as first:
        page(client, name, call.public_id)
    for _ in range(2):
        make_ready(make_application(call, None, State.REVIEW), "refused", by)
    with django_assert_max_num_queries(30) as second:
        page(client, name, call.public_id)
    assert len(first) == len(second)


def test_a_text_of_the_call_then_of_the_programme(client, call):
    address = reverse("decisions:text", args=[call.public_id, "refused", "fr"])
    assert client.post(address, {"subject": "Réponse", "body": "Bonjour {inconnu}"}).status_code == 422
    client.post(address, {"subject": "Réponse de l’appel", "body": "Bonjour {name}"})
    client.post(address, {"subject": "Réponse du programme", "body": "Bonjour {name}", "whole": "on"})
    assert set(LetterTemplate.objects.values_list("subject", "call_id")) == {
        ("Réponse de l’appel", call.pk),
        ("Réponse du programme", None),
    }
    client.post(reverse("decisions:text-give-up", args=[call.public_id, "refused", "fr"]))
    assert LetterTemplate.objects.get().subject == "Réponse du programme"


def test_terms_are_kept_and_a_draw_needs_its_seed(client, call):
    address = reverse("decisions:terms", args=[call.public_id])
    asked = {
        "appeals": "on", "appeal_days": 10, "appeal_answer_days": 15, "confirm_days": 5, "reserve_days": 3,
        "tie_rule": "draw", "tie_seed": "", "seen": 0,
    }  # fmt: skip
    assert client.post(address, asked).status_code == 422
    assert client.post(address, {**asked, "tie_seed": "gare-de-triage"}).status_code == 302
    call.refresh_from_db()
    assert (call.terms.tie_seed, call.terms.confirm_days) == ("gare-de-triage", 5)


def test_a_team_that_does_not_run_the_call_is_told_so(call):
    from tests.alliance.factories import make_incubator

    manager = make_membership(make_incubator(alliance_of(call)), Role.MANAGER)
    client = sign_in(manager.user)
    assert page(client, "call", call.public_id).status_code == 403
    assert page(sign_in(make_user()), "call", call.public_id).status_code == 404
