//! Functions outside a VPC whose tags say that their data ask for one.

use std::collections::BTreeMap;

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::egress::attachment;
use crate::lambda::{details, each_function};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-classified-outside-vpc",
    title: "function outside a VPC whose tags name guarded data",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::None,
        availability: Severity::None,
    },
    confidence: Confidence::Medium,
    rows: &["LA20"],
    needs: &["lambda:ListFunctions", "lambda:GetFunction"],
    controls: &[Control::Baseline("NET-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("classified_outside_vpc.md"),
    run,
};

/// Ends of tag keys that name a class of data or a framework, in small letters and without what is between
/// words. `example-inc:data:classification` and `example-inc:compliance:framework` are AWS's own examples.
/// <https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/data-security-and-risk-management.html>
const KEYS: [&str; 5] = [
    "dataclassification",
    "dataclass",
    "datasensitivity",
    "complianceframework",
    "compliance",
];

/// Words of values that ask for a network of their own: the two guarded ones of AWS's four classes, and the
/// frameworks of its examples with the data that they are about. Same source.
const GUARDED: [&str; 7] = [
    "confidential",
    "restricted",
    "pci",
    "pcidss",
    "hipaa",
    "phi",
    "cardholder",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    if attachment(function).is_some() {
        return Ok(Verdict::pass("the function is in a VPC").evidence(
            function
                .sources
                .evidence("lambda:ListFunctions", "/VpcConfig/SubnetIds"),
        ));
    }
    let tags = details(function)?.tags.found()?;
    let evidence = function.sources.evidence("lambda:GetFunction", "/Tags");
    let Some((key, value)) = tags.and_then(guarded) else {
        let message = "no tag says that the function handles data which ask for a VPC";
        return Ok(Verdict::not_applicable(message).evidence(evidence));
    };
    Ok(Verdict::fail(format!(
        "the tag {key} says {value}, and the function is in no VPC: nothing but its code limits where it connects to"
    ))
    .detail("tag", key.as_str())
    .detail("value", value.as_str())
    .evidence(evidence))
}

/// The first tag that names a guarded class or a framework.
fn guarded(tags: &BTreeMap<String, String>) -> Option<(&String, &String)> {
    tags.iter().find(|(key, value)| {
        let key = squeezed(key);
        KEYS.iter().any(|end| key.ends_with(end)) && asks(value)
    })
}

/// Whether a value is a guarded class. Each of its words counts, so that `non-confidential` has to be told
/// apart.
fn asks(value: &str) -> bool {
    let value = value.to_lowercase();
    let words: Vec<&str> = value.split(|c: char| !c.is_alphanumeric()).collect();
    let negated = |at: usize| at > 0 && matches!(words.get(at - 1), Some(&("non" | "not" | "no")));
    let named = |at: usize, word: &str| GUARDED.contains(&word) && !negated(at);
    words.iter().enumerate().any(|(at, word)| named(at, word))
}

fn squeezed(key: &str) -> String {
    let kept = key.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one};

    fn tagged(mut function: Function, key: &str, value: &str) -> Finding {
        function.details = function.details.map(|mut details| {
            details.tags = Observed::Known([(key.to_owned(), value.to_owned())].into());
            details
        });
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn outside(key: &str, value: &str) -> Finding {
        tagged(fixtures::function("claims"), key, value)
    }

    #[test]
    fn guarded_data_outside_a_vpc_fail_and_the_tag_is_named() {
        for (key, value) in [
            ("example-inc:data:classification", "Restricted"),
            ("DataClassification", "highly confidential"),
            ("data_class", "PHI"),
            ("example-inc:compliance:framework", "PCI-DSS"),
            ("Compliance", "soc2/hipaa"),
        ] {
            let finding = outside(key, value);
            assert_eq!(finding.outcome, Outcome::Fail, "{key}={value}");
            assert_eq!(finding.details.get("tag"), key);
        }
    }

    #[test]
    fn the_same_data_in_a_vpc_pass() {
        let finding = tagged(
            in_vpc(&["s1"], &["sg-1"]),
            "data-classification",
            "restricted",
        );
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn other_data_and_other_tags_ask_for_nothing() {
        for (key, value) in [
            ("data-classification", "public"),
            ("data-classification", "non-confidential"),
            ("team", "confidential"),
            ("classification-of-costs", "restricted"),
        ] {
            let outcome = outside(key, value).outcome;
            assert_eq!(outcome, Outcome::NotApplicable, "{key}={value}");
        }
    }

    #[test]
    fn tags_that_may_not_be_seen_are_not_assessed() {
        let mut function = fixtures::function("claims");
        function.details = function.details.map(|mut details| {
            details.tags = fixtures::denied("lambda:ListTags");
            details
        });
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function.clone()]));
        assert_denied(&finding, "lambda:ListTags");
        function.details = fixtures::denied("lambda:GetFunction");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:GetFunction");
    }
}
