//! Files as people write them, right and wrong, and what wins over what.

use super::*;

const WHOLE: &str = r#"
profile = "strict"

[trust]
accounts = ["222233334444"]
organizations = ["o-abcdefghij"]
networks = ["203.0.113.0/24", "2001:db8::/32"]
layers = ["arn:aws:lambda:*:580247275435:layer:LambdaInsightsExtension:*"]

[tags.required]
owner = []
environment = ["production", "test"]

[thresholds.lambda-maximum-timeout]
seconds = 60

[exceptions]
file = "exceptions.toml"
most_findings = 10

[gate]
fail_on = "high"
min_coverage = 90

[[attestation]]
control = "GOV-6"
by = "Ada Example, head of security"
date = 2026-11-02
statement = "A security engineer is part of every team."
evidence = "https://wiki.example.com/security/reviews"
expires = 2027-11-01
"#;

fn read(text: &str) -> Result<Config, FileError> {
    Config::read("tripod.toml", text)
}

fn resolved(text: &str, above: Given) -> Resolved {
    read(text).expect("right").resolve(above)
}

#[test]
fn everything_that_is_said_is_taken() {
    let all = resolved(WHOLE, Given::default());
    let settings = &all.settings;
    assert_eq!(
        settings.trusted_accounts,
        [AccountId::new("222233334444")].into()
    );
    assert_eq!(
        settings.trusted_organizations,
        ["o-abcdefghij".to_owned()].into()
    );
    assert_eq!(settings.trusted_networks.len(), 2);
    assert_eq!(settings.trusted_layers.len(), 1);
    assert_eq!(
        settings.required_tags["environment"],
        ["production", "test"]
    );
    assert_eq!(settings.thresholds.lambda_maximum_timeout.seconds.get(), 60);
    assert_eq!(all.terms.profile, Profile::Strict);
    assert_eq!(all.terms.most_excepted, 10);
    assert_eq!(all.terms.attestations[0].control, "GOV-6");
    assert_eq!(all.terms.attestations[0].source, "tripod.toml:25");
    assert_eq!(all.exceptions.as_deref(), Some("exceptions.toml"));
    assert_eq!((all.fail_on, all.min_coverage), (Some(Severity::High), 90));
}

#[test]
fn an_empty_file_changes_nothing() {
    assert_eq!(
        resolved("", Given::default()),
        Config::default().resolve(Given::default())
    );
    let all = resolved("", Given::default());
    assert_eq!(all.settings, Settings::default());
    assert_eq!((all.fail_on, all.min_coverage), (None, 50));
    assert_eq!(all.terms, Terms::default());
}

#[test]
fn what_is_said_above_wins_and_lists_are_replaced_whole() {
    let above = Given {
        profile: Some(Profile::Regulated),
        accounts: Some([AccountId::new("999900001111")].into()),
        networks: Some([].into()),
        exceptions: Some("other.toml".to_owned()),
        fail_on: Some(Severity::Low),
        min_coverage: Some(10),
        ..Given::default()
    };
    let all = resolved(WHOLE, above);
    assert_eq!(all.terms.profile, Profile::Regulated);
    assert_eq!(
        all.settings.trusted_accounts,
        [AccountId::new("999900001111")].into()
    );
    assert!(
        all.settings.trusted_networks.is_empty(),
        "an empty list is a value"
    );
    assert_eq!(
        all.settings.trusted_organizations.len(),
        1,
        "nothing was said above"
    );
    assert_eq!(all.exceptions.as_deref(), Some("other.toml"));
    assert_eq!((all.fail_on, all.min_coverage), (Some(Severity::Low), 10));
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let said = |profile| Given {
        profile,
        ..Given::default()
    };
    let (flag, env) = (Some(Profile::Regulated), Some(Profile::Baseline));
    let profile = |flag, env| resolved(WHOLE, said(flag).or(said(env))).terms.profile;
    assert_eq!(profile(flag, env), Profile::Regulated);
    assert_eq!(profile(None, env), Profile::Baseline);
    assert_eq!(profile(None, None), Profile::Strict);
}

#[test]
fn a_threshold_of_the_file_wins_over_the_profiles_and_the_rest_is_the_profiles() {
    for profile in Profile::ALL {
        let above = Given {
            profile: Some(profile),
            ..Given::default()
        };
        let thresholds = resolved(WHOLE, above).settings.thresholds;
        assert_eq!(thresholds.lambda_maximum_timeout.seconds.get(), 60);
        assert_eq!(
            thresholds.vpc_subnet_low_addresses,
            profile.thresholds().vpc_subnet_low_addresses
        );
    }
}

#[test]
fn the_profile_gives_what_nobody_says() {
    for (profile, coverage, timeout) in [
        ("baseline", 50, 900),
        ("strict", 80, 300),
        ("regulated", 95, 300),
    ] {
        let all = resolved(&format!("profile = \"{profile}\""), Given::default());
        assert_eq!(all.min_coverage, coverage);
        assert_eq!(
            all.settings.thresholds.lambda_maximum_timeout.seconds.get(),
            timeout
        );
    }
}

#[test]
fn every_mistake_is_told_with_its_line_its_value_and_its_cure() {
    for (from, to, line, said, cure) in [
        (
            "profile =",
            "profil =",
            2,
            "no key is called 'profil'",
            "did you mean 'profile'?",
        ),
        ("\"strict\"", "\"lax\"", 2, "lax", "correct the value"),
        (
            "accounts",
            "acounts",
            5,
            "no key is called 'acounts'",
            "did you mean 'accounts'?",
        ),
        (
            "\"222233334444\"",
            "\"2222\"",
            5,
            "'2222' is not an AWS account id",
            "correct the value",
        ),
        (
            "\"222233334444\"",
            "222233334444",
            5,
            "222233334444",
            "correct the value",
        ),
        (
            "o-abcdefghij",
            "o-abc",
            6,
            "'o-abc' is not an organisation's id",
            "correct the value",
        ),
        (
            "203.0.113.0/24",
            "203.0.113.7/24",
            7,
            "'203.0.113.7/24' is not a network",
            "correct the value",
        ),
        (
            ":580247275435:",
            ":*:",
            8,
            "is not a pattern of ARNs of layers",
            "correct the value",
        ),
        (
            "lambda-maximum-timeout",
            "lambda-maximum-timout",
            14,
            "no key is called 'lambda-maximum-timout'",
            "did you mean 'lambda-maximum-timeout'?",
        ),
        (
            "seconds = 60",
            "seconds = 901",
            15,
            "901 is out of bounds: it has to be from 1 to 900",
            "correct the value",
        ),
        (
            "seconds = 60",
            "minutes = 1",
            15,
            "no key is called 'minutes'",
            "expected one of seconds",
        ),
        ("\"high\"", "\"none\"", 22, "none", "correct the value"),
        (
            "min_coverage = 90",
            "min_coverage = 101",
            23,
            "101 is out of bounds",
            "correct the value",
        ),
        (
            "\"GOV-6\"",
            "\"GOV-7\"",
            25,
            "row 'GOV-7' is not attested",
            "did you mean 'GOV-",
        ),
        (
            "\"GOV-6\"",
            "\"IAM-1\"",
            25,
            "row 'IAM-1' is not attested",
            "expected one of CODE-4, GOV-5, GOV-6",
        ),
        (
            "2027-11-01",
            "2026-11-01",
            25,
            "expires on 2026-11-01, before its date 2026-11-02",
            "last day",
        ),
        ("by = ", "# by = ", 25, "missing field `by`", "add it"),
    ] {
        assert!(WHOLE.contains(from), "{from}");
        let error = read(&WHOLE.replace(from, to)).expect_err(to);
        let shown = error.to_string();
        assert!(
            shown.starts_with(&format!("tripod.toml:{line}: ")),
            "{to}: {shown}"
        );
        assert!(shown.contains(said), "{to}: {shown}");
        assert!(error.cure.contains(cure), "{to}: {shown}: {}", error.cure);
    }
}

/// The schemas as they are checked in. `cargo run -- dev generate --write` writes them.
#[test]
fn the_schemas_checked_in_are_those_of_the_code() {
    for (schema, kept) in [
        (
            settings_schema(),
            include_str!("../../../docs/reference/settings.schema.json"),
        ),
        (
            exceptions_schema(),
            include_str!("../../../docs/reference/exceptions.schema.json"),
        ),
    ] {
        let text = serde_json::to_string_pretty(&schema).expect("a schema serialises") + "\n";
        assert_eq!(text, kept);
    }
}

/// What the guide shows is read, and every key of the file stands in it.
#[test]
fn the_guide_shows_a_file_that_is_right_and_names_every_threshold() {
    let guide = include_str!("../../../docs/guides/settings.md");
    let mut examples = guide
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default());
    let settings = examples.next().expect("a tripod.toml");
    let all = read(settings).expect("the guide's tripod.toml");
    assert!(all.given.accounts.is_some() && !all.attestations.is_empty());
    let exceptions = examples.next().expect("a file of exceptions");
    let entries = crate::Exception::read_all("x.toml", exceptions, tripod_checks::ALL);
    assert!(!entries.expect("the guide's exceptions").is_empty());
    for (check, numbers) in serde_json::to_value(Thresholds::default())
        .expect("thresholds")
        .as_object()
        .expect("a table")
    {
        for number in numbers.as_object().expect("a table").keys() {
            let values: Vec<String> = Profile::ALL
                .into_iter()
                .map(|profile| {
                    let all = serde_json::to_value(profile.thresholds()).expect("thresholds");
                    all[check][number].to_string()
                })
                .collect();
            let row = format!("| `{check}` | `{number}` | ");
            let shown = guide.lines().find(|line| line.starts_with(&row));
            let shown = shown.unwrap_or_else(|| panic!("the guide has no row '{row}'"));
            let said = format!(" | {} |", values.join(" | "));
            assert!(shown.contains(&said), "{shown} lacks '{said}'");
        }
    }
}
