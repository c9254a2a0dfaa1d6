//! Condition keys that do not exist.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use super::nearest::{as_of, hint, nearest};
use super::{Class, Document, Finding, Lint};
use crate::Condition;
use crate::catalogue::{self, condition_key};

pub(super) static LINT: Lint = Lint {
    id: "unknown-condition-key",
    title: "condition on a key that does not exist",
    class: Class::Error,
    aws: &[
        "INVALID_CONDITION_KEY_FORMAT",
        "INVALID_GLOBAL_CONDITION_KEY",
        "INVALID_SERVICE_CONDITION_KEY",
        "MISSING_TAG_KEY_IN_CONDITION",
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    ],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            if condition_key(condition.key.as_str()).is_none() {
                let cure = "Write the key as AWS lists it; with a key that no request carries, a positive comparison \
                            never holds and a negated one always.";
                out.push(facts.condition_finding(&LINT, condition, problem(condition), cure));
            }
        }
    }
}

fn problem(condition: &Condition) -> String {
    let key = condition.key.as_str();
    let Some((prefix, name)) = key.split_once(':') else {
        return format!("'{key}' is not of the form service:key");
    };
    if condition.is_on("aws:ARN") {
        return "there is no key 'aws:ARN'; did you mean 'aws:PrincipalArn' or 'aws:SourceArn'?"
            .to_owned();
    }
    let with_tag = format!("{}/tag", key.trim_end_matches('/'));
    if condition_key(&with_tag).is_some() {
        return format!("'{key}' needs the key of a tag behind it, as in '{with_tag}'");
    }
    let Some(service) = catalogue::service(prefix) else {
        if prefix.eq_ignore_ascii_case("aws") {
            let meant = hint(nearest(
                key,
                catalogue::global_keys().iter().map(|key| key.name),
            ));
            return format!("there was no global key '{key}' {}{meant}", as_of());
        }
        return format!(
            "no service had the prefix '{prefix}' of the key '{key}' {}",
            as_of()
        );
    };
    let meant = hint(nearest(
        key,
        service.condition_keys().iter().map(|key| key.name),
    ));
    format!("{} had no key '{name}' {}{meant}", service.name, as_of())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, under};

    fn bad(key: &str) -> String {
        only(
            &LINT,
            &under(&format!(r#"{{"StringEquals":{{"{key}":"a"}}}}"#)),
        )
    }

    #[test]
    fn each_way_to_miss_a_key_is_told() {
        assert!(bad("aws:SourceIpp").contains("did you mean 'aws:SourceIp'?"));
        assert!(bad("s3:prefixx").contains("did you mean 's3:prefix'?"));
        assert!(bad("lamda:FunctionArn").contains("no service had the prefix 'lamda'"));
        assert!(bad("SourceIp").contains("not of the form service:key"));
        assert!(bad("aws:ARN").contains("'aws:PrincipalArn' or 'aws:SourceArn'"));
    }

    #[test]
    fn a_tag_key_needs_the_tag() {
        assert!(bad("aws:ResourceTag").contains("as in 'aws:ResourceTag/tag'"));
        assert!(bad("aws:RequestTag/").contains("as in 'aws:RequestTag/tag'"));
    }

    #[test]
    fn global_service_cross_service_and_provider_keys_are_clean_whatever_their_case() {
        for key in [
            "AWS:sourceip",
            "s3:prefix",
            "aws:PrincipalTag/team",
            "ec2:ResourceTag/team",
            "lambda:SourceFunctionArn",
            "ec2:SourceInstanceARN",
            "kms:EncryptionContext:tenant",
            "s3:ExistingObjectTag/class",
            "token.actions.githubusercontent.com:sub",
            "oidc.eks.eu-west-1.amazonaws.com/id/A1:aud",
            "saml:aud",
            "identitystore:UserId",
        ] {
            clean(
                &LINT,
                &under(&format!(r#"{{"StringEquals":{{"{key}":"a"}}}}"#)),
            );
        }
    }
}
