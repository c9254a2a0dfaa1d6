//! What a person sees of a report.

use tripod_model::{Outcome, RegionStatus, Severity};

use super::render;
use crate::{GroupBy, Options, fixture};

const OPTIONS: Options = Options {
    width: 100,
    colour: false,
    limit: Some(25),
    arns: false,
    group_by: GroupBy::Check,
};

#[test]
fn the_report_at_a_hundred_columns() {
    insta::assert_snapshot!(render(&fixture::report(), &OPTIONS));
}

#[test]
fn the_report_at_sixty_columns() {
    let narrow = Options {
        width: 60,
        ..OPTIONS
    };
    let text = render(&fixture::report(), &narrow);
    for line in text.lines() {
        assert!(
            line.chars().count() <= 60 || !line.starts_with(['|', '+']),
            "{line}"
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_width_is_too_small() {
    for width in [0, 1, 10, 20] {
        let text = render(&fixture::report(), &Options { width, ..OPTIONS });
        assert!(text.contains("Cure: allow lambda:ListFunctionUrlConfigs"));
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    let coloured = Options {
        colour: true,
        ..OPTIONS
    };
    let text = render(&fixture::report(), &coloured);
    assert!(text.contains("\u{1b}["));
    let mut bare = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare.push_str(before);
        rest = after.split_once('m').expect("a colour sequence").1;
    }
    bare.push_str(rest);
    assert_eq!(bare, render(&fixture::report(), &OPTIONS));
}

#[test]
fn names_from_aws_do_not_steer_the_terminal() {
    let mut report = fixture::report();
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J";
    report.run.endpoint = Some(hostile.to_owned());
    report.run.caller.arn = hostile.to_owned();
    report.run.id = hostile.to_owned();
    report.tool.version = hostile.to_owned();
    for finding in &mut report.findings {
        finding.check.to_mut().push_str(hostile);
        finding.message.push_str(hostile);
        finding.resource.name.push_str(hostile);
        if let Some(cause) = &mut finding.cause {
            cause.error = Some(hostile.to_owned());
            cause.code = Some(hostile.to_owned());
        }
    }
    let text = render(
        &report,
        &Options {
            arns: true,
            ..OPTIONS
        },
    );
    let steering: Vec<char> = text
        .chars()
        .filter(|character| *character != '\n' && crate::plain::steers(*character))
        .collect();
    assert!(steering.is_empty(), "{steering:?}");
}

#[test]
fn what_the_limit_leaves_out_is_counted() {
    let mut report = fixture::report();
    report.findings = (0..40)
        .map(|index| {
            fixture::finding(
                "apigateway-made-up",
                &format!("GET /{index:02}"),
                Outcome::Fail,
                fixture::impact(Severity::High, Severity::None, Severity::None),
            )
        })
        .collect();
    let text = render(&report, &OPTIONS);
    assert!(text.contains("fails on 40 of 40 resources assessed"));
    assert!(text.contains("15 more: --wide shows them"));
    assert_eq!(text.matches("authorization type is NONE").count(), 1);
    let all = render(
        &report,
        &Options {
            limit: None,
            ..OPTIONS
        },
    );
    assert!(all.contains("GET /39"));
    assert!(!all.contains("more: "));
}

#[test]
fn equal_names_are_told_apart_by_their_arns() {
    let mut report = fixture::report();
    let impact = fixture::impact(Severity::High, Severity::None, Severity::None);
    let one = fixture::finding("apigateway-made-up", "twin", Outcome::Fail, impact);
    let mut two = one.clone();
    two.resource.arn.push_str("-2");
    report.findings = vec![one, two];
    let text = render(&report, &OPTIONS);
    assert!(text.contains("arn:aws:apigateway:eu-central-1::/restapis/twin-2"));
}

#[test]
fn a_run_that_ended_before_its_time_says_so_in_the_head() {
    let mut report = fixture::report();
    report.run.stopped = Some(tripod_model::Stopped::CredentialsExpired);
    let text = render(&report, &Options::default());
    let head: Vec<&str> = text.lines().take(4).collect();
    assert!(
        head.contains(
            &"Incomplete: the credentials expired during the scan; this is what was read until then"
        ),
        "{head:?}"
    );
}

#[test]
fn an_endpoint_that_is_not_aws_is_named_in_the_head() {
    let mut report = fixture::report();
    report.run.endpoint = Some("http://127.0.0.1:4566".to_owned());
    let text = render(&report, &OPTIONS);
    let head = text.lines().take(3).last().expect("three lines");
    assert_eq!(head, "The endpoint is not AWS: http://127.0.0.1:4566");
}

#[test]
fn nothing_seen_is_not_nothing_wrong() {
    let mut report = fixture::report();
    report
        .findings
        .retain(|finding| finding.outcome == Outcome::NotAssessed);
    let text = render(&report, &OPTIONS);
    assert!(text.contains("Nothing could be assessed"));
    assert!(text.contains("allow lambda:ListFunctionUrlConfigs"));
}

#[test]
fn a_clean_report_has_no_empty_sections() {
    let mut report = fixture::report();
    report
        .findings
        .retain(|finding| finding.outcome == Outcome::Pass);
    for region in &mut report.run.accounts[0].regions {
        region.status = RegionStatus::Scanned;
    }
    let text = render(&report, &OPTIONS);
    assert!(text.contains("Nothing that could be assessed failed."));
    assert!(!text.contains("NOT ASSESSED"));
    assert!(!text.contains("REGIONS NOT SCANNED"));
}

fn grouped(report: &tripod_assess::Report, group_by: GroupBy) -> String {
    let options = Options {
        group_by,
        ..OPTIONS
    };
    render(report, &options)
}

/// Failures of two checks on two resources in two regions.
fn scattered() -> tripod_assess::Report {
    let mut report = fixture::report();
    let high = fixture::impact(Severity::High, Severity::None, Severity::None);
    let low = fixture::impact(Severity::None, Severity::None, Severity::Low);
    report.findings.clear();
    for (check, name, region, impact) in [
        ("apigateway-made-up", "here", "eu-central-1", low),
        ("lambda-made-up", "here", "eu-central-1", low),
        ("apigateway-made-up", "there", "us-east-1", high),
    ] {
        let mut finding = fixture::finding(check, name, Outcome::Fail, impact);
        finding.resource.region = tripod_model::RegionName::new(region);
        report.findings.push(finding);
    }
    report
}

/// Lines in the order in which they are asked for.
fn in_order(text: &str, wanted: &[&str]) {
    let mut rest = text;
    for line in wanted {
        let (_, after) = rest.split_once(line).expect(line);
        rest = after;
    }
}

#[test]
fn failures_are_put_together_as_asked() {
    let report = scattered();
    in_order(
        &grouped(&report, GroupBy::Region),
        &[
            "\neu-central-1\n",
            "fails on 1 of 1",
            "\nus-east-1\n",
            "fails on 1 of 1",
        ],
    );
    in_order(
        &grouped(&report, GroupBy::Service),
        &[
            "\napigateway\n",
            "apigateway-made-up fails on 1 of 2",
            "\nlambda\n",
        ],
    );
    in_order(
        &grouped(&report, GroupBy::Severity),
        &["\nHIGH\n", "there", "\nLOW\n", "here"],
    );
    in_order(
        &grouped(&report, GroupBy::Account),
        &["\n111122223333\n", "apigateway-made-up"],
    );
}

#[test]
fn resources_stand_with_all_that_fails_on_them_the_most_pressing_first() {
    let report = scattered();
    let text = grouped(&report, GroupBy::Resource);
    in_order(
        &text,
        &[
            "2 resources, the most pressing first.",
            "there, AWS::ApiGateway::Method, us-east-1",
            "high",
            "here, AWS::ApiGateway::Method, eu-central-1",
            "apigateway-made-up",
            "lambda-made-up",
        ],
    );
}

#[test]
fn a_thousand_failing_resources_are_counted_and_the_worst_are_shown() {
    let mut report = scattered();
    let pattern = report.findings[0].clone();
    for index in 0..1_000 {
        let mut finding = pattern.clone();
        finding.resource.name = format!("numbered-{index}");
        finding.resource.arn = format!("arn:aws:lambda:::numbered-{index}");
        report.findings.push(finding);
    }
    let text = grouped(&report, GroupBy::Resource);
    assert!(text.contains("1002 resources, the most pressing first."));
    assert!(text.contains("977 resources more: --wide shows them"));
    in_order(&text, &["there, ", "here, "]);
    assert!(text.lines().count() < 400, "{}", text.lines().count());
}
