"""Facts of an application: what lists, filters and scenarios read, copied from its answers each time it is sent.

`Call.facts` says which question gives which fact (`programmes.mapping`): `{"title": "q_…", "hosts": "q_…"}`. A fact
without a question, or whose answer does not fit, stays empty: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kiif.organisations.models import Organisation
from kiif.programmes.enums import Rural
from kiif.programmes.models import Application, Host, HostWish, Target
from kiif.questionnaires import values
from kiif.questionnaires.definition import Definition
from kiif.territories.enums import Level
from kiif.territories.lookup import fold
from kiif.territories.models import Territory


def asked(call_facts: Mapping[str, str], definition: Definition) -> dict[str, Any]:
    """Fact → question of this definition."""
    known = definition.by_id
    return {key: known[question] for key, question in (call_facts or {}).items() if question in known}


def copy(application: Application, definition: Definition, answers: Mapping[str, Any]) -> None:
    """Writes the facts of an application from its answers (by identifier of question), its territories and wishes.

    Saves the row. `answers`: what was sent, irrelevant ones left out.
    """
    questions = asked(application.call.facts, definition)
    given = {}
    for key, question in questions.items():
        value = answers.get(question.id)
        if value is not None and not values.coded(value):
            given[key] = value
    for key, write in _WRITERS.items():
        write(application, given.get(key), questions.get(key))
    application.language = application.response.language
    places = _places(given.get("territories"))
    _targets(application, places)
    if "hosts" in questions and application.hosts_set_at is None:
        rank_hosts(application, chosen_keys(given.get("hosts")))
    application.search_text = searched(application)
    application.save(
        update_fields=[
            "title", "organisation", "organisation_name", "siren", "contact_email", "language", "challenges", "themes",
            "stage", "legal_form", "women_led", "founded_year", "region_code", "rural", "rural_source", "host_open",
            "search_text",
        ]
    )  # fmt: skip
    project = application.project
    project.name = application.title or project.name
    project.organisation = application.organisation or project.organisation
    project.save(update_fields=["name", "organisation"])


Writer = Callable[[Application, Any, Any], None]


def _title(application: Application, value: Any, question: Any) -> None:
    application.title = str(value or application.title or application.project.name)[:200]


def _organisation(application: Application, value: Any, question: Any) -> None:
    if isinstance(value, str):
        application.organisation_name = value[:200]
    if not isinstance(value, dict):
        return
    application.organisation_name = str(value.get("name") or "")[:200]
    identifier = str(value.get("identifier") or "")
    application.siren = identifier[:9] if value.get("kind") in {"siren", "siret"} else ""
    known = _known(application, str(value.get("kind") or ""), identifier)
    if known is not None:
        application.organisation = known
        application.organisation_name = application.organisation_name or known.name


def _known(application: Application, kind: str, identifier: str) -> Organisation | None:
    """The organisation of the directory with this number; none is made here."""
    if not identifier:
        return None
    rows = Organisation.objects.alive().filter(alliance=application.project.alliance_id)
    by = {"siren": {"siren": identifier}, "siret": {"siren": identifier[:9]}, "rna": {"rna": identifier}}
    return rows.filter(**by[kind]).first() if kind in by else None


def _legal_form(application: Application, value: Any, question: Any) -> None:
    application.legal_form = _one(value)[:20]


def _founded(application: Application, value: Any, question: Any) -> None:
    year = int(str(value)[:4]) if value and str(value)[:4].isdecimal() else None
    application.founded_year = year if year is not None and 1800 <= year <= 2100 else None


def _headquarters(application: Application, value: Any, question: Any) -> None:
    codes = [value.get("code")] if isinstance(value, dict) and "items" not in value else []
    codes = codes or [item["code"] for item in (value or {}).get("items", ())[:1]]
    row = Territory.objects.filter(level=Level.COMMUNE, code__in=[code for code in codes if code])
    found = row.select_related("region").first()
    application.region_code = found.region.code if found and found.region else ""


def _contact(application: Application, value: Any, question: Any) -> None:
    owner = application.response.owner
    application.contact_email = str(value or (owner.email if owner else ""))


def _codes(name: str) -> Writer:
    def write(application: Application, value: Any, question: Any) -> None:
        kept: list[str] = []
        for code in chosen_keys(value):
            if len(",".join([*kept, code])) <= 390:
                kept.append(code)
        setattr(application, name, kept)

    return write


def _stage(application: Application, value: Any, question: Any) -> None:
    application.stage = _one(value)[:20]


def _women_led(application: Application, value: Any, question: Any) -> None:
    told = value.get("value") if isinstance(value, dict) else None
    application.women_led = told if isinstance(told, bool) else _SAID.get(str(told))


#: Keys of a choice that says yes or no.
_SAID: Final = {"yes": True, "oui": True, "no": False, "non": False}

_WRITERS: Final[dict[str, Writer]] = {
    "title": _title,
    "organisation": _organisation,
    "legal_form": _legal_form,
    "founded": _founded,
    "headquarters": _headquarters,
    "contact_email": _contact,
    "challenges": _codes("challenges"),
    "themes": _codes("themes"),
    "stage": _stage,
    "women_led": _women_led,
}


def _one(value: Any) -> str:
    return str(value.get("value") or "") if isinstance(value, dict) else ""


def chosen_keys(value: Any) -> list[str]:
    """Keys chosen in a choice, choices or a ranking, in their order."""
    if not isinstance(value, dict):
        return []
    return [str(key) for key in value.get("values", ())] or ([_one(value)] if _one(value) else [])


def _places(value: Any) -> list[dict[str, Any]]:
    return list(value.get("items", ())) if isinstance(value, dict) else []


def _targets(application: Application, places: Iterable[Mapping[str, Any]]) -> None:
    """The territories aimed at, each with its class by the official grid."""
    places = list(places)
    keys = [(one["level"], one["code"]) for one in places]
    found = {
        (row.level, row.code): row
        for row in Territory.objects.filter(code__in=[code for _level, code in keys]).select_related("department")
    }
    application.targets.all().delete()
    rows = []
    for rank, place in enumerate(places, start=1):
        territory = found.get((place["level"], place["code"]))
        rows.append(
            Target(
                application=application,
                rank=rank,
                territory=territory,
                level=place["level"],
                code=place["code"],
                name=str(place.get("name") or (territory.title if territory else place["code"]))[:200],
                department_code=_department(territory),
                rural=rural_of(territory),
            )
        )
    Target.objects.bulk_create(rows)
    first = found.get(keys[0]) if keys else None
    application.rural = rural_of(first)
    application.rural_source = first.rural_source if first is not None else ""


def _department(territory: Territory | None) -> str:
    if territory is None:
        return ""
    if territory.level == Level.DEPARTMENT:
        return territory.code
    return territory.department.code if territory.department else ""


def rural_of(territory: Territory | None) -> str:
    """`Rural` of a territory; empty when the grid does not say."""
    known = territory.is_rural if territory is not None else None
    return "" if known is None else str(Rural.RURAL if known else Rural.URBAN)


def host_key(host: Host) -> str:
    """What names a host in the form: its annex, else the short name of its incubator."""
    return host.variant or str(host.incubator.slug)


def rank_hosts(application: Application, keys: Iterable[str]) -> list[Host]:
    """Writes the wishes, in order; unknown or departed hosts are left out. Gives the hosts. Does not save the row."""
    hosts = application.call.hosts.filter(left_at__isnull=True).select_related("incubator")
    known = {host_key(host): host for host in hosts}
    chosen = [known[key] for key in dict.fromkeys(keys) if key in known][: application.call.most_hosts]
    application.wishes.all().delete()
    HostWish.objects.bulk_create(
        HostWish(application=application, host=host, rank=rank) for rank, host in enumerate(chosen, start=1)
    )
    application.host_open = not chosen
    return chosen


def searched(application: Application) -> str:
    """What lists search in, folded."""
    organisation = application.organisation
    return fold(
        " ".join(
            [
                application.project.number, application.title, application.organisation_name,
                organisation.name if organisation else "", application.siren,
            ]
        )
    )  # fmt: skip
