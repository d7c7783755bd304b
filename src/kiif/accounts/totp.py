"""A code of an authenticator application works once (RFC 6238, 5.2).

allauth accepts a code of the neighbouring step too (`MFA_TOTP_TOLERANCE`: clocks differ, people type slowly) but
remembers a used code for one step only. We keep the last step that was used in the authenticator's row, and refuse any
code that is not newer.
"""

from __future__ import annotations

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

_KEY = "last_used_step"


@transaction.atomic
def use_once(authenticator: Authenticator, code: str) -> None:
    """Marks a valid code as used. Raises ValidationError for one that is not newer than the last one used."""
    row = Authenticator.objects.select_for_update(of=("self",)).get(pk=authenticator.pk)
    secret = decrypt(row.data["secret"])
    steps = [
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    step = max(steps, default=0)
    if step <= row.data.get(_KEY, 0):
        raise get_adapter().validation_error("incorrect_code")
    row.data[_KEY] = step
    row.save(update_fields=["data"])
