"""What staff say of the paper of a member's act, and keeping it with what was done."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin.standing import Standing
from consortium.errors import DomainError
from consortium.models import AuditEvent, Document, Organization, PaperAct
from consortium.operations.documents import filing
from consortium.operations.paper import Letter, keep_paper

LETTER = "paper_act_"
"""How the fields of a paper are called beside those of the act."""


class PartyMissing(DomainError):
    """It is not said on whose behalf the paper is."""

    code = "paper_act_of_nobody"


def letter_fields(fields: Mapping[str, forms.Field], whose: forms.Field) -> dict[str, forms.Field]:
    """Return what is asked for; all of it is left empty where there is no paper.

    `fields`: of the act, which may know the member and take a scan itself.
    """
    found: dict[str, forms.Field] = {}
    if not {"share", "member"} & fields.keys():
        found["from"] = whose
    found["signatory"] = forms.CharField(
        label=_("on paper, signed by"),
        max_length=150,
        required=False,
        help_text=_("Where a member's act came on paper: who signed it, and the day on it."),
    )
    found["day"] = forms.DateField(label=_("date on the paper"), required=False)
    if not any(isinstance(each, forms.FileField) for each in fields.values()):
        found["scan"] = forms.FileField(
            label=_("scan"), required=False, help_text=_("PDF or picture, at most 20 MB.")
        )
    return {f"{LETTER}{name}": field for name, field in found.items()}


def from_paper(act: Any) -> Any:
    """Do an act and keep its paper, in one transaction. Raises what either raises."""
    data: dict[str, Any] = act.cleaned_data
    here: dict[str, Any] = {"consortium": act.consortium, **act.who}

    def do(document: Document | None) -> Any:
        row = act.write()
        keep_paper(
            code=act.operation,
            event=AuditEvent.objects.filter(consortium=act.consortium).latest("number"),
            organization=party(data),
            letter=Letter(
                signatory=data[f"{LETTER}signatory"],
                paper_on=data[f"{LETTER}day"],
                document=document,
            ),
            **here,
        )
        return row

    return filing(data.get(f"{LETTER}scan"), do, **here)


def letters_of(here: Standing, row: Any) -> list[dict[str, Any]]:
    """Return the papers of what was done on a row, as far as the reader may see them."""
    if not hasattr(row, "uid"):
        return []
    seen = PaperAct.objects.visible_to(here.user, here.today)
    found = seen.filter(event__subject=f"{row._meta.label_lower}:{row.uid}")
    return [
        {
            "what": words.say(f"did_{each.event.action}", each.event.facts),
            "act": each,
            "day": words.day(each.paper_on),
            "href": reverse("admin:consortium_paperact_change", args=[each.pk]),
        }
        for each in found.select_related("event", "organization", "document").order_by("-pk")
    ]


def party(data: Mapping[str, Any]) -> Organization:
    """Return on whose behalf the paper is: named with it, or by the act. Raises PartyMissing."""
    share, member = data.get("share"), data.get("member")
    found: Organization | None = data.get(f"{LETTER}from")
    if found is None and share is not None:
        found = share.owner
    if found is None and member is not None:
        found = member.organization
    if found is None:
        raise PartyMissing
    return found
