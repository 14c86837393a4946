"""What codes of projects in execution read as."""

from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, Any] = {
    # what the end of the consortium leads to
    "ending_projects": _("%(count)s projects are neither closed nor terminated yet."),
    # refusals: start and contract
    "proposal_not_granted": _(
        "The proposal %(proposal)s is not granted by everybody who decides; lacking: "
        "%(authorities)s."
    ),
    "already_started": _("The proposal %(proposal)s has become a project already."),
    "project_duration_missing": _(
        "The proposal %(proposal)s says no number of months; give the project’s end."
    ),
    "project_shares_differ": _("%(field)s: the shares come to %(total)s, not to 1."),
    "project_share_wrong": _("%(field)s: %(share)s is not a part of 1 with at most six decimals."),
    "project_lead_missing": _("Exactly one participant leads, and it is %(lead)s."),
    "already_signed": _("%(who)s has signed on %(signed_on)s already."),
    "signed_in_future": _("A signature of %(signed_on)s lies in the future."),
    # refusals: course
    "project_wrong_standing": _(
        "That cannot be done to %(project)s, which stands as: %(standing)s."
    ),
    "project_reason_missing": _("Give the reason for the change of %(project)s."),
    "project_event_in_future": _("%(on)s lies in the future."),
    "project_event_before_last": _(
        "%(on)s is before what happened to the project last, on %(last)s."
    ),
    "project_not_finished": _(
        "%(project)s is not finished: the final report has to be accepted; open deliverables: "
        "%(deliverables)s. Close it with a reason all the same, or finish it first."
    ),
    # refusals: plan
    "plan_open": _("Version %(version)s of the plan of %(project)s is not decided yet."),
    "plan_decided": _("Version %(version)s of the plan of %(project)s is decided already."),
    "same_person_decides": _("%(person)s has proposed it; another person decides."),
    "after_project_end": _("ends after the project, which ends on %(ends_on)s"),
    "not_participant": _("is no participant of the project"),
    "unknown_facility": _("there is no such facility"),
    "facility_differs": _("is a facility of another kind: %(kind)s"),
    "facility_not_open": _("is not open on all days of the work package"),
    "unknown_part": _("the charter knows no part “%(part)s”, but: %(choices)s"),
    "part_elsewhere": _("is done by organizations of %(country)s"),
    # refusals: what is due
    "already_done": _("%(item)s was done on %(done_on)s."),
    "item_dropped": _("%(item)s was dropped on %(dropped_on)s."),
    "item_not_handed_in": _("%(item)s has not been handed in."),
    "already_handed_in": _("%(item)s was handed in on %(submitted_on)s and is being looked at."),
    "item_done_in_future": _("%(on)s lies in the future."),
    "unknown_packages": _("The plan has no work packages %(packages)s, but: %(choices)s."),
    "negative_effort": _("Effort cannot be below zero: %(packages)s."),
    "empty_report": _("%(item)s: write what was done, or attach the report."),
    # refusals: risks, facilities and secondments
    "risk_off_scale": _("Write 1 to 5, not %(likelihood)s and %(impact)s."),
    "risk_closed": _("The risk “%(risk)s” was closed on %(closed_on)s."),
    "facility_whose_missing": _("Say whose facility it is; it is no joint one, but: %(kind)s."),
    "facility_in_use": _("%(person)s is sent there until %(ends_on)s."),
    "facility_closed": _(
        "%(facility)s is not open on every day of the secondment, but from %(starts_on)s until "
        "%(ends_on)s."
    ),
    "no_secondments": _("The charter “%(charter)s” says nothing of secondments."),
    "secondment_too_short": _(
        "The charter asks for at least %(months)s months, that is until %(shortest)s."
    ),
    "secondment_too_long": _(
        "The charter allows at most %(months)s months, that is until %(longest)s."
    ),
    "secondment_extended_too_far": _(
        "The charter allows %(months)s months of extension in all, that is until %(furthest)s."
    ),
    "secondment_not_extended": _("It ends on %(ends_on)s; an extension ends later."),
    "secondment_overlaps": _(
        "%(person)s is sent to %(facility)s from %(starts_on)s until %(ends_on)s."
    ),
    "secondment_letter_missing": _(
        "Give the day on which the three parties signed the letter on %(person)s."
    ),
    "secondment_undertaking_missing": _(
        "The charter wants the undertaking of %(person)s on intellectual property and secrecy."
    ),
    "secondment_handed_back": _("%(person)s was handed back on %(handed_back_on)s."),
    "secondment_handed_back_outside": _(
        "Give a day after the first one, %(starts_on)s, and not after today, %(today)s."
    ),
    "secondment_foreign": _("“%(name)s” is of another consortium."),
    # notices
    "project_started": _("Project %(project)s begins; sign its contract by: %(due_on)s"),
    "project_suspended": _("Project %(project)s is suspended from %(happened_on)s"),
    "project_resumed": _("Project %(project)s goes on from %(happened_on)s"),
    "project_terminated": _("Project %(project)s was terminated on %(happened_on)s"),
    "project_closed": _("Project %(project)s was closed on %(happened_on)s"),
    "deliverable_accepted": _("%(project)s: deliverable %(item)s is accepted"),
    "deliverable_sent_back": _("%(project)s: deliverable %(item)s is sent back"),
    "report_accepted": _("%(project)s: report %(item)s is accepted"),
    "report_sent_back": _("%(project)s: report %(item)s is sent back"),
    # deadlines, in notices and in the docket
    "contract_due": _("%(project)s: the contract is to be signed"),
    "contract_due_late": _("%(project)s: the contract was to be signed by %(due_on)s"),
    "milestone_due": _("%(project)s: milestone %(item)s, %(title)s"),
    "milestone_due_late": _("%(project)s: milestone %(item)s was due on %(due_on)s"),
    "deliverable_due": _("%(project)s: deliverable %(item)s, %(title)s"),
    "deliverable_due_late": _("%(project)s: deliverable %(item)s was due on %(due_on)s"),
    "report_due": _("%(project)s: progress report of %(who)s from %(starts_on)s"),
    "report_due_late": _(
        "%(project)s: the progress report of %(who)s from %(starts_on)s was due on %(due_on)s"
    ),
    "secondment_ends": _("%(person)s comes back from %(facility)s"),
    "secondment_ends_late": _("%(person)s was to come back from %(facility)s on %(due_on)s"),
    "review_due": _("Review of proposal %(proposal)s"),
    "review_due_late": _("The review of proposal %(proposal)s was due on %(due_on)s"),
    "deliverable_waits": _("%(project)s: look at deliverable %(item)s"),
    "report_waits": _("%(project)s: look at progress report %(item)s"),
    "project_plan_waits": _("%(project)s: decide on version %(version)s of the plan"),
}
