"""Votes: each time a dossier is put to the vote is a round; earlier rounds stay."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.committees.enums import Choice, Decision, Mode, Void
from kiif.committees.models.agenda import Item
from kiif.committees.models.session import Member


class Round(models.Model):
    """A vote, or the search for a consensus, on a proposal about a dossier.

    `result` once closed: outcome, counts, quorum, names of who was there, who left, and of the ballots when they are
    named. Of a secret round the ballots go when it closes: counts and the list of who voted are all that is left.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("round"))
    proposal = models.CharField(_("what is put to the vote"), max_length=8, choices=Decision, default=Decision.ACCEPT)
    mode = models.CharField(max_length=10, choices=Mode)
    secret = models.BooleanField(default=False)
    why = models.CharField(_("why again"), max_length=300, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    result = models.JSONField(default=dict)
    #: who voted, by key of member; kept apart from what they voted
    voters = models.JSONField(default=list)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_why = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ("item", "number")
        constraints = [
            models.UniqueConstraint(fields=("item", "number"), name="committees_round_once"),
            models.UniqueConstraint(
                fields=("item",), condition=Q(closed_at__isnull=True), name="committees_one_open_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}.{self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def stands(self) -> bool:
        return self.closed_at is not None and self.annulled_at is None


class Ballot(models.Model):
    """The vote of a member in a round; it may be changed until the round closes."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="ballots")
    member = models.ForeignKey(Member, models.CASCADE, related_name="ballots")
    choice = models.CharField(max_length=8, choices=Choice)
    at = models.DateTimeField(default=timezone.now)
    void = models.CharField(max_length=10, choices=Void, blank=True)

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("round", "member"), name="committees_ballot_once"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="committees_known_choice"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}.{self.pk}"
