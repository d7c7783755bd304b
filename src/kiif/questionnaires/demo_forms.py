"""Two small questionnaires of the demonstration: the registration for a webinar, a diagnostic before replicating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kiif.questionnaires.blocks import AGREES
from kiif.questionnaires.drafting.written import listed, q, two

WEBINAR_TITLE: Final = two("Webinaire : essaimer à la campagne", "Webinar: replicating in the countryside")
DIAGNOSTIC_TITLE: Final = two("Diagnostic : suis-je prêt·e à essaimer ?", "Diagnostic: am I ready to replicate?")


def webinar() -> Sequence[dict[str, Any]]:
    """Registration in one page."""
    return [
        q("text", "nom", "Vos prénom et nom", "Your name", max_chars=120, required=True),
        q("email", "courriel", "Votre adresse électronique", "Your e-mail address", required=True,
          hint=("Le lien de connexion y arrivera la veille.", "The link will reach you the day before.")),
        q("organisation", "structure", "Votre structure, si vous en avez une", "Your organisation, if any"),
        q("choices", "seances", "À quelles séances viendrez-vous ?", "Which sessions will you attend?",
          choices=(("s1", "13 mai 2027, 12 h 30 : qu’est-ce qui s’essaime ?", "13 May 2027, 12:30: what replicates?"),
                   ("s2", "20 mai 2027, 12 h 30 : choisir son territoire", "20 May 2027, 12:30: choosing a territory"),
                   ("s3", "3 juin 2027, 12 h 30 : l’économie d’une antenne", "3 June 2027, 12:30: economics")),
          at_least=1, required=True),
        q("long_text", "question", "Une question à laquelle vous aimeriez une réponse ?",
          "A question you would like answered?", max_words=80),
        q("yes_no", "besoins", "Avez-vous besoin d’un sous-titrage ou d’un·e interprète ?",
          "Do you need captions or an interpreter?", reason="yes",
          reason_label=("Lequel ?", "Which?")),
        q("consent", "accord", "Vos données", "Your data", required=True,
          text=("Mon adresse sert à m’envoyer le lien et le compte rendu, rien d’autre.",
                "My address is used to send me the link and the notes, nothing else.")),
    ]  # fmt: skip


def diagnostic() -> Sequence[dict[str, Any]]:
    """Three scales, a score, and what to do next."""
    scale: dict[str, Any] = {
        "low_label": ("pas du tout", "not at all"),
        "high_label": ("tout à fait", "entirely"),
        "required": True,
    }
    return [
        q("scale", "modele", "Une autre équipe pourrait-elle faire sans vous ce que vous faites ?",
          "Could another team do without you what you do?", **scale),
        q("scale", "economie", "Savez-vous ce que coûte une implantation de plus ?",
          "Do you know what one more site costs?", **scale),
        q("scale", "equipe", "L’équipe en a-t-elle l’envie et le temps ?", "Has the team the will and time?", **scale),
        q("grid", "appuis", "Autour de vous…", "Around you…",
          rows=listed((("board", "votre conseil d’administration y croit", "your board believes in it"),
                       ("funders", "vos financeurs suivraient", "your funders would follow"),
                       ("peers", "des pairs l’ont fait et en parlent", "peers did it and talk about it"))),
          columns=listed(AGREES)),
        q("calculated", "note", "Votre note sur 30", "Your score out of 30",
          calculation="${modele} + ${economie} + ${equipe}"),
        q("note", "suite_bientot",
          "Vous y êtes presque : prenez une heure avec un incubateur pour préparer votre candidature.",
          "Almost there: take an hour with an incubator to prepare your application.", relevant="${note} >= 18"),
        q("note", "suite_doucement",
          "Commencez par les webinaires, et par écrire ce que vous faites pour quelqu’un qui ne vous connaît pas.",
          "Start with the webinars, and by writing what you do for a stranger.",
          relevant="${note} < 18"),
        q("email", "courriel", "Où vous envoyer ce résultat ?", "Where shall we send this result?"),
    ]  # fmt: skip
