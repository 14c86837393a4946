from django.db import migrations

from consortium.sealing import seal, seal_with_parent

SEALED = (
    "projects_callchange",
    "projects_consensus",
    "projects_decision",
    "projects_projectevent",
)

SEALED_WHEN = {
    "projects_proposalversion": "OLD.submitted_at IS NOT NULL",
    "projects_review": "OLD.submitted_at IS NOT NULL",
    "projects_plan": "OLD.decided_on IS NOT NULL",
    "projects_question": "OLD.answered_at IS NOT NULL",
    "projects_progressreport": "OLD.accepted_by_id IS NOT NULL",
}

SUBMITTED = {
    "parent": "projects_proposalversion",
    "link": "version_id",
    "condition": "submitted_at IS NOT NULL",
}

# A budget line hangs from a participant, whose version may be sealed.
SIGNED_FOR = {
    "parent": "projects_participant",
    "link": "participant_id",
    "condition": (
        "EXISTS (SELECT 1 FROM projects_proposalversion v"
        " WHERE v.id = projects_participant.version_id AND v.submitted_at IS NOT NULL)"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("consortium", "0002_seal")]

    operations = [
        *(seal(table) for table in SEALED),
        *(seal(table, when=when) for table, when in SEALED_WHEN.items()),
        seal_with_parent("projects_participant", **SUBMITTED),
        seal_with_parent("projects_attachment", **SUBMITTED),
        seal_with_parent("projects_budgetline", **SIGNED_FOR),
    ]
