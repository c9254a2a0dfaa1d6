//! Resources as policies name them.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use std::sync::LazyLock;

use crate::catalogue::{Action, ResourceType, Service};
use crate::overlap::ANYTHING;
use crate::pattern::{Case, Pattern, Variables};

/// Partitions there are. A test of botocore's list of endpoints would need the network; AWS adds one every few years.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>,
/// <https://docs.aws.eu/esc/latest/userguide/what-is.html>
pub(super) static PARTITIONS: &[&str] = &[
    "aws",
    "aws-cn",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-us-gov",
];

/// Resource types whose name holds no slash, where the same ARN with a slash is another type. AWS writes the two
/// alike: `arn:aws:s3:::${BucketName}` and `arn:aws:s3:::${BucketName}/${ObjectName}`.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
pub(super) static WITHOUT_SLASH: &[(&str, &str)] = &[("s3", "bucket")];

/// A resource of each partition that nobody named.
static UNNAMED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of =
        |partition: &&str| format!("arn:{partition}:{ANYTHING}:{ANYTHING}:{ANYTHING}:{ANYTHING}");
    PARTITIONS.iter().map(of).collect()
});

/// Whether the pattern stands for every resource of some partition: `*`, `arn:*`, `arn:aws:*:*:*:*`.
pub(super) fn is_everything(resource: &Pattern) -> bool {
    resource.is_everything() || UNNAMED.iter().any(|any| matches(resource, any))
}

/// Whether the pattern stands for every resource that the service has.
pub(super) fn is_everything_of(resource: &Pattern, service: &Service) -> bool {
    let mut arns = service.resource_types().iter().flat_map(|kind| &kind.arns);
    is_everything(resource)
        || !service.resource_types().is_empty() && arns.all(|arn| matches(resource, &example(arn)))
}

/// Whether the ARN ends in a star right after the account, and its service can be that one.
fn is_all_in(resource: &Pattern, service: &str) -> bool {
    match fields(resource.as_str()).as_slice() {
        [_, _, own, _, _, last] => {
            Pattern::from(*last).is_everything() && matches(&Pattern::from(*own), service)
        }
        _ => false,
    }
}

/// An ARN of that format whose values nobody wrote down.
fn example(format: &str) -> String {
    let mut example = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        example.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if name == "Partition" {
            example.push_str("aws");
        } else {
            example.push(ANYTHING);
        }
        rest = after;
    }
    example + rest
}

fn matches(resource: &Pattern, arn: &str) -> bool {
    resource.matches(arn, Case::Sensitive, Variables::Nothing)
}

/// Whether a resource of that type can be among those the pattern names. Variables may be any text.
pub(super) fn can_be(resource: &Pattern, service: &str, kind: &ResourceType) -> bool {
    if is_everything(resource) {
        return true;
    }
    if WITHOUT_SLASH.contains(&(service, kind.name)) && has_slash(resource.as_str()) {
        return false;
    }
    kind.arns.iter().any(|arn| overlaps(resource, arn))
}

/// Whether some ARN of that format is matched by the pattern: field by field, since no region and no account holds a
/// colon; as a whole where a wildcard of the pattern stands for several fields. Where an account stands there may be
/// none: AWS owns resources of many types (`arn:aws:ssm:eu-west-1::document/AWS-RunShellScript`).
pub(super) fn overlaps(resource: &Pattern, format: &str) -> bool {
    let (own, of_format) = (fields(resource.as_str()), fields(format));
    if own.len() != of_format.len() {
        return common(resource, format);
    }
    own.iter().zip(of_format).all(|(own, wanted)| {
        let nothing = own.is_empty() && wanted.starts_with("${");
        let owned_by_aws = nothing && wanted == "${Account}";
        owned_by_aws || !nothing && common(&Pattern::from(*own), wanted)
    })
}

fn common(pattern: &Pattern, format: &str) -> bool {
    Pattern::from(format)
        .common(pattern, Case::Sensitive)
        .is_some()
}

/// The fields of an ARN, six at most; a colon within a variable (`${aws:username}`) parts nothing.
pub(super) fn fields(text: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut start = 0;
    let mut within = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' if text[..at].ends_with('$') => within = true,
            '}' => within = false,
            ':' if !within && fields.len() < 5 => {
                fields.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(&text[start..]);
    fields
}

/// A slash outside of variables: `${aws:PrincipalTag/team}` has none.
fn has_slash(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if before.contains('/') {
            return true;
        }
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    rest.contains('/')
}

/// Whether the action can be about one of the resources. One without resource types is about no resource in
/// particular, and AWS wants `*` for it. It is not said what an ARN of everything in its service does
/// (`arn:aws:s3:::*`); some services take it, and the action gets the benefit of the doubt.
pub(super) fn can_apply(action: &Action, resources: &[Pattern]) -> bool {
    let of_no_type = action.resource_types.is_empty();
    resources.iter().any(is_everything)
        || of_no_type
            && resources
                .iter()
                .any(|resource| is_all_in(resource, action.service))
        || action.resources().any(|(kind, _)| {
            resources
                .iter()
                .any(|resource| can_be(resource, action.service, kind))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn everything_is_every_arn_of_a_partition() {
        for text in [
            "*",
            "**",
            "arn:*",
            "arn:aws:*",
            "arn:aws:*:*:*:*",
            "arn:*:*:*:*:*",
        ] {
            assert!(is_everything(&text.into()), "{text}");
        }
        for text in [
            "arn:aws:s3:::*",
            "arn:aws:lambda:*:*:*",
            "arn:aws:*:eu-west-1:*:*",
            "",
        ] {
            assert!(!is_everything(&text.into()), "{text}");
        }
    }

    #[test]
    fn everything_of_a_service_is_every_type_it_has() {
        let lambda = catalogue::service("lambda").expect("lambda");
        assert!(is_everything_of(&"arn:aws:lambda:*:*:*".into(), lambda));
        assert!(is_everything_of(&"*".into(), lambda));
        assert!(!is_everything_of(
            &"arn:aws:lambda:*:*:function:*".into(),
            lambda
        ));
        assert!(!is_everything_of(
            &"arn:aws:lambda:eu-west-1:*:*".into(),
            lambda
        ));
    }

    #[test]
    fn a_bucket_has_no_slash_and_an_object_has() {
        let s3 = catalogue::service("s3").expect("s3");
        let is = |text: &str, kind| can_be(&text.into(), "s3", s3.resource_type(kind).expect(kind));
        assert!(is("arn:aws:s3:::data", "bucket"));
        assert!(!is("arn:aws:s3:::data/*", "bucket"));
        assert!(is("arn:aws:s3:::data/*", "object"));
        assert!(!is("arn:aws:s3:::data", "object"));
        assert!(is("arn:aws:s3:::${aws:PrincipalTag/team}", "bucket"));
        assert!(is("*", "bucket"));
    }

    #[test]
    fn an_arn_has_six_fields_and_colons_in_variables_are_no_ends() {
        assert_eq!(
            fields("arn:aws:s3:::a:b"),
            ["arn", "aws", "s3", "", "", "a:b"]
        );
        assert_eq!(
            fields("arn:aws:iam::${aws:PrincipalAccount}:role/a"),
            ["arn", "aws", "iam", "", "${aws:PrincipalAccount}", "role/a"]
        );
        assert_eq!(fields("arn:aws"), ["arn", "aws"]);
    }

    #[test]
    fn a_resource_may_be_owned_by_aws_and_a_region_is_never_missing() {
        let document = "arn:${Partition}:ssm:${Region}:${Account}:document/${Name}";
        let is = |text: &str| overlaps(&text.into(), document);
        assert!(is("arn:aws:ssm:*::document/AWS-*"));
        assert!(is("arn:aws:ssm:*"));
        assert!(!is("arn:aws:ssm::111122223333:document/a"));
        assert!(!is("arn:aws:ssm:*:*:a:*:document/b"));
    }

    #[test]
    fn the_table_of_names_without_slash_resolves() {
        for (service, kind) in WITHOUT_SLASH {
            let service = catalogue::service(service).expect("a service");
            assert!(service.resource_type(kind).is_some(), "{kind}");
        }
    }
}
