//! Which places of which answers may hold secrets, as a table.

mod apigateway;
mod everywhere;
mod lambda;
mod neighbours;

use std::collections::BTreeMap;

use tripod_model::SecretKind;

/// What happens to the texts at a place, from the mildest to the strictest. Of several rules for one
/// place the strictest counts, and a rule holds for everything below its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Treatment {
    /// Text that may hold a secret and mostly does not: what looks like one is replaced, the rest
    /// stays.
    IfSecret,
    /// Nobody else's business whatever it is: the whole text is replaced, and a detector says in the
    /// marker what it looked like.
    Masked,
    /// A secret by nature: the whole text is replaced, and the marker says which kind it is.
    Secret(SecretKind),
}

/// Some places in the answers to some operations.
struct Rule {
    /// `service:Operation`, `service:*` or `*`.
    operations: &'static [&'static str],
    /// Names as they go over the wire, from the top of the answer, parted by `/`: `*` is any name,
    /// `**` at the beginning any names. Lists add no name, see [`super::document`].
    paths: &'static [&'static str],
    treatment: Treatment,
}

static TABLES: [&[Rule]; 4] = [
    lambda::RULES,
    apigateway::RULES,
    neighbours::RULES,
    everywhere::RULES,
];

/// Where the answers to one operation may hold secrets, by the last name of the path: of the thousands
/// of places in an answer few have such a name.
#[derive(Default)]
pub(super) struct Places {
    by_name: BTreeMap<&'static str, Vec<Place>>,
    /// Those that end in `*`.
    any: Vec<Place>,
}

/// The steps of a path, and what happens there.
struct Place(Vec<&'static str>, Treatment);

impl Places {
    /// The treatment of a place of a name, which `is_at` recognises by its path, where it has one.
    pub(super) fn treatment(
        &self,
        name: &str,
        is_at: impl Fn(&[&str]) -> bool,
    ) -> Option<Treatment> {
        let named = self.by_name.get(name).into_iter().flatten();
        named
            .chain(&self.any)
            .filter(|place| is_at(&place.0))
            .map(|place| place.1)
            .max()
    }
}

/// The places for one operation's answers.
pub(super) fn of(operation: &str) -> Places {
    let mut places = Places::default();
    for rule in TABLES.iter().copied().flatten() {
        if !rule.operations.iter().any(|row| covers(row, operation)) {
            continue;
        }
        for path in rule.paths {
            let steps: Vec<&str> = path.split('/').collect();
            let last = steps.last().copied().unwrap_or_default();
            let place = Place(steps, rule.treatment);
            match last {
                "*" => places.any.push(place),
                name => places.by_name.entry(name).or_default().push(place),
            }
        }
    }
    places
}

/// Every row: an operation of it, a path, the treatment.
#[cfg(test)]
pub(super) fn rows() -> impl Iterator<Item = (String, &'static str, Treatment)> {
    TABLES.iter().copied().flatten().flat_map(|rule| {
        rule.operations.iter().flat_map(move |operation| {
            let operation = operation.strip_suffix('*').map_or_else(
                || (*operation).to_owned(),
                |service| format!("{service}Describe"),
            );
            rule.paths
                .iter()
                .map(move |path| (operation.clone(), *path, rule.treatment))
        })
    })
}

fn covers(row: &str, operation: &str) -> bool {
    match row.strip_suffix('*') {
        Some(start) => operation.starts_with(start),
        None => row == operation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_written_as_the_table_is_read() {
        for rule in TABLES.iter().copied().flatten() {
            for row in rule.operations {
                let service = row.split(':').next().unwrap_or_default();
                let word = |text: &str| {
                    text.bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                };
                let whole = *row == "*" || row.ends_with(":*") && word(service);
                let single = row
                    .split_once(':')
                    .is_some_and(|(service, name)| word(service) && word(name));
                assert!(whole || single, "{row}");
            }
            for path in rule.paths {
                let steps: Vec<&str> = path.split('/').collect();
                assert!(steps.iter().all(|step| !step.is_empty()), "{path}");
                assert!(!steps[1..].contains(&"**"), "{path}");
                assert_ne!(steps.last(), Some(&"**"), "{path}");
                assert!(!path.contains("[]"), "lists add no name: {path}");
            }
        }
    }

    #[test]
    fn the_strictest_rule_counts() {
        assert!(Treatment::IfSecret < Treatment::Masked);
        assert!(Treatment::Masked < Treatment::Secret(SecretKind::NamedSecret));
    }

    #[test]
    fn a_row_for_a_service_is_for_no_other() {
        assert!(covers("ec2:*", "ec2:DescribeVpcs"));
        assert!(!covers("ec2:*", "ec2messages:GetEndpoint"));
        assert!(covers("*", "anything:AtAll"));
        assert!(!covers("lambda:GetFunction", "lambda:GetFunctionUrlConfig"));
    }
}
