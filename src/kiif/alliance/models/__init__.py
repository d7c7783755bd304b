from kiif.alliance.models.bodies import Alliance, Body, Branch, Coverage, Incubator, Partner
from kiif.alliance.models.people import Delegation, Invitation, Membership, Sending
from kiif.alliance.models.reviews import AccessReview, ReviewLine

__all__ = [
    "AccessReview",
    "Alliance",
    "Body",
    "Branch",
    "Coverage",
    "Delegation",
    "Incubator",
    "Invitation",
    "Membership",
    "Partner",
    "ReviewLine",
    "Sending",
]
