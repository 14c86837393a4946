"""What the parts of a charter are called, for people who never see its keys.

Keyed by property (`starts_on`) or, where a name means something else in one
schema, by schema and property (`Levy.basis`). Higher apps add their sections'.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.states import (
    BASES,
    BODY_KINDS,
    INITIATORS,
    LANGUAGES,
    LEGAL_FORMS,
    LEVELS,
    MATTERS,
    ORGANIZATION_KINDS,
    ROWS,
    STAGES,
    STRUCTURES,
    Role,
)

names: dict[str, Any] = {
    # the document's own
    "code": _("code"),
    "title": _("title"),
    "starts_on": _("in force from"),
    "ends_on": _("in force until (exclusive)"),
    "basis": _("rests on"),
    "ends_basis": _("its end rests on"),
    "source": _("source"),
    "note": _("note"),
    # profile
    "profile": _("Profile"),
    "legal_form": _("legal form"),
    "stage": _("stage of cooperation"),
    "structure": _("structure"),
    "initiator": _("initiator"),
    "lead": _("who leads"),
    "Lead.organization": _("organization, by its key in a reference case"),
    "Lead.name": _("name"),
    "languages": _("languages"),
    "ProfileSection.units": _("named units"),
    "Units.host": _("host unit"),
    "Units.liable": _("liable unit"),
    "Units.funds_holder": _("holder of the funds"),
    "cautions": _("cautions"),
    "legal_forms": _("legal forms concerned"),
    "table": _("rows of the comparison"),
    "text": _("text"),
    **{f"Table.{row}": label for row, label in ROWS},
    # admission
    "admission": _("Admission"),
    "countries": _("eligible countries"),
    "foreign_control": _("control from abroad, at most"),
    "share": _("share"),
    "level": _("if it is broken"),
    "kinds": _("eligible kinds of organization"),
    "closed": _("membership is closed"),
    "lowest": _("fewest members"),
    "highest": _("most members"),
    "count": pgettext_lazy("count", "number"),
    "enterprise_share": _("enterprises among the members, at least"),
    "notice_months": _("notice for leaving, in months"),
    "notice_days": _("notice for leaving, further days"),
    "categories": _("categories of members"),
    "label": _("name"),
    # governance
    "governance": _("Governance"),
    "bodies": _("bodies"),
    "BodyEntry.kind": _("kind of body"),
    "seats": _("seats"),
    "decides": _("who decides what"),
    **{f"Decisions.{matter}": label for matter, label in MATTERS},
    "by": _("deciding body, by its code"),
    "second": _("second person who must agree"),
    "en": _("English"),
    "zh": _("Chinese"),
}

hints: dict[str, Any] = {
    "ends_on": _("The first day that no longer counts; leave empty if open."),
    "countries": _("Two-letter codes, separated by commas: CN, US. Empty: any."),
    "kinds": _("None ticked: any."),
    "share": _("A part of 1: 0.5 is 50%."),
    ".code": _("Small letters, digits and hyphens, such as charter-2027."),
    "code": _("Small letters, digits and underscores; rules refer to it."),
    "languages": _("The languages the consortium works in."),
    "note": _("What a reader should know."),
}

choices: dict[str, list[tuple[str, Any]]] = {
    "Basis": BASES,
    "LegalForm": LEGAL_FORMS,
    "Stage": STAGES,
    "Structure": STRUCTURES,
    "Initiator": INITIATORS,
    "Language": LANGUAGES,
    "OrganizationKind": ORGANIZATION_KINDS,
    "Level": LEVELS,
    "BodyKind": BODY_KINDS,
    "SecondPerson": [(role.value, role.label) for role in Role],
}
"""Labels of each enumeration, by its name in the schema."""

options: dict[str, Any] = {}
"""What each alternative of a union is called, by its name in the schema."""

suggestions: dict[str, str] = {
    "Decider.by": "governance.bodies",
    "Levy.categories": "admission.categories",
    "Rate.of": "inputs",
}
"""Where the codes a property may name are found: in a list, or in any table so called."""

experts: set[str] = {
    "basis",
    "ends_basis",
    "source",
    "note",
    "ProfileSection.cautions",
    "ProfileSection.table",
    "ProfileSection.lead",
    "ProfileSection.units",
}
"""What is folded away until asked for."""


def add(
    *,
    names_: dict[str, Any] | None = None,
    hints_: dict[str, Any] | None = None,
    choices_: dict[str, list[tuple[str, Any]]] | None = None,
    options_: dict[str, Any] | None = None,
    suggestions_: dict[str, str] | None = None,
    experts_: Iterable[str] = (),
) -> None:
    """Add the words of a higher app's sections."""
    names.update(names_ or {})
    hints.update(hints_ or {})
    choices.update(choices_ or {})
    options.update(options_ or {})
    suggestions.update(suggestions_ or {})
    experts.update(experts_)


def found[T](words: dict[str, T], schema: str, name: str) -> T | None:
    """Return what is said of a property of a schema, or of that property anywhere."""
    schema = schema.rpartition("__")[2]  # two schemas of one name have their modules before it
    return words.get(f"{schema}.{name}", words.get(name))


def name_of(schema: str, name: str) -> str:
    """Return what a property is called, or its own key in plain letters."""
    said = found(names, schema, name)
    return str(said) if said is not None else name.replace("_", " ")


def is_expert(schema: str, name: str) -> bool:
    """Say whether a property is folded away; a schema's own word on it counts first."""
    if f"{schema}.{name}" in experts:
        return True
    return name in experts and f"{schema}.{name}" not in names
