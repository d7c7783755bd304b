"""Who reads and who writes an answer; invitations, hand-over, mandates, remarks, the thread of a field."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.questionnaires import uses, values
from kiif.questionnaires.actions import people, remarks
from kiif.questionnaires.definition import said
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.forms_answering import InviteForm, RemarkForm, RoleForm, TransferForm
from kiif.questionnaires.models import Offer, Response
from kiif.questionnaires.speaking import Speaker
from kiif.questionnaires.views.answering_common import NotHere, Who, page, tabs, visible
from kiif.questionnaires.whatchanged import in_words
from kiif.ui.errors import NotAllowed, Refused

#: Where the session keeps the token between the mail and the page: addresses and logs never show it again.
LINK_KEY: Final = "questionnaires_offer"


@login_not_required
def everybody(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Who reads and who writes, said in sentences; for the owner, the forms to invite and to hand over."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    return _everybody(request, shown, asks)


def _everybody(
    request: HttpRequest,
    shown: Response,
    asks: Who,
    *,
    invite: InviteForm | None = None,
    transfer: TransferForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_share = asks.may("share", shown)
    rows = list(shown.participants.all())
    context = {
        "answer": shown,
        "collection": shown.collection,
        "tabs": tabs(shown, "people"),
        "participants": [(row, RoleForm(initial={"role": row.role}, prefix=f"p{row.pk}")) for row in rows],
        "mandates": list(shown.mandates.all()),
        "offers": shown.offers.filter(answered_at__isnull=True, until__gt=timezone.now()) if may_share else [],
        "may_share": may_share,
        "me": asks.actor.user,
        "by_link": bool(shown.link_hash),
        "with_use": bool(uses.of(shown.collection.use).key),
        "invite": (invite or InviteForm(auto_id="invite_%s")) if may_share else None,
        "transfer": (transfer or TransferForm(auto_id="transfer_%s")) if may_share else None,
    }
    return page(request, "people/people.html", context, status)


@require_POST
def invite(request: HttpRequest, public_id: str) -> HttpResponseBase:
    shown, asks = _mine(request, public_id)
    form = InviteForm(request.POST, auto_id="invite_%s")
    if form.is_valid():
        try:
            offer = people.invite(response=shown, by=asks.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": offer.email})
            return redirect("answers:people", public_id)
    return _everybody(request, shown, asks, invite=form, status=422)


@require_POST
def transfer(request: HttpRequest, public_id: str) -> HttpResponseBase:
    shown, asks = _mine(request, public_id)
    form = TransferForm(request.POST, auto_id="transfer_%s")
    if form.is_valid():
        try:
            offer = people.transfer(response=shown, by=asks.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(
                request, _("The offer is on its way to %(address)s. Nothing changes before it is accepted.")
                % {"address": offer.email},
            )  # fmt: skip
            return redirect("answers:people", public_id)
    return _everybody(request, shown, asks, transfer=form, status=422)


def _mine(request: HttpRequest, public_id: str) -> tuple[Response, Who]:
    shown, asks = visible(request, public_id)
    if not asks.may("share", shown):
        raise NotAllowed(_("Only the owner of an answer says who takes part in it."))
    return shown, asks


def _back(request: HttpRequest, response: Response, done: str, act: Any, **given: Any) -> HttpResponse:
    try:
        act(by=of(request), **given)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("answers:people", response.public_id)


@require_POST
def withdraw_offer(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    shown, _asks = _mine(request, public_id)
    offer = get_object_or_404(Offer, response=shown, pk=pk)
    return _back(request, shown, _("The invitation is taken back."), people.withdraw_offer, offer=offer)


@require_POST
def change_role(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    shown, _asks = _mine(request, public_id)
    row = get_object_or_404(shown.participants.select_related("response", "user"), pk=pk)
    role = request.POST.get(f"p{row.pk}-role", "")
    return _back(request, shown, _("Done."), people.change_role, participant=row, role=role)


def remove(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    """Asks, then removes somebody; or leaves, when it is oneself."""
    shown, asks = visible(request, public_id)
    row = get_object_or_404(shown.participants.select_related("response", "user"), pk=pk)
    oneself = asks.actor.user is not None and row.user_id == asks.actor.user.pk
    if not oneself and not asks.may("share", shown):
        raise NotAllowed(_("Only the owner of an answer says who takes part in it."))
    if request.method == "POST":
        people.remove(participant=row, by=asks.actor)
        messages.success(request, _("You no longer take part in it.") if oneself else _("Done."))
        return redirect("answers:mine") if oneself else redirect("answers:people", public_id)
    cancel = reverse("answers:people", args=[public_id])
    context = {"answer": shown, "row": row, "oneself": oneself, "cancel_url": cancel, "danger": True}
    return render(request, "questionnaires/people/remove.html", context)


@require_POST
def end_mandate(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    shown, asks = visible(request, public_id)
    row = next((one for one in shown.mandates.all() if one.pk == pk), None)
    if row is None:
        raise Http404
    own = asks.actor.user is not None and row.staff_id == asks.actor.user.pk
    people.end_mandate(mandate=row, by=asks.actor)
    messages.success(request, _("The mandate is ended: nobody of the team writes here under it any more."))
    return redirect("answers:mine") if own else redirect("answers:people", public_id)


@login_not_required
@require_POST
def remark(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Leaves a remark, on a question or on the whole; comes back where one was."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    form = RemarkForm(request.POST)
    key = request.POST.get("field_key", "")[:30]
    try:
        if not form.is_valid():
            raise Refused(next(iter(form.errors.values()))[0])
        remarks.remark(response=shown, field_key=key, text=form.cleaned_data["text"], **asks.rights)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your remark is there for everybody who takes part."))
    return redirect(_place_of(shown, key))


def _place_of(response: Response, key: str) -> str:
    place = Dossier(response).definition.place.get(key)
    if place is None:
        return reverse("answers:review", args=[response.public_id])
    return f"{reverse('answers:page', args=[response.public_id, place[1].id])}#{key}"


@login_not_required
@require_POST
def settle(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    row = shown.remarks.filter(pk=pk).first()
    if row is None:
        raise Http404
    remarks.settle_remark(remark=row, **asks.rights)
    return redirect(_place_of(shown, row.field_key))


@login_not_required
@require_safe
def thread(request: HttpRequest, public_id: str, key: str) -> HttpResponseBase:
    """Everything that one answer has been, who wrote it and when."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    if not asks.inside(shown):
        raise NotAllowed(_("This answer is read by the people who take part in it only."))
    dossier = Dossier(shown)
    question: Any = dossier.definition.by_id.get(key)
    if question is None:
        raise Http404
    rows = shown.changes.filter(field__key=key).select_related("by", "mandate")
    context = {
        "answer": shown,
        "label": Speaker(dossier)(question.label),
        "back": _place_of(shown, key),
        "changes": [
            (row, _words(question, row.before, dossier), _words(question, row.after, dossier)) for row in rows[:100]
        ],
    }
    return page(request, "people/thread.html", context)


def _words(question: Any, value: Any, dossier: Dossier) -> str:
    """An older value may have another shape than the question has today: then it is shown as it is kept."""
    try:
        return values.show(question, value, dossier.language)
    except (TypeError, KeyError, ValueError, AttributeError):
        return str(value)


@login_not_required
@require_safe
def history(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What was done with the answer, what was sent and its digest, what changed in the form since."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    moved = in_words(shown.moved_from, shown.version, shown.language) if shown.moved_from else []
    definition = Dossier(shown).definition
    # the thread of each field is its people's; the others have every state that was sent
    changes = shown.changes.select_related("by", "field")[:60] if asks.inside(shown) else []
    context = {
        "answer": shown,
        "collection": shown.collection,
        "tabs": tabs(shown, "history"),
        "snapshots": shown.snapshots.select_related("by", "version"),
        "moved": moved,
        "changes": [
            (row, said(definition.by_id[row.field.key].label, shown.language, definition.languages))
            for row in changes
            if row.field.key in definition.by_id
        ],
    }
    return page(request, "people/history.html", context)


# Invitations received


@login_not_required
@require_safe
def open_offer(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: the token goes into the session, and the address bar forgets it."""
    request.session[LINK_KEY] = token[:100]
    return redirect("answers:offer")


@login_not_required
def offer(request: HttpRequest) -> HttpResponseBase:
    """What one is invited to, and the two answers. Without a session: sign in first, or open an account."""
    token = request.session.get(LINK_KEY, "")
    return _offer(request, people.find_offer(token) if token else None)


def offer_of_mine(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same from Aujourd'hui: the invitation waits for one of my confirmed addresses."""
    actor = of(request)
    mine = EmailAddress.objects.filter(user=actor.user, verified=True).values("email")  # guarded: one's own
    ties = "response__collection__owner", "response__owner", "made_by"
    rows = Offer.objects.select_related(*ties)  # guarded: those sent to one's own addresses
    return _offer(request, get_object_or_404(rows, pk=pk, email__in=mine))


def _offer(request: HttpRequest, found: Offer | None) -> HttpResponseBase:
    template, actor = "questionnaires/people/offer.html", of(request)
    try:
        if found is None:
            raise Refused(_("This link opens no invitation. Ask the person who invited you to send a new one."))
        people.check_offer(found)
    except Refused as refusal:
        return render(request, template, {"offer": None, "refusal": str(refusal)}, status=404 if found is None else 410)
    login = f"{reverse('account_login')}?next={request.path}"
    shown = {"offer": found, "login_url": login, "signed_in": actor.user is not None, "refusal": ""}
    if request.method == "POST":
        if actor.user is None:
            return redirect_to_login(request.get_full_path())
        try:
            if request.POST.get("answer") == "no":
                people.refuse_offer(offer=found, by=actor)
                messages.success(request, _("You declined. The person who invited you is told."))
                return redirect("answers:mine")
            response = people.accept_offer(offer=found, by=actor)
        except Refused as refusal:
            return render(request, template, {**shown, "refusal": str(refusal)}, status=422)
        request.session.pop(LINK_KEY, None)
        return redirect(response)
    return render(request, template, shown)
