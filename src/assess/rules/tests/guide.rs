//! The guide, read and run.

use tripod_model::{CauseKind, Observed, Outcome, fixtures};

use super::{findings, outcomes, rules};
use crate::rules::Rules;
use crate::rules::population::POPULATIONS;

const GUIDE: &str = include_str!("../../../../docs/guides/write-your-own-rules.md");

/// The examples, in order.
fn examples() -> Vec<&'static str> {
    let blocks = GUIDE.split("```toml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("a block ends"))
        .collect()
}

fn example(id: &str) -> Rules {
    let text = examples().into_iter().find(|text| text.contains(id));
    rules(text.expect("the example is in the guide"))
}

#[test]
fn the_guide_has_five_examples_and_their_tests_pass() {
    let files = examples();
    assert_eq!(files.len(), 5);
    let named: Vec<(String, &str)> = files
        .iter()
        .zip(1..)
        .map(|(text, number)| (format!("example-{number}.toml"), *text))
        .collect();
    let all = Rules::read(named.iter().map(|(name, text)| (name.as_str(), *text)));
    let all = all.expect("the examples are right");
    let trials = all.test();
    assert_eq!(trials.len(), 4 + 3 + 3 + 3 + 4);
    for trial in &trials {
        assert_eq!(trial.failure, None, "{} {}", trial.rule, trial.name);
    }
    assert_eq!(all.checks().len(), 5);
}

#[test]
fn the_guide_names_every_type_that_a_rule_may_be_about() {
    let (_, rest) = GUIDE.split_once("<!-- types -->").expect("the list begins");
    let (list, _) = rest.split_once("<!-- /types -->").expect("the list ends");
    let named: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let kinds: Vec<&str> = POPULATIONS.iter().map(|own| own.kind).collect();
    assert_eq!(named, kinds);
}

#[test]
fn the_owner_is_asked_of_every_function_of_a_snapshot() {
    let mut owned = fixtures::function("owned");
    if let Observed::Known(details) = &mut owned.details {
        details.tags = Observed::Known([("owner".to_owned(), "claims".to_owned())].into());
    }
    let bare = fixtures::function("bare");
    let mut hidden = fixtures::function("hidden");
    hidden.details = fixtures::denied("lambda:GetFunction");
    let snapshot = fixtures::with_functions(vec![owned, bare, hidden]);
    let found = findings(&example("acme-function-without-owner"), &snapshot);
    assert_eq!(
        outcomes(&found),
        [
            ("bare", Outcome::Fail),
            ("hidden", Outcome::NotAssessed),
            ("owned", Outcome::Pass),
        ]
    );
    assert_eq!(found[0].message, "the tags are none");
    assert_eq!(found[0].controls, ["GOV-2"]);
    let cause = found[1].cause.as_ref().expect("a cause");
    assert_eq!(cause.kind, CauseKind::Denied);
    assert_eq!(cause.permission.as_deref(), Some("lambda:GetFunction"));
}

#[test]
fn a_stage_knows_its_api_and_a_list_that_was_not_read_is_one_outcome() {
    let mut traced = fixtures::rest_api("api1");
    let mut stage = fixtures::stage(traced.arn.as_str(), "prod");
    stage.tracing_enabled = Some(true);
    let mut untraced = fixtures::stage(traced.arn.as_str(), "beta");
    untraced.tracing_enabled = None;
    traced.stages = Observed::Known(vec![stage, untraced]);
    let mut hidden = fixtures::rest_api("api2");
    hidden.stages = fixtures::denied("apigateway:GetStages");
    let name = traced.name.clone();
    let snapshot = fixtures::with_region(|region| {
        region.apigateway.rest_apis = Observed::Known(vec![traced.clone(), hidden.clone()]);
    });
    let found = findings(&example("acme-untraced-stage"), &snapshot);
    let mut said: Vec<(Outcome, &str)> = found
        .iter()
        .map(|finding| (finding.outcome, finding.message.as_str()))
        .collect();
    said.sort();
    let failure = format!("stage beta of {name} has no tracing");
    assert_eq!(
        said,
        [
            (Outcome::Pass, "in order by this rule"),
            (Outcome::Fail, failure.as_str()),
            (
                Outcome::NotAssessed,
                "AWS denied apigateway:GetStages (AccessDeniedException)"
            ),
        ]
    );
}
