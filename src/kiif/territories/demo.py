"""This app's part of the demonstration: three living areas drawn by invented people, each with its second version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.alliance.models import Membership
from kiif.opendata import base
from kiif.territories.actions import drawn as actions
from kiif.territories.actions.load import load_base_pack
from kiif.territories.enums import Level, Visibility
from kiif.territories.models import DrawnTerritory, Territory

ORDER = 50
NAME = _("Territories, and living areas drawn by people")


@dataclass(frozen=True)
class Plan:
    """An area: who draws it, where it starts from, what the second version adds and takes off."""

    name: str
    slug: str
    incubator: str
    description: str
    why: str
    epci: str
    first: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    note: str
    visibility: Visibility = Visibility.PUBLIC


PLANS: Final = (
    Plan(
        name="Vallée de la Roya",
        slug="vallee-de-la-roya",
        incubator="inter-made",
        description="Cinq villages le long d’un torrent de montagne, une route et une voie ferrée pour tout lien.",
        why="Ici, on est de la vallée avant d’être d’un village. Depuis la tempête d’octobre 2020, l’entraide va de "
        "Tende à Breil ; elle s’arrête au col de Brouis.",
        epci="",
        first=("06023", "06062", "06132", "06163"),
        added=("06162",),
        removed=(),
        note="La Brigue vit avec Tende : école, marché, train. Toutes les personnes rencontrées l’ont nommée.",
    ),
    Plan(
        name="Entre-deux-Mers des coteaux",
        slug="entre-deux-mers-des-coteaux",
        incubator="atis",
        description="Des coteaux de vigne, des bastides, des villages de deux cents habitant·es entre deux fleuves.",
        why="On part d’une communauté de communes, parce qu’elle a une histoire commune. La limite ouest se discute : "
        "on travaille et on se soigne aussi à Créon.",
        epci="200069599",
        first=(),
        added=("33140", "33505", "33431"),
        removed=("33112", "33150"),
        note="Créon, La Sauve et Saint-Léon entrent : c’est là que sont le collège, le marché et la maison de santé.",
    ),
    Plan(
        name="Pays de Forbach et de la mine",
        slug="pays-de-forbach-et-de-la-mine",
        incubator="le-laboratoire-des-partenariats",
        description="Une ancienne ville minière à la frontière allemande et les cités qui l’entourent.",
        why="La mine a fait ce territoire, et la frontière le traverse sans le couper. Les institutions, elles, le "
        "partagent en deux.",
        epci="",
        first=("57227", "57058", "57660", "57537", "57484", "57596", "57144"),
        added=("57240", "57332"),
        removed=(),
        note="Freyming-Merlebach et Hombourg-Haut : une autre intercommunalité, la même histoire ouvrière.",
        visibility=Visibility.MEMBERS,
    ),
)


def build(world: Any) -> None:
    """Fills `world.things["drawn"]` (slug → DrawnTerritory); draws nothing, and says so, without the base pack."""
    world.things["drawn"] = {}
    if not base.is_built():
        world.say(str(_("The data of territories are not built: no living area is drawn.")))
        return
    load_base_pack(by=world.by)
    for plan in PLANS:
        actor = _author(world, plan.incubator)
        if actor is not None:
            world.things["drawn"][plan.slug] = _draw(plan, actor)


def _author(world: Any, slug: str) -> Actor | None:
    """An advisor of the incubator, acting for it; the account of the demonstration for ATIS."""
    incubator = world.incubators.get(slug)
    if incubator is None:
        return None
    memberships = Membership.objects.current().filter(where=incubator.body_ptr).select_related("user", "where")
    account = world.people.get("accompagnement@kiif.example")
    own = memberships.filter(user=account).first() if account is not None else None
    membership = own or memberships.filter(role=Role.ADVISOR).order_by("pk").first() or memberships.first()
    return Actor(user=membership.user, acting_as=membership) if membership is not None else None


def _draw(plan: Plan, actor: Actor) -> DrawnTerritory:
    members = Territory.objects.at(Level.COMMUNE).open().filter(epci__code=plan.epci) if plan.epci else None
    codes = [*plan.first, *(members.values_list("code", flat=True) if members is not None else ())]
    draft = actions.open_draft(by=actor)
    texts = {"name": plan.name, "description": plan.description, "why": plan.why}
    actions.save_draft(draft=draft, by=actor, texts=texts)
    actions.change_draft(draft=draft, by=actor, add=codes)
    version = actions.publish_draft(draft=draft, by=actor)
    drawn = version.drawn
    following = actions.open_draft(by=actor, drawn=drawn)
    actions.save_draft(draft=following, by=actor, texts={"note": plan.note})
    actions.change_draft(draft=following, by=actor, add=plan.added, remove=plan.removed)
    actions.publish_draft(draft=following, by=actor)
    drawn.refresh_from_db()
    return actions.share(drawn=drawn, by=actor, visibility=plan.visibility)
