//! A role to scan with, as a template ready to apply.

mod cloudformation;
mod terraform;

use std::sync::LazyLock;

use regex::Regex;
use tripod_collect::Grant;
use tripod_model::{AccountId, Arn};

pub(crate) use cloudformation::cloudformation;
pub(crate) use terraform::terraform;

/// Forms, as IAM has them and as both template languages check them again. They are in what the three
/// dialects of regular expressions have in common: no classes by letter, no count above 1,000.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const ROLE_NAME: &str = "^[0-9A-Za-z_+=,.@-]{1,64}$";
const EXTERNAL_ID: &str = "^[0-9A-Za-z_+=,.@:/-]{2,}$";
/// Who can be named as a principal: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
const TRUSTED: &str = "^([0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)/[0-9A-Za-z_+=,.@/-]+))$";

/// Longest session of the role, in seconds. A longer scan takes a new one.
const SESSION_SECONDS: u32 = 3600;

/// What the templates say the role is for.
const DESCRIPTION: &str = "What a scan by Tripod reads, and nothing else";

/// A role, before it has a form.
#[derive(Debug)]
pub(crate) struct Role<'a> {
    pub(crate) name: &'a RoleName,
    /// Whom it trusts; the template asks where it is left out.
    pub(crate) trust: Option<&'a Trusted>,
    pub(crate) external_id: Option<&'a ExternalId>,
    /// The account and the partition its resources are in; the template finds out where they are left out.
    pub(crate) account: Option<&'a AccountId>,
    pub(crate) partition: Option<&'a str>,
    /// Its policies.
    pub(crate) policies: Vec<Vec<Grant>>,
}

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $form:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name(String);

        impl $name {
            /// The text, if it has the form.
            pub(crate) fn parse(text: &str) -> Result<Self, String> {
                static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($form).ok());
                match &*FORM {
                    Some(form) if form.is_match(text) => Ok(Self(text.to_owned())),
                    _ => Err(concat!("expected ", $expected).to_owned()),
                }
            }

            /// As given.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

checked_text! {
    /// Name of a role.
    RoleName, ROLE_NAME, "1 to 64 letters, digits or any of _+=,.@-"
}
checked_text! {
    /// A secret neither side needs to keep: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html>
    ExternalId, EXTERNAL_ID, "at least 2 letters, digits or any of _+=,.@:/-"
}
checked_text! {
    /// Who may assume a role.
    Trusted, TRUSTED,
    "an account's id (twelve digits) or the ARN of an account, a user, a role or a role's session, \
     such as arn:aws:iam::111122223333:role/scanner"
}

impl Trusted {
    /// The partition of an ARN; an account's id names none.
    pub(crate) fn partition(&self) -> Option<String> {
        Arn::new(self.as_str()).partition().map(str::to_owned)
    }
}

impl Default for RoleName {
    fn default() -> Self {
        Self("tripod".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use tripod_collect::grants;

    use super::*;

    #[test]
    fn every_policy_is_attached_to_the_role() {
        let policies = vec![
            grants(&["lambda:GetPolicy"], &[]),
            grants(&["kms:GetKeyPolicy"], &[]),
        ];
        let role = Role {
            name: &RoleName::default(),
            trust: None,
            external_id: None,
            account: None,
            partition: None,
            policies,
        };
        let template = cloudformation(&role);
        assert_eq!(template.matches("AWS::IAM::ManagedPolicy").count(), 2);
        assert_eq!(template.matches("- !Ref Role\n").count(), 2);
        let file = terraform(&role);
        for number in 1..=2 {
            assert!(template.contains(&format!("  Policy{number}:\n")));
            let attached = format!("policy_arn = aws_iam_policy.tripod_{number}.arn");
            assert!(file.contains(&attached), "{file}");
        }
    }

    #[test]
    fn a_role_trusts_an_account_a_user_a_role_or_its_session() {
        for text in [
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:role/path/scanner",
            "arn:aws-us-gov:iam::111122223333:user/ada",
            "arn:aws:sts::111122223333:assumed-role/scanner/nightly",
        ] {
            assert!(Trusted::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_role_trusts_neither_everyone_nor_a_pattern_nor_a_service() {
        for text in [
            "*",
            "",
            "11112222333",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::*:root",
            "arn:aws:iam::111122223333:",
            "arn:aws:iam::111122223333:policy/p",
            "arn:aws:s3:::bucket",
            "lambda.amazonaws.com",
            "111122223333\n",
        ] {
            assert!(Trusted::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_and_external_ids_have_the_forms_of_iam() {
        for text in ["tripod", "a", "scan+er=1,x.y@z-_"] {
            assert!(RoleName::parse(text).is_ok(), "{text}");
        }
        assert!(RoleName::parse(&"x".repeat(65)).is_err());
        for text in ["7c1f", "https://example.org/a:b"] {
            assert!(ExternalId::parse(text).is_ok(), "{text}");
        }
        assert!(ExternalId::parse("7").is_err());
    }

    #[test]
    fn no_name_or_external_id_can_leave_its_place_in_a_template() {
        for text in [
            "", "a\"b", "a'b", "${x}", "%{x}", "a\nb", "a b", "a\\b", "é",
        ] {
            assert!(RoleName::parse(text).is_err(), "{text}");
            assert!(ExternalId::parse(text).is_err(), "{text}");
            assert!(Trusted::parse(text).is_err(), "{text}");
        }
    }
}
