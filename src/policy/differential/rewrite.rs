//! Changes to situations that leave their meaning as it is.

use serde_json::{Map, Value, json};

use crate::situation::{Situation, statements, texts};

/// One line of a condition block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
    /// Whether `${…}` is a variable in its policy.
    pub(crate) variables: bool,
}

impl Line {
    /// The operator without what stands in front of and behind it.
    pub(crate) fn base(&self) -> &str {
        let base = self
            .operator
            .split_once(':')
            .map_or(&*self.operator, |(_, base)| base);
        base.strip_suffix("IfExists").unwrap_or(base)
    }

    pub(crate) fn has_base(&self, kinds: &[&str]) -> bool {
        kinds
            .iter()
            .any(|kind| self.base().trim_start_matches("Not").starts_with(kind))
    }

    pub(crate) fn is_negated(&self) -> bool {
        self.base().contains("Not")
    }

    /// The same operator with another base.
    pub(crate) fn with_base(&self, base: &str) -> String {
        self.operator.replacen(self.base(), base, 1)
    }

    /// With other values.
    pub(crate) fn each(mut self, change: impl Fn(&str) -> String) -> Self {
        for value in &mut self.values {
            *value = change(value);
        }
        self
    }
}

/// Whether `${…}` is a variable in the policy.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
fn has_variables(policy: &Value) -> bool {
    policy["Version"] == "2012-10-17"
}

/// Every line of every condition block, changed or, where it is certain to hold, left out.
pub(crate) fn edit_conditions(
    situation: &mut Situation,
    mut edit: impl FnMut(Line) -> Option<Line>,
) {
    for policy in situation.policies.all_mut() {
        let variables = has_variables(policy);
        for statement in statements(policy) {
            let Some(Value::Object(operators)) = statement.remove("Condition") else {
                continue;
            };
            let mut edited = Map::new();
            for (operator, keys) in operators {
                for (key, value) in keys.as_object().into_iter().flatten() {
                    let line = Line {
                        operator: operator.clone(),
                        key: key.clone(),
                        values: texts(value),
                        variables,
                    };
                    if let Some(line) = edit(line) {
                        put(&mut edited, line);
                    }
                }
            }
            if !edited.is_empty() {
                statement.insert("Condition".to_owned(), Value::Object(edited));
            }
        }
    }
}

fn put(conditions: &mut Map<String, Value>, line: Line) {
    let values = one_or_list(&line.values);
    if let Value::Object(keys) = conditions.entry(line.operator).or_insert_with(|| json!({})) {
        // The case of a key does not matter, so that it can stand there twice.
        let taken = keys.contains_key(&line.key);
        let key = if taken {
            line.key.to_ascii_uppercase()
        } else {
            line.key
        };
        keys.insert(key, values);
    }
}

/// A pattern of `Resource` or `NotResource`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'p> {
    pub(crate) pattern: &'p str,
    /// Whether it stands under `NotResource`.
    pub(crate) spared: bool,
    /// Whether `${…}` is a variable in its policy.
    pub(crate) variables: bool,
}

/// Every pattern of every `Resource` and `NotResource`.
pub(crate) fn edit_resources(situation: &mut Situation, edit: impl Fn(Written<'_>) -> String) {
    for policy in situation.policies.all_mut() {
        let variables = has_variables(policy);
        for statement in statements(policy) {
            for (name, spared) in [("Resource", false), ("NotResource", true)] {
                if let Some(value) = statement.get_mut(name) {
                    let patterns = texts(value);
                    let edited = patterns.iter().map(|pattern| {
                        edit(Written {
                            pattern,
                            spared,
                            variables,
                        })
                    });
                    *value = one_or_list(&edited.collect::<Vec<_>>());
                }
            }
        }
    }
}

/// Every list of AWS principals of every `Principal` and `NotPrincipal`.
pub(crate) fn edit_principals(
    situation: &mut Situation,
    edit: impl Fn(Vec<String>) -> Vec<String>,
) {
    for policy in situation.policies.all_mut() {
        for statement in statements(policy) {
            for name in ["Principal", "NotPrincipal"] {
                if let Some(value) = statement
                    .get_mut(name)
                    .and_then(|kinds| kinds.get_mut("AWS"))
                {
                    *value = one_or_list(&edit(texts(value)));
                }
            }
        }
    }
}

fn one_or_list(texts: &[String]) -> Value {
    match texts {
        [one] => json!(one),
        several => json!(several),
    }
}

/// The text with its variables replaced: by the value that the request has for the key, or by the
/// default, or by `missing`; so too the three that stand for a character, which no value here has.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(crate) fn substituted(text: &str, situation: &Situation, missing: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        result.push_str(before);
        let (key, default) = match name.split_once(',') {
            Some((key, default)) => (key, Some(default.trim().trim_matches('\''))),
            None => (name, None),
        };
        match situation.key(key.trim()).as_deref() {
            Some([one]) => result.push_str(one),
            _ => result.push_str(default.unwrap_or(missing)),
        }
        rest = after;
    }
    result + rest
}

/// Whether a variable of the text has no value and no default.
pub(crate) fn lacks_a_value(text: &str, situation: &Situation) -> bool {
    substituted(text, situation, "\0").contains('\0')
}

/// Whether a pattern matches a text; `*` stands for any letters, `?` for one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            let rest = &pattern[1..];
            (0..=text.len()).any(|at| text.is_char_boundary(at) && matches(rest, &text[at..]))
        }
        (Some('?'), Some(letter)) => matches(&pattern[1..], &text[letter.len_utf8()..]),
        (Some(own), Some(letter)) if own == letter => {
            matches(&pattern[own.len_utf8()..], &text[letter.len_utf8()..])
        }
        _ => false,
    }
}

/// A value that no key of any situation has, and an ARN that nothing has.
pub(crate) const NOTHING: &str = "(matches nothing)";
pub(crate) const NO_ARN: &str = "arn:aws:iam::000000000000:user/nobody";
