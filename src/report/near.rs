//! Which name was meant by one that is not there.

/// Letters to change, add or drop to make one text of the other (Levenshtein).
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, candidate) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *candidate);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// The name nearest to a text, whatever the case of letters; none where none is near. Of equally near ones the first.
pub fn nearest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = text.to_lowercase();
    let near = names.into_iter().map(|name| {
        let lower = name.to_lowercase();
        let part = !wanted.is_empty() && lower.contains(&wanted);
        let away = if part { 0 } else { distance(&wanted, &lower) };
        (away, name)
    });
    let most = wanted.chars().count() / 2;
    let (_, name) = near.filter(|(away, _)| *away <= most).min()?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_nearest_name_is_offered_and_none_where_none_is_near() {
        let names = ["claims-intake", "claims-export", "portal"];
        assert_eq!(nearest("claims-intak", names), Some("claims-intake"));
        assert_eq!(nearest("PORTALS", names), Some("portal"));
        assert_eq!(nearest("export", names), Some("claims-export"));
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(nearest("", names), None);
    }
}
