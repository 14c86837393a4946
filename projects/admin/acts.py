"""What staff do with projects: contract, plan, and what happens to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.admin.acts import Act
from consortium.operations.documents import filing
from consortium.rules.toml import read_toml, write_toml
from projects.models import Plan, Project, ProjectEvent, ProjectParticipant
from projects.operations.course import (
    close_project,
    resume_project,
    suspend_project,
    terminate_project,
)
from projects.operations.plans import decide_plan, propose_plan
from projects.operations.start import sign_contract
from projects.reports.plans import in_force
from projects.states import Standing


class SignContract(Act):
    """Enter a participant's signature from paper."""

    name, title, icon = "sign", _("Enter a signature"), "signature"
    operation = "projects.sign_contract"
    submit, done = _("Enter"), _("The signature is entered.")
    participant = forms.ModelChoiceField(
        queryset=ProjectParticipant.objects.none(), label=_("Participant")
    )
    signatory = forms.CharField(label=_("signed by"), max_length=150)
    signed_on = forms.DateField(label=_("signed on"))
    contract = forms.FileField(label=_("scan"), required=False)

    @classmethod
    def fits(cls, subject: Project) -> bool:
        return subject.projectparticipants.filter(signed_on=None).exists()

    def prepare(self) -> None:
        rows = self.subject.projectparticipants.filter(signed_on=None).select_related("body")
        self.fields["participant"].queryset = rows  # type: ignore[attr-defined]

    def write(self) -> ProjectParticipant:
        data = self.plain("participant", "signatory", "signed_on")
        return filed(
            self, "contract", lambda paper: sign_contract(**data, contract=paper, **self.who)
        )


def filed(act: Act, field: str, write: Any) -> Any:
    """File what was uploaded, if anything, and write in the same transaction."""
    return filing(act.cleaned_data[field], write, consortium=act.consortium, **act.who)


class ProposePlan(Act):
    """Propose a plan or a change of it, as TOML."""

    name, title, icon = "plan", _("Propose a plan"), "account_tree"
    operation = "projects.propose_plan"
    submit, done = _("Propose"), _("The plan is proposed; another person decides on it.")
    note = _(
        "Months are counted from the project's first day, 0 being its start; ends are exclusive."
        " Organizations and facilities are named by their address, listed on the project's page."
    )
    body = forms.CharField(
        label=_("plan (TOML)"), widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"})
    )
    reason = forms.CharField(label=_("reason for the change"), max_length=500, required=False)

    @classmethod
    def fits(cls, subject: Project) -> bool:
        return not subject.plans.filter(decided_on=None).exists()

    def prepare(self) -> None:
        plan = in_force(self.subject)
        body = plan.body if plan else example(self.subject)
        self.fields["body"].initial = write_toml(body)

    def write(self) -> Plan:
        body = read_toml(self.cleaned_data["body"])
        reason = self.cleaned_data["reason"]
        return propose_plan(project=self.subject, body=body, reason=reason, **self.who)


def example(project: Project) -> dict[str, Any]:
    """Return a plan of one package to begin with: the lead's, over the whole project."""
    months = (project.ends_on.year - project.starts_on.year) * 12
    months = max(months + project.ends_on.month - project.starts_on.month, 1)
    lead = str(project.lead.organization.uid)
    package = {
        "code": "first",
        "title": {"en": "First work package", "zh": "第一工作包"},
        "responsible": lead,
        "site": "member",
        "starts": 0,
        "ends": months,
        "effort": {lead: "12"},
    }
    return {"months": months, "packages": [package]}


class DecidePlan(Act):
    """Adopt or refuse a plan that another person has proposed."""

    name, title, icon = "decide", _("Decide"), "verified"
    operation, variant = "projects.decide_plan", "primary"
    submit, done = _("Decide"), _("The plan is decided.")
    note = _("Milestones and deliverables follow an adopted plan; what was handed in stays.")
    adopt = forms.TypedChoiceField(
        label=_("decision"),
        choices=[("yes", _("Adopt")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
    )

    @classmethod
    def fits(cls, subject: Plan) -> bool:
        return subject.decided_on is None

    def write(self) -> Plan:
        return decide_plan(plan=self.subject, **self.plain("adopt"), **self.who)


class Happen(Act):
    """Something that changes how a project stands."""

    stands: frozenset[Standing] = frozenset({Standing.RUNNING, Standing.AWAITING_CONTRACT})
    submit, done = _("Record"), _("It is recorded; the participants are told.")
    happened_on = forms.DateField(label=_("on"), required=False)
    reason = forms.CharField(label=_("reason"), max_length=500)
    paper = forms.FileField(label=_("scan"), required=False)
    run: Any

    @classmethod
    def fits(cls, subject: Any) -> bool:
        return subject.standing in {each.value for each in cls.stands}

    def write(self) -> ProjectEvent:
        data = self.plain("happened_on", "reason")
        act = type(self).run
        return filed(
            self, "paper", lambda paper: act(project=self.subject, paper=paper, **data, **self.who)
        )


class Suspend(Happen):
    name, title, icon = "suspend", _("Suspend"), "pause_circle"
    operation = "projects.suspend_project"
    run = staticmethod(suspend_project)


class Resume(Happen):
    name, title, icon = "resume", _("Let it go on"), "play_circle"
    operation = "projects.resume_project"
    stands = frozenset({Standing.SUSPENDED})
    run = staticmethod(resume_project)


class Terminate(Happen):
    name, title, icon, variant = "terminate", _("Terminate"), "cancel", "danger"
    operation = "projects.terminate_project"
    stands = Happen.stands | {Standing.SUSPENDED}
    note = _("It ends before its time, for good; what is open is dropped.")
    run = staticmethod(terminate_project)


class Close(Happen):
    name, title, icon = "close", pgettext_lazy("project", "Close"), "task_alt"
    operation = "projects.close_project"
    stands = frozenset({Standing.RUNNING})
    note = _(
        "Without a reason it takes an accepted final report and no open deliverable;"
        " it is for good."
    )
    reason = forms.CharField(label=_("reason"), max_length=500, required=False)
    run = staticmethod(close_project)
