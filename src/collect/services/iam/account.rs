//! Counts and settings of the account as a whole.

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_account_password_policy::GetAccountPasswordPolicyOutput;
use aws_sdk_iam::operation::list_account_aliases::ListAccountAliasesOutput;
use aws_sdk_iam::operation::list_organizations_features::ListOrganizationsFeaturesOutput;
use tripod_model::iam::{OrganizationFeatures, PasswordPolicy, Summary};
use tripod_model::{Observed, Sources};

use super::{LARGEST_PAGE, NO_SUCH_ENTITY, source};
use crate::reply::{Page, ask, ask_written, failed, pages_written};
use crate::written::Written;

pub(super) const SUMMARY: &str = "iam:GetAccountSummary";
pub(super) const ALIASES: &str = "iam:ListAccountAliases";
pub(super) const PASSWORD_POLICY: &str = "iam:GetAccountPasswordPolicy";
pub(super) const ORGANIZATION_FEATURES: &str = "iam:ListOrganizationsFeatures";

/// How IAM says that no feature can be on: no organisation, one for billing only, or one that does not trust
/// IAM. That the caller is not told (`AccountNotManagementOrDelegatedAdministratorException`) is no answer.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>
const NO_FEATURES: &[&str] = &[
    "OrganizationNotFoundException",
    "OrganizationNotInAllFeaturesModeException",
    "ServiceAccessNotEnabledException",
];

/// What is read here.
pub(super) struct Settings {
    pub(super) summary: Observed<Summary>,
    pub(super) aliases: Observed<Vec<String>>,
    pub(super) password_policy: Observed<PasswordPolicy>,
    pub(super) organization_features: Observed<OrganizationFeatures>,
}

pub(super) async fn read(client: &Client) -> Settings {
    let (summary, aliases, password_policy, organization_features) = futures::join!(
        summary(client),
        aliases(client),
        password_policy(client),
        organization_features(client),
    );
    Settings {
        summary,
        aliases,
        password_policy,
        organization_features,
    }
}

async fn summary(client: &Client) -> Observed<Summary> {
    let reply = ask(SUMMARY, &[], client.get_account_summary().send()).await;
    let sources = source(SUMMARY, reply.exchange.as_ref(), String::new());
    reply.value.map(|output| Summary {
        entries: output
            .summary_map()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str().to_owned(), i64::from(*value)))
            .collect(),
        sources,
    })
}

async fn aliases(client: &Client) -> Observed<Vec<String>> {
    let call = |token| {
        client
            .list_account_aliases()
            .max_items(LARGEST_PAGE)
            .set_marker(token)
            .send()
    };
    let split = |output, written: &Written, _: Option<&_>| alias_page(&output, written);
    let listed = pages_written(ALIASES, call, split).await;
    listed.map(|mut names| {
        names.sort();
        names
    })
}

fn alias_page(output: &ListAccountAliasesOutput, written: &Written) -> Page<String> {
    let list = written.list("AccountAliases", output.account_aliases());
    let next = output.marker().filter(|_| output.is_truncated());
    Page::of(list, next, |_, name: &String| Some(name.clone()))
}

async fn password_policy(client: &Client) -> Observed<PasswordPolicy> {
    let call = client.get_account_password_policy().send();
    let reply = ask_written(PASSWORD_POLICY, NO_SUCH_ENTITY, call).await;
    let sources = source(
        PASSWORD_POLICY,
        reply.exchange.as_ref(),
        "/PasswordPolicy".to_owned(),
    );
    match reply.value {
        Observed::Known((output, written)) => convert_password_policy(&output, &written, sources)
            .map_or_else(
                || failed(PASSWORD_POLICY, "the answer holds no policy"),
                Observed::Known,
            ),
        // Not `unknown_as`: that there is none is an answer.
        other => other.map(|_| PasswordPolicy::default()),
    }
}

/// The policy; none where the answer holds none.
fn convert_password_policy(
    output: &GetAccountPasswordPolicyOutput,
    written: &Written,
    sources: Sources,
) -> Option<PasswordPolicy> {
    let policy = output
        .password_policy()
        .filter(|_| written.has("PasswordPolicy"))?;
    let flag = |member: &str, value| written.flag(&format!("PasswordPolicy/{member}"), value);
    Some(PasswordPolicy {
        minimum_length: policy.minimum_password_length().map(i64::from),
        require_symbols: flag("RequireSymbols", policy.require_symbols()),
        require_numbers: flag("RequireNumbers", policy.require_numbers()),
        require_uppercase: flag(
            "RequireUppercaseCharacters",
            policy.require_uppercase_characters(),
        ),
        require_lowercase: flag(
            "RequireLowercaseCharacters",
            policy.require_lowercase_characters(),
        ),
        allow_change: flag(
            "AllowUsersToChangePassword",
            policy.allow_users_to_change_password(),
        ),
        expire: flag("ExpirePasswords", policy.expire_passwords()),
        max_age_days: policy.max_password_age().map(i64::from),
        reuse_prevention: policy.password_reuse_prevention().map(i64::from),
        hard_expiry: policy.hard_expiry(),
        sources,
    })
}

async fn organization_features(client: &Client) -> Observed<OrganizationFeatures> {
    let call = client.list_organizations_features().send();
    let reply = ask(ORGANIZATION_FEATURES, NO_FEATURES, call).await;
    let sources = source(
        ORGANIZATION_FEATURES,
        reply.exchange.as_ref(),
        String::new(),
    );
    match reply.value {
        Observed::Known(output) => convert_features(&output, sources).map_or_else(
            || failed(ORGANIZATION_FEATURES, "the answer holds no list"),
            Observed::Known,
        ),
        other => other.map(|_| OrganizationFeatures::default()),
    }
}

/// The features; none where the answer does not list them.
fn convert_features(
    output: &ListOrganizationsFeaturesOutput,
    sources: Sources,
) -> Option<OrganizationFeatures> {
    let listed = output.enabled_features.as_ref()?;
    let mut enabled: Vec<String> = listed.iter().map(|it| it.as_str().to_owned()).collect();
    enabled.sort();
    Some(OrganizationFeatures {
        organization_id: output.organization_id().map(str::to_owned),
        enabled,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::{FeatureType, PasswordPolicy as SdkPolicy};

    use super::*;

    fn written(members: &str) -> Written {
        Written::of(&format!("<R><R>{members}</R></R>"))
    }

    fn convert(policy: SdkPolicy, members: &str) -> Option<PasswordPolicy> {
        let output = GetAccountPasswordPolicyOutput::builder()
            .password_policy(policy)
            .build();
        convert_password_policy(&output, &written(members), Sources::default())
    }

    #[test]
    fn a_password_policy_is_converted_whole() {
        let policy = SdkPolicy::builder()
            .minimum_password_length(14)
            .require_symbols(true)
            .require_numbers(false)
            .require_uppercase_characters(true)
            .require_lowercase_characters(false)
            .allow_users_to_change_password(true)
            .expire_passwords(true)
            .max_password_age(90)
            .password_reuse_prevention(24)
            .hard_expiry(false)
            .build();
        let members = "<PasswordPolicy><RequireSymbols/><RequireNumbers/><RequireUppercaseCharacters/>\
            <RequireLowercaseCharacters/><AllowUsersToChangePassword/><ExpirePasswords/></PasswordPolicy>";
        let whole = PasswordPolicy {
            minimum_length: Some(14),
            require_symbols: Some(true),
            require_numbers: Some(false),
            require_uppercase: Some(true),
            require_lowercase: Some(false),
            allow_change: Some(true),
            expire: Some(true),
            max_age_days: Some(90),
            reuse_prevention: Some(24),
            hard_expiry: Some(false),
            sources: Sources::default(),
        };
        assert_eq!(convert(policy, members), Some(whole));
    }

    #[test]
    fn flags_that_the_sdk_makes_up_are_not_the_account_s() {
        let bare = SdkPolicy::builder().build();
        assert_eq!(
            convert(bare.clone(), "<PasswordPolicy/>"),
            Some(PasswordPolicy::default())
        );
        assert_eq!(
            convert(bare, ""),
            None,
            "an answer without a policy is no policy"
        );
    }

    #[test]
    fn features_are_sorted_and_an_answer_without_its_list_is_none() {
        let output = ListOrganizationsFeaturesOutput::builder()
            .organization_id("o-clinic")
            .enabled_features(FeatureType::RootSessions)
            .enabled_features(FeatureType::RootCredentialsManagement)
            .build();
        let features = convert_features(&output, Sources::default()).expect("a list");
        assert_eq!(
            features.enabled,
            ["RootCredentialsManagement", "RootSessions"]
        );
        assert_eq!(features.organization_id.as_deref(), Some("o-clinic"));
        let bare = ListOrganizationsFeaturesOutput::builder().build();
        assert_eq!(convert_features(&bare, Sources::default()), None);
    }
}
