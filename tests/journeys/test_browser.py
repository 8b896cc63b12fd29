"""Practice as people meet it: the page in a browser, pressed and typed into."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
PATIENCE_MS = 20_000
AGAIN_S = 3
PRACTICE = [sys.executable, "-m", "bot", "practice"]
WHERE = {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def practice(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A practice that runs in a folder of its own, and stops cleanly."""
    folder.mkdir()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*PRACTICE, *options], cwd=folder, env=WHERE, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield process
            process.send_signal(signal.SIGINT)
            _, trouble = process.communicate(timeout=20)
            assert (process.returncode, trouble) == (0, "")
        finally:
            process.kill()


def address(process: subprocess.Popen[str]) -> str:
    """The address that a practice says to open; it says six lines in all."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(6)]
    found = re.search(r"http://127\.0\.0\.1:\S+", lines[0])
    assert found is not None, lines
    return found[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


class Screen:
    """What one person at a browser does and sees."""

    def __init__(self, page: Page, url: str, shots: Path) -> None:
        self.page = page
        self.said = page.locator("#channel-message-list")
        self._shots = shots
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": 1000, "height": 860})
        page.goto(url)
        page.locator("#channel-composer-input").wait_for()

    def become(self, name: str) -> None:
        self.page.get_by_label("Viewing as").select_option(label=name)
        expect(self.page.locator("#action-status")).not_to_have_text(re.compile("…"), timeout=PATIENCE_MS)

    def reads(self, words: str) -> None:
        expect(self.said).to_contain_text(words, timeout=PATIENCE_MS)

    def press(self, label: str, then: str) -> None:
        """Press the newest button of this name, again where the page asks for it, and read what comes."""
        button = self.said.get_by_role("button", name=label, exact=True).last
        expect(button, self.page.locator("#preview-app").inner_text()).to_be_visible(timeout=PATIENCE_MS)
        self._click(button, then)

    def _click(self, button: Locator, then: str) -> None:
        """Click, and again, as people do, where the page has let it fall: it is busy with itself at times."""
        until, again = time.monotonic() + PATIENCE_MS / 1000, 0.0
        while then not in self.page.locator("#preview-app").inner_text():
            assert time.monotonic() < until, f"no {then!r} came, but {self.said.inner_text()}"
            status = self.page.locator("#action-status").inner_text()
            idle = "…" not in status and time.monotonic() > again
            if idle or status == "Action was not completed.":
                button.click()
                again = time.monotonic() + AGAIN_S
            self.page.wait_for_timeout(100)

    def types(self, command: str, option: str = "", *, then: str) -> None:
        """Type a command, choose it, send it, again where the page asks for it, and read what comes."""
        self.page.locator("#channel-composer-input").fill(f"/{command}")
        self.page.get_by_role("option").filter(has_text=f"/{command}").first.wait_for()
        self.page.keyboard.press("Enter")
        chosen = self.page.locator("#channel-composer").get_by_text(f"/{command}", exact=True)
        chosen.first.wait_for()
        if option:
            self.page.keyboard.type(option[:5])
            self.page.get_by_role("option").filter(has_text=option).first.wait_for()
            self.page.keyboard.press("Enter")
        send = self.page.locator("#channel-composer").get_by_role("button", name="Send", exact=True)
        self._click(send, then)

    def fills(self, form: str, fields: dict[str, str], then: str) -> None:
        """Open a form by its button, fill it in, and send it."""
        self.press(form, next(iter(fields)))
        dialog = self.page.locator("#modal-root")
        for label, text in fields.items():
            dialog.get_by_label(label).fill(text)
        self.shot(f"form-{form.lower()}")
        dialog.get_by_role("button", name="Submit").click()
        self.reads(then)

    def shot(self, name: str) -> None:
        self.page.screenshot(path=self._shots / f"{name}.png")


def test_people_answer_and_the_organiser_asks(tmp_path: Path, browser: Browser) -> None:
    with practice(tmp_path / "practice") as process:
        screen = Screen(browser.new_page(), address(process), tmp_path)
        _resident_answers(screen)
        _resident_tells(screen)
        _organiser_asks(screen)
        screen.page.close()


def _resident_answers(screen: Screen) -> None:
    screen.become("Hamid")
    screen.reads("6 people have answered. We show no results before it closes.")
    screen.press("Station Road", then="Before you start")
    screen.reads("We show nobody who chose what.")
    screen.shot("notice")
    screen.press("Go on (I’m 18 or over)", then="Recorded.")
    screen.reads("You chose: “Station Road”.")
    screen.reads("7 people have answered.")
    screen.shot("recorded")


def _resident_tells(screen: Screen) -> None:
    screen.reads("What is the walk to Mill Road School like for you?")
    screen.press("The facts", then="210 cars in Mill Road")
    what = {"What happens?": "The lamp at the corner is broken."}
    screen.fills("Tell us", what, then="Your idea is number 1.")
    screen.reads("1 person has told us something.")


def _organiser_asks(screen: Screen) -> None:
    screen.become("Olive")
    assert "Recorded." not in screen.said.inner_text()
    screen.types("desk", then="Your desk")
    screen.shot("desk")
    screen.types("poll open", "Safer walk", then="Draft for: Safer walk to Mill Road School")
    screen.fills("Question", {"What do you ask?": "What colour?"}, then="What colour?")
    screen.fills("Options", {"Options, one on each line": "Red\nGreen"}, then="2. Green")
    screen.fills("When", {"When does it close?": "in 8 days"}, then="Closes:")
    screen.shot("draft")
    screen.press("Publish", then="Published")
    screen.reads("What colour?Choose one.")
    screen.become("Ivana")
    screen.press("Green", then="Before you start")
    screen.shot("second-question")


def test_the_digest_reaches_the_moderators(tmp_path: Path, browser: Browser) -> None:
    with practice(tmp_path / "practice", "--channel", "moderators") as process:
        screen = Screen(browser.new_page(), address(process), tmp_path)
        screen.types("digest send", then="Sent to the moderators’ channel.")
        screen.reads("6 people took part.")
        picture = screen.said.get_by_role("img", name="People who answered each question")
        until = time.monotonic() + PATIENCE_MS / 1000
        while not picture.evaluate("picture => picture.naturalWidth"):
            assert time.monotonic() < until, "the picture did not load"
            screen.page.wait_for_timeout(100)
        screen.shot("digest")
        screen.page.close()


def test_what_cannot_be_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for options, words in (
            (["--channel", "nowhere"], "there is no channel nowhere; CHANNEL can be one of: have-your-say"),
            (["--port", port], f"port {port} can't be used: "),
            (["--data", "nowhere"], "DATA: no conversation in nowhere: "),
        ):
            stopped = subprocess.run(
                [*PRACTICE, *options], cwd=tmp_path, env=WHERE, capture_output=True, text=True, check=False
            )
            assert (stopped.returncode, stopped.stdout, stopped.stderr.count("\n")) == (1, "", 1)
            assert stopped.stderr.startswith(words)
