//! Functions that others than administrators and their deployers may change.

use std::collections::BTreeSet;

use tripod_access::{Access, Actor, Target};
use tripod_model::lambda::Function;
use tripod_model::{AccountId, Arn, Evidence, Impact, Severity, Unknown};
use tripod_policy::{Who, audience, catalogue};

use super::role::DETAILS;
use super::{each_function_of, failed};
use crate::permits::{self, Permits};
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "lambda-uncontrolled-code-change",
    title: "function that others than administrators and its deployers may change",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::Critical,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["LI10"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetPolicy",
        DETAILS,
        "organizations:DescribeOrganization",
        "organizations:ListParents",
        "organizations:ListPoliciesForTarget",
        "organizations:DescribePolicy",
    ],
    controls: &[Control::Baseline("CODE-5"), Control::Baseline("IAM-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("uncontrolled_code_change.md"),
    run,
};

/// What changes code: new code, other layers and another handler, or a policy that lets others do so.
///
/// - <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>
/// - <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>
/// - <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
const CHANGING: [&str; 3] = [
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "lambda:AddPermission",
];

/// How many principals a message names.
const SHOWN: usize = 3;

fn run(view: &View<'_>, out: &mut Outcomes) {
    let executing = executing(view);
    for scope in Scope::all(view) {
        let access = view.access(scope.account);
        let holders = access
            .clone()
            .map(|access| Holders::of(view, scope, access, &executing));
        each_function_of(&scope, out, |function| {
            let access = access.clone()?;
            let holders = holders.as_ref().map_err(Clone::clone)?;
            let strangers = strangers(view, scope, function)?;
            let verdict = if strangers.is_empty() {
                by_wildcard(access, holders, function)?
            } else {
                let failure = opened(&strangers);
                failure.evidence(function.sources.evidence("lambda:GetPolicy", "/Policy"))
            };
            Ok(verdict.evidence(evidence(function)))
        });
    }
}

fn evidence(function: &Function) -> Vec<Evidence> {
    function.sources.evidence("lambda:ListFunctions", "")
}

/// The roles that functions run as.
fn executing<'v>(view: &'v View<'_>) -> BTreeSet<&'v Arn> {
    let regions = view.regions();
    regions
        .flat_map(|(_, region)| region.lambda.functions.items())
        .filter_map(|function| function.configuration.role.as_ref())
        .collect()
}

/// Callers from outside whom the function's own policy lets change it, and whom the user does not trust.
fn strangers(
    view: &View<'_>,
    scope: Scope<'_>,
    function: &Function,
) -> Result<Vec<tripod_policy::Access>, Unknown> {
    let Some(document) = function.policy.found()? else {
        return Ok(vec![]);
    };
    let policy = policies::read(document, "lambda:GetPolicy")?;
    let let_in = audience(function.arn.as_str(), &policy, &CHANGING);
    let trusted = &view.settings().trusted_accounts;
    let strangers = let_in.into_iter().filter(|access| {
        let is_trusted = account_of(&access.who).is_some_and(|account| trusted.contains(&account));
        access.who.is_outside(&scope.account.id) && !is_trusted
    });
    Ok(strangers.collect())
}

fn account_of(who: &Who) -> Option<AccountId> {
    match who {
        Who::Account(account) => Some(account.clone()),
        Who::Principal(arn) => Some(AccountId::new(Arn::new(arn.as_str()).account()?)),
        _ => None,
    }
}

fn opened(strangers: &[tripod_policy::Access]) -> Verdict {
    let who: Vec<String> = strangers
        .iter()
        .map(|access| access.who.to_string())
        .collect();
    let mut statements: Vec<_> = strangers
        .iter()
        .flat_map(|access| access.statements.clone())
        .collect();
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    let failure = Verdict::fail(format!(
        "{} {} change the function",
        policies::sentence(&statements, "lets", "let"),
        policies::listed(&who)
    ))
    .detail("who", who)
    .detail("statements", policies::names(&statements));
    let public = |access: &tripod_policy::Access| {
        matches!(access.who, Who::Everyone | Who::EveryAwsPrincipal)
    };
    if strangers.iter().any(public) {
        return failure;
    }
    failure.lowered_to(Severity::High, "they are named, or within bounds")
}

/// Users and roles that are no administrators and may change every function of a region.
struct Holders<'a> {
    found: Vec<Holder<'a>>,
    /// Why it is not known of somebody; none where it is known of all.
    unread: Option<Unknown>,
}

struct Holder<'a> {
    arn: &'a Arn,
    /// Whether its own policies or the organisation's may keep it from one function or another.
    may_be_held_back: bool,
    actor: Actor<'a>,
    actions: Vec<&'static str>,
    /// Whether a function runs as it.
    executes: bool,
}

impl<'a> Holders<'a> {
    fn of(
        view: &View<'_>,
        scope: Scope<'a>,
        access: &'a Access<'a>,
        executing: &BTreeSet<&Arn>,
    ) -> Self {
        let mut holders = Self {
            found: vec![],
            unread: None,
        };
        // Nobody asks, where there is no function to change.
        if scope.region.lambda.functions.items().is_empty() {
            return holders;
        }
        for arn in access.principals().filter(|arn| !is_service_linked(arn)) {
            match may_change_all(view, scope, access, arn) {
                Ok(actions) if actions.is_empty() => {}
                Ok(actions) => holders
                    .found
                    .extend(access.actor(arn).ok().map(|actor| Holder {
                        arn,
                        may_be_held_back: access.may_take_back(&actor),
                        actor,
                        actions,
                        executes: executing.contains(arn),
                    })),
                Err(unknown) => holders.unread = Some(unknown),
            }
        }
        holders
    }
}

/// AWS alone writes their policies, and nobody else takes them on:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>.
fn is_service_linked(arn: &Arn) -> bool {
    arn.resource()
        .is_some_and(|name| name.starts_with("role/aws-service-role/"))
}

/// The actions that somebody may use on a function that nobody named. None for an administrator, who may do them all.
fn may_change_all<'a>(
    view: &View<'_>,
    scope: Scope<'a>,
    access: &'a Access<'a>,
    arn: &Arn,
) -> Result<Vec<&'static str>, Unknown> {
    let context = permits::context(view);
    let permits = Permits::of(scope.account, &scope.region.name, access, arn, context)?;
    let mut actions = Vec::new();
    for name in CHANGING {
        if let Some(action) = catalogue::action(name)
            && permits.everywhere(action)?.is_some()
        {
            actions.push(name);
        }
    }
    if !actions.is_empty() && permits.administrator()?.is_some() {
        actions.clear();
    }
    Ok(actions)
}

fn by_wildcard(
    access: &Access<'_>,
    holders: &Holders<'_>,
    function: &Function,
) -> Result<Verdict, Unknown> {
    let unknown = |error: tripod_access::AccessError| failed(DETAILS, error.to_string());
    let target = access.target(function.arn.as_str()).map_err(unknown)?;
    let denies = denies_somebody(function)?;
    let mut changing = Vec::new();
    for holder in &holders.found {
        // What may be done to every function may be done to this one, unless a policy takes it back.
        let asked = denies || holder.may_be_held_back;
        if !asked || !denied_here(access, holder, &target).map_err(unknown)? {
            changing.push(holder);
        }
    }
    if changing.is_empty() {
        if let Some(unread) = &holders.unread {
            return Err(unread.clone());
        }
        return Ok(Verdict::pass(
            "only administrators, and users and roles whose policies name functions, may change the function",
        ));
    }
    Ok(permits::told(access.scps_unseen(), changed_by(&changing)))
}

/// Whether the function's own policy has a Deny.
fn denies_somebody(function: &Function) -> Result<bool, Unknown> {
    let Some(document) = function.policy.found()? else {
        return Ok(false);
    };
    let policy = policies::read(document, "lambda:GetPolicy")?;
    Ok(policy.denies().next().is_some())
}

/// Whether the function's policy, or a statement that names the function, takes every one of the actions back.
fn denied_here(
    access: &Access<'_>,
    holder: &Holder<'_>,
    target: &Target<'_>,
) -> Result<bool, tripod_access::AccessError> {
    let context = tripod_policy::Context::open();
    for action in &holder.actions {
        if !access
            .decide_on(&holder.actor, action, target, &context)?
            .is_denied()
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn changed_by(holders: &[&Holder<'_>]) -> Verdict {
    let mut shown: Vec<String> = holders
        .iter()
        .take(SHOWN)
        .map(|holder| named(holder.arn))
        .collect();
    if holders.len() > SHOWN {
        shown.push(format!("{} more", holders.len() - SHOWN));
    }
    let everyone: Vec<String> = holders
        .iter()
        .map(|holder| holder.arn.to_string())
        .collect();
    let actions: BTreeSet<&str> = holders
        .iter()
        .flat_map(|holder| holder.actions.clone())
        .collect();
    let verb = if holders.len() == 1 {
        "is no administrator"
    } else {
        "are no administrators"
    };
    let failure = Verdict::fail(format!(
        "{} may change functions of any name, this one too, and {verb}",
        policies::listed(&shown)
    ))
    .detail("principals", everyone)
    .detail("actions", actions.into_iter().collect::<Vec<_>>());
    if holders.iter().any(|holder| holder.executes) {
        return failure.lowered_to(Severity::High, "a function runs as one of them");
    }
    failure.lowered_to(Severity::Medium, "callers are of the account")
}

/// "user 'ci'", "role 'deploy'".
fn named(arn: &Arn) -> String {
    let resource = arn.resource().unwrap_or_default();
    let kind = resource.split('/').next().unwrap_or_default();
    let name = resource.rsplit('/').next().unwrap_or_default();
    format!("{kind} '{name}'")
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::Principal;
    use tripod_model::lambda::Function;
    use tripod_model::{AccountId, Arn, Finding, Observed, Outcome, Severity, Snapshot, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::Settings;
    use crate::testing::{assert_denied, run_one, run_with};

    const DEPLOYER: &str = "arn:aws:iam::111122223333:user/ci";
    const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

    /// The account with a user who has these statements.
    fn with_user(statements: &str) -> Snapshot {
        let mut snapshot = with_role("");
        change(&mut snapshot, |own| {
            let mut user = Principal::named(Arn::new(DEPLOYER));
            user.inline_policies
                .insert("own".to_owned(), document(statements));
            own.users.push(user);
        });
        snapshot
    }

    fn with_policy(mut snapshot: Snapshot, statements: &str) -> Snapshot {
        if let Observed::Known(functions) = &mut snapshot.accounts[0].regions[0].lambda.functions {
            functions[0].policy = Observed::Known(document(statements));
        }
        snapshot
    }

    fn letting_in(principal: &str, action: &str) -> String {
        format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":"{FUNCTION}"}}"#
        )
    }

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_user(statements))
    }

    #[test]
    fn a_wildcard_without_administration_fails_and_the_principal_is_named() {
        let finding = judged(&allow("lambda:*", "*"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "user 'ci' may change functions of any name, this one too, and is no administrator; \
             callers are of the account"
        );
        assert_eq!(finding.details.get("principals")[0], DEPLOYER);
        for action in super::CHANGING {
            assert_eq!(
                judged(&allow(action, "*")).outcome,
                Outcome::Fail,
                "{action}"
            );
        }
        let power = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#;
        assert_eq!(judged(power).outcome, Outcome::Fail);
    }

    #[test]
    fn administrators_named_deployers_and_readers_pass() {
        for statements in [
            allow("*", "*"),
            allow("lambda:*", FUNCTION),
            allow(
                "lambda:UpdateFunctionCode",
                "arn:aws:lambda:*:*:function:claims*",
            ),
            allow("lambda:Get*", "*"),
            allow("lambda:InvokeFunction", "*"),
            String::new(),
        ] {
            let finding = judged(&statements);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{statements}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn denies_of_the_principal_the_function_and_the_organisation_count() {
        let all = allow("lambda:*", "*");
        for deny in [
            statement("Deny", "lambda:*", "*"),
            statement("Deny", "lambda:*", FUNCTION),
        ] {
            assert_eq!(
                judged(&format!("{all},{deny}")).outcome,
                Outcome::Pass,
                "{deny}"
            );
        }
        let other = statement("Deny", "lambda:*", "arn:aws:lambda:*:*:function:other");
        assert_eq!(judged(&format!("{all},{other}")).outcome, Outcome::Fail);
        let closed = r#"{"Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"*"}"#;
        let finding = run_one(&CHECK, &with_policy(with_user(&all), closed));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        let forbidden = in_organization(with_user(&all), &statement("Deny", "lambda:*", "*"));
        assert_eq!(run_one(&CHECK, &forbidden).outcome, Outcome::Pass);
    }

    #[test]
    fn the_role_of_a_function_weighs_more() {
        let finding = run_one(&CHECK, &with_role(&allow("lambda:Update*", "*")));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(
            finding.message.contains("role 'claims'"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn service_linked_roles_are_awss() {
        let mut snapshot = with_user("");
        change(&mut snapshot, |own| {
            let arn = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X";
            let mut role = Principal::named(Arn::new(arn));
            role.inline_policies
                .insert("own".to_owned(), document(&allow("lambda:*", "*")));
            own.roles.push(role);
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Pass);
    }

    #[test]
    fn callers_from_outside_fail_by_how_far_the_policy_opens() {
        let opened = |principal: &str, action: &str| {
            run_one(
                &CHECK,
                &with_policy(with_user(""), &letting_in(principal, action)),
            )
        };
        let finding = opened(r#""*""#, "lambda:*");
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(
            finding.message,
            "statement 1 lets everyone change the function"
        );
        let partner = r#"{"AWS":"444455556666"}"#;
        assert_eq!(
            opened(partner, "lambda:UpdateFunctionCode").severity,
            Severity::High
        );
        assert_eq!(
            opened(partner, "lambda:InvokeFunction").outcome,
            Outcome::Pass
        );
        assert_eq!(
            opened(r#""*""#, "lambda:InvokeFunction").outcome,
            Outcome::Pass
        );
        let own = r#"{"AWS":"arn:aws:iam::111122223333:user/ci"}"#;
        assert_eq!(opened(own, "lambda:*").outcome, Outcome::Pass);
    }

    #[test]
    fn an_account_that_the_user_trusts_is_no_stranger() {
        let partner = letting_in(r#"{"AWS":"arn:aws:iam::444455556666:role/ci"}"#, "lambda:*");
        let snapshot = with_policy(with_user(""), &partner);
        let settings = Settings {
            trusted_accounts: [AccountId::new("444455556666")].into(),
            ..Settings::default()
        };
        let findings = run_with(&CHECK, &snapshot, &settings);
        assert_eq!(
            findings[0].outcome,
            Outcome::Pass,
            "{}",
            findings[0].message
        );
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Fail);
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed_unless_somebody_else_fails() {
        let broken = judged("7");
        assert_eq!(broken.outcome, Outcome::NotAssessed, "{}", broken.message);
        let mut snapshot = with_user(&allow("lambda:*", "*"));
        change(&mut snapshot, |own| {
            let garbage = document("7");
            own.roles[0]
                .inline_policies
                .insert("broken".to_owned(), garbage);
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Fail);
    }

    #[test]
    fn without_the_functions_policy_or_authorization_details_nothing_is_assessed() {
        let mut function: Function = fixtures::function("claims");
        function.policy = fixtures::denied("lambda:GetPolicy");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:GetPolicy");
        let mut snapshot = with_user("");
        snapshot.accounts[0].iam.authorization = fixtures::denied(DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), DETAILS);
        let list = "lambda:ListFunctions";
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied(list);
        });
        assert_denied(&run_one(&CHECK, &snapshot), list);
    }
}
