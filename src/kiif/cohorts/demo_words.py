"""Words of the cohort of the demonstration. All invented."""

from __future__ import annotations

import datetime as dt
from typing import Final

COHORT: Final = (
    "Dix structures qui changent la façon de vivre la fin de vie, les funérailles et le deuil, "
    "accueillies chacune près de chez elle."
)
PROPOSAL: Final = "Nous avons regardé le territoire, vos souhaits et les places de chacun. Dites-nous si cela convient."
REFUSAL: Final = (
    "Notre chargée de mission part en congé jusqu’à l’été : nous ne pourrions pas bien accueillir ce projet."
)
SECOND: Final = "La première structure ne peut pas accueillir cette année ; celle-ci connaît bien vos thèmes."
CHARTER: Final = """Nous participons aux temps collectifs, ou nous prévenons.

Ce qui se dit entre nous reste entre nous, sauf accord de la personne qui l’a dit.

Nous partageons ce qui n’a pas marché autant que ce qui a marché."""
AGREEMENT: Final = """La structure d’accueil consacre au projet une personne et un rendez-vous par mois pendant un an.

Le projet prépare ces rendez-vous et tient sa structure d’accueil au courant de ce qui change.

L’équipe du programme anime les temps collectifs et répond aux questions sous huit jours.

Chaque partie peut mettre fin à l’accueil en disant pourquoi ; les deux autres en sont prévenues."""
WELCOME: Final = """Bonjour {prenom},

Bienvenue dans la {promotion} avec {projet}. Votre accueil : {accueil}.

Le premier temps collectif a lieu à Bordeaux ; l’invitation est dans votre agenda. D’ici là, prenez contact.

La coordination"""
TO_SIGN: Final = """Bonjour {prenom},

Il manque votre signature à la convention de {projet}. Cela prend cinq minutes depuis votre page.

La coordination"""
GIVES_UP: Final = "Le cofinancement attendu n’est pas venu ; l’équipe garde le lien et repasse nous voir."
#: title, day (a date, or so many days from today), first hour, last hour, place, words
DATES: Final[tuple[tuple[str, dt.date | int, int, int, str, str], ...]] = (
    (
        "Premier temps collectif",
        dt.date(2025, 6, 3),
        10,
        17,
        "Bordeaux",
        "Se connaître, poser les questions difficiles.",
    ),
    ("Atelier : parler d’argent en temps de deuil", dt.date(2025, 10, 9), 9, 12, "En ligne", ""),
    ("Visite d’une maison de répit", dt.date(2026, 3, 19), 10, 16, "Lyon", ""),
    ("Atelier : former des bénévoles qui durent", 12, 14, 17, "En ligne", "Chacun·e vient avec un cas."),
    ("Dernier temps collectif et bilan", 54, 10, 17, "Nantes", "Ce que nous gardons, ce que nous transmettons."),
)
PORTRAITS: Final = (
    "Des funérailles préparées à plusieurs, sans précipitation ni dépense inutile.",
    "Une équipe mobile qui forme les aidant·es là où les soins palliatifs sont loin.",
    "Un café où l’on parle de la mort comme du reste, tous les premiers jeudis.",
    "Un lieu pour les familles après la perte d’un enfant.",
    "Une coopérative funéraire de village.",
    "Des ateliers pour écrire ce que l’on veut laisser.",
)
