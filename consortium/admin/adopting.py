"""What one does with a draft charter: begin, copy, propose, confirm, discard."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import words
from consortium.admin.acts import Act, ActWithin
from consortium.errors import DomainError
from consortium.models import Charter, Document
from consortium.operations.adoption import adopt_charter, decider, propose_adoption
from consortium.operations.charters import clone_charter, discard_draft, draft_charter
from consortium.operations.documents import file_document
from consortium.rules.governance import BodyEntry, GovernanceSection
from consortium.states import Role

CODE_HINT = _("Small letters, digits and hyphens, such as charter-2027.")


class NewDraft(ActWithin):
    """Begin a draft that says nothing yet."""

    name, title, operation = "add", _("Draft a charter"), "consortium.draft_charter"
    submit, done = (
        _("Begin the draft"),
        _("The draft is begun. Write its sections."),
    )
    note = _(
        "To begin from what is in force, or from a reference case, open that charter and copy it."
    )
    code = forms.SlugField(label=_("code"), max_length=50, help_text=CODE_HINT)
    name_zh = forms.CharField(label=_("title (Chinese)"), max_length=200, required=False)
    name_en = forms.CharField(label=_("title (English)"), max_length=200, required=False)
    starts_on = forms.DateField(label=_("in force from"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("name_zh") or data.get("name_en")):
            self.add_error("name_en", gettext("Give a title in Chinese, English or both."))
        return data

    def write(self) -> Charter:
        return draft_charter(consortium=self.consortium, sections={}, **self.plain(), **self.who)


class Clone(ActWithin):
    """Make a draft of what another charter says."""

    name, title, icon = "clone", _("Copy into a draft"), "content_copy"
    operation, submit = "consortium.clone_charter", _("Make the draft")
    done = _("The draft is made. Look through it, change what you need, then propose it.")
    note = _("Nothing takes effect yet: a draft is adopted by two people.")
    code = forms.SlugField(label=_("code of the draft"), max_length=50, help_text=CODE_HINT)
    starts_on = forms.DateField(label=_("in force from"))
    ends_on = forms.DateField(
        label=_("in force until (exclusive)"),
        required=False,
        help_text=_("Empty: open."),
    )

    def prepare(self) -> None:
        super().prepare()
        if not self.subject.consortium.is_reference:
            self.fields["consortium_choice"].initial = self.subject.consortium_id
        else:
            code = f"{self.subject.consortium.slug}-{self.subject.code}"
            self.fields["code"].initial = code[:50]

    def write(self) -> Charter:
        return clone_charter(
            consortium=self.consortium, source=self.subject, **self.plain(), **self.who
        )


class Propose(Act):
    """Enter the decision to adopt a draft."""

    name, title, icon = "propose", _("Propose adoption"), "gavel"
    operation, submit = "consortium.propose_adoption", _("Propose")
    done = _("The adoption is proposed. A second person has to confirm it.")
    note = _("Enter the decision as it was taken: by which body, on which day, on what paper.")
    body = forms.ChoiceField(label=_("decided by"))
    decided_on = forms.DateField(label=_("decided on"))
    scan = forms.FileField(
        label=_("decision on paper"),
        required=False,
        help_text=_("The sealed minutes as a PDF or picture, at most 20 MB."),
    )

    @classmethod
    def fits(cls, subject: Charter) -> bool:
        return subject.is_draft and subject.proposed_by_id is None

    def prepare(self) -> None:
        deciding = decider(self.subject)
        found = {each.code: words.inside(each.label) for each in bodies(self.subject)}
        if deciding is not None:
            found = {deciding[0]: found.get(deciding[0], deciding[0])}
            hint = gettext("The charter names this body to decide on charters.")
        elif found:
            hint = gettext(
                "No charter says which body decides on charters; choose the one that did."
            )
        else:
            self.fields["body"] = forms.CharField(label=gettext("decided by"), max_length=60)
            return
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.help_text = list(found.items()), hint

    def write(self) -> Charter:
        filed = None
        try:
            # Both or neither: a refused proposal leaves no scan behind.
            with transaction.atomic():
                filed = self.filed()
                return propose_adoption(
                    charter=self.subject,
                    decision=filed,
                    **self.plain("body", "decided_on"),
                    **self.who,
                )
        except DomainError:
            if filed is not None and filed.file.name:
                filed.file.storage.delete(filed.file.name)
            raise

    def filed(self) -> Document | None:
        scan = self.cleaned_data["scan"]
        if scan is None:
            return None
        return file_document(
            consortium=self.consortium, name=scan.name, content=scan.read(), **self.who
        )


class Confirm(Act):
    """Confirm as the second person: the charter is adopted."""

    name, title, icon = "confirm", _("Confirm as second person"), "verified"
    operation, variant = "consortium.adopt_charter", "primary"
    submit, done = (
        _("Confirm: adopt this charter"),
        _("The charter is adopted."),
    )
    note = _(
        "An adopted charter is never rewritten. Compare the draft with the decision on paper first."
    )

    @classmethod
    def fits(cls, subject: Charter) -> bool:
        return subject.is_draft and subject.proposed_by_id is not None

    def write(self) -> Charter:
        return adopt_charter(charter=self.subject, **self.who)


class Discard(Act):
    """Throw a draft away."""

    name, title, icon = "discard", _("Discard the draft"), "delete"
    operation, variant = "consortium.discard_draft", "danger"
    submit, done = _("Discard"), _("The draft is gone.")
    note = _("What the draft says is lost for good; the audit trail keeps that it was there.")

    @classmethod
    def fits(cls, subject: Charter) -> bool:
        return subject.is_draft

    def write(self) -> None:
        discard_draft(charter=self.subject, **self.who)


def bodies(charter: Charter) -> list[BodyEntry]:
    """Return the bodies that the charter in force before a draft names, or else its own."""
    before = Charter.objects.adopted().on(charter.starts_on).filter(consortium=charter.consortium)
    for rules in (before.first(), charter):
        if rules is not None and "governance" in {each.code for each in rules.sections.all()}:
            governance: GovernanceSection = rules.rules("governance")
            return list(governance.bodies)
    return []


def body_name(charter: Charter, code: str) -> str:
    """Return what a body is called, or its code where no charter names it."""
    try:
        found = {each.code: words.inside(each.label) for each in bodies(charter)}
    except DomainError:
        return code
    return found.get(code, code)


def second(charter: Charter) -> str:
    """Return the role that has to confirm a draft, in words; nothing where any may."""
    deciding = decider(charter)
    role: Role | None = deciding[1] if deciding else None
    return str(role.label) if role else ""
