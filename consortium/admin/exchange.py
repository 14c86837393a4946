"""Tables in and out: each row of an import is one operation, all of them or none.

An import first runs dry: every row is done in a transaction that is rolled back,
and what the domain refuses is shown beside its row.
"""

from abc import abstractmethod
from datetime import date
from typing import Any, ClassVar

import tablib
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.exceptions import ImportError as ImportFailed
from import_export.fields import Field
from import_export.resources import Resource
from import_export.results import RowResult
from import_export.tmp_storages import CacheStorage
from unfold.contrib.import_export.forms import ImportForm, SelectableFieldsExportForm

from consortium import clock
from consortium.admin.formats import CSV, XLSX
from consortium.admin.standing import Standing, standing
from consortium.errors import DomainError
from consortium.models import Consortium
from consortium.words import explain


class MissingColumns(DomainError):
    code = "import_missing_columns"


class UnknownColumns(DomainError):
    code = "import_unknown_columns"


class RepeatedRow(DomainError):
    code = "import_repeated_row"


class NotADate(DomainError):
    code = "import_not_a_date"


class NotThere(DomainError):
    """A row names something that is not there, or that the reader may not see."""

    code = "import_not_there"


class Ambiguous(DomainError):
    code = "import_ambiguous"


class NotAChoice(DomainError):
    code = "import_not_a_choice"


class AlreadyThere(Exception):
    """The row says what is recorded already; it is skipped."""


class ImportRefused(Exception):
    """A file cannot be read as the table expected; the text says why."""


class NoLoader:
    """Rows are found by the operations, so nothing is loaded beforehand."""

    def __init__(self, resource: Any, dataset: tablib.Dataset) -> None:
        self.resource, self.dataset = resource, dataset


class Table(Resource):
    """A table of a kind of row: its columns, how a row is read out and how it is written.

    `columns` come out in this order; those not in `optional` must be there on the way in.
    """

    class Meta:
        instance_loader_class = NoLoader

    columns: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()

    def __init__(self, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.request = request
        self.seen: dict[tuple[str, ...], int] = {}
        self.fields = {name: Field(column_name=name) for name in self.columns}

    @classmethod
    def get_display_name(cls) -> str:
        return cls.__name__.removesuffix("Resource")

    @property
    def here(self) -> Standing:
        assert self.request is not None
        return standing(self.request)

    # out

    def rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows to write out, from those listed on the screen."""
        return queryset

    @abstractmethod
    def cells(self, row: Any) -> dict[str, Any]:
        """Return a row's values by column."""

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        return self.rows(queryset)

    def export_resource(
        self, instance: Any, selected_fields: list[str] | None = None, **kwargs: Any
    ) -> list[str]:
        cells = self.cells(instance)
        wanted = [name for name in self.columns if not selected_fields or name in selected_fields]
        return ["" if cells[name] is None else str(cells[name]) for name in wanted]

    def get_export_order(self) -> tuple[str, ...]:
        return self.columns

    def get_import_order(self) -> tuple[str, ...]:
        return self.columns

    # in

    @abstractmethod
    def write(self, row: dict[str, str]) -> Any:
        """Call the operation for a row. Raises AlreadyThere to skip it, DomainError to refuse."""

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        headers = list(dataset.headers or [])
        missing = [c for c in self.columns if c not in headers and c not in self.optional]
        unknown = [name or "—" for name in headers if name not in self.columns]
        if missing:
            raise ImportRefused(explain(MissingColumns(missing=missing, expected=self.columns)))
        if unknown or len(set(headers)) < len(headers):
            raise ImportRefused(
                explain(UnknownColumns(unknown=unknown or headers, expected=self.columns))
            )

    def _check_import_id_fields(self, headers: list[str]) -> None:
        """Rows are found by the operations, not by key columns."""

    def import_row(self, row: dict[str, str], instance_loader: Any, **kwargs: Any) -> RowResult:
        result = RowResult()
        cells = {name: row.get(name, "") for name in self.columns}
        result.diff = list(cells.values())
        try:
            self.refuse_repeated(tuple(cells.values()), kwargs["row_number"])
            self.write(cells)
            result.import_type = RowResult.IMPORT_TYPE_NEW
        except AlreadyThere:
            result.import_type = RowResult.IMPORT_TYPE_SKIP
        except DomainError as error:
            result.import_type = RowResult.IMPORT_TYPE_INVALID
            column = str(error.values.get("column", _("row")))
            result.validation_error = ValidationError({column: explain(error).split("\n")})
        return result

    def get_diff_headers(self) -> list[str]:
        return list(self.columns)

    def refuse_repeated(self, cells: tuple[str, ...], number: int) -> None:
        first = self.seen.setdefault(cells, number)
        if first != number:
            raise RepeatedRow(first=first)

    # reading cells

    def consortium(self, row: dict[str, str], operation: str) -> Consortium:
        """Return the row's consortium; an empty cell means the only one there is."""
        where = self.here.where(operation)
        slug = row["consortium"]
        if not slug and len(where) == 1:
            return where[0]
        for each in where:
            if each.slug == slug:
                return each
        raise NotThere(column="consortium", value=slug)

    def who(self, consortium: Consortium) -> dict[str, Any]:
        assert self.request is not None
        return {"by": self.request.user, "on": clock.today(consortium)}


def day(row: dict[str, str], column: str) -> date | None:
    """Return a cell's day, None where it is empty. Raises NotADate."""
    text = row[column].replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        year, month, number = (int(part) for part in text.split("-"))
        return date(year, month, number)
    except ValueError:
        raise NotADate(column=column, value=row[column]) from None


def required_day(row: dict[str, str], column: str) -> date:
    found = day(row, column)
    if found is None:
        raise NotADate(column=column, value="")
    return found


def choice(row: dict[str, str], column: str, choices: list[tuple[str, Any]]) -> str:
    """Return a cell's choice, by its code or its label. Raises NotAChoice."""
    for code, label in choices:
        if row[column] in (code, str(label)):
            return code
    raise NotAChoice(column=column, value=row[column], choices=[code for code, _label in choices])


class Kept(CacheStorage):
    """The file between its dry run and its confirmation; kept for a day."""

    def read(self) -> bytes:
        found: bytes | None = super().read()
        if found is None:
            raise ImportRefused(_("The file is no longer there; choose it again."))
        return found


def why(refused: Exception) -> str:
    """Return what kept a confirmed file out: a row's own refusal, or the file's."""
    if not isinstance(refused, ImportFailed):
        return str(refused)
    said = getattr(refused.error, "messages", [str(refused.error)])
    return f"{_('row')} {refused.number}: {' '.join(said)}"


class Exchange(ImportExportMixin):
    """Import and export on a screen; `imports` names the operation rows are written by."""

    imports: ClassVar[str] = ""
    import_form_class = ImportForm
    export_form_class = SelectableFieldsExportForm
    formats = (XLSX, CSV)
    tmp_storage_class = Kept
    import_error_display = ("message",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.imports) and standing(request).may(self.imports)

    def has_export_permission(self, request: HttpRequest) -> bool:
        allowed: bool = self.has_view_permission(request)
        return allowed

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import a file that ran dry without fault; one that has gone is asked for again."""
        try:
            done: HttpResponse = super().process_import(request, **kwargs)
        except (ImportRefused, ImportFailed) as refused:
            messages.error(request, _("Nothing was imported: %(why)s") % {"why": why(refused)})
            return redirect(f"{self.admin_site.name}:{self.get_import_url_name()}")
        return done

    def process_dataset(
        self, dataset: tablib.Dataset, form: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Import all rows or, when one is refused after all, none."""
        return super().process_dataset(dataset, form, request, raise_errors=True, **kwargs)

    def get_import_url_name(self) -> str:
        meta = self.model._meta
        return f"{meta.app_label}_{meta.model_name}_import"

    def get_skip_admin_log(self) -> bool:
        return True

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"request": request}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"request": request}
