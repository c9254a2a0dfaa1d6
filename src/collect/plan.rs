//! Which collectors run where, in a fixed order.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use tripod_model::{AccountId, RegionName};

use crate::collector::{Place, Reader};
use crate::identity::KnownRegion;

/// Which regions to scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionChoice {
    /// Every region the account uses.
    All,
    /// These.
    Only(Vec<RegionName>),
}

/// Something worth showing while a scan runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The plan stands.
    Planned {
        /// The account.
        account: AccountId,
        /// Regions to scan.
        regions: usize,
        /// Readings to make: one for each collector and place.
        readings: usize,
    },
    /// A reading has described one more of the things that it found, or found more.
    Described {
        /// Its service.
        service: &'static str,
        /// Its region; none for a global service.
        region: Option<RegionName>,
        /// How many are described.
        done: usize,
        /// How many were found so far.
        of: usize,
    },
    /// A reading is done.
    Read {
        /// Its service.
        service: &'static str,
        /// Its region; none for a global service.
        region: Option<RegionName>,
    },
}

/// Takes progress as it happens; called from any thread.
pub(crate) type Watcher = Arc<dyn Fn(Progress) + Send + Sync>;

/// One reading to make.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) reader: Reader,
    /// None for a global service.
    pub(crate) region: Option<&'a RegionName>,
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} in {:?}", self.reader, self.region)
    }
}

/// Regions to scan, and regions that exist and are not scanned because the account has not opted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Regions {
    pub(crate) scanned: Vec<RegionName>,
    pub(crate) disabled: Vec<RegionName>,
}

/// The regions of a choice.
///
/// # Errors
/// The first name that AWS does not list.
pub(crate) fn regions(choice: &RegionChoice, known: &[KnownRegion]) -> Result<Regions, RegionName> {
    let wanted = |region: &&KnownRegion| match choice {
        RegionChoice::All => true,
        RegionChoice::Only(names) => names.contains(&region.name),
    };
    if let RegionChoice::Only(names) = choice
        && let Some(stranger) = names
            .iter()
            .find(|name| known.iter().all(|region| region.name != **name))
    {
        return Err(stranger.clone());
    }
    let names = |enabled: bool| {
        known
            .iter()
            .filter(wanted)
            .filter(|region| region.enabled == enabled)
            .map(|region| region.name.clone())
            .collect()
    };
    Ok(Regions {
        scanned: names(true),
        disabled: names(false),
    })
}

/// Every reading, global services first: they are few and the slowest to page. With `needed`, only by
/// readers that call one of these operations.
pub(crate) fn jobs<'a>(
    readers: &[Reader],
    regions: &'a [RegionName],
    needed: Option<&BTreeSet<&str>>,
) -> Vec<Job<'a>> {
    let wanted = |reader: &Reader| {
        needed.is_none_or(|needed| {
            let operations = reader.operations();
            operations
                .iter()
                .any(|operation| needed.contains(operation))
        })
    };
    let of = |place: Place| {
        readers
            .iter()
            .copied()
            .filter(wanted)
            .filter(move |reader| reader.place() == place)
    };
    let global = of(Place::Global).map(|reader| Job {
        reader,
        region: None,
    });
    let regional = regions.iter().flat_map(|region| {
        of(Place::Regional).map(move |reader| Job {
            reader,
            region: Some(region),
        })
    });
    global.chain(regional).collect()
}

/// Whether a text has the form of an AWS region's name in any partition. Says nothing of whether
/// the region exists: that is AWS's to answer.
pub fn valid_region_name(name: &str) -> bool {
    static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-(?:gov|iso[a-z]?|de))?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d{1,2}$",
        )
        .ok()
    });
    FORM.as_ref().is_none_or(|form| form.is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<KnownRegion> {
        [
            ("eu-central-1", true),
            ("eu-west-1", true),
            ("me-south-1", false),
        ]
        .into_iter()
        .map(|(name, enabled)| KnownRegion {
            name: RegionName::new(name),
            enabled,
        })
        .collect()
    }

    #[test]
    fn all_means_every_region_in_use_and_the_others_are_named() {
        let regions = regions(&RegionChoice::All, &known()).expect("all are known");
        assert_eq!(regions.scanned.len(), 2);
        assert_eq!(regions.disabled, vec![RegionName::new("me-south-1")]);
    }

    #[test]
    fn a_region_that_aws_does_not_list_is_refused_by_name() {
        let choice = RegionChoice::Only(vec![RegionName::new("eu-moon-9")]);
        assert_eq!(
            regions(&choice, &known()),
            Err(RegionName::new("eu-moon-9"))
        );
    }

    #[test]
    fn only_collectors_that_are_needed_read() {
        let regions = [
            RegionName::new("eu-central-1"),
            RegionName::new("eu-west-1"),
        ];
        let services = |needed: Option<&BTreeSet<&str>>| -> Vec<&str> {
            let jobs = jobs(&crate::services::ALL, &regions, needed);
            jobs.iter().map(|job| job.reader.service()).collect()
        };
        let needed = BTreeSet::from(["kms:GetKeyPolicy", "iam:GetAccountSummary"]);
        assert_eq!(services(Some(&needed)), ["iam", "kms", "kms"]);
        let count = |place| {
            let all = crate::services::ALL.iter();
            all.filter(|reader| reader.place() == place).count()
        };
        let whole = count(Place::Global) + 2 * count(Place::Regional);
        assert_eq!(services(None).len(), whole);
    }

    #[test]
    fn region_names_have_a_form() {
        for name in [
            "eu-central-1",
            "us-gov-west-1",
            "ap-southeast-7",
            "cn-north-1",
            "us-iso-east-1",
            "eusc-de-east-1",
            "mx-central-1",
        ] {
            assert!(valid_region_name(name), "{name}");
        }
        for name in [
            "mars-1",
            "eu-central",
            "eu_central_1",
            "EU-CENTRAL-1",
            "",
            "eu-moon-9",
            "xx-east-1",
        ] {
            assert!(!valid_region_name(name), "{name}");
        }
    }
}
