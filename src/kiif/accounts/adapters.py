from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in and sign-up as allauth does them, with mails that go through our outbox."""


class MFAAdapter(DefaultMFAAdapter):
    """Second factors as allauth does them."""
