//! `iam-rs`: an evaluator in Rust, by others, of one flat list of policies. It knows no kinds of
//! policies and no accounts, so that every kind of a situation is a question of its own: the policies
//! of that kind alone, and the resource's policy as to whom it lets in.

use iam_rs::{
    Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, Principal, PrincipalId,
    evaluate_policies,
};
use serde_json::{Map, Value, json};

use crate::engine::Answer;
use crate::rewrite::edit_conditions;
use crate::situation::{Policies, Situation, Who, statements, texts};
use crate::words::{KEYS, Type};

/// The questions in a situation that it claims to have an answer to.
pub(crate) fn questions(situation: &Situation) -> Vec<Situation> {
    let policies = &situation.policies;
    let of_caller = [policies.identity.clone()]
        .into_iter()
        .chain(policies.boundary.clone().map(|policy| vec![policy]))
        .chain(policies.session.clone().map(|policy| vec![policy]))
        .chain(policies.scps.clone());
    let mut questions = Vec::new();
    // A key and the trust of a role need a resource's policy beside.
    let by_resource = situation.action.starts_with("kms:") || situation.action.starts_with("sts:");
    // A session's limits and its permissions are not told apart by a flat list.
    if let Some(account) = situation.who.account().filter(|_| !by_resource) {
        for identity in of_caller.filter(|list| !list.is_empty()) {
            questions.push(Situation {
                owner: account,
                owner_organization: situation.caller_organization,
                resource: situation.resource.replace(situation.owner, account),
                who: match situation.who {
                    Who::FederatedUser { account, name } => Who::User { account, name },
                    ref who => who.clone(),
                },
                policies: Policies {
                    identity,
                    ..Policies::default()
                },
                ..situation.clone()
            });
        }
    }
    if let Some(resource) = &policies.resource {
        questions.push(Situation {
            policies: Policies {
                resource: Some(resource.clone()),
                ..Policies::default()
            },
            resource_side: true,
            ..situation.clone()
        });
    }
    questions.retain(is_modelled);
    questions
}

/// What it has no words for: callers without credentials, statements without a resource, principals of
/// two kinds in one statement, and set operators with `IfExists` or on numbers, times, addresses and bytes.
fn is_modelled(question: &Situation) -> bool {
    if question.who == Who::Anonymous {
        return false;
    }
    let mut question = question.clone();
    let mut modelled = true;
    for policy in question.policies.all_mut() {
        for statement in statements(policy) {
            modelled &= statement.contains_key("Resource") || statement.contains_key("NotResource");
            let principal = statement.get("Principal").and_then(Value::as_object);
            modelled &= principal.is_none_or(|kinds| kinds.len() == 1);
        }
    }
    edit_conditions(&mut question, |line| {
        let set = line.operator.split_once(':').map(|(_, base)| base);
        modelled &= set.is_none_or(|base| {
            !base.ends_with("IfExists")
                && ["String", "Arn", "Bool"]
                    .iter()
                    .any(|kind| base.starts_with(kind))
        });
        Some(line)
    });
    modelled
}

pub(crate) fn answer(question: &Situation) -> Answer {
    match ask(question) {
        Ok(Decision::Allow) => Answer::Allowed,
        Ok(Decision::Deny | Decision::NotApplicable) => Answer::Denied,
        Err(error) => Answer::Neither(error),
    }
}

fn ask(question: &Situation) -> Result<Decision, String> {
    let mut question = question.clone();
    // It takes truth values as such only, and a policy without a version not at all.
    let mut policies = Vec::new();
    for policy in question.policies.all_mut() {
        if policy.get("Version").is_none() {
            policy["Version"] = json!("2008-10-17");
        }
        for statement in statements(policy) {
            if let Some(Value::Object(operators)) = statement.get_mut("Condition") {
                truths(operators);
            }
        }
        let text = policy.to_string();
        policies.push(
            serde_json::from_str::<IAMPolicy>(&text)
                .map_err(|error| format!("refused: {error}: {text}"))?,
        );
    }
    let principal = match &question.who {
        Who::Service { name } => Principal::Service(PrincipalId::String((*name).to_owned())),
        who => Principal::Aws(PrincipalId::String(who.identity_arn().unwrap_or_default())),
    };
    let resource = Arn::parse(&question.resource).map_err(|error| error.to_string())?;
    let mut context = Context::new();
    for (key, values) in question.keys() {
        context.insert(key.clone(), value(&key, &values));
    }
    let request = IAMRequest::new_with_context(principal, question.action, resource, context);
    evaluate_policies(&policies, &request).map_err(|error| format!("fails: {error}"))
}

fn value(key: &str, values: &[String]) -> ContextValue {
    let word = KEYS.iter().find(|word| word.key == key);
    match values {
        [one] if word.is_some_and(|word| word.of == Type::Truth) => {
            ContextValue::Boolean(one == "true")
        }
        [one] if word.is_none_or(|word| !word.several) => ContextValue::String(one.clone()),
        several => ContextValue::StringList(several.to_vec()),
    }
}

/// `"true"` and `true` are the same to AWS.
fn truths(operators: &mut Map<String, Value>) {
    for (operator, keys) in operators {
        let Value::Object(keys) = keys else { continue };
        if operator.contains("Bool") {
            for value in keys.values_mut() {
                if let [one] = texts(value).as_slice() {
                    *value = json!(one == "true");
                }
            }
        }
    }
}
