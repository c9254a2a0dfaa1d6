//! Which checks to run.

use tripod_checks::{Check, Service};
use tripod_model::{Pillar, Severity};

use crate::Profile;

/// What was asked for. Empty lists and `None` leave everything in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these: ids, earlier ids or catalogue rows.
    pub checks: Vec<String>,
    /// Without these: ids, earlier ids or catalogue rows.
    pub skip: Vec<String>,
    /// Only checks of these services.
    pub services: Vec<Service>,
    /// Only checks that belong to these legs.
    pub pillars: Vec<Pillar>,
    /// Only checks of at least this severity.
    pub severity: Option<Severity>,
    /// Only checks that run under it; those named in `checks` run whatever it says.
    pub profile: Profile,
}

/// A selection that cannot be meant. The fault is the caller's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// A name that no check has.
    #[error("no check is called '{name}'")]
    UnknownCheck {
        /// As given.
        name: String,
    },
    /// The filters together leave no check.
    #[error("the selection leaves no check to run")]
    Empty,
}

impl Selection {
    /// The checks of `all` that are selected, in their order.
    ///
    /// # Errors
    /// When a name means no check of `all`, or nothing is left: a scan that silently checks nothing
    /// would read as a clean one.
    pub fn apply(&self, all: &[&'static Check]) -> Result<Vec<&'static Check>, SelectionError> {
        for name in self.checks.iter().chain(&self.skip) {
            if !all.iter().any(|check| is_called(check, name)) {
                return Err(SelectionError::UnknownCheck { name: name.clone() });
            }
        }
        let selected: Vec<&'static Check> = all
            .iter()
            .copied()
            .filter(|check| self.holds(check))
            .collect();
        if selected.is_empty() {
            return Err(SelectionError::Empty);
        }
        Ok(selected)
    }

    fn holds(&self, check: &Check) -> bool {
        let named = |names: &[String]| names.iter().any(|name| is_called(check, name));
        (self.checks.is_empty() || named(&self.checks))
            && (!self.checks.is_empty() || self.profile.selects(check))
            && !named(&self.skip)
            && (self.services.is_empty() || self.services.contains(&check.service))
            && (self.pillars.is_empty() || self.pillars.contains(&check.pillar()))
            && self
                .severity
                .is_none_or(|lowest| check.severity() >= lowest)
    }
}

fn is_called(check: &Check, name: &str) -> bool {
    check.id == name || check.aliases.contains(&name) || check.rows.contains(&name)
}

#[cfg(test)]
mod tests {
    use tripod_checks::{Check, Confidence, Service};
    use tripod_model::{Impact, Pillar, Severity};

    use super::{Selection, SelectionError};
    use crate::Profile;
    use crate::testing::{check, check_with};

    fn all() -> Vec<&'static Check> {
        vec![
            check("lambda-one", |_, _| {}),
            check_with(
                "kms-two",
                |_, _| {},
                |check| {
                    check.service = Service::Kms;
                    check.aliases = &["kms-former"];
                    check.rows = &["KM99"];
                    check.impact = Impact {
                        confidentiality: Severity::None,
                        integrity: Severity::None,
                        availability: Severity::Medium,
                    };
                },
            ),
        ]
    }

    fn ids(selection: &Selection) -> Vec<&'static str> {
        let selected = selection.apply(&all()).expect("a selection");
        selected.iter().map(|check| check.id).collect()
    }

    #[test]
    fn nothing_asked_selects_everything() {
        assert_eq!(ids(&Selection::default()), ["lambda-one", "kms-two"]);
    }

    #[test]
    fn checks_are_named_by_id_earlier_id_or_row() {
        for name in ["kms-two", "kms-former", "KM99"] {
            let selection = Selection {
                checks: vec![name.to_owned()],
                ..Selection::default()
            };
            assert_eq!(ids(&selection), ["kms-two"], "{name}");
            let selection = Selection {
                skip: vec![name.to_owned()],
                ..Selection::default()
            };
            assert_eq!(ids(&selection), ["lambda-one"], "{name}");
        }
    }

    #[test]
    fn service_pillar_and_severity_narrow() {
        let by_service = Selection {
            services: vec![Service::Kms],
            ..Selection::default()
        };
        assert_eq!(ids(&by_service), ["kms-two"]);
        let by_pillar = Selection {
            pillars: vec![Pillar::Confidentiality],
            ..Selection::default()
        };
        assert_eq!(ids(&by_pillar), ["lambda-one"]);
        let by_severity = Selection {
            severity: Some(Severity::High),
            ..Selection::default()
        };
        assert_eq!(ids(&by_severity), ["lambda-one"]);
    }

    #[test]
    fn the_profile_leaves_out_hints_unless_they_are_named() {
        let hint = check_with(
            "lambda-hint",
            |_, _| {},
            |check| check.confidence = Confidence::Low,
        );
        let mut all = all();
        all.push(hint);
        let selected = |profile, checks: &[&str]| {
            let checks = checks.iter().map(|name| (*name).to_owned()).collect();
            let selection = Selection {
                checks,
                profile,
                ..Selection::default()
            };
            selection.apply(&all).expect("a selection").len()
        };
        assert_eq!(selected(Profile::Baseline, &[]), 2);
        assert_eq!(selected(Profile::Strict, &[]), 3);
        assert_eq!(selected(Profile::Baseline, &["lambda-hint"]), 1);
    }

    #[test]
    fn an_unknown_name_and_an_empty_selection_are_errors() {
        let unknown = Selection {
            skip: vec!["lambda-onne".to_owned()],
            ..Selection::default()
        };
        assert_eq!(
            unknown.apply(&all()).expect_err("unknown"),
            SelectionError::UnknownCheck {
                name: "lambda-onne".to_owned()
            }
        );
        let empty = Selection {
            services: vec![Service::Vpc],
            ..Selection::default()
        };
        assert_eq!(
            empty.apply(&all()).expect_err("empty"),
            SelectionError::Empty
        );
    }
}
