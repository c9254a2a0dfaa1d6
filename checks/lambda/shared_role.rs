//! Roles that several functions run as.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::lambda::Function;
use tripod_model::{Account, Arn, Impact, RegionStatus, Severity, Unknown};

use super::{each_function, role};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-shared-role",
    title: "role that other functions run as, too",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Low,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LI05"],
    needs: &["lambda:ListFunctions"],
    controls: &[Control::Baseline("IAM-3"), Control::Baseline("NET-8")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("shared_role.md"),
    run,
};

/// How many functions a message names.
const SHOWN: usize = 3;

fn run(view: &View<'_>, out: &mut Outcomes) {
    let users: Vec<(&Account, Users<'_>)> = view
        .accounts
        .iter()
        .map(|account| (account, Users::of(account)))
        .collect();
    each_function(view, out, |scope, function| {
        let own = users
            .iter()
            .find(|(account, _)| account.id == scope.account.id);
        let (_, users) = own.ok_or(Unknown::NotCollected)?;
        decide(scope.account, function, users)
    });
}

fn decide(account: &Account, function: &Function, users: &Users<'_>) -> Result<Verdict, Unknown> {
    let arn = role::role_arn(account, function)?;
    let name = arn.as_str().rsplit('/').next().unwrap_or_default();
    let others: Vec<&str> = users.beside(function, arn).collect();
    let evidence = role::evidence(function, None);
    let verdict = if others.is_empty() {
        if let Some(unread) = &users.unread {
            return Err(unread.clone());
        }
        Verdict::pass(format!(
            "no other function of the account runs as the role '{name}'"
        ))
    } else {
        Verdict::fail(format!(
            "the role '{name}' is also that of {}",
            listed(&others)
        ))
    };
    Ok(verdict
        .detail("role", arn.as_str())
        .detail("others", others)
        .evidence(evidence))
}

/// "the function 'a'", "the functions 'a', 'b', 'c' and 4 more".
fn listed(names: &[&str]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("'{name}'"))
        .collect();
    let more = names.len().saturating_sub(SHOWN);
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    let noun = if names.len() == 1 {
        "function"
    } else {
        "functions"
    };
    format!("the {noun} {}", policies::listed(&shown))
}

/// Who runs as which role, in all regions of an account: roles have no region.
struct Users<'a> {
    /// Names of functions by the role of one of their versions. A function of the same name in another region is
    /// taken for the same function deployed twice.
    by_role: BTreeMap<&'a Arn, BTreeSet<&'a str>>,
    /// Why the functions of a region are not known; none where all are.
    unread: Option<Unknown>,
}

impl<'a> Users<'a> {
    fn of(account: &'a Account) -> Self {
        let mut users = Self {
            by_role: BTreeMap::new(),
            unread: None,
        };
        let regions = account.regions.iter();
        for region in regions.filter(|region| region.status != RegionStatus::Disabled) {
            match region.lambda.functions.found() {
                Ok(functions) => {
                    for function in functions.into_iter().flatten() {
                        users.add(function);
                    }
                }
                Err(unknown) => users.unread = Some(unknown),
            }
        }
        users
    }

    fn add(&mut self, function: &'a Function) {
        let published = function
            .versions
            .iter()
            .map(|version| &version.configuration);
        for configuration in published.chain([&function.configuration]) {
            if let Some(role) = &configuration.role {
                self.by_role.entry(role).or_default().insert(&function.name);
            }
        }
    }

    fn beside(&self, function: &Function, role: &Arn) -> impl Iterator<Item = &'a str> {
        let users = self.by_role.get(role).into_iter().flatten().copied();
        users.filter(move |name| *name != function.name)
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::{Function, Version};
    use tripod_model::{Arn, Finding, Outcome, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn running_as(name: &str, role: &str) -> Function {
        let mut function = fixtures::function(name);
        let arn = format!("arn:aws:iam::111122223333:role/{role}");
        function.configuration.role = Some(Arn::new(arn));
        function
    }

    /// Frankfurt with these functions, and Ireland.
    fn two_regions(here: Vec<Function>, there: Vec<Function>) -> Snapshot {
        let mut snapshot = fixtures::with_functions(here);
        let mut ireland = fixtures::region("eu-west-1");
        ireland.lambda.functions = tripod_model::Observed::Known(there);
        snapshot.accounts[0].regions.push(ireland);
        snapshot
    }

    fn outcomes(findings: &[Finding]) -> Vec<Outcome> {
        findings.iter().map(|finding| finding.outcome).collect()
    }

    #[test]
    fn functions_of_one_role_fail_and_name_each_other() {
        let functions = ["a", "b"].map(|name| running_as(name, "shared"));
        let mut functions = functions.to_vec();
        functions.push(running_as("c", "own"));
        let findings = run(&CHECK, &fixtures::with_functions(functions));
        assert_eq!(
            outcomes(&findings),
            [Outcome::Fail, Outcome::Fail, Outcome::Pass]
        );
        assert_eq!(
            findings[0].message,
            "the role 'shared' is also that of the function 'b'"
        );
        assert_eq!(findings[1].details.get("others")[0], "a");
    }

    #[test]
    fn many_are_counted() {
        let functions = ["a", "b", "c", "d", "e", "f"].map(|name| running_as(name, "shared"));
        let findings = run(&CHECK, &fixtures::with_functions(functions.to_vec()));
        assert!(
            findings[0]
                .message
                .ends_with("the functions 'b', 'c', 'd' and 2 more"),
            "{}",
            findings[0].message
        );
    }

    #[test]
    fn roles_have_no_region_and_a_function_deployed_twice_is_one() {
        let other = two_regions(vec![running_as("a", "r")], vec![running_as("b", "r")]);
        assert_eq!(
            outcomes(&run(&CHECK, &other)),
            [Outcome::Fail, Outcome::Fail]
        );
        let twice = two_regions(vec![running_as("a", "r")], vec![running_as("a", "r")]);
        assert_eq!(
            outcomes(&run(&CHECK, &twice)),
            [Outcome::Pass, Outcome::Pass]
        );
    }

    #[test]
    fn a_published_version_keeps_the_role_it_had() {
        let mut moved = running_as("a", "new");
        let old = running_as("a", "r").configuration;
        moved.versions.push(Version {
            arn: Arn::new("arn:aws:lambda:eu-central-1:111122223333:function:a:1"),
            version: "1".to_owned(),
            configuration: old,
            policy: tripod_model::Observed::Absent,
            scaling: tripod_model::Observed::NotCollected,
            sources: fixtures::sources(&["lambda:ListFunctions"]),
        });
        let snapshot = fixtures::with_functions(vec![moved, running_as("b", "r")]);
        assert_eq!(
            outcomes(&run(&CHECK, &snapshot)),
            [Outcome::Pass, Outcome::Fail]
        );
    }

    #[test]
    fn functions_that_were_not_seen_may_have_the_role_too() {
        let list = "lambda:ListFunctions";
        let mut snapshot = two_regions(
            vec![
                running_as("a", "r"),
                running_as("b", "r"),
                running_as("c", "own"),
            ],
            vec![],
        );
        snapshot.accounts[0].regions[1].lambda.functions = fixtures::denied(list);
        let findings = run(&CHECK, &snapshot);
        let expected = [
            Outcome::Fail,
            Outcome::Fail,
            Outcome::NotAssessed,
            Outcome::NotAssessed,
        ];
        assert_eq!(outcomes(&findings), expected);
        assert_denied(&findings[2], list);
    }

    #[test]
    fn an_answer_without_a_role_is_not_assessed() {
        let mut function = fixtures::function("a");
        function.configuration.role = None;
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("no Role"), "{}", finding.message);
    }
}
