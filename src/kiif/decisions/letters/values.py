"""What is put in the letter of an application, and the letter cut into pieces to show what was put where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kiif.decisions.enums import STATE_OF, Outcome
from kiif.decisions.letters import wording
from kiif.decisions.models import Decision, Letter, Terms
from kiif.mailbox import markup
from kiif.programmes.eligibility.doors import doors as eligibility_doors
from kiif.programmes.enums import FOR_CARRIERS
from kiif.programmes.models import Application, Call

#: As many characters as a subject may have.
SUBJECT_MAX = 200


def terms_of(call: Call) -> Terms:
    """The terms of a call; those of the product when nobody wrote any (then not saved)."""
    kept: Terms | None = call.__dict__.get("_terms_kept")
    if kept is None:
        kept = Terms.objects.filter(call=call).first() or Terms(call=call)
        call.__dict__["_terms_kept"] = kept
    return kept


def language_of(application: Application) -> str:
    """The language in which one writes to who carries it."""
    owner = application.response.owner
    known = dict(settings.LANGUAGES)
    for code in (owner.language if owner else "", application.response.language, application.language):
        if code in known:
            return str(code)
    return str(settings.LANGUAGE_CODE)


def address_of(application: Application) -> str:
    """Where a letter goes: the account that carries it, else the address written in it; empty when there is none."""
    owner = application.response.owner
    return owner.email if owner is not None and owner.is_active else application.contact_email


@dataclass(frozen=True)
class Door:
    """Somewhere else to go: a call, or a person. `apply`: where one begins, for a call that is open."""

    title: str
    words: str
    url: str = ""
    apply: str = ""


def doors_of(call: Call, departments: Sequence[str] = ()) -> list[Door]:
    """Somebody to talk to, meetings, other calls, the next edition: those of `programmes.eligibility.doors`, said for
    somebody who was answered. `departments`: where the project aims. In the language in force."""
    found = []
    for one in eligibility_doors(call, departments):
        if one.kind == "advisor":
            address = one.url.removeprefix("mailto:")
            found.append(Door(one.title, _("to talk about what comes next: %(email)s") % {"email": address}))
        else:
            url = f"{settings.BASE_URL}{one.url}" if one.url.startswith("/") else one.url
            found.append(Door(one.title, one.words, url, one.apply))
    return found


@dataclass
class Frame:
    """What the letters of one call share, asked once by language. `day`: that of the publication."""

    call: Call
    day: dt.date

    def __post_init__(self) -> None:
        self.terms = terms_of(self.call)
        self._doors: dict[str, str] = {}

    def doors(self, language: str) -> str:
        if language not in self._doors:
            self._doors[language] = "\n".join(
                "- " + _("%(title)s: %(words)s") % {"title": one.title, "words": f"{one.words} {one.url}".strip()}
                for one in doors_of(self.call)
            )
        return self._doors[language]

    def day_after(self, days: int) -> str:
        return date_format(self.day + dt.timedelta(days=days), "DATE_FORMAT")

    def reply_day(self, decision: Decision) -> dt.date | None:
        """Last day to take the place, for an acceptance."""
        if decision.outcome != Outcome.ACCEPTED:
            return None
        called = decision.replaces_id is not None
        return self.day + dt.timedelta(days=self.terms.reserve_days if called else self.terms.confirm_days)


def link_of(application: Application) -> str:
    return f"{settings.BASE_URL}{reverse('decisions:mine', args=[application.public_id])}"


def values_of(letter: Letter, frame: Frame) -> dict[str, str]:
    """Every placeholder with what is put there, in the language of the letter; empty when there is nothing to put."""
    decision, call = letter.decision, frame.call
    application = decision.application
    owner = application.response.owner
    with override(letter.language):
        reply_by = frame.reply_day(decision)
        found = {
            "name": (owner.get_short_name() or str(owner)) if owner is not None else "",
            "project": application.title or application.project.name,
            "number": application.number,
            "call": call.title,
            "programme": str(call.edition.programme),
            "decision": str(FOR_CARRIERS[STATE_OF[decision.outcome]]),
            "feedback": letter.feedback.strip(),
            "reply_by": date_format(reply_by, "DATE_FORMAT") if reply_by else "",
            "rank": str(decision.rank or ""),
            "explanation": decision.explanation.strip(),
            "doors": frame.doors(letter.language),
            "appeal_by": frame.day_after(frame.terms.appeal_days) if frame.terms.appeals else "",
            "contact": call.contact_email or call.contact_name,
            "signature": call.contact_name or str(call.edition.programme.owner.name),
            "link": link_of(application),
        }
    return wording.in_both(found)


def empties(letter: Letter, values: Mapping[str, str]) -> list[str]:
    """Placeholders of the letter that nothing fills."""
    named = markup.names_in(f"{letter.subject}\n{letter.body}")
    return sorted(name for name in named if not values.get(name, "").strip())


def filled(letter: Letter, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text as they leave."""
    subject = " ".join(markup.fill_line(letter.subject, values).split())
    return subject[:SUBJECT_MAX], markup.fill_line(letter.body, values).strip()


@dataclass(frozen=True)
class Piece:
    """A run of a line. `name`: the placeholder that it comes from; `empty`: nothing fills it."""

    text: str
    name: str = ""
    empty: bool = False


def pieces(text: str, values: Mapping[str, str]) -> list[list[list[Piece]]]:
    """Paragraphs, lines, runs: for a preview that shows what was put where."""
    paragraphs: list[list[list[Piece]]] = []
    for chunk in text.replace("\r\n", "\n").split("\n\n"):
        lines = [_line(line, values) for line in chunk.strip().split("\n") if line.strip()]
        if lines:
            paragraphs.append(lines)
    return paragraphs


def _line(line: str, values: Mapping[str, str]) -> list[Piece]:
    runs: list[Piece] = []
    position = 0
    for match in markup.PLACEHOLDER.finditer(line):
        if match.start() > position:
            runs.append(Piece(line[position : match.start()]))
        value = values.get(match[1], "")
        runs.append(Piece(value or match[0], match[1], not value.strip()))
        position = match.end()
    if position < len(line):
        runs.append(Piece(line[position:]))
    return runs


def context_of(letter: Letter) -> dict[str, Any]:
    """The mail that carries a letter which has left."""
    return {
        "subject": letter.sent_subject,
        "body": letter.sent_body,
        "link": link_of(letter.decision.application),
    }
