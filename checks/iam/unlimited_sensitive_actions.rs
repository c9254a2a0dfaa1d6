//! Users and roles that may give away data, credentials or access, or change things, whichever they are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use tripod_model::{Account, AccountId, Impact, Severity, Unknown};
use tripod_policy::catalogue::{self, Action};
use tripod_policy::{Danger, Pattern, Selection, Statement, unnamed};

use super::actors::{Actor, each_actor};
use super::asking::{Asking, Choice, Grant, forms_of};
use super::{DETAILS, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-unlimited-sensitive-actions",
    title: "user or role that may do sensitive things to every resource",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG12"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S3"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_sensitive_actions.md"),
    run,
};

/// How many actions of a class a message names.
const SHOWN: usize = 3;

/// How many of the class that goes by access levels are looked for: it has thousands.
const CHANGES: usize = 50;

/// Writing logs and traces, and the network interfaces of functions: what AWS's own policies for functions allow on every
/// resource, so that nearly every role does. Where people wrote it themselves, `iam-defective-policy` asks for resources.
///
/// - <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html>
/// - <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html>
const COMMON_CHANGES: [&str; 7] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// The classes with tables; the other goes by AWS's access levels.
static TABLED: LazyLock<Vec<(Danger, Told)>> = LazyLock::new(|| {
    let tabled = Danger::ALL
        .into_iter()
        .filter(|danger| *danger != Danger::InfrastructureModification);
    tabled
        .map(|danger| (danger, Told::of(danger.actions().collect())))
        .collect()
});

/// What changes something.
static CHANGING: LazyLock<Told> = LazyLock::new(|| {
    let common = |action: &&Action| COMMON_CHANGES.contains(&action.as_str());
    let changing = Danger::InfrastructureModification.actions();
    let mut changing: Vec<&Action> = changing.filter(|action| !common(action)).collect();
    changing.sort_by_key(|action| action.as_str());
    Told::of(changing)
});

/// `iam-unlimited-pass-role` and `iam-unlimited-assume-role`.
const DECIDED_ELSEWHERE: [&str; 2] = ["iam:PassRole", "sts:AssumeRole"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    let accounts = view.accounts.iter();
    let forms: BTreeMap<&AccountId, Forms> = accounts
        .map(|account| (&account.id, Forms::of(account)))
        .collect();
    each_actor(view, out, |actor| match forms.get(&actor.account.id) {
        Some(forms) => decide(actor, forms),
        None => Err(Unknown::NotCollected),
    });
}

/// What of a class is permitted on every resource of some type.
struct Found {
    danger: Danger,
    actions: Vec<String>,
    /// Every statement that permits one of them.
    statements: BTreeSet<String>,
    /// The grant that depends on least.
    grant: Grant,
}

fn decide(actor: &Actor, forms: &Forms) -> Result<Verdict, Unknown> {
    let the = actor.the();
    let found = found(actor, forms)?;
    let harmless = |class: &Found| class.danger == Danger::InfrastructureModification;
    let weakest = |class: &&Found| (harmless(class), class.grant.conditions.len());
    let Some(worst) = found.iter().min_by_key(weakest) else {
        return Ok(Verdict::pass(format!(
            "{the} may do sensitive things only to resources that its policies name, if at all"
        )));
    };
    let classes: Vec<String> = found.iter().map(Found::text).collect();
    let statements: BTreeSet<&String> = found.iter().flat_map(|it| &it.statements).collect();
    let statements: Vec<String> = statements.into_iter().cloned().collect();
    let mut failure = Verdict::fail(format!(
        "{} {the} act on every resource of a type: {}",
        sentence(&statements),
        classes.join("; ")
    ));
    for class in &found {
        failure = failure.detail(
            &class.danger.as_str().replace(' ', "_"),
            class.actions.clone(),
        );
    }
    let only = harmless(worst)
        .then(|| "neither data nor credentials nor access are given away by it".to_owned());
    let weight = actor.weight()?.at_most(Severity::Low, only);
    let weight = worst.grant.rarer(weight, Severity::Medium);
    Ok(weight
        .on(worst.grant.told(failure))
        .detail("statements", statements))
}

/// "statement 1 of 'a' and statement 2 of 'b' let": the first few by name.
fn sentence(statements: &[String]) -> String {
    match statements.len() {
        1 => format!("{} lets", listed(statements)),
        several if several > SHOWN => format!(
            "{} and {} more statements let",
            statements[..SHOWN].join(", "),
            several - SHOWN
        ),
        _ => format!("{} let", listed(statements)),
    }
}

fn found(actor: &Actor, forms: &Forms) -> Result<Vec<Found>, Unknown> {
    let asking = actor.asking();
    let policies = actor.identity_policies()?;
    let wide: Vec<Wide<'_>> = policies
        .iter()
        .flat_map(|policy| policy.allows())
        .filter_map(|allow| Wide::of(forms, allow))
        .collect();
    let mut found = Vec::new();
    for (danger, actions) in TABLED.iter() {
        found.extend(of_class(&asking, *danger, actions.spoken_of(&wide))?);
    }
    let changing = Danger::InfrastructureModification;
    found.extend(of_class(&asking, changing, CHANGING.spoken_of(&wide))?);
    Ok(found)
}

fn of_class(
    asking: &Asking<'_>,
    danger: Danger,
    candidates: impl Iterator<Item = &'static Action>,
) -> Result<Option<Found>, Unknown> {
    let mut of_class: Option<Found> = None;
    for action in candidates {
        let Some(grant) = everywhere(asking, action)? else {
            continue;
        };
        match &mut of_class {
            None => {
                of_class = Some(Found {
                    danger,
                    actions: vec![action.full_name()],
                    statements: grant.statements.iter().cloned().collect(),
                    grant,
                });
            }
            Some(found) => {
                found.actions.push(action.full_name());
                found.statements.extend(grant.statements.iter().cloned());
                if grant.conditions.len() < found.grant.conditions.len() {
                    found.grant = grant;
                }
                if danger == Danger::InfrastructureModification && found.actions.len() == CHANGES {
                    break;
                }
            }
        }
    }
    Ok(of_class)
}

/// How the action is permitted on every resource of a type that it is about. Types that every request has must be
/// among them, so that a policy that opens only a lesser one opens nothing.
fn everywhere(asking: &Asking<'_>, action: &Action) -> Result<Option<Grant>, Unknown> {
    let mut found = None;
    for (kind, required) in action.resources() {
        let grant = asking.may_on_any(action.as_str(), asking.forms_of(kind))?;
        let grant = grant.filter(|grant| grant.choice == Choice::None);
        if required && grant.is_none() {
            return Ok(None);
        }
        found = found.or(grant);
    }
    Ok(found)
}

/// Where AWS offers no resource to name there is nothing to narrow, and some actions have a check of their own.
fn is_asked_about(action: &Action) -> bool {
    !action.resource_types.is_empty() && !DECIDED_ELSEWHERE.contains(&action.as_str())
}

/// Actions that are asked about, in the order in which they are told: those of a service stand together.
struct Told {
    actions: Vec<&'static Action>,
    by_service: BTreeMap<&'static str, Range<usize>>,
}

impl Told {
    fn of(mut actions: Vec<&'static Action>) -> Self {
        actions.retain(|action| is_asked_about(action));
        let mut by_service: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        for (place, action) in actions.iter().enumerate() {
            let places = by_service.entry(action.service).or_insert(place..place);
            places.end = place + 1;
        }
        Self {
            actions,
            by_service,
        }
    }

    /// Those of which one of the statements speaks. Most statements name a service or two, and the others are not looked
    /// at.
    fn spoken_of<'a>(&'a self, wide: &'a [Wide<'a>]) -> impl Iterator<Item = &'static Action> + 'a {
        let prefixes: Option<Vec<Vec<String>>> = wide.iter().map(Wide::prefixes).collect();
        let mut places: Vec<Range<usize>> = match prefixes {
            None => self.by_service.values().cloned().collect(),
            Some(prefixes) => {
                let of = |prefix: String| self.by_service.get(&*prefix).cloned();
                prefixes.into_iter().flatten().filter_map(of).collect()
            }
        };
        places.sort_unstable_by_key(|places| places.start);
        places.dedup();
        let spoken_of = |action: &&Action| wide.iter().any(|allow| allow.speaks_of(action));
        places
            .into_iter()
            .flat_map(|places| &self.actions[places])
            .copied()
            .filter(spoken_of)
    }
}

/// ARNs that nobody named, by the service in the ARN, each with the prefix of its service's actions.
struct Forms(BTreeMap<String, Vec<(&'static str, String)>>);

impl Forms {
    fn of(account: &Account) -> Self {
        let mut by_service: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for service in catalogue::services() {
            for form in service
                .resource_types()
                .iter()
                .flat_map(|kind| forms_of(account, kind))
            {
                let arn = unnamed(&form);
                let in_arn = arn.split(':').nth(2).unwrap_or_default().to_owned();
                by_service
                    .entry(in_arn)
                    .or_default()
                    .push((service.prefix, arn));
            }
        }
        Self(by_service)
    }
}

/// An Allow whose resources are all those of a type of some services: only these can permit anything everywhere.
struct Wide<'a> {
    allow: &'a Statement,
    services: Services,
}

enum Services {
    All,
    Only(BTreeSet<&'static str>),
}

impl<'a> Wide<'a> {
    fn of(forms: &Forms, allow: &'a Statement) -> Option<Self> {
        let patterns = match &allow.resources {
            Selection::Only(patterns) => patterns.as_slice(),
            Selection::AllBut(_) | Selection::Unstated => &[],
        };
        let in_arn = |pattern: &'a Pattern| pattern.as_str().split(':').nth(2).unwrap_or("*");
        if patterns.is_empty() || patterns.iter().any(|it| in_arn(it).contains(['*', '?'])) {
            let services = Services::All;
            return Some(Self { allow, services });
        }
        let known = patterns
            .iter()
            .filter_map(|pattern| forms.0.get(in_arn(pattern)));
        let covered = known
            .flatten()
            .filter(|(_, arn)| allow.covers_resource(arn))
            .map(|(service, _)| *service);
        let services: BTreeSet<&str> = covered.collect();
        (!services.is_empty()).then_some(Self {
            allow,
            services: Services::Only(services),
        })
    }

    fn speaks_of(&self, action: &Action) -> bool {
        let of_service = match &self.services {
            Services::All => true,
            Services::Only(services) => services.contains(action.service),
        };
        of_service && self.allow.covers_known(action)
    }

    /// The services that its actions name, by prefix; none where they may be of any.
    fn prefixes(&self) -> Option<Vec<String>> {
        let Selection::Only(patterns) = &self.allow.actions else {
            return None;
        };
        let prefix = |pattern: &Pattern| {
            let prefix = pattern.as_str().split(':').next().unwrap_or_default();
            (!prefix.contains(['*', '?'])).then(|| prefix.to_ascii_lowercase())
        };
        patterns.iter().map(prefix).collect()
    }
}

impl Found {
    /// "data exfiltration (s3:GetObject, s3:GetObjectVersion and 3 more)".
    fn text(&self) -> String {
        let shown = self.actions.iter().take(SHOWN).cloned();
        let shown = shown.collect::<Vec<_>>().join(", ");
        let more = match self.actions.len().saturating_sub(SHOWN) {
            0 => String::new(),
            _ if self.danger == Danger::InfrastructureModification
                && self.actions.len() == CHANGES =>
            {
                " and many more".to_owned()
            }
            more => format!(" and {more} more"),
        };
        format!("{} ({shown}{more})", self.danger.as_str())
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::Authorization;
    use tripod_model::{Finding, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        account, allow, denied, deny, own, principal, under, with_bounded_role, with_role,
    };
    use crate::testing::{assert_denied, run_one};

    const ANY: &str = r#""*""#;

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_role(statements))
    }

    #[test]
    fn each_class_is_told_with_its_actions() {
        for (action, class) in [
            ("s3:GetObject", "data exfiltration (s3:GetObject)"),
            (
                "iam:CreateAccessKey",
                "credentials exposure (iam:CreateAccessKey)",
            ),
            (
                "lambda:AddPermission",
                "resource exposure (lambda:AddPermission)",
            ),
        ] {
            let finding = judged(&allow(&format!("{action:?}"), ANY));
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
            assert_eq!(finding.severity, Severity::High, "{action}");
            assert!(finding.message.contains(class), "{}", finding.message);
        }
    }

    #[test]
    fn who_only_changes_things_weighs_less() {
        let finding = judged(&allow(r#""ec2:TerminateInstances""#, ANY));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        assert!(
            finding
                .message
                .contains("infrastructure modification (ec2:TerminateInstances)")
        );
    }

    #[test]
    fn every_resource_of_one_type_is_every_resource_and_named_ones_are_not() {
        let read = |resource: &str| judged(&allow(r#""s3:GetObject""#, resource)).outcome;
        assert_eq!(read(r#""arn:aws:s3:::*""#), Outcome::Fail);
        assert_eq!(read(r#""arn:aws:s3:::*/*""#), Outcome::Fail);
        assert_eq!(read(r#""arn:aws:s3:::claims/*""#), Outcome::Pass);
        assert_eq!(read(r#""arn:aws:s3:::clinic-*/*""#), Outcome::Pass);
        let secret = allow(
            r#""secretsmanager:GetSecretValue""#,
            r#""arn:aws:secretsmanager:*:111122223333:secret:*""#,
        );
        assert_eq!(judged(&secret).outcome, Outcome::Fail);
    }

    #[test]
    fn reading_of_settings_writing_of_logs_and_actions_that_cannot_be_limited_pass() {
        for actions in [
            r#""s3:ListAllMyBuckets""#,
            r#"["ec2:Describe*","lambda:List*","iam:Get*"]"#,
            r#""sts:GetSessionToken""#,
            r#"["logs:CreateLogStream","logs:PutLogEvents"]"#,
        ] {
            let finding = judged(&allow(actions, ANY));
            assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        }
    }

    #[test]
    fn denies_boundaries_and_tags_limit_it() {
        let read = allow(r#""s3:GetObject""#, ANY);
        let others = r#"{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::claims/*"}"#;
        assert_eq!(judged(&format!("{read},{others}")).outcome, Outcome::Pass);
        let one = deny(r#""s3:*""#, r#""arn:aws:s3:::secret/*""#);
        assert_eq!(judged(&format!("{read},{one}")).outcome, Outcome::Fail);
        let logs = allow(r#""logs:*""#, ANY);
        let bounded = run_one(&CHECK, &with_bounded_role(&read, &logs));
        assert_eq!(bounded.outcome, Outcome::Pass);
        let tagged = r#"{"StringEquals":{"s3:ExistingObjectTag/team":"claims"}}"#;
        assert_eq!(judged(&under(&read, tagged)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_condition_on_the_request_makes_it_rarer() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let finding = judged(&under(&allow(r#""s3:GetObject""#, ANY), mfa));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
    }

    #[test]
    fn one_class_without_a_condition_is_enough_and_all_statements_are_named() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let keys = under(&allow(r#""iam:CreateAccessKey""#, ANY), mfa);
        let read = allow(r#""s3:GetObject""#, ANY);
        let finding = judged(&format!("{keys},{read}"));
        assert_eq!(finding.severity, Severity::High, "{}", finding.message);
        assert!(
            finding.message.starts_with(
                "statement 1 of 'own' and statement 2 of 'own' let the role act on every resource"
            ),
            "{}",
            finding.message
        );
        let change = allow(r#""ec2:TerminateInstances""#, ANY);
        let finding = judged(&format!("{keys},{change}"));
        assert_eq!(finding.severity, Severity::Medium, "{}", finding.message);
    }

    #[test]
    fn many_actions_are_counted_and_an_administrator_is_weighed_elsewhere() {
        let finding = judged(&allow(r#""dynamodb:*""#, ANY));
        assert!(
            finding
                .message
                .contains("data exfiltration (dynamodb:BatchGetItem, "),
            "{}",
            finding.message
        );
        let admin = judged(&allow(ANY, ANY));
        assert_eq!(
            (admin.outcome, admin.severity),
            (Outcome::Fail, Severity::Low)
        );
        assert!(admin.message.contains("iam-administrator-principal"));
        let all_but = judged(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#);
        assert_eq!(all_but.severity, Severity::High);
        assert!(all_but.message.contains("and many more"));
    }

    #[test]
    fn every_resource_of_a_region_is_every_resource() {
        let tables = r#""arn:aws:dynamodb:eu-central-1:111122223333:table/*""#;
        let finding = judged(&allow(r#""dynamodb:GetItem""#, tables));
        assert_eq!(finding.outcome, Outcome::Fail);
        let elsewhere = r#""arn:aws:dynamodb:eu-central-1:444455556666:table/*""#;
        let finding = judged(&allow(r#""dynamodb:GetItem""#, elsewhere));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn what_another_check_decides_is_not_told_twice() {
        for action in super::COMMON_CHANGES {
            let known = tripod_policy::catalogue::action(action);
            assert!(known.is_some(), "{action}");
        }
        for action in super::DECIDED_ELSEWHERE {
            let finding = judged(&allow(&format!("{action:?}"), ANY));
            assert_eq!(finding.outcome, Outcome::Pass, "{action}");
        }
    }

    #[test]
    fn a_policy_that_cannot_be_read_might_permit_anything() {
        let mut role = principal("role/deploy", &allow(r#""s3:ListBucket""#, ANY));
        role.attached_policies = vec![own("policy/gone")];
        let finding = run_one(
            &CHECK,
            &account(Authorization {
                roles: vec![role],
                ..Authorization::default()
            }),
        );
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("'gone'"), "{}", finding.message);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
