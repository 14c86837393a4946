"""Files, document numbers, parked work and remembered requests."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.base import Addressed
from consortium.models.consortia import Consortium
from consortium.states import Role


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any, on: date) -> Self:
        """Return what one filed oneself; else a file is reached through the row it belongs to."""
        return self.filter(Q(filed_by=user) | Q(pk__in=[]))


class Document(Addressed):
    """A private file; its type is judged by its content, never by its name. Sealed."""

    consortium = models.ForeignKey(
        Consortium, models.PROTECT, related_name="documents", verbose_name=_("consortium")
    )
    file = models.FileField(_("file"), upload_to="documents/%Y/%m", max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    filed_by = models.ForeignKey(
        "consortium.User", models.PROTECT, null=True, related_name="+", verbose_name=_("filed by")
    )
    filed_at = models.DateTimeField(_("filed at"), db_default=Now(), editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number given, per consortium, kind of document and fiscal year."""

    consortium = models.ForeignKey(Consortium, models.PROTECT, related_name="+")
    kind = models.SlugField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "kind", "year"], name="consortium_counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class ParkedItemQuerySet(models.QuerySet["ParkedItem"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.as_staff(user, on, Role.SECRETARY, Role.FINANCE, Role.AUDITOR))

    def parked(self) -> Self:
        """Return what is no longer tried by itself."""
        return self.filter(attempts__gte=ParkedItem.LIMIT)


class ParkedItem(Addressed):
    """Due work that failed: tried again up to the limit, then left with its reason."""

    LIMIT = 5

    consortium = models.ForeignKey(
        Consortium, models.CASCADE, related_name="parked_items", verbose_name=_("consortium")
    )
    sweep = models.SlugField(_("sweep"), max_length=60)
    key = models.CharField(_("item"), max_length=200)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    reason = models.SlugField(_("reason"), max_length=60)
    values = models.JSONField(_("values"), default=dict)
    since = models.DateField(_("since"))

    objects = ParkedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("parked item")
        verbose_name_plural = _("parked items")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "sweep", "key"], name="consortium_parked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sweep}: {self.key}"


class RequestKeyQuerySet(models.QuerySet["RequestKey"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(user=user)


class RequestKey(models.Model):
    """The answer once given to a request that carried an Idempotency-Key."""

    user = models.ForeignKey("consortium.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RequestKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="consortium_request_once")
        ]

    def __str__(self) -> str:
        return self.key
