//! Which controls a check serves: those it names, and those that follow from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Serialize;

use super::Framework;
use crate::Check;
use crate::tables::rows;

/// A control that is served, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapping {
    /// The framework.
    pub framework: Framework,
    /// The framework's id of the control.
    pub id: &'static str,
    /// The control it follows from; none where the check names it.
    pub via: Option<Via>,
}

/// The control that another follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via {
    /// Its framework.
    pub framework: Framework,
    /// Its id.
    pub id: &'static str,
    /// Who says so.
    pub basis: Basis,
}

/// Who says that one control follows from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// This project, by what the two controls ask; not taken from a published mapping.
    Ours,
    /// AWS, as a related requirement of a control of Security Hub.
    Aws,
}

impl Basis {
    /// The word of the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Aws => "aws",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Ours, Self::Aws]
            .into_iter()
            .find(|it| it.as_str() == word)
    }
}

const DERIVED: &str = include_str!("derived.tsv");
const WHOLE: &str = include_str!("whole.tsv");

type Key = (Framework, &'static str);

/// From a control to those that follow from it.
static FOLLOWING: LazyLock<BTreeMap<Key, Vec<Mapping>>> = LazyLock::new(|| {
    let mut following: BTreeMap<Key, Vec<Mapping>> = BTreeMap::new();
    for row in rows(DERIVED) {
        let Some((from, mappings)) = read_derived(&row) else {
            continue;
        };
        following.entry(from).or_default().extend(mappings);
    }
    following
});

fn read_derived(row: &[&'static str]) -> Option<(Key, Vec<Mapping>)> {
    let [framework, id, other, ids, basis] = *row else {
        return None;
    };
    let via = Via {
        framework: of_key(framework)?,
        id,
        basis: Basis::read(basis)?,
    };
    let other = of_key(other)?;
    let mapping = |id| Mapping {
        framework: other,
        id,
        via: Some(via),
    };
    Some((
        (via.framework, via.id),
        ids.split(',').map(mapping).collect(),
    ))
}

fn of_key(key: &str) -> Option<Framework> {
    Framework::ALL.into_iter().find(|it| it.key() == key)
}

/// The checks that together see everything a control asks, where some do. Of every other control that checks serve,
/// they see a part.
pub fn whole(framework: Framework, id: &str) -> Option<BTreeSet<&'static str>> {
    rows(WHOLE).find_map(|row| match row[..] {
        [of, control, checks, _] if of == framework.key() && control == id => {
            Some(checks.split(' ').collect())
        }
        _ => None,
    })
}

/// The controls that a check serves, by framework and id, each once. What it names goes before what follows.
pub fn mappings_of(check: &Check) -> Vec<Mapping> {
    mappings_from(
        check
            .controls
            .iter()
            .map(|control| (control.catalogue(), control.id())),
    )
}

/// The same for controls that are named elsewhere, such as by a rule of the user's own. Ids that the catalogue lacks
/// are left out.
pub fn mappings_from<'i>(named: impl IntoIterator<Item = (Framework, &'i str)>) -> Vec<Mapping> {
    let named: Vec<Mapping> = named
        .into_iter()
        .filter_map(|(framework, id)| {
            let id = framework.catalogue().control(id)?.id;
            Some(Mapping {
                framework,
                id,
                via: None,
            })
        })
        .collect();
    let following = named
        .iter()
        .filter_map(|it| FOLLOWING.get(&(it.framework, it.id)))
        .flatten();
    let mut mappings: BTreeMap<Key, Mapping> = BTreeMap::new();
    for mapping in named.iter().chain(following) {
        mappings
            .entry((mapping.framework, mapping.id))
            .or_insert(*mapping);
    }
    mappings.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ALL, find};

    fn check(id: &str) -> &'static Check {
        find(id).unwrap_or_else(|| panic!("{id} is no check"))
    }

    fn of(id: &str, framework: Framework) -> Vec<(&'static str, Option<&'static str>)> {
        mappings_of(check(id))
            .into_iter()
            .filter(|mapping| mapping.framework == framework)
            .map(|mapping| (mapping.id, mapping.via.map(|via| via.id)))
            .collect()
    }

    #[test]
    fn a_check_names_no_control_that_the_catalogue_lacks() {
        for check in ALL {
            for control in check.controls {
                let catalogue = control.catalogue().catalogue();
                assert!(
                    catalogue.control(control.id()).is_some(),
                    "{}: {control:?}",
                    check.id
                );
            }
        }
    }

    #[test]
    fn every_derived_control_is_in_its_catalogue() {
        let mut read = 0;
        for row in rows(DERIVED) {
            let ((framework, id), mappings) =
                read_derived(&row).unwrap_or_else(|| panic!("{row:?}"));
            assert!(framework.catalogue().control(id).is_some(), "{row:?}");
            for mapping in mappings {
                assert_ne!(mapping.framework, framework, "{row:?}");
                let catalogue = mapping.framework.catalogue();
                assert!(
                    catalogue.control(mapping.id).is_some(),
                    "{row:?}: {}",
                    mapping.id
                );
                read += 1;
            }
        }
        assert!(read > 300, "{read}");
    }

    #[test]
    fn a_pair_of_control_and_framework_stands_in_one_row() {
        let mut seen = BTreeSet::new();
        for row in rows(DERIVED) {
            assert!(seen.insert((row[0], row[1], row[2])), "{row:?}");
            let ids: Vec<&str> = row[3].split(',').collect();
            let once: BTreeSet<_> = ids.iter().collect();
            assert_eq!(once.len(), ids.len(), "{row:?}");
        }
    }

    #[test]
    fn what_aws_says_comes_from_fsbp_and_what_we_say_from_the_baseline() {
        for mapping in FOLLOWING.values().flatten() {
            let via = mapping.via.expect("derived");
            let expected = match via.basis {
                Basis::Aws => Framework::Fsbp,
                Basis::Ours => Framework::Baseline,
            };
            assert_eq!(via.framework, expected, "{mapping:?}");
        }
    }

    #[test]
    fn every_row_of_the_baseline_leads_to_iso() {
        for control in &Framework::Baseline.catalogue().controls {
            let follow = &FOLLOWING[&(Framework::Baseline, control.id)];
            let iso = follow.iter().any(|it| it.framework == Framework::Iso27001);
            assert!(iso, "{}", control.id);
        }
    }

    #[test]
    fn checks_that_see_a_whole_control_serve_it() {
        let mut read = 0;
        for row in rows(WHOLE) {
            let [key, id, _, why] = row[..] else {
                panic!("{row:?}");
            };
            let framework = of_key(key).unwrap_or_else(|| panic!("{row:?}"));
            assert!(!why.is_empty(), "{row:?}");
            for name in whole(framework, id).expect("the row just read") {
                let mappings = mappings_of(check(name));
                let serves = mappings
                    .iter()
                    .any(|it| it.framework == framework && it.id == id);
                assert!(serves, "{name} does not serve {id}");
            }
            read += 1;
        }
        assert!(read > 0);
        assert_eq!(whole(Framework::Iso27001, "A.5.15"), None);
    }

    #[test]
    fn a_derived_control_names_the_one_it_follows_from() {
        let iso = of("lambda-environment-secret", Framework::Iso27001);
        assert_eq!(iso, [("A.5.17", Some("CODE-6"))]);
        let lens = of("apigateway-missing-throttling", Framework::ServerlessLens);
        assert_eq!(lens, [("REL 1", Some("AVL-2"))]);
    }

    /// Security Hub's page of Lambda controls lists 7.2.1 under Lambda.1, for PCI DSS 4.0.1.
    #[test]
    fn aws_related_requirements_come_through_its_own_control() {
        let pci = of("lambda-confused-deputy", Framework::PciDss);
        assert_eq!(pci, [("7.2.1", Some("Lambda.1"))]);
    }

    #[test]
    fn what_a_check_names_itself_is_not_called_derived() {
        let nist = of("lambda-public-policy", Framework::Nist80053);
        let sc7 = nist.iter().find(|(id, _)| *id == "SC-7").expect("named");
        // NET-6 and Lambda.1 lead there too.
        assert_eq!(sc7.1, None);
    }

    #[test]
    fn nothing_is_mapped_twice() {
        for check in ALL {
            let mappings = mappings_of(check);
            let keys: BTreeSet<_> = mappings.iter().map(|it| (it.framework, it.id)).collect();
            assert_eq!(keys.len(), mappings.len(), "{}", check.id);
        }
    }

    #[test]
    fn an_id_that_no_catalogue_has_is_left_out() {
        assert_eq!(mappings_from([(Framework::Baseline, "IAM-99")]), []);
        assert!(mappings_from([(Framework::Baseline, "IAM-1")]).len() > 5);
    }
}
