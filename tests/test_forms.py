"""Forms to print: in a browser, on A4, and as a screen reader finds them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from bot import forms, wiring
from bot.domain.weighing import WEIGH
from bot.services import drafts, printing, weighing
from tests.browser import chromium
from tests.builders import HandClock, World, open_app, open_ask, open_poll, set_up

A4 = {"width": 794, "height": 1123}
"""Pixels of CSS, of which an inch has 96."""
EVIL = (
    "<script>alert(1)</script> & \"quoted\" <img src=x onerror=alert(2)> </title></style> 'é' \u202e {braces}"
)
KINDS = ("pick", "approve", "ask", "question", WEIGH)


async def _open(world: World, kind: str) -> int:
    if kind == "question":
        begun = await drafts.begin(world.app, world.organiser, world.initiative.id, "ask", ask=kind)
        changes = {
            "question": EVIL,
            "owner": EVIL[:60],
            "facts": EVIL,
            "closes_ms": world.now + 9 * 86_400_000,
        }
        await drafts.change(world.app, world.organiser, begun.id, **changes)
        return (await drafts.publish(world.app, world.organiser, begun.id)).id
    if kind == "ask":
        return (await open_ask(world)).id
    if kind == WEIGH:
        begun = await drafts.begin(world.app, world.organiser, world.initiative.id, WEIGH)
        await weighing.add(world.app, world.organiser, begun.id, [EVIL, "More lamps"])
        changes = {"question": "Where do you stand?", "closes_ms": world.now + 9 * 86_400_000}
        await drafts.change(world.app, world.organiser, begun.id, **changes)
        return (await drafts.publish(world.app, world.organiser, begun.id)).id
    return (await open_poll(world, options=(EVIL, "By the shop"), kind=kind)).id


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """A page of two forms for each kind, with its receipts."""

    async def made() -> dict[str, tuple[Path, tuple[str, ...]]]:
        folder = tmp_path_factory.mktemp("pages")
        app = await open_app(folder, HandClock())
        world, found = await set_up(app), {}
        for kind in KINDS:
            which = await _open(world, kind)
            printed = await printing.forms(app, world.community.id, which, 2, world.organiser)
            file = folder / f"{kind}.html"
            file.write_text(forms.page(wiring.load_wording(), "en", printed), encoding="utf-8")
            found[kind] = file, printed.receipts
        await app.database.close()
        return found

    return asyncio.run(made())


@pytest.fixture(scope="module")
def browser(pages: object) -> Iterator[Browser]:
    # After the pages: Playwright runs a loop of its own, and there can be only one.
    with chromium() as started:
        yield started


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_no_accessibility_violation_and_asks_for_nothing_from_outside(
    browser: Browser, pages: dict[str, tuple[Path, tuple[str, ...]]], kind: str, tmp_path: Path
) -> None:
    file, receipts = pages[kind]
    page = browser.new_page(viewport={"width": A4["width"], "height": A4["height"]})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.locator("script, img, link, iframe").count() == 0
    assert page.locator("h1").count() == 2
    for receipt in receipts:
        assert page.get_by_text(receipt, exact=True).count() == 1
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24  # 18pt
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    assert page.screenshot(path=tmp_path / "form.png")
    # axe is a script of ours from outside the page, which the page itself would not let in.
    loose = browser.new_context(bypass_csp=True).new_page()
    loose.goto(file.as_uri())
    found = Axe().run(loose)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("kind", KINDS)
def test_each_form_starts_a_sheet_of_a4(
    browser: Browser, pages: dict[str, tuple[Path, tuple[str, ...]]], kind: str
) -> None:
    page = browser.new_page()
    page.goto(pages[kind][0].as_uri())
    both = page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    page.evaluate("document.querySelectorAll('section')[1].remove()")
    one = page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    assert (both, one > 0) == (2 * one, True)
    page.goto(pages[kind][0].as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelectorAll('section')[1]).breakBefore") == "page"


def test_every_word_of_others_is_only_text(pages: dict[str, tuple[Path, tuple[str, ...]]]) -> None:
    for file, _ in pages.values():
        text = file.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "<img" not in text
        assert text.count("</title>") == text.count("</style>") == 1


def test_how_long_words_are_kept_is_said_where_an_answer_may_be_late(
    pages: dict[str, tuple[Path, tuple[str, ...]]],
) -> None:
    said = {
        kind: "until it comes, and 12 months more" in file.read_text("utf-8")
        for kind, (file, _) in pages.items()
    }
    assert said == {kind: kind == "question" for kind in KINDS}
