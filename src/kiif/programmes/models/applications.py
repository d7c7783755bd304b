"""A project, its number for life, and its applications to calls."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Alliance
from kiif.organisations.fields import CodesField, FoldedTextField
from kiif.organisations.models import Organisation
from kiif.programmes.enums import FOR_CARRIERS, FOR_PUBLIC, GIVEN_UP, PairState, State, Verdict
from kiif.programmes.models.calls import AccessCode, Call, Host
from kiif.programmes.models.eligibility import Check
from kiif.programmes.queries import ApplicationPairQuerySet, ApplicationQuerySet, ProjectQuerySet
from kiif.questionnaires.models import Response
from kiif.territories.models import Territory


class Number(models.Model):
    """The last number given by an alliance in a year; locked while the next one is taken."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("last number of dossiers")
        verbose_name_plural = _("last numbers of dossiers")
        constraints = [models.UniqueConstraint(fields=("alliance", "year"), name="programmes_number_once")]

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04}"


class Project(models.Model):
    """What people carry, from the first contact on: one number (`KF-2026-0421`) for life, whatever it applies to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="projects")
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("organisation")
    )
    #: who follows the project today: they see all of its applications (those of the answers are in the engine)
    carriers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="projects", blank=True)
    created_at = models.DateTimeField(_("first contact"), default=timezone.now)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class Application(models.Model):
    """A dossier in a call. Its words are in `response`; what lists, filters and scenarios read is copied here when it
    is sent (`programmes.facts`).

    `host_open`: "not chosen yet", a valid answer. `women_led`, `founded_year`: None when not said. `rural`: class of
    its first territory by the official grid, with `rural_source`. `late`: sent after the announced deadline.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="applications")
    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    response = models.OneToOneField(Response, models.PROTECT, related_name="application")
    check_passed = models.ForeignKey(Check, models.SET_NULL, null=True, blank=True, related_name="applications")
    code = models.ForeignKey(AccessCode, models.SET_NULL, null=True, blank=True, related_name="applications")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("organisation")
    )
    organisation_name = models.CharField(_("organisation as written"), max_length=200, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    contact_email = models.EmailField(_("contact"), blank=True)
    language = models.CharField(_("language"), max_length=3, default="fr")
    challenges = CodesField(_("challenges"))
    themes = CodesField(_("themes"))
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    legal_form = models.CharField(_("kind of organisation"), max_length=20, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("year of creation"), null=True, blank=True)
    women_led = models.BooleanField(_("led by women"), null=True, blank=True)
    region_code = models.CharField(_("region of the headquarters"), max_length=3, blank=True)
    rural = models.CharField(_("rural class"), max_length=20, blank=True)
    rural_source = models.CharField(max_length=20, blank=True)
    host_open = models.BooleanField(_("host not chosen yet"), default=True)
    #: since when the team says where it is hosted: what is sent again no longer changes it
    hosts_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = FoldedTextField(editable=False, default="", blank=True)
    late = models.BooleanField(_("late"), default=False)
    begun_at = models.DateTimeField(_("begun on"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("handed in on"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("answered on"), null=True, blank=True, editable=False)
    state_at = models.DateTimeField(default=timezone.now, editable=False)
    #: why, in words for its carriers, when the team says it does not fit, or when they withdraw
    state_words = models.TextField(max_length=2_000, blank=True)
    #: what a person decided of its eligibility; empty: nobody yet
    eligibility = models.CharField(_("eligibility"), max_length=6, choices=Verdict, blank=True)
    eligibility_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    eligibility_at = models.DateTimeField(null=True, blank=True)
    #: the door opened with a refusal: a few words and an address
    door_words = models.CharField(_("another door"), max_length=300, blank=True)
    door_url = models.CharField(max_length=300, blank=True)
    corrections_due = models.DateTimeField(_("corrections due"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")

    objects: ClassVar[ApplicationQuerySet] = ApplicationQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-submitted_at", "-pk")
        indexes = [
            models.Index(fields=["call", "state", "submitted_at"], name="programmes_app_call_state"),
            models.Index(fields=["siren"], name="programmes_app_siren"),
            models.Index(fields=["call", "title"], name="programmes_app_title"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="programmes_known_state"),
            models.UniqueConstraint(
                fields=("project", "call"),
                condition=~Q(state__in=(State.WITHDRAWN, State.MERGED)),
                name="programmes_one_application_at_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.WITHDRAWN, State.MERGED)) | Q(submitted_at__isnull=False),
                name="programmes_received_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """The page of the team; that of its carriers is `programmes:mine`."""
        return reverse("programmes:application", args=[self.public_id])

    @property
    def number(self) -> str:
        return self.project.number

    @property
    def gave_up(self) -> bool:
        """Withdrawn after its answer: a place declined, or left on the reserve list."""
        return self.state == State.WITHDRAWN and self.decided_at is not None

    @property
    def state_for_carriers(self) -> Any:
        return GIVEN_UP if self.gave_up else FOR_CARRIERS[self.state]

    @property
    def state_for_public(self) -> Any | None:
        """What the public reads; None: nothing."""
        return FOR_PUBLIC.get(self.state)


class Target(models.Model):
    """A territory that an application aims at, in order of preference."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="targets")
    rank = models.PositiveSmallIntegerField(_("rank"))
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, related_name="+")
    level = models.CharField(_("level"), max_length=12)
    code = models.CharField(_("code"), max_length=9)
    name = models.CharField(_("name"), max_length=200)
    department_code = models.CharField(_("department"), max_length=3, blank=True)
    rural = models.CharField(_("rural class"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("territory aimed at")
        verbose_name_plural = _("territories aimed at")
        ordering = ("rank", "pk")
        constraints = [models.UniqueConstraint(fields=("application", "rank"), name="programmes_target_rank_once")]
        indexes = [models.Index(fields=["department_code", "application"], name="programmes_target_department")]

    def __str__(self) -> str:
        return self.name


class HostWish(models.Model):
    """A host that an application would like, in order of preference."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="wishes")
    host = models.ForeignKey(Host, models.CASCADE, related_name="wishes")
    rank = models.PositiveSmallIntegerField(_("rank"))

    class Meta:
        verbose_name = _("host wished for")
        verbose_name_plural = _("hosts wished for")
        ordering = ("rank", "pk")
        constraints = [
            models.UniqueConstraint(fields=("application", "host"), name="programmes_wish_once"),
            models.UniqueConstraint(fields=("application", "rank"), name="programmes_wish_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.host}"


class Pair(models.Model):
    """Two applications that may be the same one, in a call or between two, and what was decided of them.

    Merged: `gone` goes on in the other one; `gone_state` is what it was, so that it can be undone.
    """

    first = models.ForeignKey(Application, models.CASCADE, related_name="+")
    second = models.ForeignKey(Application, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    score = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("state"), max_length=8, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    words = models.TextField(_("why"), max_length=1_000, blank=True)
    gone = models.ForeignKey(Application, models.SET_NULL, null=True, related_name="+")
    gone_state = models.CharField(max_length=10, blank=True)
    #: the project of the gone one, whose number leads to the other since
    gone_project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    #: keys of the applications that follow the project that is kept, since
    moved = models.JSONField(default=list)
    #: keys of the people of the gone one who write the answers of the other, since
    joined = models.JSONField(default=list)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ApplicationPairQuerySet] = ApplicationPairQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("pair of applications")
        verbose_name_plural = _("pairs of applications")
        ordering = ("-score", "pk")
        constraints = [models.UniqueConstraint(fields=("first", "second"), name="programmes_pair_once")]

    def __str__(self) -> str:
        return f"{self.first.number} / {self.second.number}"
