//! A small report for the tests of all renderers: failures of several kinds, passes, what was not seen.

use tripod_assess::{
    Config, Exception, Given, Pillars, Report, Rules, Terms, assess, assess_under,
};
use tripod_checks::{Settings, View};
use tripod_model::lambda::{Function, FunctionUrl};
use tripod_model::{
    AcceptedException, AccountId, Cause, Finding, Impact, Observed, Outcome, RegionName,
    RegionStatus, RegionalAccount, ResourceRef, Severity, Snapshot, Sources, Unknown, fixtures,
};

fn function(name: &str, auth_type: &str) -> Function {
    let mut function = fixtures::function(name);
    function.urls = Observed::Known(vec![FunctionUrl {
        function_arn: function.arn.clone(),
        url: format!("https://{name}.lambda-url.eu-central-1.on.aws/"),
        auth_type: auth_type.to_owned(),
        invoke_mode: None,
        cors: None,
        sources: Sources::default(),
    }]);
    function
}

fn snapshot() -> Snapshot {
    let mut hidden = fixtures::function("hidden");
    hidden.urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
    let mut snapshot = fixtures::with_functions(vec![
        function("claims", "NONE"),
        hidden,
        function("orders", "AWS_IAM"),
    ]);
    snapshot.run.requests.total = 42;
    let regions = &mut snapshot.accounts[0].regions;
    for (name, status) in [
        ("eu-west-3", RegionStatus::Failed),
        ("me-south-1", RegionStatus::Disabled),
    ] {
        regions.push(RegionalAccount::not_collected(
            RegionName::new(name),
            status,
        ));
    }
    snapshot
}

/// A finding of a check that is in no registry.
pub(crate) fn finding(check: &str, name: &str, outcome: Outcome, impact: Impact) -> Finding {
    Finding {
        id: tripod_model::fingerprint(format!("{check}\n{name}").as_bytes())[..32].to_owned(),
        check: check.to_owned().into(),
        rows: vec!["XX01".into()],
        controls: vec!["IAM-1".into()],
        outcome,
        severity: impact.severity(),
        impact,
        resource: ResourceRef {
            arn: format!("arn:aws:apigateway:eu-central-1::/restapis/{name}"),
            kind: "AWS::ApiGateway::Method".to_owned(),
            name: name.to_owned(),
            account: AccountId::new(fixtures::ACCOUNT),
            region: RegionName::new(fixtures::REGION),
        },
        message: "authorization type is NONE".to_owned(),
        cause: None,
        details: tripod_model::Details::default(),
        evidence: vec![],
        exception: None,
    }
}

/// An exception of the blue team until the end of January 2027.
pub(crate) fn exception(reason: &str) -> AcceptedException {
    AcceptedException {
        owner: "blue team".to_owned(),
        reason: reason.to_owned(),
        expires: jiff::civil::date(2027, 1, 31),
        source: "exceptions.toml:1".to_owned(),
    }
}

/// Impact on one pillar after the other.
pub(crate) fn impact(c: Severity, i: Severity, a: Severity) -> Impact {
    Impact {
        confidentiality: c,
        integrity: i,
        availability: a,
    }
}

/// The report.
pub(crate) fn report() -> Report {
    let snapshot = snapshot();
    let checks = [tripod_checks::find("lambda-public-url").expect("registered")];
    let mut report = Report::new(
        &snapshot,
        assess(&View::new(&snapshot, &Settings::default()), &checks),
        "0.1.0",
    );
    let high = impact(Severity::High, Severity::Medium, Severity::None);
    let medium = impact(Severity::None, Severity::None, Severity::Medium);
    for name in [
        "GET /claims of api",
        "POST /claims of api",
        "GET /orders of api",
    ] {
        let made_up = finding("apigateway-made-up", name, Outcome::Fail, high);
        report.findings.push(made_up);
    }
    let mut lowered = finding(
        "apigateway-made-up",
        "GET /inner of api",
        Outcome::Fail,
        high.at_most(Severity::Medium),
    );
    "authorization type is NONE; the API is private".clone_into(&mut lowered.message);
    report.findings.push(lowered);
    let critical = impact(Severity::None, Severity::Low, Severity::Critical);
    report.findings.push(finding(
        "vpc-made-up",
        "subnet \u{1b}[31mred\u{202e}",
        Outcome::Fail,
        critical,
    ));
    let mut unknown = finding("vpc-made-up", "subnet-2", Outcome::NotAssessed, medium);
    unknown.cause = Some(Box::new(Cause::from(Unknown::Failed {
        operation: "ec2:DescribeSubnets".to_owned(),
        error: "connection reset".to_owned(),
    })));
    report.findings.push(unknown);
    report
        .findings
        .sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    // The real digest changes with the prose of a check, which is none of the renderers' business.
    report.tool.checks_digest = "sha256:0123".to_owned();
    report.pillars = Pillars::of(&report.findings);
    report
}

/// A report of one failure of a registered check, the smallest that shows every part of a format.
pub(crate) fn one_failure() -> Report {
    let mut report = report();
    report
        .findings
        .retain(|finding| finding.check == "lambda-public-url" && finding.outcome == Outcome::Fail);
    report.pillars = Pillars::of(&report.findings);
    report
}

/// Exceptions of every kind: one covers `claims`, one has expired, one covers too much, one covers nothing, and of one
/// it is not known, because the URLs of `hidden` were not read.
const EXCEPTIONS: &str = r#"
exception = [
    { check = "lambda-public-url", resource = "claims", owner = "blue team", reason = "a honeypot", expires = 2027-01-31 },
    { check = "lambda-public-url", resource = "clai*", owner = "red team", reason = "a test", expires = 2026-01-31 },
    { check = "lambda-public-url", resource = "*", owner = "red team", reason = "all", expires = 2029-01-31 },
    { check = "lambda-public-url", resource = "no-such-*", region = "eu-central-1", owner = "red team", reason = "gone", expires = 2027-01-31 },
    { check = "lambda-public-url", resource = "hidden", owner = "red team", reason = "later", expires = 2027-01-31 },
]
"#;

/// One row is attested, of one the attestation has expired, and of one there is none.
const SETTINGS: &str = r#"
profile = "regulated"
attestation = [
    { control = "GOV-6", by = "Ada", date = 2026-06-01, statement = "she sits with us", evidence = "the plan", expires = 2027-06-01 },
    { control = "GOV-5", by = "Ada", date = 2025-06-01, statement = "we tried it", evidence = "the minutes", expires = 2026-06-01 },
]
"#;

/// The same account under settings: what users write into their files, and what Tripod says of it.
pub(crate) fn settled() -> Report {
    let snapshot = snapshot();
    let checks = [tripod_checks::find("lambda-public-url").expect("registered")];
    let config = Config::read("tripod.toml", SETTINGS).expect("settings");
    let mut resolved = config.resolve(Given::default());
    resolved.terms.exceptions =
        Exception::read_all("exceptions.toml", EXCEPTIONS, &checks).expect("exceptions");
    let view = View::new(&snapshot, &resolved.settings);
    let mut report = Report::new(
        &snapshot,
        assess_under(&view, &checks, &resolved.terms),
        "0.1.0",
    );
    report.tool.checks_digest = "sha256:0123".to_owned();
    report
}

/// The rule of [`ruled`]: with prose, references and requirements of its own.
pub(crate) const RULE: &str = r#"
id = "acme-function-without-owner"
title = "function without an owner"
service = "lambda"
resource = "AWS::Lambda::Function"
impact = { integrity = "low", availability = "medium" }
controls = { baseline = ["GOV-2"], soc-2 = ["CC1.3"] }
why = "Who is called at night?"
mend = """
Ask the team, then tag it:

    aws lambda tag-resource --resource ARN --tags owner=TEAM
"""
references = ["https://acme.example/owners"]
pass = "resource.name == 'claims'"
message = "'nobody owns it'"
"#;

/// The same account judged by a rule of the user's own alone.
pub(crate) fn ruled() -> Report {
    let snapshot = snapshot();
    let rules = Rules::read([("owner.toml", RULE)]).expect("a rule");
    let checks = rules.checks();
    let terms = Terms {
        rules,
        ..Terms::default()
    };
    let settings = Settings::default();
    let view = View::new(&snapshot, &settings);
    let mut report = Report::new(&snapshot, assess_under(&view, &checks, &terms), "0.1.0");
    report.tool.checks_digest = "sha256:0123".to_owned();
    report
}

/// A report with every outcome at every severity.
pub(crate) fn every_outcome() -> Report {
    let mut report = report();
    report.findings.clear();
    for outcome in OUTCOMES {
        for severity in SEVERITIES {
            let name = format!("{} {}", outcome.as_str(), severity.as_str());
            let what = impact(severity, Severity::None, Severity::None);
            let mut one = finding("lambda-public-url", &name, outcome, what);
            if outcome == Outcome::NotAssessed {
                one.cause = Some(Box::new(Cause::from(Unknown::NotCollected)));
            }
            report.findings.push(one);
        }
    }
    report
        .findings
        .sort_by(|a, b| (&a.check, &a.resource).cmp(&(&b.check, &b.resource)));
    report.pillars = Pillars::of(&report.findings);
    report
}

/// The four outcomes.
pub(crate) const OUTCOMES: [Outcome; 4] = [
    Outcome::Fail,
    Outcome::Pass,
    Outcome::NotAssessed,
    Outcome::NotApplicable,
];

/// The five severities.
pub(crate) const SEVERITIES: [Severity; 5] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::None,
];
