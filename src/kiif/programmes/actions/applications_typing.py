"""The team writes an application for somebody who asked: under a mandate, which never sends."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.actions import applications
from kiif.programmes.actions.call_common import require_run
from kiif.programmes.models import Application, Call
from kiif.questionnaires.actions import people
from kiif.ui.errors import Refused


@transaction.atomic
def type_for(
    *, call: Call, email: str, given_by: str, channel: str, given_on: dt.date, words: str, by: Actor
) -> Application:
    """The application of this person, begun if needed, that a colleague may now write. Without an account, it is
    offered to their address. Raises NotAllowed, Refused (closed, no form, nothing said)."""
    call = Call.objects.with_ties().select_for_update(of=("self",)).get(pk=call.pk)
    require_run(by, call)
    applications.may_begin(call, by)
    if call.collection is None:
        raise Refused(_("This call has no form yet."))
    mandate = people.give_mandate(
        collection=call.collection, email=email, given_by=given_by, channel=channel, given_on=given_on, words=words,
        by=by, use=applications.USE,
    )  # fmt: skip
    response = mandate.response
    known = Application.objects.filter(response=response).first()  # guarded: the answer that the mandate opens
    if known is not None:
        return known
    project = applications.new_project(call, None)
    if response.owner is not None:
        project.carriers.add(response.owner)
    return applications.attach(call, project, response, by)
