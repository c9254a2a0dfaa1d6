//! Function URLs behind a front that anyone can go around.

use std::collections::BTreeMap;

use tripod_model::lambda::{Function, FunctionUrl};
use tripod_model::{
    Account, Evidence, Impact, Observed, RegionStatus, Severity, Snapshot, Unknown,
};

use crate::lambda::doors::{Door, Doors, HALF_A_GRANT};
use crate::lambda::held::Fault;
use crate::lambda::{each_function, urls};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-bypassable-front",
    title: "function URL that anyone reaches past its front",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX11"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListFunctionUrlConfigs",
        "lambda:ListAliases",
        "lambda:GetPolicy",
        "cloudfront:ListDistributions",
        "apigateway:GetRestApis",
        "apigateway:GetResources",
        "apigatewayv2:GetApis",
        "apigatewayv2:GetIntegrations",
    ],
    controls: &[
        Control::Baseline("NET-6"),
        Control::Baseline("NET-3"),
        Control::Fsbp("CloudFront.16"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("bypassable_front.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let fronts = Fronts::of(view);
    each_function(view, out, |_, function| decide(function, &fronts));
}

/// What stands in front of a host.
#[derive(Debug, Clone)]
struct Front {
    /// In words.
    name: String,
    /// Whether it turns anyone away.
    guards: bool,
    /// Where it was read.
    evidence: Vec<Evidence>,
}

/// What an account puts in front of hosts, by host in lower case.
#[derive(Debug, Default)]
struct Fronts {
    by_host: BTreeMap<String, Front>,
    /// Why there may be more.
    unknown: Option<Unknown>,
}

impl Fronts {
    fn of(snapshot: &Snapshot) -> Self {
        let mut fronts = Self::default();
        for account in &snapshot.accounts {
            fronts.distributions(account);
        }
        for (_, region) in snapshot.regions() {
            if region.status != RegionStatus::Scanned {
                fronts.miss(Unknown::NotCollected);
            }
            for api in fronts.known(&region.apigateway.rest_apis) {
                for method in fronts.known(&api.methods) {
                    let integration = method.integration.as_ref();
                    let uri = integration.and_then(|one| one.uri.as_deref());
                    let read = method.sources.evidence("apigateway:GetResources", "");
                    fronts.api(&api.name, uri, read);
                }
            }
            for api in fronts.known(&region.apigatewayv2.apis) {
                // Not asked for where no route leads to one.
                if api.integrations == Observed::NotCollected {
                    continue;
                }
                for integration in fronts.known(&api.integrations) {
                    let read = &integration.sources;
                    let read = read.evidence("apigatewayv2:GetIntegrations", "");
                    fronts.api(&api.name, integration.uri.as_deref(), read);
                }
            }
        }
        fronts
    }

    fn distributions(&mut self, account: &Account) {
        for distribution in self.known(&account.cloudfront.distributions) {
            if distribution.enabled == Some(false) {
                continue;
            }
            let acl = distribution.web_acl.as_ref();
            let and_acl = acl.map_or("", |_| " and its web ACL");
            for origin in &distribution.origins {
                if let Some(host) = &origin.domain_name {
                    let front = Front {
                        name: format!("distribution {}{and_acl}", distribution.id),
                        guards: acl.is_some(),
                        evidence: distribution
                            .sources
                            .evidence("cloudfront:ListDistributions", ""),
                    };
                    self.put(host, front);
                }
            }
        }
    }

    fn api(&mut self, name: &str, uri: Option<&str>, evidence: Vec<Evidence>) {
        if let Some(host) = uri.and_then(host_of) {
            let front = Front {
                name: format!("API {name}"),
                guards: true,
                evidence,
            };
            self.put(host, front);
        }
    }

    /// Of several fronts one that guards counts.
    fn put(&mut self, host: &str, front: Front) {
        let known = self.by_host.entry(host.to_ascii_lowercase());
        let kept = known.or_insert_with(|| front.clone());
        if front.guards && !kept.guards {
            *kept = front;
        }
    }

    fn known<'a, T>(&mut self, list: &'a Observed<Vec<T>>) -> &'a [T] {
        match list.found() {
            Ok(items) => items.map_or(&[], Vec::as_slice),
            Err(unknown) => {
                self.miss(unknown);
                &[]
            }
        }
    }

    fn miss(&mut self, unknown: Unknown) {
        self.unknown.get_or_insert(unknown);
    }

    fn before(&self, url: &FunctionUrl) -> Option<&Front> {
        self.by_host.get(&host_of(&url.url)?.to_ascii_lowercase())
    }
}

/// The host of `https://HOST/PATH`.
fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    rest.split(['/', ':', '?']).next()
}

fn decide(function: &Function, fronts: &Fronts) -> Result<Verdict, Unknown> {
    let urls = urls(function)?;
    if urls.is_empty() {
        return Ok(Verdict::not_applicable("the function has no URL"));
    }
    let mut doors = Doors::of(function, urls);
    let unsure = urls.iter().any(|url| fronts.before(url).is_none());
    if let (true, Some(unknown)) = (unsure, &fronts.unknown) {
        doors.miss(unknown.clone());
    }
    doors.judge(
        |door| fault(door, fronts).into_iter().collect(),
        || {
            let mut hidden = urls.iter().filter_map(|url| fronts.before(url));
            match hidden.next() {
                Some(front) => Verdict::pass(format!(
                    "strangers reach the URL through {} only",
                    front.name
                )),
                None => Verdict::not_applicable(
                    "nothing in this account stands before a URL of the function",
                ),
            }
        },
    )
}

fn fault(door: &Door<'_>, fronts: &Fronts) -> Option<Fault> {
    let front = fronts.before(door.url)?;
    let (access, everyone) = door.public()?;
    let lets = door.held.sentence(&access.statements, "lets", "let");
    let message = format!("{lets} {everyone} use {} past {}", door.url.url, front.name);
    let mut fault = Fault::of(&door.held, door.url.url.as_str(), message);
    fault = fault.evidence(front.evidence.clone());
    if !front.guards {
        let reason = "the distribution has no web ACL that would turn anyone away";
        fault = fault.lowered_to(Severity::Medium, reason);
    }
    if !door.lets_run(&access.who) {
        fault = fault.lowered_to(Severity::Low, HALF_A_GRANT);
    }
    Some(fault)
}

#[cfg(test)]
mod tests {
    use tripod_model::apigatewayv2::Integration;
    use tripod_model::cloudfront::{Distribution, Origin};
    use tripod_model::lambda::Function;
    use tripod_model::{
        Arn, Finding, Observed, Outcome, PolicyDocument, RegionStatus, Severity, Snapshot, Sources,
        fixtures,
    };

    use super::CHECK;
    use crate::lambda::testing::{HOST, alias, allow, claims, policy, statement, url};
    use crate::testing::{assert_denied, run_one};

    const EVERYONE: &str = r#""*""#;
    const ANY: &str = "lambda:Invoke*";

    fn with_url(auth_type: &str, policy: Observed<PolicyDocument>) -> Function {
        let mut function = claims(policy);
        function.urls = Observed::Known(vec![url("", auth_type)]);
        function
    }

    fn open() -> Function {
        with_url("NONE", policy(&[&allow(EVERYONE, ANY, "{}")]))
    }

    fn distribution(host: &str, web_acl: Option<&str>) -> Distribution {
        Distribution {
            arn: Arn::new("arn:aws:cloudfront::111122223333:distribution/E1"),
            id: "E1".to_owned(),
            domain_name: None,
            aliases: vec![],
            enabled: Some(true),
            web_acl: web_acl.map(str::to_owned),
            minimum_protocol: None,
            default_certificate: None,
            origins: vec![Origin {
                id: "url".to_owned(),
                domain_name: Some(host.to_owned()),
                access_control: None,
                protocol: None,
                tls_protocols: vec![],
            }],
            behaviours: vec![],
            standard_log: Observed::NotCollected,
            sources: fixtures::sources(&["cloudfront:ListDistributions"]),
        }
    }

    /// The function behind a distribution with a web ACL.
    fn account(function: Function) -> Snapshot {
        let mut snapshot = fixtures::with_functions(vec![function]);
        let front = distribution(HOST, Some("arn:aws:wafv2:us-east-1:1:global/webacl/a/1"));
        snapshot.accounts[0].cloudfront.distributions = Observed::Known(vec![front]);
        snapshot
    }

    fn behind_front(function: Function) -> Finding {
        run_one(&CHECK, &account(function))
    }

    #[test]
    fn an_open_url_behind_a_distribution_fails_and_both_are_named() {
        let finding = behind_front(open());
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::High)
        );
        assert_eq!(
            finding.message,
            "statement 's0' of the function lets everyone use https://abc.lambda-url.eu-central-1.on.aws/ \
             past distribution E1 and its web ACL"
        );
        assert_eq!(finding.evidence.len(), 2, "the policy and the distribution");
    }

    #[test]
    fn a_front_without_a_web_acl_and_half_a_grant_weigh_less() {
        let mut snapshot = account(open());
        let bare = distribution(&HOST.to_uppercase(), None);
        snapshot.accounts[0].cloudfront.distributions = Observed::Known(vec![bare]);
        assert_eq!(run_one(&CHECK, &snapshot).severity, Severity::Medium);
        let half = policy(&[&allow(EVERYONE, "lambda:InvokeFunctionUrl", "{}")]);
        let finding = behind_front(with_url("NONE", half));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
    }

    #[test]
    fn of_two_fronts_the_one_that_guards_counts() {
        let bare = distribution(HOST, None);
        let guarded = distribution(HOST, Some("arn:aws:wafv2:us-east-1:1:global/webacl/a/1"));
        for fronts in [
            vec![bare.clone(), guarded.clone()],
            vec![guarded.clone(), bare.clone()],
        ] {
            let mut snapshot = account(open());
            snapshot.accounts[0].cloudfront.distributions = Observed::Known(fronts);
            assert_eq!(run_one(&CHECK, &snapshot).severity, Severity::High);
        }
    }

    #[test]
    fn a_url_that_signs_for_the_distribution_only_passes_and_one_for_everybody_fails() {
        let source =
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E1"}}"#;
        let front = allow(r#"{"Service":"cloudfront.amazonaws.com"}"#, ANY, source);
        let finding = behind_front(with_url("AWS_IAM", policy(&[&front])));
        assert_eq!(finding.outcome, Outcome::Pass);
        let both = policy(&[&front, &allow(EVERYONE, ANY, "{}")]);
        let finding = behind_front(with_url("AWS_IAM", both));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("everyone with an AWS account"));
    }

    #[test]
    fn a_url_that_the_policy_opens_to_nobody_passes() {
        let deny = statement("Deny", EVERYONE, "lambda:InvokeFunctionUrl", "{}");
        for policy in [
            Observed::Absent,
            policy(&[&allow(EVERYONE, ANY, "{}"), &deny]),
            policy(&[&allow(
                EVERYONE,
                ANY,
                r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"#,
            )]),
            policy(&[&allow(
                EVERYONE,
                ANY,
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
            )]),
        ] {
            let finding = behind_front(with_url("NONE", policy));
            assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        }
    }

    #[test]
    fn apis_of_both_versions_are_fronts() {
        let uri = Some(format!("https://{HOST}/claims"));
        let mut method =
            fixtures::method("arn:aws:apigateway:eu-central-1::/restapis/a1", "/", "GET");
        if let Some(integration) = &mut method.integration {
            integration.uri.clone_from(&uri);
        }
        let mut rest = fixtures::rest_api("a1");
        rest.methods = Observed::Known(vec![method]);
        let mut http = fixtures::api("h1", "HTTP");
        http.integrations = Observed::Known(vec![Integration {
            arn: Arn::new("arn:aws:apigateway:eu-central-1::/apis/h1/integrations/i1"),
            id: "i1".to_owned(),
            kind: Some("HTTP_PROXY".to_owned()),
            subtype: None,
            http_method: None,
            uri,
            credentials_arn: None,
            connection_type: None,
            connection_id: None,
            payload_format_version: None,
            timeout_milliseconds: None,
            passthrough_behavior: None,
            request_parameters: [].into(),
            response_parameters: [].into(),
            tls: None,
            managed: None,
            sources: Sources::default(),
        }]);
        for rest_is_front in [true, false] {
            let mut snapshot = account(open());
            snapshot.accounts[0].cloudfront.distributions = Observed::Known(vec![]);
            let region = &mut snapshot.accounts[0].regions[0];
            if rest_is_front {
                region.apigateway.rest_apis = Observed::Known(vec![rest.clone()]);
            } else {
                region.apigatewayv2.apis = Observed::Known(vec![http.clone()]);
            }
            let finding = run_one(&CHECK, &snapshot);
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::High);
            assert!(finding.message.contains("past API "), "{}", finding.message);
        }
    }

    #[test]
    fn without_a_front_or_a_url_the_question_does_not_arise() {
        let mut snapshot = account(open());
        let other = distribution("other.lambda-url.eu-central-1.on.aws", None);
        let mut disabled = distribution(HOST, None);
        disabled.enabled = Some(false);
        snapshot.accounts[0].cloudfront.distributions = Observed::Known(vec![other, disabled]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
        let finding = behind_front(claims(Observed::Absent));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_url_is_not_assessed_where_fronts_are_not_known() {
        let unknown = |function: Function| {
            let mut snapshot = account(function);
            let account = &mut snapshot.accounts[0];
            account.cloudfront.distributions = fixtures::denied("cloudfront:ListDistributions");
            run_one(&CHECK, &snapshot)
        };
        for function in [open(), with_url("AWS_IAM", Observed::Absent)] {
            assert_denied(&unknown(function), "cloudfront:ListDistributions");
        }
        let mut snapshot = account(open());
        snapshot.accounts[0].cloudfront.distributions = Observed::Known(vec![]);
        let mut far = fixtures::region("eu-west-1");
        far.status = RegionStatus::Failed;
        snapshot.accounts[0].regions.push(far);
        let finding = &crate::testing::run(&CHECK, &snapshot)[0];
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn the_policy_is_that_of_the_alias_and_a_denied_one_is_not_assessed() {
        let mut function = open();
        function.urls = Observed::Known(vec![url(":live", "NONE")]);
        function.aliases = Observed::Known(vec![alias("live", Observed::Absent)]);
        assert_eq!(behind_front(function.clone()).outcome, Outcome::Pass);
        function.aliases = fixtures::denied("lambda:ListAliases");
        assert_denied(&behind_front(function), "lambda:ListAliases");
        let denied = with_url("NONE", fixtures::denied("lambda:GetPolicy"));
        assert_denied(&behind_front(denied), "lambda:GetPolicy");
    }
}
