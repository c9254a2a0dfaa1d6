//! ARNs of resources that no service has.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::nearest::{as_of, hint, nearest};
use super::{Class, Document, Finding, Lint, arn};
use crate::Pattern;
use crate::catalogue::{self, services};

pub(super) static LINT: Lint = Lint {
    id: "unknown-resource",
    title: "ARN of a resource that does not exist in its service",
    class: Class::Warning,
    aws: &[
        "INVALID_ARN_RESOURCE",
        "ARN_ACCOUNT_NOT_ALLOWED",
        "ARN_REGION_NOT_ALLOWED",
    ],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    if !document.kind.chooses_resources() {
        return;
    }
    for facts in &document.statements {
        let (element, resources) = facts.written_resources();
        for resource in resources {
            if let Some((problem, cure)) = judge(resource) {
                out.push(facts.finding(&LINT, element, resource.as_str(), problem, cure));
            }
        }
    }
}

const CURE: &str = "Write one of the ARN formats that AWS's service authorization reference lists.";

fn judge(resource: &Pattern) -> Option<(String, String)> {
    let fields = arn::fields(resource.as_str());
    let &["arn", _, service, _, _, _] = fields.as_slice() else {
        return None; // no ARN: another lint says so
    };
    if !Pattern::from(service).is_fixed() || service.chars().any(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let Some(formats) = FORMATS.get(service) else {
        if catalogue::service(service).is_some() {
            return None; // AWS lists no ARN of it
        }
        let meant = hint(nearest(service, FORMATS.keys().copied()));
        let problem = format!(
            "no resource had the service '{service}' in its ARN {}{meant}",
            as_of()
        );
        return Some((problem, CURE.to_owned()));
    };
    if formats.iter().any(|format| arn::overlaps(resource, format)) {
        return None;
    }
    let known = formats
        .iter()
        .take(3)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    Some((
        format!("no resource of {service} had such an ARN {}", as_of()),
        format!("{CURE} Among them: {known}."),
    ))
}

/// The ARN formats by the service in them, of whatever service's actions. Backup's recovery points have a variable in
/// its place; they count as Backup's own only.
static FORMATS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut formats: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for service in services() {
        for arn in service.resource_types().iter().flat_map(|kind| &kind.arns) {
            let field = arn::fields(arn).get(2).copied().unwrap_or_default();
            let of = if field.starts_with("${") {
                service.prefix
            } else {
                field
            };
            formats.entry(of).or_default().push(*arn);
        }
    }
    formats
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow_on, clean, only, texts};

    fn bad(resource: &str) -> String {
        only(
            &LINT,
            &allow_on(r#""lambda:GetFunction""#, &format!("{resource:?}")),
        )
    }

    #[test]
    fn an_arn_of_no_resource_type_is_found() {
        let found = bad("arn:aws:lambda:eu-west-1:111122223333:functions/a");
        assert!(found.contains("no resource of lambda had such an ARN on 20"));
        assert!(found.contains("arn:${Partition}:lambda:"), "{found}");
    }

    #[test]
    fn a_field_too_much_or_too_few_is_found() {
        bad("arn:aws:s3:eu-west-1:111122223333:bucket-name");
        bad("arn:aws:iam:eu-west-1:111122223333:role/a");
        bad("arn:aws:lambda:::function:a");
    }

    #[test]
    fn a_service_that_no_arn_has_is_found_and_the_near_one_named() {
        assert!(
            bad("arn:aws:lamda:eu-west-1:111122223333:function:a")
                .contains("did you mean 'lambda'?")
        );
    }

    #[test]
    fn a_resource_left_out_is_read_too() {
        let not = r#"{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::a","arn:aws:s3:x::a"]}"#;
        assert_eq!(texts(&LINT, not), ["arn:aws:s3:x::a"]);
    }

    #[test]
    fn every_form_that_can_be_a_resource_is_clean() {
        for resource in [
            "*",
            "arn:aws:lambda:*:*:function:*",
            "arn:aws:lambda:eu-west-1:111122223333:function:a:live",
            "arn:aws:lambda:eu-west-1:111122223333:*",
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:::${aws:PrincipalTag/team}/*",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:logs:*:111122223333:log-group:/aws/lambda/a:*",
            "arn:aws:apigateway:eu-west-1::/restapis/*",
            "arn:aws:apigateway:eu-west-1::/apis/a/routes/b",
            "arn:aws:execute-api:eu-west-1:111122223333:abc/prod/GET/",
            "arn:aws:dynamodb:*:*:table/a/index/*",
            "arn:aws:backup:*:*:recovery-point:*",
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "arn:aws:*:*:*:*",
            "arn:*:kms:*:*:key/*",
        ] {
            clean(&LINT, &allow_on(r#""*""#, &format!("{resource:?}")));
        }
    }
}
