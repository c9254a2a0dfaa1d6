//! The page and its pictures.

use tripod_model::fingerprint;

use super::account::report;
use crate::capacity::{charts, html};

/// Elements that may stand alone.
const SINGLE: [&str; 5] = ["!doctype", "meta", "rect", "line", "path"];

/// That every element is closed where it should be, and that each attribute is quoted.
pub(super) fn is_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed in order");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        assert!(tag.matches('"').count() % 2 == 0, "<{tag}>");
        assert!(!tag.contains(" on") || !tag.contains("=\"alert"), "<{tag}>");
        if !tag.ends_with('/') && !SINGLE.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_page_is_well_formed() {
    is_well_formed(&html(&report()));
}

#[test]
fn the_page_needs_nothing_from_anywhere() {
    let page = html(&report());
    for word in [
        "<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "style=", "onclick",
        "onload",
    ] {
        assert!(!page.contains(word), "{word}");
    }
}

/// The policy lets in exactly the style sheet of the page.
#[test]
fn the_policy_of_content_holds_the_hash_of_the_style() {
    let page = html(&report());
    let (_, rest) = page.split_once("<style>").expect("a style");
    let (style, _) = rest.split_once("</style>").expect("its end");
    let hash = super::super::page::base64_of_hex(&fingerprint(style.as_bytes()));
    let policy = format!(
        "content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\""
    );
    assert!(page.contains(&policy));
    assert_eq!(page.matches("<style>").count(), 1);
}

/// The SHA-256 of nothing, in both writings: <https://www.rfc-editor.org/rfc/rfc7519> has none, so `openssl dgst
/// -sha256 -binary /dev/null | base64`.
#[test]
fn a_hash_is_written_in_base64() {
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(super::super::page::base64_of_hex(hex), base64);
}

#[test]
fn every_picture_has_a_name_and_every_table_a_caption_and_a_scope() {
    let page = html(&report());
    let pictures = page.matches("<svg").count();
    let named = page.matches("role=\"img\" aria-label=\"").count();
    let hidden = page.matches("aria-hidden=\"true\"").count();
    assert!(named > 2, "{named}");
    assert_eq!(pictures, named + hidden);
    let tables = page.matches("<table>").count();
    assert_eq!(page.matches("<table><caption>").count(), tables);
    assert_eq!(
        page.matches("tabindex=\"0\" role=\"region\" aria-label=\"")
            .count(),
        tables
    );
    assert!(page.contains("<th scope=\"col\"") && page.contains("<th scope=\"row\""));
    assert!(page.contains("<html lang=\"en\">") && page.contains("class=\"skip\""));
}

#[test]
fn links_within_the_page_lead_somewhere() {
    let page = html(&report());
    for link in page.split("href=\"#").skip(1) {
        let (id, _) = link.split_once('"').expect("an address");
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

/// s1 has 16 addresses, all within the picture but 1 that is missing now, and more in other scenarios.
#[test]
fn the_picture_of_a_subnet_says_what_is_held_free_reserved_and_missing() {
    let report = report();
    let known = report.accounts[0].regions[0]
        .addresses
        .known()
        .expect("known");
    let picture = charts::addresses(&known.subnets[0]).expect("its supply is known");
    assert!(picture.contains(
        "Addresses of private-a: 16 in all, 5 reserved by AWS, 1 held by Lambda, 9 by others, 1 free."
    ));
    assert!(picture.contains(">1 missing</text>"), "{picture}");
    assert!(picture.contains(">1 free</text>"), "{picture}");
    assert!(picture.contains("class=\"over\""));
    is_well_formed(&picture);
}

#[test]
fn the_picture_of_demand_draws_entries_against_their_room() {
    let report = report();
    let known = report.accounts[0].regions[0]
        .containment
        .known()
        .expect("known");
    let entries: Vec<_> = known.entries.iter().collect();
    let picture = charts::demand(&entries).expect("two entries");
    // 50 × 10 s + 100 = 600 of 998; the URL has no bound.
    assert!(picture.contains("600, room 998: contained"), "{picture}");
    assert!(
        picture.contains("no bound, room 998: drains the pool"),
        "{picture}"
    );
    is_well_formed(&picture);
    assert_eq!(charts::demand(&[]), None);
}
