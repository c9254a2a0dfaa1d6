//! Functions without the tags that the organisation asks for.

use std::collections::BTreeMap;

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::{details, each_function};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-missing-tags",
    title: "function without the tags that are required",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::Low,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LC19"],
    needs: &["lambda:ListFunctions", "lambda:GetFunction"],
    controls: &[Control::Baseline("GOV-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_tags.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let required = &view.settings().required_tags;
    each_function(view, out, |_, function| decide(function, required));
}

/// Which tags an organisation asks for, no API tells: where the settings name none, nothing applies.
fn decide(
    function: &Function,
    required: &BTreeMap<String, Vec<String>>,
) -> Result<Verdict, Unknown> {
    if required.is_empty() {
        return Ok(Verdict::not_applicable("the settings require no tags"));
    }
    let none = BTreeMap::new();
    let tags = details(function)?.tags.found()?.unwrap_or(&none);
    let faults: Vec<String> = required
        .iter()
        .filter_map(|(key, values)| fault(key, values, tags.get(key)))
        .collect();
    let verdict = if faults.is_empty() {
        Verdict::pass("it has every tag that the settings require")
    } else {
        Verdict::fail(faults.join("; ")).detail("faults", faults)
    };
    Ok(verdict.evidence(function.sources.evidence("lambda:GetFunction", "/Tags")))
}

/// What is wrong with a tag, if anything. Keys and values of tags go by case.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html>
fn fault(key: &str, values: &[String], given: Option<&String>) -> Option<String> {
    match given {
        None => Some(format!("the tag {key} is missing")),
        Some(value) if value.trim().is_empty() => Some(format!("the tag {key} is empty")),
        Some(value) if values.is_empty() || values.contains(value) => None,
        Some(value) => Some(format!(
            "the tag {key} is '{value}', not one of {}",
            values.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::testing::{assert_denied, run_one, run_with};

    fn requiring(tags: &[(&str, &[&str])]) -> Settings {
        let owned = |(key, values): &(&str, &[&str])| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            ((*key).to_owned(), values)
        };
        Settings {
            required_tags: tags.iter().map(owned).collect(),
            ..Settings::default()
        }
    }

    fn tagged(tags: &[(&str, &str)]) -> Function {
        let mut function = fixtures::function("claims");
        let tags: BTreeMap<String, String> = tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        function.details = function.details.map(|mut details| {
            details.tags = Observed::Known(tags);
            details
        });
        function
    }

    fn judged(tags: &[(&str, &str)], settings: &Settings) -> Finding {
        run_with(
            &CHECK,
            &fixtures::with_functions(vec![tagged(tags)]),
            settings,
        )
        .remove(0)
    }

    #[test]
    fn where_no_tag_is_required_nothing_applies() {
        let finding = judged(&[], &Settings::default());
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn every_tag_that_is_missing_empty_or_of_another_value_is_named() {
        let settings = requiring(&[
            ("owner", &[]),
            ("environment", &["production", "test"]),
            ("data", &[]),
        ]);
        let finding = judged(&[("environment", "prod"), ("data", " ")], &settings);
        assert_eq!(finding.outcome, Outcome::Fail);
        for said in [
            "the tag owner is missing",
            "the tag data is empty",
            "the tag environment is 'prod', not one of production, test",
        ] {
            assert!(finding.message.contains(said), "{}", finding.message);
        }
    }

    #[test]
    fn all_tags_with_values_that_may_be_pass() {
        let settings = requiring(&[("owner", &[]), ("environment", &["production", "test"])]);
        let finding = judged(&[("owner", "claims"), ("environment", "test")], &settings);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn keys_go_by_case() {
        let finding = judged(&[("Owner", "claims")], &requiring(&[("owner", &[])]));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn tags_that_were_denied_are_not_assessed() {
        let mut function = tagged(&[]);
        function.details = fixtures::denied("lambda:GetFunction");
        let snapshot = fixtures::with_functions(vec![function]);
        let findings = run_with(&CHECK, &snapshot, &requiring(&[("owner", &[])]));
        assert_denied(&findings[0], "lambda:GetFunction");
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
