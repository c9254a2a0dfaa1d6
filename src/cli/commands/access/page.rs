//! Answers for a person: the verdict first, then why, then what was not seen.

use std::collections::{BTreeMap, BTreeSet};

use tripod_access::{Answer, Gives, Reach, Reached, StatementAt, WhoCan, Word};
use tripod_model::{Account, Arn};
use tripod_report::plain;

use super::names::name_of;
use super::questions::CanAnswer;

/// Names shown of a long list; the JSON has all.
const SHOWN: usize = 6;

/// Lines without anything in them that could steer a terminal.
fn page(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| plain(line).trim_end().to_owned() + "\n")
        .collect()
}

/// `role claims`, `user ada`.
fn called(arn: &Arn) -> String {
    let kind = arn.resource().and_then(|name| name.split('/').next());
    format!("{} {}", kind.unwrap_or("principal"), name_of(arn))
}

pub(super) fn can(principal: &Arn, action: &str, resource: &str, answer: &CanAnswer) -> String {
    let whom = called(principal);
    let on = match resource {
        "*" => String::new(),
        arn => format!(" on {arn}"),
    };
    let verdict = answer.answer.verdict;
    let word = verdict.as_str().to_uppercase();
    let said = match verdict {
        Word::Allowed => format!("{whom} may {action}{on}"),
        Word::Depends => format!("{whom} may {action}{on}, if the conditions below are met"),
        Word::Denied => format!("{whom} may not {action}{on}"),
        Word::NotAssessed => {
            format!("whether {whom} may {action}{on} hangs on what was not seen")
        }
    };
    let mut lines = vec![format!("{word}: {said}"), String::new()];
    lines.extend(why(&answer.answer));
    lines.extend(section("to know", &answer.notes));
    lines.push(format!("principal  {principal}"));
    page(&lines)
}

/// The reasons of one answer, each kind under its own heading.
fn why(answer: &Answer) -> Vec<String> {
    let names = |statements: &[StatementAt]| -> Vec<String> {
        statements.iter().map(statement_with_conditions).collect()
    };
    let (granted, blocked) = match answer.verdict {
        Word::Allowed => ("granted by", "blocked by"),
        Word::Denied if answer.missing.is_empty() => ("granted by, in vain", "blocked by"),
        Word::Denied => ("granted by, in vain", "may be blocked as well by"),
        Word::Depends | Word::NotAssessed => ("would be granted by", "may be blocked by"),
    };
    let conditions: Vec<String> = answer.conditions.iter().map(ToString::to_string).collect();
    let mut lines = section("if", &conditions);
    lines.extend(section("not seen", &answer.unseen));
    lines.extend(section("missing", &answer.missing));
    lines.extend(section(granted, &names(&answer.granting)));
    lines.extend(section(blocked, &names(&answer.blocking)));
    lines
}

fn statement_with_conditions(at: &StatementAt) -> String {
    match at.conditions.as_slice() {
        [] => at.to_string(),
        conditions => format!("{at}, where {}", conditions.join(" and ")),
    }
}

/// A heading with what stands under it and an empty line behind; nothing where there is nothing to say.
fn section(heading: &str, items: &[String]) -> Vec<String> {
    if items.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![heading.to_owned()];
    lines.extend(items.iter().map(|item| format!("  {item}")));
    lines.push(String::new());
    lines
}

pub(super) fn who_can(
    action: &str,
    resource: Option<&str>,
    who: &WhoCan,
    account: &Account,
) -> String {
    let asked = match resource {
        Some(resource) => format!("WHO CAN {action} on {resource}"),
        None => format!("WHO CAN {action}"),
    };
    let mut lines = vec![asked, String::new()];
    for word in [Word::Allowed, Word::Depends, Word::NotAssessed] {
        let holders = who.holders.iter().filter(|it| it.answer.verdict == word);
        let lines_of = holders.map(|it| Line {
            who: called(&Arn::new(it.principal.as_str())),
            reasons: reasons(&it.answer),
            action: &it.action,
            resource: &it.resource,
        });
        lines.extend(blocks(word.as_str(), lines_of, word == Word::Allowed, who));
    }
    for outside in [true, false] {
        let heading = if outside {
            "let in by the resource, from outside"
        } else {
            "let in by the resource, for the account itself"
        };
        let outsiders = who.outsiders.iter().filter(|it| it.outside == outside);
        let lines_of = outsiders.map(|it| Line {
            who: format!("{}: {}", it.who, it.answer.verdict),
            reasons: reasons(&it.answer),
            action: &it.action,
            resource: &it.resource,
        });
        lines.extend(blocks(heading, lines_of, false, who));
    }
    lines.extend(section("to know", &notes(who)));
    let holders: BTreeSet<&str> = who.holders.iter().map(|it| it.principal.as_str()).collect();
    lines.push(format!(
        "{} of {} users and roles of account {}; {}",
        holders.len(),
        who.principals,
        account.id,
        asked_about(who)
    ));
    page(&lines)
}

fn asked_about(who: &WhoCan) -> String {
    let count = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    format!(
        "asked about {} on {}",
        count(who.actions.len(), "action", "actions"),
        count(who.resources.len(), "resource", "resources")
    )
}

/// One answer, before those that say the same are put together.
struct Line<'a> {
    who: String,
    reasons: Vec<String>,
    action: &'a str,
    resource: &'a str,
}

/// Answers under a heading: who it is, what they may do it to, and why. Statements that allow are put together
/// over all that somebody is allowed; conditions never are, because each belongs to what it limits.
fn blocks<'a>(
    heading: &str,
    lines: impl Iterator<Item = Line<'a>>,
    merge: bool,
    asked: &WhoCan,
) -> Vec<String> {
    let mut by_whom: BTreeMap<(String, Vec<String>), (Things<'a>, Counts)> = BTreeMap::new();
    for line in lines {
        let apart = if merge {
            Vec::new()
        } else {
            line.reasons.clone()
        };
        let (things, counts) = by_whom.entry((line.who, apart)).or_default();
        things.insert((line.action, line.resource));
        for reason in line.reasons {
            *counts.entry(reason).or_default() += 1;
        }
    }
    let mut together: BTreeMap<(Vec<String>, Things<'a>), Vec<String>> = BTreeMap::new();
    for ((who, _), (things, counts)) in by_whom {
        let reasons = most_first(counts);
        together.entry((reasons, things)).or_default().push(who);
    }
    let mut blocks: Vec<_> = together.into_iter().collect();
    blocks.sort_by(|left, right| left.1.cmp(&right.1));
    let mut items = Vec::new();
    for ((reasons, things), whos) in blocks {
        items.push(whos.join(", "));
        items.extend(describe(&things, asked).map(|text| format!("    {text}")));
        let shown = reasons.iter().take(SHOWN);
        items.extend(shown.map(|reason| format!("    {reason}")));
        if reasons.len() > SHOWN {
            items.push(format!("    and {} more", reasons.len() - SHOWN));
        }
    }
    section(heading, &items)
}

/// Reasons, and how often each was given.
type Counts = BTreeMap<String, usize>;

fn most_first(counts: Counts) -> Vec<String> {
    let mut reasons: Vec<(String, usize)> = counts.into_iter().collect();
    reasons.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    reasons.into_iter().map(|(reason, _)| reason).collect()
}

/// Actions, each on a resource.
type Things<'a> = BTreeSet<(&'a str, &'a str)>;

/// What they may do to what; nothing where one thing was asked about.
fn describe(things: &Things<'_>, asked: &WhoCan) -> Option<String> {
    let actions: BTreeSet<&str> = things.iter().map(|(action, _)| *action).collect();
    let resources: BTreeSet<&str> = things.iter().map(|(_, resource)| *resource).collect();
    let names = resources.iter().map(|arn| short(arn)).collect::<Vec<_>>();
    let whole = asked.resources.len();
    let same = asked.resources.iter().map(|it| it.resource.as_str());
    let on = match whole {
        1 if same.eq(resources.iter().copied()) => String::new(),
        _ if resources.len() == whole => format!("on all {whole} resources"),
        _ => format!("on {}", some(&names)),
    };
    let of = match (asked.actions.len(), actions.len()) {
        (1, _) => String::new(),
        (all, count) if all == count => format!("all {all} actions "),
        _ => {
            let names: Vec<String> = actions.iter().map(|&it| it.to_owned()).collect();
            format!("{} ", some(&names))
        }
    };
    let text = format!("{of}{on}");
    (!text.is_empty()).then_some(text)
}

/// Why: what it depends on, what was not seen, else what grants it.
fn reasons(answer: &Answer) -> Vec<String> {
    match answer.verdict {
        Word::Depends => answer
            .conditions
            .iter()
            .map(|it| format!("if {it}"))
            .collect(),
        Word::NotAssessed => answer.unseen.clone(),
        Word::Allowed => answer
            .granting
            .iter()
            .map(|it| format!("by {it}"))
            .collect(),
        Word::Denied => answer.missing.clone(),
    }
}

fn notes(who: &WhoCan) -> Vec<String> {
    let mut by_note: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for asked in &who.resources {
        for note in &asked.notes {
            let resources = by_note.entry(note).or_default();
            resources.push(asked.resource.clone());
        }
    }
    let of = |(note, resources): (&str, Vec<String>)| match resources.as_slice() {
        [one] if who.resources.len() == 1 && one != "*" => note.to_owned(),
        resources if resources == ["*"] => note.to_owned(),
        resources => format!("{}: {note}", some(resources)),
    };
    let mut notes: Vec<String> = by_note.into_iter().map(of).collect();
    if !who.left_out.is_empty() {
        notes.push(format!(
            "left out, because they act on nothing asked about: {}",
            some(&who.left_out)
        ));
    }
    notes
}

/// The first few of a list, and how many more there are.
fn some(items: &[String]) -> String {
    match items.get(SHOWN..) {
        Some(rest) if !rest.is_empty() => {
            format!("{}; and {} more", items[..SHOWN].join("; "), rest.len())
        }
        _ => items.join("; "),
    }
}

pub(super) fn reach(principal: &Arn, reach: &Reach) -> String {
    let mut lines = vec![format!("REACH of {}", called(principal)), String::new()];
    for population in &reach.resources {
        let of_kind = reach.reached.iter().filter(|it| it.kind == population.kind);
        let of_kind: Vec<&Reached> = of_kind.collect();
        if of_kind.is_empty() {
            continue;
        }
        lines.push(format!(
            "{} ({} in the snapshot)",
            population.kind, population.count
        ));
        lines.extend(actions(&of_kind, population.count));
        lines.push(String::new());
    }
    if reach.reached.is_empty() {
        lines.push("nothing that the snapshot holds".to_owned());
        lines.push(String::new());
    }
    lines.extend(section("granted by", &grounds(reach)));
    lines.extend(section("not seen", &unseen(reach)));
    lines.push(format!(
        "{} requests asked about, {} denied; principal {principal}",
        reach.asked, reach.denied
    ));
    page(&lines)
}

/// One line for each action and verdict, what gives most first.
fn actions(of_kind: &[&Reached], count: usize) -> Vec<String> {
    let mut groups: BTreeMap<(Gives, &str, Word, Vec<String>), Vec<String>> = BTreeMap::new();
    for reached in of_kind {
        let answer = &reached.answer;
        let conditions = answer.conditions.iter();
        let hangs_on = match answer.verdict {
            // What is the same for several resources but for their names is said once.
            Word::NotAssessed => answer
                .unseen
                .iter()
                .map(|it| nameless(it, reached))
                .collect(),
            _ => conditions.map(condition).collect(),
        };
        let key = (reached.gives, reached.action, answer.verdict, hangs_on);
        groups
            .entry(key)
            .or_default()
            .push(short(&reached.resource));
    }
    let mut lines = Vec::new();
    for ((gives, action, verdict, hangs_on), names) in groups {
        let which = if names.len() == count && count > 1 {
            format!("all {count}")
        } else {
            some(&names)
        };
        lines.push(format!(
            "  {:<20}  {action:<34}  {verdict:<12}  {which}",
            gives.as_str(),
            verdict = verdict.as_str(),
        ));
        if !hangs_on.is_empty() {
            let word = match verdict {
                Word::NotAssessed => "",
                _ => "if ",
            };
            lines.push(format!("{:24}{word}{}", "", some(&hangs_on)));
        }
    }
    lines
}

fn nameless(reason: &str, reached: &Reached) -> String {
    let own = reached.resource.split("/*").next().unwrap_or_default();
    reason.replace(&format!(" '{own}'"), "")
}

fn condition(open: &tripod_access::OpenCondition) -> String {
    if open.must_hold {
        open.condition.clone()
    } else {
        format!("not {}", open.condition)
    }
}

/// What stands behind the account in an ARN: a name that tells resources of one account apart. The region
/// goes with it where there is one.
fn short(arn: &str) -> String {
    let parsed = Arn::new(arn);
    let name = parsed.resource().unwrap_or(arn);
    match parsed.region() {
        Some(region) => format!("{name} ({region})"),
        None => name.to_owned(),
    }
}

/// Every statement that grants something, with how many requests it grants.
fn grounds(reach: &Reach) -> Vec<String> {
    let mut counts: BTreeMap<&StatementAt, usize> = BTreeMap::new();
    for reached in &reach.reached {
        for statement in &reached.answer.granting {
            *counts.entry(statement).or_default() += 1;
        }
    }
    let mut counts: Vec<(usize, &StatementAt)> =
        counts.into_iter().map(|(at, count)| (count, at)).collect();
    counts.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    let lines: Vec<String> = counts
        .iter()
        .map(|(count, at)| format!("{at} ({count})"))
        .collect();
    match lines.get(SHOWN..) {
        Some(rest) if !rest.is_empty() => {
            let more = format!("and {} more", rest.len());
            lines[..SHOWN].iter().cloned().chain([more]).collect()
        }
        _ => lines,
    }
}

/// Lists that were not read, those with one reason together.
fn unseen(reach: &Reach) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for list in &reach.unread {
        let what = match &list.region {
            Some(region) => format!("{} in {region}", list.kind),
            None => list.kind.to_owned(),
        };
        by_reason.entry(&list.reason).or_default().push(what);
    }
    by_reason
        .into_iter()
        .map(|(reason, lists)| format!("{}: {reason}", some(&lists)))
        .collect()
}
