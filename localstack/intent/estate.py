"""An estate while it is written: documents in AWS's shapes, and what every check should say of them.

The two are kept apart on purpose. Nothing here looks at a document to decide an outcome: whoever puts a
resource into an estate says, beside it and in words, what each check should find.
"""

import json
import pathlib

FUNCTION_CHECKS = (
    "lambda-public-policy",
    "lambda-public-url",
    "lambda-environment-secret",
    "lambda-missing-code-signing",
    "lambda-unenforced-code-signing",
    "lambda-deprecated-runtime",
    "cloudtrail-missing-lambda-data-events",
    "lambda-missing-reserved-concurrency",
    "lambda-missing-failure-destination",
    "lambda-maximum-timeout",
    "lambda-single-zone",
)
METHOD_CHECKS = ("apigateway-unauthenticated-method", "apigateway-missing-request-validation")
KEY_CHECKS = ("kms-public-key-policy", "kms-key-pending-deletion")
KEY_POLICY_CHECKS = ("kms-undivided-duties", "kms-cross-account-access", "kms-unmanageable-key", "kms-unlimited-service-use", "kms-loose-grants")
DOOR_CHECKS = ("apigateway-missing-resource-policy", "apigateway-public-resource-policy", "apigateway-open-private-api", "apigateway-unrestricted-network")
ENDPOINT_CHECKS = ("vpc-open-endpoint-policy",)
LOG_CHECKS = ("logs-public-policy",)
ACCOUNT_CHECKS = ("iam-root-access-key", "cloudtrail-missing-multi-region-trail")
SINGLE_CHECKS = (
    "apigateway-unauthenticated-route",
    "apigateway-missing-throttling",
    "cloudtrail-missing-log-validation",
    "iam-administrator-policy",
    "lambda-address-exhaustion",
    "vpc-missing-flow-logs",
    "vpc-subnet-low-addresses",
)
CHECKS = FUNCTION_CHECKS + METHOD_CHECKS + KEY_CHECKS + KEY_POLICY_CHECKS + DOOR_CHECKS + ENDPOINT_CHECKS + LOG_CHECKS + ACCOUNT_CHECKS + SINGLE_CHECKS
OUTCOMES = ("pass", "fail", "not_assessed", "not_applicable")


class Estate:
    """Collects documents and expected outcomes, and renders them as files."""

    def __init__(self, name: str, manifest: dict):
        self.name = name
        self.manifest = manifest
        self.account = manifest["account"]
        self._documents: dict[tuple[str, str], dict[str, list]] = {}
        self._findings: dict[tuple[str, str], dict] = {}
        self.planted: list[str] = []

    def put(self, scope: str, service: str, operation: str, answer: dict, **when) -> dict:
        """Add an entry; `when` are the request's parameters that it answers."""
        entry = {"when": when, "answer": answer} if when else {"answer": answer}
        self._documents.setdefault((scope, service), {}).setdefault(operation, []).append(entry)
        return answer

    def item(self, scope: str, service: str, operation: str, member: str, item: dict, **when) -> None:
        """Add an element to a list's answer, which is made on first use."""
        entries = self._documents.setdefault((scope, service), {}).setdefault(operation, [])
        entry = next((entry for entry in entries if entry.get("when", {}) == when), None)
        answer = entry["answer"] if entry else self.put(scope, service, operation, {}, **when)
        answer.setdefault(member, []).append(item)

    def find(self, scope: str, service: str, operation: str, member: str, key: str, value, **when) -> dict:
        """The element of a list's answer whose `key` is `value`, to say more of it."""
        entries = self._documents[scope, service][operation]
        answer = next(entry["answer"] for entry in entries if entry.get("when", {}) == when)
        return next(item for item in answer[member] if item[key] == value)

    def refuse(self, scope: str, service: str, operation: str, code: str, status: int | None = None, **when) -> None:
        """Add an entry that answers with an error; its status is the model's, where that knows the error."""
        error = {"error": {"code": code, "message": "said by the estate"} | ({"status": status} if status else {})}
        self._documents.setdefault((scope, service), {}).setdefault(operation, []).append({"when": when, **error} if when else error)

    def answers(self, scope: str, service: str, operation: str, member: str) -> list:
        """The items of a list in every answer so far, for documents that speak of the same things."""
        entries = self._documents.get((scope, service), {}).get(operation, [])
        return [item for entry in entries for item in entry.get("answer", {}).get(member, [])]

    def secret(self, value: str) -> str:
        """A planted secret: it must appear nowhere but in the estate."""
        self.planted.append(value)
        return value

    def expect(self, resource: str, checks: tuple[str, ...], intent: str) -> None:
        """Say what each of `checks` finds on a resource; one line each: `check: outcome, why`."""
        said = set()
        for line in filter(None, map(str.strip, intent.splitlines())):
            check, _, rest = line.partition(": ")
            outcome, _, why = rest.partition(", ")
            if check not in checks or outcome not in OUTCOMES or not why:
                raise ValueError(f"{resource}: cannot read '{line}'")
            if (check, resource) in self._findings:
                raise ValueError(f"{resource}: {check} is expected twice")
            self._findings[check, resource] = {"check": check, "resource": resource, "outcome": outcome, "why": why}
            said.add(check)
        if missing := set(checks) - said:
            raise ValueError(f"{resource}: nothing is said about {', '.join(sorted(missing))}")

    def files(self) -> dict[pathlib.PurePath, str]:
        """Every file of the estate by its path below the estate's folder."""
        files = {
            "estate.json": self.manifest,
            "expected.json": {"findings": [self._findings[key] for key in sorted(self._findings)]},
        }
        if self.planted:
            files["planted.json"] = sorted(self.planted)
        for (scope, service), operations in self._documents.items():
            files[f"{scope}/{service}.json"] = {name: sorted(operations[name], key=lambda entry: "when" not in entry) for name in sorted(operations)}
        return {pathlib.PurePath(path): json.dumps(content, indent=2, ensure_ascii=True) + "\n" for path, content in files.items()}


def policy(*statements: dict) -> dict:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def name_tag(name: str) -> list[dict]:
    """The tag that the console shows as a name."""
    return [{"Key": "Name", "Value": name}]
