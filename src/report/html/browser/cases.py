"""What the page promises, asked of it in Chromium. Run by `check`.

Expected counts are worked out here from the findings that the page carries, not read from what its script shows.
"""

import io
import json
import pathlib
import re
import sys
import unicodedata

from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

OUTCOMES = ["fail", "not_assessed", "pass", "not_applicable"]
LEVELS = ["none", "low", "medium", "high", "critical"]
PILLARS = ["confidentiality", "integrity", "availability"]


class Carried:
    """The findings in a page, read without its script."""

    def __init__(self, path: pathlib.Path):
        block = re.search(r'<script type="application/json" id="data">(.*?)</script>', path.read_text(), re.S)
        data = json.loads(block.group(1))
        rows, resources = data["rows"], data["resources"]
        self.total = data["total"]
        self.findings = []
        for place, kind in enumerate(rows["kind"]):
            digits = [kind // 5**power % 5 for power in range(4, -1, -1)]
            at = rows["resource"][place]
            rest = resources["rest"][at]
            check = data["checks"][rows["check"][place]]
            self.findings.append({
                "outcome": OUTCOMES[digits[0]], "severity": LEVELS[digits[1]],
                "impact": dict(zip(PILLARS, (LEVELS[digit] for digit in digits[2:]))),
                "check": check[0], "service": check[2], "about": check[:5],
                "name": resources["name"][at] or rest, "arn": resources["prefixes"][resources["prefix"][at]] + rest,
                "region": resources["regions"][resources["region"][at]],
                "account": resources["accounts"][resources["account"][at]],
                "message": data["messages"][rows["message"][place]],
                "detail": data["details"][rows["detail"][place] - 1] if rows["detail"][place] else "",
                "accepted": rows["exception"][place] > 0,
            })

    def count(self, **wanted) -> int:
        return sum(all(finding[name] == value for name, value in wanted.items()) for finding in self.findings)


def opened(browser: Browser, path: pathlib.Path, **options) -> Page:
    """The page, with whatever goes wrong in it held against it."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, **options)
    # Long enough for a machine that builds and tests beside this; nothing waits that long in vain.
    context.set_default_timeout(180_000)
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("dialog", lambda dialog: (page.wrong.append("dialog " + dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith("file:") or page.wrong.append("request " + request.url))
    page.goto(path.as_uri())
    return page


def shown(page: Page) -> int:
    text = page.locator("#status").inner_text()
    if text.startswith("None of"):
        return 0
    return int(text.split(" of ")[0].replace(",", ""))


def wait_until_shown(page: Page, count: int, why: str) -> None:
    """A link is followed a moment after the click."""
    for _ in range(1000):
        if shown(page) == count:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"{why}: {shown(page)} shown, {count} expected")


def set_box(page: Page, name: str, values: list[str]) -> None:
    for box in page.locator(f"input[name={name}]").all():
        box.set_checked(box.get_attribute("value") in values)


def the_first_view_shows_what_failed(page: Page, carried: Carried) -> None:
    assert shown(page) == carried.count(outcome="fail")
    rows = page.locator("#rows tr")
    assert rows.count() == min(50, carried.count(outcome="fail"))
    assert page.locator("#rows tr").first.inner_text().startswith("critical")


def each_filter_leaves_what_fits(page: Page, carried: Carried) -> None:
    for outcome in OUTCOMES:
        set_box(page, "outcome", [outcome])
        assert shown(page) == carried.count(outcome=outcome), outcome
    set_box(page, "outcome", [])
    assert shown(page) == len(carried.findings)
    for severity in LEVELS[1:]:
        set_box(page, "severity", [severity])
        assert shown(page) == carried.count(severity=severity), severity
    set_box(page, "severity", ["high", "critical"])
    assert shown(page) == carried.count(severity="high") + carried.count(severity="critical")
    set_box(page, "severity", [])
    for name in ("service", "account", "region", "check"):
        select = page.locator(f"select[name={name}]")
        values = sorted({finding[name] for finding in carried.findings})
        if select.count() == 0:
            assert len(values) == 1, name
            continue
        offered = [option.get_attribute("value") for option in select.locator("option").all()]
        assert sorted(filter(None, offered)) == values, name
        for value in values:
            select.select_option(value)
            assert shown(page) == carried.count(**{name: value}), (name, value)
            assert f"({shown(page):,})" in select.locator(f"option:checked").inner_text()
        select.select_option("")
    for pillar in PILLARS:
        page.locator("select[name=pillar]").select_option(pillar)
        hit = [finding for finding in carried.findings if finding["impact"][pillar] != "none"]
        assert shown(page) == len(hit), pillar
        set_box(page, "severity", ["high"])
        assert shown(page) == sum(finding["impact"][pillar] == "high" for finding in hit), pillar
        set_box(page, "severity", [])
    page.locator("button[type=reset]").click()
    assert shown(page) == carried.count(outcome="fail")


def text_is_looked_for_everywhere(page: Page, carried: Carried) -> None:
    set_box(page, "outcome", [])
    for words in (["orders"], ["lambda:function", "claims"], ["authorization", "none", "inner"], ["no such thing"]):
        page.locator("input[name=text]").fill(" ".join(words))

        def holds(finding: dict) -> bool:
            text = [finding["name"], finding["arn"], finding["message"], finding["detail"], *finding["about"]]
            return all(any(word in part.lower() for part in text) for word in words)
        expected = sum(holds(finding) for finding in carried.findings)
        # The type of a resource is looked through too; the cases have none in which it decides.
        wait_until_shown(page, expected, " ".join(words))
    page.locator("button[type=reset]").click()


def figures_of_the_head_lead_to_their_findings(page: Page, carried: Carried) -> None:
    for link in page.locator(".leg ul.open a").all():
        figure = int(link.locator("b").inner_text().replace(",", ""))
        link.evaluate("link => link.click()")
        wait_until_shown(page, figure, link.get_attribute("href"))
    for link in page.locator("#first .reach").all():
        if link.is_visible():
            link.evaluate("link => link.click()")
            wait_until_shown(page, int(link.inner_text().split(" of ")[0]), link.inner_text())
    page.locator("button[type=reset]").click()


def the_keyboard_does_everything(browser: Browser, path: pathlib.Path) -> None:
    page = opened(browser, path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("button.open").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("[...document.querySelectorAll('button.open')].indexOf(document.activeElement)") == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    first = page.locator("button.open").first
    assert first.get_attribute("aria-expanded") == "true"
    assert page.locator("#" + first.get_attribute("aria-controls")).is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('tr').className") in ("detail", "opened")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    assert page.locator("tr.detail").count() == 0
    page.locator("th button", has_text="Resource").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Resource")
    names = page.locator("#rows button.open").all_inner_texts()
    assert names == sorted(names), names
    assert page.wrong == [], page.wrong
    page.close()


def a_finding_opens_with_evidence_and_cure(page: Page) -> None:
    button = page.locator("#rows tr", has_text="lambda-public-url").first.locator("button.open")
    button.click()
    text = page.locator("tr.detail").inner_text()
    assert "arn:aws:lambda:" in text and "Evidence" in text and "exchange" in text, text
    assert "aws lambda update-function-url-config" in text and "How to mend" in text, text
    page.locator("tr.detail pre .copy").first.click()
    page.locator("tr.detail pre .copy", has_text="Copied").wait_for()
    assert page.locator("p[role=status].unseen").inner_text() == "Copied", "said to screen readers, too"
    button.click()


def the_address_keeps_the_filter(browser: Browser, page: Page, path: pathlib.Path, carried: Carried) -> None:
    set_box(page, "outcome", ["pass"])
    address = page.evaluate("location.href")
    again = page.context.new_page()
    again.goto(address)
    assert shown(again) == carried.count(outcome="pass")
    again.goto(path.as_uri() + "#mend-lambda-public-url")
    assert again.locator("#mend-lambda-public-url").is_visible()
    again.close()
    page.locator("button[type=reset]").click()


def names_do_nothing(page: Page) -> None:
    set_box(page, "outcome", [])
    for button in page.locator("button.open").all():
        button.click()
    assert page.evaluate("window.owned") is None
    assert page.locator("img, iframe, object, embed, base, link, form[action]").count() == 0
    assert page.locator("script").count() == 2
    hostile = page.evaluate(r"document.documentElement.innerText.match(/[\u202a-\u202e\u2066-\u2069\u001b\u200b]/g)")
    assert hostile is None, hostile
    assert "<script>" in page.locator("#rows").inner_text(), "the name is shown as it is written"
    assert r"\u{202e}" in page.locator("#rows").inner_text()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} pixels wider than the window"


def without_a_script_the_worst_is_there(browser: Browser, path: pathlib.Path, carried: Carried) -> None:
    page = opened(browser, path, java_script_enabled=False)
    assert page.locator("noscript").inner_text().startswith("Without a script")
    assert page.locator("#rows tr").count() == min(50, carried.count(outcome="fail"))
    assert not page.locator("#filters").is_visible()
    assert page.locator(".leg").count() == 3 and page.locator("#coverage table").count() > 2
    page.close()


def pages_are_turned(page: Page, carried: Carried) -> None:
    failed = carried.count(outcome="fail")
    pages = -(-failed // 50)
    assert page.locator("#page").inner_text() == f"Page 1 of {pages:,}"
    page.locator("[data-to=next]").click()
    assert page.locator("#page").inner_text() == f"Page 2 of {pages:,}"
    page.locator("[data-to=last]").click()
    assert page.locator("#rows tr").count() == failed - 50 * (pages - 1)
    assert page.locator("[data-to=next]").get_attribute("aria-disabled") == "true"
    page.locator("[data-to=first]").click()


def sections_are_there_and_open(page: Page, carried: Carried) -> None:
    names = page.locator(".top nav a").all_inner_texts()
    assert names == ["Overview", "First", "Findings", "Paths", "Capacity", "Scores", "Frameworks", "Settings", "Coverage",
                     "Cures"], names
    for link in page.locator(".top nav a").all():
        target = link.get_attribute("href")
        link.click()
        assert page.locator(target).evaluate(
            "section => { const {top, bottom} = section.getBoundingClientRect(); return top < innerHeight && bottom > 0; }"), target
    drawn = page.locator("#paths .picture svg")
    assert drawn.count() == 2 and all(one.bounding_box()["width"] > 400 for one in drawn.all())
    assert "claims" in drawn.first.locator("text.name", has_text="claims").first.inner_html()
    # A region opens by the keyboard.
    region = page.locator("#capacity details.folded").first
    assert not region.locator(".picture").first.is_visible()
    region.locator("summary").focus()
    page.keyboard.press("Enter")
    assert region.locator(".picture svg").first.is_visible()
    figures = page.locator("#scores tbody tr")
    assert figures.count() == len({finding["service"] for finding in carried.findings})
    for row in figures.all():
        row.locator("a").click()
        service = row.locator("a").inner_text()
        wait_until_shown(page, carried.count(outcome="fail", service=service), service)
        open_findings = sum(int(cell.replace(",", "")) for cell in row.locator("td").all_inner_texts()[-4:])
        assert open_findings == shown(page), "what the row counts is what its link lists"
    page.locator("button[type=reset]").click()
    framework = page.locator(".framework").first
    framework.locator("summary").first.click()
    assert framework.locator("table").first.is_visible()
    serving = framework.locator("td.check a").first
    serving.click()
    wait_until_shown(page, carried.count(check=serving.inner_text()), "the check of a control")
    page.goto(page.url.split("#")[0] + "#findings?check=no-such-check")
    wait_until_shown(page, 0, "a filter that names what no finding has")
    page.locator("button[type=reset]").click()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} pixels wider than the window"


def what_is_settled_stands_apart(page: Page, carried: Carried) -> None:
    own = [finding for finding in carried.findings if finding["service"] == "tripod"]
    assert own and all(set(finding["impact"].values()) == {"none"} for finding in own), "the legs do not count them"
    checks = [row.locator("td.check").inner_text() for row in page.locator("#rows tr").all()]
    places = [place for place, check in enumerate(checks) if check.startswith("tripod-")]
    assert places == list(range(len(checks) - len(places), len(checks))), checks
    assert "tripod-" not in page.locator("#first").inner_text()
    assert page.locator("#settings table").count() == 3
    page.locator("#settings a[href*=accepted]").click()
    wait_until_shown(page, carried.count(accepted=True), "accepted ones")
    page.locator("button.open").first.click()
    assert "by blue team until 2027-01-31: a honeypot" in page.locator("tr.detail").inner_text()


def it_prints(page: Page, carried: Carried, rows: int) -> str:
    document = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(one.extract_text() for one in document.pages)
    # Letters that the font joins are one letter in the PDF.
    flat = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    assert "Whattodofirst" in flat and "Populationandcoverage" in flat
    assert "Copy" not in text and "Reset" not in text, "controls are not printed"
    assert sum(text.count(level) for level in LEVELS[1:]) >= rows
    assert document.metadata.title.startswith("Tripod: ")
    assert page.locator("#rows tr").count() <= 50, "the screen is as before"
    return flat


def axe_finds_nothing(browser: Browser, path: pathlib.Path, axe: str, **options) -> None:
    # The policy of the page lets no other script in, axe's neither.
    page = opened(browser, path, bypass_csp=True, **options)
    page.locator("button.open").first.click()
    for details in page.locator("#coverage details, .framework, .more, .folded").all():
        details.evaluate("element => { element.open = true; }")
    page.locator("details.guide").first.evaluate("element => { element.open = true; }")
    page.evaluate(pathlib.Path(axe).read_text())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]]) for one in result["violations"]]
    assert not told, json.dumps(told, indent=1)
    assert len(result["passes"]) > 20, "the rules ran"
    page.close()


def pictures(browser: Browser, path: pathlib.Path, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page = opened(browser, path, color_scheme=scheme)
        page.screenshot(path=folder / f"html-report-{scheme}.png")
        page.close()
    page = opened(browser, path)
    page.locator("button.open").first.click()
    page.evaluate("document.getElementById('findings').scrollIntoView()")
    page.screenshot(path=folder / "html-report-findings.png")
    page.close()
    page = opened(browser, path)
    page.evaluate("document.getElementById('paths')?.scrollIntoView()")
    page.screenshot(path=folder / "html-report-paths.png")
    page.close()


def main() -> None:
    folder, chromium, axe, images = sys.argv[1:]
    names = ("plain", "hostile", "many", "account", "hostile-account", "settled")
    plain, hostile, many, account, hostile_account, settled = (
        pathlib.Path(folder).resolve() / f"{name}.html" for name in names)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if images != "-":
            pictures(browser, plain, pathlib.Path(images))
            return
        carried = Carried(plain)
        page = opened(browser, plain)
        the_first_view_shows_what_failed(page, carried)
        each_filter_leaves_what_fits(page, carried)
        text_is_looked_for_everywhere(page, carried)
        figures_of_the_head_lead_to_their_findings(page, carried)
        the_keyboard_does_everything(browser, plain)
        a_finding_opens_with_evidence_and_cure(page)
        the_address_keeps_the_filter(browser, page, plain, carried)
        it_prints(page, carried, carried.count(outcome="fail"))
        without_a_script_the_worst_is_there(browser, plain, carried)
        assert page.wrong == [], page.wrong

        carried = Carried(account)
        page = opened(browser, account)
        sections_are_there_and_open(page, carried)
        figures_of_the_head_lead_to_their_findings(page, carried)
        text = it_prints(page, carried, carried.count(outcome="fail"))
        assert "Escalationandexposure" in text and "Whatfailsfirst" in text and "Scoresbypart" in text
        assert page.wrong == [], page.wrong

        carried = Carried(settled)
        page = opened(browser, settled)
        figures_of_the_head_lead_to_their_findings(page, carried)
        what_is_settled_stands_apart(page, carried)
        assert page.wrong == [], page.wrong

        for path in (hostile, hostile_account):
            page = opened(browser, path)
            names_do_nothing(page)
            assert page.wrong == [], page.wrong

        carried = Carried(many)
        page = opened(browser, many)
        the_first_view_shows_what_failed(page, carried)
        pages_are_turned(page, carried)
        it_prints(page, carried, 1000)
        assert page.wrong == [], page.wrong
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        print(f"first paint of {carried.total} findings after {paint:.0f} ms")

        if axe != "-":
            for path in (plain, hostile, account, settled):
                for scheme in ("light", "dark"):
                    axe_finds_nothing(browser, path, axe, color_scheme=scheme)
            for path in (plain, account):
                axe_finds_nothing(browser, path, axe, is_mobile=True, device_scale_factor=2)
        browser.close()
    print("the page keeps its promises in Chromium" + ("" if axe != "-" else "; axe-core's rules were not checked"))


if __name__ == "__main__":
    main()
