"""The test on the team's side: its rules written without code, tests taken, requests answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.alliance.views.common import form_page
from kiif.programmes.actions import eligibility as actions
from kiif.programmes.eligibility import editing, starter
from kiif.programmes.enums import Verdict
from kiif.programmes.forms_rules import FamilyForm, QuestionForm, RuleForm, pairs_of
from kiif.programmes.forms_test import CheckForm, DecisionForm
from kiif.programmes.models import Call
from kiif.programmes.tables import ChecksTable
from kiif.programmes.views.calls import crumbs_of, managed
from kiif.programmes.views.common import call_context, revision_sent
from kiif.programmes.views.eligibility import TONES, result_context
from kiif.programmes.views.public import test_of
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@require_safe
def rules(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The rules in words, family by family."""
    context = call_context(request, public_id, "test")
    call: Call = context["call"]
    families = [_in_words(family) for family in call.eligibility.get("families", ())]
    return render(request, "programmes/calls/rules.html", context | {"families": families})


def _in_words(family: Mapping[str, Any]) -> dict[str, Any]:
    """A family as the team reads it: conditions become sentences."""
    lines = [
        {
            "number": number,
            "when": _conditions(family, rule["when"]),
            "verdict": Verdict(rule["verdict"]),
            "tone": TONES[Verdict(rule["verdict"])],
            "words": rule["words"].get("fr", ""),
        }
        for number, rule in enumerate(family["rules"])
    ]  # fmt: skip
    otherwise = family["otherwise"]
    return {
        "key": family["key"],
        "title": family["title"].get("fr", ""),
        "lead": family.get("lead", {}).get("fr", ""),
        "questions": [
            {"key": one["key"], "label": one["label"].get("fr", ""), "help": one.get("help", {}).get("fr", ""),
             "answers": [choice["label"].get("fr", "") for choice in one.get("choices", ())],
             "only_if": _conditions(family, one.get("only_if", {}))}
            for one in family["questions"]
        ],
        "rules": lines,
        "otherwise": {"verdict": Verdict(otherwise["verdict"]), "tone": TONES[Verdict(otherwise["verdict"])],
                      "words": otherwise["words"].get("fr", "")},
    }  # fmt: skip


def _conditions(family: Mapping[str, Any], when: Mapping[str, Any]) -> list[str]:
    """Each question of a rule with the answers that count, in words."""
    labels = {one["key"]: one["label"].get("fr", one["key"]) for one in family["questions"]}
    words = dict(pairs_of(family))
    lines = []
    for question, wanted in when.items():
        said = [words.get(f"{question}|{answer}", answer) for answer in wanted]
        label = labels.get(question, "")
        answers = [one.removeprefix(label).strip() for one in said]
        if not label and said:
            label = said[0].partition(" : ")[0] + " :"
            answers = [one.partition(" : ")[2] for one in said]
        words_of = _(" or ").join(answers)
        lines.append(f"{label} {words_of}")
    return lines


def _back(call: Call, family: str = "") -> str:
    return reverse("programmes:call-test", args=[call.public_id]) + (f"#{family}" if family else "")


def _crumbs(call: Call) -> tuple[tuple[Any, str], ...]:
    return (*crumbs_of(call), (_("Five-minute test"), _back(call)))


@require_POST
def start(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Puts the rules to start from: replication in rural areas."""
    call = managed(request, public_id)
    if call.eligibility.get("families"):
        messages.error(request, _("This test has rules already: change them one by one."))
    else:
        actions.set_rules(call=call, document=starter.RURAL, by=of(request))
        messages.success(request, _("Four families of criteria are there. Read them, change what differs."))
    return redirect(_back(call))


def _save(request: HttpRequest, call: Call, document: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    actions.set_rules(call=call, document=document, by=of(request), revision=data.get("revision"))


def _words_of(text: Mapping[str, str] | None, name: str) -> dict[str, str]:
    return {f"{name}_{language}": (text or {}).get(language, "") for language in ("fr", "en")}


def family(request: HttpRequest, public_id: UUID, key: str = "") -> HttpResponse:
    """A family of criteria: its title, its sentence, what is said when no rule holds."""
    call = managed(request, public_id)
    found = _family(call, key) if key else None
    initial: dict[str, Any] = {"revision": call.revision}
    if found is not None:
        otherwise = found["otherwise"]
        initial |= _words_of(found["title"], "title") | _words_of(found.get("lead"), "lead")
        initial |= _words_of(otherwise["words"], "words") | {"verdict": otherwise["verdict"]}

    def act(data: Mapping[str, Any]) -> str:
        document, written = editing.put_family(call.eligibility, key, data)
        _save(request, call, document, data)
        return _back(call, written)

    return form_page(
        request, FamilyForm(request.POST or None, initial=initial), act,
        title=_("Change this family of criteria") if key else _("Add a family of criteria"), verb=_("Save"),
        back=_back(call, key), crumbs=_crumbs(call),
    )  # fmt: skip


def _family(call: Call, key: str) -> dict[str, Any]:
    found = editing.family_of(call.eligibility, key)
    if found is None:
        raise Http404
    return found


def question(request: HttpRequest, public_id: UUID, key: str, name: str = "") -> HttpResponse:
    """A question of a family, its explanation, its answers."""
    call = managed(request, public_id)
    criteria = _family(call, key)
    found = next((one for one in criteria["questions"] if one["key"] == name), None)
    if name and found is None:
        raise Http404
    initial: dict[str, Any] = {"revision": call.revision}
    if found is not None:
        initial |= _words_of(found["label"], "label") | _words_of(found.get("help"), "help")
        initial["kind"] = found.get("kind", "one")
        initial["only_if"] = _pairs(found.get("only_if", {}))
        for language in ("fr", "en"):
            lines = [choice["label"].get(language, "") for choice in found.get("choices", ())]
            initial[f"choices_{language}"] = "\n".join(lines)

    def act(data: Mapping[str, Any]) -> str:
        _save(request, call, editing.put_question(call.eligibility, key, name, data), data)
        return _back(call, key)

    return form_page(
        request, QuestionForm(request.POST or None, initial=initial, family=criteria, name=name), act,
        title=_("Change this question") if name else _("Add a question"), verb=_("Save"), back=_back(call, key),
        crumbs=_crumbs(call), lead=_("Rules that name an answer taken away lose that condition."),
    )  # fmt: skip


def _pairs(when: Mapping[str, Any]) -> list[str]:
    """A condition as its form ticks it."""
    return [f"{name}|{answer}" for name, wanted in when.items() for answer in wanted]


def rule(request: HttpRequest, public_id: UUID, key: str, number: int | None = None) -> HttpResponse:
    """A rule: which answers, which verdict, which sentence."""
    call = managed(request, public_id)
    found = _family(call, key)
    if number is not None and number >= len(found["rules"]):
        raise Http404
    initial: dict[str, Any] = {"revision": call.revision, "verdict": Verdict.YES}
    if number is not None:
        before = found["rules"][number]
        initial |= {"when": _pairs(before["when"]), "verdict": before["verdict"]} | _words_of(before["words"], "words")

    def act(data: Mapping[str, Any]) -> str:
        place = number if number is not None else len(found["rules"])
        _save(request, call, editing.put_rule(call.eligibility, key, place, data), data)
        return _back(call, key)

    return form_page(
        request, RuleForm(request.POST or None, initial=initial, family=found), act,
        title=_("Change this rule") if number is not None else _("Add a rule"), verb=_("Save"), back=_back(call, key),
        crumbs=_crumbs(call), lead=_("Rules are read from the first to the last: the first that holds speaks."),
    )  # fmt: skip


@require_POST
def gesture(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Moves or removes a family, a question, a rule."""
    call = managed(request, public_id)
    what, key = request.POST.get("what", ""), request.POST.get("family", "")
    if what not in {"up", "down", "remove"}:
        raise Http404
    try:
        document = editing.gesture(call.eligibility, what, key, request.POST.get("rule", ""),
                                   request.POST.get("question", ""))  # fmt: skip
    except LookupError as gone:
        raise Http404 from gone
    try:
        actions.set_rules(call=call, document=document, by=of(request), revision=revision_sent(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(call, key))


def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The test as people will take it, and what the rules would say: nothing is kept."""
    call = managed(request, public_id)
    loaded = test_of(call)
    form = CheckForm(request.POST or None, rules=loaded)
    context: dict[str, Any] = {"call": call, "form": form, "rules": loaded, "crumbs": _crumbs(call)}
    if request.method == "POST" and form.is_valid():
        found, places = actions.judge(call, loaded, form.answers())
        context["verdict"] = Verdict(found.verdict)
        context["said"] = [
            (one.family.title.get("fr", ""), Verdict(one.verdict), TONES[Verdict(one.verdict)], one.words.get("fr", ""))
            for one in found.families
        ]
        context["places"] = [place.kept() for place in places]
    context["groups"] = form.groups()
    return render(request, "programmes/calls/test_preview.html", context, status=422 if form.errors else 200)


@require_safe
def checks(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Tests taken; those that wait for a person."""
    managed(request, public_id)
    context = call_context(request, public_id, "checks")
    rows = context["call"].checks.select_related("user", "call")
    return respond(request, ChecksTable(rows, request), "programmes/calls/checks.html", context)


def check(request: HttpRequest, public_id: UUID, check_id: UUID) -> HttpResponse:
    """One test: what was answered, what the rules said; the answer of a person."""
    call = managed(request, public_id)
    found = get_object_or_404(call.checks.select_related("user", "decided_by"), public_id=check_id)
    found.call = call
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(check=found, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is decided; whoever left an address is told."))
            return redirect("programmes:call-checks", call.public_id)
    context = result_context(found) | call_context(request, public_id, "checks") | {"form": form}
    context["given"] = _given(call, found.answers.get("given", {}))
    return render(request, "programmes/calls/check.html", context, status=422 if form.errors else 200)


def _given(call: Call, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Questions with the words of the answers, as far as the rules still know them."""
    found = []
    for one in test_of(call).questions:
        words = {choice.key: choice.label.get("fr", choice.key) for choice in one.choices}
        given = ", ".join(words.get(key, key) for key in answers.get(one.key, ()) if one.kind != "places")
        if given:
            found.append((one.label.get("fr", ""), given))
    return found
