"""A report's content as a file: PDF, XLSX, CSV or JSON, in the reader's language."""

from consortium.papers.report.machine import write_json
from consortium.papers.report.printed import write_pdf
from consortium.papers.report.tables import write_csv
from consortium.papers.report.workbook import write_xlsx
from consortium.registry import ReportFormat
from consortium.rules.choices import FileFormat

FORMATS = (
    ReportFormat(FileFormat.PDF, write_pdf),
    ReportFormat(FileFormat.XLSX, write_xlsx),
    ReportFormat(FileFormat.CSV, write_csv),
    ReportFormat(FileFormat.JSON, write_json),
)
