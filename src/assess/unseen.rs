//! What could not be seen, by cause: the list of permissions to ask for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{CauseKind, Finding};

/// One reason for which outcomes are "not assessed".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// What stood in the way.
    pub kind: CauseKind,
    /// The operation concerned, as `service:Operation`.
    pub operation: Option<String>,
    /// AWS's error code, for a refused call.
    pub code: Option<String>,
    /// The IAM action that would cure a refused call.
    pub permission: Option<String>,
    /// The errors in words, for failed calls, each once.
    pub errors: BTreeSet<String>,
    /// How many outcomes are missing for this reason.
    pub outcomes: u64,
    /// The checks concerned.
    pub checks: BTreeSet<String>,
    /// Where: account and region.
    pub places: BTreeSet<(String, String)>,
}

impl Unseen {
    /// The cause as half a sentence, lower case, without a full stop.
    pub fn text(&self) -> String {
        let operation = self.operation.as_deref().unwrap_or("the call");
        match self.kind {
            CauseKind::Denied => format!(
                "AWS denied {operation} ({})",
                self.code.as_deref().unwrap_or("no code")
            ),
            CauseKind::Failed => format!("{operation} led to no usable answer"),
            CauseKind::Unsupported => format!("the endpoint or region does not offer {operation}"),
            CauseKind::NotCollected => "the value was not collected in this run".to_owned(),
            CauseKind::Internal => "the check failed inside".to_owned(),
            CauseKind::Rule => "the rule cannot be computed".to_owned(),
        }
    }

    /// What would cure it, lower case, without a full stop.
    pub fn cure(&self) -> String {
        match (&self.permission, self.kind) {
            (Some(permission), _) => format!("allow {permission}"),
            (None, CauseKind::Denied) => "allow the operation to the scanner's role".to_owned(),
            (None, CauseKind::Failed) => "mend what the error names and scan again".to_owned(),
            (None, CauseKind::Unsupported) => "none where the operation is missing".to_owned(),
            (None, CauseKind::NotCollected) => "scan again with this service and region".to_owned(),
            (None, CauseKind::Internal) => "report this fault of Tripod".to_owned(),
            (None, CauseKind::Rule) => "mend the rule where its findings point".to_owned(),
        }
    }
}

/// Groups what was not assessed by cause; the cause of most outcomes first.
pub(crate) fn group(findings: &[Finding]) -> Vec<Unseen> {
    let mut groups = BTreeMap::new();
    for finding in findings {
        let Some(cause) = &finding.cause else {
            continue;
        };
        let key = (cause.kind, &cause.operation, &cause.code, &cause.permission);
        let group = groups.entry(key).or_insert_with(|| Unseen {
            kind: cause.kind,
            operation: cause.operation.clone(),
            code: cause.code.clone(),
            permission: cause.permission.clone(),
            errors: BTreeSet::new(),
            outcomes: 0,
            checks: BTreeSet::new(),
            places: BTreeSet::new(),
        });
        group.outcomes += 1;
        group.errors.extend(cause.error.clone());
        group.checks.insert(finding.check.to_string());
        group.places.insert((
            finding.resource.account.to_string(),
            finding.resource.region.to_string(),
        ));
    }
    let mut unseen: Vec<Unseen> = groups.into_values().collect();
    // Stable: equals stay in the order of their keys.
    unseen.sort_by_key(|group| Reverse(group.outcomes));
    unseen
}

#[cfg(test)]
mod tests {
    use tripod_checks::ALL;
    use tripod_model::{CauseKind, Observed, fixtures};

    use super::group;
    use crate::testing::assessed;

    #[test]
    fn outcomes_of_one_cause_are_counted_together_and_the_cure_is_named() {
        let mut functions = vec![fixtures::function("a"), fixtures::function("b")];
        for function in &mut functions {
            function.urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
        }
        let mut third = fixtures::function("c");
        third.urls = Observed::Failed {
            operation: "lambda:ListFunctionUrlConfigs".to_owned(),
            error: "cut off".to_owned(),
        };
        functions.push(third);
        let checks = [tripod_checks::find("lambda-public-url").expect("registered")];
        let unseen = group(&assessed(&fixtures::with_functions(functions), &checks).findings);
        assert_eq!(unseen.len(), 2, "{unseen:#?}");
        assert_eq!(unseen[0].outcomes, 2);
        assert_eq!(unseen[0].cure(), "allow lambda:ListFunctionUrlConfigs");
        assert_eq!(unseen[1].kind, CauseKind::Failed);
        assert!(unseen[1].errors.contains("cut off"));
    }

    #[test]
    fn a_snapshot_seen_whole_has_none() {
        let snapshot = fixtures::with_functions(vec![fixtures::function("a")]);
        let checks: Vec<_> = ALL
            .iter()
            .copied()
            .filter(|check| check.id == "lambda-public-url")
            .collect();
        assert!(group(&assessed(&snapshot, &checks).findings).is_empty());
    }
}
