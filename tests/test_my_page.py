"""My data as a page: on a phone, in the dark, for a screen reader, and with hostile words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

from bot import my_page
from bot.domain.people import Person
from bot.services import answers, contributions, moderating, my_data, offers, sealed_answers
from tests.browser import chromium
from tests.builders import HandClock, World, open_app, open_ask, open_poll, resident, wording
from tests.lived_in import lived_in
from tests.test_forms import EVIL

PHONE: ViewportSize = {"width": 360, "height": 640}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def _of_a_resident(world: World) -> Person:
    """Somebody with something in every part, whose words and whose organisers' are hostile."""
    app, one = world.app, await resident(world, "5")
    poll, hidden = (
        await open_poll(world, EVIL, options=(EVIL, "By the shop")),
        await open_poll(world, sealed=True),
    )
    ask = await open_ask(world, EVIL)
    await answers.answer(app, one, poll.id, ["0"])
    await sealed_answers.answer(app, one, hidden.id, ["0"])
    made = await contributions.contribute(app, one, ask.id, [f"{EVIL}\n{'long' * 200}"])
    await moderating.ask_author(app, world.organiser, made.id, EVIL)
    offer = await offers.begin(app, world.organiser, one.platform_id, "c", "javascript:alert(1)")
    await offers.ask(app, world.organiser, offer.id, ask.id, [EVIL])
    return one


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The pages of a resident, of an organiser, and of somebody of whom little is held."""

    async def made() -> list[Path]:
        folder = tmp_path_factory.mktemp("pages")
        app, found = await open_app(folder, HandClock()), []
        world = await lived_in(app)
        witness = Person(world.community.id, "witness-1")
        for number, one in enumerate((await _of_a_resident(world), world.organiser, witness)):
            held = await my_data.held(app, one)
            file = folder / f"{number}.html"
            file.write_text(my_page.page(wording(), "en", ZoneInfo("Europe/London"), held), encoding="utf-8")
            found.append(file)
        await app.database.close()
        return found

    return asyncio.run(made())


@pytest.fixture(scope="module")
def browser(pages: object) -> Iterator[Browser]:
    # After the pages: Playwright runs a loop of its own, and there can be only one.
    with chromium() as started:
        yield started


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("place", range(3))
def test_the_page_can_be_read_by_everybody_and_asks_for_nothing_from_outside(
    browser: Browser, pages: list[Path], place: int, scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    file, asked = pages[place], list[str]()
    page = browser.new_page(viewport=PHONE, color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.locator("script, img, link, iframe, a").count() == 0
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    assert page.screenshot(path=tmp_path / "page.png", full_page=True)
    # axe is a script of ours from outside the page, which the page itself would not let in.
    loose = browser.new_context(bypass_csp=True, color_scheme=scheme).new_page()
    loose.goto(file.as_uri())
    found = Axe().run(loose)
    assert found.violations_count == 0, found.generate_report()


def test_words_of_people_are_only_text_and_times_are_those_of_their_clocks(pages: list[Path]) -> None:
    resident_s, organiser_s, witness_s = (file.read_text(encoding="utf-8") for file in pages)
    for text in (resident_s, organiser_s, witness_s):
        for alive in ("<script", "<img", "href=", "onerror=alert(2)>"):
            assert alive not in text
        assert text.count("</title>") == text.count("</style>") == 1
    # The clock stands at 9:00 in UTC, which is 10:00 in a British summer.
    assert "Open until Thursday 20 May 2027, 10:00." in resident_s
    assert "_ms" not in resident_s
    for part in ("Your answers", "Your answers without names", "Your ideas", "What the record has of you"):
        assert f">{part}</h2>" in resident_s
    assert "You chose" not in witness_s
    assert "We send you the number that proves the record" in witness_s
