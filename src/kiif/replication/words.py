"""Words of rankings: refusals of the lower floors, counts in letters, a result in a sentence."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from kiif.methods.ranking.errors import RankingError
from kiif.opendata.errors import DataError

#: Sentences of `methods.ranking`, which does not translate: named here so that the catalogue has them.
REFUSALS: Final = (
    gettext_noop("%(place)s: %(value)s is not one of %(allowed)s."),
    gettext_noop("%(place)s: %(value)s is outside what is possible."),
    gettext_noop("%(place)s: a number is expected, not %(value)s."),
    gettext_noop("%(place)s: points are a list of pairs, figure and value."),
    gettext_noop("%(place)s: values are given by category code."),
    gettext_noop("A logarithmic scale needs 0 < low < high."),
    gettext_noop("A pillar that counts needs at least one criterion that counts."),
    gettext_noop("A range goes from its lower end to its higher one."),
    gettext_noop("A standard error is a number, zero or more."),
    gettext_noop("A value function needs at least two points."),
    gettext_noop("A weight is a number, zero or more."),
    gettext_noop("All weights are zero: give at least one criterion some importance."),
    gettext_noop("An answer says how many times more: a number above zero."),
    gettext_noop("An order names each criterion once."),
    gettext_noop("At least one draw is needed."),
    gettext_noop("At least two sites are needed to check that they find each other."),
    gettext_noop("At most %(n)s criteria at a time."),
    gettext_noop("At most %(n)s weightings are drawn here at this level."),
    gettext_noop("Certainty is computed for the weighted sum and the means, not for this method."),
    gettext_noop("Choose at least one criterion."),
    gettext_noop("Contributions add up for the weighted sum only."),
    gettext_noop("Criterion %(n)s names no indicator."),
    gettext_noop("Fewer than two alternatives have every figure: use the weighted sum."),
    gettext_noop("Flip intervals need every value: leave out what is unknown first."),
    gettext_noop("No criterion is known well enough to be scored."),
    gettext_noop("No selection satisfies all these conditions: loosen the distance, the quota or the list."),
    gettext_noop("No weighting fits these bounds."),
    gettext_noop("Nothing is known for this criterion."),
    gettext_noop("Pillars are a list of identifiers with weights."),
    gettext_noop("Resemblance needs every figure: leave out what is unknown first."),
    gettext_noop("Say where the solution already works."),
    gettext_noop("Some criteria were never compared with the others."),
    gettext_noop("Territories are not ranked at the level %(level)s."),
    gettext_noop("The bounds of a scale must be known before it is used."),
    gettext_noop("The concentration is a number above zero."),
    gettext_noop("The condition of %(id)s is not understood."),
    gettext_noop("The conditions exclude everything: loosen one of them."),
    gettext_noop("The criterion %(id)s is there twice."),
    gettext_noop("The margin is a share, zero or more."),
    gettext_noop("The middle points of a preferred range are chosen by a person, never by the data."),
    gettext_noop("The pillar %(id)s is used and not given."),
    gettext_noop("The points of a value function must be in increasing order, without repetition."),
    gettext_noop("The scale of %(id)s is not understood."),
    gettext_noop("The top must hold between 1 and %(n)s alternatives."),
    gettext_noop("There are no figures for %(id)s."),
    gettext_noop("There is nothing to choose from."),
    gettext_noop("There is nothing to rank."),
    gettext_noop("This alternative is not among the first %(k)s."),
    gettext_noop("This criterion has all the weight: there is nothing to exchange it with."),
    gettext_noop("This criterion has the same value everywhere: it cannot order anything."),
    gettext_noop("This profile is of another format: %(found)s."),
    gettext_noop("Values and weights must have the same criteria."),
    gettext_noop("What is uncertain about the weights is not understood."),
)

_FRENCH: Final = (
    "aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt",
)  # fmt: skip
_ENGLISH: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


def sentence(error: RankingError | DataError) -> str:
    """The message of an error of the lower floors, translated, with its parameters."""
    text = _(error.message)
    return text % error.params if error.params else text


def letters(count: int) -> str:
    """A count as a title says it: “twelve”, in digits beyond twenty."""
    names = _ENGLISH if (get_language() or "fr").startswith("en") else _FRENCH
    return names[count] if 0 <= count < len(names) else str(count)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def headline(solid: int, open_: int) -> str:
    """The result in a title: “Twelve solid territories, six to discuss”."""
    if not solid and not open_:
        return _("No territory stands out")
    first = ngettext("%(n)s solid territory", "%(n)s solid territories", solid) % {"n": letters(solid)}
    if not solid:
        alone = ngettext("%(n)s territory to discuss", "%(n)s territories to discuss", open_) % {"n": letters(open_)}
        return capital(alone)
    if not open_:
        return capital(first)
    second = ngettext("%(n)s to discuss", "%(n)s to discuss", open_) % {"n": letters(open_)}
    return capital(_("%(first)s, %(second)s") % {"first": first, "second": second})
