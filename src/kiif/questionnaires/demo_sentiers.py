"""The application form of Les Sentiers: every criterion of the programme as questions, in French and in English.

`SECTIONS` is a list of (title in French, in English, introduction, annex key or "", pages); a page is a list of
questions. `demo.py` writes it through the designer's actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kiif.questionnaires.blocks import AGREES, LEGAL_FORMS, PEOPLE
from kiif.questionnaires.drafting.written import column, listed, q, two

TITLE: Final = two("Les Sentiers 2027 : candidature", "Les Sentiers 2027: application")
INTRODUCTION: Final = two(
    "Vous portez une solution qui a fait ses preuves et vous voulez l’essaimer en milieu rural. Ce dossier prend une "
    "petite heure, en plusieurs fois si vous voulez : tout s’enregistre, et vous pouvez l’écrire à plusieurs. Aucun "
    "territoire n’a besoin d’être choisi d’avance.",
    "You carry a solution that has proved itself and you want to replicate it in rural areas. This takes an hour, "
    "in several sittings if you like: everything is saved, and several of you may write. No territory needs to be "
    "chosen beforehand.",
)

#: Members that host a territorial study: key of the annex, name, departments.
HOSTS: Final[tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]] = (
    ("ronalpia", "Ronalpia", (("01", "Ain"), ("07", "Ardèche"), ("26", "Drôme"), ("38", "Isère"), ("42", "Loire"),
                              ("69", "Rhône"))),
    ("atis", "ATIS", (("16", "Charente"), ("17", "Charente-Maritime"), ("24", "Dordogne"), ("33", "Gironde"),
                      ("47", "Lot-et-Garonne"), ("79", "Deux-Sèvres"))),
    ("adress", "ADRESS", (("14", "Calvados"), ("27", "Eure"), ("50", "Manche"), ("61", "Orne"),
                          ("76", "Seine-Maritime"))),
    ("ecossolies", "Les Ecossolies", (("44", "Loire-Atlantique"), ("49", "Maine-et-Loire"), ("53", "Mayenne"),
                                      ("85", "Vendée"))),
    ("evident", "Évident !", (("59", "Nord"),)),
    ("labo", "Le Laboratoire des partenariats", (("08", "Ardennes"), ("51", "Marne"), ("67", "Bas-Rhin"),
                                                 ("68", "Haut-Rhin"), ("88", "Vosges"))),
    ("intermade", "Inter-Made", (("06", "Alpes-Maritimes"), ("13", "Bouches-du-Rhône"), ("83", "Var"))),
    ("premiere_brique", "Première Brique", (("31", "Haute-Garonne"), ("82", "Tarn-et-Garonne"))),
)  # fmt: skip
#: A question of its own for each host.
OWN: Final[dict[str, tuple[str, str]]] = {
    "ronalpia": ("Êtes-vous prêt·es à partager vos journées de terrain avec une autre structure essaimée ?",
                 "Are you ready to share field days with another replicated organisation?"),
    "atis": ("Quelles coopérations avec des structures déjà implantées imaginez-vous ?",
             "Which cooperations with organisations already there do you imagine?"),
    "adress": ("Connaissez-vous déjà un tiers-lieu ou une régie qui pourrait vous accueillir ?",
               "Do you already know a shared place that could host you?"),
    "ecossolies": ("En quoi votre solution complète-t-elle ce qui existe sur la côte et dans les terres ?",
                   "How does your solution complete what exists on the coast and inland?"),
    "evident": ("Comment toucherez-vous les villages éloignés de la métropole ?",
                "How will you reach villages far from the metropolis?"),
    "labo": ("Avec quels acteurs publics et privés souhaitez-vous bâtir un partenariat ?",
             "With which public and private actors do you wish to build a partnership?"),
    "intermade": ("Votre solution tient-elle hors saison, dans l’arrière-pays ?",
                  "Does your solution hold out of season, in the hinterland?"),
    "premiere_brique": ("Qui, à une heure de Toulouse, vous attend déjà ?",
                        "Who, one hour from Toulouse, is already waiting for you?"),
}  # fmt: skip

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


@dataclass(frozen=True)
class Part:
    """A section: its words, the annex that it is (empty: for all), its pages of questions."""

    title: tuple[str, str]
    lead: tuple[str, str]
    pages: Sequence[Sequence[dict[str, Any]]]
    annex: str = ""


def parts() -> list[Part]:
    """The whole form, in order."""
    return [
        _structure(), _answer(), _social_economy(), _maturity(), _replication(), _territory(), _support(),
        *(_annex(*host) for host in HOSTS), _commitment(),
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


def _maturity() -> Part:
    return Part(
        ("Votre maturité", "Your maturity"),
        ("Un impact prouvé sur votre territoire, et les moyens de vous en éloigner un peu.",
         "An impact proved on your territory, and the means to step away from it a little."),
        [
            [
                q("period", "activite", "Sur quelle période votre solution a-t-elle fonctionné ?",
                  "Over which period has your solution been running?", required=True, latest="2027-05-30"),
                q("number", "beneficiaires", "Combien de personnes en ont bénéficié l’an dernier ?",
                  "How many people benefited from it last year?", minimum=0, unit=("personnes", "people"),
                  required=True, unknown=True),
                q("choice", "mesure", "Comment savez-vous ce qui change pour elles ?",
                  "How do you know what changes for them?",
                  choices=(("evaluation", "Une évaluation menée avec un tiers", "An evaluation by a third party"),
                           ("indicators", "Nos propres indicateurs, suivis dans le temps", "Our own indicators"),
                           ("stories", "Des témoignages recueillis", "Testimonies that we collect"),
                           ("not_yet", "Nous ne le mesurons pas encore", "We do not measure it yet")), required=True),
                q("long_text", "impact", "Qu’est-ce qui a changé, et comment le savez-vous ?",
                  "What has changed, and how do you know?", max_words=250, required=True,
                  relevant="${mesure} != 'not_yet'"),
                q("files", "preuves", "Ce qui le montre", "What shows it", at_most=3,
                  hint=("Une évaluation, un rapport d’activité, un reportage : trois documents au plus.",
                        "An evaluation, an annual report, a press article: three documents at most.")),
            ],
            [
                q("table", "budget", "Votre budget, en grandes lignes", "Your budget, in broad lines", required=True,
                  min_rows=2, max_rows=15,
                  hint=("Le dernier exercice clos et celui qui court. Les totaux se font seuls.",
                        "The last closed year and the current one. Totals are made for you."),
                  columns=[
                      column("poste", "Poste", "Item", required=True),
                      column("nature", "Nature", "Nature", "choice", required=True,
                             choices=listed((("income", "Produit", "Income"), ("expense", "Charge", "Expense")))),
                      column("dernier", "Dernier exercice", "Last year", "money", minimum=0, total=True),
                      column("en_cours", "Exercice en cours", "Current year", "money", minimum=0, total=True),
                  ]),
                q("money", "charges", "Vos charges de l’année, en tout", "Your expenses of the year, in all", minimum=0,
                  required=True),
                q("money", "tresorerie", "Votre trésorerie d’aujourd’hui", "Your cash of today", required=True),
                q("calculated", "jours_tresorerie", "Soit environ, en jours d’activité", "That is about, in days",
                  calculation="if(${charges} > 0, round(${tresorerie} div (${charges} div 365)), 0)",
                  unit=("jours", "days")),
                q("long_text", "tresorerie_courte", "Comment passerez-vous les mois qui viennent ?",
                  "How will you get through the coming months?", max_words=100, required=True,
                  relevant="${jours_tresorerie} < 60 and ${charges} > 0"),
                q("percent", "subventions", "Quelle part de vos ressources vient de subventions ?",
                  "Which share of your income comes from grants?", required=True),
            ],
        ],
    )  # fmt: skip


def _replication() -> Part:
    return Part(
        ("Essaimer : pourquoi, comment", "Replicating: why, how"),
        ("L’envie, la forme, ce que vous gardez et ce que vous laissez changer.",
         "The will, the form, what you keep and what you let change."),
        [
            [
                q("choices", "raisons", "Pourquoi voulez-vous essaimer ?", "Why do you want to replicate?",
                  choices=(("asked", "On nous le demande", "We are asked to"),
                           ("need", "Le besoin existe ailleurs et personne n’y répond",
                            "The need exists elsewhere and nobody answers it"),
                           ("model", "Notre équilibre a besoin d’une autre échelle", "Our balance needs another scale"),
                           ("meaning", "Transmettre ce que nous savons faire", "To pass on what we know")),
                  other=True, at_least=1, required=True),
                q("choice", "forme", "Sous quelle forme ?", "In which form?",
                  choices=(("branch", "Ouvrir une antenne", "Open a branch"),
                           ("transfer", "Transmettre à un acteur local", "Transfer to a local actor"),
                           ("network", "Animer un réseau de structures indépendantes", "Run a network"),
                           ("dissemination", "Diffuser la méthode à qui la veut", "Offer the method to all"),
                           ("unsure", "Nous hésitons encore", "We still hesitate")), required=True,
                  hint=("Essaimer sans antenne est bienvenu.", "Replicating without a branch is welcome.")),
                q("long_text", "garder", "Que faut-il absolument garder, et que peut-on adapter ?",
                  "What must be kept, and what may be adapted?", max_words=300, required=True),
                q("yes_no", "deja_essaime", "L’avez-vous déjà fait une fois ?", "Have you done it once already?",
                  required=True),
                q("territories", "essaimages", "Où ?", "Where?", relevant="${deja_essaime} = 'yes'", required=True,
                  at_most=10),
                q("choice", "milieu", "Aujourd’hui, où travaillez-vous surtout ?", "Where do you mostly work today?",
                  choices=(("rural", "À la campagne", "In the countryside"),
                           ("towns", "Dans de petites villes", "In small towns"),
                           ("urban", "En ville", "In cities")), required=True),
                q("long_text", "adaptation", "Qu’est-ce qui devra changer à la campagne ?",
                  "What will have to change in the countryside?", max_words=150, required=True,
                  relevant="${milieu} = 'urban'"),
            ],
            [
                q("number", "jours", "Combien de temps l’équipe y consacrera-t-elle ?",
                  "How much time will the team give to it?", unit=("jours par mois", "days a month"), minimum=0,
                  maximum=60, required=True, constraint=". >= 3",
                  message=("Au-dessous de trois jours par mois, l’essaimage avance rarement.",
                           "Under three days a month, replication seldom moves."), soft=True),
                q("date", "premiere", "Quand voyez-vous la première implantation ?", "When do you see the first site?",
                  earliest="2027-06-01", constraint=". <= date('2029-12-31')",
                  message=("Le programme accompagne jusqu’à fin 2029.", "The programme runs until the end of 2029.")),
                q("scale", "pret", "Vous sentez-vous prêt·es ?", "Do you feel ready?", required=True,
                  low_label=("tout reste à faire", "all is to be done"),
                  high_label=("on part demain", "we leave tomorrow")),
                q("choices", "freins", "Qu’est-ce qui vous retient ?", "What holds you back?",
                  choices=(("money", "L’argent", "Money"), ("time", "Le temps", "Time"),
                           ("people", "Trouver les bonnes personnes", "Finding the right people"),
                           ("method", "Savoir par où commencer", "Knowing where to start"),
                           ("site", "Fragiliser ce qui existe", "Weakening what exists"),
                           ("nothing", "Rien", "Nothing")), other=True, alone=("nothing",)),
                q("note", "webinaires_note",
                  "Pas encore prêt·es ? Les six webinaires du programme sont ouverts à toutes et tous.",
                  "Not ready yet? The six webinars of the programme are open to all, without applying.",
                  relevant="${pret} < 4"),
            ],
        ],
    )  # fmt: skip


def _territory() -> Part:
    return Part(
        ("Le territoire visé", "The target territory"),
        ("Il peut rester ouvert : le classement des territoires et les incubateurs sont là pour ça.",
         "It may stay open: the ranking of territories and the incubators are there for that."),
        [
            [
                q("choice", "choisi", "Savez-vous déjà où ?", "Do you already know where?",
                  choices=(("one", "Oui, un territoire", "Yes, one territory"),
                           ("several", "Plusieurs pistes", "Several leads"),
                           ("open", "Pas encore", "Not yet")), required=True),
                q("territories", "territoires", "Quels territoires avez-vous en tête ?",
                  "Which territories do you have in mind?", required=True, at_most=6, relevant="${choisi} != 'open'",
                  hint=("La grille officielle dit le rural ; un bassin de vie déborde souvent d’une commune, et "
                        "nous en parlerons ensemble.",
                        "The official grid tells what is rural; a living area often crosses a commune, and we will "
                        "talk about it.")),
                q("long_text", "pourquoi_la", "Pourquoi là ?", "Why there?", max_words=150, required=True,
                  relevant="${choisi} != 'open'"),
                q("long_text", "criteres_lieu", "Que faut-il à votre solution pour bien vivre quelque part ?",
                  "What does your solution need to live well somewhere?", max_words=150, required=True,
                  relevant="${choisi} = 'open'"),
                q("yes_no", "meme_region", "Est-ce dans la région de votre siège ?", "Is it in your own region?",
                  relevant="${choisi} != 'open'",
                  hint=("C’est possible : ce n’est ni un avantage ni un obstacle.",
                        "It is possible: neither an advantage nor an obstacle.")),
                q("table", "contacts", "Qui connaissez-vous sur place ?", "Whom do you know there?", max_rows=12,
                  relevant="${choisi} != 'open'",
                  columns=[
                      column("qui", "Structure ou personne", "Organisation or person", required=True),
                      column("role", "Son rôle", "Their role"),
                      column("lien", "Où en êtes-vous ?", "How far are you?", "choice",
                             choices=listed((("known", "on se connaît", "we know each other"),
                                             ("talking", "on en a parlé", "we talked about it"),
                                             ("committed", "ils s’engagent", "they commit")))),
                  ]),
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
                  choices=(("d1", "7 juillet 2027 : lancement, ce qui s’essaime", "7 July 2027: launch"),
                           ("d2", "8 juillet 2027 : choisir et étudier un territoire", "8 July 2027: territory"),
                           ("d3", "6 octobre 2027 : transmettre son savoir-faire", "6 October 2027: know-how"),
                           ("d4", "7 octobre 2027 : structure et économie", "7 October 2027: structure, economics")),
                  at_least=2, required=True),
                q("long_text", "acces", "Que devons-nous prévoir pour vous accueillir ?",
                  "What should we prepare to welcome you?", max_words=80,
                  hint=("Accès, interprète, alimentation, garde d’enfants…", "Access, interpreter, diet, child care…")),
            ],
        ],
    )  # fmt: skip


def _annex(key: str, name: str, departments: Sequence[tuple[str, str]]) -> Part:
    if len(departments) == 1:
        [(code, place)] = departments
        where = q("yes_no", f"{key}_departement", f"Le département {code} ({place}) vous convient-il ?",
                  f"Does the {place} department suit you?", reason="no", required=True)  # fmt: skip
    else:
        choices = [(f"d{code}", f"{code} {place}", f"{code} {place}") for code, place in departments]
        where = q("choices", f"{key}_departements", "Lesquels vous intéressent ?", "Which ones interest you?",
                  choices=choices, at_least=1, required=True)  # fmt: skip
    return Part(
        (f"Annexe {name}", f"Annex {name}"),
        (f"{name} peut accueillir votre étude de territoire dans ces départements.",
         f"{name} may host your territorial study in these departments."),
        [
            [
                where,
                q("long_text", f"{key}_question", *OWN[key], max_words=120, required=True),
            ],
        ],
        annex=key,
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
