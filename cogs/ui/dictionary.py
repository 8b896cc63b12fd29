"""What each column of a file means: a file of its own, beside every export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from cogs.ui.visit import Visit


def dictionary(
    visit: Visit, of: str, columns: Iterable[str], also: Mapping[str, str] | None = None
) -> tuple[str, bytes]:
    """A data dictionary as a file, with its name: a row for each column of what is exported.

    ``of`` says what a row of the export is; its sentences are ``dictionary-<of>-<column>``, with ``-`` for
    ``_``. ``also`` has columns that explain themselves, with what they are. UTF-8 with the mark that Excel
    wants.
    """
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(["column", "meaning"])
    for column in columns:
        name = column.replace("_", "-")
        rows.writerow([column, visit.label(f"dictionary-{of}-{name}", 500)])
    rows.writerows((name, visit.label("plain", 500, text=text)) for name, text in (also or {}).items())
    return f"columns-of-{of}.csv", out.getvalue().encode("utf-8-sig")
