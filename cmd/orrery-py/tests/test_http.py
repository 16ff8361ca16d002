"""What orrery serve says of itself is valid, and what it does is what it says."""

import json
import re
import subprocess
import urllib.error
import urllib.request

import pytest

yaml = pytest.importorskip("yaml")
schemathesis = pytest.importorskip("schemathesis")
openapi_spec_validator = pytest.importorskip("openapi_spec_validator")


@pytest.fixture(scope="module")
def url(program):
    command = [program, "serve", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            for line in server.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    break
            else:
                pytest.fail("the server did not say where it listens")
            yield found[0]
        finally:
            server.terminate()


def ask(url, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=300) as response:
            return response.status, json.loads(response.read() or "null"), response.headers
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers


@pytest.fixture(scope="module")
def document(url):
    with urllib.request.urlopen(url + "/openapi.yaml", timeout=300) as response:
        return yaml.safe_load(response.read())


def test_the_document_is_openapi(document):
    openapi_spec_validator.validate(document)


def closed(schema, path=""):
    """Where schemas with properties leave other keys open."""
    if isinstance(schema, list):
        for i, part in enumerate(schema):
            yield from closed(part, f"{path}[{i}]")
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("additionalProperties") is not False:
            yield path
        for key, part in schema.items():
            yield from closed(part, f"{path}.{key}")


def test_requests_say_that_they_have_no_other_keys(document):
    schemas = document["components"]["schemas"]
    assert [p for name in schemas if name.endswith(("Request", "Answer")) for p in closed(schemas[name], name)] == []


def test_other_keys_are_refused(url, document):
    """Each request of the document with a key of no one is refused, and names it."""
    _, env, _ = ask(url, "POST", "/v1/environments", {"scenario": "pusht"})
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters" or "requestBody" not in operation:
                continue
            example = json.loads(json.dumps(operation["requestBody"]["content"]["application/json"]["example"]).replace('"ID"', json.dumps(env["id"])))
            at = path.replace("{id}", env["id"])
            status, answer, _ = ask(url, method.upper(), at, example)
            assert status == 200, (path, answer)
            status, answer, _ = ask(url, method.upper(), at, {**example, "nobodys": 1})
            assert status == 400 and "nobodys" in answer["error"]["message"], (path, answer)


def test_answers_to_examples_are_as_the_document_says(url, document):
    """Responses are checked by schemathesis against their schemas, all of them closed."""
    schema = schemathesis.openapi.from_dict(document)
    _, env, _ = ask(url, "POST", "/v1/environments", {"scenario": "pusht"})
    seen = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        body = operation.body[0].definition.get("example") if operation.body else None
        if body is not None:
            body = json.loads(json.dumps(body).replace('"ID"', json.dumps(env["id"])))
        if operation.method.upper() == "DELETE" or operation.path == "/openapi.yaml":  # which is no text to who parses YAML
            continue
        case = operation.Case(path_parameters={"id": env["id"]} if "{id}" in operation.path else {}, body=body if body is not None else schemathesis.core.NOT_SET, media_type="application/json" if body is not None else None)
        response = case.call(base_url=url)
        assert response.status_code == 200, (operation.label, response.text)
        case.validate_response(response)
        seen.add(operation.label)
    assert {"POST /v1/steps", "POST /v1/resets", "POST /v1/environments/{id}/reset", "POST /v1/rollout", "GET /v1/scenarios"} <= seen


def test_wrong_methods_are_told_the_right_ones(url):
    for path, allowed in {"/v1/steps": {"POST"}, "/health": {"GET", "HEAD"}, "/v1/environments/x": {"DELETE", "GET", "HEAD"}}.items():
        status, answer, headers = ask(url, "PUT", path, {})
        assert status == 405 and answer["error"]["code"] == "not_allowed"
        assert set(headers["Allow"].split(", ")) == allowed


def test_many_steps_in_states_that_are_told(url):
    ids = [ask(url, "POST", "/v1/environments", {"scenario": "pusht"})[1]["id"] for _ in range(3)]
    state = [[1, 1, 0, 0, 0, 0], [2.5, 2.25, 0.5, 0.1, 0, 0]]
    status, answer, _ = ask(url, "POST", "/v1/resets", {"resets": [{"environment": i, "seed": k, "state": state} for k, i in enumerate(ids)]})
    assert status == 200 and len({str(a["reset"]["observation"]) for a in answer["resets"]}) == 1
    status, answer, _ = ask(url, "POST", "/v1/steps", {"steps": [{"environment": i, "action": [100, 100]} for i in ids] + [{"environment": "nobody", "action": [1]}]})
    assert status == 200 and answer["steps"][3]["error"]["code"] == "not_found"
    assert answer["steps"][0] == answer["steps"][1] == answer["steps"][2]
    for i in ids:
        assert ask(url, "DELETE", f"/v1/environments/{i}")[0] == 204


@pytest.mark.filterwarnings("ignore")
def test_requests_of_any_kind_are_answered_as_the_document_says(url, document):
    """Schemathesis makes requests that fit and that do not fit, and checks every answer."""
    import hypothesis
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.startswith("/v1/") or operation.path == "/health":

            @hypothesis.given(case=operation.as_strategy())
            @hypothesis.settings(max_examples=3, deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck))
            def attempt(case):
                response = case.call(base_url=url)
                assert response.status_code < 500 or response.status_code == 503, response.text
                # Values and names that a schema lets pass may be wrong for a scenario.
                case.validate_response(response, excluded_checks=[positive_data_acceptance])

            attempt()
