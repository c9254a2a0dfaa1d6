"""Queues and topics."""

import json


def seed(seeder) -> None:
    sqs, sns = seeder.client("sqs", seeder.region), seeder.client("sns", seeder.region)
    for url in seeder.items("sqs", "ListQueues", "QueueUrls"):
        attributes = seeder.documents.answer(seeder.region, "sqs", "GetQueueAttributes", QueueUrl=url)["Attributes"]
        own = {name: seeder.mapped(value if isinstance(value, str) else json.dumps(value)) for name, value in attributes.items() if name != "QueueArn"}
        seeder.attempt(f"queue {url}", sqs.create_queue, QueueName=url.rpartition("/")[2], Attributes=own)
    for topic in seeder.items("sns", "ListTopics", "Topics"):
        arn = topic["TopicArn"]
        attributes = seeder.documents.answer(seeder.region, "sns", "GetTopicAttributes", TopicArn=arn)["Attributes"]
        own = {name: json.dumps(attributes[name]) if name == "Policy" else attributes[name] for name in ("Policy", "KmsMasterKeyId") if name in attributes}
        seeder.attempt(f"topic {arn}", sns.create_topic, Name=arn.rpartition(":")[2], Attributes=own)
    for item in seeder.items("sns", "ListSubscriptions", "Subscriptions"):
        seeder.attempt(f"subscription to {item['TopicArn']}", sns.subscribe, TopicArn=item["TopicArn"], Protocol=item["Protocol"], Endpoint=item["Endpoint"])
