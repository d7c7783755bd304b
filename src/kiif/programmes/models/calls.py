"""A call for projects: its dates, its partners, the incubators that host, its question box, its codes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Body, Branch, Incubator
from kiif.organisations.fields import CodesField
from kiif.programmes.enums import CallState, CodeKind, MomentKind, Phase
from kiif.programmes.models.programme import Edition
from kiif.programmes.queries import CallQuerySet
from kiif.questionnaires.models import Collection


class Call(models.Model):
    """What people apply to. `closes_at` is the announced deadline; until `late_until` (the same when empty) what comes
    is received and marked late; `grace`: minutes after the last of them during which an open page may still be sent.

    `collection` holds its form; its windows are those of the call (`programmes.use`). `eligibility`: rules of the
    five-minute test, read by `programmes.eligibility`. `facts`: which question gives which fact of an application
    (`{"title": "q_…", "organisation": "q_…", "hosts": "q_…"}`), read by `programmes.facts`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="calls")
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("name in addresses"), max_length=80, unique=True)
    summary = models.CharField(_("in a sentence"), max_length=300, blank=True)
    presentation = models.TextField(_("presentation"), max_length=10_000, blank=True)
    offers = models.TextField(_("what is offered"), max_length=4_000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CallState, default=CallState.DRAFT)
    collection = models.OneToOneField(Collection, models.PROTECT, null=True, blank=True, related_name="call")
    eligibility = models.JSONField(_("rules of the test"), default=dict, blank=True)
    facts = models.JSONField(_("facts read in the form"), default=dict, blank=True)
    opens_at = models.DateTimeField(_("opens on"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes on"), null=True, blank=True)
    late_until = models.DateTimeField(_("late applications received until"), null=True, blank=True)
    grace = models.PositiveSmallIntegerField(_("grace, in minutes"), default=15)
    answers_by = models.DateField(_("answers promised by"), null=True, blank=True)
    places = models.PositiveSmallIntegerField(_("places in the cohort"), null=True, blank=True)
    consortium = models.BooleanField(_("several incubators host"), default=False)
    most_hosts = models.PositiveSmallIntegerField(_("hosts that one may rank"), default=3)
    minutes = models.PositiveSmallIntegerField(_("minutes that an application takes"), null=True, blank=True)
    contact_name = models.CharField(_("who answers questions"), max_length=120, blank=True)
    contact_email = models.EmailField(_("address for questions"), blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    #: why, for everybody, when it is cancelled
    state_words = models.TextField(_("in words"), max_length=1_000, blank=True)
    #: grows at each change of its settings: a page left open does not write over another one
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects: ClassVar[CallQuerySet] = CallQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-closes_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="programmes_known_call_state"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="programmes_call_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(late_until__isnull=True) | Q(late_until__gte=F("closes_at")),
                name="programmes_late_after_closing",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the team; the public one is `public_url`."""
        return reverse("programmes:call", args=[self.public_id])

    @property
    def public_url(self) -> str:
        return reverse("programmes:public-call", args=[self.slug])

    @property
    def is_rehearsal(self) -> bool:
        return self.edition.rehearsal_of_id is not None

    @property
    def ends_at(self) -> dt.datetime | None:
        """The last moment at which an application is received, grace apart."""
        return self.late_until or self.closes_at

    def phase(self, now: dt.datetime | None = None) -> Phase:
        """Where the call stands at this moment (now)."""
        now = now or timezone.now()
        if self.state != CallState.PUBLISHED:
            return Phase.CANCELLED if self.state == CallState.CANCELLED else _phase_of_unpublished(self.state)
        if self.opens_at is None or now < self.opens_at:
            return Phase.ANNOUNCED
        if self.closes_at is None or now < self.closes_at:
            return Phase.OPEN
        return Phase.LATE if self.late_until and now < self.late_until else Phase.CLOSED


def _phase_of_unpublished(state: str) -> Phase:
    return Phase.CLOSED if state == CallState.ARCHIVED else Phase.PREPARING


class Host(models.Model):
    """An incubator, or one of its branches, that hosts in this call: its annex (`variant` of the form), its room."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="hosts")
    incubator = models.ForeignKey(Incubator, models.PROTECT, related_name="hosting", verbose_name=_("incubator"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    variant = models.CharField(_("annex of the form"), max_length=30, blank=True)
    departments = CodesField(_("departments that it can host in"), help_text=_("Empty: those that it covers."))
    places = models.PositiveSmallIntegerField(_("projects that it can host"), default=1)
    themes = CodesField(_("themes that it knows best"))
    languages = CodesField(_("languages that it works in"))
    stages = CodesField(_("stages that it prefers"))
    contact = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.TextField(_("what it says of itself"), max_length=1_000, blank=True)
    left_at = models.DateTimeField(_("withdrew"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ("incubator__name", "branch__name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("call", "incubator"), condition=Q(branch__isnull=True), name="programmes_host_once"
            ),
            models.UniqueConstraint(fields=("call", "incubator", "branch"), name="programmes_host_branch_once"),
        ]

    def __str__(self) -> str:
        return str(self.branch or self.incubator)


class Moment(models.Model):
    """A date of the calendar beside those of the call itself."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="moments")
    kind = models.CharField(_("kind"), max_length=12, choices=MomentKind, default=MomentKind.INFORMATION)
    title = models.CharField(_("title"), max_length=150)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True)
    public = models.BooleanField(_("shown to everybody"), default=True)

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="programmes_moment_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CallPartner(models.Model):
    """Who carries the call with the alliance: a body, an organisation, or a name."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="partners")
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("its role"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("partner of a call")
        verbose_name_plural = _("partners of a call")
        ordering = ("order", "name", "pk")

    def __str__(self) -> str:
        return self.name


class Inquiry(models.Model):
    """A question put to the team of a call; a public answer serves everybody, without who asked."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="inquiries")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("your name"), max_length=120, blank=True)
    email = models.EmailField(_("your e-mail address"))
    language = models.CharField(max_length=3, default="fr", editable=False)
    question = models.TextField(_("your question"), max_length=2_000)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    shown_question = models.TextField(_("question as published"), max_length=2_000, blank=True)
    answer = models.TextField(_("answer"), max_length=4_000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    public = models.BooleanField(_("published for everybody"), default=False)

    class Meta:
        verbose_name = _("question about a call")
        verbose_name_plural = _("questions about a call")
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(public=False) | Q(answered_at__isnull=False), name="programmes_published_is_answered"
            )
        ]

    def __str__(self) -> str:
        return self.question[:60]


class AccessCode(models.Model):
    """Lets somebody apply before the opening or after the closing. Counted when an application is begun with it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("valid"), max_length=5, choices=CodeKind)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    most_uses = models.PositiveSmallIntegerField(_("times"), default=1)
    uses = models.PositiveSmallIntegerField(default=0, editable=False)
    why = models.CharField(_("for whom, why"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("access code")
        verbose_name_plural = _("access codes")
        ordering = ("-made_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("call", "code"), name="programmes_code_once"),
            models.CheckConstraint(condition=Q(uses__lte=F("most_uses")), name="programmes_code_not_overused"),
            models.CheckConstraint(
                condition=~Q(kind=CodeKind.LATE) | Q(until__isnull=False), name="programmes_late_code_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.code
