"""Files of proposals; each is reached through its version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.models import Document
from consortium.models.base import Addressed
from projects.models.proposals import OfVersionQuerySet, ProposalVersion


class Attachment(Addressed):
    """A file of a proposal's version."""

    version = models.ForeignKey(
        ProposalVersion, models.CASCADE, related_name="attachments", verbose_name=_("version")
    )
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("file"))
    title = models.CharField(_("title"), max_length=200, blank=True)

    objects = OfVersionQuerySet["Attachment"].as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(fields=["version", "document"], name="projects_attachment_once")
        ]

    def __str__(self) -> str:
        return self.title or str(self.document)
