//! Which services of AWS a function's code uses from within its VPC, as far as the policies of its role say.

use std::collections::BTreeMap;

use tripod_model::Unknown;
use tripod_policy::catalogue;

use crate::lambda::failed;
use crate::permits::{Grasp, Permits};

/// A service that has VPC endpoints, and what code does with it.
pub(super) struct Used {
    /// As endpoints and policies name it.
    pub(super) name: &'static str,
    /// Whether a gateway endpoint carries it, by the route tables of subnets.
    pub(super) by_gateway: bool,
    /// Actions that code calls itself. Whatever Lambda or another service calls with the role's permissions takes
    /// no way through the VPC, and is not here:
    /// - writing logs, polling queues and streams, failure destinations;
    /// - `kms:Decrypt` and `kms:GenerateDataKey`, which S3, Secrets Manager and Lambda itself ask in the role's name.
    ///   Of KMS only what nobody else asks counts.
    actions: &'static [&'static str],
}

/// - <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
/// - <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>
/// - <https://docs.aws.amazon.com/kms/latest/developerguide/service-integration.html>
/// - <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>
pub(super) const SERVICES: &[Used] = &[
    Used {
        name: "dynamodb",
        by_gateway: true,
        actions: &[
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:BatchWriteItem",
        ],
    },
    Used {
        name: "execute-api",
        by_gateway: false,
        actions: &["execute-api:Invoke"],
    },
    Used {
        name: "kms",
        by_gateway: false,
        actions: &["kms:Encrypt", "kms:Sign", "kms:Verify", "kms:GenerateMac"],
    },
    Used {
        name: "lambda",
        by_gateway: false,
        actions: &["lambda:InvokeFunction"],
    },
    Used {
        name: "logs",
        by_gateway: false,
        actions: &[
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:StartQuery",
        ],
    },
    Used {
        name: "s3",
        by_gateway: true,
        actions: &[
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:ListBucket",
        ],
    },
    Used {
        name: "secretsmanager",
        by_gateway: false,
        actions: &[
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
        ],
    },
    Used {
        name: "sts",
        by_gateway: false,
        actions: &["sts:AssumeRole"],
    },
];

/// The services that a role's policies permit something of, by name, and how they speak of each.
pub(super) type Uses = BTreeMap<&'static str, Grasp>;

/// What a role permits.
///
/// # Errors
/// When a policy that bears on it could not be read or understood.
pub(super) fn uses(permits: &Permits<'_>) -> Result<Uses, Unknown> {
    let mut uses = Uses::new();
    for service in SERVICES {
        if let Some(grasp) = grasp(permits, service)? {
            uses.insert(service.name, grasp);
        }
    }
    Ok(uses)
}

fn grasp(permits: &Permits<'_>, service: &Used) -> Result<Option<Grasp>, Unknown> {
    let mut found = None;
    for name in service.actions {
        let action = catalogue::action(name).ok_or_else(|| {
            let error = format!("'{name}' is not in the catalogue of actions");
            failed("iam:GetAccountAuthorizationDetails", error)
        })?;
        found = found.max(permits.grasp(action)?);
        if found == Some(Grasp::Named) {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use tripod_policy::catalogue;

    use super::SERVICES;

    #[test]
    fn every_action_is_one_of_its_service_and_names_its_resources() {
        for service in SERVICES {
            for name in service.actions {
                let action = catalogue::action(name).expect(name);
                assert_eq!(action.service, service.name);
                assert!(action.resources().count() > 0, "{name}");
            }
        }
    }
}
