//! Users, groups, roles and managed policies.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, InstanceProfile, ManagedPolicyDetail,
    PolicyDetail, PolicyVersion as SdkVersion, Role, RoleDetail, UserDetail,
};
use percent_encoding::percent_decode_str;
use tripod_model::iam::{
    Authorization, ManagedPolicy, PolicyVersion, Principal, RoleDetails, RoleLastUsed, RoleSettings,
};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::{LARGEST_PAGE, moment, note, said, source, tags};
use crate::reply::{Page, failed, pages_written};
use crate::services::{arn, filled};
use crate::written::Written;

pub(super) const DETAILS: &str = "iam:GetAccountAuthorizationDetails";
pub(super) const ROLES: &str = "iam:ListRoles";

/// The principals and policies of the account.
pub(super) async fn read(client: &Client) -> Observed<Authorization> {
    let (authorization, settings) = futures::join!(authorization(client), role_settings(client));
    authorization.map(|mut all| {
        for role in &mut all.roles {
            settle(role, &settings);
        }
        all
    })
}

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

async fn authorization(client: &Client) -> Observed<Authorization> {
    pages_written(
        DETAILS,
        |token| {
            client
                .get_account_authorization_details()
                .max_items(LARGEST_PAGE)
                .set_marker(token)
                .send()
        },
        |output, written, exchange| {
            let next = output.marker().filter(|_| output.is_truncated());
            let entities = entities(&output, written, exchange);
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
    written: &Written,
    exchange: Option<&ExchangeId>,
) -> Vec<Option<Entity>> {
    let at =
        |list: &str, index: usize| source(DETAILS, exchange, format!("/{list}/member/{index}"));
    let users = output.user_detail_list().iter().enumerate();
    let groups = output.group_detail_list().iter().enumerate();
    let roles = output.role_detail_list().iter().enumerate();
    let policies = output.policies().iter().enumerate();
    let users =
        users.map(|(index, item)| user(item, at("UserDetailList", index)).map(Entity::User));
    let groups =
        groups.map(|(index, item)| group(item, at("GroupDetailList", index)).map(Entity::Group));
    let roles =
        roles.map(|(index, item)| role(item, at("RoleDetailList", index)).map(Entity::Role));
    let policies = policies.map(|(index, item)| {
        // The SDK makes up the flag where it is left out.
        let flag = format!("Policies/{index}/IsAttachable");
        let mut policy = policy(item, at("Policies", index))?;
        policy.is_attachable = written.flag(&flag, item.is_attachable());
        Some(Entity::Policy(policy))
    });
    users.chain(groups).chain(roles).chain(policies).collect()
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
    add_named_policies(&mut all);
    all.policies.sort_by(|a, b| a.arn.cmp(&b.arn));
    all
}

/// A policy that principals name and the answer does not hold is there without its document, so that
/// nobody takes it for harmless.
fn add_named_policies(all: &mut Authorization) {
    let known: BTreeSet<Arn> = all.policies.iter().map(|own| own.arn.clone()).collect();
    let mut missing: BTreeMap<Arn, Sources> = BTreeMap::new();
    for principal in all.users.iter().chain(&all.groups).chain(&all.roles) {
        let named = principal.attached_policies.iter();
        for arn in named.filter(|arn| !known.contains(arn)) {
            missing
                .entry(arn.clone())
                .or_insert_with(|| principal.sources.clone());
        }
    }
    let named = missing.into_iter().map(|(arn, sources)| ManagedPolicy {
        sources,
        ..ManagedPolicy::named(arn)
    });
    all.policies.extend(named);
}

/// What `iam:ListRoles` tells of a role, and where.
struct Listed {
    settings: RoleSettings,
    exchange: Option<ExchangeId>,
    pointer: String,
}

async fn role_settings(client: &Client) -> Observed<BTreeMap<Arn, Listed>> {
    let call = |token| {
        client
            .list_roles()
            .max_items(LARGEST_PAGE)
            .set_marker(token)
            .send()
    };
    let listed = pages_written(ROLES, call, |output, written, exchange| {
        let list = written.list("Roles", output.roles());
        let next = output.marker().filter(|_| output.is_truncated());
        Page::of(list, next, |index, item| {
            let (arn, settings) = convert_settings(item)?;
            let listed = Listed {
                settings,
                exchange: exchange.cloned(),
                pointer: format!("/Roles/member/{index}"),
            };
            Some((arn, listed))
        })
    });
    listed.await.map(|listed| listed.into_iter().collect())
}

fn convert_settings(item: &Role) -> Option<(Arn, RoleSettings)> {
    let settings = RoleSettings {
        max_session_seconds: item.max_session_duration().map(i64::from),
        description: filled(item.description()),
    };
    Some((Arn::new(said(item.arn())?), settings))
}

/// Gives a role its settings.
fn settle(role: &mut Principal, settings: &Observed<BTreeMap<Arn, Listed>>) {
    let Some(details) = &mut role.role else {
        return;
    };
    details.settings = match settings {
        Observed::Known(listed) => match listed.get(&role.arn) {
            Some(own) => {
                note(
                    &mut role.sources,
                    ROLES,
                    own.exchange.as_ref(),
                    &own.pointer,
                );
                Observed::Known(own.settings.clone())
            }
            // Made between the two lists.
            None => failed(ROLES, "the list does not hold the role"),
        },
        unknown => unknown.unknown_as(),
    };
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

fn boundary(boundary: Option<&AttachedPermissionsBoundary>) -> Option<Arn> {
    arn(boundary.and_then(|boundary| boundary.permissions_boundary_arn()))
}

fn user(item: &UserDetail, sources: Sources) -> Option<Principal> {
    let mut groups = item.group_list().to_vec();
    groups.sort();
    let named = Principal::named(arn(item.arn())?);
    Some(Principal {
        name: filled(item.user_name()).unwrap_or(named.name),
        id: filled(item.user_id()),
        path: filled(item.path()),
        created: item.create_date().and_then(moment),
        inline_policies: inline(item.user_policy_list())?,
        attached_policies: attached(item.attached_managed_policies()),
        permissions_boundary: boundary(item.permissions_boundary()),
        groups,
        tags: tags(item.tags()),
        sources,
        ..Principal::named(named.arn)
    })
}

fn group(item: &GroupDetail, sources: Sources) -> Option<Principal> {
    let named = Principal::named(arn(item.arn())?);
    Some(Principal {
        name: filled(item.group_name()).unwrap_or(named.name),
        id: filled(item.group_id()),
        path: filled(item.path()),
        created: item.create_date().and_then(moment),
        inline_policies: inline(item.group_policy_list())?,
        attached_policies: attached(item.attached_managed_policies()),
        sources,
        ..Principal::named(named.arn)
    })
}

fn role(item: &RoleDetail, sources: Sources) -> Option<Principal> {
    let named = Principal::named(arn(item.arn())?);
    Some(Principal {
        name: filled(item.role_name()).unwrap_or(named.name),
        id: filled(item.role_id()),
        path: filled(item.path()),
        created: item.create_date().and_then(moment),
        trust_policy: item.assume_role_policy_document().map(document),
        role: Some(RoleDetails {
            last_used: item.role_last_used().map(|used| RoleLastUsed {
                time: used.last_used_date().and_then(moment),
                region: filled(used.region()),
            }),
            instance_profiles: profiles(item.instance_profile_list())?,
            settings: Observed::NotCollected,
        }),
        inline_policies: inline(item.role_policy_list())?,
        attached_policies: attached(item.attached_managed_policies()),
        permissions_boundary: boundary(item.permissions_boundary()),
        tags: tags(item.tags()),
        sources,
        ..Principal::named(named.arn)
    })
}

/// ARNs of instance profiles; `None` when one lacks its own.
fn profiles(list: &[InstanceProfile]) -> Option<Vec<Arn>> {
    let arns = list.iter().map(|profile| said(profile.arn()).map(Arn::new));
    let mut arns: Vec<Arn> = arns.collect::<Option<_>>()?;
    arns.sort();
    Some(arns)
}

/// The policy, but for what only the answer itself tells.
fn policy(item: &ManagedPolicyDetail, sources: Sources) -> Option<ManagedPolicy> {
    let named = ManagedPolicy::named(arn(item.arn())?);
    let versions = item.policy_version_list();
    let is_default = |version: &&SdkVersion| {
        version.is_default_version()
            || (version.version_id().is_some() && version.version_id() == item.default_version_id())
    };
    let current = versions.iter().find(is_default);
    let id = current.and_then(|version| version.version_id());
    Some(ManagedPolicy {
        name: filled(item.policy_name()).unwrap_or(named.name),
        id: filled(item.policy_id()),
        path: filled(item.path()),
        description: filled(item.description()),
        created: item.create_date().and_then(moment),
        updated: item.update_date().and_then(moment),
        default_version: filled(item.default_version_id().or(id)),
        document: current.and_then(|version| version.document()).map(document),
        other_versions: versions
            .iter()
            .filter(|version| !is_default(version))
            .map(|version| PolicyVersion {
                id: filled(version.version_id()),
                document: version.document().map(document),
                created: version.create_date().and_then(moment),
            })
            .collect(),
        attachment_count: item.attachment_count().map(i64::from),
        boundary_count: item.permissions_boundary_usage_count().map(i64::from),
        sources,
        ..ManagedPolicy::named(named.arn)
    })
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    #[test]
    fn the_version_in_force_is_taken_and_decoded() {
        let version = |id: &str, default: bool, text: &str| {
            SdkVersion::builder()
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
    fn the_versions_that_are_not_in_force_are_kept_beside_it() {
        let version = |id: &str, default| {
            SdkVersion::builder()
                .version_id(id)
                .is_default_version(default)
                .document(format!("%22{id}%22"))
                .build()
        };
        let item = ManagedPolicyDetail::builder()
            .arn("arn:aws:iam::111122223333:policy/p")
            .policy_version_list(version("v3", false))
            .policy_version_list(version("v2", true))
            .policy_version_list(version("v1", false))
            .attachment_count(2)
            .permissions_boundary_usage_count(1)
            .build();
        let policy = policy(&item, Sources::default()).expect("an ARN");
        assert_eq!(policy.default_version.as_deref(), Some("v2"));
        assert_eq!(policy.document, Some(PolicyDocument("\"v2\"".to_owned())));
        let others = policy.other_versions.iter();
        let others: Vec<_> = others.map(|other| other.document.clone()).collect();
        let text = |text: &str| Some(PolicyDocument(text.to_owned()));
        assert_eq!(others, [text("\"v3\""), text("\"v1\"")]);
        assert_eq!(
            (policy.attachment_count, policy.boundary_count),
            (Some(2), Some(1))
        );
    }

    #[test]
    fn what_an_answer_leaves_out_is_none_and_not_zero_or_false() {
        let arn = "arn:aws:iam::111122223333:policy/p";
        let bare = ManagedPolicyDetail::builder().arn(arn).build();
        let read = policy(&bare, Sources::default()).expect("an ARN");
        assert_eq!(read, ManagedPolicy::named(Arn::new(arn)));
        // A version without an id is not the default one because the default has none either.
        let nameless = SdkVersion::builder().document("%7B%7D").build();
        let item = ManagedPolicyDetail::builder()
            .arn(arn)
            .policy_version_list(nameless)
            .build();
        let read = policy(&item, Sources::default()).expect("an ARN");
        assert_eq!((read.document, read.other_versions.len()), (None, 1));
        let arn = "arn:aws:iam::111122223333:role/r";
        let bare = RoleDetail::builder().arn(arn).build();
        let read = role(&bare, Sources::default()).expect("an ARN");
        let details = RoleDetails {
            last_used: None,
            instance_profiles: vec![],
            settings: Observed::NotCollected,
        };
        let expected = Principal {
            role: Some(details),
            ..Principal::named(Arn::new(arn))
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn whether_a_policy_can_be_attached_is_known_only_where_it_is_written() {
        let policy = |arn: &str| ManagedPolicyDetail::builder().arn(arn).build();
        let output = GetAccountAuthorizationDetailsOutput::builder()
            .policies(policy("arn:a/p"))
            .policies(policy("arn:a/q"))
            .build();
        let body = "<R><R><Policies><member><Arn/><IsAttachable>false</IsAttachable></member>\
                    <member><Arn/></member></Policies></R></R>";
        let read: Vec<Option<bool>> = entities(&output, &Written::of(body), None)
            .into_iter()
            .map(|entity| match entity {
                Some(Entity::Policy(policy)) => policy.is_attachable,
                _ => panic!("two policies"),
            })
            .collect();
        assert_eq!(read, [Some(false), None]);
    }

    fn listed_role(arn: &str) -> Role {
        Role::builder()
            .arn(arn)
            .path("/")
            .role_name("r")
            .role_id("AROAEXAMPLE")
            .create_date(DateTime::from_secs(1))
            .max_session_duration(43_200)
            .description("deploys")
            .build()
            .expect("all that is required")
    }

    #[test]
    fn a_role_is_read_whole_and_gets_what_only_the_list_tells() {
        let arn = "arn:aws:iam::111122223333:role/ci/r";
        let profile = InstanceProfile::builder()
            .arn("arn:aws:iam::111122223333:instance-profile/r")
            .path("/")
            .instance_profile_name("r")
            .instance_profile_id("AIPAEXAMPLE")
            .create_date(DateTime::from_secs(1))
            .set_roles(Some(vec![]))
            .build()
            .expect("all that is required");
        let used = aws_sdk_iam::types::RoleLastUsed::builder()
            .last_used_date(DateTime::from_secs(1_700_000_000))
            .region("eu-central-1")
            .build();
        let item = RoleDetail::builder()
            .arn(arn)
            .role_name("r")
            .role_id("AROAEXAMPLE")
            .path("/ci/")
            .create_date(DateTime::from_secs(1_600_000_000))
            .instance_profile_list(profile)
            .role_last_used(used)
            .build();
        let mut read = role(&item, Sources::default()).expect("an ARN");
        assert_eq!(read.path.as_deref(), Some("/ci/"));
        assert!(read.created.is_some());
        let (key, settings) = convert_settings(&listed_role(arn)).expect("an ARN");
        let listed = Listed {
            settings,
            exchange: None,
            pointer: String::new(),
        };
        settle(&mut read, &Observed::Known(BTreeMap::from([(key, listed)])));
        let details = read.role.expect("a role");
        let used = details.last_used.expect("it was used");
        assert!(used.time.is_some());
        assert_eq!(used.region.as_deref(), Some("eu-central-1"));
        assert_eq!(details.instance_profiles.len(), 1);
        let settings = RoleSettings {
            max_session_seconds: Some(43_200),
            description: Some("deploys".to_owned()),
        };
        assert_eq!(details.settings, Observed::Known(settings));
    }

    #[test]
    fn a_role_that_the_list_lacks_has_unknown_settings_and_so_has_every_role_without_the_list() {
        let item = RoleDetail::builder().arn("arn:a/r").build();
        let settled = |settings: &Observed<BTreeMap<Arn, Listed>>| {
            let mut read = role(&item, Sources::default()).expect("an ARN");
            settle(&mut read, settings);
            read.role.expect("a role").settings
        };
        assert_eq!(
            settled(&Observed::Known(BTreeMap::new())),
            failed(ROLES, "the list does not hold the role")
        );
        assert_eq!(settled(&failed(ROLES, "cut")), failed(ROLES, "cut"));
        assert!(convert_settings(&listed_role("")).is_none());
    }
}
