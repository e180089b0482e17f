"""A report as a file that spreadsheets open."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpResponse

from recruiter.report_table import Report, Scope
from rsc.csv_files import harmless


def download(report: Report, scope: Scope) -> HttpResponse:
    """The report as CSV in UTF-8, with a mark that spreadsheets heed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([label for label, _ in report.columns])
    writer.writerows([[_cell(cell) for cell in row] for row in report.rows])
    name = f"{report.key}-{scope.period.first}-{scope.period.last}.csv"
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return harmless(value) if isinstance(value, str) else value
