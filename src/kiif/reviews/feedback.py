"""What reviewers wrote for the carriers of an application: whoever writes the letter chooses among these sentences."""

from __future__ import annotations

from dataclasses import dataclass

from kiif.programmes.models import Application
from kiif.reviews.models import Mark


@dataclass(frozen=True)
class Words:
    """What one reviewer wrote, without their name. `key` names it for good; `round` is the title of the round."""

    key: str
    text: str
    round: str


def of(application: Application) -> list[Words]:
    """Words for the carriers of every sheet that counts, newest round first, in an order that tells nothing of who
    wrote them. Asks no right: callers prepare a decision."""
    rows = (
        Mark.objects.counted()
        .filter(assignment__application=application)
        .exclude(words_carriers="")
        .select_related("assignment__round")
    )
    ordered = sorted(rows, key=lambda row: (-row.assignment.round.number, row.assignment.public_id.hex))
    return [Words(row.assignment.public_id.hex, row.words_carriers, row.assignment.round.title) for row in ordered]
