"""Words of the calls of the demonstration. Dates of Les Sentiers 2024 are public; what is told of them is ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kiif.programmes.enums import MomentKind
from kiif.questionnaires.demo_sentiers import CHALLENGES
from kiif.questionnaires.drafting.written import q, two

INFO, COMMITTEE, WORKSHOP, WEBINAR = (
    MomentKind.INFORMATION, MomentKind.COMMITTEE, MomentKind.WORKSHOP, MomentKind.WEBINAR,
)  # fmt: skip
ONLINE: Final = "À distance"


@dataclass(frozen=True)
class CallPlan:
    """`opens`: a public day, or days from today; the other days are counted from it.

    `moments`: kind, title, day, start, end, place. `form`: "sentiers" or "short"."""

    key: str
    programme: str
    tagline: str
    presentation: str
    edition: str
    opens: dt.date | int
    closes: int
    answers: int
    lasts: int
    words: dict[str, Any]
    form: str = "short"
    moments: tuple[tuple[Any, ...], ...] = ()
    partners: tuple[dict[str, Any], ...] = ()
    hosts: bool = True
    places_by_host: tuple[int, ...] = (2,)
    themes: tuple[list[str], ...] = (["food", "local_services"], ["employment", "circular"], ["mobility", "ageing"])
    test: bool = True
    published: bool = True


_SENTIERS: Final = CallPlan(
    key="sentiers", programme="Les Sentiers", tagline="Essaimer en milieu rural, avec quelqu’un qui connaît le chemin.",
    presentation="Un programme pour les entreprises sociales qui veulent essaimer à la campagne : quatre journées "
                 "nationales, puis un·e référent·e de l’incubateur ancré sur le territoire visé.",
    edition="2024", opens=dt.date(2024, 4, 2), closes=54, answers=87, lasts=400, form="sentiers",
    words={
        "title": "Les Sentiers 2024",
        "summary": "Votre solution a fait ses preuves chez vous ? Un incubateur du territoire visé vous aide à "
                   "vérifier qu’elle y vivrait.",
        "presentation": "Les Sentiers s’adressent aux entreprises sociales dont l’impact est établi et qui veulent "
                        "essaimer en milieu rural.\n\nLes projets nés en ville sont bienvenus s’ils s’adaptent. On "
                        "peut viser sa propre région, essaimer sans ouvrir d’antenne, et candidater sans avoir choisi "
                        "de territoire : l’étude sert aussi à cela.",
        "offers": "Deux journées de lancement : ce qui s’essaime, puis le territoire et l’étude de faisabilité\n"
                  "Deux journées d’automne : transmettre son savoir-faire, puis structure et économie\n"
                  "Un·e référent·e de l’incubateur du territoire : comprendre le lieu, rencontrer, amorcer\n"
                  "Six webinaires ouverts à toutes et tous, et une communauté de pairs",
        "places": 12, "minutes": 60, "consortium": True, "most_hosts": 3,
        "contact_name": "La coordination du Kiif", "contact_email": "sentiers@kiif.example",
    },
    moments=(
        (INFO, "Rencontre d’information", 41, "12:00", "13:00", ONLINE),
        (INFO, "Seconde rencontre d’information", 48, "12:00", "13:00", ONLINE),
        (COMMITTEE, "Comité de sélection", 77, "09:00", "12:30", ONLINE),
        (WORKSHOP, "Lancement national, premier jour", 98, "09:30", "17:30", "Lieu communiqué aux lauréat·es"),
        (WORKSHOP, "Lancement national, second jour", 99, "09:00", "16:30", "Lieu communiqué aux lauréat·es"),
        (WEBINAR, "Webinaire : essaimer sans ouvrir d’antenne", 163, "12:30", "13:30", ONLINE),
        (WORKSHOP, "Transmettre, premier jour", 189, "09:30", "17:30", "Lieu communiqué aux lauréat·es"),
        (WORKSHOP, "Transmettre, second jour", 190, "09:00", "16:30", "Lieu communiqué aux lauréat·es"),
        (WEBINAR, "Webinaire : l’économie d’une antenne", 212, "12:30", "13:30", ONLINE),
    ),
    partners=({"name": "Fondation Val-d’Ombre (exemple)", "role": "soutient le programme", "website": ""},),
    places_by_host=(2, 2, 1, 2, 1, 2, 1, 1),
)  # fmt: skip

_ITINERAIRES: Final = CallPlan(
    key="itineraires", programme="Itinéraires", tagline="L’essaimage rural, pas à pas, sur un an.",
    presentation="Un accompagnement d’un an pour essaimer en milieu rural, avec l’appui de l’État.",
    edition="2027", opens=-12, closes=33, answers=70, lasts=420,
    words={
        "title": "Itinéraires 2027",
        "summary": "Un an pour essaimer à la campagne, avec un incubateur du territoire et dix pairs.",
        "presentation": "Itinéraires accompagne des structures qui ont déjà choisi d’essaimer et cherchent comment.\n\n"
                        "On avance par étapes : ce qui se transmet, où, avec qui, à quel coût.",
        "offers": "Une journée par mois avec dix autres structures\nUn·e référent·e de l’incubateur du territoire\n"
                  "Une étude de faisabilité sur place",
        "places": 10, "minutes": 25, "consortium": True, "most_hosts": 3,
        "contact_name": "La coordination du Kiif", "contact_email": "itineraires@kiif.example",
    },
    moments=(
        (INFO, "Itinéraires en une heure", 6, "12:30", "13:30", ONLINE),
        (INFO, "Itinéraires : vos questions", 20, "12:30", "13:30", ONLINE),
        (WEBINAR, "Webinaire : suis-je prêt·e à essaimer ?", 27, "13:00", "14:00", ONLINE),
        (COMMITTEE, "Comité de sélection", 55, "09:00", "13:00", ONLINE),
        (WORKSHOP, "Journée de lancement", 84, "09:30", "17:00", "Chez un membre de l’alliance"),
    ),
)  # fmt: skip

_EPILOGUE: Final = CallPlan(
    key="epilogue", programme="Épilogue", tagline="Dix structures qui travaillent autour de la mort et du deuil.",
    presentation="Une filière à réunir : accompagner dix structures, et une communauté de professionnel·les.",
    edition="2025", opens=dt.date(2025, 1, 13), closes=41, answers=82, lasts=600, test=False,
    words={
        "title": "Épilogue 2025",
        "summary": "Pour dix structures qui changent la façon de vivre la fin de vie et le deuil.",
        "presentation": "Épilogue réunit des structures qui accompagnent la fin de vie, les funérailles et le deuil.",
        "offers": "Un an d’accompagnement par deux incubateurs\nUne communauté de professionnel·les",
        "places": 10, "minutes": 25, "consortium": True, "most_hosts": 2,
        "contact_name": "La coordination du Kiif", "contact_email": "epilogue@kiif.example",
    },
    moments=(
        (INFO, "Rencontre d’information", 15, "12:30", "13:30", ONLINE),
        (COMMITTEE, "Comité de sélection", 64, "09:00", "13:00", ONLINE),
        (WORKSHOP, "Premier temps collectif", 99, "09:30", "17:00", "Bordeaux"),
    ),
    places_by_host=(1, 2, 1, 2, 1, 1, 1, 1),
)  # fmt: skip

_TRAVERSEES: Final = CallPlan(
    key="traversees", programme="Traversées", tagline="Parler de ce qui fait peur, et traverser.",
    presentation="Un soutien aux structures en difficulté : en parler, s’allier, anticiper.",
    edition="2027", opens=75, closes=45, answers=85, lasts=365, published=False, test=False, hosts=False,
    words={
        "title": "Traversées 2027",
        "summary": "Pour les structures qui traversent une zone de turbulences, sans honte et sans jugement.",
        "presentation": "", "offers": "", "places": 15, "minutes": 20, "consortium": True,
        "contact_name": "La coordination du Kiif", "contact_email": "traversees@kiif.example",
    },
    moments=((INFO, "Traversées : en parler avant la falaise", 14, "09:00", "10:00", ONLINE),),
)  # fmt: skip

CALLS: Final = (_SENTIERS, _ITINERAIRES, _EPILOGUE, _TRAVERSEES)

SHORT_TITLE: Final = two("Candidature courte", "Short application")


def short_form() -> Sequence[dict[str, Any]]:
    """An application in one page, for the other calls."""
    return [
        q("organisation", "structure", "Quelle structure porte la candidature ?", "Which organisation applies?",
          required=True),
        q("text", "projet", "Comment s’appelle votre projet ?", "What is your project called?", max_chars=80,
          required=True),
        q("email", "contact_courriel", "Adresse électronique de qui suit la candidature", "E-mail address",
          required=True),
        q("choices", "enjeux", "À quels enjeux répondez-vous ?", "Which challenges do you answer?", choices=CHALLENGES,
          at_least=1, at_most=3, required=True),
        q("territories", "territoires", "Quels territoires avez-vous en tête ?", "Which territories?",
          at_most=4),
        q("choice", "stade", "Où en êtes-vous ?", "How far are you?", required=True,
          choices=(("idea", "Une envie", "A wish"), ("ready", "Prêt·es à essaimer", "Ready"),
                   ("begun", "Déjà commencé", "Already begun"))),
        q("long_text", "besoin", "Qu’attendez-vous de l’accompagnement ?", "What do you expect from the support?",
          max_words=200, required=True),
        q("yes_no", "femmes", "La structure est-elle dirigée par des femmes ?", "Is it led by women?"),
    ]  # fmt: skip


#: call → (question, address, answer, question as published)
INQUIRIES: Final[dict[str, tuple[tuple[str, str, str, str], ...]]] = {
    "sentiers": (
        ("Notre association des Tisserands n’a pas d’antenne et n’en veut pas. Peut-on candidater ?",
         "ode.brumeval@tisserands.example",
         "Oui : transmettre à un acteur local ou diffuser une méthode compte autant qu’ouvrir une antenne.",
         "Peut-on candidater sans vouloir ouvrir d’antenne ?"),
        ("Nous sommes à Angoulême et visons la Charente rurale : même région, est-ce gênant ?",
         "mairin.duvalclair@lapasserelle.example",
         "Non, viser la région de son siège est accepté, sans bonus ni malus.",
         "Peut-on viser la région de son siège ?"),
    ),
    "itineraires": (
        ("Combien de jours par mois faut-il prévoir pour l’équipe ?", "thibaut.roncevert@exemple-atelier.example",
         "Deux à trois jours par mois, journées collectives comprises.", "Combien de jours par mois faut-il prévoir ?"),
        ("Mon comptable demande si l’accompagnement est gratuit.", "isaure.valpre@exemple-relais.example", "", ""),
        ("Bonjour, notre commune est dans la grille mais pas le bourg voisin, que faire ?",
         "colombe.auzance@exemple-lavoir.example", "", ""),
    ),
}  # fmt: skip

_READY: Final = {"impact": ["yes"], "means": ["yes"], "stake": ["yes"], "capacity": ["yes"], "setting": ["rural"],
                 "form": ["transfer"]}  # fmt: skip
#: answers to the test, address left, words
TESTS: Final[tuple[tuple[dict[str, list[str]], str, str], ...]] = (
    ({"challenge": ["jobs", "services"], "esus": ["yes"], **_READY, "places": ["24311"]}, "", ""),
    ({"challenge": ["ecology"], "esus": ["no"], "profit": ["yes"], "governance": ["yes"], "utility": ["yes"], **_READY},
     "", ""),
    ({"challenge": ["cohesion"], "esus": ["unsure"], "profit": ["unsure"], "governance": ["yes"], "utility": ["yes"],
      **_READY, "places": ["33063"]}, "avril.montroux@exemple-halte.example",
     "Nous visons les villages autour, pas Bordeaux elle-même."),
    ({"challenge": ["none"], "esus": ["yes"], **_READY}, "gaspard.fontbrune@exemple-veillee.example",
     "Nous accompagnons des veillées : est-ce de la mobilisation collective ?"),
    ({"challenge": ["civic"], "esus": ["no"], "profit": ["no"], "governance": ["no"], "utility": ["yes"], **_READY},
     "", ""),
    ({"challenge": ["services"], "esus": ["yes"], **_READY, "impact": ["no"], "means": ["no"]}, "", ""),
)  # fmt: skip
