"""Building a condition from rows, or writing a formula with its check and its meaning in words."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.questionnaires.actions import design_draft
from kiif.questionnaires.drafting import conditions, sentences
from kiif.questionnaires.drafting.conditions import Row, Rows, Subject
from kiif.questionnaires.drafting.elements import Flat, questions
from kiif.questionnaires.expressions import FUNCTIONS, ExpressionError, parse, references
from kiif.questionnaires.models import Questionnaire
from kiif.questionnaires.views.design import said
from kiif.questionnaires.views.design_common import (
    element_of,
    flat_of,
    frame,
    language_of,
    outline,
    place_url,
    visible,
    words_of,
)
from kiif.questionnaires.views.design_fields import specs_for
from kiif.ui.errors import Refused

#: What each condition decides: title of its page, first words of its sentence.
TITLES: Final = {
    "relevant": (gettext_lazy("When is it shown?"), gettext_lazy("It is shown if")),
    "required_if": (gettext_lazy("When is an answer expected?"), gettext_lazy("An answer is expected if")),
    "constraint": (gettext_lazy("What must the answer be?"), gettext_lazy("The answer is accepted if")),
    "calculation": (gettext_lazy("How is it calculated?"), gettext_lazy("Its value is")),
}


def condition(request: HttpRequest, public_id: UUID, element: str, name: str) -> HttpResponse:
    """The builder. POST adds or drops a row, chooses again, or keeps the condition."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element = element_of(flat, element)
    if name not in TITLES or not any(spec.key == name for spec in specs_for(flat, element)):
        raise Http404
    found = conditions.subjects(flat, language_of(flat), own=element)
    if name != "constraint":
        found = [subject for subject in found if subject.path != conditions.OWN]
    page = _Page(request, questionnaire, flat, at=(element, name), found=found)
    return page.posted() if request.method == "POST" else page.opened()


class _Page:
    """One visit of the builder."""

    def __init__(
        self,
        request: HttpRequest,
        questionnaire: Questionnaire,
        flat: Flat,
        *,
        at: tuple[str, str],
        found: list[Subject],
    ) -> None:
        self.request, self.questionnaire, self.flat, self.found = request, questionnaire, flat, found
        self.element, self.name = at
        self.known = conditions.by_path(found)
        self.source = str(flat[self.element].get(self.name, ""))

    def opened(self) -> HttpResponse:
        rows = None if self.name == "calculation" else conditions.rows_of(self.source, self.known)
        as_text = rows is None or "formule" in self.request.GET
        return self.show(rows or Rows("and", ()), self.source, as_text=as_text, richer=rows is None)

    def posted(self) -> HttpResponse:
        data = self.request.POST
        if data.get("mode") == "text":
            return self.keep(" ".join(data.get("formula", "").split()), Rows("and", ()), as_text=True)
        gesture = data.get("gesture", "")
        rows = _typed(data, gesture)
        if gesture:
            return self.show(rows, self.source)
        try:
            source = conditions.build(rows, self.known)
        except ValueError as error:
            return self.show(rows, self.source, refusal=str(error), status=422)
        return self.keep(source, rows)

    def keep(self, source: str, rows: Rows, as_text: bool = False) -> HttpResponse:
        """Writes it, unless somebody else changed it meanwhile or it cannot be read."""
        problem = fault_of(source, self.flat)
        if problem:
            return self.show(rows, source, as_text=as_text, refusal=problem, status=422)
        text = self.request.POST.get("revision", "")
        try:
            written = design_draft.write(
                questionnaire=self.questionnaire,
                by=of(self.request),
                element=self.element,
                values={self.name: source},
                revision=int(text) if text.isdecimal() and len(text) < 10 else 0,
            )
        except Refused as refusal:
            return self.show(rows, source, as_text=as_text, refusal=str(refusal), status=422)
        if written.clashes:
            theirs = str(written.clashes[0].theirs or "")
            return self.show(rows, source, as_text=as_text, theirs=theirs, status=409)
        messages.success(self.request, _("The condition is kept."))
        return redirect(f"{place_url(self.questionnaire, self.element)}#logic")

    def show(self, rows: Rows, source: str, status: int = 200, **more: Any) -> HttpResponse:
        title, starts = TITLES[self.name]
        theirs = more.pop("theirs", None)
        row = Questionnaire.objects.visible_to(of(self.request)).get(pk=self.questionnaire.pk)
        shown = [self._row(number, one) for number, one in enumerate(rows.rows or (Row(),))]
        sentence = sentences.say(source, self.known)
        if not more.get("as_text"):
            sentence = _sentence(rows, self.known)
        context = frame(self.request, self.questionnaire, "design") | {
            "element": self.element,
            "title": title,
            "about": words_of(self.flat, self.element, language_of(self.flat)),
            "starts": starts,
            "name": self.name,
            "join": rows.join,
            "rows": shown,
            "subjects": self.found,
            "source": source,
            "sentence": sentence,
            "revision": row.draft_revision,
            "back": place_url(self.questionnaire, self.element),
            "outline": outline(self.questionnaire, self.flat, self.element),
            "count": sum(1 for _question in questions(self.flat)),
            "functions": sorted(FUNCTIONS),
            "check_url": reverse(
                "questionnaires:formula", args=[self.questionnaire.public_id, self.element, self.name]
            ),
            "theirs": theirs,
            "their_words": sentences.say(theirs, self.known) if theirs else "",
            "saved": said(self.questionnaire),
            **more,
        }
        return render(self.request, "questionnaires/design/condition.html", context, status=status)

    def _row(self, number: int, row: Row) -> dict[str, Any]:
        subject = self.known.get(row.subject)
        values = subject.values if subject else ()
        return {
            "number": number,
            "row": row,
            "subject": subject,
            "operators": subject.operators if subject else (),
            "values": values if row.operator in {"is", "is-not", "has", "has-not"} else (),
            "bare": row.operator in conditions.BARE,
            "unknown": bool(row.subject and subject is None),
        }


def _typed(data: Any, gesture: str) -> Rows:
    """The rows of the form, after one of its buttons (`add`, `drop:2`, `look`)."""
    text = data.get("rows", "0")
    count = min(int(text) if text.isdecimal() and len(text) < 4 else 0, conditions.MAX_ROWS)
    rows = [
        Row(data.get(f"subject-{n}", "")[:90], data.get(f"operator-{n}", "is")[:20], data.get(f"value-{n}", "")[:500])
        for n in range(count)
    ]
    what, _colon, number = gesture.partition(":")
    if what == "add" and len(rows) < conditions.MAX_ROWS:
        rows.append(Row())
    if what == "drop" and number.isdecimal() and int(number) < len(rows):
        del rows[int(number)]
    return Rows("or" if data.get("join") == "or" else "and", tuple(rows))


def _sentence(rows: Rows, known: dict[str, Subject]) -> str:
    """What the rows say as they stand; empty while one of them is not complete."""
    try:
        return sentences.say(conditions.build(rows, known), known)
    except ValueError:
        return ""


def fault_of(source: str, flat: Flat) -> str:
    """Why an expression cannot be kept: unreadable, or about a question that is not there. Empty when it can."""
    if not source:
        return ""
    try:
        parse(source)
    except ExpressionError as error:
        return error.sentence
    names = {fields["name"] for _key, fields in questions(flat)}
    lost = [reference.name for reference in references(source) if reference.name not in names]
    return _("There is no question called “%(name)s”.") % {"name": lost[0]} if lost else ""


@require_POST
def formula(request: HttpRequest, public_id: UUID, element: str, name: str) -> HttpResponse:
    """What a formula being typed says in words, or what is wrong with it; nothing is kept."""
    questionnaire = visible(request, public_id)
    flat = flat_of(questionnaire)
    element = element_of(flat, element)
    if name not in TITLES:
        raise Http404
    source = " ".join(request.POST.get("formula", "").split())[:2_100]
    known = conditions.by_path(conditions.subjects(flat, language_of(flat), own=element))
    fault = fault_of(source, flat)
    context = {"fault": fault, "sentence": "" if fault else sentences.say(source, known), "starts": TITLES[name][1]}
    return render(request, "questionnaires/design/_meaning.html", context)
