//! The catalogues: what each framework's controls are called.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;
use tripod_model::Pillar;

use crate::tables::{head, rows};

/// A framework that checks are mapped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
pub enum Framework {
    /// Tripod's serverless baseline.
    Baseline,
    /// AWS Security Hub, Foundational Security Best Practices.
    Fsbp,
    /// CIS AWS Foundations Benchmark.
    CisAws,
    /// NIST SP 800-53.
    Nist80053,
    /// PCI DSS.
    PciDss,
    /// ISO/IEC 27001, Annex A.
    Iso27001,
    /// SOC 2, Trust Services Criteria.
    Soc2,
    /// HIPAA Security Rule.
    Hipaa,
    /// AWS Well-Architected, Security Pillar.
    WellArchitected,
    /// AWS Well-Architected, Serverless Applications Lens.
    ServerlessLens,
    /// OWASP Serverless Top 10.
    OwaspServerless,
}

impl From<Framework> for &'static str {
    fn from(framework: Framework) -> Self {
        framework.key()
    }
}

/// A framework's controls, and where they come from.
#[derive(Debug)]
pub struct Catalogue {
    /// The framework.
    pub framework: Framework,
    /// Its full name.
    pub title: &'static str,
    /// Its version.
    pub version: &'static str,
    /// When that version came out, as year and month where known.
    pub date: &'static str,
    /// Where it can be read: a URL, or a path of this repository.
    pub source: &'static str,
    /// Under what ids and titles are used.
    pub licence: &'static str,
    /// Which of its controls are listed.
    pub scope: &'static str,
    /// The controls, in the framework's order.
    pub controls: Vec<CatalogueControl>,
}

/// A control of a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueControl {
    /// The framework's id of it.
    pub id: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// The leg it belongs to; the baseline alone says so.
    pub pillar: Option<Pillar>,
    /// What an account must show; the baseline alone says so.
    pub text: Option<&'static str>,
}

/// A name that is no framework's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no framework is called '{name}'; expected one of {}", known.join(", "))]
pub struct UnknownFramework {
    /// The name.
    pub name: String,
    /// The names it may have meant; all of them where none is near.
    pub known: Vec<&'static str>,
}

static CATALOGUES: LazyLock<BTreeMap<Framework, Catalogue>> = LazyLock::new(|| {
    Framework::ALL
        .map(|framework| (framework, Catalogue::read(framework)))
        .into()
});

impl Framework {
    /// All of them, the baseline first.
    pub const ALL: [Self; 11] = [
        Self::Baseline,
        Self::Fsbp,
        Self::CisAws,
        Self::Nist80053,
        Self::PciDss,
        Self::Iso27001,
        Self::Soc2,
        Self::Hipaa,
        Self::WellArchitected,
        Self::ServerlessLens,
        Self::OwaspServerless,
    ];

    /// Its short name, as in JSON and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Fsbp => "aws-fsbp",
            Self::CisAws => "cis-aws-7.0.0",
            Self::Nist80053 => "nist-800-53-r5",
            Self::PciDss => "pci-dss-4.0.1",
            Self::Iso27001 => "iso-27001-2022",
            Self::Soc2 => "soc-2",
            Self::Hipaa => "hipaa",
            Self::WellArchitected => "well-architected-security",
            Self::ServerlessLens => "well-architected-serverless",
            Self::OwaspServerless => "owasp-serverless-2017",
        }
    }

    /// The framework of this short name. A beginning of it does where only one begins so, and neither case nor
    /// punctuation count: `soc2`, `PCI`, `iso27001`, `fsbp`.
    ///
    /// # Errors
    /// When the name is none's, or the beginning of several.
    pub fn find(name: &str) -> Result<Self, UnknownFramework> {
        let asked = plain(name);
        let exact = Self::ALL.into_iter().find(|it| plain(it.key()) == asked);
        let begins = |it: &Self| {
            let key = plain(it.key());
            !asked.is_empty()
                && (key.starts_with(&asked) || key.trim_start_matches("aws").starts_with(&asked))
        };
        let begun: Vec<Self> = Self::ALL.into_iter().filter(begins).collect();
        match (exact, &begun[..]) {
            (Some(framework), _) => Ok(framework),
            (None, [framework]) => Ok(*framework),
            (None, several) => Err(UnknownFramework {
                name: name.to_owned(),
                known: if several.is_empty() {
                    &Self::ALL[..]
                } else {
                    several
                }
                .iter()
                .map(|it| it.key())
                .collect(),
            }),
        }
    }

    /// Its controls.
    pub fn catalogue(self) -> &'static Catalogue {
        &CATALOGUES[&self]
    }

    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Baseline => include_str!("baseline.tsv"),
            Self::Fsbp => include_str!("aws-fsbp.tsv"),
            Self::CisAws => include_str!("cis-aws-7.0.0.tsv"),
            Self::Nist80053 => include_str!("nist-800-53-r5.tsv"),
            Self::PciDss => include_str!("pci-dss-4.0.1.tsv"),
            Self::Iso27001 => include_str!("iso-27001-2022.tsv"),
            Self::Soc2 => include_str!("soc-2.tsv"),
            Self::Hipaa => include_str!("hipaa.tsv"),
            Self::WellArchitected => include_str!("well-architected-security.tsv"),
            Self::ServerlessLens => include_str!("well-architected-serverless.tsv"),
            Self::OwaspServerless => include_str!("owasp-serverless-2017.tsv"),
        }
    }
}

/// Letters and digits alone, lower case.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

impl Catalogue {
    fn read(framework: Framework) -> Self {
        let table = framework.table();
        Self {
            framework,
            title: head(table, "framework"),
            version: head(table, "version"),
            date: head(table, "date"),
            source: head(table, "source"),
            licence: head(table, "licence"),
            scope: head(table, "scope"),
            // A row of another shape is a fault that the tests below find.
            controls: rows(table)
                .filter_map(|row| CatalogueControl::read(&row))
                .collect(),
        }
    }

    /// The control of this id.
    pub fn control(&self, id: &str) -> Option<&CatalogueControl> {
        self.controls.iter().find(|control| control.id == id)
    }
}

impl CatalogueControl {
    fn read(row: &[&'static str]) -> Option<Self> {
        let (id, title, pillar, text) = match *row {
            [id, title] => (id, title, None, None),
            [id, title, letter, text] => (id, title, Some(pillar(letter)?), Some(text)),
            _ => return None,
        };
        Some(Self {
            id,
            title,
            pillar,
            text,
        })
    }
}

fn pillar(letter: &str) -> Option<Pillar> {
    match letter {
        "C" => Some(Pillar::Confidentiality),
        "I" => Some(Pillar::Integrity),
        "A" => Some(Pillar::Availability),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Framework, UnknownFramework};
    use crate::tables::rows;

    #[test]
    fn every_row_of_every_catalogue_is_read_once() {
        for framework in Framework::ALL {
            let catalogue = framework.catalogue();
            let read = catalogue.controls.len();
            assert_eq!(read, rows(framework.table()).count(), "{}", framework.key());
            let ids: BTreeSet<_> = catalogue.controls.iter().map(|it| it.id).collect();
            assert_eq!(ids.len(), read, "{}: an id stands twice", framework.key());
        }
    }

    #[test]
    fn every_catalogue_says_what_it_is_and_where_it_comes_from() {
        for framework in Framework::ALL {
            let it = framework.catalogue();
            for said in [it.title, it.version, it.date, it.licence, it.scope] {
                assert!(!said.is_empty(), "{}", framework.key());
            }
            let known = it.source.starts_with("https://") || it.source.starts_with("docs/");
            assert!(known, "{}: {}", framework.key(), it.source);
        }
    }

    #[test]
    fn ids_and_titles_are_whole() {
        for framework in Framework::ALL {
            for control in &framework.catalogue().controls {
                let id = control.id;
                for text in [id, control.title] {
                    assert!(!text.is_empty() && text.trim() == text, "{id}: '{text}'");
                    assert!(
                        !text.ends_with('.') && !text.contains('|'),
                        "{id}: '{text}'"
                    );
                }
            }
        }
    }

    /// The numbers of controls that the standards themselves state.
    #[test]
    fn catalogues_have_the_size_of_their_standards() {
        let size = |framework: Framework| framework.catalogue().controls.len();
        // ISO/IEC 27001:2022, Annex A: 37 organisational, 8 people, 14 physical, 34 technological.
        assert_eq!(size(Framework::Iso27001), 37 + 8 + 14 + 34);
        // Trust Services Criteria: 33 common, 3 availability, 2 confidentiality, 5 processing, 18 privacy.
        assert_eq!(size(Framework::Soc2), 33 + 3 + 2 + 5 + 18);
        // Security Pillar by question: SEC 1 to SEC 11.
        assert_eq!(
            size(Framework::WellArchitected),
            8 + 6 + 9 + 4 + 4 + 5 + 4 + 4 + 3 + 8 + 8
        );
        assert_eq!(size(Framework::OwaspServerless), 10);
        // SP 800-53 release 5.2.0: 324 controls in 20 families, 24 of them withdrawn.
        let base = &Framework::Nist80053.catalogue().controls;
        assert_eq!(
            base.iter().filter(|it| !it.id.contains('(')).count(),
            324 - 24
        );
    }

    #[test]
    fn the_baseline_says_for_each_row_leg_and_text() {
        for control in &Framework::Baseline.catalogue().controls {
            assert!(control.pillar.is_some(), "{}", control.id);
            assert!(
                control.text.is_some_and(|text| text.ends_with('.')),
                "{}",
                control.id
            );
        }
    }

    #[test]
    fn a_framework_is_found_by_the_beginning_of_its_name() {
        for (name, expected) in [
            ("soc-2", Framework::Soc2),
            ("SOC2", Framework::Soc2),
            ("pci", Framework::PciDss),
            ("pci-dss-4.0.1", Framework::PciDss),
            ("ISO 27001", Framework::Iso27001),
            ("iso27001", Framework::Iso27001),
            ("nist", Framework::Nist80053),
            ("cis", Framework::CisAws),
            ("fsbp", Framework::Fsbp),
            ("aws-fsbp", Framework::Fsbp),
            ("hipaa", Framework::Hipaa),
            ("owasp", Framework::OwaspServerless),
            ("baseline", Framework::Baseline),
            ("well-architected-sec", Framework::WellArchitected),
        ] {
            assert_eq!(Framework::find(name), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_beginning_of_two_names_is_refused_with_both() {
        let error = Framework::find("well-architected").expect_err("two begin so");
        assert_eq!(
            error.to_string(),
            "no framework is called 'well-architected'; expected one of well-architected-security, \
             well-architected-serverless"
        );
    }

    #[test]
    fn an_unknown_name_is_refused_with_all_names() {
        for name in ["dora", "", "-"] {
            let UnknownFramework { known, .. } = Framework::find(name).expect_err("unknown");
            assert_eq!(known.len(), Framework::ALL.len(), "{name}");
        }
    }
}
