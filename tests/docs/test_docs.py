"""What the documents say is tried, and the tree keeps the limits it sets itself.

In a ```console block each line after `$ ` is a command and what follows is its
output: `manage.py …` is run, `echo $?` is the exit code of the one before, and
`make …` must be a target. A ```toml block whose first line is `# name.toml` is a
file in the folder the commands run in; `# part of PATH` quotes a file. One that begins
`# name.toml continues frame.toml` stands below the other, and its comments
`# sales=5 joined=2027-09-01 → 10.00` are what `quote` is asked and answers.
"""

import ast
import io
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
WRITTEN_ON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""The day the outputs in the documents were taken."""

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"# ([\w-]+\.toml)(?: continues ([\w-]+\.toml))?\n")
QUESTION = re.compile(r"^# (.*)→ (.+)$", re.M)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
QUOTED_PATH = re.compile(
    r"`((?:config|consortium|projects|funding|ip|docs|tests|locale|\.ci)/[\w./-]*)`"
)

# In parts, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:{})/".format("|".join(("work", "tmp", "home", "root"))))
REGISTRY = re.compile(r"(?:py[p]i|python[h]osted|np[m]js|ana[c]onda)\.(?:org|com)")
FORBIDDEN = {"utils", "helpers", "common", "services", "misc"}
COUNTED = {".py", ".html", ".css", ".js", ".md", ".sh"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(document: Path, language: str) -> list[str]:
    found = FENCE.findall(document.read_text(encoding="utf-8"))
    return [text for kind, text in found if kind == language]


def with_blocks(language: str) -> list[Any]:
    return [pytest.param(each, id=name_of(each)) for each in DOCUMENTS if blocks(each, language)]


# Examples


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Return each command of a block with the lines printed below it."""
    lines = block.replace("\\\n", "").splitlines()
    found = []
    while lines:
        line = lines.pop(0)
        assert line.startswith("$ "), f"output without a command: {line}"
        printed = list(takewhile(lambda each: not each.startswith("$ "), lines))
        del lines[: len(printed)]
        found.append((line[2:], printed))
    return found


def run(line: str) -> tuple[list[str], int]:
    """Run a management command as its user would; return what is printed and the exit code."""
    code, *words = shlex.split(line)[1:]
    printed, status = io.StringIO(), 0
    with redirect_stdout(printed), redirect_stderr(printed):
        command = loaded(code)
        try:
            options = vars(command.create_parser("manage.py", code).parse_args(words))
            command.execute(*options.pop("args", ()), **options | {"skip_checks": True})
        except CommandError as error:
            print(f"CommandError: {error}")
            status = error.returncode
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    return [each.rstrip() for each in printed.getvalue().splitlines()], status


def loaded(code: str) -> BaseCommand:
    app: Any = get_commands()[code]
    command: BaseCommand = load_command_class(app, code)
    command._called_from_command_line = True
    return command


def written() -> dict[str, str]:
    """Return the files the documents show, by name, each below the one it continues."""
    shown = [
        (*made.groups(), text)
        for document in DOCUMENTS
        for text in blocks(document, "toml")
        if (made := FILE.match(text))
    ]
    whole = {name: text for name, frame, text in shown if frame is None}
    parts = {name: whole[frame] + text for name, frame, text in shown if frame is not None}
    assert len(whole | parts) == len(shown), "a name is used twice"
    return whole | parts


def quoted(name: str, asked: str) -> str:
    """Return the amount `quote` computes for a file, or what it says instead."""
    words = [f"--input {each}" for each in asked.split()]
    options = " ".join(words).replace("--input joined=", "--joined-on ")
    levy = f"--charter {name} --levy dues --category member"
    said, status = run(f"manage.py quote {levy} --json {options}")
    return said[0].removeprefix("CommandError: ") if status else json.loads(said[0])["amount"]


@pytest.fixture(scope="module")
def after_make_run(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Give what `make run` leaves behind, as it was on the day the documents were written."""
    that_day = time_machine.travel(WRITTEN_ON, tick=False)
    with django_db_blocker.unblock(), that_day, transaction.atomic():
        assert run("manage.py load_cases")[1] == 0
        assert run("manage.py demo")[1] == 0
        yield
        transaction.set_rollback(True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder of the documents' own files, at a terminal of 100 columns."""
    for name, text in written().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize("document", with_blocks("console"))
def test_every_example_prints_what_the_document_says(
    document: Path, folder: Path, after_make_run: None
) -> None:
    tried = [step for block in blocks(document, "console") for step in steps(block)]
    status = 0
    with transaction.atomic(), translation.override("en"):
        for line, printed in tried:
            if line == "echo $?":
                assert printed == [str(status)]
            elif line.startswith("make "):
                targets = (ROOT / "Makefile").read_text()
                assert re.search(rf"^{line.split()[1]}:", targets, re.M), line
            else:
                assert line.startswith("manage.py "), f"not an example that can be tried: {line}"
                found, status = run(line)
                assert found == [each.rstrip() for each in printed], line
        transaction.set_rollback(True)


CONTINUED = [(name, text) for name, text in written().items() if " continues " in text]


@pytest.mark.parametrize(("name", "text"), CONTINUED, ids=[name for name, _ in CONTINUED])
def test_every_dues_rule_answers_as_the_document_says(name: str, text: str, folder: Path) -> None:
    asked = QUESTION.findall(text)
    with translation.override("en"):
        assert asked
        assert [(each, quoted(name, each)) for each, _ in asked] == asked


@pytest.mark.parametrize("document", with_blocks("toml"))
def test_every_toml_example_reads(document: Path) -> None:
    for text in blocks(document, "toml"):
        tomllib.loads(text)
        if quoted := re.match(r"# part of (\S+)\n", text):
            whole = (ROOT / quoted.group(1)).read_text(encoding="utf-8")
            assert text.removeprefix(quoted.group()) in whole


# References


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as they are made when it is shown."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", [pytest.param(each, id=name_of(each)) for each in DOCUMENTS])
def test_every_link_and_path_resolves(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    broken += [each for each in QUOTED_PATH.findall(text) if not (ROOT / each).exists()]
    assert broken == []


def test_every_setting_is_documented() -> None:
    code = "\n".join(each.read_text() for each in ROOT.glob("config/**/*.py"))
    read = set(re.findall(r'environment\.(?!refuse)\w+\(\s*"([A-Z_]+)"', code)) | {"CONSORTIUM_VAR"}
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", text, re.M)
    assert {name for row in rows for name in re.findall(r"[A-Z_]+", row)} == read


def test_the_picture_shows_the_house_that_the_imports_keep_to() -> None:
    tree = ElementTree.parse(ROOT / "docs/architecture.svg")
    drawn = [each for each in tree.iter() if each.get("class") == "storey"]
    drawn.sort(key=lambda each: float(each.get("y", "0")))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    assert [each.text for each in drawn] == layers


# Limits


def files() -> list[Path]:
    """Return every file that is tracked, or would be."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    found = [ROOT / name for name in sorted(set(listed.split("\0"))) if name]
    return [each for each in found if each.is_file()]


def content(path: Path) -> str:
    """Return a file's text; nothing for pictures and the like."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def is_python(path: Path) -> bool:
    first = content(path).partition("\n")[0]
    return path.suffix == ".py" or (first.startswith("#!") and "python" in first)


def sources() -> list[Path]:
    """Return the Python files that are written by hand."""
    return [each for each in files() if is_python(each) and "migrations" not in each.parts]


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, Any]]:
    for path in sources():
        for node in ast.walk(ast.parse(content(path))):
            if isinstance(node, kinds):
                yield name_of(path), node


def longer(limit: int, *kinds: type[ast.AST]) -> list[str]:
    return [
        f"{path}:{node.lineno} {node.name}: {length}"
        for path, node in nodes(*kinds)
        if (length := node.end_lineno - node.lineno + 1) > limit
    ]


def test_no_file_is_long() -> None:
    long = []
    for path in files():
        if "migrations" in path.parts or not (path.suffix in COUNTED or is_python(path)):
            continue
        limit = 500 if path.is_relative_to(ROOT / "tests") else 300
        if (lines := len(content(path).splitlines())) > limit:
            long.append(f"{name_of(path)}: {lines}")
    assert long == []


def test_no_function_is_long() -> None:
    assert longer(40, ast.FunctionDef, ast.AsyncFunctionDef) == []


def test_no_class_is_long() -> None:
    assert longer(200, ast.ClassDef) == []


def test_imports_stand_at_the_top() -> None:
    assert [
        f"{path}:{inner.lineno}"
        for path, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    named = [each for each in sources() if FORBIDDEN & {*each.relative_to(ROOT).parts, each.stem}]
    assert [name_of(each) for each in named] == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["paths", "registries"])
def test_no_file_names_the_machine_it_was_written_on(pattern: re.Pattern[str]) -> None:
    assert [
        f"{name_of(path)}:{number}"
        for path in files()
        for number, line in enumerate(content(path).splitlines(), start=1)
        if pattern.search(line)
    ] == []
