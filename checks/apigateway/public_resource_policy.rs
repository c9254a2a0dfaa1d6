//! Policies of REST APIs that let everyone in.

use tripod_model::apigateway::Method;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Case, Exposure, Pattern, Policy, Reach, Selection, Statement, exposure_of};

use crate::apigateway::resource_policy::{CALL, Fenced, count, each_api, names, served, unasked};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-public-resource-policy",
    title: "REST API whose policy lets everyone in",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA25"],
    needs: &["apigateway:GetRestApis", "apigateway:GetResources"],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-3"),
        Control::CisAws("2.21"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_resource_policy.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_api(view, out, decide);
}

fn decide(fenced: &Fenced<'_>) -> Result<Verdict, Unknown> {
    if fenced.private {
        return Ok(Verdict::not_applicable(
            "the API is private; apigateway-open-private-api asks which endpoints reach it",
        ));
    }
    let Some(policy) = &fenced.policy else {
        return Ok(Verdict::not_applicable(
            "the API has no policy; apigateway-missing-resource-policy asks whether it needs one",
        ));
    };
    let exposure = exposure_of(&format!("{}/*", fenced.arn), policy, &CALL);
    if !exposure.reach.is_public() {
        return Ok(policies::judge(&exposure, "call the API"));
    }
    behind(fenced, policy, &exposure)
}

/// Where the policy lets everyone in, what the methods ask decides who comes through.
///
/// - A method that asks nobody is decided by the policy alone.
/// - For a method with IAM, callers of other accounts need the policy's Allow, and have it; callers of
///   the own account need nothing else.
/// - A user pool or a Lambda authorizer has to know the caller whatever the policy allows.
fn behind(fenced: &Fenced<'_>, policy: &Policy, exposure: &Exposure) -> Result<Verdict, Unknown> {
    let methods: Vec<&Method> = served(fenced.api)?
        .into_iter()
        .filter(|method| is_meant(fenced, policy, exposure, method))
        .collect();
    let open = unasked(&methods);
    let signed: Vec<&Method> = methods
        .iter()
        .copied()
        .filter(|method| by_iam(method))
        .collect();
    let verdict = if exposure.reach == Reach::Everyone && !open.is_empty() {
        let everyone = policies::given_away(exposure, "everyone", "call the API");
        let nobody = count(&open, "asks", "ask");
        Verdict::fail(format!("{everyone}, and {nobody} nobody who calls"))
            .detail("methods", names(&open))
    } else if !signed.is_empty() {
        let signers = "everyone with an AWS account";
        let everyone = policies::given_away(exposure, signers, "call the API");
        let iam = count(&signed, "asks", "ask");
        Verdict::fail(format!("{everyone}, and {iam} for a signature only"))
            .detail("methods", names(&signed))
            .lowered_to(
                Severity::High,
                "no method goes without credentials of an AWS account",
            )
    } else {
        Verdict::pass("the policy lets everyone through to methods that authenticate their callers")
    };
    let statements = policies::names(&exposure.statements);
    Ok(verdict
        .detail("reach", exposure.reach.as_str())
        .detail("statements", statements)
        .detail("conditions", exposure.conditions.clone()))
}

fn by_iam(method: &Method) -> bool {
    let kind = method.authorization_type.as_deref();
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("AWS_IAM"))
}

/// Whether one of the statements that let everyone in is about the method, on whatever stage.
fn is_meant(fenced: &Fenced<'_>, policy: &Policy, exposure: &Exposure, method: &Method) -> bool {
    let about = |statement: &Statement| match &statement.resources {
        Selection::Only(patterns) => patterns.iter().any(|own| means(fenced, own, method)),
        Selection::AllBut(_) | Selection::Unstated => true,
    };
    policy
        .statements
        .iter()
        .any(|statement| exposure.statements.contains(&statement.reference()) && about(statement))
}

/// AWS makes ARNs of the short form when a policy is saved; a document may still hold it.
fn means(fenced: &Fenced<'_>, own: &Pattern, method: &Method) -> bool {
    let stage = own.as_str().split('/').nth(1).unwrap_or("*");
    let stage = stage.replace(['*', '?'], "s");
    ["execute-api:", fenced.arn.as_str()]
        .into_iter()
        .map(|start| Pattern::from(&*format!("{start}/{stage}/{}", wild(method))))
        .any(|wanted| own.overlaps(&wanted, Case::Sensitive))
}

/// `GET/claims/*`, for `GET /claims/{id}`.
fn wild(method: &Method) -> String {
    let verb = match method.http_method.as_str() {
        "ANY" => "*",
        verb => verb,
    };
    let parts = method.path.split('/').map(|part| {
        let variable = part.starts_with('{');
        if variable { "*" } else { part }
    });
    format!("{verb}{}", parts.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::RestApi;
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::{CHECK, wild};
    use crate::apigateway::testing::{
        WHOLE, method, of_type, open_method, with_api, with_deny, with_policy,
    };
    use crate::testing::{assert_denied, run_one};

    fn finding(change: impl FnOnce(&mut RestApi)) -> Finding {
        run_one(&CHECK, &with_api(change))
    }

    const EVERYONE: &str = r#""*""#;

    #[test]
    fn everyone_and_a_method_that_asks_nobody_is_critical() {
        let finding = finding(|api| {
            open_method(api, "/health");
            with_policy(api, EVERYONE, "{}");
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(
            finding.message,
            "statement 's0' lets everyone call the API, and 1 method asks nobody who calls"
        );
        assert_eq!(finding.details.get("methods")[0], "GET /health");
        assert_eq!(finding.evidence[0].pointer, "/policy");
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html#apigateway-resource-policies-iam-policies-interaction>
    #[test]
    fn methods_with_iam_are_open_to_every_account_and_no_further() {
        let finding = finding(|api| with_policy(api, EVERYONE, "{}"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(
            finding
                .message
                .contains("lets everyone with an AWS account call")
        );
        let signed = r#"{"Null":{"aws:PrincipalArn":"false"}}"#;
        let unsigned_only = self::finding(|api| {
            api.methods = Observed::Known(vec![]);
            open_method(api, "/health");
            with_policy(api, EVERYONE, signed);
        });
        assert_eq!(
            unsigned_only.outcome,
            Outcome::Pass,
            "the policy wants a signature"
        );
    }

    #[test]
    fn authorizers_ask_whoever_the_policy_lets_through() {
        let finding = finding(|api| {
            api.methods = Observed::Known(vec![]);
            method(api, "/a", "CUSTOM");
            method(api, "/b", "COGNITO_USER_POOLS");
            with_policy(api, EVERYONE, "{}");
        });
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("authenticate their callers"));
    }

    #[test]
    fn a_statement_is_held_against_the_methods_it_means() {
        let only = |path: &str| {
            let resource = WHOLE.replace("/*", path);
            finding(|api| {
                api.methods = Observed::Known(vec![]);
                method(api, "/claims/{id}", "CUSTOM");
                open_method(api, "/health");
                api.policy = Some(fixtures::allow(
                    EVERYONE,
                    "execute-api:Invoke",
                    &resource,
                    "{}",
                ));
            })
            .outcome
        };
        assert_eq!(only("/prod/GET/health"), Outcome::Fail);
        assert_eq!(only("/*/GET/claims/*"), Outcome::Pass);
        assert_eq!(only("/prod/*"), Outcome::Fail);
        assert_eq!(only("/*/health"), Outcome::Fail, "a star goes over slashes");
        assert_eq!(only("/prod/POST/*"), Outcome::Pass);
        let short = finding(|api| {
            open_method(api, "/health");
            let resource = "execute-api:/*/GET/health";
            api.policy = Some(fixtures::allow(
                EVERYONE,
                "execute-api:Invoke",
                resource,
                "{}",
            ));
        });
        assert_eq!(short.severity, Severity::Critical);
    }

    #[test]
    fn a_path_stands_for_all_it_serves() {
        let written = |verb: &str, path: &str| wild(&fixtures::method("arn", path, verb));
        assert_eq!(written("GET", "/claims/{id}"), "GET/claims/*");
        assert_eq!(written("ANY", "/{proxy+}"), "*/*");
    }

    #[test]
    fn conditions_and_denies_that_fix_who_calls_pass() {
        let open = |api: &mut RestApi| open_method(api, "/health");
        for condition in [
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
        ] {
            let finding = finding(|api| {
                open(api);
                with_policy(api, EVERYONE, condition);
            });
            assert_eq!(finding.outcome, Outcome::Pass, "{condition}");
        }
        let denied = finding(|api| {
            open(api);
            with_deny(
                api,
                r#"{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}"#,
            );
        });
        assert_eq!(denied.outcome, Outcome::Pass, "{}", denied.message);
        let named = finding(|api| with_policy(api, r#"{"AWS":"444455556666"}"#, "{}"));
        assert_eq!(named.outcome, Outcome::Pass);
    }

    #[test]
    fn those_that_only_seem_to_fail_and_are_named() {
        for condition in [
            r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#,
            r#"{"StringLike":{"aws:Referer":"https://clinic.example/*"}}"#,
            r#"{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}"#,
        ] {
            let finding = finding(|api| {
                open_method(api, "/health");
                with_policy(api, EVERYONE, condition);
            });
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
            assert!(
                finding.message.contains("the condition "),
                "{}",
                finding.message
            );
        }
        let block_list = finding(|api| {
            open_method(api, "/health");
            with_deny(api, r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}"#);
        });
        assert_eq!(block_list.outcome, Outcome::Fail);
    }

    #[test]
    fn without_a_policy_or_in_private_the_question_is_another() {
        assert_eq!(finding(|_| {}).outcome, Outcome::NotApplicable);
        let private = finding(|api| {
            of_type(api, "PRIVATE");
            with_policy(api, EVERYONE, "{}");
        });
        assert_eq!(private.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_cannot_be_seen_is_not_assessed() {
        let public = with_api(|api| {
            with_policy(api, EVERYONE, "{}");
            api.methods = fixtures::denied("apigateway:GetResources");
        });
        assert_denied(&run_one(&CHECK, &public), "apigateway:GetResources");
        let broken = finding(|api| api.policy = Some(PolicyDocument("{".to_owned())));
        assert_eq!(broken.outcome, Outcome::NotAssessed);
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = fixtures::denied("apigateway:GetRestApis");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetRestApis");
    }
}
