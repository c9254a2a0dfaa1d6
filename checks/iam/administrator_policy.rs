//! Managed policies in use that grant everything.

use tripod_model::iam::{Authorization, ManagedPolicy};
use tripod_model::{Account, Arn, Impact, RegionName, ResourceRef, Severity, Unknown};
use tripod_policy::{AdminGrant, administrator};

use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-administrator-policy",
    title: "attached policy that grants everything",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG01"],
    needs: &["iam:GetAccountAuthorizationDetails"],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Fsbp("IAM.1"),
        Control::CisAws("2.14"),
        Control::Nist80053("AC-2"),
        Control::Nist80053("AC-2(1)"),
        Control::Nist80053("AC-3"),
        Control::Nist80053("AC-3(7)"),
        Control::Nist80053("AC-3(15)"),
        Control::Nist80053("AC-5"),
        Control::Nist80053("AC-6"),
        Control::Nist80053("AC-6(2)"),
        Control::Nist80053("AC-6(3)"),
        Control::Nist80053("AC-6(10)"),
        Control::PciDss("7.2.1"),
        Control::PciDss("7.2.2"),
        Control::PciDss("7.2.5"),
        Control::PciDss("7.3.1"),
        Control::PciDss("7.3.2"),
        Control::PciDss("7.3.3"),
        Control::Soc2("CC1.3"),
        Control::Soc2("CC6.1"),
        Control::Soc2("CC6.2"),
        Control::Soc2("CC6.3"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("administrator_policy.md"),
    run,
};

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for account in &view.accounts {
        match account.iam.authorization.found() {
            Ok(Some(authorization)) => each_attached(account, authorization, out),
            Ok(None) => {}
            Err(unknown) => {
                let any = format!("arn:{}:iam::{}:policy/*", account.partition, account.id);
                out.say(resource(account, &Arn::new(any), "*"), Err(unknown));
            }
        }
    }
}

fn each_attached(account: &Account, authorization: &Authorization, out: &mut Outcomes) {
    let attached = authorization
        .policies
        .iter()
        .filter(|policy| authorization.attachments(policy) > 0);
    for policy in attached {
        out.say(
            resource(account, &policy.arn, &policy.name),
            decide(policy, authorization),
        );
    }
}

fn resource(account: &Account, arn: &Arn, name: &str) -> ResourceRef {
    ResourceRef {
        arn: arn.to_string(),
        kind: "AWS::IAM::ManagedPolicy".to_owned(),
        name: name.to_owned(),
        account: account.id.clone(),
        region: RegionName::new("global"),
    }
}

fn decide(policy: &ManagedPolicy, authorization: &Authorization) -> Result<Verdict, Unknown> {
    let document = policy.document.as_ref().ok_or_else(|| Unknown::Failed {
        operation: DETAILS.to_owned(),
        error: "the answer has no document for the policy".to_owned(),
    })?;
    let parsed = policies::read(document, DETAILS)?;
    let evidence = policy.sources.evidence(DETAILS, "/PolicyVersionList");
    let verdict = match administrator(&parsed) {
        None => Verdict::pass("the policy does not grant every action on every resource"),
        Some(grant) => {
            let holders = authorization.holders(&policy.arn);
            let holders: Vec<String> = holders.map(|holder| holder.arn.to_string()).collect();
            granted(authorization.attachments(policy), &grant).detail("attached_to", holders)
        }
    };
    Ok(verdict.evidence(evidence))
}

fn granted(attachments: u64, grant: &AdminGrant) -> Verdict {
    let statements = policies::sentence(&grant.statements, "grants", "grant");
    let principals = match attachments {
        1 => "1 principal".to_owned(),
        count => format!("{count} principals"),
    };
    let except = if grant.except.is_empty() {
        String::new()
    } else {
        let denies = policies::sentence(&grant.except, "takes", "take");
        format!(", of which {denies} only a part back")
    };
    let verdict = Verdict::fail(format!(
        "{statements} every action on every resource{except}, attached to {principals}"
    ))
    .detail("statements", policies::names(&grant.statements))
    .detail("conditions", grant.conditions.clone())
    .detail("denies", policies::names(&grant.except));
    if grant.conditions.is_empty() {
        return verdict;
    }
    let reason = format!("the grant depends on {}", grant.conditions.join(" and "));
    verdict.lowered_to(Severity::Medium, &reason)
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, ManagedPolicy, Principal};
    use tripod_model::{Arn, Observed, Outcome, PolicyDocument, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn policy(name: &str, statement: &str) -> ManagedPolicy {
        ManagedPolicy {
            document: Some(PolicyDocument(format!(r#"{{"Statement":{statement}}}"#))),
            attachment_count: Some(1),
            sources: fixtures::sources(&["iam:GetAccountAuthorizationDetails"]),
            ..ManagedPolicy::named(Arn::new(format!("arn:aws:iam::111122223333:policy/{name}")))
        }
    }

    fn account_with(policies: Vec<ManagedPolicy>) -> Snapshot {
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization = Observed::Known(Authorization {
            policies,
            ..Authorization::default()
        });
        snapshot
    }

    const ALL: &str = r#"{"Sid":"all","Effect":"Allow","Action":"*","Resource":"*"}"#;

    #[test]
    fn everything_attached_fails_and_the_holders_are_named() {
        let mut snapshot = account_with(vec![policy("admin", ALL)]);
        let role = Principal {
            attached_policies: vec![Arn::new("arn:aws:iam::111122223333:policy/admin")],
            ..Principal::named(Arn::new("arn:aws:iam::111122223333:role/deploy"))
        };
        if let Observed::Known(authorization) = &mut snapshot.accounts[0].iam.authorization {
            authorization.roles.push(role);
        }
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 'all' grants every action on every resource, attached to 1 principal"
        );
        assert_eq!(
            finding.details.get("attached_to")[0],
            "arn:aws:iam::111122223333:role/deploy"
        );
        assert_eq!(finding.resource.kind, "AWS::IAM::ManagedPolicy");
        assert_eq!(finding.resource.region.as_str(), "global");
    }

    #[test]
    fn policies_of_aws_count_too() {
        let mut managed = policy("AdministratorAccess", ALL);
        managed.arn = Arn::new("arn:aws:iam::aws:policy/AdministratorAccess");
        let finding = run_one(&CHECK, &account_with(vec![managed]));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn statements_that_complete_each_other_fail() {
        let statements = r#"[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},
            {"Effect":"Allow","Action":"iam:*","Resource":"*"}]"#;
        let finding = run_one(&CHECK, &account_with(vec![policy("split", statements)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("statement 1 and statement 2 grant every")
        );
    }

    #[test]
    fn a_grant_under_a_condition_is_lowered_and_the_condition_named() {
        let statement = r#"{"Effect":"Allow","Action":"*:*","Resource":"*",
            "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
        let finding = run_one(&CHECK, &account_with(vec![policy("mfa", statement)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding
                .message
                .ends_with("the grant depends on Bool aws:MultiFactorAuthPresent true")
        );
    }

    #[test]
    fn less_than_everything_passes() {
        for statement in [
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}"#,
            r#"[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]"#,
        ] {
            let finding = run_one(&CHECK, &account_with(vec![policy("p", statement)]));
            assert_eq!(finding.outcome, Outcome::Pass, "{statement}");
        }
    }

    #[test]
    fn a_deny_of_a_part_still_fails_and_is_told() {
        let statements = r#"[{"Effect":"Allow","Action":"*","Resource":"*"},
            {"Sid":"bill","Effect":"Deny","Action":"aws-portal:*","Resource":"*"}]"#;
        let finding = run_one(&CHECK, &account_with(vec![policy("p", statements)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .contains("statement 'bill' takes only a part back")
        );
    }

    #[test]
    fn a_policy_that_nobody_has_is_no_concern() {
        let mut unused = policy("unused", ALL);
        unused.attachment_count = Some(0);
        unused.boundary_count = Some(1);
        assert!(run(&CHECK, &account_with(vec![unused])).is_empty());
    }

    #[test]
    fn a_count_that_is_left_out_does_not_hide_a_policy_that_principals_have() {
        let mut uncounted = policy("admin", ALL);
        uncounted.attachment_count = None;
        let mut snapshot = account_with(vec![uncounted.clone()]);
        if let Observed::Known(authorization) = &mut snapshot.accounts[0].iam.authorization {
            authorization.roles.push(Principal {
                attached_policies: vec![uncounted.arn],
                ..Principal::named(Arn::new("arn:aws:iam::111122223333:role/deploy"))
            });
        }
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("attached to 1 principal"));
    }

    #[test]
    fn a_policy_without_a_readable_document_is_not_assessed() {
        let mut missing = policy("a-missing", ALL);
        missing.document = None;
        let broken = policy("b-broken", "7");
        let findings = run(&CHECK, &account_with(vec![missing, broken]));
        assert_eq!(findings[0].outcome, Outcome::NotAssessed);
        assert!(findings[0].message.contains("has no document"));
        assert_eq!(findings[1].outcome, Outcome::NotAssessed);
        assert!(findings[1].message.contains("cannot be read"));
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization =
            fixtures::denied("iam:GetAccountAuthorizationDetails");
        let finding = run_one(&CHECK, &snapshot);
        assert_denied(&finding, "iam:GetAccountAuthorizationDetails");
        assert_eq!(finding.resource.arn, "arn:aws:iam::111122223333:policy/*");
        assert_eq!(finding.resource.name, "*");
    }
}
