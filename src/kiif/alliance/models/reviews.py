"""The quarterly review of access: each body confirms the list of its people."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiif.alliance.enums import Answer, Role
from kiif.alliance.models.bodies import Body
from kiif.alliance.models.people import Membership
from kiif.alliance.queries import AccessReviewQuerySet, ReviewLineQuerySet


class AccessReview(models.Model):
    """One body, one quarter: who still belongs here? Confirmed once, then only read."""

    where = models.ForeignKey(Body, models.CASCADE, related_name="access_reviews", verbose_name=_("where"))
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    reminded_on = models.DateField(null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("confirmed by")
    )

    objects: ClassVar[AccessReviewQuerySet] = AccessReviewQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("access review")
        verbose_name_plural = _("access reviews")
        ordering = ("-opened_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("where",), condition=Q(confirmed_at__isnull=True), name="alliance_review_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.where.label}, {date_format(self.opened_on, 'YEAR_MONTH_FORMAT')}"

    def get_absolute_url(self) -> str:
        return reverse("alliance:review", args=[self.pk])

    @property
    def is_late(self) -> bool:
        return self.confirmed_at is None and self.due_on < timezone.localdate()

    @property
    def state_label(self) -> str:
        """In a word: confirmed, late or open."""
        if self.confirmed_at:
            return gettext("confirmed")
        return gettext("late") if self.is_late else gettext("open")


class ReviewLine(models.Model):
    """What was answered of one membership. Empty while nobody answered."""

    review = models.ForeignKey(AccessReview, models.CASCADE, related_name="lines")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="review_lines")
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True)
    new_role = models.CharField(_("new role"), max_length=12, choices=Role, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects: ClassVar[ReviewLineQuerySet] = ReviewLineQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("line of an access review")
        verbose_name_plural = _("lines of access reviews")
        ordering = ("membership__role_rank", "membership__user__full_name", "pk")
        constraints = [
            models.UniqueConstraint(fields=("review", "membership"), name="alliance_reviewline_once"),
            models.CheckConstraint(
                condition=(Q(answer=Answer.CHANGE) & ~Q(new_role="")) | (~Q(answer=Answer.CHANGE) & Q(new_role="")),
                name="alliance_reviewline_role_if_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership.user}, {self.get_answer_display() or '–'}"
