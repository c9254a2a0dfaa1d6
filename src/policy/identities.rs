//! The identity policies of an account: parsed once, and handed out by principal.

use std::collections::BTreeMap;

use tripod_model::iam::{Authorization, Principal};
use tripod_model::{Arn, InvalidId, PolicyDocument};

use crate::caller::Caller;
use crate::document::parse;
use crate::policies::Attached;
use crate::statement::Policy;

/// Users, groups and roles of an account with their policies, ready for [`crate::evaluate`].
///
/// ```
/// use tripod_model::iam::Authorization;
/// use tripod_model::Arn;
/// use tripod_policy::{Identities, Policies};
///
/// let identities = Identities::read(&Authorization::default());
/// let role = Arn::new("arn:aws:iam::111122223333:role/claims");
/// if let Some(own) = identities.policies_of(&role) {
///     let policies = Policies {
///         identity: &own.identity,
///         boundary: own.boundary.clone(),
///         ..Policies::default()
///     };
/// }
/// ```
#[derive(Debug)]
pub struct Identities {
    managed: BTreeMap<Arn, Read>,
    principals: BTreeMap<Arn, Entity>,
    groups: BTreeMap<String, Entity>,
}

/// A policy, or why it is not known.
type Read = Result<Policy, String>;

#[derive(Debug)]
struct Entity {
    inline: BTreeMap<String, Read>,
    attached: Vec<Arn>,
    boundary: Option<Arn>,
    groups: Vec<String>,
    trust: Option<Read>,
    tags: BTreeMap<String, String>,
}

/// What bears on a principal of the account.
#[derive(Debug, Clone)]
pub struct IdentityPolicies<'p> {
    /// Inline policies, attached ones, and those of its groups.
    pub identity: Vec<Attached<'p>>,
    /// Its permissions boundary.
    pub boundary: Option<Attached<'p>>,
}

impl Identities {
    /// Reads every policy of an account. One that cannot be read stays in its place as such.
    pub fn read(authorization: &Authorization) -> Self {
        let managed = authorization.policies.iter().map(|policy| {
            let read = match &policy.document {
                Some(document) => read(document),
                None => Err("AWS's answer does not hold the version in force".to_owned()),
            };
            (policy.arn.clone(), read)
        });
        let principals = authorization.users.iter().chain(&authorization.roles);
        let groups = authorization.groups.iter();
        Self {
            managed: managed.collect(),
            principals: principals
                .map(|own| (own.arn.clone(), entity(own)))
                .collect(),
            groups: groups
                .map(|group| (group.name.clone(), entity(group)))
                .collect(),
        }
    }

    /// Users and roles, by ARN.
    pub fn principals(&self) -> impl Iterator<Item = &Arn> {
        self.principals.keys()
    }

    /// The policies of a user or role; none where the account has no such.
    pub fn policies_of(&self, arn: &Arn) -> Option<IdentityPolicies<'_>> {
        let own = self.principals.get(arn)?;
        let mut identity = self.of_entity(own);
        for name in &own.groups {
            match self.groups.get(name) {
                Some(group) => identity.extend(self.of_entity(group)),
                None => identity.push(Attached::unreadable(
                    name,
                    "the group is not in AWS's answer",
                )),
            }
        }
        Some(IdentityPolicies {
            identity,
            boundary: own.boundary.as_ref().map(|boundary| self.managed(boundary)),
        })
    }

    /// The trust policy of a role; none for users and where the account has no such role.
    pub fn trust_of(&self, arn: &Arn) -> Option<Attached<'_>> {
        let trust = self.principals.get(arn)?.trust.as_ref()?;
        Some(Attached::parsed("trust policy", trust))
    }

    /// The inline policies of a user, group or role of the account, by name.
    pub fn inline_of(&self, principal: &Principal) -> Vec<Attached<'_>> {
        let groups = || self.groups.get(&principal.name);
        let entity = self.principals.get(&principal.arn).or_else(groups);
        entity
            .into_iter()
            .flat_map(|own| &own.inline)
            .map(|(name, read)| Attached::parsed(name, read))
            .collect()
    }

    /// A managed policy by its ARN, one of the account or of AWS.
    pub fn managed<'p>(&'p self, arn: &'p Arn) -> Attached<'p> {
        match self.managed.get(arn) {
            Some(read) => Attached::parsed(arn.as_str(), read),
            None => Attached::unreadable(arn.as_str(), "the policy is not in AWS's answer"),
        }
    }

    /// The user or role as somebody who makes requests, with the tags of a user. A role's session may
    /// have others than the role, so of a role they are not told.
    ///
    /// # Errors
    /// When the account has no such principal.
    pub fn caller(&self, arn: &Arn) -> Result<Caller, InvalidId> {
        let entity = self.principals.get(arn).ok_or_else(|| InvalidId {
            value: arn.to_string(),
            expected: "the ARN of a user or role of the account",
        })?;
        let caller = Caller::identity(arn)?;
        if entity.trust.is_some() {
            return Ok(caller);
        }
        Ok(caller.tagged(&entity.tags))
    }

    fn of_entity<'p>(&'p self, entity: &'p Entity) -> Vec<Attached<'p>> {
        let inline = entity.inline.iter();
        let attached = entity.attached.iter();
        inline
            .map(|(name, read)| Attached::parsed(name, read))
            .chain(attached.map(|arn| self.managed(arn)))
            .collect()
    }
}

fn read(document: &PolicyDocument) -> Read {
    parse(document).map_err(|error| error.to_string())
}

fn entity(principal: &Principal) -> Entity {
    let inline = principal.inline_policies.iter();
    Entity {
        inline: inline
            .map(|(name, text)| (name.clone(), read(text)))
            .collect(),
        attached: principal.attached_policies.clone(),
        boundary: principal.permissions_boundary.clone(),
        groups: principal.groups.clone(),
        trust: principal.trust_policy.as_ref().map(read),
        tags: principal.tags.clone(),
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::ManagedPolicy;

    use super::*;
    use crate::{Context, Decision, Policies, Request, Resource, Verdict, evaluate};

    fn principal(arn: &str) -> Principal {
        Principal::named(Arn::new(arn))
    }

    fn document(effect: &str, action: &str) -> PolicyDocument {
        PolicyDocument(format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#
        ))
    }

    fn managed(arn: &str, document: Option<PolicyDocument>) -> ManagedPolicy {
        ManagedPolicy {
            document,
            ..ManagedPolicy::named(Arn::new(arn))
        }
    }

    const ADA: &str = "arn:aws:iam::111122223333:user/ada";
    const MANAGED: &str = "arn:aws:iam::111122223333:policy/managed";

    fn decide<T>(
        identities: &Identities,
        action: &str,
        then: impl FnOnce(&Decision<'_>) -> T,
    ) -> T {
        let arn = Arn::new(ADA);
        let own = identities.policies_of(&arn).expect("a user");
        let policies = Policies {
            identity: &own.identity,
            boundary: own.boundary.clone(),
            ..Policies::default()
        };
        let request = Request {
            caller: &identities.caller(&arn).expect("a user"),
            action,
            resource: &Resource::account_level(),
            context: &Context::closed(),
        };
        then(&evaluate(&request, &policies))
    }

    fn allowed(authorization: &Authorization, action: &str) -> bool {
        decide(&Identities::read(authorization), action, |decision| {
            decision.is_allowed()
        })
    }

    #[test]
    fn inline_attached_and_group_policies_add_up_within_the_boundary() {
        let mut ada = principal(ADA);
        ada.inline_policies
            .insert("inline".to_owned(), document("Allow", "sqs:*"));
        ada.attached_policies.push(Arn::new(MANAGED));
        ada.groups.push("staff".to_owned());
        let mut staff = principal("arn:aws:iam::111122223333:group/staff");
        staff
            .inline_policies
            .insert("inline".to_owned(), document("Allow", "lambda:*"));
        let mut authorization = Authorization {
            users: vec![ada],
            groups: vec![staff],
            policies: vec![managed(MANAGED, Some(document("Allow", "s3:*")))],
            ..Authorization::default()
        };
        for action in [
            "sqs:ListQueues",
            "s3:ListAllMyBuckets",
            "lambda:ListFunctions",
        ] {
            assert!(allowed(&authorization, action), "{action}");
        }
        assert!(!allowed(&authorization, "ec2:DescribeInstances"));
        authorization.users[0].permissions_boundary = Some(Arn::new(MANAGED));
        assert!(allowed(&authorization, "s3:ListAllMyBuckets"));
        assert!(!allowed(&authorization, "sqs:ListQueues"));
    }

    #[test]
    fn what_is_not_in_the_answer_or_cannot_be_read_is_not_assessed() {
        let with = |change: &dyn Fn(&mut Principal), policies: Vec<ManagedPolicy>| {
            let mut ada = principal(ADA);
            ada.inline_policies
                .insert("inline".to_owned(), document("Allow", "*"));
            change(&mut ada);
            let authorization = Authorization {
                users: vec![ada],
                policies,
                ..Authorization::default()
            };
            let identities = Identities::read(&authorization);
            decide(&identities, "sqs:ListQueues", |decision| {
                match &decision.verdict {
                    Verdict::NotAssessed(unseen) => unseen[0].to_string(),
                    other => panic!("{other:?}"),
                }
            })
        };
        let attach: &dyn Fn(&mut Principal) = &|ada| ada.attached_policies.push(Arn::new(MANAGED));
        assert_eq!(
            with(attach, vec![]),
            format!(
                "the identity policy '{MANAGED}' is not known: the policy is not in AWS's answer"
            )
        );
        assert!(with(attach, vec![managed(MANAGED, None)]).contains("version in force"));
        assert!(
            with(&|ada| ada.groups.push("staff".to_owned()), vec![])
                .contains("the group is not in AWS's answer")
        );
        let garbage = |ada: &mut Principal| {
            let text = PolicyDocument("{".to_owned());
            ada.inline_policies.insert("broken".to_owned(), text);
        };
        assert!(with(&garbage, vec![]).contains("line 1 column 1"));
    }

    #[test]
    fn inline_policies_are_handed_out_by_whose_they_are() {
        let with_inline = |arn: &str, name: &str| {
            let mut own = principal(arn);
            own.inline_policies
                .insert(name.to_owned(), document("Allow", "sqs:*"));
            own
        };
        let user = with_inline(ADA, "of-user");
        // A group and a user of one name have nothing to do with each other.
        let group = with_inline("arn:aws:iam::111122223333:group/ada", "of-group");
        let identities = Identities::read(&Authorization {
            users: vec![user.clone()],
            groups: vec![group.clone()],
            policies: vec![managed(MANAGED, None)],
            ..Authorization::default()
        });
        let names = |own: &Principal| -> Vec<String> {
            let inline = identities.inline_of(own);
            inline.iter().map(|it| it.name().to_owned()).collect()
        };
        assert_eq!(names(&user), ["of-user"]);
        assert_eq!(names(&group), ["of-group"]);
        assert!(identities.managed(&Arn::new(MANAGED)).policy().is_err());
    }

    #[test]
    fn a_role_has_a_trust_policy_and_a_user_has_tags() {
        let mut role = principal("arn:aws:iam::111122223333:role/claims");
        role.trust_policy = Some(document("Allow", "sts:AssumeRole"));
        let mut ada = principal(ADA);
        ada.tags.insert("team".to_owned(), "claims".to_owned());
        let identities = Identities::read(&Authorization {
            users: vec![ada],
            roles: vec![role.clone()],
            ..Authorization::default()
        });
        assert!(identities.trust_of(&role.arn).is_some());
        assert!(identities.trust_of(&Arn::new(ADA)).is_none());
        assert_eq!(identities.principals().count(), 2);
        let tagged = Caller::user(&Arn::new(ADA))
            .expect("a user")
            .tagged([("team", "claims")]);
        assert_eq!(identities.caller(&Arn::new(ADA)).expect("a user"), tagged);
        assert!(
            identities
                .caller(&Arn::new("arn:aws:iam::111122223333:user/bo"))
                .is_err()
        );
    }
}
