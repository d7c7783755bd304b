"""Published definitions in memory: a version never changes, so it is read once in each process."""

from __future__ import annotations

from functools import lru_cache

from kiif.questionnaires.definition import Definition, read
from kiif.questionnaires.models import Field, Questionnaire, Version

#: Definitions kept at once; one of 300 questions weighs about a megabyte once read.
KEPT = 64


@lru_cache(maxsize=KEPT)
def _slot(key: int, digest: str) -> list[Definition]:
    """A place for one definition. The digest is part of the key: a test that reuses a key is not deceived."""
    return []


def definition_of(version: Version) -> Definition:
    """The definition of a version. DefinitionError for a row that no publication made."""
    slot = _slot(version.pk, version.sha256)
    if not slot:
        slot.append(read(version.definition))
    return slot[0]


def newest(questionnaire: Questionnaire) -> Version | None:
    """The last published version, None when nothing was published yet."""
    return questionnaire.versions.order_by("-number").first()


def field_keys(version: Version) -> dict[str, int]:
    """Identifier of question → key of its field, of all versions; made where they lack."""
    rows = Field.objects.filter(questionnaire_id=version.questionnaire_id)
    known = dict(rows.values_list("key", "pk"))
    if lacking := definition_of(version).by_id.keys() - known.keys():
        made = [Field(questionnaire_id=version.questionnaire_id, key=key) for key in sorted(lacking)]
        Field.objects.bulk_create(made, ignore_conflicts=True)
        known = dict(rows.values_list("key", "pk"))
    return known
