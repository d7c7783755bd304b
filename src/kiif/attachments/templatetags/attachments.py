from typing import Any

from django import template
from django.db.models import Model
from django.template.context import RequestContext

from kiif.accounts.actor import VISITOR, of
from kiif.attachments import registry
from kiif.attachments.forms import AttachForm
from kiif.attachments.models import Attachment

register = template.Library()


@register.inclusion_tag("attachments/_attachments.html", takes_context=True)
def attachments(context: RequestContext, obj: Model) -> dict[str, Any]:
    """The files of an object and the form to add one; nothing for somebody who may not read them."""
    request = context.get("request")
    actor = of(request) if request else VISITOR
    if not registry.can_read(actor, obj):
        return {"readable": False}
    return {
        "readable": True,
        "files": list(Attachment.objects.visible_on(actor, obj)),
        "writable": registry.can_write(actor, obj),
        "app": obj._meta.app_label,
        "model": obj._meta.model_name,
        "pk": obj.pk,
        "form": AttachForm(auto_id="attach_%s"),
        "next": request.get_full_path() if request else "",
        "csrf_token": context.get("csrf_token", ""),
    }
