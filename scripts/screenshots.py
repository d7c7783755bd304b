"""Takes the pictures of the README: `python scripts/screenshots.py http://127.0.0.1:8000` on a running demonstration.

Signs in as the coordination with the password of the demonstration. Needs what the tests need (a Chromium of the
system); pictures go to docs/img.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kiif.accounts.demo_accounts import PASSWORD

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "img"
SIZE = {"width": 1440, "height": 900}
EMAIL = "coordination@kiif.example"


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/compte/connexion/")
    page.fill("input[type=email]", EMAIL)
    page.fill("input[type=password]", PASSWORD)
    page.press("input[type=password]", "Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)


def take(page: Page, url: str, name: str) -> None:
    page.goto(url, wait_until="networkidle")
    if page.locator("[data-map]").count():
        page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    page.screenshot(path=FOLDER / name)
    print(FOLDER / name)


def main(base: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport=SIZE, locale="fr-FR", timezone_id="Europe/Paris")  # type: ignore[arg-type] # width and height
        page = context.new_page()
        take(page, f"{base}/", "home.png")
        sign_in(page, base)
        take(page, f"{base}/territoires/intercommunalite/243500741/", "territory.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
