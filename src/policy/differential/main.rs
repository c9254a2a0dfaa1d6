//! The policy engine against two others, on situations made from a seed.
//!
//! Where one of the others disagrees, the same situation is asked again, with one thing in it written in
//! another way that means the same by AWS's documentation (`classes.rs`). If the other engine then agrees,
//! and ours says what it said, that thing is what the two differ about, and the documentation says who is
//! right. A disagreement that no such thing explains is printed, and the program ends with an error.

mod classes;
mod engine;
mod flat;
mod generate;
mod random;
mod rewrite;
mod simulate;
mod situation;
mod words;

use std::collections::BTreeMap;
use std::process::ExitCode;

use classes::Class;
use engine::Answer;
use random::Random;
use situation::Situation;

/// Another engine: what to ask it, its answers, and what is known to be different about it.
struct Oracle {
    name: &'static str,
    answers: fn(&[Situation]) -> Vec<Answer>,
    classes: &'static [Class],
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Ok(count), Ok(seed)) = (
        arguments.next().unwrap_or(Ok(24_000)),
        arguments.next().unwrap_or(Ok(5)),
    ) else {
        eprintln!("usage: run [SITUATIONS [SEED]]");
        return ExitCode::from(2);
    };
    let mut random = Random::new(seed);
    let situations: Vec<Situation> = (0..count)
        .map(|_| generate::situation(&mut random))
        .collect();
    let questions: Vec<Situation> = situations.iter().flat_map(flat::questions).collect();
    println!("{count} situations from seed {seed}");
    let flat = Oracle {
        name: "iam-rs",
        answers: |questions| questions.iter().map(flat::answer).collect(),
        classes: classes::FLAT,
    };
    let simulate = Oracle {
        name: "iam-simulate",
        answers: simulate::answers,
        classes: classes::SIMULATE,
    };
    let unexplained = compare(&flat, &questions) + compare(&simulate, &situations);
    if unexplained == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints what became of it, and gives the number of disagreements that nothing explains.
fn compare(oracle: &Oracle, questions: &[Situation]) -> usize {
    let ours: Vec<Answer> = questions.iter().map(engine::answer).collect();
    let theirs = (oracle.answers)(questions);
    let differing: Vec<usize> = (0..questions.len())
        .filter(|at| ours[*at] != theirs[*at])
        .collect();
    let explained = explain(oracle, questions, &ours, &differing);

    let allowed = ours
        .iter()
        .filter(|answer| **answer == Answer::Allowed)
        .count();
    println!("\n{}", oracle.name);
    println!("{:>8} requests, {allowed} of them allowed", questions.len());
    println!("{:>8} agreements", questions.len() - differing.len());
    println!("{:>8} disagreements explained", explained.len());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for names in explained.values() {
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    for class in oracle.classes {
        let count = counts.get(class.name).copied().unwrap_or_default();
        println!("{count:>16} {} ({})", class.name, class.page);
    }
    let unexplained: Vec<usize> = differing
        .into_iter()
        .filter(|at| !explained.contains_key(at))
        .collect();
    println!("{:>8} disagreements unexplained", unexplained.len());
    for at in unexplained.iter().take(5) {
        println!(
            "\nours: {:?}, theirs: {:?}\n{}",
            ours[*at], theirs[*at], questions[*at]
        );
    }
    unexplained.len()
}

/// For each disagreement that can be explained the classes by which: one where that is enough, else all
/// that bear on it.
fn explain(
    oracle: &Oracle,
    questions: &[Situation],
    ours: &[Answer],
    differing: &[usize],
) -> BTreeMap<usize, Vec<&'static str>> {
    let mut tries: Vec<(usize, Vec<&'static str>, Situation)> = Vec::new();
    for at in differing {
        let mut all = questions[*at].clone();
        let mut names = Vec::new();
        for class in oracle.classes {
            let one = (class.same)(&questions[*at]);
            if one != questions[*at] {
                tries.push((*at, vec![class.name], one));
            }
            let further = (class.same)(&all);
            if further != all {
                names.push(class.name);
                all = further;
            }
        }
        if names.len() > 1 {
            tries.push((*at, names, all));
        }
    }
    let rewritten: Vec<Situation> = tries
        .iter()
        .map(|(_, _, situation)| situation.clone())
        .collect();
    let theirs = (oracle.answers)(&rewritten);
    let mut explained = BTreeMap::new();
    for ((at, names, situation), theirs) in tries.into_iter().zip(theirs) {
        let again = engine::answer(&situation);
        // What ours leaves open, since AWS does, the rewriting settles.
        let kept = again == ours[at] || matches!(ours[at], Answer::Neither(_));
        if kept && theirs == again {
            explained.entry(at).or_insert(names);
        }
    }
    explained
}
