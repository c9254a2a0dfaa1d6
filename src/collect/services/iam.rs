//! Reads IAM, once for the account.
//!
//! Calls, for N entities: ⌈N/1000⌉ GetAccountAuthorizationDetails, which gives users, groups, roles and
//! policies with their documents, and 1 GetAccountSummary.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{
    AttachedPolicy, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, Tag, UserDetail,
};
use percent_encoding::percent_decode_str;
use tripod_model::iam::{Authorization, Iam, ManagedPolicy, Principal, Summary};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::source;
use crate::collector::{Collector, Part, Place};
use crate::context::Context;
use crate::reply::{Page, ask, pages};

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";
const SUMMARY: &str = "iam:GetAccountSummary";

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
const LARGEST_PAGE: i32 = 1000;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "iam",
    place: Place::Global,
    operations: &[DETAILS, SUMMARY],
    run: |context| Box::pin(read(context)),
};

/// What a page of the details holds.
enum Entity {
    User(Principal),
    Group(Principal),
    Role(Principal),
    Policy(ManagedPolicy),
}

impl Entity {
    fn arn(&self) -> &Arn {
        match self {
            Self::User(entity) | Self::Group(entity) | Self::Role(entity) => &entity.arn,
            Self::Policy(policy) => &policy.arn,
        }
    }
}

async fn read(context: Context) -> Part {
    let client = context.iam();
    let (authorization, summary) = futures::join!(authorization(&client), summary(&client));
    Part::Iam(Iam {
        authorization,
        summary,
    })
}

async fn authorization(client: &Client) -> Observed<Authorization> {
    pages(
        DETAILS,
        |token| {
            client
                .get_account_authorization_details()
                .max_items(LARGEST_PAGE)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            let next = output.marker().filter(|_| output.is_truncated());
            let entities = entities(&output, exchange);
            let first = entities.first().map(|entity| match entity {
                Some(entity) => entity.arn().to_string(),
                None => String::new(),
            });
            Page::whole(holds_a_list(&output), entities, first, next)
        },
    )
    .await
    .map(assemble)
}

/// Which of its four lists a page holds differs; one that holds none is no answer.
fn holds_a_list(output: &GetAccountAuthorizationDetailsOutput) -> bool {
    output.user_detail_list.is_some()
        || output.group_detail_list.is_some()
        || output.role_detail_list.is_some()
        || output.policies.is_some()
}

/// What a page holds; `None` for an entity without an ARN.
fn entities(
    output: &GetAccountAuthorizationDetailsOutput,
    exchange: Option<&ExchangeId>,
) -> Vec<Option<Entity>> {
    let at =
        |list: &str, index: usize| source(DETAILS, exchange, format!("/{list}/member/{index}"));
    let users = output.user_detail_list().iter().enumerate();
    let groups = output.group_detail_list().iter().enumerate();
    let roles = output.role_detail_list().iter().enumerate();
    let policies = output.policies().iter().enumerate();
    users
        .map(|(index, item)| user(item, at("UserDetailList", index)).map(Entity::User))
        .chain(
            groups
                .map(|(index, item)| group(item, at("GroupDetailList", index)).map(Entity::Group)),
        )
        .chain(roles.map(|(index, item)| role(item, at("RoleDetailList", index)).map(Entity::Role)))
        .chain(
            policies.map(|(index, item)| policy(item, at("Policies", index)).map(Entity::Policy)),
        )
        .collect()
}

/// The name of an entity: the end of its ARN, where an answer leaves it out.
fn name(given: Option<&str>, arn: &str) -> String {
    given
        .or_else(|| arn.rsplit('/').next())
        .unwrap_or(arn)
        .to_owned()
}

fn assemble(entities: Vec<Entity>) -> Authorization {
    let mut all = Authorization::default();
    for entity in entities {
        match entity {
            Entity::User(user) => all.users.push(user),
            Entity::Group(group) => all.groups.push(group),
            Entity::Role(role) => all.roles.push(role),
            Entity::Policy(policy) => all.policies.push(policy),
        }
    }
    for list in [&mut all.users, &mut all.groups, &mut all.roles] {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
    }
    count_attachments(&mut all);
    all.policies.sort_by(|a, b| a.arn.cmp(&b.arn));
    all
}

/// A policy is attached as often as AWS says, and at least as often as principals name it: a count
/// that an answer leaves out must not make a policy look unused. A policy that principals name and
/// the answer does not hold is there without its document, so that nobody takes it for harmless.
fn count_attachments(all: &mut Authorization) {
    let mut seen: BTreeMap<Arn, (i64, Sources)> = BTreeMap::new();
    for principal in all.users.iter().chain(&all.groups).chain(&all.roles) {
        for arn in &principal.attached_policies {
            let entry = seen
                .entry(arn.clone())
                .or_insert_with(|| (0, principal.sources.clone()));
            entry.0 += 1;
        }
    }
    for policy in &mut all.policies {
        if let Some((counted, _)) = seen.remove(&policy.arn) {
            policy.attachment_count = policy.attachment_count.max(counted);
        }
    }
    all.policies.extend(
        seen.into_iter()
            .map(|(arn, (counted, sources))| ManagedPolicy {
                name: name(None, arn.as_str()),
                arn,
                document: None,
                attachment_count: counted,
                boundary_count: 0,
                sources,
            }),
    );
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

/// IAM writes documents percent-encoded (RFC 3986).
fn document(text: &str) -> PolicyDocument {
    PolicyDocument(percent_decode_str(text).decode_utf8_lossy().into_owned())
}

/// Inline policies; `None` when one lacks its name or its document.
fn inline(policies: &[PolicyDetail]) -> Option<BTreeMap<String, PolicyDocument>> {
    policies
        .iter()
        .map(|policy| {
            Some((
                policy.policy_name()?.to_owned(),
                document(policy.policy_document()?),
            ))
        })
        .collect()
}

fn attached(policies: &[AttachedPolicy]) -> Vec<Arn> {
    let mut arns: Vec<Arn> = policies
        .iter()
        .filter_map(|policy| policy.policy_arn().map(Arn::new))
        .collect();
    arns.sort();
    arns
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}

fn user(item: &UserDetail, sources: Sources) -> Option<Principal> {
    let mut groups = item.group_list().to_vec();
    groups.sort();
    Some(Principal {
        arn: Arn::new(item.arn()?),
        name: name(item.user_name(), item.arn()?),
        trust_policy: None,
        inline_policies: inline(item.user_policy_list())?,
        attached_policies: attached(item.attached_managed_policies()),
        permissions_boundary: item
            .permissions_boundary()
            .and_then(|boundary| boundary.permissions_boundary_arn())
            .map(Arn::new),
        groups,
        tags: tags(item.tags()),
        sources,
    })
}

fn group(item: &GroupDetail, sources: Sources) -> Option<Principal> {
    Some(Principal {
        arn: Arn::new(item.arn()?),
        name: name(item.group_name(), item.arn()?),
        trust_policy: None,
        inline_policies: inline(item.group_policy_list())?,
        attached_policies: attached(item.attached_managed_policies()),
        permissions_boundary: None,
        groups: Vec::new(),
        tags: BTreeMap::new(),
        sources,
    })
}

fn role(item: &RoleDetail, sources: Sources) -> Option<Principal> {
    Some(Principal {
        arn: Arn::new(item.arn()?),
        name: name(item.role_name(), item.arn()?),
        trust_policy: item.assume_role_policy_document().map(document),
        inline_policies: inline(item.role_policy_list())?,
        attached_policies: attached(item.attached_managed_policies()),
        permissions_boundary: item
            .permissions_boundary()
            .and_then(|boundary| boundary.permissions_boundary_arn())
            .map(Arn::new),
        groups: Vec::new(),
        tags: tags(item.tags()),
        sources,
    })
}

fn policy(item: &ManagedPolicyDetail, sources: Sources) -> Option<ManagedPolicy> {
    let current = item.policy_version_list().iter().find(|version| {
        version.is_default_version() || version.version_id() == item.default_version_id()
    });
    Some(ManagedPolicy {
        arn: Arn::new(item.arn()?),
        name: name(item.policy_name(), item.arn()?),
        document: current.and_then(|version| version.document()).map(document),
        attachment_count: i64::from(item.attachment_count().unwrap_or(0)),
        boundary_count: i64::from(item.permissions_boundary_usage_count().unwrap_or(0)),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::PolicyVersion;

    use super::*;

    #[test]
    fn the_version_in_force_is_taken_and_decoded() {
        let version = |id: &str, default: bool, text: &str| {
            PolicyVersion::builder()
                .version_id(id)
                .is_default_version(default)
                .document(text)
                .build()
        };
        let item = ManagedPolicyDetail::builder()
            .arn("arn:aws:iam::111122223333:policy/p")
            .policy_name("p")
            .default_version_id("v2")
            .policy_version_list(version("v1", false, "%7B%22old%22%3A1%7D"))
            .policy_version_list(version(
                "v2",
                true,
                "%7B%22Version%22%3A%222012-10-17%22%7D",
            ))
            .build();
        let policy = policy(&item, Sources::default()).expect("it has a name");
        assert_eq!(
            policy.document,
            Some(PolicyDocument(r#"{"Version":"2012-10-17"}"#.to_owned()))
        );
    }

    #[test]
    fn a_policy_that_only_its_holder_names_is_there_without_its_document() {
        let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
        let holder = UserDetail::builder()
            .arn("arn:aws:iam::111122223333:user/u")
            .attached_managed_policies(AttachedPolicy::builder().policy_arn(arn).build())
            .build();
        let all = assemble(vec![Entity::User(
            user(&holder, Sources::default()).expect("it has an ARN"),
        )]);
        assert_eq!(all.policies.len(), 1);
        assert_eq!(all.policies[0].name, "AdministratorAccess");
        assert_eq!(all.policies[0].document, None);
    }

    #[test]
    fn a_name_that_is_left_out_is_read_off_the_arn_and_an_entity_without_one_is_none() {
        let arn = "arn:aws:iam::111122223333:policy/team/claims";
        let bare = ManagedPolicyDetail::builder().arn(arn).build();
        let policy_read = policy(&bare, Sources::default()).expect("it has an ARN");
        assert_eq!(policy_read.name, "claims");
        let nobody = ManagedPolicyDetail::builder().policy_name("claims").build();
        assert!(policy(&nobody, Sources::default()).is_none());
    }

    #[test]
    fn a_count_that_is_left_out_does_not_make_a_policy_look_unused() {
        let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
        let bare = ManagedPolicyDetail::builder()
            .arn(arn)
            .policy_name("AdministratorAccess")
            .build();
        let holder = RoleDetail::builder()
            .arn("arn:aws:iam::111122223333:role/r")
            .role_name("r")
            .attached_managed_policies(AttachedPolicy::builder().policy_arn(arn).build())
            .build();
        let all = assemble(vec![
            Entity::Policy(policy(&bare, Sources::default()).expect("named")),
            Entity::Role(role(&holder, Sources::default()).expect("named")),
        ]);
        assert_eq!(all.policies[0].attachment_count, 1);
        assert_eq!(all.policies[0].document, None);
    }
}
