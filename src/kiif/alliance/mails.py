"""Kinds of mails of the alliance, with an example of each placeholder."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

_LINK: Final = "https://kiif.example/alliance/"
_DELEGATION: Final = {
    "holder": "Maïwenn Astruc",
    "delegate": "Ilan Veyrac",
    "role": "direction de l’incubateur",
    "body": "ATIS",
    "since": "19 juillet 2027",
    "until": "16 août 2027",
    "reason": "congés d’été",
    "link": f"{_LINK}delegations/",
}
_REVIEW: Final = {"body": "ATIS", "count": "14", "date": "28 janvier 2027", "link": f"{_LINK}revues/12/"}
_ROLE: Final = {"body": "ATIS", "link": f"{_LINK}mes-roles/"}

#: key, label, placeholders with examples, may be unsubscribed
KINDS: Final[tuple[tuple[str, Any, dict[str, str], bool], ...]] = (
    (
        "alliance.invitation",
        _("Invitation to join a team"),
        {
            "name": "Yaël Orsenne",
            "inviter": "Maïwenn Astruc",
            "body": "ATIS",
            "role": "accompagnateur·rice",
            "message": "À très vite dans l’équipe !",
            "date": "20 mai 2027",
            "link": f"{_LINK}invitation/Xk3…/",
        },
        False,
    ),
    (
        "alliance.invitation_accepted",
        _("Invitation accepted"),
        {"person": "Yaël Orsenne", "body": "ATIS", "role": "accompagnateur·rice", "link": f"{_LINK}equipes/atis/"},
        True,
    ),
    ("alliance.role_changed", _("Role changed"), {**_ROLE, "what": "direction de l’incubateur"}, False),
    ("alliance.membership_ended", _("Access closed"), {**_ROLE, "what": "31 mars 2027"}, False),
    ("alliance.delegation_received", _("Delegation received"), _DELEGATION, False),
    ("alliance.delegation_given", _("Delegation set up for you"), _DELEGATION, False),
    ("alliance.delegation_ended", _("Delegation ended"), _DELEGATION, False),
    ("alliance.review_opened", _("Access review opened"), _REVIEW, False),
    ("alliance.review_reminder", _("Access review: reminder"), _REVIEW, False),
)
