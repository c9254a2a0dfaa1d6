//! Which name was meant by one that is not there.

/// Letters from which on a text that is part of a name means it: one or two are part of most names.
const FEWEST: usize = 3;

/// The names near to a text, the nearest first, equally near ones by the alphabet. Case does not count. Names that the
/// text is a part of come first, the least longer one before the others; of another, at most half of the text's letters
/// may be changed, added or dropped. Nothing is near to an empty text.
pub fn near<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted = text.to_lowercase();
    let most = wanted.chars().count() / 2;
    let away = |name: &str| {
        let name = name.to_lowercase();
        let other = wanted.chars().count() < FEWEST || !name.contains(&wanted);
        (other, strsim::levenshtein(&wanted, &name))
    };
    let mut near: Vec<((bool, usize), &str)> = names
        .into_iter()
        .map(|name| (away(name), name))
        .filter(|((other, letters), _)| !other || *letters <= most)
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, name)| name).collect()
}

/// The nearest of the names that are [`near`], if any.
pub fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    near(text, names).first().copied()
}

#[cfg(test)]
mod tests {
    use super::{near, nearest};

    #[test]
    fn the_nearest_name_is_offered_and_none_where_none_is_near() {
        let names = ["claims-intake", "claims-export", "portal"];
        assert_eq!(nearest("claims-intak", names), Some("claims-intake"));
        assert_eq!(nearest("PORTALS", names), Some("portal"));
        assert_eq!(nearest("export", names), Some("claims-export"));
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("im", names), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn a_slip_of_the_pen_is_near() {
        let ids = ["lambda-public-url", "lambda-shared-role"];
        assert_eq!(nearest("lambda-public-ulr", ids), Some("lambda-public-url"));
        assert_eq!(nearest("x", ids), None);
    }

    #[test]
    fn several_come_by_nearness_and_then_by_the_alphabet() {
        let names = ["portals", "portal-b", "portal-a", "port"];
        assert_eq!(
            near("portal", names),
            ["portals", "portal-a", "portal-b", "port"]
        );
    }
}
