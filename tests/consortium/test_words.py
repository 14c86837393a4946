"""Every code has its sentence, and every sentence its values."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

import config
from consortium import registry, words
from consortium.errors import Denied, DomainError, Several
from consortium.rules.problems import _CODES, InvalidDocument, Problem
from consortium.states import Role

ROOT = Path(config.__file__).resolve().parents[1]
APPS = ("consortium", "projects", "funding", "ip")

SELF_EXPLAINED = {"invalid", "several"}
"""Codes of errors that only hold others, or that nothing raises by itself."""


def sources(*folders: str) -> Iterator[Path]:
    for app in APPS:
        for folder in folders:
            yield from sorted((ROOT / app / folder).rglob("*.py"))


def calls(names: set[str], *folders: str) -> Iterator[tuple[str, int, set[str] | None]]:
    """Yield code, position and the names of values of each such call, None if not written out."""
    for path in sources(*folders):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", None)
            if isinstance(node, ast.Call) and name in names:
                code = code_of(node, first=name == "refusal")
                if code is not None:
                    yield code, node.lineno, given(node)


def code_of(call: ast.Call, *, first: bool) -> str | None:
    """Return the code written in a call: its first argument, its second, or `code=`."""
    keyword = next((each.value for each in call.keywords if each.arg == "code"), None)
    position = 0 if first else 1
    found = keyword or (call.args[position] if len(call.args) > position else None)
    return found.value if isinstance(found, ast.Constant) else None


def given(call: ast.Call) -> set[str] | None:
    named = {each.arg for each in call.keywords if each.arg}
    for value in call.args:
        if isinstance(value, ast.Dict):
            return {key.value for key in value.keys if isinstance(key, ast.Constant)}
    return named or None


def subclasses(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in base.__subclasses__():
        yield each
        yield from subclasses(each)


def errors() -> dict[str, type[DomainError]]:
    for app in APPS:
        for path in sources("."):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if path.is_relative_to(ROOT / app) and ".migrations." not in name:
                import_module(name.removesuffix(".__init__"))
    return {each.code: each for each in subclasses(DomainError) if each.__module__[:5] != "tests"}


def test_every_refusal_has_a_sentence() -> None:
    assert errors().keys() - registry.messages.keys() - SELF_EXPLAINED == set()


def test_every_problem_has_a_sentence() -> None:
    found = {code for code, _, _ in calls({"Problem", "refusal"}, "rules", "operations")}
    assert len(found) > 30
    assert (found | set(_CODES.values()) | {"wrong_type"}) - {"problems"} - (
        registry.messages.keys()
    ) == set()


def test_every_failure_docket_item_and_notice_has_a_sentence() -> None:
    found = set()
    for path in sources("reports", "operations"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", None)
            if isinstance(node, ast.Call) and name in ("Failure", "DocketItem"):
                if isinstance(node.args[0], ast.Constant):
                    found.add(node.args[0].value)
            elif isinstance(node, ast.Call) and name in ("notify", "Notice"):
                found.add(code_of(node, first=True))
            elif isinstance(node, ast.Call) and name == "tell":
                found.add(ast.literal_eval(node.args[2]))
    assert {"audit_tail", "charge_due", "figures_requested"} <= found
    assert found - {None} - registry.messages.keys() == set()


def wanted(code: str) -> set[str]:
    """Return the names of the values a code's sentence shows."""
    return set(re.findall(r"%\((\w+)\)", str(registry.messages[code])))


def test_every_value_of_a_sentence_is_given_where_it_is_raised() -> None:
    by_class = {each.__name__: code for code, each in errors().items()}
    missing = {}
    for path in sources("."):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
                continue
            name = getattr(node.exc.func, "id", "")
            if name not in by_class or any(each.arg is None for each in node.exc.keywords):
                continue
            lacks = wanted_or_none(by_class[name]) - {each.arg for each in node.exc.keywords}
            if lacks and name not in ("Several", "InvalidDocument"):
                missing[f"{path.name}:{node.lineno} {name}"] = lacks
    assert missing == {}


def wanted_or_none(code: str) -> set[str]:
    return wanted(code) if code in registry.messages else set()


def test_every_value_of_a_problem_is_given_where_it_is_found() -> None:
    missing = {
        f"{code}:{line}": wanted_or_none(code) - names
        for code, line, names in calls({"Problem", "refusal"}, "rules", "operations")
        if names is not None and wanted_or_none(code) - names
    }
    assert missing == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_sentence_can_be_said(language: str) -> None:
    with translation.override(language):
        said = {code: words.say(code, {}) for code in registry.messages}
        broken = {code for code, text in registry.messages.items() if "%(" in words.say(code, {})}
    assert broken == set()
    assert all(said.values())
    assert {app.label for app in apps.get_app_configs()} >= set(APPS)


# How values read


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("en", Decimal("7413000.00"), "7,413,000"),
        ("en", Decimal("7413000.5"), "7,413,000.5"),
        ("en", Decimal("1E+3"), "1,000"),
        ("en", Decimal("-0.5"), "-0.5"),
        ("zh-hans", Decimal("7413000.00"), "7,413,000"),
        ("en", date(2026, 3, 2), "March 2, 2026"),
        ("zh-hans", date(2026, 3, 2), "2026年3月2日"),
        ("en", "2026-12-17 17:00:00+08:00", "December 17, 2026 17:00 UTC+08:00"),
        ("zh-hans", "2026-12-17 17:00:01+08:00", "2026年12月17日 17:00:01 UTC+08:00"),
        ("en", "2026-12-17 17:00:00.500+08:00", "December 17, 2026 17:00:00.500 UTC+08:00"),
        ("en", "2026-13-17 17:00:00+08:00", "2026-13-17 17:00:00+08:00"),
        ("en", None, "—"),
        ("en", [], "—"),
        ("en", ["a", Decimal("1000")], "a, 1,000"),
        ("en", Role.FINANCE, "Finance"),
        ("en", 12, "12"),
    ],
)
def test_values_read_as_the_reader_writes_them(language: str, value: object, expected: str) -> None:
    with translation.override(language):
        assert words.inside(value) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("7413000.000", "USD", "7,413,000.00 USD"),
        ("7413000.000", "JPY", "7,413,000 JPY"),
        ("12.345", "USD", "12.345 USD"),
        ("2.500", "days", "2.5 days"),
        ("0", "CNY", "0.00 CNY"),
    ],
)
def test_amounts_show_the_units_decimals(value: str, unit: str, expected: str) -> None:
    assert words.amount(Decimal(value), unit) == expected


def test_refusals_are_explained() -> None:
    problems = [
        Problem("dues.levies[0].unit", "unknown_unit", {"unit": "XX"}),
        Problem("", "empty"),
    ]
    assert words.explain(InvalidDocument(problems)) == (
        "dues.levies[0].unit: “XX” is neither a currency nor declared under units\nis empty"
    )
    assert words.explain(Denied(roles=[Role.FINANCE, Role.SECRETARY])) == (
        "You may see this, but not do it. It takes one of these roles: Finance, Secretary."
    )
    several = Several([Denied(roles=[]), Denied(roles=[Role.IP])])
    assert words.explain(several).count("\n") == 1
    assert words.say("never_heard_of", {}) == "never_heard_of"
