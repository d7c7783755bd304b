"""Applications of the demonstration: eighty for Les Sentiers with the mess of real ones, fewer for the others.

They are received around today, through the actions; once the calls are back on their own days, so are they (`settle`).
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.demo import create_person
from kiif.alliance.models import Membership
from kiif.programmes.actions import applications as own
from kiif.programmes.actions import applications_team as team
from kiif.programmes.actions import applications_typing, duplicates, invented
from kiif.programmes.enums import CorrectionKind, NoteReach, State
from kiif.programmes.inventing import Applicant, Inventor
from kiif.programmes.models import Application, Call, CorrectionRequest
from kiif.questionnaires.actions import answering
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Participant, Response, Snapshot
from kiif.territories.lookup import fold

CARRIER: Final = "porteuse@kiif.example"
#: How many of each call, without those that a story adds.
SENTIERS, ITINERAIRES, EPILOGUE = 71, 10, 14
#: Places of Les Sentiers with a story, by the number of the applicant.
DRAFTS: Final = frozenset({6, 17, 28, 39, 50, 61})
LATE: Final = frozenset({12, 33, 55, 68})
INELIGIBLE: Final = {
    9: "La solution n’a pas encore un an : son impact ne peut pas être montré sur son territoire d’origine.",
    30: "Le projet vise une métropole et ne prévoit pas d’adaptation à la campagne.",
    47: "Les statuts ne limitent pas la recherche de profit et les décisions ne sont pas partagées.",
}
DOOR: Final = (
    "Les six webinaires sont ouverts à toutes et tous, sans candidature, et un·e conseiller·ère peut vous rappeler."
)
WITHDRAWN: Final = {21: "Notre salariée part en congé, nous préférons attendre l’an prochain.", 44: ""}
ENGLISH: Final = frozenset({15, 52})
#: Received, and nobody has yet said whether they fit.
UNDECIDED: Final = frozenset({2, 24, 36, 41, 58, 63, 70})
CORRECTING, CORRECTED, FIVE = 5, 19, 8


def build(world: Any) -> None:
    """Fills `world.things["applications"]`: "sentiers", "itineraires", "epilogue" → their applications."""
    calls: dict[str, Call] = world.things["calls"]
    by = _coordinator(world)
    world.things["applications"] = {
        "sentiers": _sentiers(world, calls["sentiers"], by),
        "itineraires": _itineraires(world, calls["itineraires"], by),
        "epilogue": _epilogue(world, calls["epilogue"], by),
    }


def _coordinator(world: Any) -> Actor:
    person = world.people["coordination@kiif.example"]
    acting = Membership.objects.current().filter(user=person).select_related("where").first()
    return Actor(user=person, acting_as=acting)


def _sentiers(world: Any, call: Call, by: Actor) -> list[Application]:
    inventor = Inventor(call, seed=world.seed)
    made: dict[int, Application] = {}
    for number in range(SENTIERS):
        applicant = inventor.applicant(number)
        language = "en" if number in ENGLISH else ""
        made[number] = invented.write(call, applicant, inventor, sent=number not in DRAFTS, language=language)
    extra = [_of_the_carrier(world, call, inventor), *_twins(call, inventor, made)]
    _review(made, by)
    _refuse(made, by)
    _correct(made, by)
    _together(world, made[FIVE])
    for number, words in WITHDRAWN.items():
        own.withdraw(application=made[number], words=words, by=_carrier(made[number]))
    extra.append(_mandate(call, by))
    _notes(made, by)
    duplicates.look(call=call, by=by)
    return [*made.values(), *extra]


def _carrier(application: Application) -> Actor:
    return Actor(user=application.response.owner)


def _renamed(applicant: Applicant, **fields: Any) -> Applicant:
    return Applicant(**{**applicant.__dict__, **fields})


def _of_the_carrier(world: Any, call: Call, inventor: Inventor) -> Application:
    """The demo account has one living application, being read."""
    person = world.people[CARRIER]
    applicant = _renamed(
        inventor.applicant(200), person=str(person), email=person.email, organisation="La Bricole fertile",
        title="L’atelier qui vient à vous", does="un camion-atelier qui fait huit villages",
    )  # fmt: skip
    return invented.write(call, applicant, inventor, sent=True, person=person)


def _twins(call: Call, inventor: Inventor, made: dict[int, Application]) -> list[Application]:
    """Sent twice: by a colleague under the same number; by the same person under a name that is nearly the same."""
    first, second = made[3], made[14]
    colleague = _renamed(
        inventor.applicant(201), organisation=first.organisation_name, siren=first.siren or "000000000",
        title=first.title,
    )  # fmt: skip
    again = _renamed(
        inventor.applicant(202), organisation=f"Association {second.organisation_name}", siren="", title=second.title,
    )  # fmt: skip
    return [
        invented.write(call, colleague, inventor, sent=True),
        invented.write(call, again, inventor, sent=True, person=second.response.owner),
    ]


def _review(made: dict[int, Application], by: Actor) -> None:
    apart = DRAFTS | UNDECIDED | INELIGIBLE.keys() | WITHDRAWN.keys() | {CORRECTING}
    for number, application in made.items():
        if number not in apart:
            team.put_in_review(application=application, by=by)


def _refuse(made: dict[int, Application], by: Actor) -> None:
    door = team.Door(DOOR, "/appels/")
    for number, words in INELIGIBLE.items():
        team.decide_eligibility(application=made[number], eligible=False, words=words, door=door, by=by)


def _correct(made: dict[int, Application], by: Actor) -> None:
    """One under way, one that came back."""
    for number in (CORRECTING, CORRECTED):
        known = definition_of(made[number].response.version).by_name
        items = [
            team.ToCorrect(known["charges"].id, CorrectionKind.INCORRECT, "Le total ne correspond pas au tableau."),
            team.ToCorrect(known["impact"].id, CorrectionKind.INCOMPLETE, "Sur quelle période ?"),
        ]
        until = timezone.now() + dt.timedelta(days=6)
        team.ask_corrections(
            application=made[number], items=items, until=until, by=by, words="Merci pour ce beau dossier."
        )
    response = Response.objects.get(pk=made[CORRECTED].response_id)
    carrier, key = _carrier(made[CORRECTED]), definition_of(response.version).by_name["charges"].id
    save(response=response, sent={key: Sent(148_500, response.revision)}, by=carrier)
    answering.submit(response=response, by=carrier)


def _together(world: Any, application: Application) -> None:
    """Five people wrote this one."""
    for place, name in enumerate(("Ode Lanterneau", "Basile Fontvive", "Mina Verteplume", "Anselme Ormelande")):
        email = f"{name.lower().replace(' ', '.')}@candidature.example"
        person = create_person(world, name, email)
        role = "submit" if place == 0 else "edit"
        Participant.objects.create(response=application.response, user=person, role=role)


def _mandate(call: Call, by: Actor) -> Application:
    """The coordination writes for somebody who has no account, and who asked on the phone."""
    application = applications_typing.type_for(
        call=call, email="leonce.aubecombe@candidature.example", given_by="Léonce Aubecombe", channel="phone",
        given_on=timezone.localdate() - dt.timedelta(days=2), by=by,
        words="Écrire avec lui la première partie : la fibre n’arrive pas chez lui. Il enverra lui-même.",
    )  # fmt: skip
    response = application.response
    key = definition_of(response.version).by_name["solution"].id
    save(response=response, sent={key: Sent("Les veilleurs de ferme", response.revision)}, by=by)
    return application


def _notes(made: dict[int, Application], by: Actor) -> None:
    team.add_note(application=made[4], text="Rencontrés à la réunion du 13 mai : très concrets.", by=by)
    team.add_note(
        application=made[10], text="Le budget tient si l’ancienne gare est prêtée.", by=by, reach=NoteReach.EVERY
    )


def _itineraires(world: Any, call: Call, by: Actor) -> list[Application]:
    """Open today: drafts and early ones; the demo account has not finished."""
    inventor = Inventor(call, seed=world.seed + 1)
    made = [
        invented.write(call, inventor.applicant(number), inventor, sent=number % 3 == 0)
        for number in range(ITINERAIRES)
    ]
    person = world.people[CARRIER]
    project = person.projects.order_by("pk").first()
    beginning = own.Beginning(project=project)
    draft = own.start(call=call, by=Actor(user=person), beginning=beginning)
    return [*made, draft]


def _epilogue(world: Any, call: Call, by: Actor) -> list[Application]:
    inventor = Inventor(call, seed=world.seed + 2)
    made = [invented.write(call, inventor.applicant(number), inventor, sent=True) for number in range(EPILOGUE)]
    for application in made:
        team.put_in_review(application=application, by=by)
    return [Application.objects.with_ties().get(pk=one.pk) for one in made]


def settle(world: Any, shifts: dict[str, int]) -> None:
    """Puts what was received back on the days of its call: most in the last three days, some after the closing."""
    rng = random.Random(world.seed + 3)  # noqa: S311 -- reproducible, not secret
    for key, rows in world.things["applications"].items():
        if key in shifts:
            call = world.things["calls"][key]
            call.refresh_from_db()
            for number, application in enumerate(rows):
                late = key == "sentiers" and number in LATE
                _backdate(application.pk, call, shifts[key], late=late, rng=rng)
        world.things["applications"][key] = list(
            Application.objects.with_ties().filter(pk__in=[row.pk for row in rows]).order_by("pk")
        )


def _backdate(key: int, call: Call, days: int, *, late: bool, rng: random.Random) -> None:
    if call.opens_at is None or call.closes_at is None:
        return
    row = Application.objects.select_related("response", "project").get(pk=key)
    received = _when(call, late=late, rng=rng)
    begun = max(call.opens_at, received - dt.timedelta(days=rng.randint(1, 16), hours=rng.randint(0, 12)))
    shift = dt.timedelta(days=days)
    written = received if row.submitted_at else begun + dt.timedelta(hours=rng.randint(1, 90))
    _renumber(row, call.opens_at.year)
    Application.objects.filter(pk=key).update(
        begun_at=begun,
        submitted_at=received if row.submitted_at else None,
        late=late and row.submitted_at is not None,
        state_at=received + dt.timedelta(days=2) if row.state != State.DRAFT else begun,
        eligibility_at=received + dt.timedelta(days=2) if row.eligibility_at else None,
    )
    Response.objects.filter(pk=row.response_id).update(
        created_at=begun, updated_at=written, submitted_at=received if row.response.submitted_at else None
    )
    first = Snapshot.objects.filter(response_id=row.response_id).order_by("at", "pk").first()
    if first is not None:
        Snapshot.objects.filter(response_id=row.response_id).exclude(pk=first.pk).update(at=F("at") + shift)
        Snapshot.objects.filter(pk=first.pk).update(at=received)
    asked = CorrectionRequest.objects.filter(application_id=key)
    asked.update(asked_at=received + dt.timedelta(days=3))
    asked.filter(answered_at__isnull=False).update(answered_at=received + dt.timedelta(days=6))


def _renumber(row: Application, year: int) -> None:
    """A project is numbered in the year of its first contact."""
    project = row.project
    number = f"{project.number[:3]}{year}{project.number[7:]}"
    if number != project.number:
        words = row.search_text.replace(fold(project.number), fold(number))
        Application.objects.filter(project=project).update(search_text=words)
        type(project).objects.filter(pk=project.pk).update(number=number, created_at=row.begun_at)


def _when(call: Call, *, late: bool, rng: random.Random) -> dt.datetime:
    """When it came: four in five in the last three days, the last hour being the busiest."""
    assert call.opens_at is not None and call.closes_at is not None  # noqa: S101, PT018 -- checked by who calls
    if late:
        return call.closes_at + dt.timedelta(hours=rng.randint(2, 30), minutes=rng.randint(0, 59))
    if rng.random() < 0.2:
        return call.opens_at + (call.closes_at - call.opens_at) * rng.random() * 0.9
    return call.closes_at - dt.timedelta(minutes=int(rng.random() ** 2.2 * 3 * 24 * 60) + 1)
