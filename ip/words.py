"""Answers about rights, as words in the reader's language and laid out for programs."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from ip.rules.answers import Answer, Verdict
from ip.rules.choices import Use
from ip.rules.facts import Question
from ip.rules.rights import answer, next_change
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


def source(found: Answer, charter: str) -> str:
    """Return where an answer is written: the charter, the clause, and the rule's path."""
    return " · ".join(each for each in (found.charter or charter, found.clause, found.path) if each)


def told(question: Question, use: Use, on: date, charter: str) -> dict[str, Any]:
    """Return the answer about a use with the next other one; `charter`: the result's own."""
    after = next_change(question, use, on)
    return {
        "use": use.value,
        **laid_out(answer(question, use, on), charter),
        "next": {"on": after.period.starts_on, **laid_out(after.answer, charter)}
        if after
        else None,
    }


def laid_out(found: Answer, charter: str) -> dict[str, Any]:
    """Return an answer as codes, with the same in words."""
    return {
        "verdict": code_of(found.verdict),
        "reason": found.reason.value,
        "party": found.party and found.party.value,
        "within": found.within and found.within.value,
        "terms": found.terms and found.terms.value,
        "conditions": list(found.conditions),
        "charter": found.charter or charter,
        "path": found.path,
        "clause": found.clause,
        "detail": sentence(found),
    }
