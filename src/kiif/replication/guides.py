# ruff: noqa: E501 -- a sentence a line reads better whole
"""The method beside each part of a feasibility study, for somebody who does it for the first time. Our own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiif.replication.enums import Kind, Part

Text = str | Promise


@dataclass(frozen=True)
class Guide:
    """What to look for, whom to ask, which questions, which traps. Few and short: it stands in a margin."""

    aim: Text
    look: tuple[Text, ...]
    ask: tuple[Text, ...]
    questions: tuple[Text, ...]
    traps: tuple[Text, ...]


#: Lines that belong to each written part.
LINES: Final[dict[str, tuple[Kind, ...]]] = {
    Part.NEED: (Kind.ACTOR, Kind.INTERVIEW),
    Part.SUPPLY: (Kind.SUPPLY,),
    Part.PARTNERS: (Kind.PARTNER,),
    Part.MEANS: (Kind.FUNDING,),
    Part.PREMISES: (Kind.PREMISES,),
    Part.ADAPTATION: (),
    Part.RISKS: (Kind.RISK,),
    Part.DECISION: (Kind.NEXT,),
}

GUIDES: Final[dict[str, Guide]] = {
    Part.NEED: Guide(
        _("Understand who lacks what, and what they do today without you."),
        (
            _("Three situations lived by people here, told with their words."),
            _("A number for each: how many people, how often, how far."),
        ),
        (
            _("Five inhabitants concerned, one of them met at home or at work."),
            _("The social worker, the secretary of the town hall, the doctor or the nurse: they see what figures do not."),
        ),
        (
            _("“The last time it happened, how did you manage?”"),
            _("“What have you given up?”"),
        ),
        (
            _("Presenting your solution first: people will be polite."),
            _("Taking the mean of the territory for the life of its villages."),
        ),
    ),
    Part.SUPPLY: Guide(
        _("Know who already answers, even partly, even badly."),
        (
            _("Neighbouring services, volunteers, shops, and what neighbours do for each other."),
            _("Prices, opening days, waiting time, who is turned away."),
        ),
        (
            _("Those who run these services: before any announcement."),
            _("The intercommunal body and the department, for what is planned."),
        ),
        (
            _("“What would help you do more?”"),
            _("“Who do you not manage to reach?”"),
        ),
        (
            _("Concluding “there is nothing”: look again in associations and social centres."),
            _("Competing with somebody you could have worked with."),
        ),
    ),
    Part.PARTNERS: Guide(
        _("Gather those without whom it would not hold, and say how far each goes."),
        (
            _("Who would carry it here: a person with a name and time, not only a structure."),
            _("For each partner, a proof of the step reached: a meeting, a letter, a vote."),
        ),
        (
            _("The mayor and the vice-president in charge, separately."),
            _("An association that people trust already."),
        ),
        (
            _("“What would you do, you, in the first month?”"),
            _("“Who must say yes before you can?”"),
        ),
        (
            _("Counting a warm welcome as a commitment."),
            _("Depending on one elected official: look at the date of the next elections."),
        ),
    ),
    Part.MEANS: Guide(
        _("Show how it lives in year one and in year three."),
        (
            _("A budget in ten lines, with what is certain and what is hoped for."),
            _("What your own team gives in days: helping elsewhere costs time."),
        ),
        (
            _("The intercommunal body, the department, the region, the family and health funds, local foundations."),
            _("A site that already works: its real accounts of the first year."),
        ),
        (
            _("“When do you decide, and when do you pay?”"),
            _("“Do you fund running costs, or only the start?”"),
        ),
        (
            _("A grant asked for is not a grant won: give each a state."),
            _("Forgetting the months between the decision and the payment."),
        ),
    ),
    Part.PREMISES: Guide(
        _("Find where it happens, and how people get there."),
        (
            _("Two places visited, with surface, rent, works, accessibility."),
            _("The way there without a car, in winter, at the opening hours."),
        ),
        (
            _("The town hall, social landlords, the parish, the school, shopkeepers who leave."),
        ),
        (
            _("“Who holds the keys today, and until when?”"),
            _("“Can it be shared?”"),
        ),
        (
            _("A free place that needs works may be the dearest."),
            _("Checking fire safety and access for disabled people after signing."),
        ),
    ),
    Part.ADAPTATION: Guide(
        _("Say what makes it your solution, and what the territory will change."),
        (
            _("Three things that are never given up; everything else is open."),
            _("What your other sites changed, and what came of it."),
        ),
        (
            _("Those who would do it here: they know what will not hold."),
        ),
        (
            _("“What, in our way of doing, would look odd here?”"),
            _("“What do you already do better?”"),
        ),
        (
            _("Copying the model down to its timetable."),
            _("Adapting so much that nobody could say what was replicated."),
        ),
    ),
    Part.RISKS: Guide(
        _("Name what could make it fail, and what you would see first."),
        (
            _("Five risks at most, each with its first sign and what you would do."),
            _("What depends on one person alone."),
        ),
        (
            _("Somebody who does not believe in it."),
            _("A project of the territory that stopped: why."),
        ),
        (
            _("“If we had failed in two years, what would be the reason?”"),
        ),
        (
            _("Listing only outside risks: look at your own team."),
        ),
    ),
    Part.DECISION: Guide(
        _("Decide, with reasons that somebody absent will understand in a year."),
        (
            _("What weighed for, what weighed against, and what remains unknown."),
            _("“Go, if”: conditions that can be checked, with a date."),
        ),
        (
            _("Those who will carry the consequences: team, board, local carrier."),
        ),
        (
            _("“What would make us change our mind?”"),
        ),
        (
            _("Going because so much work was done."),
            _("A “no” without reasons: the territory deserves them, and the next one will use them."),
        ),
    ),
}  # fmt: skip

#: How a line of each kind is asked for: the label of its list, the words of the button, the help of its title.
WORDS: Final[dict[str, tuple[Text, Text, Text]]] = {
    Kind.ACTOR: (_("Actors met"), _("Add an actor"), _("A person and their role, or an organisation.")),
    Kind.INTERVIEW: (_("Interviews"), _("Add an interview"), _("With whom, or about what. No name if people spoke in confidence.")),
    Kind.SUPPLY: (_("Existing supply"), _("Add a service"), _("The name of a service or a place that already answers.")),
    Kind.PARTNER: (_("Partners"), _("Add a partner"), _("The name of the organisation. The people, among the actors met.")),
    Kind.FUNDING: (_("Funding tracks"), _("Add a funding track"), _("The funder and the programme.")),
    Kind.PREMISES: (_("Premises"), _("Add premises"), _("A place, as people here call it.")),
    Kind.RISK: (_("Risks"), _("Add a risk"), _("What could happen, in a few words.")),
    Kind.NEXT: (_("Next steps"), _("Add a next step"), _("What there is to do, in a few words.")),
}  # fmt: skip
