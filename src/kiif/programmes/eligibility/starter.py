"""A test to start from: replication in rural areas, its four families of criteria as data. A coordinator changes it.

The criteria are those of *Les Sentiers* (public documents of 2024), in our own words.
"""

from __future__ import annotations

from typing import Any, Final


def _t(french: str, english: str) -> dict[str, str]:
    return {"fr": french, "en": english}


def _choice(key: str, french: str, english: str, *more: str) -> dict[str, Any]:
    return {"key": key, "label": _t(french, english), **({"help": _t(more[0], more[1])} if more else {})}


def _rule(verdict: str, french: str, english: str, **when: tuple[str, ...]) -> dict[str, Any]:
    return {
        "when": {question.replace("__", "."): list(keys) for question, keys in when.items()},
        "verdict": verdict,
        "words": _t(french, english),
    }


def _yes_no(unsure: str = "Je ne sais pas", unsure_english: str = "I do not know") -> list[dict[str, Any]]:
    return [_choice("yes", "Oui", "Yes"), _choice("no", "Non", "No"), _choice("unsure", unsure, unsure_english)]


_CHALLENGES: Final = {
    "key": "challenges",
    "title": _t("Les enjeux ruraux", "Rural challenges"),
    "lead": _t("Votre projet répond à un enjeu au moins des campagnes.", "Your project answers a rural challenge."),
    "questions": [
        {
            "key": "challenge",
            "kind": "several",
            "label": _t("À quels enjeux répondez-vous ?", "Which challenges do you answer?"),
            "help": _t("Un suffit. Cochez ceux auxquels vous répondez déjà, chez vous.",
                       "One is enough. Tick those that you answer already, at home."),
            "choices": [
                _choice("jobs", "Emploi et économie locale", "Jobs and local economy",
                        "Créer ou garder de l’activité près de chez soi.", "Create or keep activity near home."),
                _choice("services", "Services de proximité", "Local services",
                        "Se nourrir, se soigner, se déplacer, faire garder ses enfants.",
                        "Food, care, transport, childcare."),
                _choice("ecology", "Transition écologique et solidaire", "Ecological and solidarity transition",
                        "Réparer, produire autrement, prendre soin de l’eau et du vivant.",
                        "Repair, produce otherwise, care for water and the living."),
                _choice("cohesion", "Solidarité et lien social", "Solidarity and social cohesion",
                        "Que des personnes qui ne se croisaient pas se rencontrent.",
                        "People meet who never did."),
                _choice("collective", "Mobilisation collective", "Collective mobilisation",
                        "Mettre autour de la table celles et ceux qui peuvent agir.",
                        "Bring around the table those who can act."),
                _choice("civic", "Engagement citoyen", "Civic engagement",
                        "Donner prise aux habitant·es sur ce qui les concerne.",
                        "Give residents a hold on what concerns them."),
                _choice("none", "Aucun de ceux-là", "None of these"),
            ],
        }
    ],
    "rules": [
        _rule("yes", "Votre projet répond à un enjeu rural de l’appel.", "Your project answers a rural challenge.",
              challenge=("jobs", "services", "ecology", "cohesion", "collective", "civic")),
        _rule("person", "Aucun des six enjeux ne vous ressemble : racontez-nous, une personne lira.",
              "None of the six challenges looks like you: tell us, a person will read.", challenge=("none",)),
    ],
    "otherwise": _rule("person", "Une personne regardera à quel enjeu vous répondez.",
                       "A person will look at which challenge you answer."),
}  # fmt: skip

_ECONOMY: Final = {
    "key": "economy",
    "title": _t("L’économie sociale et solidaire", "The social and solidarity economy"),
    "lead": _t("L’agrément Esus suffit. Sans lui, trois critères comptent ensemble.",
               "The ESUS approval is enough. Without it, three criteria count together."),
    "questions": [
        {"key": "esus", "label": _t("Avez-vous l’agrément Esus ?", "Do you hold the ESUS approval?"),
         "help": _t("Entreprise solidaire d’utilité sociale : un agrément donné par la préfecture.",
                    "“Solidarity enterprise of social utility”: given by the State locally."),
         "choices": _yes_no()},
        {"key": "profit", "label": _t("Limitez-vous la recherche de profit ?", "Do you limit profit?"),
         "help": _t("Une association, ou une société dont les excédents restent surtout dans le projet.",
                    "A non-profit, or a company whose surpluses mostly stay in the project."),
         "choices": _yes_no(), "only_if": {"esus": ["no", "unsure"]}},
        {"key": "governance",
         "label": _t("Les décisions importantes se prennent-elles à plusieurs ?", "Are decisions shared?"),
         "help": _t("Salarié·es, bénéficiaires, habitant·es ou partenaires y prennent part, sans que le capital décide "
                    "seul.", "Staff, beneficiaries, residents or partners take part; capital does not decide alone."),
         "choices": _yes_no(), "only_if": {"esus": ["no", "unsure"]}},
        {"key": "utility",
         "label": _t("Répondez-vous d’une façon nouvelle à un besoin mal couvert ?",
                     "Do you answer a poorly met need in a new way?"),
         "help": _t("C’est l’utilité sociale : un besoin social, écologique ou de territoire, et votre réponse.",
                    "That is social utility: a social, ecological or territorial need, and your answer."),
         "choices": _yes_no(), "only_if": {"esus": ["no", "unsure"]}},
    ],
    "rules": [
        _rule("yes", "L’agrément Esus dit l’essentiel.", "The ESUS approval says it all.", esus=("yes",)),
        _rule("yes", "Lucrativité limitée, décisions partagées, utilité sociale : les trois critères y sont.",
              "Limited profit, shared decisions, social utility: all three are there.",
              profit=("yes",), governance=("yes",), utility=("yes",)),
        _rule("no", "Sans lucrativité limitée ni décisions partagées, le projet n’entre pas dans cet appel. Ces deux "
                    "points peuvent changer : parlons-en.",
              "Without limited profit nor shared decisions, the project does not fit this call. Both may change.",
              profit=("no",), governance=("no",)),
    ],
    "otherwise": _rule("person", "Les statuts ne disent pas tout : une personne regardera avec vous.",
                       "Articles of association do not say everything: a person will look with you."),
}  # fmt: skip

_MATURITY: Final = {
    "key": "maturity",
    "title": _t("La maturité", "Maturity"),
    "lead": _t("Ce qui a fait ses preuves chez vous, et l’envie d’aller le faire pousser ailleurs.",
               "What has proved itself at home, and the will to grow it elsewhere."),
    "questions": [
        {"key": "impact", "label": _t("Votre impact est-il prouvé chez vous ?", "Is your impact proved at home?"),
         "help": _t("Des chiffres suivis, une évaluation, des témoignages : quelque chose se montre.",
                    "Figures, an evaluation, testimonies: something can be shown."),
         "choices": [_choice("yes", "Oui", "Yes"), _choice("partly", "En partie", "Partly"),
                     _choice("no", "Pas encore", "Not yet")]},
        {"key": "means", "label": _t("Avez-vous l’envie et les moyens d’essaimer en milieu rural ?",
                                     "Do you have the will and means to replicate in rural areas?"),
         "help": _t("Une personne qui s’en charge, quelques jours par mois, et de quoi tenir le temps de l’étude.",
                    "Somebody in charge, a few days a month, and enough to last the study."),
         "choices": [_choice("yes", "Oui", "Yes"),
                     _choice("partly", "L’envie, pas encore les moyens", "Will, not means"),
                     _choice("no", "Pas encore", "Not yet")]},
        {"key": "stake", "label": _t("Essaimer est-il un enjeu pour votre structure ?", "Is replication at stake?"),
         "help": _t("On vous le demande, votre équilibre en dépend, ou le besoin existe ailleurs.",
                    "You are asked to, your balance depends on it, or the need exists elsewhere."),
         "choices": _yes_no()},
        {"key": "capacity", "label": _t("Pourrez-vous expérimenter dans les dix-huit mois ?",
                                        "Can you experiment within eighteen months?"),
         "help": _t("Essayer sur place, même petit, même sans antenne : transmettre et diffuser comptent autant.",
                    "Try on site, even small, even without a branch: passing on and spreading count as much."),
         "choices": _yes_no()},
    ],
    "rules": [
        _rule("yes", "Un impact prouvé, l’envie, les moyens et le temps : vous êtes prêt·es.",
              "Proven impact, will, means and time: you are ready.",
              impact=("yes",), means=("yes",), stake=("yes",), capacity=("yes",)),
        _rule("no", "C’est encore tôt, et ce n’est pas un refus de votre projet : les webinaires vous sont ouverts, et "
                    "l’appel revient.",
              "It is early, and your project is not refused: the webinars are open to you, and the call comes back.",
              impact=("no",), means=("no",)),
        _rule("no", "Faire d’abord ses preuves chez soi : les webinaires aident à s’y préparer.",
              "First prove it at home: the webinars help to prepare.", impact=("no",), capacity=("no",)),
    ],
    "otherwise": _rule("person", "Presque : une personne regardera avec vous ce qui manque.",
                       "Nearly: a person will look with you at what is missing."),
}  # fmt: skip

_TERRITORIES: Final = {
    "key": "territories",
    "title": _t("Les territoires", "Territories"),
    "lead": _t("Là où un membre de l’alliance peut accueillir. Ne pas avoir choisi est une réponse.",
               "Where a member of the alliance can host. “Not chosen yet” is an answer."),
    "questions": [
        {"key": "places", "kind": "places",
         "label": _t("Quelles communes avez-vous en tête ?", "Which communes do you have in mind?"),
         "help": _t("Trois au plus, n’importe où : aussi dans la région de votre siège. Laissez vide sans "
                    "choix arrêté.", "Three at most, anywhere, your own region included. Leave empty if not chosen.")},
        {"key": "setting", "label": _t("D’où vient votre solution ?", "Where does your solution come from?"),
         "help": _t("Un projet né en ville est le bienvenu s’il s’adapte.",
                    "A project born in town is welcome if it adapts."),
         "choices": [_choice("rural", "D’un milieu rural", "From a rural area"),
                     _choice("adapts", "De la ville, et nous l’adaptons", "From town, and we adapt it"),
                     _choice("same", "De la ville, telle quelle", "From town, as it is")]},
        {"key": "form", "label": _t("Sous quelle forme pensez-vous essaimer ?", "How do you plan to replicate?"),
         "help": _t("Sans antenne est encouragé autant qu’avec.",
                    "Without a branch is encouraged as much as with one."),
         "choices": [_choice("branch", "Ouvrir une antenne", "Open a branch"),
                     _choice("transfer", "Transmettre à un acteur local", "Pass on to a local actor"),
                     _choice("spread", "Diffuser la méthode", "Spread the method"),
                     _choice("unsure", "À discuter", "To be discussed")]},
    ],
    "rules": [
        _rule("no", "Aucun membre n’accueille là où vous visez cette année. D’autres communes, ou la prochaine "
                    "édition, changent la réponse.",
              "No member hosts where you aim this year. Other communes, or the next edition, change the answer.",
              places__hosted=("none",)),
        _rule("person", "Ces communes sont urbaines d’après la grille officielle ; un bassin de vie déborde d’une "
                        "commune, une personne regardera avec vous.",
              "These communes are urban by the official grid; a living area crosses communes, a person will look.",
              places__rural=("urban", "unknown")),
        _rule("person", "Une solution née en ville se discute avec une personne avant de partir en campagne.",
              "A solution born in town is talked over with a person before going rural.", setting=("same",)),
        _rule("person", "Une partie de ce que vous visez peut être accueillie : une personne regardera le reste.",
              "Part of where you aim can be hosted: a person will look at the rest.", places__hosted=("some",)),
        _rule("yes", "Pas encore de territoire : l’étude sert aussi à le choisir, avec un incubateur.",
              "No territory yet: the study also helps to choose it, with an incubator.", places__hosted=("open",)),
        _rule("yes", "Un membre peut accueillir votre étude là où vous visez.", "A member can host your study there.",
              places__hosted=("all",), places__rural=("rural", "mixed")),
    ],
    "otherwise": _rule("person", "Une personne regardera le territoire avec vous.",
                       "A person will look at the territory with you."),
}  # fmt: skip

#: The whole test, as `Call.eligibility` keeps it.
RURAL: Final[dict[str, Any]] = {
    "format": 1,
    "intro": _t("Quatre parties, cinq minutes. Rien n’est envoyé à personne sans que vous le demandiez.",
                "Four parts, five minutes. Nothing is sent to anybody unless you ask."),
    "minutes": 5,
    "families": [_CHALLENGES, _ECONOMY, _MATURITY, _TERRITORIES],
}  # fmt: skip
