"""Who opens which page of accounts. A page about oneself is the same for every role; during a visit it stays closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.factories import World
from tests.permissions.matrix import LOGIN, Row, row


def _other(world: World) -> Mapping[str, Any]:
    """Another person's rows do not exist for anybody here."""
    return {"pk": world.people["carrier"].pk}


def _nothing(world: World) -> Mapping[str, Any]:
    return {"pk": 999_999}


#: a page about oneself; during a visit it belongs to the person alone
OWN = row(default=200, visitor=LOGIN, impersonating=403)
#: asks first to prove who one is (the people of the matrix have no password: a code by mail)
PROVES = row(default=302, visitor=LOGIN, impersonating=403)
OWN_POST = row(default=302, visitor=LOGIN, impersonating=403, method="post")
#: a door: whoever is signed in is sent on
DOOR = row(default=302, visitor=200, impersonating=403)
#: a step of signing in, without the steps before
STEP = row(default=302, visitor=LOGIN, impersonating=403)

ROWS: dict[str, Row] = {
    "account_login": DOOR,
    "account_signup": DOOR,
    "account_request_login_code": DOOR,
    "account_confirm_login_code": STEP,
    "account_email_verification_sent": STEP,
    "account_reset_password": row(default=200, impersonating=403),
    "account_confirm_password_reset_code": row(default=LOGIN, impersonating=403),
    "account_complete_password_reset": row(default=302, impersonating=403),
    "account_password_reset_completed": row(default=200, impersonating=403),
    "account_inactive": row(default=200, impersonating=403),
    "account_logout": row(default=200, visitor=302),
    "account_reauthenticate": row(default=403, visitor=LOGIN),
    "account_email": PROVES,
    "account_change_password": PROVES,
    "account_set_password": PROVES,
    "mfa_index": OWN,
    "mfa_login_webauthn": STEP,
    "mfa_authenticate": STEP,
    "mfa_reauthenticate": row(default=403, visitor=LOGIN),
    "mfa_reauthenticate_webauthn": row(default=403, visitor=LOGIN),
    "mfa_activate_totp": PROVES,
    "mfa_deactivate_totp": row(default=404, visitor=LOGIN, impersonating=403),
    "mfa_view_recovery_codes": row(default=404, visitor=LOGIN, impersonating=403),
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": row(default=404, visitor=LOGIN, impersonating=403),
    "mfa_list_webauthn": OWN,
    "mfa_add_webauthn": PROVES,
    "mfa_remove_webauthn": row(default=404, visitor=LOGIN, impersonating=403, kwargs=_nothing),
    "mfa_edit_webauthn": row(default=404, visitor=LOGIN, impersonating=403, kwargs=_nothing),
    "usersessions_list": OWN,
    "people:account": OWN,
    "people:profile": OWN,
    "people:my-data": OWN,
    "people:my-data-export": OWN_POST,
    "people:erasure": PROVES,
    "people:prove": OWN,
    "people:erasure-cancel": OWN_POST,
    "people:terms": row(default=302, visitor=LOGIN, impersonating=403),
    "people:text": row(default=200, kwargs=lambda world: {"kind": "terms"}),
    "people:text-accept": row(
        default=404, visitor=LOGIN, impersonating=403, method="post", kwargs=lambda world: {"kind": "terms"}
    ),
    "people:consent-withdraw": row(default=404, visitor=LOGIN, impersonating=403, method="post", kwargs=_nothing),
    "people:people": row(default=403, visitor=LOGIN),
    "people:visit-start": row(default=403, visitor=LOGIN, kwargs=_other),
    "people:visit-end": row(default=302, visitor=LOGIN, method="post"),
}
