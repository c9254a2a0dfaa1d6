//! Names of condition keys, taken apart once when the policy is read.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use std::fmt;

/// The name of a condition key. Case does not matter to AWS; the spelling is kept for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    text: String,
    lower: String,
    subject: Subject,
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        Self {
            subject: Subject::of(&lower),
            text: text.to_owned(),
            lower,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Key {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name in lower case, by which keys are compared.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Whether it is the key `name`.
    pub fn is(&self, name: &str) -> bool {
        self.lower.eq_ignore_ascii_case(name)
    }

    pub(crate) fn subject(&self) -> Subject {
        self.subject
    }

    /// What follows the first slash: the tag of `aws:PrincipalTag/team`, in lower case.
    pub(crate) fn tag(&self) -> &str {
        self.lower.split_once('/').map_or("", |(_, tag)| tag)
    }
}

/// What a key is about, as far as caller and resource give its value away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    PrincipalArn,
    PrincipalAccount,
    PrincipalOrgId,
    PrincipalOrgPaths,
    PrincipalTag,
    PrincipalIsService,
    PrincipalServiceName,
    PrincipalServiceNames,
    PrincipalType,
    UserId,
    UserName,
    AssumedRoot,
    FederatedProvider,
    TokenIssueTime,
    /// What AWS says of the resource on whose behalf a service calls: only services bring it.
    Source,
    ResourceAccount,
    ResourceOrgId,
    ResourceOrgPaths,
    ResourceTag,
    KmsCallerAccount,
    /// Whatever else: only the context of the request can tell.
    Other,
}

impl Subject {
    fn of(lower: &str) -> Self {
        match lower {
            "aws:principalarn" => Self::PrincipalArn,
            "aws:principalaccount" => Self::PrincipalAccount,
            "aws:principalorgid" => Self::PrincipalOrgId,
            "aws:principalorgpaths" => Self::PrincipalOrgPaths,
            "aws:principalisawsservice" => Self::PrincipalIsService,
            "aws:principalservicename" => Self::PrincipalServiceName,
            "aws:principalservicenameslist" => Self::PrincipalServiceNames,
            "aws:principaltype" => Self::PrincipalType,
            "aws:userid" => Self::UserId,
            "aws:username" => Self::UserName,
            "aws:assumedroot" => Self::AssumedRoot,
            "aws:federatedprovider" => Self::FederatedProvider,
            "aws:tokenissuetime" => Self::TokenIssueTime,
            "aws:sourceaccount" | "aws:sourcearn" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
                Self::Source
            }
            "aws:resourceaccount" => Self::ResourceAccount,
            "aws:resourceorgid" => Self::ResourceOrgId,
            "aws:resourceorgpaths" => Self::ResourceOrgPaths,
            "kms:calleraccount" => Self::KmsCallerAccount,
            _ if lower.starts_with("aws:principaltag/") => Self::PrincipalTag,
            _ if lower.starts_with("aws:resourcetag/") => Self::ResourceTag,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    #[test]
    fn the_case_of_a_name_does_not_matter_and_its_spelling_is_kept() {
        let key = Key::from("AWS:SourceIp");
        assert!(key.is("aws:sourceip"));
        assert_eq!(key.to_string(), "AWS:SourceIp");
        assert_eq!(key.lower(), "aws:sourceip");
    }

    #[test]
    fn a_tag_is_part_of_the_name() {
        let key = Key::from("aws:PrincipalTag/Team/Sub");
        assert_eq!(key.subject(), Subject::PrincipalTag);
        assert_eq!(key.tag(), "team/sub");
    }
}
