//! What the words of a question mean: principals by name, actions by the catalogue.

use tripod_access::{Access, AccessError};
use tripod_assess::near;
use tripod_model::Arn;
use tripod_policy::catalogue::{self, Action};

use crate::exit::Failure;

/// How many names are offered where none was right.
const OFFERED: usize = 3;

/// The user or role that is meant: by ARN, by the ARN of a session of a role, by `role/NAME` and the like, or
/// by its bare name.
pub(super) fn principal(access: &Access<'_>, text: &str) -> Result<Arn, Failure> {
    let wanted = role_of_session(text);
    let wanted = wanted.as_deref().unwrap_or(text);
    let found: Vec<&Arn> = access
        .principals()
        .filter(|arn| is_called(arn, wanted))
        .collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(nobody(access, text)),
        several => {
            let arns: Vec<&str> = several.iter().map(|arn| arn.as_str()).collect();
            Err(
                Failure::usage(format!("'{text}' is the name of several principals"))
                    .hint(format!("name one by its ARN: {}", arns.join(", "))),
            )
        }
    }
}

fn is_called(arn: &Arn, text: &str) -> bool {
    arn.as_str() == text || arn.resource() == Some(text) || name_of(arn) == text
}

/// The end of the ARN, without path.
pub(super) fn name_of(arn: &Arn) -> &str {
    let whole = arn.as_str();
    whole.rsplit('/').next().unwrap_or(whole)
}

/// The name of the role whose session an ARN names; the path is not in it.
fn role_of_session(text: &str) -> Option<String> {
    let arn = Arn::new(text);
    if arn.service() != Some("sts") {
        return None;
    }
    let mut parts = arn.resource()?.split('/');
    (parts.next()? == "assumed-role").then_some(())?;
    parts.next().map(str::to_owned)
}

fn nobody(access: &Access<'_>, text: &str) -> Failure {
    let own = &access.account().id;
    let arn = Arn::new(text);
    if let Some(account) = arn.account().filter(|account| *account != own.as_str()) {
        return Failure::usage(format!(
            "'{text}' is of account {account}, and account {own} is asked about"
        ))
        .hint("principals of other accounts are asked for by 'tripod access who-can'");
    }
    let failure = Failure::usage(format!("account {own} has no user or role '{text}'"));
    let wanted = text.rsplit('/').next().unwrap_or(text);
    let names: Vec<String> = near(wanted, access.principals().map(name_of))
        .into_iter()
        .take(OFFERED)
        .map(|name| format!("'{name}'"))
        .collect();
    if !names.is_empty() {
        return failure.hint(format!("did you mean {}?", names.join(" or ")));
    }
    let mut some: Vec<&str> = access.principals().map(name_of).collect();
    some.sort_unstable();
    some.truncate(2 * OFFERED);
    failure.hint(format!("it has '{}', among others", some.join("', '")))
}

/// The one action that is meant.
pub(super) fn action(text: &str) -> Result<&'static Action, Failure> {
    if text.contains(['*', '?']) {
        return Err(Failure::usage(format!("'{text}' is no single action"))
            .hint("name one action; 'tripod access who-can' takes wildcards"));
    }
    catalogue::action(text).ok_or_else(|| unknown_action(text))
}

/// Every action that is meant.
pub(super) fn actions(text: &str) -> Result<Vec<&'static Action>, Failure> {
    let found = catalogue::expand(text);
    if found.is_empty() {
        return Err(unknown_action(text));
    }
    Ok(found)
}

fn unknown_action(text: &str) -> Failure {
    let failure = Failure::usage(format!(
        "AWS has no action '{text}', as of {}",
        catalogue::header().date
    ));
    match catalogue::nearest(text) {
        Some(near) => failure.hint(format!("did you mean '{}'?", near.full_name())),
        None => {
            failure.hint("an action is written service:Name, such as lambda:UpdateFunctionCode")
        }
    }
}

/// A question that the crate refuses.
pub(super) fn refused(error: &AccessError) -> Failure {
    let failure = Failure::usage(error.to_string());
    match error {
        AccessError::Resource { .. } => failure.hint(
            "name the resource by its ARN, such as arn:aws:sqs:eu-central-1:111122223333:queue",
        ),
        AccessError::Principal { .. } | AccessError::Action { .. } => failure,
    }
}
