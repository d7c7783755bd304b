"""The ways into an answer: the public page of a collection, a personal link, my answers."""

from __future__ import annotations

import uuid
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts import pace
from kiif.accounts.actor import of
from kiif.questionnaires import links, progress, uses
from kiif.questionnaires.actions import answering, prefilling
from kiif.questionnaires.actions.linking import send_link
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.enums import WRITABLE, Audience
from kiif.questionnaires.loaded import definition_of, newest
from kiif.questionnaires.models import Collection, Offer, Response
from kiif.questionnaires.speaking import LANGUAGES, Speaker
from kiif.questionnaires.views.answering_common import PREFILLED, NotHere, visible, who
from kiif.questionnaires.windows import answer_ends_at, ends_at, why_not_begin, why_not_write
from kiif.ui.errors import Refused
from kiif.ui.today import relative_day

#: What anybody may do, with or without an account: how many times from one address or account, in how many seconds.
#: A meeting where everybody answers from the same network must pass; a program that fills the house must not.
PACES: Final[dict[str, tuple[int, int]]] = {"begin": (60, 3600), "mail": (30, 3600)}


def _too_many(request: HttpRequest, what: str) -> bool:
    most, seconds = PACES[what]
    return pace.too_many(f"questionnaires.{what}", pace.who_asks(request), most=most, seconds=seconds)


def _slower(request: HttpRequest, what: str, back: str) -> HttpResponse:
    """The page that asks to wait (429)."""
    response = render(request, "questionnaires/answer/slower.html", {"what": what, "back": back}, status=429)
    response["Retry-After"] = str(PACES[what][1])
    return response


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything I answer or take part in, what presses first; invitations that wait."""
    actor = of(request)
    seen = Response.objects.visible_to(actor, links.held(request))
    part = (
        Q(owner=actor.user) | Q(participants__user=actor.user) | Q(mandates__staff=actor.user, mandates__ended_at=None)
    )
    rows = seen.filter(part).distinct().with_ties().select_related("moved_from")
    lines = [_line(row, actor.user) for row in rows[:100]]
    addresses = EmailAddress.objects.filter(user=actor.user, verified=True)  # guarded: one's own
    offers = Offer.objects.filter(  # guarded: those sent to one's own addresses
        email__in=addresses.values("email"),
        answered_at__isnull=True,
        until__gt=timezone.now(),
    ).select_related("response__collection", "made_by")
    context = {
        "to_write": [line for line in lines if line["open"]],
        "others": [line for line in lines if not line["open"]],
        "offers": offers,
    }
    return render(request, "questionnaires/answer/mine.html", context)


def _line(row: Response, user: Any) -> dict[str, Any]:
    return {
        "row": row,
        "open": not why_not_write(row),
        "refusal": why_not_write(row),
        "ends_at": answer_ends_at(row),
        "mine": row.owner_id == (user.pk if user else None),
        "tone": {"submitted": "v", "reopened": "o", "withdrawn": ""}.get(row.state, "b"),
    }


@login_not_required
@require_safe
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, how long it takes, until when, who reads, what happens then; and the way in."""
    collection = _collection(slug)
    if entrance := uses.of(collection.use).entrance(collection):
        return redirect(entrance)
    version = newest(collection.questionnaire)
    if version is None:
        raise Http404
    actor = of(request)
    language = _language(request, definition_of(version).languages)
    blank = Response(collection=collection, version=version, language=language, variants=[])
    dossier = Dossier(blank)
    dossier.__dict__["held"] = {}
    speak = Speaker(dossier)
    mine = Response.objects.visible_to(actor, links.held(request)).filter(collection=collection)
    owned = Q(link_hash__in=links.held(request)) if links.held(request) else Q(pk__in=())
    mine = mine.filter(owned | Q(owner=actor.user)) if actor.user is not None else mine.filter(owned)
    context = {
        "collection": collection,
        "dossier": dossier,
        "speak": speak,
        "title": speak(dossier.definition.title),
        "about": speak(dossier.definition.description),
        "parts": [
            (
                speak(section.title),
                speak(section.description),
                sum(1 for one in section.questions if one.kind != "note"),
            )
            for section in dossier.definition.sections
            if not section.variants
        ],
        "minutes": progress.minutes_left(dossier),
        "ends_at": ends_at(collection),
        "ends_when": _when(collection),
        "refusal": why_not_begin(collection),
        "mine": list(mine.with_ties()[:10]),
        "to_go_on": mine.filter(state__in=WRITABLE).first(),
        "needs_account": collection.audience != Audience.LINK and actor.user is None,
        "by_link": collection.audience == Audience.LINK,
        "languages": [(code, LANGUAGES.get(code, code), code == language) for code in dossier.definition.languages],
        "variants": [(one.key, speak(one.label)) for one in dossier.definition.variants],
        "carried": [
            (question.name, text) for question, text in prefilling.allowed(dossier.definition, request.GET).values()
        ],
        "prefilled": prefilling.labels(dossier.definition, request.GET, speak),
        "read_by": uses.of(collection.use).key,
    }
    return render(request, "questionnaires/collection/public.html", context)


def _when(collection: Collection) -> str:
    end = ends_at(collection)
    return relative_day(timezone.localdate(end)) if end else ""


def _collection(slug: str) -> Collection:
    rows = Collection.objects.select_related("questionnaire", "owner")  # guarded: a public page
    found = rows.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest, spoken: tuple[str, ...]) -> str:
    wanted = request.GET.get("langue", "") or (get_language() or "fr")[:2]
    return wanted if wanted in spoken else spoken[0]


@login_not_required
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Opens my draft, begun if needed. Without an account: a new one, and its personal link."""
    collection = _collection(slug)
    actor = of(request)
    public_url = reverse("answers:open", args=[slug])
    if actor.user is None and collection.audience != Audience.LINK:
        query = request.POST.get("query", "")[:2_000]
        return redirect_to_login(f"{public_url}?{query}" if query else public_url)
    language, variants = request.POST.get("language", "")[:3], request.POST.getlist("variant")[:40]
    by_account = actor.user is not None and collection.audience != Audience.LINK
    if not by_account and _too_many(request, "begin"):
        return _slower(request, "begin", public_url)
    try:
        if by_account:
            response = answering.begin(collection=collection, by=actor, language=language, variants=variants)
        else:
            response, token = answering.begin_by_link(collection=collection, language=language, variants=variants)
            links.hold(request, token)
            request.session["questionnaires_new_link"] = token
        asks = who(request)
        filled = prefilling.from_query(response=response, query=request.POST, **asks.rights)
    except (Refused, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        return redirect(public_url)
    if filled:
        request.session[PREFILLED] = {str(response.public_id): filled}
    if request.session.get("questionnaires_new_link"):
        return redirect("answers:link", response.public_id)
    return redirect(response)


@login_not_required
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A personal link: kept in the session, then forgotten by the address bar."""
    found = Response.objects.filter(link_hash=links.digest(token)).first()  # guarded: whoever holds it
    if found is None:
        return render(request, "questionnaires/answer/dead_link.html", status=404)
    links.hold(request, token)
    return redirect(found)


@login_not_required
def link(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The personal link of a new answer, to copy or to be sent by mail. Shown once: only its digest is kept."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    token = request.session.get("questionnaires_new_link", "")
    if not token or links.digest(token) != shown.link_hash:
        request.session.pop("questionnaires_new_link", None)
        return redirect(shown)
    address, error = request.build_absolute_uri(reverse("answers:by-link", args=[token])), ""
    if request.method == "POST":
        if email := request.POST.get("email", "").strip():
            if _too_many(request, "mail"):
                return _slower(request, "mail", reverse("answers:link", args=[shown.public_id]))
            try:
                send_link(response=shown, token=token, email=email, **asks.rights)
            except Refused as refusal:
                error = str(refusal)
            else:
                messages.success(request, _("The link is on its way to %(address)s.") % {"address": email})
        if not error:
            request.session.pop("questionnaires_new_link", None)
            return redirect(shown)
    context = {"answer": shown, "address": address, "error": error, "typed": request.POST.get("email", "")}
    return render(request, "questionnaires/answer/link.html", context, status=422 if error else 200)


@require_POST
def copy(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Fills what is still empty from an earlier answer of mine, chosen on the page."""
    shown, asks = visible(request, public_id)
    wanted = _uuid(request.POST.get("from", ""))
    source = Response.objects.visible_to(asks.actor).filter(owner=asks.actor.user, public_id=wanted).first()
    if source is None:
        raise Http404
    if shown.state not in WRITABLE:
        raise Http404
    count = prefilling.from_earlier(response=shown, source=source, **asks.rights)
    messages.success(request, _("%(n)s answers were taken from your earlier one. Look at them again.") % {"n": count})
    return redirect(shown)


def _uuid(text: str) -> Any:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
