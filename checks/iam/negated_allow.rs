//! Policies that allow all but what they name.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Selection, Statement, unnamed};

use super::asking::{Asking, Choice, Grant};
use super::written::{Whose, Written, each_granting};
use super::{DETAILS, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-negated-allow",
    title: "policy that allows all but what it names",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG06"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Fsbp("IAM.21"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("negated_allow.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_granting(view, out, Whose::Own, decide);
}

/// A statement that leaves out rather than names, and what is left of it.
struct Found {
    text: String,
    ceiling: Severity,
    limit: Option<&'static str>,
    grant: Grant,
}

fn decide(written: &Written) -> Result<Verdict, Unknown> {
    let mut all = Vec::new();
    let mut negated = false;
    for (_, policy) in written.read()? {
        for allow in policy.allows().filter(|allow| is_negated(allow)) {
            negated = true;
            all.extend(left(&written.asking(), allow)?);
        }
    }
    // The worst first; in the order of the policy where they are alike.
    all.sort_by_key(|it| (std::cmp::Reverse(it.ceiling), it.grant.conditions.len()));
    let Some(worst) = all.first() else {
        let message = if negated {
            "what NotAction or NotResource leaves open is denied again, or chosen by tags or names"
        } else {
            "no Allow is written with NotAction or NotResource"
        };
        return Ok(Verdict::pass(message));
    };
    let more = match all.len() {
        1 => String::new(),
        several => format!(", and {} more such statements", several - 1),
    };
    let failure = Verdict::fail(format!(
        "{} {}{more}",
        worst.grant.sentence("allows", "allow"),
        worst.text
    ))
    .detail("count", all.len());
    let limit = worst.limit.map(str::to_owned);
    let weight = written.weight_of_part()?.at_most(worst.ceiling, limit);
    let weight = worst.grant.rarer(weight, Severity::Medium);
    Ok(weight.on(worst.grant.told(failure)))
}

fn is_negated(statement: &Statement) -> bool {
    let negated = |selection: &Selection| matches!(selection, Selection::AllBut(_));
    negated(&statement.actions) || negated(&statement.resources)
}

/// What the statement leaves open, once the denies of the policy are applied.
fn left(asking: &Asking<'_>, allow: &Statement) -> Result<Option<Found>, Unknown> {
    let everywhere = asking.anything();
    let actions = forms(&allow.actions, "*:*");
    let resources = forms(&allow.resources, &everywhere);
    for action in &actions {
        let covered = resources
            .iter()
            .filter(|resource| allow.covers(&unnamed(action), &unnamed(resource)))
            .cloned();
        let Some(grant) = asking.may_on_any(action, covered)? else {
            continue;
        };
        if grant.choice == Choice::None {
            return Ok(Some(found(allow, &unnamed(&everywhere), grant)));
        }
    }
    Ok(None)
}

fn found(allow: &Statement, everywhere: &str, grant: Grant) -> Found {
    let named = |selection: &Selection| {
        let patterns = selection.patterns().iter();
        let named: Vec<String> = patterns.map(|it| it.as_str().to_owned()).collect();
        if named.is_empty() {
            "none".to_owned()
        } else {
            listed(&named)
        }
    };
    let all_actions = matches!(allow.actions, Selection::AllBut(_));
    let what = if all_actions {
        format!("every action but {}", named(&allow.actions))
    } else {
        named(&allow.actions)
    };
    let (on, ceiling, limit) = match &allow.resources {
        Selection::AllBut(_) if all_actions => (
            format!("every resource but {}", named(&allow.resources)),
            Severity::High,
            None,
        ),
        Selection::AllBut(_) => (
            format!("every resource but {}", named(&allow.resources)),
            Severity::Medium,
            Some("the actions are named"),
        ),
        _ if allow.covers_resource(everywhere) => {
            ("every resource".to_owned(), Severity::High, None)
        }
        _ => (
            "the resources that it names".to_owned(),
            Severity::Low,
            Some("the resources are named"),
        ),
    };
    Found {
        text: format!("{what} on {on}"),
        ceiling,
        limit,
        grant,
    }
}

/// What to ask about: what is named, or something that is not.
fn forms(selection: &Selection, any: &str) -> Vec<String> {
    match selection {
        Selection::Only(patterns) => patterns.iter().map(|it| it.as_str().to_owned()).collect(),
        Selection::AllBut(_) | Selection::Unstated => vec![any.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        allow, denied, deny, managed, under, with_bounded_role, with_policies, with_role,
    };
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_policies(vec![managed("p", statements)]))
    }

    const ALL_BUT: &str = r#"{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*"}"#;

    #[test]
    fn all_actions_but_some_on_everything_fail() {
        let finding = judged(ALL_BUT);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 1 allows every action but iam:* and sts:* on every resource"
        );
    }

    #[test]
    fn all_resources_but_some_fail_and_the_actions_limit_it() {
        let statement = r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"NotResource":"arn:aws:s3:::secret/*"}"#;
        let finding = judged(statement);
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
        assert!(
            finding
                .message
                .contains("on every resource but arn:aws:s3:::secret/*")
        );
        let both =
            r#"{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::secret/*"}"#;
        assert_eq!(judged(both).severity, Severity::High);
    }

    #[test]
    fn on_named_resources_it_is_what_aws_documents_and_weighs_little() {
        let statement = r#"{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":["arn:aws:s3:::claims","arn:aws:s3:::claims/*"]}"#;
        let finding = judged(statement);
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
    }

    #[test]
    fn named_actions_on_named_resources_pass_and_so_does_a_deny_with_not_action() {
        let read = allow(r#""s3:Get*""#, r#""*""#);
        assert_eq!(judged(&read).outcome, Outcome::Pass);
        let fence = format!("{read},{}", ALL_BUT.replace("Allow", "Deny"));
        assert_eq!(judged(&fence).outcome, Outcome::Pass);
    }

    #[test]
    fn what_is_left_open_and_denied_again_passes() {
        let fence = r#"{"Effect":"Deny","NotAction":["s3:*","lambda:*"],"Resource":"*"}"#;
        assert_eq!(judged(&format!("{ALL_BUT},{fence}")).outcome, Outcome::Pass);
        let part = deny(r#""ec2:*""#, r#""*""#);
        assert_eq!(judged(&format!("{ALL_BUT},{part}")).outcome, Outcome::Fail);
    }

    #[test]
    fn conditions_make_it_rarer_and_tags_choose() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let finding = judged(&under(ALL_BUT, mfa));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
        let tagged = r#"{"StringEquals":{"aws:ResourceTag/team":"claims"}}"#;
        assert_eq!(judged(&under(ALL_BUT, tagged)).outcome, Outcome::Pass);
    }

    #[test]
    fn inline_policies_count_and_boundaries_grant_nothing() {
        assert_eq!(run_one(&CHECK, &with_role(ALL_BUT)).outcome, Outcome::Fail);
        let bounded = with_bounded_role("", ALL_BUT);
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn an_unreadable_policy_and_a_denied_list_are_not_assessed() {
        let mut broken = managed("p", "");
        broken.document = None;
        let finding = run_one(&CHECK, &with_policies(vec![broken]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
