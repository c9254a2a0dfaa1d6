//! Other tools' checks beside ours: what each is called there, and what of theirs we have.

mod coverage;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::tables::{head, rows};

pub use coverage::coverage_page;

/// A tool whose checks are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// Prowler.
    Prowler,
    /// AWS Security Hub.
    SecurityHub,
    /// Managed rules of AWS Config.
    AwsConfig,
    /// Steampipe's AWS Compliance mod.
    Steampipe,
    /// CloudSploit.
    CloudSploit,
}

/// How a check of another tool stands to ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It asks the same question.
    Same,
    /// It sees a part of what ours sees.
    Narrower,
    /// It asks for more, or fails resources that ours passes.
    Wider,
}

/// A check of another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerCheck {
    /// The tool.
    pub tool: Tool,
    /// The tool's id of it.
    pub id: &'static str,
    /// The service it looks at, by our name.
    pub service: &'static str,
}

/// A check of another tool that asks what one of ours asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Id of our check.
    pub check: &'static str,
    /// The tool.
    pub tool: Tool,
    /// The tool's id of its check.
    pub id: &'static str,
    /// How it stands to ours.
    pub relation: Relation,
    /// How the two differ; empty where nothing is known to.
    pub note: &'static str,
}

/// What of ours is like a check of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The check that was asked for.
    pub theirs: PeerCheck,
    /// Ours, by id. None: Tripod does not ask that question.
    pub ours: Vec<&'static Peer>,
}

impl Likeness {
    /// Ids of ours.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.ours.iter().map(|peer| peer.check)
    }
}

/// A name that is no check of another tool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LikeError {
    /// No tool of that name.
    #[error("no tool is called '{name}'; expected one of {}", tools())]
    Tool {
        /// The name.
        name: String,
    },
    /// No check of that name among those listed.
    #[error(
        "'{name}' is none of the checks that Tripod knows of {whose}; the nearest is '{}:{}'",
        nearest.tool.key(), nearest.id
    )]
    Check {
        /// The name.
        name: String,
        /// The tool, or "any tool".
        whose: &'static str,
        /// The check with the nearest id.
        nearest: PeerCheck,
    },
}

fn tools() -> String {
    Tool::ALL.map(Tool::key).join(", ")
}

impl Tool {
    /// All of them, in the order of the coverage page.
    pub const ALL: [Self; 5] = [
        Self::Prowler,
        Self::SecurityHub,
        Self::AwsConfig,
        Self::Steampipe,
        Self::CloudSploit,
    ];

    /// Its name on the command line and in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Prowler => "prowler",
            Self::SecurityHub => "security-hub",
            Self::AwsConfig => "aws-config",
            Self::Steampipe => "steampipe",
            Self::CloudSploit => "cloudsploit",
        }
    }

    /// What its list of checks says of itself, by name: `tool`, `version`, `date`, `source`, `scope`.
    pub fn about(self, name: &str) -> &'static str {
        head(self.table(), name)
    }

    fn table(self) -> &'static str {
        match self {
            Self::Prowler => include_str!("peers/prowler.tsv"),
            Self::SecurityHub => include_str!("peers/security-hub.tsv"),
            Self::AwsConfig => include_str!("peers/aws-config.tsv"),
            Self::Steampipe => include_str!("peers/steampipe.tsv"),
            Self::CloudSploit => include_str!("peers/cloudsploit.tsv"),
        }
    }

    /// The tool of this name; punctuation and case do not count.
    fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|tool| plain(tool.key()) == plain(name))
    }
}

impl Relation {
    /// The word of the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Narrower => "narrower",
            Self::Wider => "wider",
        }
    }

    fn read(word: &str) -> Option<Self> {
        [Self::Same, Self::Narrower, Self::Wider]
            .into_iter()
            .find(|it| it.as_str() == word)
    }
}

const LIKE: &str = include_str!("peers/like.tsv");

static PEERS: LazyLock<Vec<Peer>> =
    // A row of another shape is a fault that the tests below find.
    LazyLock::new(|| rows(LIKE).filter_map(|row| Peer::read(&row)).collect());

static THEIRS: LazyLock<BTreeMap<Tool, Vec<PeerCheck>>> = LazyLock::new(|| {
    Tool::ALL
        .map(|tool| (tool, PeerCheck::read_all(tool)))
        .into()
});

impl Peer {
    fn read(row: &[&'static str]) -> Option<Self> {
        let [check, tool, id, relation, note] = *row else {
            return None;
        };
        Some(Self {
            check,
            tool: Tool::ALL.into_iter().find(|it| it.key() == tool)?,
            id,
            relation: Relation::read(relation)?,
            note,
        })
    }
}

impl PeerCheck {
    fn read_all(tool: Tool) -> Vec<Self> {
        rows(tool.table())
            .filter_map(|row| match row[..] {
                [id, service] => Some(Self { tool, id, service }),
                _ => None,
            })
            .collect()
    }
}

/// The checks of a tool that are listed, in the list's order.
pub fn peer_checks(tool: Tool) -> &'static [PeerCheck] {
    &THEIRS[&tool]
}

/// What a check of ours is called elsewhere, by tool and id.
pub fn peers_of(check: &str) -> impl Iterator<Item = &'static Peer> {
    PEERS.iter().filter(move |peer| peer.check == check)
}

/// Ours that are like a check of another tool, named as `TOOL:ID`, or by the id alone, which may be that of several
/// tools. Case does not count, nor does `-` for `_`.
///
/// # Errors
/// When there is no such tool, or the id is not among those listed; the error names the nearest.
pub fn like(name: &str) -> Result<Vec<Likeness>, LikeError> {
    let (asked, id) = match name.split_once(':') {
        Some((tool, id)) => match Tool::find(tool) {
            Some(tool) => (vec![tool], id),
            None => {
                return Err(LikeError::Tool {
                    name: tool.to_owned(),
                });
            }
        },
        None => (Tool::ALL.to_vec(), name),
    };
    let listed = || asked.iter().flat_map(|tool| peer_checks(*tool));
    let found: Vec<Likeness> = listed()
        .filter(|theirs| folded(theirs.id) == folded(id))
        .map(|theirs| Likeness {
            theirs: *theirs,
            ours: of(theirs),
        })
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let distance =
        |theirs: &&PeerCheck| strsim::damerau_levenshtein(&folded(theirs.id), &folded(id));
    let nearest = listed().min_by_key(distance);
    Err(match nearest {
        Some(nearest) => LikeError::Check {
            name: id.to_owned(),
            whose: match asked[..] {
                [tool] => tool.about("tool"),
                _ => "any tool",
            },
            nearest: *nearest,
        },
        None => LikeError::Tool {
            name: name.to_owned(),
        },
    })
}

/// Ours that are like this one.
fn of(theirs: &PeerCheck) -> Vec<&'static Peer> {
    PEERS
        .iter()
        .filter(|peer| peer.tool == theirs.tool && peer.id == theirs.id)
        .collect()
}

/// Lower case, `_` for `-`: `lambda-inside-vpc` is `LAMBDA_INSIDE_VPC`.
fn folded(id: &str) -> String {
    id.to_ascii_lowercase().replace('-', "_")
}

fn plain(name: &str) -> String {
    folded(name).replace(['_', ' '], "")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Service, find};

    fn ours(name: &str) -> Vec<&'static str> {
        let found = like(name).unwrap_or_else(|error| panic!("{error}"));
        found
            .iter()
            .flat_map(|it| &it.ours)
            .map(|peer| peer.check)
            .collect()
    }

    #[test]
    fn every_row_is_read_and_names_checks_that_exist_on_both_sides() {
        assert_eq!(PEERS.len(), rows(LIKE).count());
        let mut seen = BTreeSet::new();
        for peer in PEERS.iter() {
            assert!(
                find(peer.check).is_some_and(|check| check.id == peer.check),
                "{peer:?}"
            );
            assert!(
                peer_checks(peer.tool).iter().any(|it| it.id == peer.id),
                "{peer:?}"
            );
            assert!(
                seen.insert((peer.check, peer.tool, peer.id)),
                "twice: {peer:?}"
            );
        }
    }

    #[test]
    fn a_difference_is_named() {
        for peer in PEERS.iter() {
            let said = peer.relation == Relation::Same || !peer.note.is_empty();
            assert!(said, "{peer:?}: how do they differ?");
            assert!(
                !peer.note.ends_with('.') && !peer.note.contains('|'),
                "{peer:?}"
            );
        }
    }

    #[test]
    fn every_list_says_what_it_is_and_is_read_whole() {
        for tool in Tool::ALL {
            for name in ["tool", "version", "date", "source", "scope"] {
                assert!(!tool.about(name).is_empty(), "{tool:?}: {name}");
            }
            assert!(tool.about("source").starts_with("https://"));
            let checks = peer_checks(tool);
            assert_eq!(checks.len(), rows(tool.table()).count(), "{tool:?}");
            let ids: BTreeSet<_> = checks.iter().map(|it| folded(it.id)).collect();
            assert_eq!(ids.len(), checks.len(), "{tool:?}: an id stands twice");
            for check in checks {
                let known = Service::ALL.iter().any(|it| it.as_str() == check.service);
                assert!(known, "{check:?}");
            }
        }
    }

    #[test]
    fn a_check_of_another_tool_leads_to_ours() {
        assert_eq!(
            ours("prowler:awslambda_function_url_public"),
            ["lambda-public-url"]
        );
        assert_eq!(ours("security-hub:KMS.5"), ["kms-public-key-policy"]);
        assert_eq!(
            ours("cloudsploit:subnetIpAvailability"),
            ["vpc-subnet-low-addresses"]
        );
    }

    #[test]
    fn one_of_theirs_may_lead_to_several_of_ours() {
        let both = ["kms-cross-account-access", "kms-public-key-policy"];
        assert_eq!(ours("cloudsploit:kmsKeyPolicy"), both);
    }

    #[test]
    fn tool_and_id_are_found_however_they_are_spelt() {
        let expected = ["lambda-missing-reserved-concurrency"];
        for name in [
            "aws-config:LAMBDA_CONCURRENCY_CHECK",
            "AWSConfig:lambda-concurrency-check",
            "lambda-concurrency-check",
        ] {
            assert_eq!(ours(name), expected, "{name}");
        }
    }

    #[test]
    fn without_a_tool_an_id_of_several_tools_finds_them_all() {
        let found = like("vpc_flow_logs_enabled").expect("three tools have it");
        let tools: Vec<Tool> = found.iter().map(|it| it.theirs.tool).collect();
        assert_eq!(tools, [Tool::Prowler, Tool::AwsConfig, Tool::Steampipe]);
    }

    #[test]
    fn a_check_that_we_lack_is_known_and_leads_nowhere() {
        let found = like("prowler:kms_cmk_rotation_enabled").expect("Prowler has it");
        assert_eq!(found[0].ours, Vec::<&Peer>::new());
    }

    #[test]
    fn an_unknown_id_is_refused_with_the_nearest() {
        let error = like("prowler:awslambda_function_url_publick").expect_err("a slip");
        assert_eq!(
            error.to_string(),
            "'awslambda_function_url_publick' is none of the checks that Tripod knows of Prowler; \
             the nearest is 'prowler:awslambda_function_url_public'"
        );
    }

    #[test]
    fn an_unknown_tool_is_refused_with_those_that_are_known() {
        let error = like("scoutsuite:iam-root").expect_err("not listed");
        assert_eq!(
            error.to_string(),
            "no tool is called 'scoutsuite'; expected one of prowler, security-hub, aws-config, steampipe, cloudsploit"
        );
    }

    #[test]
    fn what_security_hub_and_a_check_say_of_each_other_agrees() {
        for peer in PEERS.iter().filter(|peer| peer.tool == Tool::SecurityHub) {
            let fsbp = crate::Framework::Fsbp.catalogue();
            if fsbp.control(peer.id).is_none() {
                continue;
            }
            let check = find(peer.check).expect("tested above");
            let named = check.controls.contains(&crate::Control::Fsbp(peer.id));
            assert!(named, "{} does not name {}", peer.check, peer.id);
        }
    }
}
