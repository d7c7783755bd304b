"""What a call needs before it is published."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.alliance.models import Coverage
from kiif.journal.models import JournalEntry
from kiif.programmes import clearing
from kiif.programmes.clearing import Lack
from kiif.programmes.eligibility import RulesError, read
from kiif.programmes.enums import MomentKind
from kiif.programmes.models import Call


def register() -> None:
    clearing.register("programmes.words", words)
    clearing.register("programmes.form", form)
    clearing.register("programmes.dates", dates)
    clearing.register("programmes.hosts", hosts)
    clearing.register("programmes.test", test)
    clearing.register("programmes.rehearsal", rehearsed)


def _url(name: str, call: Call) -> str:
    return reverse(f"programmes:{name}", args=[call.public_id])


def words(call: Call) -> list[Lack]:
    change = _url("call-change", call)
    found = []
    if not call.summary:
        found.append(Lack(_("Say the call in a sentence: people read it in the list of calls."), change, blocking=True))
    if not call.presentation:
        found.append(Lack(_("Write for whom the call is, and why."), change))
    if not call.offers:
        found.append(Lack(_("Say what those who are chosen receive."), change))
    if not call.contact_email:
        found.append(Lack(_("Give an address: people ask questions before they apply."), change, blocking=True))
    return found


def form(call: Call) -> list[Lack]:
    if call.collection_id is None:
        return [Lack(_("Choose the form that people fill."), _url("call-form", call), blocking=True)]
    found = []
    if not call.facts.get("title"):
        found.append(Lack(_("Say which question gives the title of the project."), _url("call-facts", call)))
    if not call.facts.get("organisation"):
        found.append(Lack(_("Say which question gives the organisation: duplicates are found with it."),
                          _url("call-facts", call)))  # fmt: skip
    return found


def dates(call: Call) -> list[Lack]:
    change = _url("call-calendar-change", call)
    found = []
    if call.opens_at is None or call.closes_at is None:
        found.append(Lack(_("Say when the call opens and closes."), change, blocking=True))
    elif call.closes_at <= timezone.now() and call.published_at is None and not call.is_rehearsal:
        found.append(Lack(_("The closing is in the past: check the dates."), change, blocking=True))
    if call.answers_by is None:
        found.append(Lack(_("Promise a day for the answers: people plan with it."), change))
    kinds = set(call.moments.values_list("kind", flat=True))
    if MomentKind.COMMITTEE not in kinds:
        found.append(Lack(_("Put the committee in the calendar."), change))
    if MomentKind.INFORMATION not in kinds:
        found.append(Lack(_("An information meeting spares many questions: put one in the calendar."), change))
    return found


def hosts(call: Call) -> list[Lack]:
    page = _url("call-hosts", call)
    rows = list(call.hosts.filter(left_at__isnull=True).select_related("incubator", "branch"))
    if call.consortium and not rows:
        return [Lack(_("Several incubators host: say which ones."), page, blocking=True)]
    covering = set(Coverage.objects.on().values_list("incubator_id", flat=True))
    silent = [str(row) for row in rows if not row.departments and row.incubator_id not in covering]
    if silent:
        return [Lack(_("Say where they host: %(hosts)s.") % {"hosts": ", ".join(silent)}, page)]
    return []


def test(call: Call) -> list[Lack]:
    page = _url("call-test", call)
    try:
        rules = read(call.eligibility)
    except RulesError as error:
        return [Lack(_("The test cannot be read: %(why)s") % {"why": error}, page, blocking=True)]
    if not rules.families:
        return [Lack(_("Without a test, people find out late that the call is not for them."), page)]
    return []


def rehearsed(call: Call) -> list[Lack]:
    """A rehearsal that was erased counts: the journal of the edition remembers it."""
    edition = call.edition
    if edition.is_rehearsal or call.published_at is not None or edition.rehearsals.exists():
        return []
    # guarded: whether it was done, nothing of the entries is shown
    if JournalEntry.objects.about(edition).filter(verb="programmes.rehearsal_erased").exists():
        return []
    sentence = _("Nobody has rehearsed this edition: play it once with invented projects, on a phone too.")
    return [Lack(sentence, reverse("programmes:edition-rehearse", args=[edition.public_id]))]
