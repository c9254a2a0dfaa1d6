"""Queues and topics of `clinic`: what functions fail into, what they read, who is told."""

import json

from clinic_names import ACCOUNT, FRANKFURT, IRELAND, PARTNER, VIRGINIA, function_arn, key_arn
from estate import Estate, policy


def build(estate: Estate) -> None:
    owner = {"Sid": "owner", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "SQS:*", "Resource": "*"}
    queue(estate, FRANKFURT, "documents-failed", SqsManagedSseEnabled="true", MessageRetentionPeriod="1209600", Policy=policy(owner))
    # Kept for four days only, and not encrypted.
    queue(estate, FRANKFURT, "archive-failed", SqsManagedSseEnabled="false", MessageRetentionPeriod="345600")
    dead = queue(estate, IRELAND, "partner-dead", SqsManagedSseEnabled="true", MessageRetentionPeriod="1209600")
    # Shorter hidden than six times its function's timeout, and open to everyone.
    queue(
        estate, IRELAND, "partner-inbox", SqsManagedSseEnabled="false", MessageRetentionPeriod="345600", VisibilityTimeout="60",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3}),
        Policy=policy({"Sid": "drop", "Effect": "Allow", "Principal": "*", "Action": "SQS:SendMessage", "Resource": "*"}),
    )
    queue(estate, IRELAND, "statements-sent", KmsMasterKeyId=key_arn(IRELAND, "premium"), SqsManagedSseEnabled="false", MessageRetentionPeriod="345600", VisibilityTimeout="900")

    documents = topic(estate, FRANKFURT, "documents", KmsMasterKeyId="alias/aws/sns", Policy=policy(
        {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "SNS:Publish", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}
    ))
    failed = topic(estate, IRELAND, "batch-failed", Policy=policy(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"}, "Action": ["SNS:Subscribe", "SNS:Receive"], "Resource": "*"}
    ))
    subscription(estate, FRANKFURT, documents, "lambda", function_arn(FRANKFURT, "documents-index"))
    # Nobody has confirmed it, so nobody is told.
    subscription(estate, IRELAND, failed, "email", "operations@clinic.example", confirmed=False)
    for service, operation, member in (("sqs", "ListQueues", "QueueUrls"), ("sns", "ListTopics", "Topics"), ("sns", "ListSubscriptions", "Subscriptions")):
        estate.put(VIRGINIA, service, operation, {member: []})


def queue(estate: Estate, region: str, name: str, **attributes) -> str:
    """A queue and its attributes; gives its ARN."""
    arn = f"arn:aws:sqs:{region}:{ACCOUNT}:{name}"
    url = f"https://sqs.{region}.amazonaws.com/{ACCOUNT}/{name}"
    estate.item(region, "sqs", "ListQueues", "QueueUrls", url)
    own = {"QueueArn": arn, "VisibilityTimeout": "180", "DelaySeconds": "0", "MaximumMessageSize": "262144", **attributes}
    estate.put(region, "sqs", "GetQueueAttributes", {"Attributes": own}, QueueUrl=url)
    return arn


def topic(estate: Estate, region: str, name: str, **attributes) -> str:
    """A topic and its attributes; gives its ARN."""
    arn = f"arn:aws:sns:{region}:{ACCOUNT}:{name}"
    estate.item(region, "sns", "ListTopics", "Topics", {"TopicArn": arn})
    own = {"TopicArn": arn, "Owner": ACCOUNT, "DisplayName": "", "SubscriptionsConfirmed": "1", **attributes}
    estate.put(region, "sns", "GetTopicAttributes", {"Attributes": own}, TopicArn=arn)
    return arn


def subscription(estate: Estate, region: str, topic: str, protocol: str, endpoint: str, confirmed: bool = True) -> None:
    arn = f"{topic}:0c11a1c0-0000-4000-8000-0000000005b1" if confirmed else "PendingConfirmation"
    estate.item(region, "sns", "ListSubscriptions", "Subscriptions", {"SubscriptionArn": arn, "Owner": ACCOUNT, "Protocol": protocol, "Endpoint": endpoint, "TopicArn": topic})
