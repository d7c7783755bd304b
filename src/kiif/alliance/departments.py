"""The departments that an instance knows: code, name, region (official geographic code, INSEE, 2026).

An alliance of another country registers its own list with `register`; nothing else names a department.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Department(NamedTuple):
    code: str
    name: str
    region: str


_FRANCE: tuple[Department, ...] = (
    Department("01", "Ain", "Auvergne-Rhône-Alpes"),
    Department("02", "Aisne", "Hauts-de-France"),
    Department("03", "Allier", "Auvergne-Rhône-Alpes"),
    Department("04", "Alpes-de-Haute-Provence", "Provence-Alpes-Côte d'Azur"),
    Department("05", "Hautes-Alpes", "Provence-Alpes-Côte d'Azur"),
    Department("06", "Alpes-Maritimes", "Provence-Alpes-Côte d'Azur"),
    Department("07", "Ardèche", "Auvergne-Rhône-Alpes"),
    Department("08", "Ardennes", "Grand Est"),
    Department("09", "Ariège", "Occitanie"),
    Department("10", "Aube", "Grand Est"),
    Department("11", "Aude", "Occitanie"),
    Department("12", "Aveyron", "Occitanie"),
    Department("13", "Bouches-du-Rhône", "Provence-Alpes-Côte d'Azur"),
    Department("14", "Calvados", "Normandie"),
    Department("15", "Cantal", "Auvergne-Rhône-Alpes"),
    Department("16", "Charente", "Nouvelle-Aquitaine"),
    Department("17", "Charente-Maritime", "Nouvelle-Aquitaine"),
    Department("18", "Cher", "Centre-Val de Loire"),
    Department("19", "Corrèze", "Nouvelle-Aquitaine"),
    Department("21", "Côte-d'Or", "Bourgogne-Franche-Comté"),
    Department("22", "Côtes-d'Armor", "Bretagne"),
    Department("23", "Creuse", "Nouvelle-Aquitaine"),
    Department("24", "Dordogne", "Nouvelle-Aquitaine"),
    Department("25", "Doubs", "Bourgogne-Franche-Comté"),
    Department("26", "Drôme", "Auvergne-Rhône-Alpes"),
    Department("27", "Eure", "Normandie"),
    Department("28", "Eure-et-Loir", "Centre-Val de Loire"),
    Department("29", "Finistère", "Bretagne"),
    Department("2A", "Corse-du-Sud", "Corse"),
    Department("2B", "Haute-Corse", "Corse"),
    Department("30", "Gard", "Occitanie"),
    Department("31", "Haute-Garonne", "Occitanie"),
    Department("32", "Gers", "Occitanie"),
    Department("33", "Gironde", "Nouvelle-Aquitaine"),
    Department("34", "Hérault", "Occitanie"),
    Department("35", "Ille-et-Vilaine", "Bretagne"),
    Department("36", "Indre", "Centre-Val de Loire"),
    Department("37", "Indre-et-Loire", "Centre-Val de Loire"),
    Department("38", "Isère", "Auvergne-Rhône-Alpes"),
    Department("39", "Jura", "Bourgogne-Franche-Comté"),
    Department("40", "Landes", "Nouvelle-Aquitaine"),
    Department("41", "Loir-et-Cher", "Centre-Val de Loire"),
    Department("42", "Loire", "Auvergne-Rhône-Alpes"),
    Department("43", "Haute-Loire", "Auvergne-Rhône-Alpes"),
    Department("44", "Loire-Atlantique", "Pays de la Loire"),
    Department("45", "Loiret", "Centre-Val de Loire"),
    Department("46", "Lot", "Occitanie"),
    Department("47", "Lot-et-Garonne", "Nouvelle-Aquitaine"),
    Department("48", "Lozère", "Occitanie"),
    Department("49", "Maine-et-Loire", "Pays de la Loire"),
    Department("50", "Manche", "Normandie"),
    Department("51", "Marne", "Grand Est"),
    Department("52", "Haute-Marne", "Grand Est"),
    Department("53", "Mayenne", "Pays de la Loire"),
    Department("54", "Meurthe-et-Moselle", "Grand Est"),
    Department("55", "Meuse", "Grand Est"),
    Department("56", "Morbihan", "Bretagne"),
    Department("57", "Moselle", "Grand Est"),
    Department("58", "Nièvre", "Bourgogne-Franche-Comté"),
    Department("59", "Nord", "Hauts-de-France"),
    Department("60", "Oise", "Hauts-de-France"),
    Department("61", "Orne", "Normandie"),
    Department("62", "Pas-de-Calais", "Hauts-de-France"),
    Department("63", "Puy-de-Dôme", "Auvergne-Rhône-Alpes"),
    Department("64", "Pyrénées-Atlantiques", "Nouvelle-Aquitaine"),
    Department("65", "Hautes-Pyrénées", "Occitanie"),
    Department("66", "Pyrénées-Orientales", "Occitanie"),
    Department("67", "Bas-Rhin", "Grand Est"),
    Department("68", "Haut-Rhin", "Grand Est"),
    Department("69", "Rhône", "Auvergne-Rhône-Alpes"),
    Department("70", "Haute-Saône", "Bourgogne-Franche-Comté"),
    Department("71", "Saône-et-Loire", "Bourgogne-Franche-Comté"),
    Department("72", "Sarthe", "Pays de la Loire"),
    Department("73", "Savoie", "Auvergne-Rhône-Alpes"),
    Department("74", "Haute-Savoie", "Auvergne-Rhône-Alpes"),
    Department("75", "Paris", "Île-de-France"),
    Department("76", "Seine-Maritime", "Normandie"),
    Department("77", "Seine-et-Marne", "Île-de-France"),
    Department("78", "Yvelines", "Île-de-France"),
    Department("79", "Deux-Sèvres", "Nouvelle-Aquitaine"),
    Department("80", "Somme", "Hauts-de-France"),
    Department("81", "Tarn", "Occitanie"),
    Department("82", "Tarn-et-Garonne", "Occitanie"),
    Department("83", "Var", "Provence-Alpes-Côte d'Azur"),
    Department("84", "Vaucluse", "Provence-Alpes-Côte d'Azur"),
    Department("85", "Vendée", "Pays de la Loire"),
    Department("86", "Vienne", "Nouvelle-Aquitaine"),
    Department("87", "Haute-Vienne", "Nouvelle-Aquitaine"),
    Department("88", "Vosges", "Grand Est"),
    Department("89", "Yonne", "Bourgogne-Franche-Comté"),
    Department("90", "Territoire de Belfort", "Bourgogne-Franche-Comté"),
    Department("91", "Essonne", "Île-de-France"),
    Department("92", "Hauts-de-Seine", "Île-de-France"),
    Department("93", "Seine-Saint-Denis", "Île-de-France"),
    Department("94", "Val-de-Marne", "Île-de-France"),
    Department("95", "Val-d'Oise", "Île-de-France"),
    Department("971", "Guadeloupe", "Guadeloupe"),
    Department("972", "Martinique", "Martinique"),
    Department("973", "Guyane", "Guyane"),
    Department("974", "La Réunion", "La Réunion"),
    Department("976", "Mayotte", "Mayotte"),
)

_known: dict[str, Department] = {department.code: department for department in _FRANCE}


def register(departments: Iterable[Department]) -> None:
    """Replaces the list of departments (an instance of another country calls it once, in `apps.ready()`)."""
    _known.clear()
    _known.update({department.code: department for department in departments})


def departments() -> tuple[Department, ...]:
    """Every department, by code."""
    return tuple(_known.values())


def find(code: str) -> Department | None:
    """The department of this code, or None."""
    return _known.get(code)


def name_of(code: str) -> str:
    """Name of a department; its code where it is not known (any more)."""
    department = _known.get(code)
    return department.name if department else code
