//! What the other engines do otherwise, each as a rewriting that means the same by AWS's documentation.
//! The table in docs/reference/policy-engine.md has a row for each, with the page.

use crate::rewrite::{
    Line, NO_ARN, NOTHING, Written, edit_conditions, edit_principals, edit_resources,
    lacks_a_value, matches, substituted,
};
use crate::situation::{Situation, Who, statements};
use serde_json::json;

/// A thing about which an engine differs from AWS's documentation.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    /// What decides who is right, behind `https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_`.
    pub(crate) page: &'static str,
    /// The situation with that thing written in another way that means the same.
    pub(crate) same: fn(&Situation) -> Situation,
}

const fn class(name: &'static str, page: &'static str, same: fn(&Situation) -> Situation) -> Class {
    Class { name, page, same }
}

pub(crate) static FLAT: &[Class] = &[
    class(
        "variables in front of the fifth colon",
        "variables.html#policy-vars-wheretouse",
        early_variables_as_text,
    ),
    class(
        "variables in conditions",
        "variables.html#policy-vars-wheretouse",
        conditions_without_variables,
    ),
    class(
        "variables without a value in resources",
        "variables.html#policy-vars-no-value",
        resources_without_variables,
    ),
    class(
        "variables before 2012-10-17",
        "elements_version.html",
        old_variables_as_text,
    ),
    class(
        "ArnEquals with wildcards",
        "elements_condition_operators.html#Conditions_ARN",
        arns_as_like,
    ),
    class(
        "forms of times",
        "elements_condition_operators.html#Conditions_Date",
        times_in_full,
    ),
    class(
        "binary values",
        "elements_condition_operators.html#Conditions_BinaryEquals",
        bytes_as_text,
    ),
    class(
        "empty values under ForAllValues",
        "condition-single-vs-multi-valued-context-keys.html",
        without_empty_sets,
    ),
    class(
        "resources with fewer than six fields",
        "grammar.html",
        resources_completed,
    ),
    class(
        "a wildcard beyond a colon",
        "elements_resource.html",
        wildcards_met,
    ),
    class(
        "an account as principal",
        "elements_principal.html#principal-accounts",
        accounts_as_callers,
    ),
    class(
        "a session as principal",
        "elements_principal.html#principal-role-session",
        sessions_as_callers,
    ),
    class(
        "a wildcard in a principal",
        "elements_principal.html",
        principals_without_wildcards,
    ),
    class(
        "everyone as an AWS principal",
        "elements_principal.html#principal-anonymous",
        everyone_in_short,
    ),
];

pub(crate) static SIMULATE: &[Class] = &[
    class(
        "variables before 2012-10-17",
        "elements_version.html",
        old_variables_as_text,
    ),
    class(
        "variables without a value under a negated operator",
        "variables.html#policy-vars-no-value",
        negated_without_variables,
    ),
    class(
        "variables without a value in NotResource",
        "variables.html",
        spared_without_variables,
    ),
    class(
        "variables in names of resources without a type",
        "variables.html#policy-vars-wheretouse",
        names_without_variables,
    ),
    class(
        "forms of times",
        "elements_condition_operators.html#Conditions_Date",
        times_in_full,
    ),
    class(
        "addresses without a prefix",
        "elements_condition_operators.html#Conditions_IPAddress",
        addresses_with_prefix,
    ),
    class(
        "the network of all addresses",
        "elements_condition_operators.html#Conditions_IPAddress",
        all_addresses_in_halves,
    ),
    class(
        "binary values",
        "elements_condition_operators.html#Conditions_BinaryEquals",
        bytes_padded,
    ),
    class(
        "ForAnyValue with IfExists",
        "elements_condition_operators.html#Conditions_IfExists",
        without_optional_any,
    ),
    class(
        "empty values under ForAllValues",
        "condition-single-vs-multi-valued-context-keys.html",
        without_empty_sets,
    ),
    class(
        "a wildcard beyond a colon",
        "elements_resource.html",
        wildcards_met,
    ),
    class(
        "a session policy and a grant to the session",
        "evaluation-logic_policy-eval-denyallow.html",
        without_session_policy,
    ),
];

fn changed(situation: &Situation, change: impl FnOnce(&mut Situation)) -> Situation {
    let mut situation = situation.clone();
    change(&mut situation);
    situation
}

fn with_conditions(situation: &Situation, edit: impl FnMut(Line) -> Option<Line>) -> Situation {
    changed(situation, |situation| edit_conditions(situation, edit))
}

fn with_resources(situation: &Situation, edit: impl Fn(Written<'_>) -> String) -> Situation {
    changed(situation, |situation| edit_resources(situation, edit))
}

/// A variable is as good as its value, and one without a value matches nothing.
fn conditions_without_variables(situation: &Situation) -> Situation {
    with_conditions(situation, |line| {
        if line.variables {
            Some(line.each(|value| substituted(value, situation, NOTHING)))
        } else {
            Some(line)
        }
    })
}

fn resources_without_variables(situation: &Situation) -> Situation {
    with_resources(
        situation,
        |Written {
             pattern, variables, ..
         }| {
            if variables {
                substituted(pattern, situation, NOTHING)
            } else {
                pattern.to_owned()
            }
        },
    )
}

/// One reading of what AWS leaves open: nothing is equal to a variable without a value.
fn spared_without_variables(situation: &Situation) -> Situation {
    with_resources(
        situation,
        |Written {
             pattern,
             spared,
             variables,
         }| {
            if spared && variables && lacks_a_value(pattern, situation) {
                NO_ARN.to_owned()
            } else {
                pattern.to_owned()
            }
        },
    )
}

/// As above, for resources whose name follows the fifth colon at once.
fn names_without_variables(situation: &Situation) -> Situation {
    with_resources(
        situation,
        |Written {
             pattern, variables, ..
         }| {
            let before = pattern.split_once("${").map(|(before, _)| before);
            let untyped = before
                .is_some_and(|before| before.matches(':').count() == 5 && !before.contains('/'));
            if variables && untyped {
                substituted(pattern, situation, NOTHING)
            } else {
                pattern.to_owned()
            }
        },
    )
}

/// In front of the fifth colon a variable is text, and no resource has such.
fn early_variables_as_text(situation: &Situation) -> Situation {
    with_resources(situation, |Written { pattern, .. }| {
        match pattern.split_once("${") {
            Some((before, _)) if before.matches(':').count() < 5 => pattern.replace("${", "@{"),
            _ => pattern.to_owned(),
        }
    })
}

/// `{"AWS": "*"}` is `"*"`.
fn everyone_in_short(situation: &Situation) -> Situation {
    changed(situation, |situation| {
        for policy in situation.policies.all_mut() {
            for statement in statements(policy) {
                if statement.get("Principal") == Some(&json!({"AWS": "*"})) {
                    statement.insert("Principal".to_owned(), json!("*"));
                }
            }
        }
    })
}

/// What matches nothing does not match, so that its negation holds: it may as well stand there as text.
fn negated_without_variables(situation: &Situation) -> Situation {
    with_conditions(situation, |line| {
        let nothing = if line.has_base(&["Arn"]) {
            NO_ARN
        } else {
            NOTHING
        };
        let (negated, variables) = (line.is_negated(), line.variables);
        let lacks = |value: &str| negated && variables && lacks_a_value(value, situation);
        Some(line.each(|value| if lacks(value) { nothing } else { value }.to_owned()))
    })
}

/// In a policy of an older version `${` are two letters, which no value here has.
fn old_variables_as_text(situation: &Situation) -> Situation {
    let as_text = |text: &str, variables: bool| {
        if variables {
            text.to_owned()
        } else {
            text.replace("${", "@{")
        }
    };
    let situation = with_resources(situation, |written| {
        as_text(written.pattern, written.variables)
    });
    with_conditions(&situation, |line| {
        let variables = line.variables;
        Some(line.each(|value| as_text(value, variables)))
    })
}

/// `ArnEquals` and `ArnLike` are the same.
fn arns_as_like(situation: &Situation) -> Situation {
    with_conditions(situation, |mut line| {
        if line.has_base(&["Arn"]) {
            line.operator = line.operator.replace("Equals", "Like");
        }
        Some(line)
    })
}

/// Every form of a time that the generator writes, as the one that all engines read.
fn times_in_full(situation: &Situation) -> Situation {
    let in_full = |text: &str| {
        let full = match text {
            "2026" | "2026-01-01" | "1767225600" => "2026-01-01T00:00:00Z",
            "2026-03" => "2026-03-01T00:00:00Z",
            "1772366400" => "2026-03-01T12:00:00Z",
            other => other,
        };
        full.to_owned()
    };
    let mut situation = with_conditions(situation, |line| {
        if line.has_base(&["Date"]) {
            Some(line.each(in_full))
        } else {
            Some(line)
        }
    });
    for key in ["aws:CurrentTime", "aws:EpochTime"] {
        if let Some(values) = situation.context.get_mut(key) {
            *values = values.iter().map(|value| in_full(value)).collect();
        }
    }
    situation
}

/// Base64 with all its padding.
fn padded(text: &str) -> String {
    format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4))
}

fn bytes_padded(situation: &Situation) -> Situation {
    with_conditions(situation, |line| {
        if line.has_base(&["Binary"]) {
            Some(line.each(padded))
        } else {
            Some(line)
        }
    })
}

/// The same bytes are the same letters of base64.
fn bytes_as_text(situation: &Situation) -> Situation {
    let mut situation = bytes_padded(situation);
    edit_conditions(&mut situation, |mut line| {
        if line.has_base(&["Binary"]) {
            line.operator = line.with_base("StringEquals");
        }
        Some(line)
    });
    situation
}

/// `ForAllValues` holds where every value is empty.
fn without_empty_sets(situation: &Situation) -> Situation {
    with_conditions(situation, |line| {
        let values = situation.key(&line.key);
        let empty = values.is_some_and(|values| values.iter().all(String::is_empty));
        (!(empty && line.operator.starts_with("ForAllValues:"))).then_some(line)
    })
}

/// `IfExists` holds where the key is missing.
fn without_optional_any(situation: &Situation) -> Situation {
    with_conditions(situation, |line| {
        let optional =
            line.operator.starts_with("ForAnyValue:") && line.operator.ends_with("IfExists");
        (!(optional && situation.key(&line.key).is_none())).then_some(line)
    })
}

/// An address is the network of itself.
fn addresses_with_prefix(situation: &Situation) -> Situation {
    with_conditions(situation, |line| {
        if !line.has_base(&["IpAddress"]) {
            return Some(line);
        }
        Some(line.each(|value| match value {
            network if network.contains('/') => network.to_owned(),
            six if six.contains(':') => format!("{six}/128"),
            four => format!("{four}/32"),
        }))
    })
}

/// Two halves are the whole.
fn all_addresses_in_halves(situation: &Situation) -> Situation {
    with_conditions(situation, |mut line| {
        if line.has_base(&["IpAddress"]) {
            line.values = line
                .values
                .into_iter()
                .flat_map(|value| match &*value {
                    "0.0.0.0/0" => vec!["0.0.0.0/1".to_owned(), "128.0.0.0/1".to_owned()],
                    "::/0" => vec!["::/1".to_owned(), "8000::/1".to_owned()],
                    _ => vec![value],
                })
                .collect();
        }
        Some(line)
    })
}

/// What is missing at the end of an ARN is `*`.
fn resources_completed(situation: &Situation) -> Situation {
    with_resources(situation, |Written { pattern, .. }| {
        let missing = 5_usize.saturating_sub(pattern.matches(':').count());
        let missing = if pattern.starts_with("arn:") {
            missing
        } else {
            0
        };
        format!("{pattern}{}", ":*".repeat(missing))
    })
}

/// A wildcard at the end of a field may stretch over colons: such a pattern matches the resource as if it
/// were the resource.
fn wildcards_met(situation: &Situation) -> Situation {
    with_resources(
        situation,
        |Written {
             pattern, variables, ..
         }| {
            let stretches =
                pattern.starts_with("arn:") && pattern[..pattern.len() - 1].contains("*:");
            let met =
                !(variables && pattern.contains("${")) && matches(pattern, &situation.resource);
            if stretches && met {
                situation.resource.clone()
            } else {
                pattern.to_owned()
            }
        },
    )
}

/// Naming the account lets the caller in, and naming the caller beside it changes nothing; that its own
/// account has to allow it too is not asked of the resource's side.
fn accounts_as_callers(situation: &Situation) -> Situation {
    changed(situation, |situation| {
        let (Some(account), Some(identity)) =
            (situation.who.account(), situation.who.identity_arn())
        else {
            return;
        };
        let root = format!("arn:aws:iam::{account}:root");
        edit_principals(situation, |mut list| {
            if list.iter().any(|name| name == account || *name == root) && !list.contains(&identity)
            {
                list.push(identity.clone());
            }
            list
        });
    })
}

/// A session is let in by its own ARN and by that of its role or user, and either beside the other changes
/// nothing on the resource's side.
fn sessions_as_callers(situation: &Situation) -> Situation {
    changed(situation, |situation| {
        let (Some(own), Some(identity)) = (situation.who.arn(), situation.who.identity_arn())
        else {
            return;
        };
        edit_principals(situation, |mut list| {
            if list.contains(&own) && !list.contains(&identity) {
                list.push(identity.clone());
            }
            list
        });
    })
}

/// No wildcard matches part of a principal.
fn principals_without_wildcards(situation: &Situation) -> Situation {
    changed(situation, |situation| {
        edit_principals(situation, |list| {
            let named = |name: String| {
                if name.contains("/*") {
                    NO_ARN.to_owned()
                } else {
                    name
                }
            };
            list.into_iter().map(named).collect()
        });
    })
}

/// What a resource's policy grants to the session itself, or to everyone, in one account is not limited by
/// the session policy: without one that does not allow it, the answer is the same.
fn without_session_policy(situation: &Situation) -> Situation {
    changed(situation, |situation| {
        let one_account = situation.who.account() == Some(situation.owner);
        if one_account && !matches!(situation.who, Who::User { .. }) {
            situation.policies.session = None;
        }
    })
}
