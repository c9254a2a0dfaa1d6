//! Resources that are no ARN.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use super::{Class, Document, Finding, Lint, arn};
use crate::Pattern;

pub(super) static LINT: Lint = Lint {
    id: "malformed-arn",
    title: "resource that is no ARN",
    class: Class::Error,
    aws: &[
        "INVALID_ARN_ACCOUNT",
        "INVALID_ARN_PREFIX",
        "INVALID_ARN_SERVICE_CASE",
        "INVALID_PARTITION",
        "MISSING_ARN_FIELD",
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

fn judge(resource: &Pattern) -> Option<(String, &'static str)> {
    if arn::is_everything(resource) {
        return None;
    }
    let fields = arn::fields(resource.as_str());
    if fields[0] != "arn" {
        let cure = "Write an ARN, or \"*\" for every resource.";
        return Some(("a resource begins with 'arn:'".to_owned(), cure));
    }
    let &[_, partition, service, _, account, _] = fields.as_slice() else {
        // A star at the end may stand for the rest.
        let open = fields.last().is_some_and(|field| field.ends_with('*'));
        let cure = "Write all of arn:partition:service:region:account:resource, with nothing between colons where a \
                    field does not apply.";
        return (!open).then(|| (format!("{} of six fields are there", fields.len()), cure));
    };
    if is_plain(partition) && !arn::PARTITIONS.contains(&partition) {
        let cure = "Write aws, or the partition of your regions.";
        return Some((format!("there is no partition '{partition}'"), cure));
    }
    if service.chars().any(|letter| letter.is_ascii_uppercase()) {
        let cure = "Write the service in lower case.";
        return Some(("services in ARNs are in lower case".to_owned(), cure));
    }
    if is_plain(account) && !is_account(account) {
        let cure = "Write the 12 digits of the account, without hyphens.";
        return Some((format!("'{account}' is no account"), cure));
    }
    None
}

/// Neither wildcard nor variable.
fn is_plain(field: &str) -> bool {
    Pattern::from(field).is_fixed()
}

/// Twelve digits, none, or a name: `aws` owns managed policies.
fn is_account(field: &str) -> bool {
    let digits = field.chars().all(|letter| letter.is_ascii_digit());
    let name = field.chars().all(|letter| letter.is_ascii_lowercase());
    field.is_empty() || name || digits && field.len() == 12
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::DocumentKind;
    use crate::lint::testing::{allow_on, clean, clean_in, only, texts};

    fn bad(resource: &str) -> String {
        only(
            &LINT,
            &allow_on(r#""lambda:GetFunction""#, &format!("{resource:?}")),
        )
    }

    #[test]
    fn each_way_to_miss_the_form_is_told() {
        assert!(bad("my-function").contains("begins with 'arn:'"));
        assert!(bad("arn:aws:lambda:my-function").contains("4 of six fields"));
        assert!(
            bad("arn:amazon:lambda:eu-west-1:111122223333:function:a")
                .contains("no partition 'amazon'")
        );
        assert!(bad("arn:aws:Lambda:eu-west-1:111122223333:function:a").contains("lower case"));
        assert!(
            bad("arn:aws:lambda:eu-west-1:1111-2222-3333:function:a").contains("is no account")
        );
        assert!(bad("arn:aws:lambda:eu-west-1:11112222333:function:a").contains("is no account"));
    }

    #[test]
    fn a_resource_left_out_is_read_too() {
        let not = r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":"bucket"}"#;
        assert_eq!(texts(&LINT, not), ["bucket"]);
    }

    #[test]
    fn arns_with_wildcards_and_variables_are_clean() {
        for resource in [
            "*",
            "arn:*",
            "arn:aws:s3:::bucket/*",
            "arn:*:s3:::bucket",
            "arn:${aws:PrincipalTag/p}:s3:::bucket",
            "arn:aws:lambda:*:*:function:*",
            "arn:aws:lambda:eu-west-1:1111222233??:function:a",
            "arn:aws:iam::${aws:PrincipalAccount}:role/a",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws-us-gov:s3:::a",
            "arn:aws:logs:*",
        ] {
            clean(&LINT, &allow_on(r#""*""#, &format!("{resource:?}")));
        }
    }

    #[test]
    fn a_resources_own_policy_may_name_it_in_short() {
        let own = r#"{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}"#;
        clean_in(&LINT, DocumentKind::Resource, own);
    }
}
