"""Beginning an application, from the page of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.organisations.models import Organisation
from kiif.programmes.actions import applications as actions
from kiif.programmes.enums import State, Verdict
from kiif.programmes.models import Application, Call, Check, Project
from kiif.programmes.rules import runs
from kiif.programmes.views.eligibility import held
from kiif.questionnaires.actions import prefilling
from kiif.questionnaires.definition import said
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Response
from kiif.questionnaires.speaking import LANGUAGES
from kiif.ui.errors import NotAllowed, Refused


def _call(request: HttpRequest, slug: str) -> Call:
    """A public call; a rehearsal for who runs it."""
    found = Call.objects.public().with_ties().filter(slug=slug).first()
    if found is not None:
        return found
    call = get_object_or_404(Call.objects.visible_to(of(request)).with_ties(), slug=slug)
    if not call.is_rehearsal or not runs(of(request), call):
        raise Http404
    return call


def _check(request: HttpRequest, call: Call) -> Check | None:
    """The last test of this person for this call: with the account, else the one that this browser holds."""
    rows = Check.objects.filter(call=call)  # guarded: one's own, or behind a link that this browser holds
    user = of(request).user
    mine = rows.filter(user=user).order_by("-at").first() if user is not None else None
    return mine or rows.filter(token_hash__in=held(request)).order_by("-at").first()


def apply(request: HttpRequest, slug: str) -> HttpResponseBase:
    """With which project, in the name of whom, from what; then the form. POST begins."""
    call, actor = _call(request, slug), of(request)
    check = _check(request, call)
    if request.method == "POST":
        try:
            application = actions.start(call=call, by=actor, beginning=_beginning(request, actor, check))
        except (Refused, NotAllowed) as refusal:
            return _show(request, call, actor, check, refusal=refusal)
        messages.success(
            request,
            _("Your project has the number %(number)s, for life. Everything you write is kept.")
            % {"number": application.number},
        )
        if _asks_wishes(call):
            return redirect("programmes:application-wishes", application.public_id)
        return redirect(application.response)
    return _show(request, call, actor, check)


def _asks_wishes(call: Call) -> bool:
    """Whether by whom one would like to be hosted is asked beside the form: before it, since it adds annexes to it."""
    return call.consortium and "hosts" not in call.facts and call.hosts.filter(left_at__isnull=True).exists()


def _beginning(request: HttpRequest, actor: Actor, check: Check | None) -> actions.Beginning:
    data = request.POST
    project = _own_project(actor, data.get("project", ""))
    organisation = None
    if (key := data.get("organisation", "")).isdecimal() and len(key) < 15:
        organisation = Organisation.objects.of_person(actor).filter(pk=int(key)).first()
    return actions.Beginning(
        project=project,
        organisation=organisation,
        check=check,
        code=data.get("code", "")[:40],
        language=data.get("language", "")[:3],
        source=_source(actor, data.get("source", "")),
        link=_by_link(request),
    )


def _by_link(request: HttpRequest) -> dict[str, str]:
    """What the link that led here names: any question of the form, without what chooses the project."""
    return {name: request.GET.get(name, "") for name in request.GET if name not in _CHOSEN.values()}


@dataclass(frozen=True)
class _Speak:
    """Texts of the form in the language of the page."""

    language: str
    languages: tuple[str, ...]

    def __call__(self, text: dict[str, str]) -> str:
        return said(text, self.language, self.languages)


def _told(request: HttpRequest, call: Call) -> list[tuple[str, str]]:
    """What the link fills, in words, before anything begins."""
    query = _by_link(request)
    version = newest(call.collection.questionnaire) if query and call.collection is not None else None
    if version is None:
        return []
    definition = definition_of(version)
    return prefilling.labels(definition, query, _Speak((get_language() or "fr")[:2], tuple(definition.languages)))


def _own_project(actor: Actor, number: str) -> Project | None:
    return Project.objects.own(actor).filter(number=number[:20], merged_into__isnull=True).first() if number else None


def _source(actor: Actor, key: str) -> Response | None:
    """The earlier answer whose common answers are taken over: of one's own."""
    if not key.isdecimal() or len(key) > 15:
        return None
    rows = Application.objects.own(actor).filter(pk=int(key), response__owner=actor.user)
    found = rows.select_related("response__version", "response__collection").first()
    return found.response if found is not None else None


def _may_give(application: Application, call: Call) -> bool:
    """Something was written in it, and it is not what runs in this very call."""
    elsewhere = application.call_id != call.pk or application.state == State.WITHDRAWN
    return elsewhere and bool(application.response.revision)


def _show(
    request: HttpRequest, call: Call, actor: Actor, check: Check | None, *, refusal: Exception | None = None
) -> HttpResponse:
    field = getattr(refusal, "field", None) if refusal is not None else None
    before = list(Application.objects.own(actor).with_ties().exclude(state=State.MERGED).order_by("-begun_at")[:20])
    running = [row for row in before if row.call_id == call.pk and row.state not in (State.WITHDRAWN, State.MERGED)]
    taken = {row.project_id for row in running}
    projects = Project.objects.own(actor).filter(merged_into__isnull=True).distinct()
    context: dict[str, Any] = {
        "call": call,
        "check": check,
        "test_needed": bool(call.eligibility) and check is None,
        "refused_by_test": check is not None and check.outcome == Verdict.NO,
        "why_not": actions.why_not_begin(call, actor),
        "running": running,
        "projects": [row for row in projects if row.pk not in taken],
        "organisations": list(Organisation.objects.of_person(actor).alive()[:20]),
        "sources": [row for row in before if _may_give(row, call)][:8],
        "languages": _languages(call),
        "language": (get_language() or "fr")[:2],
        "refusal": refusal if field != "code" else None,
        "code_error": str(refusal) if refusal is not None and field == "code" else "",
        "typed": _typed(request),
        "filled": _told(request, call),
    }
    status = 200 if refusal is None else 403 if isinstance(refusal, NotAllowed) else 422
    return render(request, "programmes/mine/apply.html", context, status=status)


#: What a link may choose beforehand: from the page of a project, or of an answer.
_CHOSEN = {"project": "projet", "source": "reprise"}


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was chosen: in the form, else by the link that led here."""
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in ("project", "source", "code")}
    return {"code": "", **{name: request.GET.get(key, "")[:20] for name, key in _CHOSEN.items()}}


def _languages(call: Call) -> list[tuple[str, str]]:
    version = newest(call.collection.questionnaire) if call.collection is not None else None
    spoken = definition_of(version).languages if version is not None else ()
    return [(code, LANGUAGES.get(code, code)) for code in spoken]
