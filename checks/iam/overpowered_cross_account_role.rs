//! Roles that an outsider may assume, and that read or change whatever there is.

use tripod_model::{Impact, Severity, Unknown};

use crate::iam::powers::{Extent, Kind, Power, powers, summary, worst};
use crate::iam::trust::{Company, DETAILS, Outsider, Trust, each_trust, statements, whom};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-overpowered-cross-account-role",
    title: "role with broad access that an outside account may assume",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::Medium,
    rows: &["IT04"],
    needs: &[DETAILS, "organizations:DescribeOrganization"],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Baseline("IAM-6"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("overpowered_cross_account_role.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let company = Company::of(view);
    each_trust(view, out, |trust| decide(trust, &company));
}

fn decide(trust: &Trust<'_>, company: &Company<'_>) -> Result<Verdict, Unknown> {
    let outsiders = trust.outsiders("sts:AssumeRole", company)?;
    if outsiders.is_empty() {
        return Ok(Verdict::not_applicable(
            "nobody outside the account, its organisation and the trusted accounts may assume the role",
        ));
    }
    let all: Vec<&Outsider> = outsiders.iter().collect();
    let found = powers(trust.account, trust.authorization, trust.role, Extent::Any)?;
    let Some(kind) = worst(&found) else {
        let message = format!(
            "{} may assume the role, which neither reads data at large nor changes anything",
            whom(&all)
        );
        return Ok(Verdict::pass(message));
    };
    Ok(broad(&all, kind, &found))
}

fn broad(all: &[&Outsider], kind: Kind, found: &[Power]) -> Verdict {
    let by = statements(all);
    let message = format!(
        "{} {} assume the role, which may {} anywhere in the account",
        policies::sentence(&by, "lets", "let"),
        whom(all),
        summary(found)
    );
    let actions: Vec<&str> = found.iter().map(|power| power.action).collect();
    let mut conditions: Vec<String> = found
        .iter()
        .flat_map(|power| power.conditions.clone())
        .collect();
    conditions.sort();
    conditions.dedup();
    let verdict = Verdict::fail(message)
        .detail(
            "principals",
            all.iter().map(|one| one.who.clone()).collect::<Vec<_>>(),
        )
        .detail("statements", policies::names(&by))
        .detail("actions", actions)
        .detail("conditions", conditions);
    if kind == Kind::Read {
        return verdict.lowered_to(Severity::Medium, "it changes nothing");
    }
    if found.iter().all(|power| !power.conditions.is_empty()) {
        return verdict.lowered_to(Severity::Medium, "all of it depends on conditions");
    }
    verdict
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, ManagedPolicy};
    use tripod_model::{Arn, Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::iam::testing::{allowing, role_trusting, statement, with_authorization};
    use crate::testing::{assert_denied, run_one};

    const VENDOR: &str = r#"{"AWS":"444455556666"}"#;
    const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/boundary";

    fn judged(
        principal: &str,
        policy: PolicyDocument,
        boundary: Option<PolicyDocument>,
    ) -> Finding {
        let mut role = role_trusting(&statement(principal, "sts:AssumeRole", "{}"));
        role.inline_policies.insert("own".to_owned(), policy);
        let mut authorization = Authorization::default();
        if let Some(document) = boundary {
            role.permissions_boundary = Some(Arn::new(BOUNDARY));
            authorization.policies.push(ManagedPolicy {
                document: Some(document),
                ..ManagedPolicy::named(Arn::new(BOUNDARY))
            });
        }
        authorization.roles.push(role);
        run_one(&CHECK, &with_authorization(authorization))
    }

    #[test]
    fn write_access_to_anything_fails_and_the_deeds_are_named() {
        let finding = judged(
            VENDOR,
            allowing(r#"["s3:*","iam:PassRole"]"#, r#""*""#),
            None,
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 's0' lets account 444455556666 assume the role, which may change permissions \
             (iam:PassRole and 1 more), change data or code (s3:PutObject and 1 more), read data \
             (s3:GetObject) anywhere in the account"
        );
    }

    #[test]
    fn read_only_access_to_data_is_medium() {
        let read_only = allowing(r#"["s3:Get*","dynamodb:Get*","ec2:Describe*"]"#, r#""*""#);
        let finding = judged(VENDOR, read_only, None);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
    }

    #[test]
    fn an_audit_role_and_a_role_for_single_resources_pass() {
        for policy in [
            allowing(r#"["ec2:Describe*","iam:Get*","lambda:List*"]"#, r#""*""#),
            allowing(
                r#""s3:*""#,
                r#"["arn:aws:s3:::exports","arn:aws:s3:::exports/*"]"#,
            ),
        ] {
            let finding = judged(VENDOR, policy, None);
            assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        }
    }

    #[test]
    fn a_boundary_and_a_deny_take_it_back() {
        let all = || allowing(r#""*""#, r#""*""#);
        let audit = allowing(r#""ec2:Describe*""#, r#""*""#);
        assert_eq!(judged(VENDOR, all(), Some(audit)).outcome, Outcome::Pass);
        let denied = PolicyDocument(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
                {"Effect":"Deny","NotAction":"ec2:Describe*","Resource":"*"}]}"#
                .to_owned(),
        );
        assert_eq!(judged(VENDOR, denied, None).outcome, Outcome::Pass);
    }

    #[test]
    fn access_under_a_condition_is_lowered() {
        let tied = PolicyDocument(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*",
                "Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}"#
                .to_owned(),
        );
        let finding = judged(VENDOR, tied, None);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
    }

    #[test]
    fn a_role_of_the_account_itself_is_not_applicable() {
        let all = allowing(r#""*""#, r#""*""#);
        let finding = judged(r#"{"AWS":"111122223333"}"#, all, None);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn everyone_is_an_outsider() {
        let finding = judged(r#""*""#, allowing(r#""*""#, r#""*""#), None);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .contains("lets everyone with an AWS account assume")
        );
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed() {
        let finding = judged(VENDOR, PolicyDocument("{".to_owned()), None);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(
            finding.message.contains("line 1 column"),
            "{}",
            finding.message
        );
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), super::DETAILS);
    }
}
