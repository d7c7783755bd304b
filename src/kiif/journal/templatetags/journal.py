from typing import Any

from django import template
from django.db.models import Model
from django.template.context import RequestContext

from kiif.accounts.actor import VISITOR, of
from kiif.journal import registry
from kiif.journal.forms import JournalFilter
from kiif.journal.models import JournalEntry
from kiif.journal.readable import lines

register = template.Library()

#: How many entries the tab of a page shows; the page of the History has them all.
IN_TAB = 20


@register.inclusion_tag("journal/_history.html", takes_context=True)
def history(context: RequestContext, obj: Model) -> dict[str, Any]:
    """The History tab of an object; nothing at all for somebody who may not read it."""
    request = context.get("request")
    actor = of(request) if request else VISITOR
    if not registry.can_read_object(actor, obj):
        return {"readable": False}
    found = lines(JournalEntry.objects.about(obj).readable()[: IN_TAB + 1])
    meta = obj._meta
    return {
        "readable": True,
        "lines": found[:IN_TAB],
        "more": len(found) > IN_TAB,
        "app": meta.app_label,
        "model": meta.model_name,
        "pk": obj.pk,
        "form": JournalFilter(),
    }
