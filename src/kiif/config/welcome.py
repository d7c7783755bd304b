"""What the terminal says once the page can be opened, and what is still built behind it."""

from __future__ import annotations

from django.conf import settings

from kiif.config.speech import _


def show() -> None:
    """Prints the address and, on a demonstration, whom one may sign in as."""
    from kiif.accounts import demo_accounts
    from kiif.config import demo

    lines = ["", f"  kiif   {settings.BASE_URL}", ""]
    accounts = demo_accounts.listed() if settings.DEMO and demo.loaded() else []
    if accounts:
        width = max(len(account.email) for account in accounts)
        lines += [_("  Demonstration: sign in as…"), ""]
        lines += [f"    {account.email:<{width}}   {account.label}" for account in accounts]
        lines += ["", _("  Password of all of them: %(password)s") % {"password": demo_accounts.PASSWORD}, ""]
    lines += [_("  Ctrl-C stops everything."), ""]
    print("\n".join(lines), flush=True)


def left_to_build() -> tuple[tuple[str, ...], ...]:
    """Commands of `kiif` to run beside the server: tiles and small maps take a minute; pages do without meanwhile."""
    from kiif.opendata import base, paths
    from kiif.territories import maps

    if not base.is_built():
        return ()
    tiles = (("data", "build", "--if-missing", "--quiet"),) if not paths.tiles_path().exists() else ()
    return tiles if maps.all_drawn(maps.SMALLER) else (*tiles, ("prepare", "maps"))
