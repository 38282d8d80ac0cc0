"""The pictures of both READMEs, made by the current code from the bundled tickets (`make pictures`).

python -m tests.browser.readme_pictures WORKSPACE: a demo workspace; it is left published as of 2015-03-31.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.serving import CHROMIUM, FLAGS, page_address, serve, settle
from weisu.publishing import current
from weisu.settings import Workspace
from weisu.warehouse import connect

WEISU = Path(sys.executable).parent / "weisu"
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
AS_OF, MONTH = "2015-03-31", "2015-03"
SIZE = {"width": 1366, "height": 1000}
REBOUND = "select alert_id from marts.mart_alerts where category_key like '%Rodent%' order by area_key = '*' desc, raised_on desc limit 1"


def main() -> None:
    """Build as of the end of March 2015, take the alert desk and the report's first page in both languages."""
    workspace = Workspace(Path(sys.argv[1]).resolve())
    PICTURES.mkdir(parents=True, exist_ok=True)
    subprocess.run([WEISU, "build", "--as-of", AS_OF, "--workspace", workspace.root], check=True)
    con = connect(current(workspace).path, read_only=True)
    (alert_id,) = con.execute(REBOUND).fetchone()
    con.close()
    for lang in ("zh", "en"):
        with serve(workspace, lang=lang) as address:
            shoot_alert(
                page_address(address, "alerts", f"lang={lang}&alert={alert_id}"), PICTURES / f"alert-desk-{lang}.png"
            )
        picture_report(workspace, lang, PICTURES / f"report-monthly-{lang}.png")


def shoot_alert(address: str, target: Path) -> None:
    """One screen of the alert desk."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(address)
        settle(page)
        page.screenshot(path=str(target))
        browser.close()


def picture_report(workspace: Workspace, lang: str, target: Path) -> None:
    """The first page of the monthly report as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        order = ["report", "monthly", "--month", MONTH, "--lang", lang, "--format", "pdf", "-o", folder]
        subprocess.run([WEISU, *order, "--workspace", workspace.root], check=True)
        pdf = next(Path(folder).glob("*.pdf"))
        subprocess.run(
            ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile", pdf, target.with_suffix("")],
            check=True,
        )


if __name__ == "__main__":
    main()
