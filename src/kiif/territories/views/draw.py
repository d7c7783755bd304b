"""Draw a living area: by search, by intercommunal body, from the map, from a list. Every gesture is a form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.opendata.errors import MissingPack
from kiif.territories import aggregate, areas, codes, lookup
from kiif.territories.actions import drawn as actions
from kiif.territories.enums import Level
from kiif.territories.forms import ListForm, TextsForm
from kiif.territories.models import Draft, Territory
from kiif.territories.results import results_for
from kiif.territories.views.drawn import changeable
from kiif.territories.views.home import browser_map
from kiif.territories.views.pages import asked_keys
from kiif.ui.errors import Refused

MOST_SHOWN = 400


def _draft(request: HttpRequest, pk: int) -> Draft:
    return get_object_or_404(Draft.objects.visible_to(of(request)).select_related("drawn__current"), pk=min(pk, 2**62))


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Say what drawing is; POST opens the draft, with a territory to start from if one was asked."""
    keys, _refused = asked_keys(request)
    found = list(Territory.objects.open().named(keys[:3])) if keys else []
    existing = Draft.objects.visible_to(of(request)).filter(drawn__isnull=True).first()
    if request.method != "POST":
        return render(request, "territories/draw_start.html", {"starts": found, "existing": existing})
    draft = actions.open_draft(by=of(request))
    add = [code for territory in found for code in communes_of(territory)]
    if add:
        actions.change_draft(draft=draft, by=of(request), add=add)
    return redirect("territories:draft", draft.pk)


@require_POST
def again(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the draft of the next version."""
    drawn = changeable(request, slug)
    return redirect("territories:draft", actions.open_draft(by=of(request), drawn=drawn).pk)


def communes_of(territory: Territory) -> list[str]:
    """Codes of the communes of an official territory."""
    if territory.level == Level.COMMUNE:
        return [territory.code]
    field = {
        Level.EPCI: "epci",
        Level.LIVING_AREA: "living_area",
        Level.DEPARTMENT: "department",
        Level.REGION: "region",
    }
    rows = Territory.objects.at(Level.COMMUNE).open().filter(**{field[Level(territory.level)]: territory})
    return list(rows.values_list("code", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The workshop. POST saves what is typed and makes the version."""
    draft = _draft(request, pk)
    if request.method == "POST":
        actions.save_draft(draft=draft, by=of(request), texts=request.POST.dict())
        try:
            version = actions.publish_draft(draft=draft, by=of(request), confirmed=request.POST.get("confirmed") == "1")
        except Refused as refusal:
            return _workshop(request, _draft(request, pk), status=422, refusal=refusal)
        messages.success(
            request,
            _("The area is saved. Only you and your organisation see it: choose now who may read it.")
            if version.number == 1
            else _("Version %(number)d is saved.") % {"number": version.number},
        )
        return redirect(version.drawn)
    return _workshop(request, draft)


def _workshop(request: HttpRequest, draft: Draft, *, status: int = 200, **more: Any) -> HttpResponse:
    text = request.GET.get("q", "")[: lookup.MAX_QUERY].replace("\x00", "")
    taken = set(draft.codes)
    area = areas.of_codes(draft.codes, of(request))
    results = results_for(text, levels=[Level.COMMUNE, Level.EPCI, Level.LIVING_AREA], limit=12) if text else []
    context = {
        "draft": draft,
        "form": TextsForm(instance=draft),
        "list_form": ListForm(),
        "page": area,
        "communes": area.communes[:MOST_SHOWN],
        "hidden_communes": max(len(area.communes) - MOST_SHOWN, 0),
        "neighbours": _neighbours(draft.codes),
        "text": text,
        "results": [{"result": r, "taken": r.key.partition(":")[2] in taken} for r in results],
        "ask_confirmation": len(draft.codes) > actions.ASK_ABOVE,
        "moved_on": draft.drawn is not None
        and draft.drawn.current is not None
        and draft.base_version != draft.drawn.current.number,
        "browser_map": browser_map(Level.COMMUNE, pick=True, picked=tuple(draft.codes), bounds=_box(area)),
        **more,
    }
    return render(request, "territories/draw.html", context, status=status)


def _box(area: areas.Area) -> tuple[float, float, float, float] | None:
    """Degrees around the communes chosen; None (all of France) before the first."""
    points = [(c.lat, c.lon) for c in area.communes if c.lat is not None and c.lon is not None]
    if not points:
        return None
    lats, lons = [lat for lat, _lon in points], [lon for _lat, lon in points]
    return min(lons) - 0.25, min(lats) - 0.2, max(lons) + 0.25, max(lats) + 0.2


def _neighbours(chosen: list[str]) -> list[Territory]:
    """Communes that touch the area: the next ones that people may want."""
    if not chosen or len(chosen) > actions.ASK_ABOVE:
        return []
    try:
        around = aggregate.neighbours_of(chosen)
    except MissingPack:
        return []
    rows = Territory.objects.at(Level.COMMUNE).open().filter(code__in=around[:400])
    return list(rows.select_related("department").order_by("-population")[:24])


@require_POST
def save_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Autosave of the words: answers with the state of saving."""
    by_page = request.headers.get("HX-Request") == "true"
    try:
        draft = actions.save_draft(draft=_draft(request, pk), by=of(request), texts=request.POST.dict())
    except actions.DraftGone:
        if by_page:  # the form that saved the area took the same words along
            return HttpResponse(status=204)
        raise
    if by_page:
        return render(request, "territories/parts/draft_saved.html", {"draft": draft})
    return redirect("territories:draft", draft.pk)


@require_POST
def change_communes(request: HttpRequest, pk: int) -> HttpResponse:
    """Add (`ajouter`) or take off (`oter`) communes or whole territories (`epci:…`); `clic` toggles one."""
    draft = _draft(request, pk)
    add = _codes(request.POST.getlist("ajouter"))
    add += [code for code in request.POST.get("liste", "").split(",") if code]
    remove = _codes(request.POST.getlist("oter"))
    for code in request.POST.getlist("clic"):
        (remove if code in draft.codes else add).append(code[:5])
    before = len(draft.codes)
    draft = actions.change_draft(draft=draft, by=of(request), add=add, remove=remove)
    if request.headers.get("HX-Request") == "true":
        return _workshop(request, _draft(request, pk))
    change = len(draft.codes) - before
    if change > 0:
        messages.success(
            request, ngettext("%(count)d commune added.", "%(count)d communes added.", change) % {"count": change}
        )
    return redirect(f"{request.path.removesuffix('communes')}#communes")


def _codes(keys: list[str]) -> list[str]:
    """Codes of communes from keys (`commune:24311`, `epci:200071819`) or bare codes."""
    found: list[str] = []
    for key in keys[:5_000]:
        level, colon, code = key.partition(":")
        if not colon:
            found.append(key[:5].upper())
        elif level == Level.COMMUNE:
            found.append(code[:5].upper())
        elif level in Level.values:
            territory = Territory.objects.open().filter(level=level, code=code[:9]).first()
            found += communes_of(territory) if territory else []
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def read_list(request: HttpRequest, pk: int) -> HttpResponse:
    """A pasted list or a file: first a preview of what is read, then, on the same page, add it."""
    draft = _draft(request, pk)
    form = ListForm(request.POST or None, request.FILES or None)
    preview: codes.Preview | None = None
    if request.method == "POST" and form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            if upload:
                if upload.size > codes.MAX_BYTES:
                    raise Refused(_("This file is larger than 2 MB. Keep only the column of codes."), field="file")
                preview = codes.read_csv(upload.read())
            else:
                preview = codes.read_text(form.cleaned_data["text"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    taken = set(draft.codes)
    context = {
        "draft": draft,
        "form": form,
        "preview": preview,
        "new": [t for t in preview.communes if t.code not in taken] if preview else [],
        "shown": codes.SHOWN,
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "territories/draw_list.html", context, status=status)


@require_POST
def rebase(request: HttpRequest, pk: int) -> HttpResponse:
    """After somebody else's version: keep one's own communes, or start again from theirs."""
    keep = request.POST.get("garder") == "1"
    draft = actions.rebase_draft(draft=_draft(request, pk), by=of(request), keep_mine=keep)
    return redirect("territories:draft", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _draft(request, pk)
    if request.method == "POST":
        target = draft.drawn
        actions.discard_draft(draft=draft, by=of(request))
        messages.success(request, _("The draft is thrown away."))
        return redirect(target) if target else redirect("territories:drawn-list")
    context = {"draft": draft, "action": request.path, "cancel_url": f"{request.path.removesuffix('abandonner')}"}
    return render(request, "territories/draw_discard.html", context)
