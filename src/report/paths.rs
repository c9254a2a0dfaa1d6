//! Ways of an account that end badly, for pages: from the internet, to administrator, and to what functions read.
//!
//! The graph is `tripod-access`'s, and so is the drawing. Here is decided which ways are the worst, how many are
//! shown, and in which words: an account may have thousands.

use std::collections::{BTreeMap, BTreeSet};

use tripod_access::Access;
use tripod_access::escalation::{Escalation, Node, Path, picture};
use tripod_assess::Scores;
use tripod_model::{Account, Arn, Cause, Snapshot};

use crate::html::{Part, Section};

/// Ways drawn and listed of each kind; of more, how many.
const SHOWN: usize = 10;

/// Roles of functions that are asked what they read, over all accounts; of more, how many.
const ASKED: usize = 200;

/// Accounts whose ways are looked for, those with the lowest scores first: it takes longer than all else of the page.
const ACCOUNTS: usize = 10;

/// Statements and conditions quoted of one way.
const QUOTED: usize = 4;

/// A picture as wide as it needs on a screen, and no wider than the sheet on paper.
const STYLE: &str = "svg{display:block}@media print{svg{max-width:100%;height:auto}}";

/// What the accounts of a snapshot hold of ways.
#[derive(Default)]
struct Ways {
    /// From the internet: to administrator and to data.
    internet: Vec<Path>,
    /// To administrator: of functions, one for each role, and of users and roles.
    administrator: Vec<Path>,
    /// What functions read, and how many of their roles do.
    data: BTreeMap<Node, Reached>,
    /// Roles of functions that were asked what they read.
    asked: usize,
    /// Why there is nothing to tell, or not everything.
    gaps: Vec<String>,
}

/// Something kept that functions reach.
struct Reached {
    /// Functions' roles that reach it.
    roles: usize,
    /// The shortest way there.
    way: Path,
}

/// The section of the page.
pub(crate) fn section(snapshot: &Snapshot, scores: &Scores) -> Section {
    let mut ways = Ways::default();
    let score = |account: &&Account| {
        let standing = scores.accounts.get(account.id.as_str());
        standing.map_or(100, |it| it.overall.score.unwrap_or(100))
    };
    let mut accounts: Vec<&Account> = snapshot.accounts.iter().collect();
    accounts.sort_by_key(score);
    for account in accounts.iter().take(ACCOUNTS) {
        ways.add(account, snapshot);
    }
    let left = accounts.len().saturating_sub(ACCOUNTS);
    if left > 0 {
        ways.gaps.push(format!(
            "{left} more accounts: ways were looked for in the {ACCOUNTS} with the lowest scores"
        ));
    }
    let mut parts = vec![Part::Text(
        "Who becomes administrator and what is read, step by step, by all the policies of the account. A broken \
         line is possible and not certain, because something was not seen."
            .to_owned(),
    )];
    ways.tell_internet(&mut parts);
    ways.tell_administrator(&mut parts);
    ways.tell_data(&mut parts);
    if !ways.gaps.is_empty() {
        parts.push(Part::Heading("Not seen".to_owned()));
        parts.push(Part::Text(
            "Ways that stand on these are not among those above.".to_owned(),
        ));
        parts.push(Part::List(ways.gaps));
    }
    Section {
        id: "paths",
        link: "Paths",
        title: "Escalation and exposure".to_owned(),
        parts,
    }
}

impl Ways {
    fn add(&mut self, account: &Account, snapshot: &Snapshot) {
        let access = match Access::of(account) {
            Ok(access) => access,
            Err(unknown) => {
                let why = Cause::from(unknown).text();
                self.gaps
                    .push(format!("the policies of account {}: {why}", account.id));
                return;
            }
        };
        let escalation = Escalation::of(&access, snapshot.run.observed);
        self.gaps.extend(escalation.unread());
        let mut roles = BTreeSet::new();
        for path in escalation.all().paths {
            match &path.from {
                Node::Internet => self.internet.push(path),
                // Functions of one role go one way.
                Node::Function(_) => {
                    if roles.insert(path.steps.first().map(|step| step.to.clone())) {
                        self.administrator.push(path);
                    }
                }
                _ => self.administrator.push(path),
            }
        }
        self.read(account, &escalation);
    }

    /// What functions read: one function of each role is asked.
    fn read(&mut self, account: &Account, escalation: &Escalation<'_>) {
        let mut roles: BTreeMap<&Arn, &Arn> = BTreeMap::new();
        for function in account
            .regions
            .iter()
            .flat_map(|it| it.lambda.functions.items())
        {
            if let Some(role) = &function.configuration.role {
                roles.entry(role).or_insert(&function.arn);
            }
        }
        let room = ASKED - self.asked;
        self.asked += roles.len().min(room);
        let left = roles.len().saturating_sub(room);
        if left > 0 {
            let id = &account.id;
            self.gaps.push(format!(
                "what functions of {left} more roles of account {id} read: {ASKED} roles were asked"
            ));
        }
        for function in roles.into_values().take(room) {
            for path in escalation.reads(function).unwrap_or_default() {
                match self.data.get_mut(&path.to) {
                    None => {
                        let goal = path.to.clone();
                        self.data.insert(
                            goal,
                            Reached {
                                roles: 1,
                                way: path,
                            },
                        );
                    }
                    Some(own) => {
                        own.roles += 1;
                        if worst(&path) < worst(&own.way) {
                            own.way = path;
                        }
                    }
                }
            }
        }
    }

    fn tell_internet(&self, parts: &mut Vec<Part>) {
        parts.push(Part::Heading("From the internet".to_owned()));
        let routes = routes(&self.internet);
        if routes.is_empty() {
            parts.push(Part::Text(
                "No way was found from an entry without credentials to administrator or to data."
                    .to_owned(),
            ));
            return;
        }
        parts.push(Part::Text(
            "Each begins at an entry that asks for no credentials. What a caller makes of the function is up to its \
             code. Every goal is told once, at its shortest way."
                .to_owned(),
        ));
        let ways: Vec<Path> = routes.iter().map(|route| route.way.clone()).collect();
        drawn("From the internet", &ways, parts);
        let rows = routes.iter().take(SHOWN).map(|route| {
            vec![
                line(route.way),
                reached(&route.goals),
                steps(route.way),
                hangs_on(route.way),
            ]
        });
        parts.push(Part::Table {
            caption: "From the internet, the worst first".to_owned(),
            header: ["Way", "Reaches", "Steps", "Depends on"]
                .map(str::to_owned)
                .into(),
            rows: rows.collect(),
        });
        more(routes.len(), "more are not shown", "--from internet", parts);
    }

    fn tell_administrator(&mut self, parts: &mut Vec<Part>) {
        parts.push(Part::Heading("To administrator".to_owned()));
        self.administrator
            .sort_by(|one, other| worst(one).cmp(&worst(other)));
        if self.administrator.is_empty() {
            parts.push(Part::Text(
                "No function, user or role was found that becomes administrator and is none yet."
                    .to_owned(),
            ));
            return;
        }
        parts.push(Part::Text(
            "Functions, users and roles that become administrator and are none yet, each by its shortest way. \
             Functions of one role are told once."
                .to_owned(),
        ));
        drawn("To administrator", &self.administrator, parts);
        let rows = self.administrator.iter().take(SHOWN);
        let rows = rows.map(|path| vec![line(path), steps(path), hangs_on(path)]);
        parts.push(Part::Table {
            caption: "To administrator, the worst first".to_owned(),
            header: ["Way", "Steps", "Depends on"].map(str::to_owned).into(),
            rows: rows.collect(),
        });
        more(
            self.administrator.len(),
            "more are not shown",
            "--to admin",
            parts,
        );
    }

    fn tell_data(&self, parts: &mut Vec<Part>) {
        parts.push(Part::Heading("What functions read".to_owned()));
        if self.data.is_empty() {
            parts.push(Part::Text(
                "No key, secret, parameter, table or bucket was found that a function reads."
                    .to_owned(),
            ));
            return;
        }
        let mut data: Vec<(&Node, &Reached)> = self.data.iter().collect();
        data.sort_by(|one, other| {
            let key = |it: &(&Node, &Reached)| std::cmp::Reverse(it.1.roles);
            key(one).cmp(&key(other)).then_with(|| one.0.cmp(other.0))
        });
        let rows = data.iter().take(SHOWN).map(|(node, reached)| {
            vec![
                node.short().to_owned(),
                kind_of(node).to_owned(),
                reached.roles.to_string(),
                line(&reached.way),
                hangs_on(&reached.way),
            ]
        });
        parts.push(Part::Table {
            caption: "Keys, secrets, parameters, tables and buckets that functions reach, those that most roles reach first".to_owned(),
            header: ["Data", "Kind", "Roles of functions", "Shortest way", "Depends on"].map(str::to_owned).into(),
            rows: rows.collect(),
        });
        more(data.len(), "more are reached", "", parts);
    }
}

/// The worst first: certain before possible, without conditions before with some, administrator before data, then the
/// shortest.
fn worst(path: &Path) -> (bool, bool, bool, usize, &Node, &Node) {
    (
        !path.is_certain(),
        path.to != Node::Administrator,
        path.conditions.len() > 1,
        path.steps.len(),
        &path.from,
        &path.to,
    )
}

/// Ways over the same functions and roles, which differ in what is read at their end.
struct Route<'a> {
    /// One of them: to administrator where one leads there.
    way: &'a Path,
    goals: BTreeSet<&'a Node>,
}

/// Ways by what they lead over, the worst first: an administrator reads everything, which is told in one line.
fn routes(ways: &[Path]) -> Vec<Route<'_>> {
    let mut routes: BTreeMap<Vec<&Node>, Route<'_>> = BTreeMap::new();
    for way in ways {
        let over = way.steps.iter().map(|step| &step.to);
        let over = over.filter(|node| !matches!(node, Node::Administrator | Node::Data(_)));
        let route = routes.entry(over.collect()).or_insert_with(|| Route {
            way,
            goals: BTreeSet::new(),
        });
        route.goals.insert(&way.to);
        if worst(way) < worst(route.way) {
            route.way = way;
        }
    }
    let mut routes: Vec<Route<'_>> = routes.into_values().collect();
    routes.sort_by(|one, other| worst(one.way).cmp(&worst(other.way)));
    routes
}

/// What is at the end of a route, such as `tables: claims, patients; key: k1`. An administrator reads it all.
fn reached(goals: &BTreeSet<&Node>) -> String {
    if goals.contains(&Node::Administrator) {
        return "administrator, and so everything".to_owned();
    }
    let mut kinds: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for node in goals {
        kinds.entry(kind_of(node)).or_default().push(node.short());
    }
    let mut told = Vec::new();
    for (kind, names) in kinds {
        let plural = if names.len() == 1 { "" } else { "s" };
        let left = names.len().saturating_sub(QUOTED);
        let more = if left > 0 {
            format!(" and {left} more")
        } else {
            String::new()
        };
        let shown = names[..names.len().min(QUOTED)].join(", ");
        told.push(format!("{kind}{plural}: {shown}{more}"));
    }
    told.join("; ")
}

/// A picture of the worst ways; a table says the same.
fn drawn(title: &str, ways: &[Path], parts: &mut Vec<Part>) {
    let shown = &ways[..ways.len().min(SHOWN)];
    let says = format!(
        "{title}: {} of {} drawn; the table below says the same",
        shown.len(),
        ways.len()
    );
    parts.push(Part::picture(&says, &picture(shown, &says), STYLE));
}

/// The way in one line, with arrows as a page has them.
fn line(path: &Path) -> String {
    path.line().replace(" -> ", " \u{2192} ")
}

fn steps(path: &Path) -> String {
    let steps: Vec<&str> = path.steps.iter().map(|step| step.title).collect();
    steps.join("; ")
}

fn more(all: usize, says: &str, options: &str, parts: &mut Vec<Part>) {
    let left = all.saturating_sub(SHOWN);
    if left > 0 {
        let command = format!("tripod access paths {options}");
        parts.push(Part::Text(format!(
            "{left} {says}; '{}' tells them all.",
            command.trim()
        )));
    }
}

/// What a way depends on: what was not seen, else the conditions of policies.
fn hangs_on(path: &Path) -> String {
    let (word, reasons) = if path.is_certain() {
        ("", &path.conditions)
    } else {
        ("not certain, not seen: ", &path.unseen)
    };
    if reasons.is_empty() {
        return "nothing else".to_owned();
    }
    let left = reasons.len().saturating_sub(QUOTED);
    let more = if left > 0 {
        format!("; and {left} more")
    } else {
        String::new()
    };
    let quoted: Vec<&str> = reasons.iter().take(QUOTED).map(String::as_str).collect();
    format!("{word}{}{more}", quoted.join("; "))
}

/// What is kept, by the service that keeps it.
fn kind_of(node: &Node) -> &'static str {
    let arn = Arn::new(node.name());
    match arn.service() {
        Some("kms") => "key",
        Some("secretsmanager") => "secret",
        Some("ssm") => "parameter",
        Some("dynamodb") => "table",
        Some("s3") => "bucket",
        _ => "data",
    }
}
