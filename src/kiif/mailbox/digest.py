"""The mail that tells several at once. It is written at the moment of sending, from what its reader may still see."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import ngettext

from kiif.mailbox import markup, recipients, registry, texts
from kiif.mailbox.enums import State
from kiif.mailbox.markup import Block, Link, Value, Words
from kiif.mailbox.models import Mail

KIND = "mailbox.digest"


def write(mail: Mail) -> bool:
    """Writes the digest anew from its items; withholds those that may not be told. False if nothing is left."""
    told = []
    for item in mail.items.filter(state=State.QUEUED).select_related("to").order_by("created_at", "pk"):
        reason = recipients.why_not(item)
        if reason is None:
            told.append(item)
        else:
            item.state, item.reason = State.WITHHELD, reason
            item.save(update_fields=["state", "reason"])
    if not told:
        return False
    kind = registry.kind(KIND)
    text = texts.current(kind, mail.language, mail.scope)
    with translation.override(mail.language):
        count = ngettext("%(count)s message", "%(count)s messages", len(told)) % {"count": len(told)}
        values = {**registry.ALWAYS, "recipient_name": mail.to.get_short_name() if mail.to else "", "count": count}
        blocks = _with_items(markup.parse(text.body), told)
        mail.subject = " ".join(markup.fill_line(text.subject, {**values, "items": ""}).split())
        mail.text = markup.to_text(blocks, {**values, "items": ""})
        mail.html = str(markup.to_html(blocks, {**values, "items": ""}))
    return True


def _with_items(blocks: tuple[Block, ...], items: list[Mail]) -> tuple[Block, ...]:
    """The paragraph `{items}` replaced by the list of what there is to tell."""
    lines = tuple(_line(item) for item in items)
    return tuple(Block(lines, is_list=True) if block.lines == ((Value("items"),),) else block for block in blocks)


def _line(item: Mail) -> markup.Line:
    if item.url and markup.is_address(item.url):
        return (Link((Words(item.subject),), Words(item.url)),)
    return (Words(item.subject),)
