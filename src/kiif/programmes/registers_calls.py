"""What programmes, calls and eligibility tell the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.signals import user_logged_in
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kiif.accounts import privacy as accounts_privacy
from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES
from kiif.journal import registry as journal
from kiif.journal import verbs
from kiif.mailbox import registry as mailbox
from kiif.programmes import clearing_calls, mails_calls, tabs, tasks_calls, tasks_watching, verbs_calls
from kiif.programmes.queries import role_of
from kiif.search import registry as search
from kiif.ui import home, navigation, shell, today
from kiif.ui.navigation import Entry


def fill() -> None:
    from kiif.programmes.privacy import HOLDER

    accounts_privacy.register(HOLDER)
    verbs.register(verbs_calls.VERBS)
    mails_calls.register()
    clearing_calls.register()
    tasks_calls.register()
    tasks_watching.register()
    _journal()
    _tabs()
    _frame()
    _sandbox()
    search.register(search.Source("calls", gettext_lazy("Calls"), find=find_calls, order=15))
    search.register(search.Source("programmes", gettext_lazy("Programmes"), find=find_programmes, order=16))
    today.register(today.Source(waiting, tell_waiting))
    user_logged_in.connect(_keep_tests, dispatch_uid="programmes.keep_tests")


def _can(rule: str) -> Any:
    return lambda actor, obj: bool(rules.test_rule(rule, actor, obj))


def _journal() -> None:
    from kiif.programmes.models import Call, Edition, Programme

    journal.register(Programme, can_read=_can("programmes.change_programme"))
    journal.register(Edition, can_read=_can("programmes.change_programme"))
    journal.register(Call, can_read=_can("programmes.change_call"))


def _always(actor: Actor, call: Any) -> bool:
    return True


def _runs(actor: Actor, call: Any) -> bool:
    return bool(rules.test_rule("programmes.change_call", actor, call))


def _tabs() -> None:
    shown: tuple[tuple[str, Any, str, int, Any, Any], ...] = (
        ("overview", gettext_lazy("Overview"), "programmes:call", 0, _always, None),
        ("calendar", gettext_lazy("Calendar of the call"), "programmes:call-calendar", 4, _always, None),
        ("hosts", gettext_lazy("Hosts"), "programmes:call-hosts", 6, _always, None),
        ("test", pgettext_lazy("tab", "Test"), "programmes:call-test", 8, _always, None),
        ("checks", gettext_lazy("Tests taken"), "programmes:call-checks", 9, _runs, _tests_waiting),
        ("questions", gettext_lazy("Questions"), "programmes:call-inquiries", 10, _runs, _questions_waiting),
    )
    for key, label, name, order, show, count in shown:
        extra = {"count": count} if count is not None else {}
        tabs.register(tabs.Tab(key, label, name, order, show, **extra))


def _tests_waiting(actor: Actor, call: Any) -> Any:
    return call.checks.filter(asked_at__isnull=False, decision="")


def _questions_waiting(actor: Actor, call: Any) -> Any:
    return call.inquiries.filter(answered_at__isnull=True)


def _frame() -> None:
    team, visitors = ("programmes:*",), ("programmes:public-*", "programmes:test*", "programmes:ask")
    navigation.register(
        Entry(gettext_lazy("Programmes"), "programmes:list", order=25, show=_of_a_team, current_under=team)
    )
    navigation.register(
        Entry(gettext_lazy("Calls"), "programmes:public-calls", order=10, show=_of_no_team, current_under=visitors)
    )
    home.register_section(10, open_calls)
    shell.register_banner(rehearsal_banner)


def _of_a_team(actor: Any) -> bool:
    return actor is not None and role_of(actor) in STAFF_ROLES


def _of_no_team(actor: Any) -> bool:
    return not _of_a_team(actor)


def _sandbox() -> None:
    """What is written about a rehearsal stays in the house."""
    from kiif.programmes.models import Application, Call, Check, Inquiry
    from kiif.questionnaires.models import Collection, Response

    mailbox.register_sandbox(Call, lambda call: call.is_rehearsal)
    for model in (Application, Check, Inquiry):
        mailbox.register_sandbox(model, lambda row: row.call.is_rehearsal)
    mailbox.register_sandbox(Collection, _rehearsed)
    mailbox.register_sandbox(Response, lambda response: _rehearsed(response.collection))


def _rehearsed(collection: Any) -> bool:
    call = getattr(collection, "call", None) if collection.use == "call" else None
    return call is not None and call.is_rehearsal


def _keep_tests(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Tests taken in this browser become those of the account that signs in."""
    from kiif.programmes.actions.eligibility import keep_for
    from kiif.programmes.views.eligibility import held

    digests = held(request) if request is not None and hasattr(request, "session") else ()
    if digests:
        keep_for(user=user, digests=digests)


def rehearsal_banner(actor: Any, request: Any) -> Any:
    """Above each page of a rehearsal: which day is played, and that nobody outside is written to."""
    from kiif.programmes.models import Edition

    match = request.resolver_match
    key = match.kwargs.get("public_id") if match is not None else None
    if key is None or actor is None or not _of_a_team(actor):
        return None
    found: Edition | None = getattr(request, "edition_shown", None)
    if found is None:
        asked = Q(public_id=key) | Q(calls__public_id=key) | Q(calls__applications__public_id=key)
        found = Edition.objects.visible_to(actor).filter(asked, rehearsal_of__isnull=False).first()
    if found is None or found.rehearsal_of_id is None:
        return None
    from django.utils.formats import date_format

    from kiif.programmes.actions.copying import played_day

    words = _("Rehearsal: today is played as %(day)s. Nobody outside sees it; no mail leaves the house.") % {
        "day": date_format(played_day(found), "DATE_FORMAT")
    }
    return format_html('{} <a href="{}">{}</a>', words, found.get_absolute_url(), found.name)


def open_calls(actor: Any) -> Any:
    """The open call that closes first, on the home page, and the others below."""
    from django.template.loader import render_to_string
    from django.utils import timezone

    from kiif.programmes import calendars
    from kiif.programmes.enums import CallState, Phase
    from kiif.programmes.models import Call
    from kiif.programmes.profile import profile_of

    rows = Call.objects.public().with_ties().filter(state=CallState.PUBLISHED, closes_at__gt=timezone.now())
    found = sorted(rows.order_by("closes_at")[:6], key=lambda call: call.phase() == Phase.ANNOUNCED)
    if not found:
        return ""
    first = found[0]
    context = {
        "call": first,
        "phase": first.phase(),
        "profile": profile_of(calendars.lines(first)),
        "others": found[1:],
    }
    return render_to_string("programmes/public/home.html", context)


def find_calls(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Calls whose title holds the words: those of the team for the team, the public ones for everybody. A rehearsal is
    reached from its edition."""
    from kiif.programmes.models import Call

    team = _of_a_team(actor)
    rows = Call.objects.visible_to(actor) if team else Call.objects.public()
    rows = rows.filter(edition__rehearsal_of__isnull=True)
    for word in text.split()[:8]:
        rows = rows.filter(Q(title__holds=word) | Q(summary__holds=word))
    rows = rows.select_related("edition__programme").order_by("-closes_at", "-pk")
    return [
        search.Hit(row.title, row.get_absolute_url() if team else row.public_url, str(row.phase().label))
        for row in rows[:limit]
    ]


def find_programmes(actor: Actor, text: str, limit: int) -> list[search.Hit]:
    """Programmes of the alliance, for its teams."""
    from kiif.programmes.models import Programme

    rows = Programme.objects.visible_to(actor).select_related("owner")
    for word in text.split()[:8]:
        rows = rows.filter(Q(name__holds=word) | Q(tagline__holds=word))
    return [search.Hit(row.name, row.get_absolute_url(), row.owner.name) for row in rows.order_by("name")[:limit]]


def waiting(actor: Actor) -> Any:
    """Calls that one runs with questions to answer or tests to look at."""
    from django.db.models import Exists, OuterRef

    from kiif.programmes.models import Call, Check, Inquiry

    if not _of_a_team(actor):
        return None
    asked = Exists(Inquiry.objects.filter(call=OuterRef("pk"), answered_at__isnull=True))
    tested = Exists(Check.objects.filter(call=OuterRef("pk"), asked_at__isnull=False, decision=""))
    return Call.objects.run_by(actor).filter(edition__rehearsal_of__isnull=True).filter(Q(asked) | Q(tested))


def tell_waiting(actor: Actor, rows: Any) -> list[today.Gesture]:
    """Call by call."""
    from django.db.models import Count

    unanswered = Q(inquiries__answered_at__isnull=True, inquiries__isnull=False)
    undecided = Q(checks__asked_at__isnull=False, checks__decision="")
    rows = rows.annotate(
        questions=Count("inquiries", filter=unanswered, distinct=True),
        tests=Count("checks", filter=undecided, distinct=True),
    )
    found = []
    some: list[Any] = list(rows.order_by("closes_at")[:10])
    for call in some:
        if call.questions:
            found.append(_gesture(call, call.questions, "call-inquiries", "?etat=waiting", _("Answer the questions")))
        if call.tests:
            found.append(_gesture(call, call.tests, "call-checks", "?file=waiting", _("Look at the tests")))
    return found


def _gesture(call: Any, count: int, name: str, query: str, title: str) -> today.Gesture:
    detail = ngettext("%(count)s person waits", "%(count)s people wait", count) % {"count": count}
    return today.Gesture(
        title=title,
        about=call.title,
        detail=detail,
        url=reverse(f"programmes:{name}", args=[call.public_id]) + query,
        action=pgettext("verb", "Answer"),
        initials="?",
    )
