//! Key policies by which services, or everyone through them, use a key without the limits made for it.

use std::collections::BTreeSet;

use tripod_model::kms::Key;
use tripod_model::{Arn, Impact, Severity};
use tripod_policy::{
    Access, Attached, Caller, Context, Effect, Policies, Policy, Request, Resource, Scope as Bound,
    ScopeKind, Statement, Who, admitted, audience,
};

use crate::kms::{USE, each_key_policy};
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "kms-unlimited-service-use",
    title: "key policy that lets services use the key for anyone",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Low,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["KM07"],
    needs: &["kms:ListKeys", "kms:DescribeKey", "kms:GetKeyPolicy"],
    controls: &[Control::Baseline("DATA-2"), Control::OwaspServerless("S5")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_service_use.md"),
    run,
};

const GRANT: &str = "kms:CreateGrant";
/// Whoever may change the policy needs no grant to give the key away.
const CHANGE: [&str; 1] = ["kms:PutKeyPolicy"];
/// An account that no policy names.
const STRANGER: &str = "000000000000";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_key_policy(view, out, decide);
}

fn decide(scope: &Scope, key: &Key, policy: &Policy) -> Verdict {
    let arn = key.arn.as_str();
    let actions: Vec<&str> = USE.into_iter().chain([GRANT]).collect();
    let classes = audience(arn, policy, &actions);
    let granting = audience(arn, policy, &[GRANT]);
    let keepers = audience(arn, policy, &CHANGE);
    let account = Who::Account(scope.account.id.clone());
    // The statement for the account leaves all of this to IAM; administrators can give the key away anyhow.
    let is_user = |access: &&Access| {
        access.who != account && !keepers.iter().any(|keeper| keeper.who == access.who)
    };
    let question = |access| Question {
        key,
        policy: by_which_they_enter(policy, access),
        scope,
    };
    let through_services = classes.iter().filter(|access| !is_named(access));
    let asked =
        through_services.map(|access| (access, question(access).lack_of_use(access, &actions)));
    let making_grants = granting
        .iter()
        .filter(|access| is_named(access))
        .filter(is_user);
    let granted = making_grants.map(|access| (access, question(access).lack_of_grants(access)));
    verdict(&asked.chain(granted).collect::<Vec<_>>())
}

/// Of each class, and of what it lacks, if anything.
fn verdict(found: &[(&Access, Option<&str>)]) -> Verdict {
    if found.is_empty() {
        return Verdict::not_applicable(
            "the key policy itself lets no service use the key and no user of it make grants; what \
             IAM policies let happen is theirs to limit",
        );
    }
    let lacking = || {
        found
            .iter()
            .filter_map(|(access, lack)| Some((access, (*lack)?)))
    };
    let faults: Vec<String> = lacking()
        .map(|(access, lack)| {
            let statements = policies::sentence(&access.statements, "lets", "let");
            format!("{statements} {} {lack}", access.who)
        })
        .collect();
    if faults.is_empty() {
        let limited: Vec<String> = found
            .iter()
            .map(|(access, _)| access.who.to_string())
            .collect();
        return Verdict::pass("use through services and grants is limited in the key policy")
            .detail("limited", limited);
    }
    let named: BTreeSet<String> = lacking()
        .flat_map(|(access, _)| policies::names(&access.statements))
        .collect();
    Verdict::fail(faults.join("; ")).detail("statements", Vec::from_iter(named))
}

/// By principal or account, or by a condition on the principal.
fn is_named(access: &Access) -> bool {
    let names = |bound: &Bound| matches!(bound.kind, ScopeKind::Principal | ScopeKind::UserId);
    matches!(access.who, Who::Account(_) | Who::Principal(_)) || access.is_within(names)
}

/// The statements that let a class in, and the denies. The one for the account, by which IAM may let
/// somebody in besides, is left out.
fn by_which_they_enter(policy: &Policy, access: &Access) -> Policy {
    let bears = |statement: &&Statement| {
        statement.effect == Effect::Deny || access.statements.contains(&statement.reference())
    };
    Policy {
        statements: policy.statements.iter().filter(bears).cloned().collect(),
        ..policy.clone()
    }
}

/// What is asked of the statements that bear on one class.
struct Question<'a> {
    key: &'a Key,
    policy: Policy,
    scope: &'a Scope<'a>,
}

impl Question<'_> {
    /// What is missing where a service, or everyone, uses the key.
    fn lack_of_use(&self, access: &Access, actions: &[&str]) -> Option<&'static str> {
        match &access.who {
            Who::Service { name, sources } => {
                (sources.is_empty() && self.serves_anyone(name, actions)).then_some(
                    "use the key for anyone: neither a source nor an encryption context limits it",
                )
            }
            _ => self.is_used_directly(actions).then_some(
                "use the key directly: neither kms:ViaService nor an encryption context limits it",
            ),
        }
    }

    /// What is missing where somebody named makes grants.
    fn lack_of_grants(&self, access: &Access) -> Option<&'static str> {
        self.grants_to_anyone(&access.who)
            .then_some("make grants to anyone: kms:GrantIsForAWSResource is not demanded")
    }

    /// Whether a service gets in when it acts for a stranger.
    fn serves_anyone(&self, name: &str, actions: &[&str]) -> bool {
        let service = name.split('.').next().unwrap_or_default();
        let region = &self.scope.region.name;
        let sources = [
            format!("arn:aws:{service}:{region}:{STRANGER}:stranger"),
            "arn:aws:s3:::stranger".to_owned(),
        ];
        let caller = Caller::service(name);
        let contexts = sources.iter().flat_map(|source| {
            self.contexts().map(|context| {
                context
                    .with("aws:SourceArn", source.as_str())
                    .with("aws:SourceAccount", STRANGER)
                    .with("kms:CallerAccount", STRANGER)
            })
        });
        self.enters(&caller, actions, contexts)
    }

    /// Whether somebody of the account gets in without a service in between.
    fn is_used_directly(&self, actions: &[&str]) -> bool {
        let caller = Caller::somebody_in(self.scope.account.id.clone());
        self.enters(&caller, actions, self.contexts())
    }

    /// Whether somebody makes a grant to a stranger, for no resource of AWS.
    fn grants_to_anyone(&self, who: &Who) -> bool {
        let caller = match who {
            Who::Account(id) => Caller::somebody_in(id.clone()),
            Who::Principal(arn) => match Caller::identity(&Arn::new(arn.as_str())) {
                Ok(caller) => caller,
                // A session, or somebody who was deleted.
                Err(_) => return arn.starts_with("arn:"),
            },
            _ => Caller::somebody_in(self.scope.account.id.clone()),
        };
        self.enters(&caller, &[GRANT], self.contexts())
    }

    fn enters(
        &self,
        caller: &Caller,
        actions: &[&str],
        contexts: impl IntoIterator<Item = Context>,
    ) -> bool {
        let resource = Resource::new(&self.key.arn);
        let policies = Policies {
            resource: Some(Attached::new("key policy", &self.policy)),
            ..Policies::default()
        };
        contexts.into_iter().any(|context| {
            actions.iter().any(|action| {
                let request = Request {
                    caller,
                    action: action.trim_end_matches('*'),
                    resource: &resource,
                    context: &context,
                };
                !admitted(&request, &policies).is_denied()
            })
        })
    }

    /// Requests that the limits are made against: one without what they demand, one with a stranger's.
    fn contexts(&self) -> impl Iterator<Item = Context> + use<'_> {
        let asked: Vec<&str> = self
            .policy
            .statements
            .iter()
            .flat_map(|statement| &statement.conditions)
            .map(|condition| condition.key.lower())
            .filter(|key| key.starts_with("kms:encryptioncontext"))
            .collect();
        let stranger = format!(
            "arn:aws:logs:{}:{STRANGER}:stranger",
            self.scope.region.name
        );
        let plain = Context::open()
            .with("kms:GrantIsForAWSResource", "false")
            .with(
                "kms:GranteePrincipal",
                format!("arn:aws:iam::{STRANGER}:role/stranger"),
            )
            .without("kms:GrantConstraintType");
        let bare = asked
            .iter()
            .fold(plain.clone().without("kms:ViaService"), |context, key| {
                context.without(key)
            });
        let foreign = asked.iter().fold(
            plain.with("kms:ViaService", "stranger.amazonaws.com"),
            |context, key| context.with(key, stranger.as_str()),
        );
        [bare, foreign].into_iter()
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::kms::testing::{self, allow, deny, own};
    use crate::testing::{assert_denied, run_one};

    fn with(statements: &[String]) -> Finding {
        run_one(&CHECK, &testing::with_statements(statements))
    }

    fn outcome(principal: &str, action: &str, condition: &str) -> Outcome {
        with(&[own(), allow("s", principal, action, condition)]).outcome
    }

    const LOGS: &str = r#"{"Service":"logs.eu-central-1.amazonaws.com"}"#;
    const ROLE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/claims"}"#;
    const DECRYPT: &str = r#"["kms:Encrypt*","kms:Decrypt*"]"#;
    const GRANT: &str = r#""kms:CreateGrant""#;

    #[test]
    fn a_service_that_acts_for_anyone_fails_and_is_named() {
        let finding = with(&[own(), allow("logs", LOGS, DECRYPT, "{}")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "statement 'logs' lets logs.eu-central-1.amazonaws.com use the key for anyone: neither \
             a source nor an encryption context limits it"
        );
        assert_eq!(finding.details.get("statements")[0], "statement 'logs'");
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
    #[test]
    fn a_source_or_an_encryption_context_limits_a_service() {
        for condition in [
            r#"{"ArnEquals":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-central-1:111122223333:log-group:a"}}"#,
            r#"{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-central-1:111122223333:*"}}"#,
            r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:111122223333:trail/*"}}"#,
        ] {
            assert_eq!(
                outcome(LOGS, DECRYPT, condition),
                Outcome::Pass,
                "{condition}"
            );
        }
    }

    #[test]
    fn conditions_that_only_seem_to_limit_do_not() {
        for condition in [
            r#"{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:*:*:*"}}"#,
            r#"{"StringEqualsIfExists":{"kms:EncryptionContext:team":"claims"}}"#,
            r#"{"StringLike":{"aws:SourceAccount":"*"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        ] {
            assert_eq!(
                outcome(LOGS, DECRYPT, condition),
                Outcome::Fail,
                "{condition}"
            );
        }
        let any_service = r#"{"StringLike":{"kms:ViaService":"*"},"StringEquals":{"kms:CallerAccount":"111122223333"}}"#;
        assert_eq!(outcome(r#""*""#, DECRYPT, any_service), Outcome::Fail);
    }

    #[test]
    fn two_statements_each_limited_in_its_way_pass() {
        let finding = with(&[
            allow(
                "a",
                LOGS,
                DECRYPT,
                r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
            ),
            allow(
                "b",
                LOGS,
                DECRYPT,
                r#"{"StringEquals":{"kms:EncryptionContext:team":"claims"}}"#,
            ),
        ]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn everyone_of_the_account_passes_through_a_service_only() {
        let direct = r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#;
        let through = r#"{"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#;
        assert_eq!(outcome(r#""*""#, DECRYPT, direct), Outcome::Fail);
        assert_eq!(outcome(r#""*""#, DECRYPT, through), Outcome::Pass);
        let denied = with(&[
            allow("s", r#""*""#, DECRYPT, direct),
            deny(
                "d",
                r#""*""#,
                r#""kms:*""#,
                r#"{"StringNotEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#,
            ),
        ]);
        assert_eq!(denied.outcome, Outcome::Pass, "{}", denied.message);
    }

    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-service-integration>
    #[test]
    fn users_who_make_grants_are_limited_to_services() {
        let for_services = r#"{"Bool":{"kms:GrantIsForAWSResource":"true"}}"#;
        assert_eq!(outcome(ROLE, GRANT, for_services), Outcome::Pass);
        let to_one =
            r#"{"StringEquals":{"kms:GranteePrincipal":"arn:aws:iam::111122223333:role/a"}}"#;
        assert_eq!(outcome(ROLE, GRANT, to_one), Outcome::Pass);
        let finding = with(&[
            own(),
            allow("use", ROLE, DECRYPT, "{}"),
            allow("grants", ROLE, GRANT, "{}"),
        ]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "statement 'grants' lets arn:aws:iam::111122223333:role/claims make grants to anyone: \
             kms:GrantIsForAWSResource is not demanded"
        );
    }

    #[test]
    fn administrators_named_users_and_the_account_are_not_applicable() {
        let keeper = r#"["kms:Create*","kms:Put*"]"#;
        assert_eq!(outcome(ROLE, keeper, "{}"), Outcome::NotApplicable);
        assert_eq!(outcome(ROLE, DECRYPT, "{}"), Outcome::NotApplicable);
        let by_condition =
            r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/claims"}}"#;
        assert_eq!(
            outcome(r#""*""#, DECRYPT, by_condition),
            Outcome::NotApplicable
        );
        assert_eq!(outcome(r#""*""#, GRANT, by_condition), Outcome::Fail);
        assert_eq!(with(&[own()]).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_policy_that_cannot_be_seen_is_not_assessed() {
        let mut key = fixtures::key("claims");
        key.policy = fixtures::denied("kms:GetKeyPolicy");
        let finding = run_one(&CHECK, &testing::with_key(key.clone()));
        assert_denied(&finding, "kms:GetKeyPolicy");
        key.policy = Observed::Known(PolicyDocument("{".to_owned()));
        let finding = run_one(&CHECK, &testing::with_key(key));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }
}
