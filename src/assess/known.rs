//! What is known of whatever a finding names as its check.

use tripod_checks::{Check, Framework, Mapping, mappings_from, mappings_of};
use tripod_model::{Pillar, Severity};

use crate::{Report, ReportedRule, find_check};

/// A check of Tripod, or a rule of the user's own.
#[derive(Debug, Clone, Copy)]
pub enum Known<'r> {
    /// A check, Tripod's own included.
    Check(&'static Check),
    /// A rule, as the report has it.
    Rule(&'r ReportedRule),
}

impl Report {
    /// The rule of the user's own of this id, if it ran.
    pub fn rule(&self, id: &str) -> Option<&ReportedRule> {
        let place = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id));
        place.ok().and_then(|place| self.rules.get(place))
    }

    /// What is known of a check by its id; nothing, where it is one of another version.
    pub fn known(&self, id: &str) -> Option<Known<'_>> {
        let rule = self.rule(id).map(Known::Rule);
        rule.or_else(|| find_check(id).map(Known::Check))
    }
}

impl<'r> Known<'r> {
    /// Its id.
    pub fn id(self) -> &'r str {
        match self {
            Self::Check(check) => check.id,
            Self::Rule(rule) => &rule.id,
        }
    }

    /// The problem in a few words.
    pub fn title(self) -> &'r str {
        match self {
            Self::Check(check) => check.title,
            Self::Rule(rule) => &rule.title,
        }
    }

    /// The service it is shown under.
    pub fn service(self) -> &'r str {
        match self {
            Self::Check(check) => check.service.as_str(),
            Self::Rule(rule) => &rule.service,
        }
    }

    /// The severity of its findings, unless lowered.
    pub fn severity(self) -> Severity {
        match self {
            Self::Check(check) => check.severity(),
            Self::Rule(rule) => rule.severity,
        }
    }

    /// The leg it belongs to.
    pub fn pillar(self) -> Pillar {
        match self {
            Self::Check(check) => check.pillar(),
            Self::Rule(rule) => rule.impact.worst_pillar(),
        }
    }

    /// Rows of the catalogue it decides; of a rule none.
    pub fn rows(self) -> &'static [&'static str] {
        match self {
            Self::Check(check) => check.rows,
            Self::Rule(_) => &[],
        }
    }

    /// Operations whose answers it reads.
    pub fn needs(self) -> Vec<&'r str> {
        match self {
            Self::Check(check) => check.needs.to_vec(),
            Self::Rule(rule) => rule.needs.iter().map(String::as_str).collect(),
        }
    }

    /// The prose under this heading: "What", "Why", "How to mend". Empty where there is none.
    pub fn section(self, heading: &str) -> &'r str {
        match (self, heading) {
            (Self::Check(check), _) => check.section(heading),
            (Self::Rule(rule), "What") => &rule.what,
            (Self::Rule(rule), "Why") => &rule.why,
            (Self::Rule(rule), "How to mend") => &rule.mend,
            (Self::Rule(_), _) => "",
        }
    }

    /// The addresses it refers to.
    pub fn references(self) -> Vec<&'r str> {
        let is_address = |it: &&str| it.starts_with("https://");
        match self {
            Self::Check(check) => {
                let parts = check.section("References").split(['<', '>']);
                parts.filter(is_address).collect()
            }
            Self::Rule(rule) => {
                let all = rule.references.iter().map(String::as_str);
                all.filter(is_address).collect()
            }
        }
    }

    /// The requirements it names, by the framework's short name, in the order of the frameworks' names for a rule.
    pub fn controls(self) -> Vec<(&'r str, &'r str)> {
        match self {
            Self::Check(check) => {
                let named = check.controls.iter();
                named.map(|it| (it.framework(), it.id())).collect()
            }
            Self::Rule(rule) => {
                let named = rule.controls.iter();
                named
                    .flat_map(|(framework, ids)| {
                        ids.iter().map(|id| (framework.as_str(), id.as_str()))
                    })
                    .collect()
            }
        }
    }

    /// The controls it serves, named and following, of those that the catalogues know.
    pub fn mappings(self) -> Vec<Mapping> {
        match self {
            Self::Check(check) => mappings_of(check),
            Self::Rule(_) => {
                mappings_from(self.controls().into_iter().filter_map(|(short, id)| {
                    let framework = Framework::ALL.into_iter().find(|it| it.key() == short)?;
                    Some((framework, id))
                }))
            }
        }
    }
}
