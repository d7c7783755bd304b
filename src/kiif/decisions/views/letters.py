"""Letters: their list, one of them, the texts that they come from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import of
from kiif.decisions import actions, listing
from kiif.decisions.enums import LetterState, Standing, TemplateKind
from kiif.decisions.forms import LetterForm, ReturnedForm, SendAgainForm, TextForm
from kiif.decisions.letters import contacts, flags, printing, wording
from kiif.decisions.letters.standing import with_last_sending, with_standing
from kiif.decisions.letters.values import Frame, pieces, values_of
from kiif.decisions.models import Letter, LetterTemplate
from kiif.decisions.tables import Letters
from kiif.decisions.views.common import context, context_of, decision_of, letter_of, refuse, show_refusal
from kiif.programmes.models import Application
from kiif.programmes.views.common import revision_sent
from kiif.reviews import feedback
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@require_safe
def index(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What is written, what left, what failed, what came back."""
    data = context(request, public_id, "letters")
    rows = Letter.objects.visible_to(of(request), data["call"])
    rows = with_standing(
        rows.select_related("decision__application__project", "decision__application__response__owner")
    )
    table = Letters(contacts.with_contacts(with_last_sending(rows), data["call"]), request)
    data["missing"] = listing.without_letter(of(request), data["call"]).count()
    data["first"] = listing.unread(of(request), data["call"]).first()
    data["standings"] = found = contacts.standings(rows)
    data["counts"] = [
        (_("To be read again"), found.get(Standing.DRAFT, 0)),
        (_("Ready"), found.get(Standing.READY, 0)),
        (_("Waiting for the mail server"), found.get(Standing.WAITING, 0)),
        (_("Letters sent"), found.get(Standing.SENT, 0)),
    ]
    return respond(request, table, "decisions/letters.html", data)


@require_POST
def begin(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Writes the letter of a decision from the text in force."""
    decision = decision_of(request, public_id)
    try:
        letter = actions.write(decision=decision, by=of(request))
    except Refused as refusal:
        refuse(request, refusal)
        return redirect("decisions:decide", decision.application.public_id)
    return redirect("decisions:letter", letter.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One letter: written while its decision is pending, read once it left."""
    row = letter_of(request, public_id)
    application = row.decision.application
    data = context_of(request, application.call, "letters")
    written = row.state != LetterState.OUT and row.decision.is_pending
    follows = row.outcome == row.decision.outcome and row.kind == wording.kind_of(row.decision)
    sentences = _sentences(application) if written else []
    form = LetterForm(
        request.POST or None,
        initial={**{name: getattr(row, name) for name in ("subject", "body", "feedback", "chosen", "revision")}},
        sentences=[(one.key, one.text) for one in sentences],
        adopting=not follows,
    )
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, row, form.cleaned_data, {one.key: one.text for one in sentences})
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The letter is kept. Read it again below, then say that it is ready."))
            return redirect("decisions:letter", row.public_id)
    data |= {
        # guarded: its row was read above
        "letter": with_standing(Letter.objects.filter(pk=row.pk)).get(),
        "decision": row.decision,
        "application": application,
        "form": form,
        "written": written,
        "placeholders": wording.placeholders_of(row.kind, row.language),
        "others": wording.language_names().items(),
        "flags": flags.of([row.decision], of(request)).get(row.decision_id, []),
        "sendings": list(row.sendings.select_related("mail", "to", "by")),
        "returned_form": ReturnedForm(),
        "again_form": SendAgainForm(people=contacts.people_of(application)),
        # guarded: its own list starts from what one reads
        "next": listing.unread(of(request), application.call).exclude(pk=row.pk).first() if written else None,
        **_shown(row),
    }
    return render(request, "decisions/letter.html", data, status=422 if form.errors else 200)


def _sentences(application: Application) -> list[feedback.Words]:
    return feedback.of(application)


def _save(request: HttpRequest, row: Letter, asked: dict[str, Any], sentences: dict[str, str]) -> None:
    """What is newly ticked goes at the end of the feedback, where it is edited."""
    chosen = list(asked.get("chosen", row.chosen))
    added = [sentences[key] for key in chosen if key not in row.chosen and sentences[key] not in asked["feedback"]]
    actions.save_letter(
        letter=row,
        subject=asked["subject"],
        body=asked["body"],
        feedback="\n\n".join(part for part in (asked["feedback"].strip(), *added) if part),
        chosen=chosen,
        revision=asked["revision"],
        adopt=bool(asked.get("adopt")),
        by=of(request),
    )


def _shown(row: Letter) -> dict[str, Any]:
    """The letter as it will be read, with what was put where; as it was sent once it left."""
    if row.state == LetterState.OUT:
        return {"subject": pieces(row.sent_subject, {}), "paragraphs": pieces(row.sent_body, {})}
    values = values_of(row, Frame(row.decision.application.call, timezone.localdate()))
    return {"subject": pieces(row.subject, values), "paragraphs": pieces(row.body, values)}


@require_POST
def gesture(request: HttpRequest, public_id: UUID, name: str) -> HttpResponse:
    """The buttons of a letter."""
    row, by = letter_of(request, public_id), of(request)
    try:
        if name == "prete":
            actions.mark_ready(letter=row, by=by, revision=revision_sent(request))
            messages.success(request, _("The letter is ready: it leaves when the answers are published."))
        elif name == "reprendre":
            actions.take_back(letter=row, by=by)
        elif name == "recommencer":
            language = request.POST.get("language", "")
            known = language if language in dict(settings.LANGUAGES) else ""
            actions.write(decision=row.decision, by=by, again=True, language=known)
            messages.success(request, _("The letter is written anew from the text in force."))
        elif name == "revenue":
            actions.mark_returned(letter=row, by=by, words=request.POST.get("words", ""))
            messages.success(request, _("It is noted that the letter came back."))
        else:
            _send_again(request, row)
            messages.success(request, _("The letter leaves again."))
    except Refused as refusal:
        refuse(request, refusal)
    return redirect("decisions:letter", row.public_id)


def _send_again(request: HttpRequest, row: Letter) -> None:
    people = contacts.people_of(row.decision.application)
    form = SendAgainForm(request.POST, people=people)
    if not form.is_valid():
        raise Refused(_("Choose somebody of the application, or write a complete address."))
    to = contacts.carrier(row.decision.application, form.cleaned_data.get("to", ""))
    actions.send_again(letter=row, by=of(request), to=to, address=form.cleaned_data["address"])


@require_safe
def as_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return pdf_response(letter_of(request, public_id))


def pdf_response(row: Letter) -> HttpResponse:
    response = HttpResponse(printing.pdf_of(row), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{row.decision.application.number}.pdf"'
    return response


@require_safe
def texts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The texts in force, letter by letter."""
    data = context(request, public_id, "texts")
    found = wording.texts_of(data["call"])
    data["texts"] = [
        (TemplateKind(kind), [(code, name, found[kind, code]) for code, name in wording.language_names().items()])
        for kind in TemplateKind.values
    ]
    return render(request, "decisions/texts.html", data)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, public_id: UUID, kind: str, language: str) -> HttpResponse:
    """One text, its words between braces, and a letter made of it."""
    data = context(request, public_id, "texts")
    if kind not in TemplateKind.values or language not in wording.languages():
        raise Http404
    call = data["call"]
    wording_now = wording.texts_of(call)[kind, language]
    row = wording_now.template
    initial = {
        "subject": wording_now.subject,
        "body": wording_now.body,
        "whole": row is not None and row.call_id is None,
        "revision": row.revision if row is not None else None,
    }
    form = TextForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            actions.save_text(
                call=call, kind=kind, language=language, subject=asked["subject"], body=asked["body"],
                whole_programme=asked["whole"], revision=_seen_revision(row, asked), by=of(request),
            )  # fmt: skip
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The text is kept. Letters that are already written do not change."))
            return redirect("decisions:text", call.public_id, kind, language)
    examples = wording.in_both({one.name: one.example for one in wording.PLACEHOLDERS})
    data |= {
        "form": form,
        "kind": TemplateKind(kind),
        "language": language,
        "language_name": wording.language_names()[language],
        "placeholders": wording.placeholders_of(kind, language),
        "paragraphs": pieces(wording_now.body, examples),
        "subject": pieces(wording_now.subject, examples),
        "template": row,
    }
    return render(request, "decisions/text.html", data, status=422 if form.errors else 200)


def _seen_revision(row: LetterTemplate | None, asked: dict[str, Any]) -> int | None:
    """The revision of the row that will be written, if it is the one that was shown."""
    if row is None or (row.call_id is None) != asked["whole"]:
        return None
    seen: int | None = asked["revision"]
    return seen


@require_POST
def give_up(request: HttpRequest, public_id: UUID, kind: str, language: str) -> HttpResponse:
    """Back to the text before."""
    call = context(request, public_id, "texts")["call"]
    # guarded: run_call
    rows = LetterTemplate.objects.filter(programme=call.edition.programme, kind=kind, language=language)
    row = rows.filter(call=call).first() or rows.filter(call=None).first()
    if row is not None:
        actions.give_up_text(template=row, call=call, by=of(request))
        messages.success(request, _("The text before is in force again."))
    return redirect("decisions:texts", public_id)
