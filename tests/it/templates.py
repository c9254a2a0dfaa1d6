"""What a template of `tripod policy` makes, as JSON: {"trust": document, "policies": [document]}.

    templates.py cloudformation FILE [ExternalId=...]
    templates.py terraform FILE [external_id=...]

CloudFormation's is applied to moto, in this process. Terraform's is parsed, and its two kinds of
blocks are read as the provider documents them; there is no Terraform to apply it with.
"""

import json
import os
import re
import sys

ACCOUNT = "111122223333"
os.environ.update(
    MOTO_ACCOUNT_ID=ACCOUNT,
    AWS_ACCESS_KEY_ID="local",
    AWS_SECRET_ACCESS_KEY="local",
    AWS_DEFAULT_REGION="eu-central-1",
)


def cloudformation(template, values):
    import boto3
    from moto import mock_aws

    with mock_aws():
        boto3.client("cloudformation").create_stack(
            StackName="tripod",
            TemplateBody=template,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        )
        outputs = boto3.client("cloudformation").describe_stacks()["Stacks"][0]["Outputs"]
        name = outputs[0]["OutputValue"].rsplit("/", 1)[1]
        iam = boto3.client("iam")
        arns = [it["PolicyArn"] for it in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
        versions = [iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"] for arn in arns]
        return {
            "trust": iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"],
            "policies": [version["Document"] for version in versions],
        }


def terraform(source, values):
    import hcl2

    file = hcl2.loads(source)
    variables = {plain(name): block for it in file["variable"] for name, block in it.items()}
    known = {
        "data.aws_partition.current.partition": "aws",
        "data.aws_caller_identity.current.account_id": ACCOUNT,
        **{f"var.{name}": plain(block["default"]) for name, block in variables.items() if "default" in block},
        **{f"var.{name}": value for name, value in values.items()},
    }
    data = [
        (plain(kind), plain(name), body)
        for it in file["data"]
        for kind, named in it.items()
        for name, body in named.items()
    ]
    declared = {f"data.{kind}.{name}" for kind, name, _ in data}
    for used in re.findall(r"\bdata\.\w+\.\w+", source):
        assert used in declared, f"{used} is not declared"
    documents = {name: document(body, known) for kind, name, body in data if kind == "aws_iam_policy_document"}
    return {"trust": documents.pop("trust"), "policies": list(documents.values())}


def document(body, known):
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document"""
    return {"Version": "2012-10-17", "Statement": [statement(block, known) for block in body["statement"]]}


def statement(block, known):
    made = {"Effect": "Allow", "Action": texts(block["actions"], known)}
    if "sid" in block:
        made["Sid"] = text(block["sid"], known)
    if "resources" in block:
        made["Resource"] = texts(block["resources"], known)
    for principals in block.get("principals", []):
        made["Principal"] = {text(principals["type"], known): texts(principals["identifiers"], known)}
    conditions = [(it, known) for it in block.get("condition", [])]
    for dynamic in block.get("dynamic", []):
        (kind,) = (name for name in dynamic if not name.startswith("__"))
        assert plain(kind) == "condition"
        assert dynamic[kind]["for_each"] == '${var.external_id == "" ? [] : [var.external_id]}'
        if known["var.external_id"]:
            inner = {**known, "condition.value": known["var.external_id"]}
            conditions += [(it, inner) for it in dynamic[kind]["content"]]
    for condition, scope in conditions:
        key = {text(condition["variable"], scope): texts(condition["values"], scope)}
        made.setdefault("Condition", {})[text(condition["test"], scope)] = key
    return made


def plain(quoted):
    return quoted.removeprefix('"').removesuffix('"')


def text(value, known):
    """A text with its interpolations; an unknown name is an error."""
    return re.sub(r"\$\{([^}]+)\}", lambda found: known[found[1]], plain(value))


def texts(values, known):
    return [text(value, known) for value in values]


def main():
    form, path, *pairs = sys.argv[1:]
    with open(path) as file:
        made = {"cloudformation": cloudformation, "terraform": terraform}[form](
            file.read(), dict(pair.split("=", 1) for pair in pairs)
        )
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
