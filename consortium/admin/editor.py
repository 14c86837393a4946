"""The editor of a draft charter: a form made from the sections' schema, or the text itself."""

import json
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium import registry, words
from consortium.admin import labels
from consortium.admin.acts import Act
from consortium.models import Charter
from consortium.operations.charters import rewrite_draft, written
from consortium.rules.documents import CharterDocument, json_schema, parse_charter, read_charter
from consortium.rules.schema import InvalidDocument, Problem
from consortium.rules.toml import read_toml, write_toml

FORM, TEXT = "form", "text"
registry.add_messages(
    {
        "not_json": _("the form did not arrive whole; open it again"),
    }
)

OWN = ("code", "title", "starts_on", "ends_on", "basis", "ends_basis", "source", "note")


class Edit(Act):
    """Rewrite a draft, from the form or from the text, whichever was on top."""

    name, title, icon = "edit", _("Edit the draft"), "edit"
    operation, variant = "consortium.rewrite_draft", "primary"
    submit, done = _("Save the draft"), _("The draft is saved.")

    revision = forms.IntegerField(widget=forms.HiddenInput)
    mode = forms.ChoiceField(choices=[(FORM, FORM), (TEXT, TEXT)])
    body = forms.CharField(required=False, strip=False)
    text = forms.CharField(required=False, strip=False)

    problems: tuple[Problem, ...] = ()

    @classmethod
    def fits(cls, subject: Charter) -> bool:
        return subject.is_draft

    def write(self) -> Charter:
        revision = self.cleaned_data["revision"]
        try:
            said = written(self.parsed())
            return rewrite_draft(charter=self.subject, revision=revision, **said, **self.who)
        except InvalidDocument as error:
            self.problems = error.errors
            raise

    def parsed(self) -> CharterDocument:
        if self.cleaned_data["mode"] == TEXT:
            return read_charter(self.cleaned_data["text"].replace("\r\n", "\n"))
        return parse_charter(json_body(self.cleaned_data["body"]))

    def page(self) -> dict[str, Any]:
        """Return what the editor's page is made from: what was sent, or else what is stored."""
        stored = self.subject.document()
        sent = self.data if self.is_bound else {}
        mode = sent.get("mode", FORM)
        body = sent.get("body") or json.dumps(stored.stored())
        return {
            "mode": mode,
            "revision": sent.get("revision", self.subject.revision),
            "text": sent.get("text") or write_toml(stored.body()),
            "problems": self.found(),
            "data": {
                "document": json.loads(body) if valid_json(body) else stored.stored(),
                "schema": annotated(),
                "words": texts(),
            },
        }

    def found(self) -> list[dict[str, str]]:
        """Return everything that was refused, each with the place it stands at."""
        if self.problems:
            return [
                {"path": each.path, "sentence": words.say(each.code, each.values)}
                for each in self.problems
            ]
        return [{"path": "", "sentence": str(s)} for found in self.errors.values() for s in found]


def json_body(text: str) -> Any:
    """Return a JSON document's body. Raises InvalidDocument."""
    if not valid_json(text):
        raise InvalidDocument([Problem("", "not_json")])
    return json.loads(text)


def valid_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def convert(request: HttpRequest) -> JsonResponse:
    """Answer the same document in the other form: JSON for the form, or TOML for the text.

    Nothing is saved, and nothing but its syntax need be right.
    """
    if request.method != "POST":
        raise PermissionDenied
    try:
        if request.POST.get("to") == TEXT:
            body = json_body(request.POST.get("body", ""))
            return JsonResponse({"text": write_toml(in_toml(body))})
        found = read_toml(request.POST.get("text", "").replace("\r\n", "\n"))
        return JsonResponse({"body": json.loads(json.dumps(found, default=str))})
    except InvalidDocument as error:
        problems = [{"path": each.path, "sentence": words.problem(each)} for each in error.errors]
        return JsonResponse({"problems": problems}, status=422)


def in_toml(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body as TOML writes it: days as days where the document is sound."""
    try:
        return parse_charter(body).body()
    except InvalidDocument:
        return dict(without_nothing(body))


def without_nothing(value: Any) -> Any:
    """Return a value without what TOML cannot say: nothing at all."""
    if isinstance(value, dict):
        return {key: without_nothing(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nothing(each) for each in value if each is not None]
    return value


def annotated() -> dict[str, Any]:
    """Return the charter's JSON Schema with names, hints and labels in the reader's language."""
    schema = json_schema()
    schema["x-own"] = [name for name in OWN if name in schema["properties"]]
    told(schema, "")
    for name, definition in schema["$defs"].items():
        told(definition, name)
        if name in labels.options:
            definition["x-name"] = str(labels.options[name])
        if name in labels.choices:
            said = {str(value): str(label) for value, label in labels.choices[name]}
            definition["x-labels"] = {value: said.get(value, value) for value in definition["enum"]}
    return schema


def told(node: dict[str, Any], schema: str) -> None:
    """Add to each property what it is called, its hint, and whether it is folded away."""
    for name, at in node.get("properties", {}).items():
        hint = labels.found(labels.hints, schema, name)
        at["x-name"] = labels.name_of(schema, name)
        if hint is not None:
            at["x-hint"] = str(hint)
        if f"{schema}.{name}" in labels.suggestions:
            at["x-suggest"] = labels.suggestions[f"{schema}.{name}"]
        if labels.is_expert(schema, name):
            at["x-expert"] = True


def texts() -> dict[str, str]:
    """Return the words the editor's script puts on the page."""
    return {
        "add": gettext("Add"),
        "remove": gettext("Remove"),
        "up": gettext("Move up"),
        "down": gettext("Move down"),
        "more": gettext("More"),
        "filled": gettext("filled in"),
        "choose": gettext("— choose —"),
        "none": gettext("— not said —"),
        "code": gettext("code"),
        "own": gettext("Title and days"),
        "required": gettext("required"),
        "empty": gettext("Nothing is said here."),
        "english": gettext("English"),
        "chinese": gettext("Chinese"),
        "missing": gettext("Not in this charter:"),
        "unreadable": gettext("The text does not read; mend it before you change to the form."),
        "removing": gettext("Remove this and all that is in it?"),
    }
