//! What expressions mean, by CEL's language definition:
//! <https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md>.

use serde_json::json;

use super::{decided, function};
use crate::rules::judge::Decision;

#[test]
fn what_cel_holds_true_is_true() {
    for condition in [
        // Precedence and association.
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "10 - 3 - 2 == 5",
        "-2 + 5 == 3 && 7 / 2 == 3 && -7 / 2 == -3 && -7 % 2 == -1",
        "!false && !!true",
        "true || false && false",
        "false ? 1 == 2 : true ? 2 == 2 : false",
        "1 < 2 == true",
        // Numbers.
        "9223372036854775807 > 0 && -9223372036854775808 < 0",
        "0x1F == 31 && -0x10 == -16",
        "1.5 + 1.5 == 3.0 && 2e3 == 2000.0 && .5 < 1.0",
        "1 == 1.0 && 1 < 1.5 && 9007199254740993 > 9007199254740992.0",
        "-1 > -1.5 && -2 < -1.5",
        "int(2.9) == 2 && int('-3') == -3 && double(2) == 2.0 && double('1.5') == 1.5",
        "string(42) == '42' && string(true) == 'true' && string(1.5) == '1.5'",
        // Text.
        r#"'a' + "b" == 'ab' && 'a' < 'b' && 'é' == '\u00e9'"#,
        r"r'\d' == '\\d' && '\x41\101\n' == 'AA\n'",
        "'''a'b''' == \"a'b\" && size('é\u{1F600}') == 2",
        "'claims'.contains('aim') && 'claims'.startsWith('cl') && 'claims'.endsWith('ms')",
        "'Cl'.lowerAscii() == 'cl' && 'cl'.upperAscii() == 'CL'",
        "'claims-1'.matches('^[a-z]+-[0-9]$') && matches('xay', 'a')",
        // Lists and maps.
        "[1, 2] == [1, 2] && [1, 2] != [2, 1] && [] == [] && size([1, 2]) == 2",
        "1 in [1, 2] && !(3 in [1, 2]) && 1.0 in [1, 2]",
        "{'a': 1, 'b': 2} == {'b': 2, 'a': 1} && {'a': 1} != {'a': 2} && {'a': 1} != {'b': 1}",
        "'a' in {'a': 1} && {'a': 1}.a == 1 && {'a': 1}['a'] == 1 && has({'a': 1}.a) && !has({'a': 1}.b)",
        "[1, 2] + [3] == [1, 2, 3] && [1, 2][1] == 2 && ['a', 'b'].join('-') == 'a-b'",
        // Comprehensions.
        "[1, 2, 3].all(x, x > 0) && [].all(x, false) && ![].exists(x, true)",
        "[1, 2, 3].exists(x, x == 2) && [1, 2, 3].exists_one(x, x == 2) && ![1, 1].exists_one(x, x == 1)",
        "[1, 2, 3].filter(x, x > 1) == [2, 3] && [1, 2].map(x, x * 2) == [2, 4]",
        "[1, 2, 3].map(x, x > 1, x * 10) == [20, 30]",
        "[[1, 2], [3]].all(l, l.all(x, [[1], [x]].exists(l, l == [x])))",
        "{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])",
        "[1].all(x, [2].all(x, x == 2) && x == 1)",
        // An error gives way to what decides, on either side.
        "true || 1 / 0 == 1",
        "1 / 0 == 1 || true",
        "!(1 / 0 == 1 && false)",
        "[0, 1].exists(x, 1 / x == 1)",
        "![0, 2].all(x, 1 / x == 1)",
        // Time.
        "timestamp('2026-01-01T00:00:00Z') == now",
        "now - timestamp('2025-10-01T00:00:00Z') > duration('2160h')",
        "duration('1h30m') == duration('90m') && duration('-1.5s') < duration('0s')",
        "now + duration('24h') == timestamp('2026-01-02T00:00:00+00:00')",
        "now - duration('1ms') < now && string(duration('1.5s')) == '1.5s'",
        // What is around the resource.
        "account == '111122223333' && partition == 'aws' && region == 'eu-central-1'",
        // Comments and lines.
        "true // and so on\n && true",
    ] {
        assert_eq!(
            decided(condition, &function()),
            Decision::Pass,
            "{condition}"
        );
    }
}

#[test]
fn what_cannot_be_computed_is_said_with_its_place() {
    for (condition, column, part) in [
        ("9223372036854775807 + 1 > 0", 9, "leads out of the numbers"),
        ("1 / 0 == 1", 9, "divides by zero"),
        ("1 % 0 == 1", 9, "divides by zero"),
        (
            "-9223372036854775808 / -1 > 0",
            9,
            "leads out of the numbers",
        ),
        ("[1][1] == 1", 9, "no item has this number"),
        ("[1][-1] == 1", 9, "no item has this number"),
        ("{'a': 1}.b == 1", 18, "there is no 'b'"),
        ("{'a': 1, 'a': 2}.a == 1", 9, "a key is there twice"),
        ("int('x') == 1", 9, "'x' is no int"),
        ("timestamp('x') == now", 9, "'x' is no timestamp"),
        (
            "duration('1d') == duration('24h')",
            9,
            "'1d' is no duration",
        ),
        (
            "resource.configuration.timeout_seconds > 3",
            9,
            "> does not take null and an int",
        ),
        (
            "resource.configuration.role.startsWith('a')",
            37,
            "null and a string",
        ),
        (
            "true && resource.configuration.timeout_seconds > 3",
            17,
            "null",
        ),
        ("int(9223372036854775807.0) > 0", 9, "int()"),
    ] {
        let Decision::Undecided(problem) = decided(condition, &function()) else {
            panic!("{condition}");
        };
        assert!(
            problem.starts_with(&format!("a.toml:9:{column}: ")),
            "{condition}: {problem}"
        );
        assert!(problem.contains(part), "{condition}: {problem}");
    }
}

#[test]
fn a_field_of_the_snapshot_reads_like_its_value() {
    for condition in [
        "resource.name == 'claims-intake'",
        "resource.configuration.memory_mib == 512",
        "resource.configuration.timeout_seconds == null",
        "resource.configuration.role == null && !has(resource.configuration.role)",
        "has(resource.configuration.memory_mib)",
        "resource.details.tags.owner == 'claims' && resource.details.tags['owner'] == 'claims'",
        "'owner' in resource.details.tags && !('team' in resource.details.tags)",
        "resource.details != null && resource.details.tags.size() == 2",
        "resource.urls.exists(u, u.auth_type == 'NONE') && size(resource.urls) == 2",
        "resource.urls.map(u, u.url) == ['u1', 'u2'] && resource.urls[0].url == 'u1'",
        "size(resource.versions) == 0",
    ] {
        assert_eq!(
            decided(condition, &function()),
            Decision::Pass,
            "{condition}"
        );
    }
}

#[test]
fn numbers_too_large_for_an_int_are_doubles() {
    let mut resource = function();
    resource["configuration"]["memory_mib"] = json!(u64::MAX);
    let condition = "resource.configuration.memory_mib > 9223372036854775807";
    assert_eq!(decided(condition, &resource), Decision::Pass);
}
