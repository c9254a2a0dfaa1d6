//! What is the same in every service.

use tripod_model::SecretKind;

use super::Rule;
use super::Treatment::{IfSecret, Secret};

const ANY: &[&str] = &["*"];

pub(super) const RULES: &[Rule] = &[
    // Credentials that AWS hands out, by the names it gives them everywhere. Key ids stay: they are
    // identifiers, and worth nothing without these.
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
    Rule {
        operations: ANY,
        paths: &["**/SecretAccessKey", "**/secretAccessKey"],
        treatment: Secret(SecretKind::AwsSecretAccessKey),
    },
    Rule {
        operations: ANY,
        paths: &["**/SessionToken", "**/sessionToken"],
        treatment: Secret(SecretKind::AwsSessionToken),
    },
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredential.html
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
    Rule {
        operations: ANY,
        paths: &[
            "**/ServicePassword",
            "**/ServiceCredentialSecret",
            "**/Base32StringSeed",
            "**/QRCodePNG",
            "**/ClientSecret",
            "**/clientSecret",
            "**/MasterUserPassword",
        ],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_ExportCertificate.html
    Rule {
        operations: ANY,
        paths: &["**/PrivateKey", "**/keyMaterial"],
        treatment: Secret(SecretKind::PrivateKey),
    },
    // What people write about their resources. AWS warns not to put secrets into tags, because
    // people do.
    // https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    Rule {
        operations: ANY,
        paths: &[
            "**/Tags",
            "**/tags",
            "**/tagSet",
            "**/TagSet",
            "**/TagList",
            "**/TagsList",
            "**/Description",
            "**/description",
            "**/Comment",
        ],
        treatment: IfSecret,
    },
];
