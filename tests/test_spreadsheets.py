"""Exports opened in LibreOffice Calc, with each separator that it may split them at: no cell is a formula.

It takes a Calc, which nothing else needs: ``apt install --no-install-recommends libreoffice-calc``.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

from bot.domain.text import cell, clean
from bot.services import records
from tests.builders import World, close_at_its_time, open_poll

SOFFICE = shutil.which("soffice") or ""
pytestmark = pytest.mark.skipif(not SOFFICE, reason="LibreOffice Calc (soffice) is not here")

SEPARATORS = {"comma": "44", "semicolon": "59", "tab": "9", "all": "44/59/9"}
QUOTE, UTF_8, FIRST_LINE = "34", "76", "1"
FORMULA = re.compile(r'table:formula="([^"]*)"')

STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "−", "﹢", "⁼")
BEFORE = (
    "", " ", "\t", "\n", "x\n", "x;", "x,", "x\t", "x|", 'x";"', 'x","', 'x";', '";', ';;"', ", ",
    '; "', "'",
    "\u200b", "x;\u200b", "x;\xa0", "\r", "x\r", "x; \n",
)  # fmt: skip
HOSTILE = [
    f"{before}{start}{body}{after}"
    for before, start, body, after in product(BEFORE, STARTS, ("1+1", 'HYPERLINK("x")'), ("", ";y", '"'))
]


def formulas(folder: Path, data: bytes, separator: str) -> list[str]:
    """What Calc takes for formulas in a file of CSV that it splits so."""
    (folder / "export.csv").write_bytes(data)
    reading = ",".join((separator, QUOTE, UTF_8, FIRST_LINE))
    subprocess.run(
        [
            SOFFICE, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to", "fods", f"--infilter=CSV:{reading}", "--outdir", str(folder),
            str(folder / "export.csv"),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return FORMULA.findall((folder / "export.fods").read_text(encoding="utf-8"))


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_cell_is_a_formula(tmp_path: Path, separator: str) -> None:
    data = written([["before", cell(text), "after"] for text in HOSTILE])
    assert formulas(tmp_path, data, SEPARATORS[separator]) == []


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_cell_that_nothing_guards_is_found(tmp_path: Path, separator: str) -> None:
    data = written([["before", clean(text), "after"] for text in HOSTILE])
    assert formulas(tmp_path, data, SEPARATORS[separator])


@pytest.mark.parametrize("separator", SEPARATORS)
async def test_the_file_of_a_result_has_none(tmp_path: Path, world: World, separator: str) -> None:
    asked = await open_poll(world, 'x;=1+1;"y', ["=1+1", "x;=1+1;y", 'x";"=1+1', "\t+2+2"])
    await close_at_its_time(world, asked)
    files = await records.results(world.app, world.organiser, asked.id)
    assert formulas(tmp_path, files[f"result-{asked.id}.csv"], SEPARATORS[separator]) == []
