//! Actions and resources to ask about that nobody wrote down.

use crate::overlap::ANYTHING;

/// A text of this form that nobody wrote down: each `*` becomes a text which only a wildcard matches. A policy
/// that allows something on `unnamed("arn:aws:iam::111122223333:role/*")` allows it on every role, whatever its
/// name; one that allows `unnamed("s3:*")` allows every action of S3, also those added later. A statement about
/// named ones only, be it an Allow or a Deny, does not match.
///
/// ```
/// use tripod_policy::{Case, Pattern, Variables, unnamed};
///
/// let role = unnamed("arn:aws:iam::111122223333:role/*");
/// let covers = |pattern: &str| Pattern::from(pattern).matches(&role, Case::Sensitive, Variables::Nothing);
/// assert!(covers("*"));
/// assert!(covers("arn:aws:iam::111122223333:role/*"));
/// assert!(!covers("arn:aws:iam::111122223333:role/service-*"));
/// ```
pub fn unnamed(form: &str) -> String {
    form.replace('*', &ANYTHING.to_string())
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, Arn, PolicyDocument};

    use super::unnamed;
    use crate::{
        Attached, Caller, Context, Policies, Request, Resource, Verdict, parse, permitted,
    };

    /// Whether somebody with these statements, in a boundary if one is given, may pass a role that nobody named.
    fn verdict(statements: &str, boundary: Option<&str>) -> &'static str {
        let read = |statements: &str| {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
            parse(&PolicyDocument(text)).expect("a policy")
        };
        let (policy, boundary) = (read(statements), boundary.map(read));
        let identity = [Attached::new("own", &policy)];
        let policies = Policies {
            identity: &identity,
            boundary: boundary.as_ref().map(|it| Attached::new("boundary", it)),
            ..Policies::default()
        };
        let role = Arn::new(unnamed("arn:aws:iam::111122223333:role/*"));
        let request = Request {
            caller: &Caller::somebody_in(AccountId::new("111122223333")),
            action: "iam:PassRole",
            resource: &Resource::new(&role),
            context: &Context::open(),
        };
        match permitted(&request, &policies).verdict {
            Verdict::Allowed => "allowed",
            Verdict::Denied(_) => "denied",
            Verdict::Depends(_) => "depends",
            Verdict::NotAssessed(_) => "not assessed",
        }
    }

    #[test]
    fn every_role_is_allowed_by_wildcards_and_by_leaving_others_out() {
        for statement in [
            r#"{"Effect":"Allow","Action":"iam:Pass*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:role/*"}"#,
            r#"{"Effect":"Allow","NotAction":"iam:Get*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"iam:PassRole","NotResource":"arn:aws:iam::*:role/admin"}"#,
        ] {
            assert_eq!(verdict(statement, None), "allowed", "{statement}");
        }
    }

    #[test]
    fn a_role_that_is_named_is_not_every_role() {
        for resource in ["role/claims", "role/clinic-*", "user/*"] {
            let statement = format!(
                r#"{{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:{resource}"}}"#
            );
            assert_eq!(verdict(&statement, None), "denied", "{resource}");
        }
    }

    #[test]
    fn denies_conditions_and_boundaries_count_and_a_deny_of_one_role_leaves_the_others() {
        let all = r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#;
        let deny = |resource: &str| {
            format!(r#"{all},{{"Effect":"Deny","Action":"iam:PassRole","{resource}"}}"#)
        };
        assert_eq!(verdict(&deny(r#"Resource":"*"#), None), "denied");
        let one = r#"NotResource":"arn:aws:iam::111122223333:role/worker"#;
        assert_eq!(verdict(&deny(one), None), "denied");
        let one = r#"Resource":"arn:aws:iam::111122223333:role/admin"#;
        assert_eq!(verdict(&deny(one), None), "allowed");
        let guarded = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
            "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
        assert_eq!(verdict(guarded, None), "depends");
        let elsewhere = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
        assert_eq!(verdict(all, Some(elsewhere)), "denied");
        assert_eq!(verdict(all, Some(all)), "allowed");
    }
}
