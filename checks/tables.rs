//! Tables that lie beside the code: fields between tabs, one row a line. Lines with `#` are the head.

/// The rows of a table.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

/// What the head says under a name: the rest of the line `# NAME: …`. Empty when it says nothing.
pub(crate) fn head(text: &'static str, name: &str) -> &'static str {
    text.lines()
        .take_while(|line| line.starts_with('#'))
        .find_map(|line| {
            let (found, said) = line.trim_start_matches('#').split_once(':')?;
            (found.trim() == name).then_some(said.trim())
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{head, rows};

    const TABLE: &str = "# tool: one: two\n# scope: all\n# id, name\nA\tfirst\nB\tsecond\n";

    #[test]
    fn the_head_is_not_a_row_and_a_field_may_hold_a_colon() {
        assert_eq!(head(TABLE, "tool"), "one: two");
        assert_eq!(head(TABLE, "version"), "");
        let read: Vec<_> = rows(TABLE).collect();
        assert_eq!(read, [["A", "first"], ["B", "second"]]);
    }
}
