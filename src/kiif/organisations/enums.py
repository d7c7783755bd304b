"""Vocabulary of organisations: legal forms, themes, states, roles of people, kinds of solutions."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """Life of a row. A merged one stays as a signpost to the organisation that it turned out to be."""

    ACTIVE = "active", pgettext_lazy("organisation", "active")
    CLOSED = "closed", pgettext_lazy("organisation", "closed")
    MERGED = "merged", pgettext_lazy("organisation", "merged")


class LegalForm(TextChoices):
    """A short list of the forms that one meets in the social economy; the INSEE code is kept beside when known."""

    PROJECT = "project", _("no legal form yet")
    ASSOCIATION = "association", _("association (1901 law)")
    ASSOCIATION_LOCAL = "association_local", _("association under the local law of Alsace-Moselle")
    ASSOCIATION_PUBLIC = "association_public", _("association of recognised public interest")
    FOUNDATION = "foundation", _("foundation or endowment fund")
    MUTUAL = "mutual", _("mutual society")
    SCOP = "scop", _("workers’ co-operative (Scop)")
    SCIC = "scic", _("co-operative of collective interest (Scic)")
    COOPERATIVE = "cooperative", _("other co-operative")
    SAS = "sas", _("simplified joint-stock company (SAS)")
    SARL = "sarl", _("limited liability company (SARL)")
    SA = "sa", _("public limited company (SA)")
    GROUPING = "grouping", _("grouping (GIE, GCSMS, GIP…)")
    PUBLIC = "public", _("public body")
    INDIVIDUAL = "individual", _("sole trader")
    OTHER = "other", pgettext_lazy("legal form", "other")


#: What a list shows of the long ones.
SHORT_FORMS: Final[dict[str, Any]] = {
    LegalForm.PROJECT: _("project"),
    LegalForm.ASSOCIATION: _("association"),
    LegalForm.ASSOCIATION_LOCAL: _("association"),
    LegalForm.ASSOCIATION_PUBLIC: _("association"),
    LegalForm.FOUNDATION: _("foundation"),
    LegalForm.SCOP: "Scop",
    LegalForm.SCIC: "Scic",
    LegalForm.SAS: "SAS",
    LegalForm.SARL: "SARL",
    LegalForm.SA: "SA",
    LegalForm.GROUPING: _("grouping"),
}

#: Prefixes of the legal categories of INSEE (levels I to III) and the form that they are; the longest prefix wins.
INSEE_FORMS: Final[dict[str, LegalForm]] = {
    "1": LegalForm.INDIVIDUAL,
    "31": LegalForm.OTHER,
    "4": LegalForm.PUBLIC,
    "51": LegalForm.COOPERATIVE,
    "54": LegalForm.SARL,
    "5458": LegalForm.SCOP,
    "5460": LegalForm.COOPERATIVE,
    "55": LegalForm.SA,
    "5547": LegalForm.COOPERATIVE,
    "5558": LegalForm.SCOP,
    "5560": LegalForm.COOPERATIVE,
    "56": LegalForm.SA,
    "5658": LegalForm.SCOP,
    "5660": LegalForm.COOPERATIVE,
    "57": LegalForm.SAS,
    "62": LegalForm.GROUPING,
    "63": LegalForm.COOPERATIVE,
    "7": LegalForm.PUBLIC,
    "82": LegalForm.MUTUAL,
    "92": LegalForm.ASSOCIATION,
    "9230": LegalForm.ASSOCIATION_PUBLIC,
    "9260": LegalForm.ASSOCIATION_LOCAL,
    "9300": LegalForm.FOUNDATION,
}


def form_of(insee: str) -> str:
    """The form of a legal category of INSEE ("9220"), "other" for one that is not in the list, empty without code."""
    if not insee:
        return ""
    lengths = range(len(insee), 0, -1)
    return next((INSEE_FORMS[insee[:n]].value for n in lengths if insee[:n] in INSEE_FORMS), LegalForm.OTHER.value)


class Theme(TextChoices):
    """What an organisation is about. Several at once."""

    EMPLOYMENT = "employment", _("jobs and integration through work")
    LOCAL_SERVICES = "local_services", _("local services and shops")
    FOOD = "food", _("food and farming")
    MOBILITY = "mobility", _("mobility")
    HOUSING = "housing", _("housing")
    HEALTH = "health", _("health and prevention")
    AGEING = "ageing", _("ageing and autonomy")
    DISABILITY = "disability", _("disability and inclusion")
    CHILDHOOD = "childhood", _("childhood and families")
    YOUTH = "youth", _("youth")
    EDUCATION = "education", _("education and training")
    DIGITAL = "digital", _("digital inclusion")
    CULTURE = "culture", _("culture and heritage")
    CIRCULAR = "circular", _("circular economy and reuse")
    ENERGY = "energy", _("energy and climate")
    NATURE = "nature", _("nature and biodiversity")
    THIRD_PLACE = "third_place", _("third places")
    CIVIC = "civic", _("civic engagement")
    EQUALITY = "equality", _("equality and the fight against discrimination")
    MOURNING = "mourning", _("death and mourning")


class Source(TextChoices):
    """Where a fact about an organisation comes from."""

    SIRENE = "sirene", _("Sirene register (INSEE)")
    RNA = "rna", _("national register of associations")
    PERSON = "person", _("told by somebody of the organisation")
    STAFF = "staff", _("entered by the team")
    IMPORT = "import", _("imported list")


class TieRole(TextChoices):
    """What somebody is in an organisation."""

    LEADER = "leader", pgettext_lazy("person in an organisation", "leader")
    EMPLOYEE = "employee", pgettext_lazy("person in an organisation", "employee")
    BOARD = "board", pgettext_lazy("person in an organisation", "board member")
    VOLUNTEER = "volunteer", pgettext_lazy("person in an organisation", "volunteer")


#: Roles that change the fiche; a volunteer reads it.
WRITING_ROLES: Final = frozenset({TieRole.LEADER, TieRole.EMPLOYEE, TieRole.BOARD})


class SolutionKind(TextChoices):
    """Kinds of solution; the codes are those of the profiles of `replication`, so that a profile can be started."""

    MOBILITY = "mobility", _("Mobility")
    FOOD = "food", _("Food")
    ELDERLY = "elderly", _("Ageing")
    YOUTH = "youth", _("Youth")
    DIGITAL = "digital", _("Digital inclusion")
    THIRD_PLACE = "third-place", _("Third place")
    CIRCULAR = "circular", _("Circular economy")
    HOUSING = "housing", _("Housing")
    HEALTH = "health", _("Access to health")
    CULTURE = "culture", _("Culture")
    EMPLOYMENT = "employment", _("Employment and insertion")
    OTHER = "other", pgettext_lazy("kind of solution", "Other")


class PairState(TextChoices):
    """What people decided of two rows that look like one organisation."""

    OPEN = "open", _("to be looked at")
    DISTINCT = "distinct", _("two organisations")
    MERGED = "merged", _("merged")


class ImportState(TextChoices):
    CHECKED = "checked", _("checked, nothing written")
    DONE = "done", _("imported")
    DISCARDED = "discarded", pgettext_lazy("list", "set aside")


#: Why two rows look like one organisation: reason → (strength, sentence)
REASONS: Final[dict[str, tuple[int, Any]]] = {
    "number": (100, _("The same number.")),
    "name_place": (90, _("The same name in the same commune.")),
    "name_near": (60, _("The same name in the same department.")),
    "name": (50, _("The same name, and the commune of one of them is not known.")),
    "alike_place": (65, _("Names that are close, in the same commune.")),
    "domain": (40, _("The same e-mail domain.")),
    "website": (45, _("The same website.")),
    "phone": (40, _("The same telephone number.")),
    "said": (0, _("Somebody said so.")),
    "people": (30, _("The same person in both.")),
    "other_number": (-60, _("Two different SIREN: probably two organisations.")),
}

#: Lines of a list that one brings, at most.
MAX_LINES: Final = 2_000
#: Days during which a merge can be undone.
UNDO_DAYS: Final = 30
