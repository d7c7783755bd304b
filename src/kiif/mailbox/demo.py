"""The demonstration: a person who prefers a digest, a text in the voice of one incubator."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.accounts.demo_world import World
from kiif.mailbox import actions
from kiif.mailbox.enums import Cadence

ORDER = 45
NAME = _("Mails: a digest, a text")
READER = "accompagnement@kiif.example"


def build(world: World) -> None:
    """Through the actions only; does nothing where the alliance was not built."""
    reader = world.people.get(READER)
    if reader is not None:
        actions.set_preferences(choices={"alliance": Cadence.DAILY}, by=Actor(user=reader))
    actions.save_text(
        kind="alliance.invitation_accepted",
        language="fr",
        subject="{person} vous rejoint chez {body}",
        body=(
            "Bonjour {recipient_name},\n\n**{person}** a accepté votre invitation. Rôle : {role}.\n\n"
            "Un mot d’accueil fait toujours plaisir.\n\n[Voir l’équipe]({link})"
        ),
        by=world.by,
    )
