//! Function URLs whose answers pages of every site may read.

use tripod_model::lambda::{Function, FunctionUrl};
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::{each_function, urls};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-url-any-origin",
    title: "function URL that lets pages of every site read its answers",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Low,
        availability: Severity::None,
    },
    confidence: Confidence::Medium,
    rows: &["LX08"],
    needs: &["lambda:ListFunctions", "lambda:ListFunctionUrlConfigs"],
    controls: &[
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("url_any_origin.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let urls = urls(function)?;
    if urls.is_empty() {
        return Ok(Verdict::not_applicable("the function has no URL"));
    }
    let evidence = function
        .sources
        .evidence("lambda:ListFunctionUrlConfigs", "/FunctionUrlConfigs");
    let open: Vec<&FunctionUrl> = urls.iter().filter(|url| takes_any_origin(url)).collect();
    let verdict = if open.is_empty() {
        Verdict::pass("no URL of the function lets pages of every site read its answers")
    } else {
        fail(&open)
    };
    Ok(verdict.evidence(evidence))
}

fn fail(open: &[&FunctionUrl]) -> Verdict {
    let name = |url: &&FunctionUrl| url.url.clone();
    let (with, without): (Vec<&FunctionUrl>, Vec<&FunctionUrl>) =
        open.iter().copied().partition(|url| takes_credentials(url));
    let (with, without): (Vec<String>, Vec<String>) = (
        with.iter().map(name).collect(),
        without.iter().map(name).collect(),
    );
    let detailed = |message: String| {
        Verdict::fail(message)
            .detail("with_credentials", with.clone())
            .detail("without_credentials", without.clone())
    };
    if with.is_empty() {
        let message = format!("{} allows every origin", without.join(", "));
        let reason = "browsers send no cookies along, since AllowCredentials is off";
        return detailed(message).lowered_to(Severity::Low, reason);
    }
    let also = match without.as_slice() {
        [] => String::new(),
        others => format!("; without cookies so does {}", others.join(", ")),
    };
    detailed(format!(
        "{} allows every origin, with cookies{also}",
        with.join(", ")
    ))
}

/// `*` is every origin. A URL without CORS lets no other site's page read anything.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html>
fn takes_any_origin(url: &FunctionUrl) -> bool {
    let origins = url.cors.iter().flat_map(|cors| &cors.allow_origins);
    origins.into_iter().any(|origin| origin == "*")
}

fn takes_credentials(url: &FunctionUrl) -> bool {
    url.cors.as_ref().and_then(|cors| cors.allow_credentials) == Some(true)
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::{Cors, FunctionUrl};
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::{HOST, claims, url};
    use crate::testing::{assert_denied, run_one};

    fn with_urls(urls: Observed<Vec<FunctionUrl>>) -> Finding {
        let mut function = claims(Observed::Absent);
        function.urls = urls;
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn allowing(origins: &[&str], credentials: Option<bool>) -> Finding {
        let mut url = url("", "NONE");
        url.cors = Some(Cors {
            allow_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            allow_methods: vec!["*".to_owned()],
            allow_headers: vec!["*".to_owned()],
            expose_headers: vec![],
            allow_credentials: credentials,
            max_age_seconds: None,
        });
        with_urls(Observed::Known(vec![url]))
    }

    #[test]
    fn every_origin_with_credentials_fails_and_the_url_is_named() {
        let finding = allowing(&["*"], Some(true));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
        assert!(finding.message.contains(HOST));
        assert!(
            finding
                .message
                .ends_with("allows every origin, with cookies")
        );
    }

    #[test]
    fn every_origin_without_credentials_fails_less() {
        for credentials in [Some(false), None] {
            let finding = allowing(&["https://a.example", "*"], credentials);
            assert_eq!(
                (finding.outcome, finding.severity),
                (Outcome::Fail, Severity::Low)
            );
        }
    }

    #[test]
    fn named_origins_and_no_cors_pass_whatever_methods_and_headers() {
        let named = allowing(&["https://a.example", "http://localhost:60905"], Some(true));
        assert_eq!(named.outcome, Outcome::Pass);
        let none = with_urls(Observed::Known(vec![url("", "NONE")]));
        assert_eq!(none.outcome, Outcome::Pass);
    }

    #[test]
    fn the_url_of_an_alias_counts() {
        let mut open = url(":live", "AWS_IAM");
        open.cors = Some(Cors {
            allow_origins: vec!["*".to_owned()],
            allow_methods: vec![],
            allow_headers: vec![],
            expose_headers: vec![],
            allow_credentials: None,
            max_age_seconds: None,
        });
        let finding = with_urls(Observed::Known(vec![url("", "NONE"), open]));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn without_a_url_the_question_does_not_arise() {
        let finding = with_urls(Observed::Known(vec![]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn denied_urls_are_not_assessed() {
        let finding = with_urls(fixtures::denied("lambda:ListFunctionUrlConfigs"));
        assert_denied(&finding, "lambda:ListFunctionUrlConfigs");
    }
}
