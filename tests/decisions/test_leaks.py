"""Nobody outside the team may guess a pending decision: what they read is the same before and after it is prepared.

Each reader is asked for pages, searches, files and data before and after; after the publication they do change, which
proves that the comparison would see a leak.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from kiif.accounts import privacy
from kiif.alliance.enums import Role
from kiif.decisions import actions, gestures, telling
from kiif.decisions.models import Appeal, Decision, Letter
from kiif.decisions.privacy import export
from kiif.mailbox.models import Mail
from kiif.programmes import journey, panels, tabs
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call
from kiif.search.queries import search
from kiif.ui import today
from tests.alliance.factories import acting, anybody, make_incubator, make_membership, make_partner
from tests.decisions.factories import carrier, coordinator_of, make_ready, publish_all
from tests.factories import make_user, sign_in
from tests.programmes.factories import alliance_of, make_application, make_call, make_host

pytestmark = pytest.mark.django_db
#: What changes at each request and tells nothing.
_NOISE = re.compile(r'(csrfmiddlewaretoken" value|nonce|X-CSRFToken)[^>]*|"[A-Za-z0-9]{64}"')


@pytest.fixture
def call():
    return make_call(contact_email="equipe@kiif.example", contact_name="L’équipe inventée")


@pytest.fixture
def application(call):
    incubator = make_incubator(alliance_of(call))
    return make_application(call, None, State.REVIEW, make_host(call, incubator), title="La Remise tournante")


def readers(call, application):
    """Everybody who may read the application or the call without running it, and those who may read nothing."""
    host = application.wishes.get().host.incubator
    return {
        "carrier": carrier(application),
        "host manager": acting(make_membership(host, Role.MANAGER)),
        "host advisor": acting(make_membership(host, Role.ADVISOR)),
        "other manager": acting(make_membership(make_incubator(alliance_of(call)), Role.MANAGER)),
        "reviewer": acting(make_membership(alliance_of(call), Role.REVIEWER)),
        "partner": acting(make_membership(make_partner(alliance_of(call)), Role.PARTNER)),
        "support": acting(make_membership(alliance_of(call), Role.SUPPORT)),
        "stranger": anybody(make_user()),
    }


def addresses(call, application):
    names = [
        ("programmes:application", application.public_id),
        ("programmes:applications", call.public_id),
        ("programmes:call", call.public_id),
        ("programmes:mine", application.public_id),
        ("programmes:public-call", call.slug),
        ("decisions:mine", application.public_id),
        ("decisions:decide", application.public_id),
        ("decisions:call", call.public_id),
        ("decisions:letters", call.public_id),
        ("decisions:publish", call.public_id),
    ]
    found = ["/", "/recherche/?q=Remise", "/api/"]
    for name, key in names:
        try:
            found.append(reverse(name, args=[key]))
        except NoReverseMatch:
            continue
    return found


def read_by(actor, call, application):
    """Everything that this person may read, as one value."""
    client: Client = sign_in(actor.user)
    pages = []
    for address in addresses(call, application):
        answer = client.get(address)
        body = b"" if answer.streaming else answer.content
        pages.append((address, answer.status_code, _NOISE.sub("", body.decode(errors="replace"))))
    row = Application.objects.filter(pk=application.pk).values("state", "state_at", "state_words", "decided_at").get()
    return {
        "pages": pages,
        "row": row,
        "today": [str(one) for one in today.gestures(actor)],
        "own gestures": [str(one) for one in today.told(actor, [*gestures.OF_TEAM, gestures.OF_CARRIERS])],
        "journey": [str(one) for one in journey.of_application(application, actor)],
        "panels": [panel.key for panel, _context in panels.of_application(actor, application)],
        "tabs": [tab.key for tab in tabs.of_call(actor, call)],
        "search": str(search(actor, "Remise")),
        "decisions": list(Decision.objects.visible_to(actor)) + list(Decision.objects.own(actor)),
        "letters": list(Letter.objects.visible_to(actor)) + list(Letter.objects.own(actor)),
        "appeals": list(Appeal.objects.visible_to(actor)) + list(Appeal.objects.own(actor)),
        "mails": Mail.objects.filter(to=actor.user).count(),
        "export": str(export(actor.user)),
        "seen by": [str(holder.seen_by(actor.user)) for holder in privacy.holders()]
        if hasattr(privacy, "holders")
        else [],
        "promise": telling.promise(call),
    }


def test_nobody_guesses_a_pending_decision(call, application):
    by = coordinator_of(call)
    people = readers(call, application)
    before = {who: read_by(actor, call, application) for who, actor in people.items()}

    make_ready(application, "refused", by, words="Un mot interne")

    after = {who: read_by(actor, call, application) for who, actor in people.items()}
    for who in people:
        for what in before[who]:
            assert after[who][what] == before[who][what], (who, what)

    publish_all(call, by, 1)
    application.refresh_from_db()
    known = {who: read_by(actor, call, application) for who, actor in people.items()}
    assert known["carrier"]["journey"] != before["carrier"]["journey"]
    assert known["carrier"]["pages"] != before["carrier"]["pages"]
    assert known["carrier"]["decisions"] != []
    assert known["host manager"]["row"] != before["host manager"]["row"]
    assert "Un mot interne" not in str(known["carrier"])


def test_a_replacement_being_prepared_is_as_quiet_as_the_first_one(call, application):
    by = coordinator_of(call)
    make_ready(application, "refused", by)
    publish_all(call, by, 1)
    people = readers(call, application)
    before = {who: read_by(actor, call, application) for who, actor in people.items()}
    make_ready(application, "accepted", by, explanation="Une erreur de lecture.")
    after = {who: read_by(actor, call, application) for who, actor in people.items()}
    assert after == before
    publish_all(call, by, 1)
    assert read_by(people["carrier"], call, application) != before["carrier"]


def test_addresses_of_what_is_pending_answer_as_if_it_did_not_exist(call, application):
    by = coordinator_of(call)
    decision = make_ready(application, "accepted", by)
    client = sign_in(application.response.owner)
    for name, method in (("mine-letter", client.get), ("mine-place", client.post), ("mine-review", client.post)):
        assert method(reverse(f"decisions:{name}", args=[decision.public_id])).status_code == 404
    for name, key in (("letter", decision.letter.public_id), ("letter-pdf", decision.letter.public_id)):
        assert client.get(reverse(f"decisions:{name}", args=[key])).status_code == 404
    publish_all(call, by, 1)
    assert client.get(reverse("decisions:mine-letter", args=[decision.public_id])).status_code == 200
    # the page of the team stays closed to them
    assert client.get(reverse("decisions:letter", args=[decision.letter.public_id])).status_code == 404


def test_the_journal_says_that_something_was_prepared_never_what(call, application):
    from kiif.journal.models import JournalDetail, JournalEntry

    by = coordinator_of(call)
    actions.prepare(application=application, outcome="refused", words="Trop fragile", by=by)
    entry = JournalEntry.objects.get(verb="decisions.prepared")
    detail = JournalDetail.objects.get(entry=entry)
    assert entry.scope_type is None
    assert "refused" not in f"{detail.changes}{detail.data}{detail.object_label}"
    assert "fragile" not in f"{detail.changes}{detail.data}{detail.object_label}"


def test_only_who_runs_the_call_has_the_tab(call, application):
    people = readers(call, application)
    shown = {who for who, actor in people.items() if "decisions" in [tab.key for tab in tabs.of_call(actor, call)]}
    assert shown == set()
    assert "decisions" in [tab.key for tab in tabs.of_call(coordinator_of(call), call)]
    assert Call.objects.filter(pk=call.pk).exists()
