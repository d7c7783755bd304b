"""A call with a small form that gives every fact, two hosts and their annexes; applications made by the actions."""

from __future__ import annotations

from typing import Any

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.programmes.actions import applications
from kiif.programmes.models import Application, Call
from kiif.questionnaires.actions import answering
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.models import Response
from tests.alliance import factories as alliances
from tests.factories import make_user
from tests.programmes import factories as make
from tests.questionnaires.answer_factories import choices, question

FACTS = {
    "title": "q_titre",
    "organisation": "q_structure",
    "contact_email": "q_courriel",
    "challenges": "q_enjeux",
    "hosts": "q_accueil",
    "legal_form": "q_statut",
    "women_led": "q_femmes",
}


def form(**fields: Any) -> dict[str, Any]:
    """A definition: who applies, the project, an annex for each of two hosts."""
    return {
        "format": "kiif-questionnaire/1",
        "title": {"fr": "Formulaire inventé"},
        "languages": ["fr", "en"],
        "variants": [{"key": "nord", "label": {"fr": "Nord"}}, {"key": "sud", "label": {"fr": "Sud"}}],
        "sections": [
            _section("s_qui1", "p_qui1", "Qui", [
                question("organisation", "structure"),
                question("email", "courriel"),
                question("choice", "statut", choices=choices("association", "scic")),
                question("yes_no", "femmes"),
            ]),
            _section("s_quoi", "p_quoi", "Quoi", [
                question("text", "titre", required=True),
                question("long_text", "recit"),
                question("choices", "enjeux", choices=choices("jobs", "services")),
                question("ranking", "accueil", choices=choices("nord", "sud")),
                question("files", "pieces"),
            ]),
            _section("s_nord", "p_nord", "Annexe Nord", [question("text", "dunord")], variants=["nord"]),
            _section("s_suud", "p_suud", "Annexe Sud", [question("text", "dusud")], variants=["sud"]),
        ],
        **fields,
    }  # fmt: skip


def _section(key: str, page: str, title: str, questions: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"id": key, "title": {"fr": title}, "pages": [{"id": page, "questions": questions}], **fields}


def make_place(**fields: Any) -> dict[str, Any]:
    """`call`, its hosts `nord` and `sud`, who runs it (`coordinator`), an advisor of each host, a carrier."""
    alliance = alliances.make_alliance()
    near, far = alliances.make_incubator(alliance), alliances.make_incubator(alliance)
    edition = make.make_edition(make.make_programme(alliance))
    call = make.make_call(edition, form(), consortium=True, **{"facts": FACTS, **fields})
    return {
        "alliance": alliance,
        "call": call,
        "nord": make.make_host(call, near, variant="nord"),
        "sud": make.make_host(call, far, variant="sud"),
        "coordinator": alliances.acting(alliances.make_membership(alliance, Role.COORDINATOR)),
        "advisor": alliances.acting(alliances.make_membership(near, Role.ADVISOR)),
        "far_advisor": alliances.acting(alliances.make_membership(far, Role.ADVISOR)),
        "carrier": Actor(user=make_user()),
    }


def begin(call: Call, carrier: Actor, **beginning: Any) -> Application:
    return applications.start(call=call, by=carrier, beginning=applications.Beginning(**beginning))


def fill(application: Application, carrier: Actor, **values: Any) -> Application:
    """Writes answers by name of question."""
    response = Response.objects.get(pk=application.response_id)
    sent = {f"q_{name}": Sent(value, response.revision) for name, value in values.items()}
    outcome = save(response=response, sent=sent, by=carrier)
    assert not outcome.refused, outcome.refused
    return fresh(application)


def send(application: Application, carrier: Actor) -> Application:
    answering.submit(response=Response.objects.get(pk=application.response_id), by=carrier)
    return fresh(application)


def sent(call: Call, carrier: Actor | None = None, title: str = "Le vélo partagé", **values: Any) -> Application:
    """An application that was written and sent."""
    carrier = carrier or Actor(user=make_user())
    application = begin(call, carrier)
    return send(fill(application, carrier, titre=title, **values), carrier)


def fresh(application: Application) -> Application:
    rows = Application.objects.with_ties().select_related("response__owner", "response__version")
    return rows.get(pk=application.pk)
