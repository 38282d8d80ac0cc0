"""Pictures of every page: light and dark, Chinese and English, two sizes.

    python -m tests.browser.screenshots OUT [--workspace DIR] [--only alerts] [--quick]

Without --workspace the synthetic fixture publication is shown.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.browser.serving import CHROMIUM, FLAGS, PAGES, page_address, serve, settle
from tests.fixtures_publication import make_workspace
from weisu.settings import Workspace

SIZES = ((1366, 768), (1920, 1080))


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--only", action="append", choices=PAGES)
    parser.add_argument("--quick", action="store_true", help="light zh and dark en at the small size only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(asked.workspace.resolve()) if asked.workspace else make_workspace(Path(folder) / "city")
        with serve(workspace) as address:
            shoot(address, asked.out, pages=asked.only or PAGES, quick=asked.quick)


def shoot(address: str, out: Path, *, pages: tuple[str, ...] | list[str] = PAGES, quick: bool = False) -> list[Path]:
    """Write `<page>-<lang>-<scheme>-<width>.png` for each combination, the whole page from top to end."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    kinds = (
        [("zh", "light", SIZES[0]), ("en", "dark", SIZES[0])]
        if quick
        else [(lang, scheme, size) for lang in ("zh", "en") for scheme in ("light", "dark") for size in SIZES]
    )
    made = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for lang, scheme, (width, height) in kinds:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale="zh-CN" if lang == "zh" else "en-GB",
            )
            page = context.new_page()
            for name in pages:
                made.append(
                    _shot(page, address, name, lang, out / f"{name}-{lang}-{scheme}-{width}.png", width, height)
                )
            context.close()
        browser.close()
    return made


def _shot(page: object, address: str, name: str, lang: str, target: Path, width: int, height: int) -> Path:
    page.set_viewport_size({"width": width, "height": height})  # type: ignore[attr-defined]
    page.goto(page_address(address, name, f"lang={lang}"))  # type: ignore[attr-defined]
    settle(page)
    whole = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return m ? m.scrollHeight : 0 })()"
    )  # type: ignore[attr-defined]
    page.set_viewport_size({"width": width, "height": max(height, min(int(whole) + 10, 4000))})  # type: ignore[attr-defined]
    settle(page)
    page.screenshot(path=str(target))  # type: ignore[attr-defined]
    return target


if __name__ == "__main__":
    main()
