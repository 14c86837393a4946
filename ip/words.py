"""Answers about rights as words in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from ip.rules.answers import Answer, Verdict
from ip.states import PARTIES, REASONS, TERMS, VERDICTS

CONDITIONS = {
    "needed": pgettext_lazy("condition", "as far as its own work needs it"),
    "own_field": pgettext_lazy("condition", "in its own field of business"),
    "licensed_field": pgettext_lazy("condition", "in the licensed field"),
    "licensed_territory": pgettext_lazy("condition", "in the licensed territory"),
    "compensation": pgettext_lazy("condition", "the co-owners get their shares of what it earns"),
}


def code_of(verdict: Verdict) -> str:
    return verdict.name.lower()


def verdict(found: Answer) -> str:
    """Return whether one may, in a word or two, with the terms where they are not free."""
    said = str(dict(VERDICTS)[code_of(found.verdict)])
    terms = dict(TERMS).get(found.terms.value) if found.terms else None
    return f"{said} · {terms}" if terms else said


def reason(found: Answer) -> str:
    """Return why, as a sentence."""
    parties = dict(PARTIES)
    values = {
        "party": parties[found.party.value] if found.party else "—",
        "within": parties[found.within.value] if found.within else "—",
    }
    return str(dict(REASONS)[found.reason.value]) % values


def conditions(found: Answer) -> list[str]:
    """Return what an allowed use is bound to."""
    said = [str(CONDITIONS[code]) for code in found.conditions if code in CONDITIONS]
    if found.within and found.verdict > Verdict.NO:
        within = dict(PARTIES)[found.within.value]
        said.insert(0, _("only to: %(party)s") % {"party": within})
    return said


def sentence(found: Answer) -> str:
    """Return an answer in one line: whether, why, and bound to what."""
    values = {"answer": verdict(found), "reason": reason(found)}
    bound = conditions(found)
    if not bound:
        return _("%(answer)s: %(reason)s") % values
    values["bound"] = pgettext("between conditions", "; ").join(bound)
    return _("%(answer)s: %(reason)s (%(bound)s)") % values
