"""Where answers are gathered, and the answers: one row per question answered, its changes, its states when sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Body
from kiif.questionnaires.enums import Audience, ResponseState
from kiif.questionnaires.models.design import Questionnaire, Version
from kiif.questionnaires.queries import CollectionQuerySet, ResponseQuerySet


class Collection(models.Model):
    """A questionnaire opened to answers, between dates. A higher room may hold it (`about`: a call, an event).

    Drafts always follow the newest published version; what was sent stays on its own.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="collections")
    owner = models.ForeignKey(Body, models.PROTECT, related_name="collections", verbose_name=_("belongs to"))
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    audience = models.CharField(_("who may answer"), max_length=10, choices=Audience, default=Audience.ACCOUNT)
    one_each = models.BooleanField(_("one answer per person"), default=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    #: minutes after closing during which a page already open may still save and send
    grace = models.PositiveSmallIntegerField(_("grace, in minutes"), default=15)
    thanks = models.JSONField(_("words after sending"), default=dict, blank=True)
    #: name of the `uses.Use` that a higher room registered; empty: the engine's own rules
    use = models.CharField(max_length=30, blank=True, editable=False)
    about_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+", editable=False)
    about_id = models.CharField(max_length=64, blank=True, editable=False)
    about = GenericForeignKey("about_type", "about_id")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(_("closed by hand"), null=True, blank=True)

    objects: ClassVar[CollectionQuerySet] = CollectionQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("collection of answers")
        verbose_name_plural = _("collections of answers")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["about_type", "about_id"], name="questionnaires_coll_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=models.F("opens_at")),
                name="questionnaires_opens_before_it_closes",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:collection", args=[self.public_id])


class Response(models.Model):
    """One dossier of answers. `owner` is who answers (None: through a personal link, whose digest is `link_hash`).

    `revision` grows at each change of any field: a stale page knows that it is. `variants`: sub-forms that it carries.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="responses")
    version = models.ForeignKey(Version, models.PROTECT, related_name="responses")
    #: the version that its people knew, until they say that they have seen what changed since
    moved_from = models.ForeignKey(Version, models.PROTECT, related_name="+", null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    link_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    language = models.CharField(_("language"), max_length=3, default="fr")
    variants = models.JSONField(_("sub-forms"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=ResponseState, default=ResponseState.DRAFT)
    #: when reopened: identifiers of the questions that may change; empty: all
    reopened_fields = models.JSONField(default=list)
    reopened_until = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveSmallIntegerField(_("questions answered"), default=0, editable=False)
    expected = models.PositiveSmallIntegerField(_("questions expected"), default=0, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects: ClassVar[ResponseQuerySet] = ResponseQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("answer to a questionnaire")
        verbose_name_plural = _("answers to questionnaires")
        ordering = ("-updated_at", "-pk")
        indexes = [models.Index(fields=["collection", "state", "id"], name="questionnaires_resp_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ResponseState.values), name="questionnaires_known_state"),
            models.CheckConstraint(
                condition=~Q(state=ResponseState.SUBMITTED) | Q(submitted_at__isnull=False),
                name="questionnaires_sent_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection} – {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("answers:response", args=[self.public_id])


class Field(models.Model):
    """A question through all versions of a questionnaire: what answers point to, in eight bytes."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="fields")
    key = models.CharField(max_length=30)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=("questionnaire", "key"), name="questionnaires_field_once")]

    def __str__(self) -> str:
        return self.key


class Answer(models.Model):
    """The answer to one question. `value` is the truth; `text` and `number` are what filters and sorts read.

    `number`: numbers, booleans (0, 1), dates (days since 0001-01-01). `text`: the choice's key, the start of a text
    without case or accents (`folded`: the whole of a longer one). `revision` is the one that the dossier reached when
    this answer was last written.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    field = models.ForeignKey(Field, models.PROTECT, related_name="answers")
    value = models.JSONField()
    text = models.CharField(max_length=100, null=True)
    folded = models.TextField(null=True)
    number = models.FloatField(null=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=("response", "field"), name="questionnaires_answer_once")]
        indexes = [
            models.Index(
                fields=["field", "text", "response"], name="questionnaires_by_text", condition=Q(text__isnull=False)
            ),
            models.Index(
                fields=["field", "number", "response"],
                name="questionnaires_by_number",
                condition=Q(number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.text or self.number}"


class AnswerItem(models.Model):
    """One of several things chosen, so that "has chosen x" is an index and not a search in documents."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="items")
    field = models.ForeignKey(Field, models.PROTECT, related_name="+")
    text = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("thing chosen")
        verbose_name_plural = _("things chosen")
        constraints = [
            models.UniqueConstraint(fields=("response", "field", "text"), name="questionnaires_item_once"),
        ]
        indexes = [models.Index(fields=["field", "text", "response"], name="questionnaires_by_item")]

    def __str__(self) -> str:
        return self.text


class AnswerChange(models.Model):
    """What an answer was before somebody changed it: the thread of one field, never overwritten.

    `revision` is the one that the dossier reached with it: "what changed since 12" is one look at an index. Somebody
    who goes on writing in the same field makes one change, not one at each pause.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="changes")
    field = models.ForeignKey(Field, models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: the staff person wrote for the one who answers, under a recorded mandate
    mandate = models.ForeignKey("questionnaires.Mandate", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of an answer")
        verbose_name_plural = _("changes of answers")
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=["response", "field", "-id"], name="questionnaires_thread"),
            models.Index(fields=["response", "revision"], name="questionnaires_since"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} {self.at:%Y-%m-%d %H:%M}"


class Snapshot(models.Model):
    """All answers as they were sent: the proof. `values`: by identifier of question."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="snapshots")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    values = models.JSONField()
    sha256 = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("state that was sent")
        verbose_name_plural = _("states that were sent")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.response} {self.at:%Y-%m-%d %H:%M}"
