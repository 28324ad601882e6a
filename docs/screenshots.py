"""Take the pictures in docs/images: `make screenshots`. Needs Debian's `chromium`.

Twelve pages, each by day, by night and on a phone, as `igkb serve` shows the records in kb/.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from served import serve  # noqa: E402  # after the path is set

from loaders.write import build  # noqa: E402

PAGES = {
    "front": "/",
    "institution": "/institution/igf-leadership-panel",
    "regime": "/institution/in",
    "post": "/post/igc-050909",
    "debate": "/debate/high-level-body",
    "map": "/map",
    "compare": "/compare?id=ietf&id=icann&id=itu",
    "timeline": "/timeline?year=2005",
    "search": "/kb/search?q=consensus",
    "question": "/kb/who-decides-by?rule=rough-consensus",
    "browse": "/browse?type=organic",
    "ask": "/kb?sql=select+kind,+count(*)+as+bodies+from+institution+where+kind+is+not+null+group+by+kind+order+by+2+desc",
}
WAYS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}


def main() -> None:
    """Build, serve, and take each picture."""
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("no `chromium` on the PATH; get it with: apt-get install chromium")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        db = Path(folder, "kb.db")
        build(ROOT / "kb", db)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with serve(db) as site:
            for way, how in WAYS.items():
                page = browser.new_context(**how).new_page()
                for name, path in PAGES.items():
                    page.goto(f"{site.url}{path}")
                    out = ROOT / "docs/images" / f"{name}-{way}.jpg"
                    page.screenshot(path=out, type="jpeg", quality=70)
                    print(out.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
