"""What an emulator holds of an estate: each of the scanner's questions asked, each answer compared."""

import collections
import datetime
import json
import re

import botocore
import botocore.exceptions
import botocore.parsers
from seeder import complaint

# Ids, times and addresses that every maker gives anew.
VOLATILE = re.compile(
    r"(?i)(date|time|modified|created.*|updated.*|id|ids|arns?|sha256|codesize|url|endpoint|uri|location|associations?|associationset|routes|entries|attachment|tags?|apikeyversion|features|warnings|loggroupname|target|succeeded|started|timestamp|lastused|rolelastused|locktoken)$"
)
# As the scanner asks. moto finds no key policy unless its name is said.
MORE = {"apigateway:GetResources": {"embed": ["methods"]}, "cognito-identity:ListIdentityPools": {"MaxResults": 60}, "kms:GetKeyPolicy": {"PolicyName": "default"}}
KEYS = (
    "FunctionName", "FunctionArn", "FunctionUrl", "RouteKey", "stageName", "StageName", "path", "PolicyName", "RoleName", "UserName", "GroupName", "AliasName", "Name", "name", "CidrBlock", "Description", "TrafficType", "ServiceName",
    "AuthType", "IntegrationType", "EventSourceArn", "KeyArn",
)


def plain(value) -> str:
    """A value that JSON does not have."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


class Comparison:
    """Differences, as `service:Operation -> [text]`."""

    def __init__(self, documents, client, ids: dict[str, str]):
        self.documents, self.client, self.ids = documents, client, ids
        self.back = sorted(((new, old) for old, new in ids.items() if new), key=lambda pair: -len(pair[0]))
        self.differences: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)

    def run(self) -> None:
        for scope, service, operation, when, answer in self.documents.each():
            if when.get("KeyId", "").startswith("arn:") or "includeShadowTrails" in when:
                continue  # the same question in other words
            if operation == "GetCredentialReport":
                continue  # a text of times, every one of them the maker's own
            asked = {name: value for name, value in when.items() if value is not None}
            self._ask(scope, service, operation, asked, answer)

    def _ask(self, scope: str, service: str, operation: str, when: dict, wanted: dict) -> None:
        name = f"{service}:{operation}"
        client = self.client(service, "us-east-1" if scope == "global" else scope)
        method = botocore.xform_name(operation)
        text = json.dumps(when)
        for old, new in self.ids.items():
            text = text.replace(old, new)
        parameters = json.loads(text) | MORE.get(name, {})
        shape = client.meta.service_model.operation_model(operation).input_shape
        if shape and set(shape.required_members) - set(parameters):
            return  # for whatever has no answer of its own
        try:
            answer = getattr(client, method)(**parameters)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, botocore.parsers.ResponseParserError) as error:
            self.differences[name][complaint(error)] += 1
            return
        answer.pop("ResponseMetadata", None)
        text = json.dumps(answer, default=plain)
        for new, old in self.back:
            text = text.replace(new, old)
        self._compare(name, "", wanted, json.loads(text))

    def _compare(self, name: str, place: str, wanted, got) -> None:
        if isinstance(wanted, dict) and isinstance(got, str):
            try:
                got = json.loads(got if not got.startswith('{\\"') else f'"{got}"')  # a policy; API Gateway escapes its quotes
                got = json.loads(got) if isinstance(got, str) else got
            except json.JSONDecodeError:
                self.differences[name][f"{place} is no JSON: {got[:60]}"] += 1
                return
        if isinstance(wanted, dict) and isinstance(got, dict):
            for member, value in wanted.items():
                if VOLATILE.search(member) and (not isinstance(value, dict) or member == "RoleLastUsed"):
                    continue
                where = f"{place}.{member}" if place else member
                if member not in got:
                    if value not in ([], {}, "", None):
                        self.differences[name][f"{where} is missing"] += 1
                else:
                    self._compare(name, where, value, got[member])
        elif isinstance(wanted, list) and isinstance(got, list):
            self._compare_lists(name, place, wanted, got)
        elif wanted != got and not (isinstance(wanted, (int, float)) and str(wanted) == str(got)):
            short = [json.dumps(value)[:60] for value in (wanted, got)]
            self.differences[name][f"{place} is {short[1]}, not {short[0]}" if not isinstance(wanted, (dict, list)) else f"{place} differs"] += 1

    def _compare_lists(self, name: str, place: str, wanted: list, got: list) -> None:
        key = next((key for key in KEYS if wanted and isinstance(wanted[0], dict) and key in wanted[0] and len({str(item.get(key)) for item in wanted}) == len(wanted)), None)
        if len(wanted) != len(got):
            self.differences[name][f"{place} has {len(got)} elements, not {len(wanted)}"] += 1
        if not key:
            plain = all(not isinstance(item, dict) for item in wanted)
            if plain and sorted(map(str, wanted)) != sorted(map(str, got)) and len(wanted) == len(got):
                self.differences[name][f"{place} differs"] += 1
            return
        theirs = {str(item.get(key)): item for item in got}
        for item in wanted:
            if str(item.get(key)) in theirs:
                self._compare(name, f"{place}[]", item, theirs[str(item.get(key))])
            elif len(wanted) == len(got):
                self.differences[name][f"{place} lacks {item.get(key)}"] += 1
