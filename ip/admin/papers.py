"""The papers of a result, a licence and the like: listed on its page, each to be downloaded."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse

from consortium.admin import additions
from consortium.admin.additions import Box
from consortium.admin.standing import standing
from consortium.models import Document
from consortium.papers.filed import attachment
from ip.models import (
    AccessRequest,
    Background,
    ExclusivityChange,
    Instruction,
    Licence,
    LicenceApplication,
    LicenceConsent,
    LicenceEnding,
    NegotiationEntry,
    OwnershipChange,
    PatentApplication,
    PatentEvent,
    PublicationAnswer,
    PublicationNotice,
    Result,
    RoyaltyStatement,
)
from ip.states import LICENCE_READERS

READERS = frozenset(LICENCE_READERS)
HANGING: dict[type[Model], tuple[tuple[type[Model], str], ...]] = {
    Result: (
        (Result, "pk"),
        (OwnershipChange, "result"),
        (ExclusivityChange, "result"),
        (AccessRequest, "result"),
    ),
    Background: ((Background, "pk"),),
    LicenceApplication: ((LicenceApplication, "pk"), (NegotiationEntry, "application")),
    Licence: (
        (Licence, "pk"),
        (LicenceConsent, "licence"),
        (LicenceEnding, "licence"),
        (RoyaltyStatement, "licence"),
    ),
    PatentApplication: ((PatentEvent, "application"), (Instruction, "application")),
    PublicationNotice: ((PublicationNotice, "pk"), (PublicationAnswer, "party__notice")),
}
"""On whose page the papers of which tables are listed, and by which path to it."""

TABLES: dict[str, type[Model]] = {
    str(table._meta.model_name): table for tables in HANGING.values() for table, _path in tables
}
MOST = 100
"""Rows of each table whose papers are listed, latest first."""


def fields_of(table: type[Model]) -> list[Any]:
    """Return a table's links to papers."""
    return [each for each in table._meta.concrete_fields if each.related_model is Document]


def papers_of(request: HttpRequest, row: Model) -> Box | None:
    """Return the papers that belong to a row, as far as the reader may see them."""
    found = [
        paper
        for table, where in HANGING[type(row)]
        for paper in papers_in(request, table, {where: row.pk})
    ]
    return Box("ip/papers.html", {"papers": found}) if found else None


def papers_in(request: HttpRequest, table: Any, where: dict[str, Any]) -> Iterator[dict[str, Any]]:
    here, fields = standing(request), fields_of(table)
    seen = table.objects.visible_to(here.user, here.today).filter(**where)
    for row in seen.select_related(*(each.name for each in fields)).order_by("-pk")[:MOST]:
        for each in fields:
            if (document := getattr(row, each.name)) is not None:
                yield {
                    "of": table._meta.verbose_name,
                    "what": each.verbose_name,
                    "name": document.name,
                    "href": reverse(
                        "admin:ip_paper", args=[table._meta.model_name, row.pk, each.name]
                    ),
                }


def paper_view(request: HttpRequest, kind: str, key: int, name: str) -> FileResponse:
    """Send a paper of a row that the reader may see, as a download."""
    here = standing(request)
    if not here.any_of(READERS):
        raise PermissionDenied
    table: Any = TABLES.get(kind)
    if table is None or name not in {each.name for each in fields_of(table)}:
        raise Http404
    row = table.objects.visible_to(here.user, here.today).filter(pk=key).first()
    return attachment(getattr(row, name) if row else None)


def paper_url() -> URLPattern:
    """Return where papers are sent from."""
    view = admin.site.admin_view(paper_view)
    return path("papers/<slug:kind>/<int:key>/<slug:name>/", view, name="ip_paper")


for table in HANGING:
    additions.boxes[table].append(papers_of)
