//! Statements that let in triggers which are no longer there.

use std::collections::BTreeSet;

use tripod_model::lambda::Function;
use tripod_model::{AccountId, Impact, Severity, Unknown};
use tripod_policy::{Trigger, triggers};

use crate::lambda::each_function;
use crate::lambda::held::{ANYTHING, Fault, Held, Policies, verdict};
use crate::lambda::sources::{Fate, Inventory};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-dangling-trigger",
    title: "permission for a trigger that is gone",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LX06"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListAliases",
        "lambda:GetPolicy",
        "apigateway:GetRestApis",
        "apigateway:GetResources",
        "apigateway:GetAuthorizers",
        "apigatewayv2:GetApis",
        "apigatewayv2:GetRoutes",
        "apigatewayv2:GetAuthorizers",
        "cloudfront:ListDistributions",
        "cloudwatch:DescribeAlarms",
        "cognito-idp:DescribeUserPool",
        "elbv2:DescribeTargetGroups",
        "events:ListEventBuses",
        "events:ListRules",
        "logs:DescribeLogGroups",
        "s3:ListBuckets",
        "sns:ListTopics",
        "sqs:ListQueues",
        "stepfunctions:ListStateMachines",
    ],
    controls: &[
        Control::Baseline("NET-6"),
        Control::Baseline("IAM-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("dangling_trigger.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let inventory = Inventory::of(view);
    each_function(view, out, |scope, function| {
        decide(function, &inventory, &scope.account.id)
    });
}

/// What was seen of a function's triggers.
#[derive(Default)]
struct Seen {
    faults: Vec<Fault>,
    there: usize,
    foreign: BTreeSet<String>,
    unknown: Option<Unknown>,
}

fn decide(function: &Function, inventory: &Inventory, own: &AccountId) -> Result<Verdict, Unknown> {
    let policies = Policies::of(function);
    let mut seen = Seen::default();
    for held in &policies.held {
        for trigger in triggers(held.arn.as_str(), &held.policy, &ANYTHING) {
            for source in &trigger.sources {
                let fate = inventory.fate(source, &trigger.accounts, own);
                seen.take(held, &trigger, source, fate);
            }
        }
    }
    let faults = std::mem::take(&mut seen.faults);
    let unknown = policies.unknown.clone().or(seen.unknown.take());
    verdict(faults, unknown, || {
        seen.in_order().evidence(policies.evidence())
    })
}

impl Seen {
    fn take(
        &mut self,
        held: &Held<'_>,
        trigger: &Trigger,
        source: &str,
        fate: Result<Fate, Unknown>,
    ) {
        match fate {
            Ok(Fate::There) => self.there += 1,
            Ok(Fate::Foreign(account)) => {
                self.foreign
                    .insert(format!("{source} of account {account}"));
            }
            Ok(Fate::Open) => {}
            Ok(Fate::Unlisted) => _ = self.unknown.get_or_insert(Unknown::NotCollected),
            Err(unknown) => _ = self.unknown.get_or_insert(unknown),
            Ok(gone) => self.faults.push(fault(held, trigger, source, &gone)),
        }
    }

    fn in_order(self) -> Verdict {
        let foreign: Vec<String> = self.foreign.into_iter().collect();
        let elsewhere = foreign.join(" and ");
        match (self.there, foreign.is_empty()) {
            (0, true) => Verdict::not_applicable("no policy of the function names a trigger"),
            (0, false) => Verdict::not_applicable(format!(
                "the policy names {elsewhere}, which cannot be judged from here"
            )),
            (_, true) => Verdict::pass("every trigger that the policy names is there"),
            (_, false) => Verdict::pass(format!(
                "every trigger of this account is there; {elsewhere} cannot be judged from here"
            ))
            .detail("not_judged", foreign),
        }
    }
}

fn fault(held: &Held<'_>, trigger: &Trigger, source: &str, fate: &Fate) -> Fault {
    let statement = std::slice::from_ref(&trigger.statement);
    let lets = held.sentence(statement, "lets", "let");
    let service = &trigger.service;
    let of = |what: &str| {
        Fault::of(
            held,
            source,
            format!("{lets} {service} in for {source}, {what}"),
        )
    };
    match fate {
        Fate::BucketOfAnybody => of(
            "which is no bucket of this account: it is gone and anyone can make it again, or it is somebody else's",
        ),
        Fate::BucketGone => of("a bucket that is gone").lowered_to(
            Severity::Low,
            "the statement demands a bucket of this account, so that nobody else can make it again",
        ),
        _ => of("which is gone")
            .lowered_to(Severity::Low, "nobody but this account can make it again"),
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::cognito_idp::{UserPool, UserPoolSettings};
    use tripod_model::elbv2::FunctionGroup;
    use tripod_model::events::{EventBus, Rule};
    use tripod_model::s3::Bucket;
    use tripod_model::sns::Topic;
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, Snapshot, Sources, fixtures};

    use super::CHECK;
    use crate::lambda::testing::{alias, allow, claims, policy, statement};
    use crate::testing::{assert_denied, run_one};

    const INVOKE: &str = "lambda:InvokeFunction";
    const HERE: &str = "eu-central-1:111122223333";

    fn named(service: &str, source: &str) -> String {
        let principal = format!(r#"{{"Service":"{service}"}}"#);
        let condition = format!(r#"{{"ArnLike":{{"aws:SourceArn":"{source}"}}}}"#);
        allow(&principal, INVOKE, &condition)
    }

    /// A function with these statements in an account that has an API, a topic, a rule of a bus, a target
    /// group, a user pool and a bucket called `uploads`; nothing else was collected.
    fn account(statements: &[&str]) -> Snapshot {
        let mut snapshot = fixtures::with_functions(vec![claims(policy(statements))]);
        let region = &mut snapshot.accounts[0].regions[0];
        region.apigateway.rest_apis = Observed::Known(vec![fixtures::rest_api("a1claims")]);
        region.sns.topics = Observed::Known(vec![Topic {
            arn: Arn::new(format!("arn:aws:sns:{HERE}:claims")),
            attributes: Observed::NotCollected,
            sources: Sources::default(),
        }]);
        region.events.buses = Observed::Known(vec![bus(vec![rule("rule/claims/pay")])]);
        region.elbv2.function_groups = Observed::Known(vec![group("claims/1")]);
        region.cognito_idp.user_pools = Observed::Known(vec![
            pool("own", Observed::Known(())),
            pool("gone", Observed::Absent),
        ]);
        snapshot.accounts[0].s3.buckets = Observed::Known(vec![Bucket {
            name: "uploads".to_owned(),
            region: None,
            settings: Observed::NotCollected,
            sources: Sources::default(),
        }]);
        snapshot
    }

    fn bus(rules: Vec<Rule>) -> EventBus {
        EventBus {
            arn: Arn::new(format!("arn:aws:events:{HERE}:event-bus/claims")),
            name: "claims".to_owned(),
            policy: None,
            details: Observed::NotCollected,
            rules: Observed::Known(rules),
            sources: Sources::default(),
        }
    }

    fn rule(resource: &str) -> Rule {
        Rule {
            arn: Arn::new(format!("arn:aws:events:{HERE}:{resource}")),
            name: "pay".to_owned(),
            state: None,
            role: None,
            managed_by: None,
            targets: Observed::NotCollected,
            sources: Sources::default(),
        }
    }

    fn group(name: &str) -> FunctionGroup {
        FunctionGroup {
            arn: Arn::new(format!(
                "arn:aws:elasticloadbalancing:{HERE}:targetgroup/{name}"
            )),
            load_balancers: vec![],
            functions: Observed::NotCollected,
            sources: Sources::default(),
        }
    }

    fn pool(id: &str, settings: Observed<()>) -> UserPool {
        UserPool {
            arn: Arn::new(format!("arn:aws:cognito-idp:{HERE}:userpool/{id}")),
            settings: settings.map(|()| UserPoolSettings {
                name: None,
                mfa: None,
                password_policy: None,
                threat_protection: None,
                custom_threat_protection: None,
                deletion_protection: None,
                admin_creates_users_only: None,
            }),
            clients: Observed::NotCollected,
            sources: Sources::default(),
        }
    }

    fn judged(service: &str, source: &str) -> Finding {
        run_one(&CHECK, &account(&[&named(service, source)]))
    }

    #[test]
    fn triggers_that_are_there_pass_in_every_form_of_their_arn() {
        for (service, source) in [
            (
                "apigateway",
                format!("arn:aws:execute-api:{HERE}:a1claims/*/POST/claims"),
            ),
            (
                "apigateway",
                format!("arn:aws:execute-api:{HERE}:a1claims/authorizers/x1"),
            ),
            ("sns", format!("arn:aws:sns:{HERE}:claims")),
            ("events", format!("arn:aws:events:{HERE}:rule/claims/pay")),
            ("events", format!("arn:aws:events:{HERE}:rule/*")),
            (
                "events",
                "arn:aws:events:*:111122223333:rule/claims/*".to_owned(),
            ),
            (
                "elasticloadbalancing",
                format!("arn:aws:elasticloadbalancing:{HERE}:targetgroup/claims/1"),
            ),
            (
                "cognito-idp",
                format!("arn:aws:cognito-idp:{HERE}:userpool/own"),
            ),
            ("s3", "arn:aws:s3:::uploads".to_owned()),
        ] {
            let finding = judged(&format!("{service}.amazonaws.com"), &source);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{source}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn triggers_that_are_gone_fail_a_little_since_only_the_account_can_make_them_again() {
        for (service, source) in [
            (
                "apigateway",
                format!("arn:aws:execute-api:{HERE}:a1old/*/*"),
            ),
            ("sns", format!("arn:aws:sns:{HERE}:old")),
            ("events", format!("arn:aws:events:{HERE}:rule/pay")),
            ("events", format!("arn:aws:events:{HERE}:rule/old-*")),
            (
                "elasticloadbalancing",
                format!("arn:aws:elasticloadbalancing:{HERE}:targetgroup/claims/2"),
            ),
            (
                "cognito-idp",
                format!("arn:aws:cognito-idp:{HERE}:userpool/gone"),
            ),
        ] {
            let finding = judged(&format!("{service}.amazonaws.com"), &source);
            assert_eq!(
                finding.outcome,
                Outcome::Fail,
                "{source}: {}",
                finding.message
            );
            assert_eq!(finding.severity, Severity::Low, "{source}");
            assert!(finding.message.contains(&source));
            assert!(
                finding
                    .message
                    .starts_with("statement 's0' of the function lets")
            );
        }
    }

    #[test]
    fn a_bucket_that_anyone_can_make_again_fails_high_and_one_bound_to_the_account_low() {
        let finding = judged("s3.amazonaws.com", "arn:aws:s3:::old");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(finding.message.contains("anyone can make it again"));
        let bound = |owner: &str| {
            let condition = format!(
                r#"{{"ArnLike":{{"aws:SourceArn":"arn:aws:s3:::old"}},"StringEquals":{{"aws:SourceAccount":"{owner}"}}}}"#
            );
            let s3 = allow(r#"{"Service":"s3.amazonaws.com"}"#, INVOKE, &condition);
            run_one(&CHECK, &account(&[&s3]))
        };
        let own = bound("111122223333");
        assert_eq!((own.outcome, own.severity), (Outcome::Fail, Severity::Low));
        assert_eq!(bound("444455556666").outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_trigger_of_another_account_cannot_be_judged_and_is_named() {
        let theirs = "arn:aws:sns:eu-central-1:444455556666:theirs";
        let finding = judged("sns.amazonaws.com", theirs);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
        assert!(finding.message.contains("of account 444455556666"));
        let own = named("sns.amazonaws.com", &format!("arn:aws:sns:{HERE}:claims"));
        let finding = run_one(
            &CHECK,
            &account(&[&own, &named("sns.amazonaws.com", theirs)]),
        );
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.ends_with("cannot be judged from here"));
    }

    #[test]
    fn a_list_that_is_not_known_is_not_assessed() {
        let topic = named("sns.amazonaws.com", &format!("arn:aws:sns:{HERE}:old"));
        let mut snapshot = account(&[&topic]);
        snapshot.accounts[0].regions[0].sns.topics = fixtures::denied("sns:ListTopics");
        assert_denied(&run_one(&CHECK, &snapshot), "sns:ListTopics");

        let mut snapshot = account(&[&named("s3.amazonaws.com", "arn:aws:s3:::old")]);
        snapshot.accounts[0].s3.buckets = fixtures::denied("s3:ListBuckets");
        assert_denied(&run_one(&CHECK, &snapshot), "s3:ListBuckets");

        let rule_of = named(
            "events.amazonaws.com",
            &format!("arn:aws:events:{HERE}:rule/x"),
        );
        let mut snapshot = account(&[&rule_of]);
        let mut second = bus(vec![]);
        second.rules = fixtures::denied("events:ListRules");
        let region = &mut snapshot.accounts[0].regions[0];
        region.events.buses = Observed::Known(vec![bus(vec![]), second]);
        assert_denied(&run_one(&CHECK, &snapshot), "events:ListRules");
    }

    #[test]
    fn what_one_list_has_needs_no_other_list() {
        let api = |id: &str| {
            let source = format!("arn:aws:execute-api:{HERE}:{id}/*/*");
            let mut snapshot = account(&[&named("apigateway.amazonaws.com", &source)]);
            let region = &mut snapshot.accounts[0].regions[0];
            region.apigatewayv2.apis = fixtures::denied("apigatewayv2:GetApis");
            run_one(&CHECK, &snapshot)
        };
        assert_eq!(api("a1claims").outcome, Outcome::Pass);
        assert_denied(&api("h1other"), "apigatewayv2:GetApis");
    }

    #[test]
    fn what_no_list_tells_is_not_assessed() {
        for (service, source) in [
            ("iot.amazonaws.com", format!("arn:aws:iot:{HERE}:rule/x")),
            (
                "logs.amazonaws.com",
                format!("arn:aws:logs:{HERE}:log-group:/x:*"),
            ),
            (
                "cognito-idp.amazonaws.com",
                format!("arn:aws:cognito-idp:{HERE}:userpool/unasked"),
            ),
            (
                "sns.amazonaws.com",
                "arn:aws:sns:ap-south-1:111122223333:claims".to_owned(),
            ),
        ] {
            let finding = judged(service, &source);
            assert_eq!(finding.outcome, Outcome::NotAssessed, "{source}");
        }
    }

    #[test]
    fn a_distribution_stands_in_no_region() {
        let source = "arn:aws:cloudfront::111122223333:distribution/E1";
        let front = named("cloudfront.amazonaws.com", source);
        let mut snapshot = account(&[&front]);
        snapshot.accounts[0].cloudfront.distributions = Observed::Known(vec![]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Fail);
        let distributions = fixtures::denied("cloudfront:ListDistributions");
        snapshot.accounts[0].cloudfront.distributions = distributions;
        assert_denied(&run_one(&CHECK, &snapshot), "cloudfront:ListDistributions");
    }

    #[test]
    fn a_statement_that_a_deny_undoes_or_that_names_nothing_is_no_trigger() {
        let old = named("sns.amazonaws.com", &format!("arn:aws:sns:{HERE}:old"));
        let deny = statement("Deny", r#""*""#, "lambda:*", "{}");
        let anyone = allow(r#"{"Service":"sns.amazonaws.com"}"#, INVOKE, "{}");
        let open = named("sns.amazonaws.com", "arn:aws:sns:*:*:*");
        for statements in [vec![&*old, &*deny], vec![&*anyone], vec![&*open], vec![]] {
            let finding = run_one(&CHECK, &account(&statements));
            assert_eq!(finding.outcome, Outcome::NotApplicable, "{statements:?}");
        }
    }

    #[test]
    fn an_alias_counts_and_a_fault_outweighs_what_is_not_known() {
        let mut snapshot = account(&[]);
        let mut function = claims(fixtures::denied("lambda:GetPolicy"));
        let old = named("sns.amazonaws.com", &format!("arn:aws:sns:{HERE}:old"));
        let denied = function.clone();
        function.aliases = Observed::Known(vec![alias("live", policy(&[&old]))]);
        snapshot.accounts[0].regions[0].lambda.functions = Observed::Known(vec![function]);
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("of alias live"));
        snapshot.accounts[0].regions[0].lambda.functions = Observed::Known(vec![denied]);
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:GetPolicy");
    }
}
