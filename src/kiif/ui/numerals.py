"""Small numbers in running text: “ten incubators in nine regions”. Figures beside a label stay in digits."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import pgettext


def in_words(count: int) -> str:
    """A number from two to twelve as a word; any other in digits, as the reader writes them."""
    names = {
        2: pgettext("number", "two"), 3: pgettext("number", "three"), 4: pgettext("number", "four"),
        5: pgettext("number", "five"), 6: pgettext("number", "six"), 7: pgettext("number", "seven"),
        8: pgettext("number", "eight"), 9: pgettext("number", "nine"), 10: pgettext("number", "ten"),
        11: pgettext("number", "eleven"), 12: pgettext("number", "twelve"),
    }  # fmt: skip
    return names.get(count) or number_format(count, use_l10n=True, force_grouping=True)
