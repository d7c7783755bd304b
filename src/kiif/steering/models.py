"""What the room keeps: exports that were asked for, what each person exports, summaries published for everybody."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.jobs.models import Run
from kiif.programmes.models import Call, Edition
from kiif.steering.queries import ExportQuerySet, OpenDataQuerySet


class ExportChoice(models.Model):
    """What somebody exports of a call, kept for the next time. `choices`: `exporting.choices.Choices` as a document."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    call = models.ForeignKey(Call, models.CASCADE, related_name="+")
    choices = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [models.UniqueConstraint(fields=("person", "call"), name="steering_one_choice_each")]

    def __str__(self) -> str:
        return f"{self.person_id} / {self.call_id}"


class Export(models.Model):
    """An export of a call that somebody asked for. `query`: filters of the list, as in its address; `choices` as they
    were. `run`: the job, which keeps the file seven days."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(pgettext_lazy("steering", "asked on"), default=timezone.now)
    query = models.CharField(_("filters"), max_length=1_000, blank=True)
    choices = models.JSONField(default=dict)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="+")
    count = models.PositiveIntegerField(_("dossiers"), null=True)
    files = models.PositiveIntegerField(_("files"), null=True)
    finished_at = models.DateTimeField(pgettext_lazy("steering", "finished on"), null=True)

    objects: ClassVar[ExportQuerySet] = ExportQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("export of a call")
        verbose_name_plural = _("exports of calls")
        ordering = ("-asked_at", "-pk")
        indexes = [models.Index(fields=["call", "asked_by", "asked_at"], name="steering_export_mine")]

    def __str__(self) -> str:
        return str(self.call)


class Summary(models.Model):
    """What partners read of a call once it is closed: protected counts, frozen, so that no later withdrawal shows.

    `content`: `{received, keys}` as the call closed (`keys`: the applications counted); `answers`:
    `{received, accepted, tables}` once every answer is published, empty before.
    """

    call = models.OneToOneField(Call, models.CASCADE, related_name="told_partners")
    content = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("summary of a call for partners")
        verbose_name_plural = _("summaries of calls for partners")

    def __str__(self) -> str:
        return str(self.call_id)


class OpenData(models.Model):
    """The summary of an edition as it was published: protected counts, frozen. A later state of the data is another
    publication; `digest`: SHA-256 of `content`."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="open_data")
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, editable=False)
    number = models.PositiveSmallIntegerField(_("publication"), default=1)
    published_at = models.DateTimeField(pgettext_lazy("steering", "published"), default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(pgettext_lazy("steering", "withdrawn"), null=True, blank=True)

    objects: ClassVar[OpenDataQuerySet] = OpenDataQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("open summary")
        verbose_name_plural = _("open summaries")
        ordering = ("-published_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="steering_publication_is_numbered"),
        ]

    def __str__(self) -> str:
        return str(self.edition)

    def get_absolute_url(self) -> str:
        return reverse("steering:open-data", args=[self.edition.public_id])
