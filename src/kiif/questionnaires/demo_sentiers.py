"""The application form of Les Sentiers: every criterion of the programme as questions, in French and in English.

`parts()` gives it section by section; what is asked about the project itself is in `demo_sentiers_project`, the annexes
of the hosts in `demo_sentiers_hosts`. `demo.py` writes it through the designer's actions.
"""

from __future__ import annotations

from typing import Final

from kiif.questionnaires.blocks import AGREES, LEGAL_FORMS, PEOPLE
from kiif.questionnaires.demo_sentiers_hosts import HOSTS, annex
from kiif.questionnaires.demo_sentiers_project import maturity, replication, territory
from kiif.questionnaires.drafting.written import Part, column, listed, q, two

TITLE: Final = two("Les Sentiers : candidature", "Les Sentiers: application")
INTRODUCTION: Final = two(
    "Vous portez une solution qui a fait ses preuves et vous voulez l’essaimer en milieu rural. Ce dossier prend une "
    "petite heure, en plusieurs fois si vous voulez : tout s’enregistre, et vous pouvez l’écrire à plusieurs. Aucun "
    "territoire n’a besoin d’être choisi d’avance.",
    "You carry a solution that has proved itself and you want to replicate it in rural areas. This takes an hour, "
    "in several sittings if you like: everything is saved, and several of you may write. No territory needs to be "
    "chosen beforehand.",
)

CHALLENGES: Final = (
    ("jobs", "Emploi et économie locale", "Jobs and local economy"),
    ("services", "Services de proximité", "Local services"),
    ("ecology", "Transition écologique et solidaire", "Ecological and solidarity transition"),
    ("cohesion", "Solidarité et lien social", "Solidarity and social cohesion"),
    ("collective", "Mobilisation collective", "Collective mobilisation"),
    ("civic", "Engagement citoyen", "Civic engagement"),
)
_EXPLAIN: Final = {
    "jobs": ("Comment créez-vous ou maintenez-vous de l’activité ?", "How do you create or keep activity?"),
    "services": ("Quel service manque, et que faites-vous à la place ?", "Which service lacks, and what do you do?"),
    "ecology": ("Qu’est-ce qui change pour le climat, l’eau ou le vivant, et pour qui ?",
                "What changes for the climate, water or the living, and for whom?"),
    "cohesion": ("Qui se rencontre grâce à vous, qui ne se croisait pas ?", "Who meets thanks to you, and never did?"),
    "collective": ("Qui avez-vous mis autour de la table ?", "Whom did you bring around the table?"),
    "civic": ("Que font les habitant·es que personne ne leur demandait ?",
              "What do residents do that nobody asked of them?"),
}  # fmt: skip


def parts() -> list[Part]:
    """The whole form, in order."""
    return [
        _structure(), _answer(), _social_economy(), maturity(), replication(), territory(), _support(),
        *(annex(*host) for host in HOSTS), _commitment(),
    ]  # fmt: skip


def _structure() -> Part:
    return Part(
        ("Votre structure", "Your organisation"),
        ("Ce qui vous identifie. Si votre structure est déjà connue de l’alliance, l’essentiel vient tout seul.",
         "What identifies you. If the alliance already knows you, most of it fills itself in."),
        [
            [
                q("organisation", "structure", "Quelle structure porte la candidature ?",
                  "Which organisation applies?", required=True,
                  hint=("Son Siren, son Siret ou son numéro RNA. Sans numéro, écrivez son nom.",
                        "Its SIREN, SIRET or RNA number. Without a number, write its name.")),
                q("choice", "statut", "Quel est son statut ?", "What is its legal form?", choices=LEGAL_FORMS,
                  other=True, required=True),
                q("date", "creation", "Depuis quand existe-t-elle ?", "Since when does it exist?", required=True,
                  relevant="${statut} != 'none'", latest="2027-05-30"),
                q("address", "siege", "Où est son siège ?", "Where is its head office?", required=True),
                q("number", "etp", "Combien de personnes y travaillent ?", "How many people work there?",
                  hint=("En équivalents temps plein.", "In full-time equivalents."), unit=("ETP", "FTE"), minimum=0,
                  decimals=1, required=True),
                q("url", "site", "Où peut-on vous découvrir ?", "Where can we discover you?",
                  hint=("Un site, une page, une vidéo.", "A site, a page, a video.")),
            ],
            [
                q("text", "contact_nom", "Qui suit cette candidature ?", "Who follows this application?",
                  max_chars=120, required=True),
                q("text", "contact_fonction", "Sa fonction", "Their position", max_chars=120),
                q("email", "contact_courriel", "Son adresse électronique", "Their e-mail address", required=True),
                q("phone", "contact_telephone", "Son téléphone", "Their phone number", required=True),
                q("yes_no", "deja_accompagnee", "Un incubateur vous a-t-il déjà accompagné·es ?",
                  "Has an incubator already supported you?", reason="yes",
                  reason_label=("Lequel, et quand ?", "Which one, and when?")),
            ],
        ],
    )  # fmt: skip


def _answer() -> Part:
    explained = [
        q("long_text", f"enjeu_{key}", *_EXPLAIN[key], max_words=120, required=True,
          relevant=f"selected(${{enjeux}}, '{key}')")
        for key, _french, _english in CHALLENGES
    ]  # fmt: skip
    return Part(
        ("La réponse que vous apportez", "The answer you bring"),
        ("Le besoin, votre solution, et les enjeux ruraux auxquels elle répond.",
         "The need, your solution, and the rural challenges that it answers."),
        [
            [
                q("text", "solution", "Comment s’appelle votre solution ?", "What is your solution called?",
                  max_chars=80, required=True),
                q("long_text", "besoin", "Quel besoin est mal couvert aujourd’hui ?", "Which need is poorly met today?",
                  max_words=150, required=True,
                  hint=("Décrivez-le comme le diraient les personnes concernées.",
                        "Describe it as the people concerned would.")),
                q("long_text", "reponse", "Que faites-vous, concrètement ?", "What do you do, concretely?",
                  max_words=250, min_words=30, required=True,
                  guide=("Une journée ordinaire vaut mieux qu’une liste d’objectifs : qui arrive, que se passe-t-il, "
                         "avec quoi repart-on ?",
                         "An ordinary day is worth more than a list of goals: who comes, what happens, what do they "
                         "leave with?")),
                q("choices", "publics", "Pour qui ?", "For whom?",
                  choices=(("young", "Des jeunes", "Young people"), ("older", "Des personnes âgées", "Older people"),
                           ("jobseekers", "Des personnes en recherche d’emploi", "Job seekers"),
                           ("precarious", "Des personnes aux revenus modestes", "People on low incomes"),
                           ("disabled", "Des personnes en situation de handicap", "People with disabilities"),
                           ("farmers", "Des agriculteur·rices", "Farmers"),
                           ("everyone", "Toutes et tous, sans public désigné", "Everyone")),
                  other=True, alone=("everyone",), at_least=1, at_most=4, required=True),
                q("long_text", "nouveaute", "Qu’est-ce qui est nouveau dans votre façon de faire ?",
                  "What is new in the way you do it?", max_words=120, required=True),
            ],
            [
                q("choices", "enjeux", "À quels enjeux ruraux répondez-vous ?", "Which rural challenges do you answer?",
                  choices=CHALLENGES, at_least=1, at_most=3, required=True,
                  hint=("Un suffit. Trois au plus : ceux auxquels vous répondez vraiment.",
                        "One is enough. Three at most: those you truly answer.")),
                *explained,
            ],
        ],
    )  # fmt: skip


def _social_economy() -> Part:
    return Part(
        ("L’économie sociale et solidaire", "The social and solidarity economy"),
        ("Trois critères : l’utilité sociale, la gouvernance, la lucrativité limitée.",
         "Three criteria: social utility, governance, limited profit."),
        [
            [
                q("yes_no", "esus", "Avez-vous l’agrément Esus ?", "Do you hold the ESUS approval?", reason="never"),
                q("yes_no", "utilite_statuts", "Vos statuts disent-ils votre utilité sociale ?",
                  "Do your articles state your social utility?", reason="no", required=True,
                  relevant="${esus} != 'yes'",
                  reason_label=("Où est-elle écrite, alors ?", "Where is it written, then?")),
                q("yes_no", "lucrativite", "Limitez-vous la recherche de profit ?", "Do you limit profit?",
                  reason="always", required=True, relevant="${esus} != 'yes'",
                  reason_label=("Que deviennent vos excédents ?", "What becomes of your surpluses?")),
                q("choices", "decident", "Qui prend part aux décisions importantes ?",
                  "Who takes part in important decisions?", choices=PEOPLE, other=True, alone=("nobody",), at_least=1,
                  required=True),
                q("long_text", "ouvrir_gouvernance", "Comment pensez-vous ouvrir vos décisions ?",
                  "How do you plan to open your decisions?", max_words=100, required=True,
                  relevant="selected(${decident}, 'nobody')"),
                q("grid", "pratiques", "Chez vous, aujourd’hui…", "In your organisation, today…",
                  rows=listed((("accounts", "les comptes sont expliqués à toutes et tous",
                                "accounts are explained to all"),
                               ("renewal", "les responsabilités tournent", "responsibilities rotate"),
                               ("conflict", "un désaccord se dit et se règle", "disagreements are voiced"))),
                  columns=listed(AGREES), required=True),
            ],
        ],
    )  # fmt: skip


def _support() -> Part:
    needs = (
        ("territory", "Comprendre un territoire et ses acteurs", "Understand a territory and its actors"),
        ("model", "Clarifier ce qui se transmet", "Clarify what is passed on"),
        ("economy", "Adapter le modèle économique", "Adapt the economic model"),
        ("partners", "Nouer des partenariats locaux", "Build local partnerships"),
        ("funding", "Trouver des financements", "Find funding"),
        ("peers", "Échanger avec des pairs", "Meet peers"),
    )
    return Part(
        ("L’accompagnement", "The support"),
        ("Quatre journées nationales, puis un·e référent·e sur le territoire.",
         "Four national days, then an advisor on the territory."),
        [
            [
                q("ranking", "attentes", "De quoi avez-vous d’abord besoin ?", "What do you need first?", choices=needs,
                  at_most=3, required=True,
                  hint=("Classez-en trois, du plus important au moins important.", "Rank three, the first one first.")),
                q("table", "equipe", "Qui viendra aux journées collectives ?", "Who will come to the collective days?",
                  required=True, min_rows=1, max_rows=3,
                  columns=[
                      column("nom", "Prénom et nom", "Name", required=True),
                      column("fonction", "Fonction", "Position"),
                      column("referent", "Référent·e du projet", "Leads the project", "yes_no"),
                  ]),
                q("choices", "dates", "À quelles journées pouvez-vous venir ?", "Which days can you attend?",
                  choices=(("d1", "Première journée : lancement, ce qui s’essaime", "First day: launch"),
                           ("d2", "Deuxième journée : choisir et étudier un territoire", "Second day: territory"),
                           ("d3", "Troisième journée : transmettre son savoir-faire", "Third day: know-how"),
                           ("d4", "Quatrième journée : structure et économie", "Fourth day: structure, costs")),
                  at_least=2, required=True),
                q("long_text", "acces", "Que devons-nous prévoir pour vous accueillir ?",
                  "What should we prepare to welcome you?", max_words=80,
                  hint=("Accès, interprète, alimentation, garde d’enfants…", "Access, interpreter, diet, child care…")),
            ],
        ],
    )  # fmt: skip


def _commitment() -> Part:
    return Part(
        ("Relire et s’engager", "Read again and commit"),
        ("Les dernières cases, et votre signature.", "The last boxes, and your signature."),
        [
            [
                q("choice", "connu", "Comment avez-vous connu Les Sentiers ?", "How did you hear of Les Sentiers?",
                  choices=(("incubator", "Par un incubateur", "From an incubator"),
                           ("meeting", "À une réunion d’information", "At an information meeting"),
                           ("network", "Par un réseau", "From a network"),
                           ("authority", "Par une collectivité", "From a local authority"),
                           ("peer", "Par une autre structure", "From another organisation")), other=True),
                q("long_text", "ajout", "Voulez-vous ajouter quelque chose ?", "Is there anything to add?",
                  max_words=150),
                q("consent", "donnees", "Vos données", "Your data", required=True,
                  text=("J’ai compris que mes réponses servent à étudier cette candidature, qu’elles sont lues par "
                        "l’équipe et les relecteur·rices, et que je peux les consulter, les corriger ou les faire "
                        "effacer.",
                        "I understand that my answers serve to study this application, that the team and the reviewers "
                        "read them, and that I may see, correct or erase them.")),
                q("consent", "partage", "Partage entre membres", "Sharing among members",
                  text=("J’accepte que les membres de l’alliance voient mon projet pour me proposer d’autres soutiens.",
                        "I agree that the members of the alliance see my project to offer other support.")),
                q("signature", "signature", "Signature", "Signature", required=True,
                  statement=("Ce qui est écrit ici est exact, et je peux engager ma structure.",
                             "What is written here is accurate, and I may commit my organisation.")),
            ],
        ],
    )  # fmt: skip
