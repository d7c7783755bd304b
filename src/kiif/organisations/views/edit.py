"""Entering an organisation and changing it: from its number, with what the registers say and what looks alike."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import Actor, of
from kiif.alliance.models import Incubator
from kiif.alliance.views.common import confirm_page, form_page
from kiif.organisations import actions, duplicates, official
from kiif.organisations.actions import AlreadyKnown
from kiif.organisations.actions.common import OFFICIAL, alliance_for
from kiif.organisations.actions.organisations import form_label
from kiif.organisations.forms import DayForm, FollowersForm, IdentifierForm, OrganisationForm, OwnOrganisationForm
from kiif.organisations.models import Organisation
from kiif.organisations.queries import find
from kiif.organisations.validators import Identifier, parse_identifier
from kiif.organisations.views.common import can, changed, check, claim_token, crumbs, label_of, seen, show_refusal
from kiif.ui.errors import Refused

#: Reasons strong enough to be told to somebody who does not read the directory.
PLAIN = frozenset({"number", "name_place"})
#: What the page of the form shows only now and then.
_NO_FORM: dict[str, Any] = {
    "organisation": None, "official": None, "unknown": False, "known": None, "claim": "", "alike": [], "conflict": [],
    "version": 0,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """First the number or the name; then the form, filled by the registers when they are here."""
    actor = of(request)
    check("organisations.register", request, None, _("Technical support reads the directory and writes nothing."))
    if request.method == "POST":
        return _save_new(request, actor)
    asked = request.GET.get("numero", "").strip()[:100]
    if "nom" in request.GET:
        return _form(request, actor, _new_form(actor, initial={"name": request.GET["nom"][:200]}), None)
    if not asked:
        return _start(request, actor, IdentifierForm())
    try:
        identifier = parse_identifier(asked)
    except ValueError as error:
        return _by_name(request, actor, asked, str(error))
    if known := _known(actor, identifier):
        return _start(request, actor, IdentifierForm(initial={"numero": asked}), known=known)
    facts = official.look_up(identifier)
    initial: dict[str, Any] = {"siren": identifier.siren, identifier.kind: identifier.value}
    if facts is not None:
        initial |= {**facts.values, "usual_name": facts.usual_name}
    return _form(request, actor, _new_form(actor, initial=initial), facts, unknown=facts is None)


def _is_team(actor: Actor) -> bool:
    return can("organisations.view_duplicates", actor)


def _new_form(actor: Actor, *args: Any, **kwargs: Any) -> OrganisationForm:
    return OrganisationForm(*args, **kwargs) if _is_team(actor) else OwnOrganisationForm(*args, **kwargs)


def _known(actor: Actor, identifier: Identifier) -> Organisation | None:
    """The row of the alliance that bears this number."""
    rows = Organisation.objects.alive().with_place().filter(alliance=alliance_for(actor, None))
    if identifier.siren:
        return rows.filter(siren=identifier.siren).first()
    return rows.filter(**{identifier.kind: identifier.value}).first()


def _start(request: HttpRequest, actor: Actor, form: IdentifierForm, **more: Any) -> HttpResponse:
    known = more.get("known")
    context = {
        "form": form,
        "vintages": official.vintages(),
        "is_team": _is_team(actor),
        "crumbs_list": crumbs(request),
        "known_is_seen": known is not None and can("organisations.view_organisation", actor, known),
        "claim": claim_token(known) if known is not None else "",
        "known": None,
        "text": "",
        "problem": "",
        "here": [],
        "proposals": [],
        **more,
    }
    return render(request, "organisations/start.html", context)


def _by_name(request: HttpRequest, actor: Actor, text: str, problem: str) -> HttpResponse:
    """What was typed is not a number: names that are known here, names of the registers."""
    looks_like_number = sum(sign.isdigit() for sign in text) >= max(len(text.replace(" ", "")) - 2, 4)
    form = IdentifierForm(initial={"numero": text})
    return _start(
        request,
        actor,
        form,
        text=text,
        problem=problem if looks_like_number else "",
        here=[] if looks_like_number else find(actor, text, 6),
        proposals=[] if looks_like_number else official.search(text),
    )


def _form(
    request: HttpRequest, actor: Actor, form: OrganisationForm, facts: official.Facts | None, **more: Any
) -> HttpResponse:
    context = {
        **_NO_FORM,
        "form": form,
        "official": facts,
        "register_here": official.is_available(),
        "is_team": _is_team(actor),
        "crumbs_list": crumbs(request),
        **more,
    }
    return render(request, "organisations/form.html", context, status=422 if request.method == "POST" else 200)


def _save_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = _new_form(actor, request.POST)
    facts = _facts_for(request)
    if not form.is_valid():
        return _form(request, actor, form, facts)
    alike = _alike(actor, form)
    if alike and request.POST.get("distincte") != "1":
        return _form(request, actor, form, facts, alike=alike)
    try:
        made = actions.register_organisation(
            by=actor, official=facts, role=form.cleaned_data.get("role", ""), **form.facts()
        )
    except AlreadyKnown as known:
        show_refusal(form, known)
        return _form(request, actor, form, facts, known=known.organisation, claim=claim_token(known.organisation))
    except Refused as refusal:
        show_refusal(form, refusal)
        return _form(request, actor, form, facts)
    messages.success(request, _("%(name)s is in the directory.") % {"name": made.title})
    return redirect(made)


def _facts_for(request: HttpRequest) -> official.Facts | None:
    """What the registers say today of the number sent with the form."""
    for name in ("siret", "siren", "rna"):
        if text := request.POST.get(name, "").strip():
            return official.look_up_text(text[:60])
    return None


def _alike(actor: Actor, form: OrganisationForm) -> list[dict[str, Any]]:
    """Rows that look like what was typed; somebody outside the teams is told the plain ones only."""
    draft = Organisation(alliance=alliance_for(actor, None), **form.facts())
    found = duplicates.candidates(draft)
    if not _is_team(actor):
        found = [candidate for candidate in found if PLAIN & set(candidate.reasons)]
    return [
        {"candidate": c, "seen": can("organisations.view_organisation", actor, c.organisation),
         "claim": claim_token(c.organisation)}
        for c in found[:5]
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form on what exists. Somebody else's change in between: both are shown."""
    organisation = changed(request, pk)
    written = Organisation.objects.get(pk=organisation.pk)  # guarded: changed(); the form writes in a row of its own
    form = OrganisationForm(request.POST or None, instance=written)
    conflict: list[tuple[Any, str]] = []
    version = organisation.version
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(
                organisation=organisation,
                by=of(request),
                version=_version(request),
                official=_facts_for(request),
                **form.facts(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            conflict = _differences(form, organisation) if _version(request) != version else []
        else:
            messages.success(request, _("The page is up to date."))
            return redirect(organisation)
    context = {
        **_NO_FORM,
        "form": form,
        "is_team": _is_team(of(request)),
        "organisation": organisation,
        "version": version,
        "conflict": conflict,
        "register_here": official.is_available(),
        "crumbs_list": crumbs(request, (organisation.title, organisation.get_absolute_url())),
    }
    return render(request, "organisations/form.html", context, status=422 if form.errors else 200)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _differences(form: OrganisationForm, current: Organisation) -> list[tuple[Any, str]]:
    """Fields where what somebody else saved is not what was typed here."""
    out = []
    for name, mine in form.facts().items():
        theirs = getattr(current, name)
        if (mine or "") != (theirs or ""):
            shown = ", ".join(current.theme_labels) if name == "themes" else theirs
            out.append((form.fields[name].label, str(shown or "–")))
    return out


@require_http_methods(["GET", "HEAD", "POST"])
def registry(request: HttpRequest, pk: int) -> HttpResponse:
    """The fiche beside what the registers say today; each fact is taken or left."""
    organisation = changed(request, pk)
    number = organisation.siret or organisation.siren or organisation.rna
    facts = official.look_up_text(number) if number else None
    rows = _compared(organisation, facts) if facts is not None else []
    if request.method == "POST" and facts is not None:
        taken = {row["name"]: row["theirs"] for row in rows if row["name"] in request.POST.getlist("prendre")}
        try:
            actions.change_organisation(organisation=organisation, by=of(request), official=facts, **taken)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The page says what the register says."))
            return redirect(organisation)
    context = {
        "organisation": organisation,
        "facts": facts,
        "rows": rows,
        "number": number,
        "register_here": official.is_available(),
        "crumbs_list": crumbs(request, (organisation.title, organisation.get_absolute_url())),
    }
    return render(request, "organisations/registry.html", context)


def _compared(organisation: Organisation, facts: official.Facts) -> list[dict[str, Any]]:
    """Each official fact here and there; the one that differs may be taken."""
    rows = []
    for name in OFFICIAL:
        mine, theirs = getattr(organisation, name), facts.values.get(name)
        here, there = mine, theirs
        if name == "legal_form":
            here, there = organisation.get_legal_form_display(), form_label(theirs or "")
        if theirs:
            rows.append(
                {"name": name, "label": label_of(name), "mine": here, "shown": there, "theirs": theirs,
                 "same": mine == theirs}
            )  # fmt: skip
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Recording that an organisation ended."""
    organisation = changed(request, pk)

    def act(data: Any) -> str:
        actions.close_organisation(organisation=organisation, on=data["on"], by=of(request))
        messages.success(request, _("%(name)s is recorded as closed.") % {"name": organisation.title})
        return organisation.get_absolute_url()

    return form_page(
        request,
        DayForm(request.POST or None),
        act,
        title=_("Record that %(name)s closed") % {"name": organisation.title},
        lead=_("The page stays, with its people and its history; lists show it last. It can be opened again."),
        verb=_("Record the end"),
        back=organisation.get_absolute_url(),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation that was said closed goes on."""
    organisation = changed(request, pk)

    def act() -> str:
        actions.reopen_organisation(organisation=organisation, by=of(request))
        return organisation.get_absolute_url()

    return confirm_page(
        request,
        act,
        title=_("%(name)s goes on") % {"name": organisation.title},
        consequences=[_("It shows again among active organisations, and pickers propose it.")],
        verb=_("Open it again"),
        back=organisation.get_absolute_url(),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """The actor's incubator follows, or no longer follows (`?arreter`)."""
    organisation = seen(request, pk)
    check("organisations.follow", request, organisation, _("Only the team of an incubator follows an organisation."))
    if "arreter" in request.POST:
        actions.unfollow(organisation=organisation, by=of(request))
    else:
        actions.follow(organisation=organisation, by=of(request))
    return redirect(organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def followers(request: HttpRequest, pk: int) -> HttpResponse:
    """Which incubators follow it: the coordination chooses."""
    organisation = seen(request, pk)
    check("organisations.choose_followers", request, organisation, _("The coordination chooses who follows it."))
    actor = of(request)

    def act(data: Any) -> str:
        chosen: list[Incubator] = list(data["stewards"])
        actions.choose_stewards(organisation=organisation, stewards=chosen, by=actor)
        return organisation.get_absolute_url()

    return form_page(
        request,
        FollowersForm(request.POST or None, actor=actor, organisation=organisation),
        act,
        title=_("Who follows %(name)s") % {"name": organisation.title},
        lead=_("Their teams change its page and receive what waits for it."),
        verb=_("Save"),
        back=organisation.get_absolute_url(),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )
