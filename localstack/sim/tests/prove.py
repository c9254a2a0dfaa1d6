#!/usr/bin/env python3
"""Ask a running sim everything an estate says, through boto3, and compare.

Shares no code with the sim: references, matching and pages are worked out again here, and the
requests and answers go through botocore's own serialisers and parsers.

usage: prove.py --endpoint URL --estate DIR [--expect FILE] [--sweep SERVICE...]

FILE holds a list of {"service", "operation", "params", "region"?, "account"?, "code"?, "status"?}:
calls beside the estate and the error, or with neither code nor status the success, they must meet.

--sweep calls every read of the services with the least parameters, and prints each as
"swept SERVICE OPERATION": the sim's log must show the same.
"""

import argparse
import base64
import datetime
import json
import pathlib
import re
import sys
import urllib.parse

import boto3
import botocore.config
import botocore.exceptions
import botocore.response
from botocore import xform_name

TOKENS = [("NextToken", "NextToken"), ("nextToken", "nextToken"), ("Marker", "Marker"), ("Marker", "NextMarker"),
          ("NextMarker", "NextMarker"), ("position", "position")]
LIMITS = ["MaxResults", "maxResults", "MaxItems", "Limit", "limit"]
# Set by the sim or by boto3 whether or not the estate says so.
INCIDENTAL = {"IsTruncated", "Truncated", "ContentLength"}

# Nothing in the request tells these from another operation.
INDISTINCT = {("s3", "GetBucketLifecycle"), ("s3", "GetBucketNotification"), ("s3", "ListDirectoryBuckets")}
# What an empty estate may answer.
ABSENT = ["NotFound", "NoSuch", "DoesNotExist", "Nonexistent", "NotPresent", "NotInUse"]


class Prover:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}
        self.failures = []
        self.proved = 0

    def client(self, account, region, service):
        key = (account, region, service)
        if key not in self.clients:
            session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="secret", region_name=region)
            config = botocore.config.Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, s3={"addressing_style": "path"})
            self.clients[key] = session.client(service, endpoint_url=self.endpoint, config=config)
        return self.clients[key]

    def fail(self, where, message):
        self.failures.append(f"{where}: {message}")

    # One entry of the estate.

    def entry(self, account, region, service, operation, entries, at, file):
        where = f"{account} {region} {service}:{operation} entry {at}"
        client = self.client(account, region, service)
        model = client.meta.service_model.operation_model(operation)
        params = parameters(model, entries, at)
        entry = entries[at]
        try:
            if "error" in entry:
                self.expect_error(where, client, model, params, entry["error"])
            else:
                expected = without_nulls(resolve(entry["answer"], file))
                self.expect_answer(where, client, model, params, expected)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            self.fail(where, f"{type(error).__name__}: {error}")
        self.proved += 1

    def expect_error(self, where, client, model, params, expected):
        try:
            call(client, model, params)
        except botocore.exceptions.ClientError as error:
            answer = error.response
            codes = {expected["code"]} | modelled_codes(model.service_model, expected["code"])
            if answer["Error"]["Code"] not in codes:
                self.fail(where, f"code {answer['Error']['Code']}, expected {expected['code']}")
            if expected.get("status") not in (None, answer["ResponseMetadata"]["HTTPStatusCode"]):
                self.fail(where, f"status {answer['ResponseMetadata']['HTTPStatusCode']}, expected {expected['status']}")
            if expected.get("message", "") != answer["Error"].get("Message", ""):
                self.fail(where, f"message {answer['Error'].get('Message')!r}, expected {expected['message']!r}")
            return
        self.fail(where, f"answered, expected {expected['code']}")

    def expect_answer(self, where, client, model, params, expected):
        keys = paging(client, model)
        if keys is None:
            answer = call(client, model, params)
            self.compare(where, client, expected, answer)
            return
        pages, sizes = self.pages(client, model, params, keys, None)
        self.compare_pages(where, client, expected, pages, keys)
        print(f"{where} pages {'+'.join(str(size) for size in sizes)}")
        # Again in small pages, where the operation has a say in it.
        small = small_page(model, keys)
        if small and sum(sizes) > small:
            pages, sizes = self.pages(client, model, params, keys, small)
            if any(size > small for size in sizes) or len(sizes) < 2:
                self.fail(where, f"asked for pages of {small}, got {sizes}")
            self.compare_pages(f"{where} in pages of {small}", client, expected, pages, keys)

    def pages(self, client, model, params, keys, size):
        name = xform_name(model.name)
        if client.can_paginate(name):
            config = {} if size is None else {"PageSize": size}
            pages = list(client.get_paginator(name).paginate(**params, PaginationConfig=config))
        else:
            pages, token = [], None
            while True:
                extra = {} if size is None else {keys["limit"]: self.spelled(model, keys["limit"], size)}
                if token is not None:
                    extra[keys["input"]] = token
                pages.append(call(client, model, params | extra))
                token = pages[-1].get(keys["output"][0])
                if token is None:
                    break
        count = lambda page: sum(len(at(page, key) or []) for key in keys["results"])
        return pages, [count(page) for page in pages]

    @staticmethod
    def spelled(model, name, size):
        return str(size) if model.input_shape.members[name].type_name == "string" else size

    def compare_pages(self, where, client, expected, pages, keys):
        whole = dict(pages[0])
        for key in keys["results"]:
            parts = [at(page, key) for page in pages if at(page, key)]
            if parts and isinstance(parts[0], dict):
                put(whole, key, {name: value for part in parts for name, value in part.items()})
            elif parts:
                put(whole, key, [item for part in parts for item in part])
            elif at(expected, key) is None:
                drop(whole, key)
        for key in keys["output"]:
            drop(whole, key)
        self.compare(where, client, expected, whole)

    # Comparison.

    def compare(self, where, client, expected, answer):
        answer = {name: value for name, value in answer.items() if name != "ResponseMetadata" and (name in expected or name not in INCIDENTAL)}
        self.same(where, client.meta.service_model.service_name, "", expected, answer)

    def same(self, where, service, path, expected, actual):
        if isinstance(actual, botocore.response.StreamingBody):
            actual = actual.read()
        if isinstance(actual, datetime.datetime):
            expected, actual = epoch(expected), round(actual.timestamp(), 3)
        elif isinstance(actual, bytes):
            expected = content(expected)
        elif isinstance(actual, str) and isinstance(expected, (dict, list)):
            actual = decoded(service, path, actual)
        elif isinstance(actual, dict) and isinstance(expected, str):
            expected = json.loads(urllib.parse.unquote(expected))  # boto3 decodes IAM's policies
        if isinstance(expected, dict) and isinstance(actual, dict):
            for name in sorted(expected.keys() | actual.keys()):
                if name not in actual or name not in expected:
                    self.fail(where, f"{path}/{name} is {'missing' if name in expected else 'surplus'}")
                else:
                    self.same(where, service, f"{path}/{name}", expected[name], actual[name])
        elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
            for index, (left, right) in enumerate(zip(expected, actual)):
                self.same(where, service, f"{path}/{index}", left, right)
        elif expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
            self.fail(where, f"{path} is {actual!r:.200}, expected {expected!r:.200}")

    # Calls beside the estate.

    def expectation(self, account, region, case):
        account, region = case.get("account", account), case.get("region", region)
        where = f"{account} {region} {case['service']}:{case['operation']}"
        client = self.client(account, region, case["service"])
        model = client.meta.service_model.operation_model(case["operation"])
        code, status = None, 200
        try:
            call(client, model, case.get("params", {}))
        except botocore.exceptions.ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        if (code, status) != (case.get("code"), case.get("status", 200)):
            self.fail(where, f"{status} {code}, expected {case.get('status', 200)} {case.get('code')}")
        self.proved += 1

    def sweep(self, account, region, service):
        client = self.client(account, region, service)
        for operation in client.meta.service_model.operation_names:
            model = client.meta.service_model.operation_model(operation)
            if not operation.startswith(("Get", "List", "Describe")) or (service, operation) in INDISTINCT:
                continue
            params = parameters(model, [{}], 0)
            if service == "s3" and "Bucket" in params:
                params["Bucket"] = "bucket"
            try:
                call(client, model, params)
            except botocore.exceptions.ClientError as error:
                code = error.response["Error"]["Code"]
                if not any(word in code for word in ABSENT):
                    self.fail(f"{service}:{operation}", code)
            print(f"swept {service} {operation}")
            self.proved += 1


def call(client, model, params):
    return getattr(client, xform_name(model.name))(**params)


# The estate, read again.


def resolve(value, file, depth=0):
    if depth > 40:
        raise ValueError("references go in a circle")
    if isinstance(value, list):
        return [resolve(item, file, depth) for item in value]
    if not isinstance(value, dict):
        return value
    over = {name: resolve(member, file, depth) for name, member in value.items() if name != "$ref"}
    if "$ref" not in value:
        return over
    operation, *segments = value["$ref"].split("/")
    target = file[operation][0]["answer"]
    for segment in segments:
        segment = segment.replace("~1", "/").replace("~0", "~")
        if isinstance(target, dict):
            target = target[segment]
        elif segment.isdigit():
            target = target[int(segment)]
        else:
            key, wanted = segment.split("=", 1)
            target = next(item for item in target if str(item.get(key)) == wanted)
    target = resolve(target, file, depth + 1)
    return {**target, **over} if over else target


def parameters(model, entries, at):
    """The entry's own parameters, and what the request needs besides."""
    params = {name: value for name, value in entries[at].get("when", {}).items() if value is not None}
    members = model.input_shape.members if model.input_shape else {}
    for earlier in entries[:at]:
        # An earlier entry that asks for absence is passed by giving the parameter.
        when = earlier.get("when", {})
        if all(value is None or params.get(name) == value for name, value in when.items()):
            absent = [name for name, value in when.items() if value is None and name not in params]
            params |= {name: sample(members[name]) for name in absent[:1]}
    for name in model.input_shape.required_members if model.input_shape else []:
        params.setdefault(name, sample(members[name]))
    return params


def sample(shape):
    kind = shape.type_name
    if kind == "structure":
        return {name: sample(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [sample(shape.member)]
    if kind == "string":
        least = max(shape.metadata.get("min", 1), 1)
        return shape.metadata["enum"][0] if "enum" in shape.metadata else "x" * least
    return {"map": {}, "boolean": False, "timestamp": 0, "blob": b"x"}.get(kind, shape.metadata.get("min", 1))


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


# Pages.


def paging(client, model):
    """Members an operation's pages consist of, or None."""
    name = xform_name(model.name)
    if client.can_paginate(name):
        paginator = client.get_paginator(name)
        plain = lambda expressions: [expression.expression.split(" || ")[0] for expression in expressions]
        # botocore offers no public name for these.
        return {"output": plain(paginator._output_token), "results": plain(paginator._result_keys),
                "limit": paginator._limit_key, "input": None}
    request = model.input_shape.members if model.input_shape else {}
    answer = model.output_shape.members if model.output_shape else {}
    for asked, given in TOKENS:
        if asked in request and given in answer:
            of = lambda kind: [name for name, shape in answer.items() if shape.type_name == kind]
            results = of("list") or of("map")
            if not results:
                return None
            limit = next((name for name in LIMITS if name in request), None)
            return {"output": [given], "results": results, "limit": limit, "input": asked}
    return None


def small_page(model, keys):
    if not keys["limit"] or keys["limit"] == "MaxDatapoints":
        return None
    shape = model.input_shape.members[keys["limit"]]
    return max(int(shape.metadata.get("min", 1)), 5)


def at(value, path):
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def put(value, path, new):
    *parents, name = path.split(".")
    for parent in parents:
        value = value.setdefault(parent, {})
    value[name] = new


def drop(value, path):
    *parents, name = path.split(".")
    holder = at(value, ".".join(parents)) if parents else value
    if isinstance(holder, dict):
        holder.pop(name, None)


# Spellings.


def epoch(value):
    if isinstance(value, (int, float)):
        return round(float(value), 3)
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return round(moment.timestamp(), 3)


def content(value):
    if isinstance(value, dict) and set(value) == {"$base64"}:
        return base64.b64decode(value["$base64"])
    return (value if isinstance(value, str) else compact(value)).encode()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def decoded(service, path, text):
    if service == "iam":
        text = urllib.parse.unquote(text)
    if service == "apigateway" and path.endswith("/policy"):
        text = json.loads(f'"{text}"')
    return json.loads(text)


def modelled_codes(service_model, name):
    """boto3 reports the code on the wire, estates may name the error's shape."""
    if name not in service_model.shape_names:
        return set()
    return {service_model.shape_for(name).metadata.get("error", {}).get("code", name)}


# The run.


def prove_account(prover, account, folder, regions):
    for scope in sorted(path for path in folder.iterdir() if path.name == "global" or path.name in regions):
        for path in sorted(scope.glob("*.json")):
            if path.stem == "s3control":
                continue  # boto3 puts the account before a host that has no such name
            file = json.loads(path.read_text(encoding="utf-8"))
            for operation, entries in file.items():
                region = scope.name
                if region == "global":
                    region = region_without(folder, regions, path.name, operation)
                for index in range(len(entries)):
                    if region is None:
                        prover.fail(f"{path} {operation}", "every region has this operation itself")
                    else:
                        prover.entry(account, region, path.stem, operation, entries, index, file)


def region_without(folder, regions, file, operation):
    for region in regions:
        own = folder / region / file
        if not own.exists() or operation not in json.loads(own.read_text(encoding="utf-8")):
            return region
    return None


def enabled(manifest):
    return [region["name"] for region in manifest.get("regions", []) if region.get("opt_in") != "not-opted-in"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--estate", required=True, type=pathlib.Path)
    parser.add_argument("--expect", type=pathlib.Path)
    parser.add_argument("--sweep", nargs="*", default=[])
    arguments = parser.parse_args()
    manifest = json.loads((arguments.estate / "estate.json").read_text(encoding="utf-8"))
    prover = Prover(arguments.endpoint)
    accounts = [path for path in sorted(arguments.estate.iterdir()) if re.fullmatch(r"\d{12}", path.name)]
    if manifest["account"] not in [path.name for path in accounts]:
        prove_account(prover, manifest["account"], arguments.estate, enabled(manifest))
    for folder in accounts:
        own = folder / "estate.json"
        regions = enabled(json.loads(own.read_text(encoding="utf-8"))) if own.exists() else []
        prove_account(prover, folder.name, folder, regions or enabled(manifest))
    if arguments.expect:
        for case in json.loads(arguments.expect.read_text(encoding="utf-8")):
            prover.expectation(manifest["account"], enabled(manifest)[0], case)
    for service in arguments.sweep:
        prover.sweep(manifest["account"], enabled(manifest)[0], service)
    for failure in prover.failures:
        print(f"FAILED {failure}", file=sys.stderr)
    print(f"{prover.proved} proved, {len(prover.failures)} failures")
    sys.exit(1 if prover.failures or not prover.proved else 0)


if __name__ == "__main__":
    main()
