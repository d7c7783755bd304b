"""The team writes an application for somebody who asked: under a mandate, which never sends."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.programmes.actions import applications
from kiif.programmes.actions.call_common import require_run
from kiif.programmes.models import Application, Call
from kiif.programmes.queries import barred_from
from kiif.questionnaires.actions import people
from kiif.ui.errors import NotAllowed, Refused


@transaction.atomic
def type_for(
    *, call: Call, email: str, given_by: str, channel: str, given_on: dt.date, words: str, by: Actor
) -> Application:
    """The application of this person, begun if needed, that a colleague may now write. Without an account, it is
    offered to their address. Raises NotAllowed (a conflict of interest bars the writer), Refused (closed, no form,
    nothing said)."""
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
        _not_barred(known, by)
        return known
    project = applications.new_project(call, None)
    if response.owner is not None:
        project.carriers.add(response.owner)
    return applications.attach(call, project, response, by)


def _not_barred(application: Application, by: Actor) -> None:
    """A mandate gives back to nobody what a conflict took away."""
    if Application.objects.filter(pk=application.pk, pk__in=barred_from(by)).exists():  # guarded: asks for a bar
        raise NotAllowed(
            _("A conflict of interest keeps you away from this application: somebody else writes it for them.")
        )
