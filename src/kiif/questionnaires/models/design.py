"""A questionnaire being designed, its published versions, remarks between designers, reusable blocks."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Body
from kiif.questionnaires.enums import Purpose
from kiif.questionnaires.queries import BlockQuerySet, QuestionnaireQuerySet, VersionQuerySet


class Questionnaire(models.Model):
    """What designers work on. `draft` is the definition being written; `draft_revision` grows at each change of it.

    It belongs to a body (the alliance, an incubator, a partner). What people answer is always a published `Version`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=15, choices=Purpose, default=Purpose.OTHER)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="questionnaires", verbose_name=_("belongs to"))
    draft = models.JSONField(_("definition being written"))
    draft_revision = models.PositiveIntegerField(default=1, editable=False)
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    draft_at = models.DateTimeField(_("changed"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    archived_at = models.DateTimeField(_("put away"), null=True, blank=True)

    objects: ClassVar[QuestionnaireQuerySet] = QuestionnaireQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ("-draft_at", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:questionnaire", args=[self.public_id])


class Version(models.Model):
    """A published definition. Immutable: the database itself refuses to change or delete it."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"))
    sha256 = models.CharField(_("digest"), max_length=64, editable=False)
    note = models.TextField(_("what changed"), max_length=2_000, blank=True)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=("questionnaire", "number"), name="questionnaires_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} – {self.number}"


class DraftChange(models.Model):
    """One step of the writing of a draft: what undo, history and conflicts are read from.

    `revision`: that of the draft after it. `patch`: by element, by field, what was there and what is there now (see
    `drafting.patches`). `element`: where the person was. `undoes`: the step that this one takes back.
    """

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    gesture = models.CharField(max_length=20)
    element = models.CharField(max_length=30, blank=True)
    #: name of what was touched, as it was then: the history stays readable when the question is gone
    words = models.CharField(max_length=120, blank=True)
    patch = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undoes = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="undone_by")

    class Meta:
        verbose_name = _("step of the writing")
        verbose_name_plural = _("steps of the writing")
        ordering = ("-revision",)
        constraints = [
            models.UniqueConstraint(fields=("questionnaire", "revision"), name="questionnaires_change_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} r{self.revision}"


class DesignComment(models.Model):
    """A remark between designers, on a question (`target` is its identifier), a section, or the whole (empty)."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="comments")
    target = models.CharField(max_length=30, blank=True)
    text = models.TextField(_("remark"), max_length=2_000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("remark of a designer")
        verbose_name_plural = _("remarks of designers")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Block(models.Model):
    """Questions to use again: "identity of an organisation", "budget". Without owner: delivered with the product."""

    key = models.SlugField(max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=150)
    about = models.TextField(_("what it is for"), max_length=600, blank=True)
    owner = models.ForeignKey(Body, models.CASCADE, null=True, blank=True, related_name="+")
    #: {"questions": [...], "title": {...}}: a page of a definition
    page = models.JSONField(_("questions"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BlockQuerySet] = BlockQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("reusable block")
        verbose_name_plural = _("reusable blocks")
        ordering = ("title", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("key",), condition=Q(owner__isnull=True) & ~Q(key=""), name="questionnaires_block_key_once"
            )
        ]

    def __str__(self) -> str:
        return self.title
