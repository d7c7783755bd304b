"""Demo answers, as messy as real ones: drafts at every stage, two people at once, a mandate, corrections, a withdrawal.

People and organisations are invented; everything goes through the actions, under the name of who would do it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from kiif.accounts.actor import Actor
from kiif.accounts.demo import create_person
from kiif.accounts.models import User
from kiif.alliance.models import Membership
from kiif.questionnaires import values
from kiif.questionnaires.actions import answering, collections, people, remarks
from kiif.questionnaires.actions.saving import Sent, save
from kiif.questionnaires.enums import Audience
from kiif.questionnaires.loaded import definition_of
from kiif.questionnaires.models import Collection, Participant, Response, Version

CARRIER: Final = "porteuse@kiif.example"
#: e-mail, name, organisation, commune aimed at (code), a sentence that makes the difference
APPLICANTS: Final = (
    ("ilan.veyrac@kiif.example", "Ilan Veyrac", "La Bricole fertile", "24311",
     "un camion-atelier qui fait huit villages"),
    ("nour.belkacem@kiif.example", "Nour Belkacem", "Les Tablées d’en face", "15120",
     "une cantine qui tourne dans les salles des fêtes"),
    ("goulven.trehin@kiif.example", "Goulven Tréhin", "Le Lavoir commun", "61001",
     "une laverie où l’on apprend à lire une facture"),
    ("ama.diallo@kiif.example", "Ama Diallo", "Graines de relais", "31042",
     "des relais de garde d’enfants tenus par des habitantes"),
    ("lise.orban@kiif.example", "Lise Orban", "La Remise", "88160",
     "une ressourcerie du bâtiment dans une ancienne scierie"),
)  # fmt: skip


#: What the carrier tells four times over: the text is too long, as it often is the evening before.
STORY: Final = (
    "À Brantelle, l’atelier vit dans l’ancien dépôt de pain.",
    "On y vient avec un grille-pain, on repart avec une voisine.",
    "Le camion passe le même jour à la même heure, c’est ce qui fait qu’on l’attend.",
    "Personne ne repart sans avoir réparé une partie de son objet.",
    "Les outils se prêtent, les histoires aussi.",
    "Ailleurs, ce pourrait être un préau, une salle des fêtes, le parking de la coopérative.",
)


def build(world: Any) -> None:
    """Fills `world.things["collections"]`: "sentiers", "webinaire", "diagnostic" → their Collection."""
    versions: Mapping[str, Version] = world.things["questionnaires"]
    now = timezone.localtime().replace(hour=23, minute=59, second=0, microsecond=0)
    opened = {
        "sentiers": _open(world.by, versions["sentiers"], "les-sentiers-2027", now, -20, 24),
        "webinaire": _open(world.by, versions["webinaire"], "webinaire-essaimer", now, -9, 12, Audience.LINK),
        "diagnostic": _open(world.by, versions["diagnostic"], "suis-je-pret-e", now, -60, 300),
    }
    world.things["collections"] = opened
    applicants = {email: Actor(user=create_person(world, name, email)) for email, name, *_rest in APPLICANTS}
    world.people |= {email: actor.user for email, actor in applicants.items()}
    _together(world, opened["sentiers"], applicants)
    _sent(world, opened["sentiers"], applicants)
    _mandate(world, opened["sentiers"])
    _registrations(opened["webinaire"])


def _open(  # noqa: PLR0917 -- dates in days, before and after today
    by: Actor, version: Version, slug: str, now: dt.datetime, since: int, until: int, audience: str = Audience.ACCOUNT
) -> Collection:
    fields = {
        "title": version.questionnaire.title,
        "slug": slug,
        "audience": audience,
        "opens_at": now + dt.timedelta(days=since),
        "closes_at": now + dt.timedelta(days=until),
        "thanks": {
            "fr": "Merci. Vous aurez une réponse, critère par critère, dans les trois semaines.",
            "en": "Thank you. You will have an answer, criterion by criterion, within three weeks.",
        },
    }
    return collections.open_collection(questionnaire=version.questionnaire, by=by, fields=fields)


def put(response: Response, by: Actor, given: Mapping[str, Any]) -> None:
    """Writes answers by name of question; one that is not asked, or does not fit, stops the demonstration."""
    definition = definition_of(response.version)
    start = Response.objects.get(pk=response.pk).revision
    sent = {}
    for name, document in given.items():
        question = definition.by_name[name]
        sent[question.id] = Sent(values.accept(question, document), start)
    outcome = save(response=response, by=by, sent=sent)
    if outcome.refused or outcome.conflicts:
        raise ValueError(f"{outcome.refused} {list(outcome.conflicts)}")


def _words(text: str) -> dict[str, Any]:
    return {"value": text, "text": ""}


def _many(*keys: str) -> dict[str, Any]:
    return {"values": list(keys), "text": ""}


def _yes(answer: bool = True, reason: str = "") -> dict[str, Any]:
    return {"value": answer, "reason": reason}


def structure(name: str, person: User) -> dict[str, Any]:
    """The first part: who answers."""
    return {
        "structure": {"kind": "", "identifier": "", "name": name},
        "statut": _words("association"),
        "creation": "2016-03-14",
        "siege": {"line": "4, place de la Halle", "postcode": "24300", "town": "Nontron", "code": "24311"},
        "etp": 6.5,
        "contact_nom": str(person),
        "contact_fonction": "Coordination",
        "contact_courriel": person.email,
        "contact_telephone": "05 53 00 00 00",
        "deja_accompagnee": _yes(False),
    }


def answer(name: str, does: str) -> dict[str, Any]:
    """The second part: what it brings."""
    return {
        "solution": does[:1].upper() + does[1:],
        "besoin": "Les commerces ont fermé, le car passe deux fois par semaine, et l’on renonce à ce qui est loin.",
        "reponse": f"{name}, c’est {does}. On y vient pour un service, on y "
        "revient pour les autres. Chaque semaine au même endroit, avec les gens du village et pour eux, sans "
        "rendez-vous.",
        "publics": _many("older", "precarious"),
        "nouveaute": "On va vers les gens au lieu d’attendre qu’ils viennent, et chaque geste est fait à quatre mains.",
        "enjeux": _many("services", "cohesion"),
        "enjeu_services": "Huit villages retrouvent un service qu’ils avaient perdu.",
        "enjeu_cohesion": "La tournée est le seul rendez-vous de la semaine pour une personne sur trois.",
        "esus": _yes(),
        "decident": _many("staff", "residents"),
        "pratiques": {"rows": {"accounts": "yes", "renewal": "rather", "conflict": "little"}},
    }


def maturity(charges: int, cash: int) -> dict[str, Any]:
    """The third part: proofs and money."""
    return {
        "activite": {"start": "2016-03-14", "end": "2026-12-31"},
        "beneficiaires": 640,
        "mesure": _words("indicators"),
        "impact": "Sur cent objets apportés, soixante et onze repartent réparés. Les trois quarts des gens reviennent.",
        "budget": {
            "rows": [
                {"id": key, "poste": what, "nature": kind}
                | {"dernier": round(charges * last), "en_cours": round(charges * now)}
                for key, what, kind, last, now in (
                    ("r1", "Salaires", "expense", 0.7, 0.75),
                    ("r2", "Camion, local", "expense", 0.3, 0.25),
                    ("r3", "Ventes et adhésions", "income", 0.4, 0.45),
                )
            ]
        },
        "charges": charges,
        "tresorerie": cash,
        "subventions": 55,
    }  # fmt: skip


def project(code: str, does: str) -> dict[str, Any]:
    """The fourth part: why, how, where."""
    return {
        "raisons": _many("asked", "need"),
        "forme": _words("transfer"),
        "garder": f"On garde {does}, et la règle du « à quatre mains ». Le reste s’adapte au lieu et aux gens.",
        "deja_essaime": _yes(False),
        "milieu": _words("rural"),
        "jours": 6,
        "premiere": "2028-02-01",
        "pret": 7,
        "freins": _many("time", "money"),
        "choisi": _words("one"),
        "territoires": {"items": [{"level": "commune", "code": code}]},
        "pourquoi_la": "Deux élues nous ont écrit, un ancien dépôt de pain nous attend.",
        "meme_region": _yes(False),
    }


def ending(person: User) -> dict[str, Any]:
    """The last part: what is hoped for, who comes, signature."""
    return {
        "attentes": {"values": ["territory", "partners", "peers"]},
        "equipe": {"rows": [{"id": "e1", "nom": str(person), "fonction": "Coordination", "referent": True}]},
        "dates": _many("d1", "d2", "d3"),
        "connu": _words("network"),
        "donnees": {"given": True},
        "signature": {"name": str(person)},
    }


def _named(response: Response, given: Mapping[str, Any]) -> dict[str, Any]:
    """Cells of tables written by name of column, as people think; the definition knows their identifiers."""
    definition = definition_of(response.version)
    made = {}
    for name, document in given.items():
        columns = {one.name: one.id for one in getattr(definition.by_name[name], "columns", ()) if hasattr(one, "id")}
        if columns:
            rows = [{columns.get(key, key): cell for key, cell in row.items()} for row in document["rows"]]
            document = {"rows": rows}  # noqa: PLW2901 -- the same answer, with identifiers
        made[name] = document
    return made


def _known(response: Response, given: Mapping[str, Any]) -> dict[str, Any]:
    return _named(
        response, {name: one for name, one in given.items() if name in definition_of(response.version).by_name}
    )


def _together(world: Any, collection: Collection, applicants: Mapping[str, Actor]) -> None:
    """The draft of the demo account: two people, a remark, a text that is too long, a part that nobody has begun."""
    carrier, friend = Actor(user=world.people[CARRIER]), applicants[APPLICANTS[0][0]]
    _email, _name, name, code, does = APPLICANTS[0]
    response = answering.begin(collection=collection, by=carrier, language="fr", variants=["atis"])
    offer = people.invite(
        response=response, email=str(friend.user.email if friend.user else ""), role="edit", by=carrier,
        words="Tu remplis le budget ? Je prends l’essaimage.",
    )  # fmt: skip
    people.accept_offer(offer=offer, by=friend)
    put(response, carrier, _known(response, structure(name, world.people[CARRIER])))
    put(response, carrier, _known(response, answer(name, does)))
    put(response, friend, _known(response, maturity(240_000, 12_000)))
    started = project(code, does)
    started["garder"] = " ".join([started["garder"], *(STORY * 4)])
    del started["pourquoi_la"], started["pret"]
    put(response, carrier, _known(response, started))
    put(response, friend, {"jours": 8})
    definition = definition_of(response.version)
    remarks.remark(
        response=response, field_key=definition.by_name["garder"].id, by=friend,
        text="On parle du dépôt de pain\u202f? C’est là que tout a commencé. Mais une fois suffit.",
    )  # fmt: skip


def _sent(world: Any, collection: Collection, applicants: Mapping[str, Actor]) -> None:
    """One sent, one sent then reopened, one begun by two then withdrawn, one barely begun."""
    for place, (email, _name, name, code, does) in enumerate(APPLICANTS[1:]):
        actor = applicants[email]
        if actor.user is None:
            continue
        response = answering.begin(collection=collection, by=actor)
        put(response, actor, _known(response, structure(name, actor.user)))
        if place == 3:
            continue
        put(response, actor, _known(response, answer(name, does)))
        if place == 2:
            Participant.objects.get_or_create(
                response=response, user=world.people[CARRIER], defaults={"role": "comment", "added_by": actor.user}
            )
            answering.withdraw(response=response, by=actor)
            continue
        put(response, actor, _known(response, maturity(180_000 + 40_000 * place, 60_000)))
        put(response, actor, _known(response, project(code, does)))
        put(response, actor, _known(response, ending(actor.user)))
        answering.submit(response=response, by=actor)
        if place == 1:
            charges = definition_of(response.version).by_name["charges"].id
            until = timezone.now() + dt.timedelta(days=6)
            words = "Le total des charges ne correspond pas au tableau : pouvez-vous vérifier ?"
            answering.reopen(response=response, fields=[charges], until=until, words=words, by=world.by)


def _mandate(world: Any, collection: Collection) -> None:
    """The coordination writes for somebody without an account, who asked on the phone."""
    coordinator = world.people["coordination@kiif.example"]
    acting = Membership.objects.current().filter(user=coordinator).select_related("where").first()
    if acting is None:
        return
    by = Actor(user=coordinator, acting_as=acting)
    mandate = people.give_mandate(
        collection=collection, email="suzon.lavergne@exemple.test", given_by="Suzon Lavergne", channel="phone",
        given_on=timezone.localdate() - dt.timedelta(days=2), by=by,
        words="Remplir avec elle la première partie : sa connexion ne suffit pas. Elle enverra elle-même.",
    )  # fmt: skip
    put(mandate.response, by, {"solution": "Une épicerie qui livre par le car scolaire"})


def _registrations(collection: Collection) -> None:
    """A few people without an account; the last one has not finished."""
    names = ("Odile Faucher", "Bakary Sow", "Maëlle Quéré", "Tomas Iriarte")
    for place, name in enumerate(names):
        response, _token = answering.begin_by_link(collection=collection)
        links = (response.link_hash,)
        definition = definition_of(response.version)
        given: dict[str, Any] = {"nom": name, "courriel": f"personne{place}@exemple.test"}
        if place < 3:
            given |= {"seances": _many("s1", "s2"), "accord": {"given": True}}
        sent = {
            definition.by_name[key].id: Sent(values.accept(definition.by_name[key], one), 0)
            for key, one in given.items()
        }
        save(response=response, sent=sent, by=Actor(), links=links)
        if place < 3:
            answering.submit(response=response, by=Actor(), links=links)
