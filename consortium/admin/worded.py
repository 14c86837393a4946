"""Sentences for what only the admin refuses."""

from django.utils.translation import gettext_lazy as _

from consortium import registry

registry.add_messages(
    {
        "username_taken": _("The user name “%(username)s” is taken; choose another."),
        "email_taken": _("The mail address “%(email)s” belongs to another account."),
        "import_missing_columns": _(
            "These columns are missing: %(missing)s. The table has: %(expected)s."
        ),
        "import_unknown_columns": _(
            "These columns are unknown or stand twice: %(unknown)s. The table has: %(expected)s."
        ),
        "import_repeated_row": _("This row repeats row %(first)s."),
        "import_not_a_date": _(
            "“%(value)s” in the column %(column)s is not a day; write it as 2027-03-31."
        ),
        "import_not_there": _("“%(value)s” (%(column)s) was not found; enter it first."),
        "import_ambiguous": _(
            "“%(value)s” means more than one organization; give the registration number."
        ),
        "import_not_a_choice": _("“%(value)s” in the column %(column)s is none of: %(choices)s."),
    }
)
