import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.jobs import registry
from kiif.jobs.enums import UNFINISHED, State
from kiif.jobs.queries import PeriodicTaskQuerySet, RunQuerySet


def result_path(run: "Run", filename: str) -> str:
    """Where a result is kept: under the identifier of the job, the name given by people is only a label."""
    return f"jobs/{run.pk}/result"


class Run(models.Model):
    """One job asked for: what to do, for whom, where it stands. The queue itself belongs to the tasks back-end.

    `attempt` counts the starts and fences off a worker that came back from the dead: it may write only while its
    attempt is the current one. `failures` counts what went wrong since the last "run again".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("job"), max_length=100)
    title = models.CharField(_("title"), max_length=200, blank=True)
    args = models.JSONField(_("arguments"), default=list)
    key = models.CharField(_("key"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    acting_as = models.CharField(_("acting as"), max_length=100, blank=True)
    system = models.CharField(_("command or job that asked"), max_length=100, blank=True)

    created_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("not before"), default=timezone.now)
    started_at = models.DateTimeField(_("started on"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    attempt = models.PositiveIntegerField(_("starts"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    task_id = models.UUIDField(_("queued as"), null=True, blank=True, editable=False)
    worker = models.CharField(_("worker"), max_length=64, blank=True)

    done = models.PositiveBigIntegerField(_("steps done"), default=0)
    total = models.PositiveBigIntegerField(_("steps in all"), default=0)
    note = models.CharField(_("step"), max_length=200, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to=result_path, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    error = models.CharField(_("reason"), max_length=500, blank=True)
    trace = models.TextField(_("technical detail"), blank=True)

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]  # a manager is a descriptor

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("name", "key"),
                condition=Q(state__in=UNFINISHED) & ~Q(key=""),
                name="run_key_once_while_unfinished",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RUNNING) | Q(lease_until__isnull=False),
                name="run_running_has_a_lease",
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(done__lte=F("total")), name="run_done_at_most_total"),
        ]
        indexes = [
            models.Index(fields=("state", "lease_until"), name="run_lease"),
            models.Index(fields=("state", "due_at"), name="run_due"),
            models.Index(fields=("created_by", "-created_at"), name="run_mine"),
        ]

    def __str__(self) -> str:
        return self.title or str(registry.label_of(self.name))

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def has_file(self) -> bool:
        """Whether a result can be downloaded now."""
        return bool(self.file) and (self.expires_at is None or self.expires_at > timezone.now())

    @property
    def percent(self) -> int | None:
        """Progress from 0 to 100, None while the number of steps is not known."""
        return 100 * self.done // self.total if self.total else None


class PeriodicTask(models.Model):
    """When a regular job runs next. Rows follow `kiif.jobs.schedule.register`; people only pause and resume."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    next_at = models.DateTimeField(_("next on"))
    last_at = models.DateTimeField(_("last on"), null=True, blank=True)
    paused = models.BooleanField(_("paused"), default=False)

    objects: ClassVar[PeriodicTaskQuerySet] = PeriodicTaskQuerySet.as_manager()  # type: ignore[assignment]  # same

    class Meta:
        verbose_name = _("regular job")
        verbose_name_plural = _("regular jobs")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """A worker that was alive a moment ago: tells an operator that somebody takes the jobs."""

    worker = models.CharField(_("worker"), max_length=64, unique=True)
    host = models.CharField(_("machine"), max_length=100)
    started_at = models.DateTimeField(_("started on"), default=timezone.now)
    beat_at = models.DateTimeField(_("seen on"), default=timezone.now)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ("started_at",)

    def __str__(self) -> str:
        return self.worker
