"""This app's part of the demonstration: a solidarity garage that looks for its next five territories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.opendata import base
from kiif.replication import actions, demo_demand, demo_study, editing, engine
from kiif.replication.answers import answer_of
from kiif.replication.criteria import LIBRARY
from kiif.replication.enums import Decision, Kind, Mode, Part
from kiif.replication.models import FeasibilityStudy, Search, Solution
from kiif.replication.proposals import proposals_of
from kiif.replication.results import names_of

ORDER = 60
NAME = _("A solution that looks for its next territories")
CARRIER: Final = "porteuse@kiif.example"
ADVISOR: Final = "accompagnement@kiif.example"
FOUNDATION: Final = "fondation@kiif.example"

TEXTS: Final = {
    "name": "Le Cambouis solidaire",
    "kind": "mobility",
    "does": "Un garage où l’on répare sa voiture avec un·e mécanicien·ne, et qui en loue à petit prix à celles et ceux "
    "qui cherchent un emploi.",
    "audience": "Des personnes aux revenus modestes, loin des transports, souvent adressées par une mission locale.",
    "needs": "Un local de 200 m² accessible aux dépanneuses, deux mécanicien·nes, un réseau qui adresse du public, "
    "15 000 habitant·es à une demi-heure.",
    "never": "Moins de 8 000 habitant·es autour, ou une ville où l’on vit bien sans voiture.",
}
#: Nontron and Mauriac, where it works in this story.
SITES: Final = ("24311", "15120")
NOTES: Final = (
    "Appeler la mission locale : combien de jeunes renoncent à un emploi faute de voiture ?",
    "Un ancien garage est à reprendre près de la gare ; voir l’état du sol avec la commune.",
    "La communauté de communes prépare son plan de mobilité : arriver avant le vote.",
    "Deux associations prêtent déjà des voitures : proposer de faire ensemble.",
    "Vérifier sur place que le public viendrait de l’autre vallée.",
)


def build(world: Any) -> None:
    """Fills `world.things["search"]`; makes nothing, and says so, without the base pack or the carrier."""
    carrier = world.people.get(CARRIER)
    if carrier is None or not base.is_built():
        world.say(str(_("The data of territories are not built: no solution looks for territories.")))
        return
    by = Actor(user=carrier)
    solution = actions.describe_solution(by=by, texts=TEXTS, sites=SITES)
    search = _search(solution, by)
    answer = answer_of(search)
    regions = names_of(answer.level).regions
    kept: list[int] = []
    for row in answer.evaluation.order.tolist():
        if regions[row] not in {regions[other] for other in kept}:
            kept.append(row)
        if len(kept) == len(NOTES):
            break
    for row, note in zip(kept, NOTES, strict=True):
        actions.pick(search=search, by=by, code=str(answer.codes[row]), note=note)
    actions.exclude(
        search=search,
        by=by,
        code=next(str(answer.codes[row]) for row in answer.evaluation.order.tolist() if row not in kept),
        reason=demo_study.EXCLUDED,
    )
    actions.keep_result(search=search, by=by)
    world.things["search"] = search
    if ADVISOR in world.people:
        _share(world, solution, by)
        _study(world, search, by, [str(answer.codes[row]) for row in kept])
    demo_demand.build(world)


def _share(world: Any, solution: Solution, by: Actor) -> None:
    """The advisor writes, the foundation reads for a while, a council has a reading link."""
    actions.grant(solution=solution, by=by, user=world.people[ADVISOR], may_write=True)
    if (reader := world.people.get(FOUNDATION)) is not None:
        actions.grant(solution=solution, by=by, user=reader, until=timezone.localdate() + timedelta(days=180))
    actions.make_link(solution=solution, by=by, label="Le conseil communautaire", days=90)


def _study(world: Any, search: Search, by: Actor, codes: list[str]) -> None:
    """One study well advanced, by two hands, with its decision; another one just begun."""
    hands = {"carrier": by, "advisor": Actor(user=world.people[ADVISOR])}
    study = actions.open_study(search=search, by=by, code=codes[0])
    for part, hand, text in demo_study.TEXTS:
        _write(study, hands[hand], part, text)
    for kind, hand, values in demo_study.LINES:
        days = values.get("on")
        on = None if days is None else timezone.localdate() + timedelta(days=days)
        actions.add_entry(study=study, by=hands[hand], kind=kind, values=values | {"on": on})
    proposed = [p.origin for p in proposals_of(study, by) if p.kind == Kind.SUPPLY][:4]
    if proposed:
        actions.keep_proposals(study=study, by=hands["advisor"], origins=proposed)
    conditions = demo_study.CONDITIONS
    actions.decide(study=study, by=by, decision=Decision.GO_IF, mode=Mode.TRANSFER, conditions=conditions)
    if len(codes) > 1:
        begun = actions.open_study(search=search, by=by, code=codes[1])
        _write(begun, hands["advisor"], Part.NEED, demo_study.BEGUN)


def _write(study: FeasibilityStudy, by: Actor, part: Part, text: str) -> None:
    section = study.sections.get(part=part)
    actions.write_section(section=section, by=by, text=text, version=section.version)


def _search(solution: Solution, by: Actor) -> Search:
    """At the level of intercommunal bodies, with a condition on inhabitants and the distance to the own sites."""
    search = actions.open_search(solution=solution, by=by, level="epci")
    model: dict[str, Any] = dict(search.model)
    for name in ("own-sites", "inhabitants"):
        if LIBRARY[name].indicator in engine.columns("epci") or name == "own-sites":
            model = editing.with_criterion(model, name, solution.kind)
    changes = {
        "inhabitants": {"condition": {"min": 8_000}, "informative": True},
        "own-sites": {"weight": 1},
    }
    model["criteria"] = [c | changes.get(c["id"], {}) for c in model["criteria"]]
    return actions.change_model(search=search, by=by, model=model, version=search.version)
