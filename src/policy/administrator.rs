//! Whether an identity policy grants everything.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html>

use std::collections::{BTreeMap, BTreeSet};

use crate::overlap::ANYTHING;
use crate::pattern::{Case, Pattern};
use crate::statement::{Policy, Selection, Statement, StatementRef};

/// How a policy grants every action on every resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminGrant {
    /// The Allow statements that grant it: each alone, or, where none does, all of them together.
    pub statements: Vec<StatementRef>,
    /// Conditions that the grant depends on; empty where it stands without any.
    pub conditions: Vec<String>,
    /// Deny statements that take something back, but not everything.
    pub except: Vec<StatementRef>,
}

/// Whether the policy grants every action on every resource, and how.
///
/// A `NotAction` that leaves out more than single actions outside IAM, and a `NotResource` that leaves
/// out anything, is not everything, unless another statement grants what it leaves out. Denies count when they are unconditional and leave no more
/// than what they name; a Deny of single services is told in [`AdminGrant::except`].
pub fn administrator(policy: &Policy) -> Option<AdminGrant> {
    if denied_outright(policy) {
        return None;
    }
    let all: Vec<&Statement> = policy.allows().collect();
    let unconditional: Vec<&Statement> = all
        .iter()
        .copied()
        .filter(|allow| allow.conditions.is_empty())
        .collect();
    let granting = granting(&unconditional).or_else(|| granting(&all))?;
    let conditions: BTreeSet<String> = granting
        .iter()
        .flat_map(|allow| allow.conditions.iter().map(ToString::to_string))
        .collect();
    Some(AdminGrant {
        statements: granting.iter().map(|allow| allow.reference()).collect(),
        conditions: conditions.into_iter().collect(),
        except: policy.denies().map(Statement::reference).collect(),
    })
}

/// An action of no service in particular.
fn any_action() -> String {
    format!("{ANYTHING}:{ANYTHING}")
}

/// A resource of no service in particular. A pattern of every ARN of a partition is taken for
/// everything; that it misses the few actions without a resource makes nobody less of an
/// administrator.
fn any_resource(partition: &str) -> String {
    format!("arn:{partition}:{ANYTHING}:{ANYTHING}:{ANYTHING}:{ANYTHING}")
}

const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];

/// Whether some unconditional Deny strikes also what nobody named: `*`, or all but a list.
fn denied_outright(policy: &Policy) -> bool {
    policy
        .denies()
        .filter(|deny| deny.conditions.is_empty())
        .any(|deny| {
            PARTITIONS
                .iter()
                .all(|partition| deny.covers(&any_action(), &any_resource(partition)))
        })
}

/// The statements that grant everything: those that do so alone, or all that take part.
fn granting<'a>(allows: &[&'a Statement]) -> Option<Vec<&'a Statement>> {
    let alone: Vec<&Statement> = allows
        .iter()
        .copied()
        .filter(|allow| covering_everything(&[*allow]).is_some())
        .collect();
    if alone.is_empty() {
        covering_everything(allows)
    } else {
        Some(alone)
    }
}

/// Those statements that take part, if every action on every resource is covered by one of them. It
/// is enough to try the unnamed action and resource, and whatever some statement leaves out.
fn covering_everything<'a>(allows: &[&'a Statement]) -> Option<Vec<&'a Statement>> {
    let mut actions = left_out(
        allows,
        |allow| &allow.actions,
        Case::Insensitive,
        leaves_an_administrator_less,
    );
    actions.insert(any_action());
    let left_out = left_out(allows, |allow| &allow.resources, Case::Sensitive, |_| true);
    PARTITIONS.iter().find_map(|partition| {
        let mut taking_part: BTreeMap<usize, &Statement> = BTreeMap::new();
        for resource in left_out.iter().chain([&any_resource(partition)]) {
            for action in &actions {
                let covering: Vec<_> = allows
                    .iter()
                    .filter(|allow| allow.covers(action, resource))
                    .map(|allow| (allow.index, *allow))
                    .collect();
                if covering.is_empty() {
                    return None;
                }
                taking_part.extend(covering);
            }
        }
        Some(taking_part.into_values().collect())
    })
}

/// Whether leaving out these actions takes anything from an administrator. A single action by its full
/// name does not, whether it exists or not (`none:none`), unless it is one of IAM, by which the rest
/// could be won back. What has no colon is the name of no action.
fn leaves_an_administrator_less(excluded: &Pattern) -> bool {
    let of_iam = || {
        let service = excluded.as_str().split(':').next().unwrap_or_default();
        service.eq_ignore_ascii_case("iam")
    };
    excluded.as_str().contains(':') && (!excluded.is_fixed() || of_iam())
        || excluded.is_everything()
}

/// Witnesses of what the statements exclude, and of what any two of them exclude both.
fn left_out(
    allows: &[&Statement],
    selection: impl Fn(&Statement) -> &Selection,
    case: Case,
    matters: impl Fn(&Pattern) -> bool,
) -> BTreeSet<String> {
    let excluded: Vec<&Pattern> = allows
        .iter()
        .flat_map(|allow| selection(allow).excluded())
        .filter(|pattern| matters(pattern))
        .collect();
    let mut witnesses = BTreeSet::new();
    for (index, pattern) in excluded.iter().enumerate() {
        witnesses.insert(pattern.witness());
        for other in &excluded[index + 1..] {
            witnesses.extend(pattern.common(other, case));
        }
    }
    witnesses
}

#[cfg(test)]
mod tests {
    use tripod_model::PolicyDocument;

    use super::*;
    use crate::parse;

    fn policy(statements: &str) -> Policy {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        parse(&PolicyDocument(text)).expect("a policy")
    }

    fn grants_all(statements: &str) -> bool {
        administrator(&policy(statements)).is_some()
    }

    #[test]
    fn leaving_out_single_actions_outside_iam_leaves_an_administrator() {
        let all_but = |excluded: &str| {
            grants_all(&format!(
                r#"{{"Effect":"Allow","NotAction":{excluded},"Resource":"*"}}"#
            ))
        };
        assert!(all_but(r#""none:none""#));
        assert!(all_but(r#"["ec2:TerminateInstances","s3:DeleteBucket"]"#));
        assert!(!all_but(r#""iam:CreateUser""#));
        assert!(!all_but(r#""iam:*""#));
        assert!(!all_but(r#""s3:*""#));
        assert!(!all_but(r#""*""#));
    }

    const ALL: &str = r#"{"Sid":"all","Effect":"Allow","Action":"*","Resource":"*"}"#;

    #[test]
    fn every_way_to_write_everything_is_everything() {
        for action in [
            r#""*""#,
            r#""*:*""#,
            r#""**""#,
            r#""?*""#,
            r#"["s3:GetObject","*"]"#,
        ] {
            for resource in [
                r#""*""#,
                r#""**""#,
                r#"["arn:aws:s3:::a","*"]"#,
                r#""arn:aws:*""#,
                r#""arn:*""#,
            ] {
                let statement =
                    format!(r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#);
                assert!(grants_all(&statement), "{statement}");
            }
        }
    }

    #[test]
    fn a_single_statement_object_is_read() {
        let text = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        let policy = parse(&PolicyDocument(text.to_owned())).expect("a policy");
        assert!(administrator(&policy).is_some());
    }

    #[test]
    fn a_service_or_a_resource_is_not_everything() {
        for statement in [
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a/*"}"#,
            r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:*"}"#,
            r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#,
        ] {
            assert!(!grants_all(statement), "{statement}");
        }
        assert!(!grants_all(""));
    }

    #[test]
    fn leaving_out_nothing_is_everything_and_leaving_out_something_is_not() {
        for (not_action, everything) in [
            ("[]", true),
            (r#""nothing""#, true),
            (r#""iam:*""#, false),
            (r#"["iam:*","organizations:*","account:*"]"#, false),
            (r#""*""#, false),
        ] {
            let statement =
                format!(r#"{{"Effect":"Allow","NotAction":{not_action},"Resource":"*"}}"#);
            assert_eq!(grants_all(&statement), everything, "{statement}");
        }
        assert!(grants_all(
            r#"{"Effect":"Allow","Action":"*","NotResource":[]}"#
        ));
        assert!(!grants_all(
            r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::a"}"#
        ));
    }

    #[test]
    fn statements_add_up() {
        let rest = r#"{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}"#;
        let iam = r#"{"Effect":"Allow","Action":"IAM:*","Resource":"*"}"#;
        let found = administrator(&policy(&format!("{rest},{iam}"))).expect("everything");
        assert_eq!(found.statements.len(), 2);
        let read = r#"{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}"#;
        assert!(!grants_all(&format!("{rest},{read}")));
        let one = r#"{"Effect":"Allow","NotAction":"iam:PassRole","Resource":"*"}"#;
        let other = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}"#;
        assert!(grants_all(&format!("{one},{other}")));
        let pair = r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}"#;
        assert!(
            grants_all(&format!("{rest},{pair}")),
            "no action is left out by both"
        );
        let outside = r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::a"}"#;
        let inside = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::a"}"#;
        assert!(grants_all(&format!("{outside},{inside}")));
    }

    #[test]
    fn harmless_statements_around_it_neither_hide_it_nor_are_blamed() {
        let read = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
        let found = administrator(&policy(&format!("{read},{ALL},{read}"))).expect("everything");
        assert_eq!(found.statements.len(), 1);
        assert_eq!(found.statements[0].to_string(), "statement 'all'");
    }

    #[test]
    fn a_deny_is_no_grant_and_one_of_everything_cancels() {
        assert!(!grants_all(
            r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#
        ));
        for deny in [
            r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
            r#"{"Effect":"Deny","NotAction":["s3:Get*"],"Resource":"*"}"#,
        ] {
            assert!(!grants_all(&format!("{ALL},{deny}")), "{deny}");
        }
    }

    #[test]
    fn a_deny_of_less_or_under_a_condition_does_not_cancel_and_is_told() {
        for deny in [
            r#"{"Sid":"d","Effect":"Deny","Action":"aws-portal:*","Resource":"*"}"#,
            r#"{"Sid":"d","Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::a"}"#,
            r#"{"Sid":"d","Effect":"Deny","Action":"*","Resource":"*",
                "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        ] {
            let found = administrator(&policy(&format!("{ALL},{deny}"))).expect("everything");
            assert_eq!(found.except[0].sid.as_deref(), Some("d"), "{deny}");
        }
    }

    #[test]
    fn conditions_are_named_only_where_the_grant_depends_on_them() {
        let guarded = r#"{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
        let found = administrator(&policy(guarded)).expect("everything");
        assert_eq!(found.conditions, ["Bool aws:MultiFactorAuthPresent true"]);
        let found = administrator(&policy(&format!("{guarded},{ALL}"))).expect("everything");
        assert!(found.conditions.is_empty());
        assert_eq!(found.statements.len(), 1);
    }

    #[test]
    fn every_partition_has_its_everything() {
        assert!(grants_all(
            r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws-us-gov:*"}"#
        ));
    }
}
