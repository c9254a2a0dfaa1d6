//! What a trail's selectors record, evaluated on a concrete event: an invocation of a function.

use tripod_model::Arn;
use tripod_model::cloudtrail::{AdvancedSelector, EventSelector, FieldSelector, Selectors};

/// The type of resource that invocations are recorded under.
const FUNCTION: &str = "AWS::Lambda::Function";

/// Whether the selectors record invocations of the function.
pub(super) fn record_invocations(selectors: &Selectors, function: &Arn) -> bool {
    selectors
        .classic
        .iter()
        .any(|selector| classic_records(selector, function))
        || selectors
            .advanced
            .iter()
            .any(|selector| advanced_records(selector, function))
}

/// An invocation is a write. A selector that does not say takes CloudTrail's default, `All`.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
fn classic_records(selector: &EventSelector, function: &Arn) -> bool {
    let writes = matches!(
        selector.read_write_type.as_deref(),
        None | Some("All" | "WriteOnly")
    );
    // The one prefix that CloudTrail takes here; it stands for every function of the account.
    let every_function = format!("arn:{}:lambda", function.partition().unwrap_or("aws"));
    writes
        && selector
            .data_resources
            .iter()
            .filter(|resource| resource.kind.as_deref() == Some(FUNCTION))
            .flat_map(|resource| &resource.values)
            .any(|value| *value == every_function || value == function.as_str())
}

/// All fields must accept the event. A field of which this table does not know the event's value (who
/// called, from where) may leave events out, so it does not count as covering.
fn advanced_records(selector: &AdvancedSelector, function: &Arn) -> bool {
    let names = |field: &str| selector.fields.iter().any(|known| known.field == field);
    // CloudTrail demands both; without them it is not known what is selected.
    names("eventCategory")
        && names("resources.type")
        && selector.fields.iter().all(|field| {
            invocation(&field.field, function).is_some_and(|value| accepts(field, value))
        })
}

/// What the record of an invocation of `function` holds in `field`.
fn invocation<'a>(field: &str, function: &'a Arn) -> Option<&'a str> {
    match field {
        "eventCategory" => Some("Data"),
        "eventName" => Some("Invoke"),
        "eventSource" => Some("lambda.amazonaws.com"),
        "readOnly" => Some("false"),
        "resources.type" => Some(FUNCTION),
        "resources.ARN" => Some(function.as_str()),
        _ => None,
    }
}

/// Whether the conditions on a field accept a value. Conditions that are not given do not matter; a field
/// without any is none that CloudTrail knows.
fn accepts(field: &FieldSelector, value: &str) -> bool {
    let any = |values: &[String], holds: fn(&str, &str) -> bool| {
        values.iter().any(|wanted| holds(value, wanted))
    };
    let equals: fn(&str, &str) -> bool = |value, wanted| value == wanted;
    let starts: fn(&str, &str) -> bool = |value, wanted| value.starts_with(wanted);
    let ends: fn(&str, &str) -> bool = |value, wanted| value.ends_with(wanted);
    let positive = [
        (&field.equals, equals),
        (&field.starts_with, starts),
        (&field.ends_with, ends),
    ];
    let negative = [
        (&field.not_equals, equals),
        (&field.not_starts_with, starts),
        (&field.not_ends_with, ends),
    ];
    let given = positive
        .iter()
        .chain(&negative)
        .any(|(values, _)| !values.is_empty());
    given
        && positive
            .iter()
            .all(|(values, holds)| values.is_empty() || any(values, *holds))
        && !negative.iter().any(|(values, holds)| any(values, *holds))
}

#[cfg(test)]
mod tests {
    use tripod_model::Arn;
    use tripod_model::cloudtrail::{
        AdvancedSelector, DataResource, EventSelector, FieldSelector, Selectors,
    };

    use super::record_invocations;

    const CLAIMS: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

    fn classic(read_write_type: Option<&str>, kind: &str, value: &str) -> Selectors {
        Selectors {
            classic: vec![EventSelector {
                read_write_type: read_write_type.map(str::to_owned),
                include_management_events: Some(true),
                exclude_management_event_sources: vec![],
                data_resources: vec![DataResource {
                    kind: Some(kind.to_owned()),
                    values: vec![value.to_owned()],
                }],
            }],
            advanced: vec![],
        }
    }

    fn field(name: &str, operator: &str, values: &[&str]) -> FieldSelector {
        let mut field = FieldSelector {
            field: name.to_owned(),
            equals: vec![],
            starts_with: vec![],
            ends_with: vec![],
            not_equals: vec![],
            not_starts_with: vec![],
            not_ends_with: vec![],
        };
        let list = match operator {
            "Equals" => &mut field.equals,
            "StartsWith" => &mut field.starts_with,
            "EndsWith" => &mut field.ends_with,
            "NotEquals" => &mut field.not_equals,
            "NotStartsWith" => &mut field.not_starts_with,
            "NotEndsWith" => &mut field.not_ends_with,
            other => panic!("no operator {other}"),
        };
        *list = values.iter().map(|value| (*value).to_owned()).collect();
        field
    }

    /// An advanced selector of Lambda data events with further fields.
    fn advanced(name: Option<&str>, further: Vec<FieldSelector>) -> Selectors {
        let mut fields = vec![
            field("eventCategory", "Equals", &["Data"]),
            field("resources.type", "Equals", &["AWS::Lambda::Function"]),
        ];
        fields.extend(further);
        Selectors {
            classic: vec![],
            advanced: vec![AdvancedSelector {
                name: name.map(str::to_owned),
                fields,
            }],
        }
    }

    fn records(selectors: &Selectors) -> bool {
        record_invocations(selectors, &Arn::new(CLAIMS))
    }

    #[test]
    fn classic_selectors_name_all_functions_or_this_one() {
        let lambda = "AWS::Lambda::Function";
        assert!(records(&classic(Some("All"), lambda, "arn:aws:lambda")));
        assert!(records(&classic(Some("WriteOnly"), lambda, CLAIMS)));
        assert!(records(&classic(None, lambda, CLAIMS)));
        assert!(!records(&classic(
            Some("ReadOnly"),
            lambda,
            "arn:aws:lambda"
        )));
        let other = format!("{CLAIMS}-2");
        assert!(!records(&classic(Some("All"), lambda, &other)));
        assert!(!records(&classic(
            Some("All"),
            lambda,
            &CLAIMS[..CLAIMS.len() - 1]
        )));
        assert!(!records(&classic(
            Some("All"),
            "AWS::S3::Object",
            "arn:aws:lambda"
        )));
    }

    #[test]
    fn all_functions_are_named_in_the_functions_own_partition() {
        let function = Arn::new("arn:aws-cn:lambda:cn-north-1:111122223333:function:claims");
        let lambda = "AWS::Lambda::Function";
        let own = classic(Some("All"), lambda, "arn:aws-cn:lambda");
        assert!(record_invocations(&own, &function));
        let other = classic(Some("All"), lambda, "arn:aws:lambda");
        assert!(!record_invocations(&other, &function));
    }

    #[test]
    fn an_advanced_selector_without_further_fields_records_every_function() {
        assert!(records(&advanced(None, vec![])));
    }

    #[test]
    fn a_telling_name_selects_nothing() {
        let mut selectors = advanced(Some("All Lambda data events"), vec![]);
        selectors.advanced[0].fields[1].equals = vec!["AWS::S3::Object".to_owned()];
        assert!(!records(&selectors));
    }

    #[test]
    fn the_category_and_the_type_must_be_given_and_right() {
        for missing in 0..2 {
            let mut selectors = advanced(None, vec![]);
            selectors.advanced[0].fields.remove(missing);
            assert!(!records(&selectors), "field {missing}");
        }
        let mut management = advanced(None, vec![]);
        management.advanced[0].fields[0].equals = vec!["Management".to_owned()];
        assert!(!records(&management));
    }

    #[test]
    fn arn_conditions_are_evaluated_on_the_function() {
        let cases = [
            ("Equals", CLAIMS, true),
            (
                "Equals",
                "arn:aws:lambda:eu-central-1:111122223333:function:other",
                false,
            ),
            ("StartsWith", "arn:aws:lambda:eu-central-1:", true),
            ("StartsWith", "arn:aws:lambda:us-east-1:", false),
            ("EndsWith", ":claims", true),
            ("EndsWith", ":orders", false),
            ("NotEquals", CLAIMS, false),
            (
                "NotEquals",
                "arn:aws:lambda:eu-central-1:111122223333:function:other",
                true,
            ),
            ("NotStartsWith", "arn:aws:lambda:eu-central-1:", false),
            ("NotEndsWith", ":orders", true),
            ("NotEndsWith", ":claims", false),
        ];
        for (operator, value, wanted) in cases {
            let selectors = advanced(None, vec![field("resources.ARN", operator, &[value])]);
            assert_eq!(records(&selectors), wanted, "{operator} {value}");
        }
    }

    #[test]
    fn of_several_values_any_serves_and_none_of_the_negated_may() {
        let either = field("resources.ARN", "EndsWith", &[":orders", ":claims"]);
        assert!(records(&advanced(None, vec![either])));
        let neither = field("resources.ARN", "NotEndsWith", &[":orders", ":claims"]);
        assert!(!records(&advanced(None, vec![neither])));
    }

    #[test]
    fn operators_of_one_field_must_all_hold() {
        let mut both = field("resources.ARN", "StartsWith", &["arn:aws:lambda:"]);
        both.not_ends_with = vec![":claims".to_owned()];
        assert!(!records(&advanced(None, vec![both])));
    }

    #[test]
    fn an_invocation_is_a_write_called_invoke() {
        let cases = [
            ("readOnly", "Equals", "false", true),
            ("readOnly", "Equals", "true", false),
            ("eventName", "Equals", "Invoke", true),
            ("eventName", "Equals", "InvokeAsync", false),
            ("eventName", "NotEquals", "Invoke", false),
            ("eventName", "StartsWith", "Inv", true),
            ("eventSource", "Equals", "lambda.amazonaws.com", true),
            ("eventSource", "Equals", "s3.amazonaws.com", false),
        ];
        for (name, operator, value, wanted) in cases {
            let selectors = advanced(None, vec![field(name, operator, &[value])]);
            assert_eq!(records(&selectors), wanted, "{name} {operator} {value}");
        }
    }

    #[test]
    fn a_field_whose_value_is_not_known_may_leave_events_out() {
        let caller = field("userIdentity.arn", "NotEquals", &["arn:aws:iam::1:role/x"]);
        assert!(!records(&advanced(None, vec![caller])));
        let empty = field("readOnly", "Equals", &[]);
        assert!(!records(&advanced(None, vec![empty])));
    }
}
