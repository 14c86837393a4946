"""The audit chain: one event per operation, each bound to the one before it."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Self

import orjson
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium import access
from consortium.models.consortia import Consortium
from consortium.states import Role

VERSION = 1


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: Any, on: date) -> Self:
        return self.filter(access.as_staff(user, on, Role.AUDITOR, Role.SECRETARY))


class AuditEvent(models.Model):
    """What was done, by whom and when; ids and digests, never figures. Sealed.

    Events of one consortium form a chain of SHA-256 digests; those of no
    consortium form the installation's own.
    """

    consortium = models.ForeignKey(
        Consortium,
        models.PROTECT,
        null=True,
        related_name="audit_events",
        verbose_name=_("consortium"),
    )
    number = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    on = models.DateField(_("on"))
    by = models.ForeignKey(
        "consortium.User", models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    version = models.PositiveSmallIntegerField(default=VERSION)
    previous = models.CharField(_("digest before"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "number"],
                name="consortium_audit_number",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["consortium", "on"])]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    def expected_digest(self) -> str:
        """Return the digest this row must have; it covers every column and the one before."""
        content = {
            "version": self.version,
            "consortium": self.consortium_id,
            "number": self.number,
            "at": self.at.isoformat(),
            "on": self.on.isoformat(),
            "by": self.by_id,
            "action": self.action,
            "subject": self.subject,
            "facts": self.facts,
            "previous": self.previous,
        }
        return digest(content)


class AuditHead(models.Model):
    """The end of a chain, so that a cut tail shows; locked last by every operation."""

    consortium = models.OneToOneField(
        Consortium, models.PROTECT, null=True, related_name="audit_head"
    )
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consortium"], name="consortium_audit_head", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.consortium_id}: {self.number}"


CANONICAL = DjangoJSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
"""Content in its one JSON form."""


def digest(content: Any) -> str:
    """Return the SHA-256 of content in its one canonical JSON form."""
    return sha256(CANONICAL.encode(content))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(content: Mapping[str, Any], **encoded: str) -> str:
    """Return content in its one JSON form; `encoded`: values that are in it already.

    So that what is both stored and digested is encoded once.
    """
    ready = {name: orjson.Fragment(text) for name, text in encoded.items()}
    return encode({**content, **ready})


def encode(value: Any) -> str:
    """Return one value in its one JSON form, as `CANONICAL` does; ten times faster.

    Not for floats, which have more than one form, nor for numbers beyond 64 bits; nothing
    that is sealed holds any.
    """
    return orjson.dumps(value, default=CANONICAL.default, option=OPTIONS).decode()


OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
