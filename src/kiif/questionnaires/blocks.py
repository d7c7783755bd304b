"""Blocks delivered with the product: questions that every call asks, already worded, translated and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connections
from django.utils.translation import gettext_noop

from kiif.questionnaires.drafting.written import column, listed, q


@dataclass(frozen=True)
class Delivered:
    """A block of ours: its key never changes; `questions` makes their documents."""

    key: str
    title: str
    about: str
    questions: Callable[[], list[dict[str, Any]]]


LEGAL_FORMS: Final = (
    ("association", "Association", "Non-profit association"),
    ("cooperative", "Coopérative (Scop, Scic, CAE)", "Cooperative"),
    ("company", "Société commerciale", "Company"),
    ("foundation", "Fondation ou fonds de dotation", "Foundation or endowment fund"),
    ("mutual", "Mutuelle", "Mutual society"),
    ("none", "Pas encore de statut", "No legal form yet"),
)
PEOPLE: Final = (
    ("staff", "Les salarié·es", "Employees"),
    ("beneficiaries", "Les personnes concernées", "People concerned"),
    ("residents", "Les habitant·es", "Residents"),
    ("local", "Les collectivités", "Local authorities"),
    ("partners", "Les partenaires et financeurs", "Partners and funders"),
    ("nobody", "Personne d’autre que la direction", "Nobody but the leaders"),
)
AGREES: Final = (
    ("no", "Pas du tout", "Not at all"),
    ("little", "Un peu", "A little"),
    ("rather", "Plutôt", "Rather"),
    ("yes", "Tout à fait", "Entirely"),
)


def identity() -> list[dict[str, Any]]:
    return [
        q(
            "organisation", "structure", "Quelle est votre structure ?", "Which is your organisation?", required=True,
            hint=("Son numéro Siren suffit : le nom vient tout seul. Sans numéro, écrivez son nom.",
                  "Its SIREN number is enough: the name follows. Without a number, write its name."),
        ),
        q("choice", "statut", "Quel est son statut ?", "What is its legal form?", choices=LEGAL_FORMS, other=True,
          required=True),
        q("date", "creation", "Quand a-t-elle été créée ?", "When was it founded?",
          relevant="${statut} != 'none'"),
        q("address", "siege", "Où est son siège ?", "Where is its head office?", required=True),
        q("url", "site", "Son site ou sa page", "Its site or page"),
        q("number", "effectif", "Combien de personnes y sont salariées ?", "How many people does it employ?",
          hint=("En équivalents temps plein, à peu près.", "In full-time equivalents, roughly."),
          unit=("ETP", "FTE"), minimum=0, decimals=1),
    ]  # fmt: skip


def siren() -> list[dict[str, Any]]:
    return [
        q("organisation", "structure", "Quelle est votre structure ?", "Which is your organisation?", required=True,
          hint=("Siren, Siret ou RNA : la clé est vérifiée.", "SIREN, SIRET or RNA: the check digit is verified."),
          unregistered=False),
    ]  # fmt: skip


def governance() -> list[dict[str, Any]]:
    return [
        q("choices", "decident", "Qui prend part aux décisions importantes ?", "Who takes part in important decisions?",
          choices=PEOPLE, other=True, alone=("nobody",), at_least=1, required=True),
        q("yes_no", "lucrativite", "La recherche de profit est-elle limitée par vos statuts ?",
          "Do your articles limit the search for profit?", reason="no", required=True,
          reason_label=("Comment les excédents sont-ils employés ?", "How are surpluses used?")),
        q("grid", "pratiques", "Chez vous, aujourd’hui…", "In your organisation, today…",
          rows=listed((("accounts", "les comptes sont expliqués à toutes et tous", "accounts are explained to all"),
                       ("renewal", "les responsabilités tournent", "responsibilities rotate"),
                       ("conflict", "un désaccord se dit et se règle", "a disagreement is voiced and settled"))),
          columns=listed(AGREES)),
        q("long_text", "gouvernance", "Racontez une décision prise à plusieurs cette année.",
          "Tell us of a decision taken together this year.", max_words=150),
    ]  # fmt: skip


def budget() -> list[dict[str, Any]]:
    return [
        q("table", "budget", "Votre budget prévisionnel", "Your budget", required=True, min_rows=2, max_rows=30,
          hint=("Une ligne par poste. Les totaux se font seuls.", "One row for each item. Totals are made for you."),
          columns=[
              column("poste", "Poste", "Item", required=True),
              column("depenses", "Dépenses", "Expenses", "money", minimum=0, total=True),
              column("recettes", "Recettes", "Income", "money", minimum=0, total=True),
          ]),
        q("calculated", "equilibre", "Recettes moins dépenses", "Income minus expenses", result="money",
          calculation="sum(${budget.recettes}) - sum(${budget.depenses})"),
        q("long_text", "desequilibre", "Comment ferez-vous la différence ?", "How will you make up the difference?",
          relevant="${equilibre} < 0", required=True, max_words=120),
    ]  # fmt: skip


def territories() -> list[dict[str, Any]]:
    return [
        q("territories", "territoires", "Quels territoires sont concernés ?", "Which territories are concerned?",
          required=True, at_least=1, at_most=10,
          hint=("Communes, intercommunalités, départements ou régions. Pour une commune, la grille officielle dit si "
                "elle est rurale.",
                "Communes, intercommunal bodies, departments or regions. For each commune, the official grid tells "
                "whether it is rural.")),
        q("long_text", "pourquoi_territoires", "Pourquoi ceux-là ?", "Why these?", max_words=150),
    ]  # fmt: skip


def contact() -> list[dict[str, Any]]:
    return [
        q("text", "contact_nom", "Qui pouvons-nous joindre ?", "Whom may we contact?", max_chars=120, required=True,
          hint=("Prénom et nom.", "First and last name.")),
        q("text", "contact_fonction", "Sa fonction", "Their position", max_chars=120),
        q("email", "contact_courriel", "Son adresse électronique", "Their e-mail address", required=True),
        q("phone", "contact_telephone", "Son téléphone", "Their phone number"),
    ]  # fmt: skip


def impact() -> list[dict[str, Any]]:
    return [
        q("number", "beneficiaires", "Combien de personnes avez-vous accompagnées l’an dernier ?",
          "How many people did you support last year?", minimum=0, unit=("personnes", "people"), unknown=True),
        q("choice", "mesure", "Comment savez-vous ce qui change pour elles ?", "How do you know what changes for them?",
          choices=(("evaluation", "Une évaluation menée avec un tiers", "An evaluation by a third party"),
                   ("indicators", "Nos propres indicateurs, suivis dans le temps", "Our own indicators over time"),
                   ("stories", "Des témoignages recueillis", "Testimonies that we collect"),
                   ("not_yet", "Nous ne le mesurons pas encore", "We do not measure it yet")), required=True),
        q("long_text", "preuves", "Qu’est-ce qui a changé, et comment le savez-vous ?",
          "What has changed, and how do you know?", max_words=250, required=True, relevant="${mesure} != 'not_yet'"),
        q("files", "pieces_impact", "Un document qui le montre", "A document that shows it", at_most=3),
    ]  # fmt: skip


def consents() -> list[dict[str, Any]]:
    return [
        q("consent", "donnees", "Vos données", "Your data", required=True,
          text=("J’ai compris que mes réponses servent à étudier cette candidature, qu’elles sont lues par l’équipe et "
                "les relecteur·rices, et que je peux les consulter, les corriger ou les faire effacer.",
                "I understand that my answers serve to study this application, that the team and the reviewers read "
                "them, and that I may see, correct or erase them.")),
        q("consent", "partage", "Partage entre membres", "Sharing among members",
          text=("J’accepte que les membres de l’alliance voient mon projet pour me proposer d’autres soutiens.",
                "I agree that the members of the alliance see my project to offer other support.")),
        q("signature", "signature", "Signature", "Signature", required=True,
          statement=("Ce qui est écrit ici est exact, et je peux engager ma structure.",
                     "What is written here is accurate, and I may commit my organisation.")),
    ]  # fmt: skip


def discovery() -> list[dict[str, Any]]:
    return [
        q("choice", "connu", "Comment avez-vous eu connaissance de cet appel ?", "How did you hear of this call?",
          choices=(("incubator", "Par un incubateur", "From an incubator"),
                   ("network", "Par un réseau ou une tête de réseau", "From a network"),
                   ("authority", "Par une collectivité", "From a local authority"),
                   ("press", "Par la presse ou une lettre d’information", "From the press or a newsletter"),
                   ("social", "Par un réseau social", "From social media"),
                   ("peer", "Par une autre structure", "From another organisation")), other=True),
    ]  # fmt: skip


DELIVERED: Final = (
    Delivered(
        "identity",
        gettext_noop("Identity of an organisation"),
        gettext_noop("Number, name, legal form, head office, staff."),
        identity,
    ),
    Delivered("siren", gettext_noop("SIREN alone"), gettext_noop("The number, checked, and nothing else."), siren),
    Delivered("contact", gettext_noop("Contact"), gettext_noop("Who to write to, who to call."), contact),
    Delivered(
        "governance",
        gettext_noop("Governance"),
        gettext_noop("Who decides, limited profit, practices: the criteria of the social economy."),
        governance,
    ),
    Delivered(
        "budget",
        gettext_noop("Budget with totals"),
        gettext_noop("A table with its totals, the balance, and a question when it does not balance."),
        budget,
    ),
    Delivered(
        "territories",
        gettext_noop("Territories, with the rural answer"),
        gettext_noop("Communes to regions; the official grid tells what is rural."),
        territories,
    ),
    Delivered(
        "impact",
        gettext_noop("Impact and its proofs"),
        gettext_noop("People, way of measuring, proofs, documents."),
        impact,
    ),
    Delivered(
        "consents",
        gettext_noop("Consents and signature"),
        gettext_noop("Use of data, sharing among members, signature by name."),
        consents,
    ),
    Delivered("discovery", gettext_noop("How they heard of you"), gettext_noop("One question."), discovery),
)


def install(using: str) -> None:
    """Puts the delivered blocks in the database, or brings their words up to date. Safe to run twice.

    The identifiers inside are those of the first time: only what differs otherwise is written.
    """
    from kiif.questionnaires.models import Block

    if Block._meta.db_table not in connections[using].introspection.table_names():
        return
    known = set(Block.objects.using(using).filter(owner__isnull=True).values_list("key", flat=True))
    for one in DELIVERED:
        if one.key not in known:
            page = {"questions": one.questions()}
            Block.objects.using(using).create(key=one.key, title=one.title, about=one.about, page=page)
