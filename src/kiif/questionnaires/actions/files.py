"""Files of an answer: attached to it through the one room that checks files, then named by their question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.attachments import actions as attachments
from kiif.attachments import kinds
from kiif.attachments.models import Attachment
from kiif.attachments.names import clean_name, extensions
from kiif.questionnaires.actions.answer_common import allow
from kiif.questionnaires.actions.saving import Sent, hand, save
from kiif.questionnaires.definition import Page
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.models import Response
from kiif.questionnaires.windows import why_not_write
from kiif.ui.errors import Refused


def _hand(by: Actor, response: Response, links: Iterable[str]) -> Actor:
    """Who adds the file: the person, or the house for whoever answers by a personal link (checked before)."""
    allow("edit", by, response, links)
    if refusal := why_not_write(response):
        raise Refused(refusal)
    return hand(by)


def add(
    *, response: Response, key: str, upload: UploadedFile[bytes], by: Actor, links: Iterable[str] = ()
) -> Attachment:
    """Attaches a file to a question. Raises NotAllowed, Refused (kind, size, number, virus, question not asked)."""
    adder, dossier = _hand(by, response, links), Dossier(response)
    question: Any = dossier.definition.by_id.get(key)
    if question is None or question.kind != "files":
        raise Refused(_("No file is asked for here."))
    if not dossier.state.questions[key].relevant:
        raise Refused(_("This question is not asked, given your other answers: the file was not kept."))
    held = dossier.values.get(key)
    present = held["files"] if isinstance(held, dict) and "files" in held else []
    if len(present) >= question.at_most:
        raise Refused(_("At most %(n)s files here: remove one first.") % {"n": question.at_most})
    _check_kind(question, upload.name or "")
    attachment = attachments.attach(owner=response, upload=upload, by=adder)
    value = {"files": [*present, str(attachment.public_id)]}
    outcome = save(response=response, sent={key: Sent(value, response.revision, held)}, by=by, links=links)
    if refusal := outcome.refused.get(key):
        attachments.remove(attachment=attachment, by=adder)
        raise Refused(refusal)
    return attachment


def _check_kind(question: Any, name: str) -> None:
    ends = extensions(clean_name(name))
    kind = kinds.of_extension(ends[-1]) if ends else None
    if question.accepted and (kind is None or kind.key not in question.accepted):
        wanted = ", ".join(str(one.label) for one in kinds.KINDS if one.key in question.accepted)
        raise Refused(_("Here, send one of these: %(kinds)s.") % {"kinds": wanted})


def add_sent(
    *, response: Response, page: Page, uploads: Mapping[str, Any], by: Actor, links: Iterable[str] = ()
) -> dict[str, str]:
    """Attaches what the fields "file.<question>" of a page sent; gives the sentences of what was refused."""
    refused: dict[str, str] = {}
    for question in page.questions:
        for upload in getattr(uploads, "getlist", uploads.get)(f"file.{question.id}") or []:
            try:
                add(response=response, key=question.id, upload=upload, by=by, links=links)
            except Refused as refusal:
                refused[question.id] = str(refusal)
    return refused


def drop(*, response: Response, name: str, by: Actor, links: Iterable[str] = ()) -> None:
    """Takes a file off; `name`: "<question>:<file>". What was sent keeps its files. Raises NotAllowed, Refused."""
    _hand(by, response, links)
    key, _colon, public_id = name.partition(":")
    dossier = Dossier(response)
    held = dossier.values.get(key)
    files = held.get("files", []) if isinstance(held, dict) else []
    if public_id not in files:
        raise Refused(_("This file is not attached here any more."))
    left = [one for one in files if one != public_id]
    sent = {key: Sent({"files": left} if left else None, response.revision, held)}
    if refusal := save(response=response, sent=sent, by=by, links=links).refused.get(key):
        raise Refused(refusal)
