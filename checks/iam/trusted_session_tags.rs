//! Roles whose outside callers set the tags or the identity that the account's policies rely on.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use tripod_model::iam::Authorization;
use tripod_model::{AccountId, Arn, Impact, PolicyDocument, Severity, Unknown};
use tripod_policy::{Context, Policy, Statement};

use crate::iam::trust::{
    Company, DETAILS, Outsider, STRANGER, Trust, each_trust, failed, statements, whom,
};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-trusted-session-tags",
    title: "role whose outside callers choose tags or a source identity that policies rely on",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::Medium,
    rows: &["IT10"],
    needs: &[DETAILS, "organizations:DescribeOrganization"],
    controls: &[Control::Baseline("IAM-6"), Control::OwaspServerless("S5")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("trusted_session_tags.md"),
    run,
};

const TAG: &str = "sts:TagSession";
const IDENTIFY: &str = "sts:SetSourceIdentity";

fn run(view: &View<'_>, out: &mut Outcomes) {
    let company = Company::of(view);
    let accounts = view.accounts.iter();
    // Worked out for accounts that need it only, and once.
    let known: BTreeMap<&AccountId, OnceCell<Reliance>> = accounts
        .map(|account| (&account.id, OnceCell::new()))
        .collect();
    each_trust(view, out, |trust| {
        let work_out = || Reliance::of(trust.authorization);
        let reliance = || match known.get(&trust.account.id) {
            Some(cell) => cell.get_or_init(work_out).clone(),
            None => work_out(),
        };
        decide(trust, &company, reliance)
    });
}

fn decide(
    trust: &Trust<'_>,
    company: &Company<'_>,
    reliance: impl Fn() -> Reliance,
) -> Result<Verdict, Unknown> {
    let taggers = trust.outsiders(TAG, company)?;
    let masks = trust.outsiders(IDENTIFY, company)?;
    if taggers.is_empty() && masks.is_empty() {
        return Ok(Verdict::not_applicable(
            "nobody outside the company may set tags or a source identity for sessions of the role",
        ));
    }
    let relied_on = reliance();
    let tagging = chosen_tags(trust, &taggers, &relied_on.tags)?;
    let masking = chosen_identity(trust, &masks)?;
    if !tagging.is_empty() {
        return Ok(forged(&tagging, TAG, &relied_on.tags));
    }
    if !masking.is_empty() {
        return Ok(masked(&masking, relied_on.identity));
    }
    // Nothing relies on what they set, as far as every policy could be read.
    match relied_on.unread {
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::pass(format!(
            "no policy of IAM in the account relies on what {} may set",
            whom(&taggers.iter().chain(&masks).collect::<Vec<_>>())
        ))),
    }
}

/// Those who may give a session any value of a tag that is relied on.
fn chosen_tags<'o>(
    trust: &Trust<'_>,
    outsiders: &'o [Outsider],
    tags: &BTreeSet<String>,
) -> Result<Vec<&'o Outsider>, Unknown> {
    let contexts: Vec<Context> = tags
        .iter()
        .map(|tag| {
            Context::open()
                .with_all("aws:TagKeys", [tag.as_str()])
                .with(&format!("aws:RequestTag/{tag}"), STRANGER)
        })
        .collect();
    who_may(trust, outsiders, TAG, &contexts)
}

fn chosen_identity<'o>(
    trust: &Trust<'_>,
    outsiders: &'o [Outsider],
) -> Result<Vec<&'o Outsider>, Unknown> {
    let context = Context::open().with("sts:SourceIdentity", STRANGER);
    who_may(trust, outsiders, IDENTIFY, &[context])
}

fn who_may<'o>(
    trust: &Trust<'_>,
    outsiders: &'o [Outsider],
    action: &str,
    contexts: &[Context],
) -> Result<Vec<&'o Outsider>, Unknown> {
    let mut able = Vec::new();
    for outsider in outsiders {
        if trust.enters_by_any(outsider, action, contexts)? {
            able.push(outsider);
        }
    }
    Ok(able)
}

fn forged(able: &[&Outsider], action: &str, tags: &BTreeSet<String>) -> Verdict {
    let by = statements(able);
    let names: Vec<&str> = tags.iter().map(String::as_str).collect();
    let message = format!(
        "{} {} choose the session tags that policies of the account rely on: {}",
        policies::sentence(&by, "lets", "let"),
        whom(able),
        names.join(", ")
    );
    Verdict::fail(message)
        .detail("action", action)
        .detail("tags", names)
        .detail("statements", policies::names(&by))
}

fn masked(able: &[&Outsider], is_relied_on: bool) -> Verdict {
    let by = statements(able);
    let message = format!(
        "{} {} choose any source identity for sessions of the role",
        policies::sentence(&by, "lets", "let"),
        whom(able)
    );
    let verdict = Verdict::fail(message)
        .detail("action", IDENTIFY)
        .detail("statements", policies::names(&by));
    if is_relied_on {
        return verdict;
    }
    verdict.lowered_to(
        Severity::Low,
        "no policy of IAM in the account relies on it, so that only CloudTrail is misled",
    )
}

/// What the policies of an account's users, groups and roles, and the trust policies of its roles, take from
/// the caller's session.
#[derive(Debug, Clone)]
struct Reliance {
    /// Keys of tags, as the first policy writes them.
    tags: BTreeSet<String>,
    /// Whether `aws:SourceIdentity` is compared somewhere.
    identity: bool,
    /// A policy that could not be read.
    unread: Option<Unknown>,
}

impl Reliance {
    fn of(authorization: &Authorization) -> Self {
        let mut found = Self {
            tags: BTreeSet::new(),
            identity: false,
            unread: None,
        };
        let principals = [
            &authorization.users,
            &authorization.groups,
            &authorization.roles,
        ];
        for principal in principals.into_iter().flatten() {
            let own = principal.inline_policies.values();
            for document in own.chain(&principal.trust_policy) {
                found.read(document);
            }
        }
        let all = principals.into_iter().flatten();
        let in_use: BTreeSet<&Arn> = all
            .flat_map(|one| {
                one.attached_policies
                    .iter()
                    .chain(&one.permissions_boundary)
            })
            .collect();
        let managed = authorization.policies.iter();
        for policy in managed.filter(|policy| in_use.contains(&policy.arn)) {
            match &policy.document {
                Some(document) => found.read(document),
                None => {
                    found.unread = Some(failed(DETAILS, "the answer lacks a policy's document"));
                }
            }
        }
        found
    }

    fn read(&mut self, document: &PolicyDocument) {
        match policies::read(document, DETAILS) {
            Ok(policy) => self.add(&policy),
            Err(unknown) => self.unread = Some(unknown),
        }
    }

    fn add(&mut self, policy: &Policy) {
        for statement in &policy.statements {
            for text in texts(statement) {
                self.add_key(text);
            }
        }
    }

    fn add_key(&mut self, key: &str) {
        let prefix = "aws:principaltag/";
        if key.eq_ignore_ascii_case("aws:SourceIdentity") {
            self.identity = true;
        }
        let (head, tag) = key.split_at_checked(prefix.len()).unwrap_or((key, ""));
        let known = |known: &String| known.eq_ignore_ascii_case(tag);
        if head.eq_ignore_ascii_case(prefix) && !self.tags.iter().any(known) {
            self.tags.insert(tag.to_owned());
        }
    }
}

/// The condition keys that a statement compares or puts into texts.
fn texts(statement: &Statement) -> Vec<&str> {
    let conditions = &statement.conditions;
    let values = conditions
        .iter()
        .flat_map(|on| on.values.iter().map(String::as_str));
    let resources = statement
        .resources
        .patterns()
        .iter()
        .map(|pattern| pattern.as_str());
    let keys = conditions.iter().map(|on| on.key.as_str());
    keys.chain(values.chain(resources).flat_map(variables))
        .collect()
}

/// Keys of the variables in a text: `${aws:PrincipalTag/team, 'none'}`.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split("${").skip(1);
    inside.filter_map(|rest| {
        let (inside, _) = rest.split_once('}')?;
        inside.split(',').next().map(str::trim)
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, Principal};
    use tripod_model::{Arn, Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, with_authorization};
    use crate::testing::{assert_denied, run};

    const BY_TAG: &str = r#"{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}"#;
    const BY_IDENTITY: &str = r#"{"StringLike":{"aws:SourceIdentity":"admin-*"}}"#;
    const BY_NOTHING: &str = "{}";

    /// A role `claims` with this trust, beside a user whose policy has a condition.
    fn judged(trust: &str, condition: &str) -> Finding {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{condition}}}]}}"#
        );
        let mut user = Principal::named(Arn::new("arn:aws:iam::111122223333:user/ada"));
        user.inline_policies
            .insert("own".to_owned(), PolicyDocument(text));
        let snapshot = with_authorization(Authorization {
            users: vec![user],
            roles: vec![role_trusting(trust)],
            ..Authorization::default()
        });
        run(&CHECK, &snapshot).remove(0)
    }

    fn trust(actions: &str, condition: &str) -> String {
        format!(
            r#"{{"Sid":"s0","Effect":"Allow","Principal":{{"AWS":"444455556666"}},"Action":{actions},"Condition":{condition}}}"#
        )
    }

    const TAGS: &str = r#"["sts:AssumeRole","sts:TagSession"]"#;
    const NAMES: &str = r#"["sts:AssumeRole","sts:SetSourceIdentity"]"#;

    #[test]
    fn tags_that_a_policy_relies_on_and_an_outsider_chooses_fail() {
        let finding = judged(&trust(TAGS, "{}"), BY_TAG);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "statement 's0' lets account 444455556666 choose the session tags that policies of the account rely on: team"
        );
        let everything = judged(&trust(r#""sts:*""#, "{}"), BY_TAG);
        assert_eq!(everything.outcome, Outcome::Fail);
    }

    #[test]
    fn tags_that_the_trust_policy_fixes_or_forbids_pass() {
        for condition in [
            r#"{"StringEquals":{"aws:RequestTag/team":"partners"}}"#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["ticket"]}}"#,
        ] {
            let finding = judged(&trust(TAGS, condition), BY_TAG);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{condition}: {}",
                finding.message
            );
        }
        let deny = r#"{"Effect":"Deny","Principal":"*","Action":"sts:TagSession",
            "Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}}}"#;
        let both = format!("{},{deny}", trust(TAGS, "{}"));
        assert_eq!(judged(&both, BY_TAG).outcome, Outcome::Pass);
    }

    #[test]
    fn tags_that_nothing_relies_on_pass() {
        assert_eq!(
            judged(&trust(TAGS, "{}"), BY_NOTHING).outcome,
            Outcome::Pass
        );
    }

    #[test]
    fn any_source_identity_fails_and_is_low_where_nothing_relies_on_it() {
        let finding = judged(&trust(NAMES, "{}"), BY_IDENTITY);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        let finding = judged(&trust(NAMES, "{}"), BY_NOTHING);
        assert_eq!(finding.severity, Severity::Low);
        let fixed = r#"{"StringLike":{"sts:SourceIdentity":"partner-*"}}"#;
        assert_eq!(
            judged(&trust(NAMES, fixed), BY_IDENTITY).outcome,
            Outcome::Pass
        );
    }

    #[test]
    fn callers_of_the_company_are_not_applicable() {
        for principal in [r#"{"AWS":"111122223333"}"#, r#"{"AWS":"777788889999"}"#] {
            let own = trust(TAGS, "{}").replace(r#"{"AWS":"444455556666"}"#, principal);
            assert_eq!(
                judged(&own, BY_TAG).outcome,
                Outcome::NotApplicable,
                "{principal}"
            );
        }
        let only_assumes = trust(r#""sts:AssumeRole""#, "{}");
        assert_eq!(
            judged(&only_assumes, BY_TAG).outcome,
            Outcome::NotApplicable
        );
    }

    #[test]
    fn a_policy_that_cannot_be_read_may_rely_on_anything() {
        let mut role = role_trusting(&trust(TAGS, "{}"));
        role.inline_policies
            .insert("broken".to_owned(), PolicyDocument("{".to_owned()));
        let snapshot = with_authorization(Authorization {
            roles: vec![role],
            ..Authorization::default()
        });
        assert_eq!(
            run(&CHECK, &snapshot).remove(0).outcome,
            Outcome::NotAssessed
        );
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run(&CHECK, &snapshot).remove(0), super::DETAILS);
    }
}
