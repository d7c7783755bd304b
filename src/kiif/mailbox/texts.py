"""Texts of mails: the default in a file, the overriding one in a row, checked and filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from kiif.mailbox import markup
from kiif.mailbox.models import MailTemplate
from kiif.mailbox.registry import ALWAYS, MailKind, is_link

SUBJECT_MAX = 200
BODY_MAX = 10_000


@dataclass(frozen=True)
class Text:
    """Subject and body before filling; `version` 0 is the text of the product."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True)
class Filled:
    subject: str
    text: str
    html: str
    url: str = ""


def default(kind: MailKind, language: str) -> Text:
    """The text of the product, `templates/mail/<key>.<language>.txt`: a `Subject:` line, an empty line, the body.

    Raises LookupError if the file does not exist, ValueError without a subject.
    """
    name = f"mail/{kind.key}.{language}.txt"
    try:
        source = str(get_template(name).template.source)  # type: ignore[attr-defined] # of the Django back-end
    except TemplateDoesNotExist:
        raise LookupError(f"The text {name} does not exist") from None
    first, _newline, body = source.partition("\n")
    if not first.startswith("Subject:"):
        raise ValueError(f"The first line of {name} must be “Subject: …”")
    return Text(first.removeprefix("Subject:").strip(), body.strip())


def current(kind: MailKind, language: str, scope: str = "") -> Text:
    """The text in force: of the scope, else of everybody, else of the product."""
    rows = MailTemplate.objects.in_force(kind.key, language, scope)
    best = max(rows, key=lambda row: bool(row.scope), default=None)
    return Text(best.subject, best.body, best.version) if best else default(kind, language)


def problems(kind: MailKind, subject: str, body: str) -> dict[str, list[str]]:
    """What is wrong with a text, as sentences by field; empty when it can be kept."""
    about_subject, about_body = markup.Problems(), markup.Problems()
    if not subject.strip():
        about_subject.add(_("Give the mail a subject."))
    if re.search(r"[\r\n\x00]", subject):
        about_subject.add(_("A subject fits on one line."))
    if len(subject) > SUBJECT_MAX:
        about_subject.add(_("Shorten the subject to %(max)s characters.") % {"max": SUBJECT_MAX})
    if not body.strip():
        about_body.add(_("Write the text of the mail."))
    if len(body) > BODY_MAX:
        about_body.add(_("Shorten the text to %(max)s characters.") % {"max": BODY_MAX})
    markup.check_placeholders(subject, kind.allowed, about_subject)
    markup.check_placeholders(body, kind.allowed, about_body)
    markup.check_links(body, about_body)
    for name in kind.needs:
        if name not in markup.names_in(body):
            about_body.add(
                _("The text must contain %(name)s: without it the mail is of no use.") % {"name": f"{{{name}}}"}
            )
    found = {"subject": about_subject.sentences, "body": about_body.sentences}
    return {name: sentences for name, sentences in found.items() if sentences}


def fill(kind: MailKind, text: Text, context: Mapping[str, str], *, language: str, recipient: str) -> Filled:
    """Subject, plain text and HTML. `context` has a value for each placeholder of the kind, and no other.

    Raises ValueError for a missing, unknown or impossible value (a link that is none, a line break in the subject):
    mistakes of ours, except line breaks, which `queue_mail` refuses before.
    """
    if lacking := set(kind.placeholders) - set(context):
        raise ValueError(f"{kind.key} lacks {sorted(lacking)}")
    if unknown := set(context) - set(kind.placeholders):
        raise ValueError(f"{kind.key} does not know {sorted(unknown)}")
    values = {
        **ALWAYS,
        "site_name": "kiif",
        "site_url": settings.BASE_URL,
        "recipient_name": recipient,
        **{name: clean(str(value)) for name, value in context.items()},
    }
    for name in kind.placeholders:
        if is_link(name) and values[name] and not markup.is_address(values[name]):
            raise ValueError(f"{kind.key}: {name} is not an address")
    blocks = markup.parse(text.body)
    with translation.override(language):
        subject = " ".join(markup.fill_line(text.subject, values).split())
        return Filled(
            subject=subject if len(subject) <= SUBJECT_MAX else subject[: SUBJECT_MAX - 1] + "…",
            text=markup.to_text(blocks, values),
            html=str(markup.to_html(blocks, values)),
            url=next((values[name] for name in kind.placeholders if is_link(name)), ""),
        )


def clean(value: str) -> str:
    """A value without control characters (line breaks stay: a message may have several lines)."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in value if c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) <= 0x9F))
