//! A role to scan with, in sessions that can do what a scan asks and nothing else, whatever else the
//! role may do.
//!
//! A session policy narrows the credentials of `AssumeRole`; it grants nothing.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>
//! It is short, so the scan takes as many sessions as the least policy needs, each for some services:
//! the credentials that ask one service cannot ask another.

use std::collections::BTreeMap;

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_types::SdkConfig;
use tripod_model::Arn;

use crate::grants::{Document, Names, grants, on_everything};
use crate::provenance::Provenance;
use crate::services;
use crate::session::{Options, SessionError, no_credentials};

/// Characters of a session policy.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const LIMIT: usize = 2048;

/// Lambda shows an environment under a customer-managed key to those only who may decrypt with it. No
/// policy of ours grants that; to a role that was granted it, the session leaves it.
const DECRYPT: &str = "kms:Decrypt";

/// Providers of credentials by service, as operations name it.
pub(crate) type ByService = BTreeMap<&'static str, SharedCredentialsProvider>;

/// The credentials of a scan: a role's, or those that were there.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    /// The configuration with the credentials.
    pub(crate) config: SdkConfig,
    /// Which credentials each service is asked with; empty where there is no choice.
    pub(crate) by_service: ByService,
    /// What the user should know of.
    pub(crate) remarks: Vec<String>,
    /// Where the credentials come from.
    pub(crate) provenance: Provenance,
}

impl Role {
    /// No role: the credentials of the configuration.
    pub(crate) fn none(config: SdkConfig, provenance: Provenance) -> Self {
        Self {
            config,
            by_service: ByService::new(),
            remarks: Vec::new(),
            provenance,
        }
    }
}

/// Some services, and the policy of the session that asks them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    services: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// None where not even the actions alone fit.
    policy: Option<String>,
}

/// Assumes the role.
///
/// # Errors
/// When AWS does not let the caller.
pub(crate) async fn assume(
    config: &SdkConfig,
    role: &str,
    options: &Options,
) -> Result<Role, SessionError> {
    let arn = Arn::new(role);
    let names = Names {
        partition: arn.partition().unwrap_or("aws"),
        account: arn.account().unwrap_or("*"),
    };
    let mut parts = parts(&services::operations(), names, LIMIT);
    let mut remarks = remarks(&parts);
    let mut entered = enter(config, role, options, &parts).await;
    if entered.as_ref().is_err_and(is_too_large) {
        for part in &mut parts {
            part.policy = None;
        }
        remarks = vec![format!(
            "{role} is assumed without a session policy: with the session's tags it is too large for AWS STS"
        )];
        entered = enter(config, role, options, &parts).await;
    }
    let (by_service, provenance) = entered.map_err(|error| no_credentials(&error, options))?;
    let mut config = config.to_builder();
    config.set_credentials_provider(by_service.values().next().cloned());
    Ok(Role {
        config: config.build(),
        by_service,
        remarks,
        provenance,
    })
}

/// Opens a session for each part. Asks for credentials once, so that their lack is said before the
/// first call and not by it.
async fn enter(
    config: &SdkConfig,
    role: &str,
    options: &Options,
    parts: &[Part],
) -> Result<(ByService, Provenance), CredentialsError> {
    let mut by_service = ByService::new();
    let mut provenance = Provenance::default();
    for part in parts {
        let mut builder = AssumeRoleProvider::builder(role)
            .session_name("tripod")
            .configure(config);
        if let Some(external_id) = &options.external_id {
            builder = builder.external_id(external_id);
        }
        if let Some(policy) = &part.policy {
            builder = builder.policy(policy);
        }
        let provider = SharedCredentialsProvider::new(builder.build().await);
        let credentials = provider.provide_credentials().await?;
        provenance = provenance.and(Provenance::of(&credentials));
        by_service.extend(part.services.iter().map(|name| (*name, provider.clone())));
    }
    Ok((by_service, provenance))
}

/// AWS packs policies and tags together into a space whose size it does not publish.
fn is_too_large(error: &CredentialsError) -> bool {
    format!("{error:?}").contains("PackedPolicyTooLarge")
}

/// The services in as few parts as their session policies need, in order.
fn parts(operations: &[&'static str], names: Names, limit: usize) -> Vec<Part> {
    let mut by_service: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for operation in operations {
        let service = operation.split(':').next().unwrap_or(operation);
        by_service.entry(service).or_default().push(operation);
    }
    let mut parts: Vec<Part> = Vec::new();
    for (service, own) in by_service {
        if let Some(part) = parts.last_mut() {
            let together = [part.operations.as_slice(), &own].concat();
            if let Some(policy) = fitting(&exact(&together, names), limit) {
                part.services.push(service);
                part.operations = together;
                part.policy = Some(policy);
                continue;
            }
        }
        parts.push(Part {
            services: vec![service],
            policy: fitting(&exact(&own, names), limit)
                .or_else(|| fitting(&actions_alone(&own), limit)),
            operations: own,
        });
    }
    parts
}

fn fitting(document: &Document, limit: usize) -> Option<String> {
    Some(document.to_string()).filter(|text| text.len() <= limit)
}

/// The least policy.
fn exact(operations: &[&'static str], names: Names) -> Document {
    leaving_decrypt(Document::new(&grants(operations, &[]), names), operations)
}

/// The actions of the least policy, on everything: wider, and still no action more.
fn actions_alone(operations: &[&'static str]) -> Document {
    leaving_decrypt(on_everything(operations), operations)
}

fn leaving_decrypt(document: Document, operations: &[&str]) -> Document {
    let document = document.anonymous();
    if !operations.iter().any(|name| name.starts_with("lambda:")) {
        return document;
    }
    let through_lambda = BTreeMap::from([("kms:ViaService", vec!["lambda.*".to_owned()])]);
    document.and(DECRYPT, BTreeMap::from([("StringLike", through_lambda)]))
}

fn remarks(parts: &[Part]) -> Vec<String> {
    let open = parts.iter().filter(|part| part.policy.is_none());
    open.map(|part| {
        format!(
            "the role's credentials for {} carry no session policy: it would be longer than {LIMIT} characters",
            part.services.join(", ")
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names {
        partition: "aws",
        account: "111122223333",
    };

    fn services(parts: &[Part]) -> Vec<&'static str> {
        parts
            .iter()
            .flat_map(|part| part.services.clone())
            .collect()
    }

    #[test]
    fn every_service_is_asked_in_a_session_with_the_least_policy() {
        let parts = parts(&services::operations(), NAMES, LIMIT);
        for part in &parts {
            let least = exact(&part.operations, NAMES).to_string();
            assert_eq!(part.policy, Some(least));
        }
        assert_eq!(remarks(&parts), Vec::<String>::new());
    }

    #[test]
    fn what_one_session_policy_does_not_hold_takes_several_of_some_services_each() {
        let all = services::operations();
        let whole = services(&parts(&all, NAMES, LIMIT));
        let parts = parts(&all, NAMES, 1500);
        assert!(parts.len() > 1);
        assert_eq!(services(&parts), whole, "each service once");
        for part in &parts {
            let policy = part.policy.as_ref().expect("a policy");
            assert!(policy.len() <= 1500, "{policy}");
            assert_eq!(*policy, exact(&part.operations, NAMES).to_string());
        }
    }

    #[test]
    fn a_service_whose_resources_do_not_fit_is_limited_by_its_actions() {
        let own = ["apigateway:GetStages", "apigateway:GetRestApis"];
        let parts = parts(&own, NAMES, 120);
        assert_eq!(
            parts[0].policy.as_deref(),
            Some(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"apigateway:GET","Resource":"*"}]}"#
            )
        );
        assert_eq!(remarks(&parts), Vec::<String>::new());
    }

    #[test]
    fn a_service_of_which_nothing_fits_has_no_session_policy_and_says_so() {
        let parts = parts(&["kms:GetKeyPolicy"], NAMES, 10);
        assert_eq!(parts[0].policy, None);
        assert!(remarks(&parts)[0].contains("kms"), "{:?}", remarks(&parts));
    }

    #[test]
    fn a_role_that_may_decrypt_environments_through_lambda_still_may() {
        let decrypts = |operation| exact(&[operation], NAMES).to_string().contains(DECRYPT);
        assert!(decrypts("lambda:ListFunctions"));
        assert!(!decrypts("kms:ListKeys"));
    }
}
