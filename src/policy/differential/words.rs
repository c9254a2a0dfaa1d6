//! What situations are made of: few words, so that policies meet requests often.

pub(crate) const OWN: &str = "111122223333";
pub(crate) const AWAY: &str = "444455556666";

/// An action, and a resource that it is about.
pub(crate) struct Subject {
    pub(crate) action: &'static str,
    /// `@` stands for the account of the resource.
    pub(crate) resource: &'static str,
    /// Other patterns for the action, and some that are about something else.
    pub(crate) actions: &'static [&'static str],
    /// The resource with variables in it.
    pub(crate) variable: &'static [&'static str],
    pub(crate) keys: &'static [Word],
    /// Whether only the resource's policy makes identity policies count.
    pub(crate) by_resource: bool,
    pub(crate) has_resource_policy: bool,
    pub(crate) under_rcps: bool,
}

/// What a key is compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Arn,
    Address,
    Number,
    Date,
    Truth,
    Bytes,
}

/// A condition key.
pub(crate) struct Word {
    pub(crate) key: &'static str,
    pub(crate) of: Type,
    /// Whether it may have several values.
    pub(crate) several: bool,
    /// What a request may have; none where it follows from caller and resource.
    pub(crate) values: &'static [&'static str],
    /// What policies compare with.
    pub(crate) written: &'static [&'static str],
}

const fn word(
    key: &'static str,
    of: Type,
    values: &'static [&'static str],
    written: &'static [&'static str],
) -> Word {
    Word {
        key,
        of,
        several: false,
        values,
        written,
    }
}

const fn set(
    key: &'static str,
    values: &'static [&'static str],
    written: &'static [&'static str],
) -> Word {
    Word {
        key,
        of: Type::Text,
        several: true,
        values,
        written,
    }
}

pub(crate) static SUBJECTS: &[Subject] = &[
    Subject {
        action: "s3:GetObject",
        resource: "arn:aws:s3:::claims/ada/report.pdf",
        actions: &[
            "s3:GetObject",
            "s3:Get*",
            "S3:getobject",
            "s3:*",
            "*",
            "s3:PutObject",
            "s3:Get?bject",
            "sqs:*",
        ],
        variable: &[
            "arn:aws:s3:::claims/$/*",
            "arn:aws:s3:::$/ada/report.pdf",
            "arn:aws:s3:::claims/$/${*}",
        ],
        keys: &[],
        by_resource: false,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "s3:ListBucket",
        resource: "arn:aws:s3:::claims",
        actions: &[
            "s3:ListBucket",
            "s3:List*",
            "s3:L*Bucket",
            "*",
            "s3:GetObject",
            "lambda:*",
        ],
        variable: &["arn:aws:s3:::$", "arn:aws:s3:::$*"],
        keys: &[
            word(
                "s3:prefix",
                Type::Text,
                &["ada/", "claims/2026", "home"],
                &["ada/", "ada/*", "claims/*", "${aws:username}/*", "HOME"],
            ),
            word(
                "s3:max-keys",
                Type::Number,
                &["10", "100", "1000"],
                &["10", "100", "99.5", "1000"],
            ),
        ],
        by_resource: false,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "lambda:InvokeFunction",
        resource: "arn:aws:lambda:eu-central-1:@:function:claims",
        actions: &[
            "lambda:InvokeFunction",
            "lambda:Invoke*",
            "lambda:*Function",
            "*",
            "lambda:GetFunction",
            "lambda:UpdateFunction*",
        ],
        variable: &[
            "arn:aws:lambda:*:*:function:$",
            "arn:aws:lambda:${aws:RequestedRegion}:*:function:claims",
        ],
        keys: &[],
        by_resource: false,
        has_resource_policy: true,
        under_rcps: false,
    },
    Subject {
        action: "sqs:SendMessage",
        resource: "arn:aws:sqs:eu-central-1:@:claims",
        actions: &[
            "sqs:SendMessage",
            "sqs:S*",
            "SQS:*",
            "*",
            "sqs:ReceiveMessage",
            "sns:*",
        ],
        variable: &["arn:aws:sqs:eu-central-1:*:$"],
        keys: &[],
        by_resource: false,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "dynamodb:GetItem",
        resource: "arn:aws:dynamodb:eu-central-1:@:table/claims",
        actions: &[
            "dynamodb:GetItem",
            "dynamodb:*Item",
            "dynamodb:Get*",
            "*",
            "dynamodb:PutItem",
            "kms:*",
        ],
        variable: &["arn:aws:dynamodb:*:*:table/$"],
        keys: &[
            set(
                "dynamodb:LeadingKeys",
                &["ada", "claims", "red"],
                &["${aws:username}", "ada", "claims", "r*"],
            ),
            set(
                "dynamodb:Attributes",
                &["name", "score"],
                &["name", "score", "Name"],
            ),
        ],
        by_resource: false,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "kms:Decrypt",
        resource: "arn:aws:kms:eu-central-1:@:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        actions: &[
            "kms:Decrypt",
            "kms:De*",
            "kms:*",
            "*",
            "kms:Encrypt",
            "s3:*",
        ],
        variable: &["arn:aws:kms:*:*:key/$"],
        keys: &[
            word(
                "kms:ViaService",
                Type::Text,
                &["s3.eu-central-1.amazonaws.com"],
                &[
                    "s3.*.amazonaws.com",
                    "s3.eu-central-1.amazonaws.com",
                    "lambda.*",
                ],
            ),
            word("kms:CallerAccount", Type::Text, &[], &[OWN, AWAY, "1111*"]),
            set(
                "kms:EncryptionContextKeys",
                &["tenant", "purpose"],
                &["tenant", "purpose"],
            ),
        ],
        by_resource: true,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::@:role/claims",
        actions: &[
            "sts:AssumeRole",
            "sts:Assume*",
            "sts:*",
            "*",
            "sts:TagSession",
        ],
        variable: &["arn:aws:iam::*:role/$"],
        keys: &[word(
            "sts:ExternalId",
            Type::Text,
            &["7", "8"],
            &["7", "8", "9"],
        )],
        by_resource: true,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "secretsmanager:GetSecretValue",
        resource: "arn:aws:secretsmanager:eu-central-1:@:secret:claims-AbCdEf",
        actions: &[
            "secretsmanager:GetSecretValue",
            "secretsmanager:Get*",
            "*",
            "secretsmanager:PutSecretValue",
        ],
        variable: &["arn:aws:secretsmanager:*:*:secret:$-??????"],
        keys: &[],
        by_resource: false,
        has_resource_policy: true,
        under_rcps: true,
    },
    Subject {
        action: "iam:PassRole",
        resource: "arn:aws:iam::@:role/claims",
        actions: &["iam:PassRole", "iam:Pass*", "iam:*Role", "*", "iam:GetRole"],
        variable: &["arn:aws:iam::*:role/$"],
        keys: &[word(
            "iam:PassedToService",
            Type::Text,
            &["lambda.amazonaws.com", "ec2.amazonaws.com"],
            &["lambda.amazonaws.com", "*.amazonaws.com", "ecs*"],
        )],
        by_resource: false,
        has_resource_policy: false,
        under_rcps: false,
    },
];

use Type::{Address, Arn, Bytes, Date, Number, Text, Truth};

const TEAMS: &[&str] = &["claims", "ada", "red"];
const TEAMS_WRITTEN: &[&str] = &[
    "claims",
    "red",
    "CLAIMS",
    "c*",
    "?ed",
    "*",
    "ada*",
    "${aws:PrincipalTag/team}",
    "${aws:ResourceTag/team}",
    "${aws:username}",
    "${aws:PrincipalTag/none}",
    "${aws:PrincipalTag/none, 'claims'}",
    "${AWS:PrincipalTag/Team}*",
    "c${*}",
];

/// Keys that bear on every action.
pub(crate) static KEYS: &[Word] = &[
    word(
        "aws:SourceIp",
        Address,
        &["203.0.113.7", "198.51.100.9", "10.1.2.3", "2001:db8::7"],
        &[
            "203.0.113.0/24",
            "203.0.113.7",
            "198.51.100.0/22",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "2001:db8::/32",
            "::/0",
            "2001:0db8:0000:0000:0000:0000:0000:0007",
        ],
    ),
    word(
        "aws:SourceVpce",
        Text,
        &["vpce-1", "vpce-2"],
        &["vpce-1", "vpce-*", "vpce-?"],
    ),
    word(
        "aws:RequestedRegion",
        Text,
        &["eu-central-1", "us-east-1"],
        &["eu-central-1", "eu-*", "EU-CENTRAL-1", "us-east-?"],
    ),
    word(
        "aws:CurrentTime",
        Date,
        &[
            "2026-03-01T12:00:00Z",
            "2026-03-01T13:00:00+01:00",
            "2026-01-01T00:00:00Z",
        ],
        &[
            "2026-03-01T12:00:00Z",
            "2026-03-01T13:00:00+01:00",
            "2026-01-01",
            "2026",
            "2026-03",
            "1772366400",
            "2025-12-31T23:59:59.5Z",
        ],
    ),
    word(
        "aws:EpochTime",
        Date,
        &["1772366400", "1767225600"],
        &["1772366400", "1767225600", "2026-03-01T12:00:00Z"],
    ),
    word(
        "aws:MultiFactorAuthPresent",
        Truth,
        &["true", "false"],
        &["true", "false"],
    ),
    word(
        "aws:MultiFactorAuthAge",
        Number,
        &["30", "300", "3600"],
        &["300", "300.0", "30", "3599.9", "-1"],
    ),
    word(
        "aws:SecureTransport",
        Truth,
        &["true", "false"],
        &["true", "false"],
    ),
    word(
        "aws:ViaAWSService",
        Truth,
        &["true", "false"],
        &["true", "false"],
    ),
    word(
        "aws:UserAgent",
        Text,
        &["aws-cli/2.1 (a)"],
        &["aws-cli/*", "aws-cli/2.1 (a)", "AWS-CLI*"],
    ),
    word("aws:RequestTag/team", Text, TEAMS, TEAMS_WRITTEN),
    word(
        "aws:RequestTag/digest",
        Bytes,
        &["QmluYXJ5Cg==", "QmluYXJ5"],
        &["QmluYXJ5Cg==", "QmluYXJ5Cg", "qmluYXJ5"],
    ),
    word("aws:PrincipalTag/team", Text, &[], TEAMS_WRITTEN),
    word("aws:PrincipalTag/none", Text, &[], TEAMS_WRITTEN),
    word("aws:ResourceTag/team", Text, &[], TEAMS_WRITTEN),
    word(
        "aws:ResourceAccount",
        Text,
        &[],
        &[OWN, AWAY, "1111*", "${aws:PrincipalAccount}"],
    ),
    word(
        "aws:ResourceOrgID",
        Text,
        &[],
        &["o-own", "o-*", "${aws:PrincipalOrgID}"],
    ),
    word(
        "aws:PrincipalArn",
        Arn,
        &[],
        &[
            "arn:aws:iam::111122223333:user/ada",
            "arn:aws:iam::*:role/claims",
            "arn:aws:iam::111122223333:*",
            "arn:aws:iam::444455556666:role/*",
            "arn:aws:sts::111122223333:federated-user/*",
            "arn:aws:iam::111122223333:role/c?aims",
            "arn:aws:iam::111122223333:user/${aws:username}",
            "arn:aws:iam::111122223333:role/${aws:PrincipalTag/none}",
        ],
    ),
    word(
        "aws:PrincipalAccount",
        Text,
        &[],
        &[OWN, AWAY, "4*", "anonymous"],
    ),
    word(
        "aws:PrincipalType",
        Text,
        &[],
        &[
            "User",
            "AssumedRole",
            "Account",
            "FederatedUser",
            "Anonymous",
        ],
    ),
    word(
        "aws:PrincipalOrgID",
        Text,
        &[],
        &["o-own", "o-other", "o-*", "${aws:ResourceOrgID}"],
    ),
    word("aws:PrincipalIsAWSService", Truth, &[], &["true", "false"]),
    word(
        "aws:PrincipalServiceName",
        Text,
        &[],
        &["sns.amazonaws.com", "*.amazonaws.com"],
    ),
    word(
        "aws:userid",
        Text,
        &[],
        &[
            "AIDAEXAMPLE",
            "AROAEXAMPLE:*",
            "*:job-7",
            "111122223333:ada",
            "anonymous",
        ],
    ),
    word(
        "aws:username",
        Text,
        &[],
        &["ada", "Ada", "a*", "${aws:ResourceTag/team}"],
    ),
    set(
        "aws:PrincipalOrgPaths",
        &[],
        &[
            "o-own/r-1/ou-1/*",
            "o-own/*",
            "o-other/*",
            "o-own/r-1/ou-1/",
        ],
    ),
    set(
        "aws:TagKeys",
        &["team", "cost", "owner"],
        &["team", "cost", "owner", "Team", "t*", "c?st"],
    ),
    set(
        "aws:CalledVia",
        &["athena.amazonaws.com", "cloudformation.amazonaws.com"],
        &["athena.amazonaws.com", "cloud*", "dynamodb.amazonaws.com"],
    ),
];

/// Keys that only services bring.
pub(crate) static SOURCE_KEYS: &[Word] = &[
    word(
        "aws:SourceArn",
        Arn,
        &[
            "arn:aws:sns:eu-central-1:111122223333:claims",
            "arn:aws:s3:::claims",
        ],
        &[
            "arn:aws:sns:*:111122223333:*",
            "arn:aws:sns:eu-central-1:111122223333:claims",
            "arn:aws:s3:::*",
            "arn:aws:sns:*:*:claims",
        ],
    ),
    word(
        "aws:SourceAccount",
        Text,
        &[OWN, AWAY],
        &[OWN, AWAY, "${aws:ResourceAccount}"],
    ),
];

/// Keys of which AWS does not say what they are for a service that calls.
pub(crate) static OPEN_FOR_SERVICES: &[&str] = &[
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:userid",
];

/// Names of variables for resources.
pub(crate) static VARIABLES: &[&str] = &[
    "${aws:username}",
    "${aws:PrincipalTag/team}",
    "${aws:PrincipalTag/none}",
    "${aws:PrincipalTag/none, 'claims'}",
    "${aws:ResourceTag/team}",
];
pub(crate) static TAGS: &[&str] = TEAMS;
