//! Properties of patterns, against the plainest way to match one.

use proptest::prelude::*;
use tripod_policy::{Case, Pattern, Variables};

/// By the definition: a star is any text, a question mark any letter.
fn plainly(pattern: &[char], text: &[char]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), None) => plainly(rest, text),
        (Some(('*', rest)), Some((_, shorter))) => plainly(rest, text) || plainly(pattern, shorter),
        (Some(('?', rest)), Some((_, shorter))) => plainly(rest, shorter),
        (Some((own, rest)), Some((letter, shorter))) => own == letter && plainly(rest, shorter),
        _ => false,
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    Pattern::from(pattern).matches(text, Case::Sensitive, Variables::Nothing)
}

proptest! {

    #[test]
    fn matching_is_what_it_is_by_definition(pattern in "[ab*?é]{0,8}", text in "[abé]{0,10}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(
            matches(&pattern, &text),
            plainly(&letters(&pattern), &letters(&text))
        );
    }

    #[test]
    fn a_text_that_both_match_is_an_overlap(
        left in "[ab*?]{0,6}", right in "[ab*?]{0,6}", text in "[ab]{0,8}",
    ) {
        let overlap = Pattern::from(&*left).overlaps(&Pattern::from(&*right), Case::Sensitive);
        prop_assert!(overlap || !(matches(&left, &text) && matches(&right, &text)));
    }

    #[test]
    fn a_pattern_overlaps_itself_and_others_both_ways(left in "[ab*?]{0,6}", right in "[ab*?]{0,6}") {
        let (left, right) = (Pattern::from(&*left), Pattern::from(&*right));
        prop_assert!(left.overlaps(&left, Case::Sensitive));
        prop_assert_eq!(
            left.overlaps(&right, Case::Sensitive),
            right.overlaps(&left, Case::Sensitive)
        );
    }
}
