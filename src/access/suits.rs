//! Which resources of the snapshot an action may act on.

use tripod_policy::catalogue::Action;
use tripod_policy::{Case, Pattern, Variables};

use crate::access::Access;
use crate::place::Kind;

impl Access<'_> {
    /// The resources of the snapshot that the action may act on, by the ARNs that AWS gives for its resource
    /// types; `*` for one that acts on none, and empty where the snapshot holds nothing of the kind. Objects,
    /// streams and indexes stand as `…/*` behind what they are part of.
    pub fn resources_for(&self, action: &Action) -> Vec<String> {
        if action.resource_types.is_empty() {
            return vec!["*".to_owned()];
        }
        let formats = patterns(action);
        let suits = |arn: &str| matches_any(&formats, arn);
        self.resources()
            .filter(|(_, kind)| *kind != Kind::Qualifier || is_invocation(action))
            .filter_map(|(arn, kind)| {
                let below = below(kind).map(|below| format!("{arn}{below}"));
                [Some(arn.to_owned()), below]
                    .into_iter()
                    .flatten()
                    .find(|arn| suits(arn))
            })
            .collect()
    }

    /// The ARNs that the action acts on, by the formats AWS gives, where the resource is none of them. None
    /// where it is one, or `*`.
    pub fn formats_unfit(&self, action: &Action, resource: &str) -> Option<Vec<&'static str>> {
        if resource == "*" || action.resource_types.is_empty() {
            return None;
        }
        // A bucket's format fits its objects too, by the letter.
        let is_object =
            resource.starts_with("arn:") && resource.contains(":s3:::") && resource.contains('/');
        let fits = action.resources().any(|(kind, _)| {
            kind.arns
                .iter()
                .filter(|format| !is_object || format.contains('/'))
                .any(|format| matches_any(&[Pattern::from(any_value(format).as_str())], resource))
        });
        // Another name of a key is a key to most actions.
        let by_alias = action.service == "kms" && resource.contains(":alias/");
        (!fits && !by_alias).then(|| {
            let formats = action.resources().flat_map(|(kind, _)| kind.arns.iter());
            formats.copied().collect()
        })
    }
}

fn patterns(action: &Action) -> Vec<Pattern> {
    action
        .resources()
        .flat_map(|(kind, _)| kind.arns.iter())
        .map(|format| Pattern::from(any_value(format).as_str()))
        .collect()
}

fn matches_any(formats: &[Pattern], arn: &str) -> bool {
    formats
        .iter()
        .any(|format| format.matches(arn, Case::Sensitive, Variables::Nothing))
}

/// What callers name a version or an alias for. Whoever manages a function names the function, for the most
/// part.
fn is_invocation(action: &Action) -> bool {
    action.service == "lambda" && action.name.starts_with("Invoke")
}

fn below(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Bucket | Kind::RestApi | Kind::HttpApi => Some("/*"),
        Kind::LogGroup => Some(":log-stream:*"),
        Kind::Table => Some("/index/*"),
        _ => None,
    }
}

/// `${…}` as a wildcard.
fn any_value(format: &str) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once("${") {
        text.push_str(before);
        text.push('*');
        rest = behind.split_once('}').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}
