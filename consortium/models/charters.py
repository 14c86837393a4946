"""Charters: every rule of a consortium as dated data."""

import json
from datetime import date
from functools import lru_cache
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium import access, registry
from consortium.errors import DomainError
from consortium.models.base import Addressed, Dated, DatedQuerySet, Named, date_range
from consortium.models.base import ends_after_start as ends_after
from consortium.models.base import has_a_name as has_a_title
from consortium.models.consortia import Consortium
from consortium.rules import schema
from consortium.rules.documents import CharterDocument
from consortium.states import BASES, SECOND_ROLES, Role


class NoCharterInForce(DomainError):
    """No charter governs the day of the event; none is ever assumed."""

    code = "no_charter_in_force"


class NoSuchSection(DomainError):
    """The charter in force says nothing on this matter."""

    code = "no_such_section"


class UnknownVersion(DomainError):
    """The section was written by a later release of this product."""

    code = "unknown_section_version"


class CharterQuerySet(DatedQuerySet["Charter"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Adopted ones to everyone in the consortium, drafts to the secretariat.

        A draft proposed for adoption also to those who may confirm it.
        """
        adopted = access.in_consortium(user, on) | Q(consortium__is_reference=True)
        drafts = access.as_staff(user, on, Role.SECRETARY, Role.FINANCE, Role.AUDITOR)
        proposed = Q(access.as_staff(user, on, *SECOND_ROLES), proposed_by__isnull=False)
        return self.filter(Q(adopted, adopted_on__isnull=False) | drafts | proposed)

    def adopted(self) -> Self:
        return self.filter(adopted_on__isnull=False)

    def in_force(self, *, consortium: Consortium, on: date) -> "Charter":
        """Return the one charter that governs a day. Raises NoCharterInForce."""
        charter = self.adopted().on(on).filter(consortium=consortium).first()
        if charter is None:
            raise NoCharterInForce(consortium=consortium.slug, on=on)
        return charter


class Charter(Addressed, Named, Dated):
    """The rules in force for a period; a draft until adopted, then sealed.

    Of an adopted charter only `ends_on` can still move, when a successor is adopted.
    """

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="charters", verbose_name=_("consortium")
    )
    code = models.SlugField(_("code"), max_length=60)
    basis = models.CharField(_("basis"), max_length=20, choices=BASES, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True, editable=False)
    adopted_by = models.ForeignKey(
        "consortium.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("adopted by"),
        editable=False,
    )

    # What the document says of itself: source, note, what its days rest on.
    remarks = models.JSONField(_("remarks"), default=dict, blank=True, editable=False)
    # A draft's edits are compared and set, so that two people never overwrite each other.
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    # The decision: proposed by one person, confirmed by another.
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    decided_by_body = models.CharField(
        _("deciding body"), max_length=60, blank=True, editable=False
    )
    decision = models.ForeignKey(
        "consortium.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decision on paper"),
        editable=False,
    )
    proposed_by = models.ForeignKey(
        "consortium.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("adoption proposed by"),
        editable=False,
    )

    objects = CharterQuerySet.as_manager()

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        constraints = [
            ends_after("consortium_charter_period"),
            has_a_title("consortium_charter_name"),
            models.UniqueConstraint(fields=["consortium", "code"], name="consortium_charter_code"),
            ExclusionConstraint(
                name="consortium_charter_one_in_force",
                expressions=[
                    (F("consortium"), RangeOperators.EQUAL),
                    (date_range(), RangeOperators.OVERLAPS),
                ],
                condition=Q(adopted_on__isnull=False),
            ),
        ]

    @property
    def is_draft(self) -> bool:
        return self.adopted_on is None

    def document(self) -> CharterDocument:
        """Return the charter as a document; the sections in their current versions."""
        own = {
            "code": self.code,
            "title": {
                language: text
                for language, text in (("en", self.name_en), ("zh", self.name_zh))
                if text
            },
            "starts_on": self.starts_on.isoformat(),
            **({"ends_on": self.ends_on.isoformat()} if self.ends_on else {}),
            **({"basis": self.basis} if self.basis else {}),
            **self.remarks,
        }
        sections = {section.code: section.parsed() for section in self.sections.all()}
        return schema.parse(CharterDocument, {**own, "sections": sections})

    def rules(self, code: str) -> Any:
        """Return a section as its parsed, frozen object. Raises NoSuchSection."""
        section = next((each for each in self.sections.all() if each.code == code), None)
        if section is None:
            raise NoSuchSection(charter=self.code, section=code)
        return section.parsed()


class CharterSectionQuerySet(models.QuerySet["CharterSection"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(charter__in=Charter.objects.visible_to(user, on))


class CharterSection(models.Model):
    """One part of a charter as written; its only definition is the contributed schema."""

    charter = models.ForeignKey(
        Charter, models.CASCADE, related_name="sections", verbose_name=_("charter")
    )
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    body = models.JSONField(_("body"))

    objects = CharterSectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("charter section")
        verbose_name_plural = _("charter sections")
        constraints = [
            models.UniqueConstraint(fields=["charter", "code"], name="consortium_section_once")
        ]

    def __str__(self) -> str:
        return self.code

    def parsed(self) -> Any:
        """Return the body in the current version, checked.

        Raises InvalidDocument, NoSuchSection.
        """
        if registry.sections.get(self.code) is None:
            raise NoSuchSection(charter=self.charter.code, section=self.code)
        return read(self.code, self.version, json.dumps(self.body))


@lru_cache(maxsize=1024)
def read(code: str, version: int, text: str) -> Any:
    """Return a section's frozen object from its stored text; the same text is read once."""
    section = registry.sections[code]
    if version > section.version:
        raise UnknownVersion(section=code, version=version, known=section.version)
    return schema.parse(section.schema, section.upgrade(json.loads(text), version), path=code)
