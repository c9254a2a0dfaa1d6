//! What somebody may have meant by a name that does not exist.

use crate::catalogue;

/// The candidate that differs in the fewest letters, if those are few: a third of the name at most. Of equals the
/// first.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_ascii_lowercase().chars().collect();
    let most = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= most)
        .map(|candidate| {
            (
                distance(&wanted, &candidate.to_ascii_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean 'X'?` or nothing, to stand behind a problem.
pub(super) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

/// The day on which the catalogue was the truth: what it lacks may have been added since.
pub(super) fn as_of() -> String {
    format!("on {}", catalogue::header().date)
}

/// Letters to insert, delete or replace to make one of the other (Levenshtein).
fn distance(left: &[char], right: &str) -> usize {
    let mut row: Vec<usize> = (0..=left.len()).collect();
    for (place, letter) in right.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = place + 1;
        for at in 0..left.len() {
            let replaced = diagonal + usize::from(left[at] != letter);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[left.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_a_slip_of_the_pen_away() {
        let names = ["GetFunction", "GetPolicy", "ListFunctions"];
        assert_eq!(nearest("getfunctoin", names), Some("GetFunction"));
        assert_eq!(nearest("GetPolicies", names), Some("GetPolicy"));
        assert_eq!(nearest("DescribeCluster", names), None);
        assert_eq!(nearest("s", ["s3", "sts"]), Some("s3"));
    }
}
