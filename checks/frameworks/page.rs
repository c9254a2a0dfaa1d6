//! The page of controls: every row of the baseline, and what Tripod sees of the other frameworks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Basis, CatalogueControl, Framework, Via, mappings_of, whole};
use crate::Check;

const HEAD: &str = "\
# Controls

Which checks serve which control. `tripod report --framework NAME` says for each control of a framework whether it
passed, failed, was not assessed, or is not covered by Tripod.

A scan shows what accounts look like. What people agreed on, trained for or wrote down it does not show: of most
controls Tripod sees a part, and a control that passed has passed for that part. Controls of which it sees everything
are marked *whole*.

";
const DERIVED: &str = "\
A check names its row of the baseline, and a control of another framework where one asks just what it asks. The rest
follows by a table from control to control (`checks/frameworks/derived.tsv`). *By IAM-1*: whoever serves row IAM-1 of
the baseline serves this one, by our own reading of both. *By Lambda.1*: AWS names it as a related requirement of that
control of Security Hub.

";

/// Who serves a control: checks that name it, and controls it follows from.
#[derive(Default)]
struct Served {
    named: Vec<&'static str>,
    via: Vec<Via>,
}

/// The page, in Markdown. `note` stands on top, `folder` is where the pages of checks lie, with a slash at the end.
pub fn controls_page(note: &str, folder: &str, checks: &[&'static Check]) -> String {
    let served = served(checks);
    let mut page = format!("{note}\n\n{HEAD}{}", baseline(folder, &served));
    page += "\n## Other frameworks\n\n";
    page += DERIVED;
    page += &summary(&served);
    for framework in Framework::ALL.into_iter().skip(1) {
        page += &section(folder, framework, &served);
    }
    page
}

type ServedControls = BTreeMap<(Framework, &'static str), Served>;

fn served(checks: &[&'static Check]) -> ServedControls {
    let mut controls = ServedControls::new();
    for check in checks {
        for mapping in mappings_of(check) {
            let served = controls.entry((mapping.framework, mapping.id)).or_default();
            match mapping.via {
                None => served.named.push(check.id),
                Some(via) if served.via.contains(&via) => {}
                Some(via) => served.via.push(via),
            }
        }
    }
    controls
}

fn baseline(folder: &str, served: &ServedControls) -> String {
    let catalogue = Framework::Baseline.catalogue();
    let mut text = format!(
        "## {}\n\n| control | leg | what an account must show | checks |\n|---|---|---|---|\n",
        catalogue.title
    );
    for control in &catalogue.controls {
        let checks = served.get(&(Framework::Baseline, control.id));
        let checks = checks.map_or_else(|| "none".to_owned(), |it| links(folder, &it.named));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | **{}.** {} | {checks} |",
            control.id,
            control.pillar.map_or("", tripod_model::Pillar::as_str),
            control.title,
            control.text.unwrap_or_default(),
        );
    }
    text
}

fn summary(served: &ServedControls) -> String {
    let mut text = "| framework | version | name | controls listed | served in part | served whole | not covered |\n|---|---|---|---|---|---|---|\n".to_owned();
    for framework in Framework::ALL.into_iter().skip(1) {
        let catalogue = framework.catalogue();
        let all = catalogue.controls.len();
        let touched = catalogue
            .controls
            .iter()
            .filter(|control| served.contains_key(&(framework, control.id)));
        let (whole, part): (Vec<&CatalogueControl>, Vec<&CatalogueControl>) =
            touched.partition(|control| whole(framework, control.id).is_some());
        let _ = writeln!(
            text,
            "| [{title}]({}) | {} | `{}` | {all} | {} | {} | {} |",
            catalogue.source,
            catalogue.version,
            framework.key(),
            part.len(),
            whole.len(),
            all - part.len() - whole.len(),
            title = catalogue.title,
        );
    }
    text
}

fn section(folder: &str, framework: Framework, served: &ServedControls) -> String {
    let catalogue = framework.catalogue();
    let mut text = format!(
        "\n### {}\n\nVersion {}, {}. Listed: {}. Licence: {}.\n\n| control | about | served |\n|---|---|---|\n",
        catalogue.title, catalogue.version, catalogue.date, catalogue.scope, catalogue.licence
    );
    let mut uncovered = Vec::new();
    for control in &catalogue.controls {
        match served.get(&(framework, control.id)) {
            None => uncovered.push(control.id),
            Some(it) => {
                let mark = if whole(framework, control.id).is_some() {
                    " (*whole*)"
                } else {
                    ""
                };
                let _ = writeln!(
                    text,
                    "| {}{mark} | {} | {} |",
                    control.id,
                    control.title,
                    it.words(folder)
                );
            }
        }
    }
    let ids = if uncovered.is_empty() {
        "none".to_owned()
    } else {
        uncovered.join(", ")
    };
    let _ = write!(
        text,
        "\nNot covered by Tripod, {} of {}: {ids}.\n",
        uncovered.len(),
        catalogue.controls.len()
    );
    text
}

impl Served {
    /// The checks that name it, then the controls it follows from.
    fn words(&self, folder: &str) -> String {
        let mut words = Vec::new();
        if !self.named.is_empty() {
            words.push(links(folder, &self.named));
        }
        for basis in [Basis::Aws, Basis::Ours] {
            let of_basis = self.via.iter().filter(|via| via.basis == basis);
            let ids: BTreeSet<&str> = of_basis.map(|via| via.id).collect();
            if !ids.is_empty() {
                words.push(format!("by {}", Vec::from_iter(ids).join(", ")));
            }
        }
        words.join("; ")
    }
}

fn links(folder: &str, checks: &[&str]) -> String {
    let links: Vec<String> = checks
        .iter()
        .map(|id| format!("[{id}]({folder}{id}.md)"))
        .collect();
    links.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ALL;

    fn page() -> String {
        controls_page("<!-- note -->", "checks/", ALL)
    }

    fn section_of(page: &str, framework: Framework) -> String {
        let title = framework.catalogue().title;
        let (_, rest) = page
            .split_once(&format!("\n### {title}\n"))
            .expect("a section");
        rest.split("\n### ").next().expect("text").to_owned()
    }

    #[test]
    fn every_row_of_the_baseline_is_shown_also_those_without_a_check() {
        let page = page();
        for control in &Framework::Baseline.catalogue().controls {
            assert!(
                page.contains(&format!("\n| {} | ", control.id)),
                "{}",
                control.id
            );
        }
        let attested = page
            .lines()
            .find(|line| line.starts_with("| GOV-6 |"))
            .expect("a row");
        assert!(attested.ends_with("| none |"), "{attested}");
    }

    #[test]
    fn every_check_stands_in_the_rows_it_names() {
        let page = page();
        for check in ALL {
            for row in check.baseline() {
                let shown = page
                    .lines()
                    .find(|line| line.starts_with(&format!("| {row} |")));
                let link = format!("[{id}](checks/{id}.md)", id = check.id);
                assert!(
                    shown.is_some_and(|row| row.contains(&link)),
                    "{row}: {}",
                    check.id
                );
            }
        }
    }

    #[test]
    fn every_control_of_every_framework_is_served_or_said_not_to_be_covered() {
        let page = page();
        for framework in Framework::ALL.into_iter().skip(1) {
            let section = section_of(&page, framework);
            let (table, uncovered) = section
                .split_once("\nNot covered by Tripod")
                .expect("both sides");
            let (_, ids) = uncovered.split_once(": ").expect("ids");
            let ids: Vec<&str> = ids.trim().trim_end_matches('.').split(", ").collect();
            for control in &framework.catalogue().controls {
                let row = table.contains(&format!("\n| {} | ", control.id))
                    || table.contains(&format!("\n| {} (*whole*) | ", control.id));
                let listed = ids.contains(&control.id);
                assert!(
                    row != listed,
                    "{} {}: row {row}",
                    framework.key(),
                    control.id
                );
            }
        }
    }

    #[test]
    fn what_follows_says_from_what() {
        let iso = section_of(&page(), Framework::Iso27001);
        let secrets = iso
            .lines()
            .find(|line| line.starts_with("| A.5.17 |"))
            .expect("a row");
        assert!(
            secrets.contains("by ") && secrets.contains("CODE-6"),
            "{secrets}"
        );
        let pci = section_of(&page(), Framework::PciDss);
        let access = pci
            .lines()
            .find(|line| line.starts_with("| 7.2.1 |"))
            .expect("a row");
        assert!(access.contains("[lambda-public-policy](checks/lambda-public-policy.md)"));
        assert!(access.contains("by Lambda.1"), "{access}");
    }

    #[test]
    fn without_checks_nothing_is_covered() {
        let page = controls_page("", "checks/", &[]);
        assert!(page.contains("Not covered by Tripod, 93 of 93: A.5.1, "));
        assert!(!page.contains("](checks/"));
    }
}
