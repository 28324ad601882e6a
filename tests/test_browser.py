"""The pages in a real browser: what a reader clicks, copies and sees, with scripts and without."""

import json
import re
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ["/", "/institution/ietf", "/institution/in", "/post/igc-050909", "/source/rfc7282",
         "/person/milton-mueller", "/term/relation-kinds", "/about", "/kb", "/kb/institution",
         "/kb/what-each-speaker-says", "/kb/search?q=consensus", "/map",
         "/map?show=member:budapest-convention&year=2010", "/compare?id=cn&id=eu&id=ru&id=us",
         "/institution/fr", "/debate/high-level-body", "/timeline?year=2005", "/contested", "/network", "/schema",
         "/institution/icann?on=2000-01-01", "/browse", "/browse?type=organic&decision_rule=rough-consensus",
         "/correct/icann_founded", "/query/never-created", "/q?sql=select+1", "/kb?sql=select+type,count(*)+as+n+from+institution+group+by+type"]  # fmt: skip


@pytest.fixture
def visit(page, site):
    """Open a path; whatever the browser complains of fails the test at its end."""
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def go(path):
        assert page.goto(site.url + path).status == 200
        return page

    yield go
    assert complaints == []


def test_from_the_front_page_to_a_body_and_on_to_the_words_it_rests_on(visit, context):
    page = visit("/")
    page.get_by_role("link", name="IETF Internet Engineering Task Force").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Internet Engineering Task")
    first = page.locator(".marks a").first
    number = first.inner_text().strip("[]")
    first.click()
    note = page.locator(f"#note-{number}")
    assert note.evaluate("n => n.matches(':target')")
    link = page.locator('.places a.out[href*="#:~:text="]').first
    fragment = link.get_attribute("href").split("#:~:text=")[1]
    words = " and so on ".join(unquote(part) for part in fragment.split(","))
    filler = "<p>something else</p>" * 300
    context.route(
        re.compile(r"^https://"),
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8", body=f"{filler}<p id=here>{words}</p>{filler}"
        ),
    )
    link.click()
    page.wait_for_selector("#here")
    page.wait_for_function("scrollY > 1000", timeout=5000)  # the fragment led to the words


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_number_unfolds_its_place_and_the_page_stays_where_it_is(scripts, browser, site):
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(site.url + "/institution/icann")
    mark = page.locator("dl.facts .marks a").nth(12)
    mark.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    mark.click()
    number = mark.inner_text().strip("[]")
    note = page.locator(f"#note-{number}")
    box, window = note.bounding_box(), page.viewport_size
    assert box["y"] > 0 and box["y"] + box["height"] <= window["height"]
    source = note.locator("xpath=ancestor::li")
    assert source.locator(".source-title").is_visible()
    assert [
        li.get_attribute("id") for li in source.locator(".places li").all() if li.is_visible()
    ] == [f"note-{number}"]
    assert page.evaluate("scrollY") == before
    if scripts:
        for fold in (
            lambda: page.keyboard.press("Escape"),
            page.get_by_role("button", name="Close").click,
        ):
            fold()
            page.wait_for_url(site.url + "/institution/icann")
            assert page.evaluate("scrollY") == before
            mark.click()
    page.context.close()


def test_a_query_of_ones_own_is_answered(visit):
    page = visit("/kb?sql=select+id,+name+from+institution+where+id+=+'ietf'")
    assert page.locator("table.rows-and-columns td").all_inner_texts() == [
        "ietf",
        "Internet Engineering Task Force",
    ]


def test_a_named_question_offers_what_may_be_entered(visit):
    page = visit("/kb/who-decides-by")
    assert page.locator("datalist option[value='rough-consensus']").count() == 1
    page.get_by_label("rule").fill("rough-consensus")
    with page.expect_navigation():
        page.get_by_role("button", name="Ask").click()
    assert set(page.locator("td.col-rule").all_inner_texts()) == {"rough-consensus"}


def test_search_leads_to_a_body(visit):
    page = visit("/")
    page.get_by_label("Search names, facts, claims and sources").fill("engineering task")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Internet Engineering Task Force").first.click()
    assert page.url.endswith("/institution/ietf")


@pytest.mark.parametrize(
    ("button", "start"),
    [("Copy BibTeX", "@"), ("Copy", "igkb contributors"), ("Copy RIS with its sources", "TY  - ")],
)
def test_a_citation_is_copied(button, start, visit, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit("/institution/ietf")
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith(start)


def test_a_citation_is_copied_with_the_keyboard_alone(visit, context):
    """From the front page: type a name into the search, go on with Tab and Enter, copy."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit("/")

    def tab_to(name, at_most):
        for _ in range(at_most):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "document.activeElement?.textContent || document.activeElement?.name"
            )
            if focused.strip() == name:
                return
        raise AssertionError(f"{name} is not reached in {at_most} steps")

    tab_to("Skip to the content", 1)
    page.keyboard.press("Enter")
    tab_to("q", 1)
    page.keyboard.type("IETF")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=IETF")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to("Internet Engineering Task Force", 8)
    page.keyboard.press("Enter")
    page.wait_for_url("**/institution/ietf")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to("Cite", 20)
    page.keyboard.press("Enter")
    tab_to("Copy", 3)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("igkb contributors")


def test_pages_are_whole_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + "/institution/ietf")
    assert "igkb contributors" in page.locator("#cite-text").inner_text()
    assert page.get_by_role("button", name="Copy").count() == 0
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(path, visit, page):
    page.set_viewport_size({"width": 390, "height": 844})
    visit(path)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_on_a_phone_each_value_of_an_answer_tells_its_column(visit, page):
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/query/budapest-and-hanoi")
    cells = page.locator(".rows-and-columns tbody tr").first.locator("td:not(:empty)")
    told = "cell => getComputedStyle(cell, '::before').content + getComputedStyle(cell).display"
    for cell in cells.all():
        assert cell.evaluate(told) == f"{json.dumps(cell.get_attribute('data-label') + ': ')}block"
    assert cells.count() > 3


# The lowest contrast of any text with what lies behind it, as WCAG 2.1 reckons it.
CONTRAST = """() => {
  const part = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const numbers = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
  };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const style = getComputedStyle(e);
    if (!own || !e.offsetParent || e.closest('.CodeMirror')) continue;
    const [a, b] = [light(numbers(style.color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 120)];
  }
  return worst;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_from_its_ground_by_day_and_by_night(path, visit, page):
    visit(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (int(re.findall(r"\d+", ground)[0]) < 64) == (scheme == "dark")
        ratio, where = page.evaluate(CONTRAST)
        assert ratio >= 4.5, (scheme, where)


def test_every_field_has_a_name(visit):
    for path in ("/", "/kb", "/kb/institution", "/kb/who-decides-by"):
        page = visit(path)
        nameless = page.evaluate("""() => [...document.querySelectorAll(
            'input:not([type=hidden], [type=submit]), select, textarea')].filter(f => f.offsetParent
            && !f.labels?.length && !f.ariaLabel).map(f => f.outerHTML)""")
        assert nameless == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_barrier_by_day_by_night_and_on_a_phone(path, visit, page):
    visit(path)
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        told = [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found]
        assert told == [], (scheme, width)
