"""This app's part of the demonstration: three questionnaires, written through the designer's actions and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.questionnaires import demo_answers, demo_forms, demo_sentiers, demo_sentiers_hosts
from kiif.questionnaires.actions import design, design_draft, design_publish
from kiif.questionnaires.drafting.elements import CHILDREN, ROOT, flatten
from kiif.questionnaires.drafting.written import two
from kiif.questionnaires.enums import Purpose
from kiif.questionnaires.models import Questionnaire, Version

ORDER = 50
NAME = _("The application form of Les Sentiers, a registration, a diagnostic")


def build(world: Any) -> None:
    """Fills `world.things["questionnaires"]`: "sentiers", "webinaire", "diagnostic" → their published Version."""
    alliance, atis = world.things["alliance"], world.incubators["atis"]
    world.things["questionnaires"] = {
        "sentiers": sentiers(world.by, alliance),
        "webinaire": small(world.by, alliance, demo_forms.WEBINAR_TITLE, demo_forms.webinar(), Purpose.REGISTRATION),
        "diagnostic": small(world.by, atis, demo_forms.DIAGNOSTIC_TITLE, demo_forms.diagnostic(), Purpose.DIAGNOSTIC),
    }
    demo_answers.build(world)


def sentiers(by: Actor, owner: Any) -> Version:
    """The form of the call, section by section, then published."""
    title = demo_sentiers.TITLE
    made = design.create_questionnaire(
        by=by, owner=owner, title=title["fr"], purpose=Purpose.CALL, languages=["fr", "en"]
    )
    variants = [{"key": key, "label": two(name, name)} for key, name, _departments in demo_sentiers_hosts.HOSTS]
    _write(made, by, ROOT, {**_texts("title", title), **_texts("description", demo_sentiers.INTRODUCTION)})
    _write(made, by, ROOT, {"variants": variants})
    section = flatten(_fresh(made).draft)[ROOT][CHILDREN][0]
    for number, part in enumerate(demo_sentiers.parts()):
        if number:
            section = design_draft.add_section(questionnaire=made, by=by, after=section)
        values = {**_texts("title", two(*part.title)), **_texts("description", two(*part.lead))}
        _write(made, by, section, {**values, **({"variants": [part.annex]} if part.annex else {})})
        _fill(made, by, section, part.pages)
    return design_publish.publish(questionnaire=_fresh(made), by=by, note="Première version, relue par quatre membres.")


def small(
    by: Actor, owner: Any, title: Mapping[str, str], questions: Sequence[dict[str, Any]], purpose: str
) -> Version:
    """A questionnaire of one page, published."""
    made = design.create_questionnaire(by=by, owner=owner, title=title["fr"], purpose=purpose, languages=["fr", "en"])
    section = flatten(_fresh(made).draft)[ROOT][CHILDREN][0]
    _write(made, by, ROOT, _texts("title", title))
    _write(made, by, section, _texts("title", title))
    _fill(made, by, section, [questions])
    return design_publish.publish(questionnaire=_fresh(made), by=by)


def _fill(made: Questionnaire, by: Actor, section: str, pages: Sequence[Sequence[dict[str, Any]]]) -> None:
    page = flatten(_fresh(made).draft)[section][CHILDREN][0]
    for number, questions in enumerate(pages):
        if number:
            page = design_draft.add_page(questionnaire=made, by=by, section=section, after=page)
        design_draft.put_in(questionnaire=made, by=by, page=page, content={"questions": list(questions)})


def _write(made: Questionnaire, by: Actor, element: str, values: Mapping[str, Any]) -> None:
    revision = _fresh(made).draft_revision
    design_draft.write(questionnaire=made, by=by, element=element, values=values, revision=revision)


def _fresh(made: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_related("owner").get(pk=made.pk)


def _texts(name: str, text: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}.{language}": words for language, words in text.items()}
