"""The SDK describes exactly the API there is: operations, what is sent, what is answered."""

import inspect
import re
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import pytest

from clients.sdk.calls import (
    access_rules,
    asking,
    audit,
    authorising,
    closing,
    consents,
    councils,
    documents,
    duties,
    identity,
    notices,
    oidc,
    pages,
    passkeys,
    people,
    programme,
    publication,
    rights,
    services,
    taking_out,
    uploads,
)
from server.access.parts import Parts
from server.app import create_app

MODULES = (
    closing,
    duties,
    asking,
    access_rules,
    people,
    passkeys,
    notices,
    authorising,
    rights,
    services,
    identity,
    oidc,
    programme,
    councils,
    documents,
    consents,
    publication,
    audit,
    taking_out,
    pages,
    uploads,
)
# A browser's way to upload, where programs send the file itself; and what providers send us.
NOT_FOR_PROGRAMS = {
    ("POST", "/documents/{document_id}/content"),
    ("POST", "/sign-outs/backchannel"),
}
SAMPLES: dict[Any, Any] = {str: "x", bool: True, int: 1, datetime: datetime(2026, 1, 1, tzinfo=UTC)}


def sample(hint: Any) -> Any:
    """Something to send for a parameter."""
    for kind in (hint, *get_args(hint)):
        if kind in SAMPLES:
            return SAMPLES[kind]
    return {} if "Mapping" in str(hint).split("[")[0] else []


def described() -> dict[tuple[str, str], tuple[Any, Any]]:
    """Every call of the SDK with everything given, by method and path; with its answer's type."""
    found = {}
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            hints = get_type_hints(function)
            answer = get_args(hints.pop("return"))[0]
            arguments = {each: sample(hint) for each, hint in hints.items()}
            variants = [arguments]
            if "council_id" in arguments and type(None) in get_args(hints["council_id"]):
                variants.append({**arguments, "council_id": None})
            for each in variants:
                call = function(**each)
                found[call.method, call.path] = (call, answer)
    return found


@pytest.fixture
def api(parts: Parts) -> dict[str, Any]:
    return create_app(parts).openapi()


def operations(api: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Every operation of the API, by method and path below the base."""
    return {
        (method.upper(), path.removeprefix("/api/v1")): operation
        for path, item in api["paths"].items()
        for method, operation in item.items()
        if method != "head" and path.startswith("/api/v1/")
    }


def resolved(api: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema a reference leads to; of several, the one that is no null."""
    while "$ref" in schema or "anyOf" in schema:
        if "anyOf" in schema:
            schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        else:
            schema = api["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def test_the_sdk_has_every_operation_and_no_other(api: dict[str, Any]) -> None:
    assert described().keys() == operations(api).keys() - NOT_FOR_PROGRAMS


def test_the_sdk_sends_only_what_the_api_takes(api: dict[str, Any]) -> None:
    for key, (call, _) in described().items():
        operation = operations(api)[key]
        taken = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        assert call.query.keys() <= taken, key
        assert set(re.findall(r"{(\w+)}", call.path)) == call.at.keys(), key
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            schema = resolved(api, content["application/json"]["schema"])
            assert call.body is not None, key
            assert call.body.keys() == schema["properties"].keys(), key
        else:
            assert call.body is None, key


def test_the_api_answers_every_field_that_the_sdk_reads(api: dict[str, Any]) -> None:
    for key, (_, answer) in described().items():
        responses = operations(api)[key]["responses"]
        success = next(value for code, value in sorted(responses.items()) if code < "3")
        content = success.get("content", {}).get("application/json")
        if answer is type(None) or content is None:
            continue
        schema = resolved(api, content["schema"])
        inner = get_args(answer)
        if inner:  # a page
            schema, answer = resolved(api, schema["properties"]["items"]["items"]), inner[0]
        check_shape(api, answer, schema, str(key))


def check_shape(api: dict[str, Any], shape: Any, schema: dict[str, Any], where: str) -> None:
    """Every field without default is answered, and nested ones likewise."""
    shown = schema.get("properties", {})
    hints = get_type_hints(shape)
    for each in fields(shape):
        required = each.default is MISSING and each.default_factory is MISSING
        assert each.name in shown or not required, f"{where}: {shape.__name__}.{each.name}"
        for kind in (hints[each.name], *get_args(hints[each.name])):
            if hasattr(kind, "__dataclass_fields__") and each.name in shown:
                inner = resolved(api, shown[each.name])
                inner = resolved(api, inner["items"]) if inner.get("type") == "array" else inner
                check_shape(api, kind, inner, where)
