"""What a case that is replayed answers of the ground, and the sentences it says."""

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.papers import replay
from consortium.registry import CaseFact

registry.case_facts.add(
    CaseFact("admission", replay.admissions),
    CaseFact("shares", replay.shareholdings),
)
registry.add_messages(
    {
        "not_a_case": _(
            "“%(consortium)s” is no reference case; only what is recorded is replayed."
        ),
        "case_not_at_hand": _(
            "The document of “%(case)s” is not at hand as it was loaded; load it again with"
            " “manage.py load_cases”, or replay a document of your own with “manage.py replay"
            " FILE.toml”."
        ),
        "unknown_case": _("There is no case “%(case)s”. Known: %(known)s."),
    }
)
