"""An HTML mail as a page of its own, locked up: it runs nothing, loads nothing, sends nothing."""

from django.http import HttpResponse

#: Styles of mails are written on their elements; everything else stays closed. Links may be followed.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-top-navigation-by-user-activation"
)


def html_page(html: str) -> HttpResponse:
    response = HttpResponse(html)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
