from kiif.accounts.models.consents import Consent, ConsentText
from kiif.accounts.models.devices import KnownDevice
from kiif.accounts.models.erasure import ErasureRequest
from kiif.accounts.models.user import User, UserManager
from kiif.accounts.models.visits import SupportVisit

__all__ = ["Consent", "ConsentText", "ErasureRequest", "KnownDevice", "SupportVisit", "User", "UserManager"]
