"""No field that may hold personal data goes unclassified: each app says it in its `privacy.py`."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models

from kiif.accounts import privacy

OURS = [config for config in apps.get_app_configs() if config.name.startswith("kiif.")]
#: Libraries whose tables hold no person: queues, indexes, caches.
LIBRARIES_WITHOUT_PEOPLE = {"django_tasks_db", "django_tasks_database", "modelsearch", "contenttypes", "mfa", "sites"}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField)


def may_be_personal(field: Any) -> bool:
    """Texts without fixed choices, files, JSON, network addresses, and links to a person."""
    if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
        return field.related_model is get_user_model()
    return isinstance(field, TEXTS) and not field.choices


def fields_of(model: type[models.Model]) -> set[str]:
    own = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return {field.name for field in own if may_be_personal(field)}


def declared(app_name: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    try:
        module = importlib.import_module(f"{app_name}.privacy")
    except ModuleNotFoundError:
        return {}, {}
    return getattr(module, "PERSONAL_FIELDS", {}), getattr(module, "NOT_PERSONAL", {})


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_every_field_is_classified(config: Any) -> None:
    personal, other = declared(config.name)
    unclassified = {
        f"{model.__name__}.{name}"
        for model in config.get_models()
        for name in fields_of(model) - personal.get(model.__name__, set()) - other.get(model.__name__, set())
    }
    assert not unclassified, f"say in {config.name}.privacy whether these hold personal data: {sorted(unclassified)}"


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_no_declaration_is_stale_or_double(config: Any) -> None:
    personal, other = declared(config.name)
    existing = {model.__name__: {f.name for f in model._meta.get_fields()} for model in config.get_models()}
    for table in (personal, other):
        for model, names in table.items():
            assert names <= existing.get(model, set()), f"{model}: {sorted(names - existing.get(model, set()))}"
    for model in personal:
        assert not personal[model] & set(other.get(model, ()))


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_who_holds_personal_data_exports_and_erases_it(config: Any) -> None:
    personal, _other = declared(config.name)
    if any(personal.values()):
        assert config.label in {holder.app_label for holder in privacy.holders()}


def test_every_model_of_a_library_is_answered_for() -> None:
    known = set(privacy.LIBRARY_MODELS)
    unknown = {
        model._meta.label
        for config in apps.get_app_configs()
        if not config.name.startswith("kiif.") and config.label not in LIBRARIES_WITHOUT_PEOPLE
        for model in config.get_models()
        if fields_of(model)
    }
    assert unknown <= known | {"mfa.Authenticator"}, sorted(unknown - known)


def test_a_new_field_would_be_seen() -> None:
    """The check itself sees what it must see."""
    user = get_user_model()
    assert {"email", "full_name", "phone", "password"} <= fields_of(user)
    assert "language" not in fields_of(user)
    assert settings.AUTH_USER_MODEL == "accounts.User"


def test_holders_answer_for_anybody(db: None) -> None:
    user = get_user_model().objects.create_user("quelquun@exemple.test")
    for holder in privacy.holders():
        assert isinstance(holder.export(user), dict)
        assert all(isinstance(sentence, str) for sentence in holder.seen_by(user))
        assert list(holder.files(user)) == []
        assert str(holder.label)
