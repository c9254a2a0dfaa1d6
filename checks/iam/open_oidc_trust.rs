//! Roles that strangers, or whole tenants, may assume by a token of an OpenID Connect issuer.

use std::collections::BTreeSet;

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Base, Caller, Context, Policy, StatementRef, Who, audience};

use crate::iam::claims::{Claim, Fixed};
use crate::iam::issuers::{Issuer, Vouches, address, issuer};
use crate::iam::trust::{DETAILS, STRANGER, Trust, each_trust};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-open-oidc-trust",
    title: "role that strangers may assume through an OpenID Connect issuer",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::Critical,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["IT06"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-6"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("open_oidc_trust.md"),
    run,
};

const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";

/// Claims whose values anybody may choose who gets tokens of the issuer at all: whom the token is for, how
/// its holder signed in, names of branches, environments and workflows, and which reusable workflow is
/// called. <https://docs.github.com/en/actions/reference/security/oidc>,
/// <https://docs.gitlab.com/ci/secrets/id_token_authentication/>,
/// <https://buildkite.com/docs/agent/cli/reference/oidc>
const EVERYBODYS: [&str; 12] = [
    "amr",
    "aud",
    "build_branch",
    "cluster_name",
    "environment",
    "job_workflow_ref",
    "pipeline_slug",
    "pipeline_source",
    "ref",
    "ref_protected",
    "runner_environment",
    "workflow",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_trust(view, out, decide);
}

fn decide(trust: &Trust<'_>) -> Result<Verdict, Unknown> {
    let mut seen = Vec::new();
    let mut holes: Vec<Hole> = Vec::new();
    for access in audience(trust.role.arn.as_str(), &trust.policy, &[ASSUME]) {
        let Who::Provider(principal) = &access.who else {
            continue;
        };
        let Some(address) = address(principal) else {
            continue;
        };
        seen.push(address.to_owned());
        let asked = Asked {
            trust,
            principal,
            address,
            issuer: issuer(address),
        };
        holes.extend(asked.hole()?.map(|(depth, conditions)| Hole {
            depth,
            conditions,
            issuer: asked.issuer,
            address: address.to_owned(),
            statements: access.statements.clone(),
        }));
    }
    holes.sort_by_key(|hole| std::cmp::Reverse(hole.severity()));
    match holes.first() {
        Some(worst) => Ok(worst.verdict(&holes)),
        None if seen.is_empty() => Ok(Verdict::not_applicable(
            "no token of an OpenID Connect issuer is taken for the role",
        )),
        None => Ok(Verdict::pass(format!(
            "only tokens that the policy names by their claims are taken, of {}",
            seen.join(" and ")
        ))),
    }
}

/// Tokens of an issuer that are let in though they should not be.
struct Hole {
    /// What of them is fixed all the same.
    depth: Fixed,
    /// What else has to hold.
    conditions: Vec<String>,
    issuer: &'static Issuer,
    address: String,
    statements: Vec<StatementRef>,
}

impl Hole {
    fn severity(&self) -> Severity {
        match (self.issuer.vouches, self.depth) {
            (_, Fixed::Tenant | Fixed::Project) => Severity::Low,
            (Vouches::ForTenant(_), Fixed::Nothing) => Severity::Medium,
            (Vouches::ForAnyone, Fixed::Nothing) if !self.conditions.is_empty() => Severity::High,
            (Vouches::ForAnyone, Fixed::Nothing) => Severity::Critical,
        }
    }

    fn text(&self) -> String {
        let whom = match (self.issuer.vouches, self.depth) {
            (_, Fixed::Tenant | Fixed::Project) => "every project of the tenant that it names",
            (Vouches::ForTenant(whom), Fixed::Nothing) => whom,
            (Vouches::ForAnyone, Fixed::Nothing) => "anyone in the world",
        };
        let by = policies::sentence(&self.statements, "lets", "let");
        let text = format!(
            "{by} {whom} assume the role by a token of {}",
            self.issuer.name
        );
        match self.conditions.as_slice() {
            [] => text,
            several => format!("{text} as far as {} holds", several.join(" and ")),
        }
    }

    fn verdict(&self, all: &[Self]) -> Verdict {
        let texts: Vec<String> = all.iter().map(Self::text).collect();
        let verdict = Verdict::fail(texts.join(", and "))
            .detail(
                "issuers",
                all.iter()
                    .map(|hole| hole.address.clone())
                    .collect::<Vec<_>>(),
            )
            .detail("statements", policies::names(&self.statements))
            .detail("conditions", self.conditions.clone())
            .detail("claims_documented_at", self.issuer.source);
        match self.severity() {
            Severity::Low => verdict.lowered_to(Severity::Low, "strangers are kept out"),
            Severity::Medium => verdict.lowered_to(
                Severity::Medium,
                "the issuer vouches for nobody else, so strangers are kept out",
            ),
            Severity::High => verdict.lowered_to(Severity::High, "not by the token alone"),
            _ => verdict,
        }
    }
}

/// An issuer that a role trusts.
struct Asked<'t> {
    trust: &'t Trust<'t>,
    principal: &'t str,
    address: &'t str,
    issuer: &'static Issuer,
}

impl Asked<'_> {
    /// The widest kind of token that is let in, unless claims say whose it is and of what.
    fn hole(&self) -> Result<Option<(Fixed, Vec<String>)>, Unknown> {
        let caller = Caller::federated(self.principal);
        let mut widest: Option<(Fixed, Vec<String>)> = None;
        for (depth, context) in self.tokens() {
            let Some(conditions) = self.trust.enters(&caller, ASSUME, &context)? else {
                continue;
            };
            let conditions = self.that_limit(conditions);
            if self.is_limited_by(&conditions) {
                continue;
            }
            let found = (depth, conditions);
            let order = |(depth, on): &(Fixed, Vec<String>)| (*depth, on.len());
            if widest
                .as_ref()
                .is_none_or(|known| order(&found) < order(known))
            {
                widest = Some(found);
            }
        }
        Ok(widest)
    }

    /// Tokens of which no claim says whose they are and of what, with how much is fixed all the same: each
    /// way to choose one value for each claim that the policy compares.
    fn tokens(&self) -> Vec<(Fixed, Context)> {
        let mut tokens = vec![(Fixed::Nothing, Context::open())];
        for claim in self.issuer.claims {
            let key = claim.key(self.address);
            let values = values_to_try(&self.trust.policy, &key, claim);
            tokens = tokens
                .iter()
                .flat_map(|(depth, context)| {
                    values.iter().map(|(fixed, value)| {
                        (*depth.max(fixed), context.clone().with(&key, value))
                    })
                })
                .collect();
        }
        tokens
    }

    /// Without conditions on claims that everybody may choose. Where such a claim says whose the token is
    /// (the audience of some issuers), it is in the issuer's row and decided before.
    fn that_limit(&self, conditions: Vec<String>) -> Vec<String> {
        let keys =
            EVERYBODYS.map(|claim| format!(" {}:{claim} ", self.address).to_ascii_lowercase());
        let limits = |text: &String| {
            let text = text.to_ascii_lowercase();
            !keys.iter().any(|key| text.contains(key))
        };
        conditions.into_iter().filter(limits).collect()
    }

    /// Whether a claim that no row speaks of limits the tokens of an issuer that is not anyone's.
    fn is_limited_by(&self, conditions: &[String]) -> bool {
        let of_issuer = format!(" {}:", self.address).to_ascii_lowercase();
        matches!(self.issuer.vouches, Vouches::ForTenant(_))
            && conditions
                .iter()
                .any(|text| text.to_ascii_lowercase().contains(&of_issuer))
    }
}

/// Values of a claim that are not one project's: a stranger's, and one for each value in the policy that
/// leaves open whose it is.
fn values_to_try(policy: &Policy, key: &str, claim: &Claim) -> BTreeSet<(Fixed, String)> {
    let mut values = BTreeSet::from([(Fixed::Nothing, STRANGER.to_owned())]);
    let conditions = policy.allows().flat_map(|allow| &allow.conditions);
    for condition in conditions.filter(|on| on.is_on(key) && !on.operator.negated) {
        let wild = condition.operator.base == Base::StringLike;
        for value in &condition.values {
            // A star that is taken as text is in no claim.
            if !wild && value.contains('*') {
                continue;
            }
            let fixed = claim.fixed_by(value, wild);
            if fixed != Fixed::Project {
                let value = if wild {
                    value.replace('*', STRANGER).replace('?', "x")
                } else {
                    value.clone()
                };
                values.insert((fixed, value));
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one};

    const GITHUB: &str = "token.actions.githubusercontent.com";

    fn trusting(address: &str, condition: &str) -> String {
        let built_in = ["accounts.google.com", "cognito-identity.amazonaws.com"].contains(&address);
        let name = if built_in {
            address.to_owned()
        } else {
            format!("arn:aws:iam::111122223333:oidc-provider/{address}")
        };
        let principal = format!(r#"{{"Federated":"{name}"}}"#);
        statement(&principal, super::ASSUME, condition)
    }

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_roles(vec![role_trusting(statements)]))
    }

    fn with_claims(address: &str, operator: &str, claims: &[(&str, &str)]) -> Finding {
        let claims: Vec<String> = claims
            .iter()
            .map(|(claim, value)| format!(r#""{address}:{claim}":"{value}""#))
            .collect();
        let condition = format!(r#"{{"{operator}":{{{}}}}}"#, claims.join(","));
        judged(&trusting(address, &condition))
    }

    #[test]
    fn an_audience_alone_lets_the_whole_of_github_in() {
        let finding = with_claims(GITHUB, "StringEquals", &[("aud", "sts.amazonaws.com")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(
            finding.message,
            "statement 's0' lets anyone in the world assume the role by a token of GitHub Actions"
        );
        assert_eq!(judged(&trusting(GITHUB, "{}")).severity, Severity::Critical);
    }

    #[test]
    fn wildcards_that_strangers_meet_fail_for_every_issuer_of_everybody() {
        for (address, value) in [
            (GITHUB, "repo:*"),
            (GITHUB, "repo:acme*"),
            (GITHUB, "repo:*/app:ref:refs/heads/main"),
            ("gitlab.com", "project_path:*:ref:main"),
            (
                "app.terraform.io",
                "organization:*:project:p:workspace:w:run_phase:*",
            ),
            ("agent.buildkite.com", "organization:*"),
            ("oidc.codefresh.io", "account:*"),
        ] {
            let finding = with_claims(address, "StringLike", &[("sub", value)]);
            assert_eq!(finding.outcome, Outcome::Fail, "{address} {value}");
            assert_eq!(finding.severity, Severity::Critical, "{address} {value}");
        }
    }

    #[test]
    fn a_whole_subject_that_anyone_can_give_themselves_fails() {
        for value in [
            "environment:production",
            "job_workflow_ref:acme/shared/deploy.yml@main",
        ] {
            let finding = with_claims(GITHUB, "StringEquals", &[("sub", value)]);
            assert_eq!(finding.severity, Severity::Critical, "{value}");
            assert_eq!(finding.outcome, Outcome::Fail, "{value}");
        }
        let environment = with_claims(GITHUB, "StringEquals", &[("environment", "production")]);
        assert_eq!(environment.severity, Severity::Critical);
        // Who ran the job is somebody, but in whose repository it ran is open.
        let actor = with_claims(GITHUB, "StringEquals", &[("actor_id", "42")]);
        assert_eq!(actor.outcome, Outcome::Fail);
        assert_eq!(actor.severity, Severity::High);
    }

    #[test]
    fn the_subject_of_a_project_passes() {
        for (address, operator, value) in [
            (GITHUB, "StringEquals", "repo:acme/app:ref:refs/heads/main"),
            (GITHUB, "StringLike", "repo:acme/app:*"),
            (GITHUB, "ForAnyValue:StringLike", "repo:acme/app:*"),
            (
                GITHUB,
                "StringEqualsIgnoreCase",
                "repo:Acme/app:environment:production",
            ),
            (
                "gitlab.com",
                "StringLike",
                "project_path:acme/app:ref_type:branch:ref:*",
            ),
            (
                "app.terraform.io",
                "StringLike",
                "organization:acme:project:*:workspace:w:run_phase:*",
            ),
            (
                "accounts.google.com",
                "StringEquals",
                "110169484474386276334",
            ),
            (
                "oidc.circleci.com/org/1",
                "StringLike",
                "org/1/project/2/user/*",
            ),
            (
                "oidc.eks.eu-central-1.amazonaws.com/id/AB",
                "StringEquals",
                "system:serviceaccount:prod:app",
            ),
        ] {
            let finding = with_claims(address, operator, &[("sub", value)]);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{address} {value}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn other_claims_that_name_the_owner_pass() {
        for (address, claim, value) in [
            (GITHUB, "repository_owner_id", "42"),
            (GITHUB, "repository", "acme/app"),
            ("gitlab.com", "project_id", "42"),
            (
                "agent.buildkite.com",
                "organization_id",
                "0184990a-477b-4fa8-9968-496074483cee",
            ),
            (
                "accounts.google.com",
                "aud",
                "123.apps.googleusercontent.com",
            ),
            (
                "cognito-identity.amazonaws.com",
                "aud",
                "eu-central-1:0c11a1c0",
            ),
        ] {
            let finding = with_claims(address, "StringEquals", &[(claim, value)]);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{address} {claim}: {}",
                finding.message
            );
        }
        let owner_and_any = with_claims(
            GITHUB,
            "StringLike",
            &[("repository_owner_id", "42"), ("sub", "repo:*")],
        );
        assert_eq!(
            owner_and_any.outcome,
            Outcome::Pass,
            "{}",
            owner_and_any.message
        );
    }

    #[test]
    fn a_whole_owner_is_hygiene_and_a_tenants_issuer_keeps_strangers_out() {
        let finding = with_claims(GITHUB, "StringLike", &[("sub", "repo:acme/*")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        for (address, value) in [
            ("oidc.circleci.com/org/1", "org/1/*"),
            (
                "oidc.eks.eu-central-1.amazonaws.com/id/AB",
                "system:serviceaccount:*",
            ),
            ("gitlab.clinic.example", "*"),
        ] {
            let finding = with_claims(address, "StringLike", &[("sub", value)]);
            assert_eq!(finding.outcome, Outcome::Fail, "{address}");
            assert_eq!(
                finding.severity,
                Severity::Medium,
                "{address}: {}",
                finding.message
            );
        }
        let audience = with_claims("gitlab.clinic.example", "StringEquals", &[("aud", "aws")]);
        assert_eq!(audience.severity, Severity::Medium);
        let email = with_claims(
            "sso.clinic.example",
            "StringEquals",
            &[("email", "a@clinic.example")],
        );
        assert_eq!(email.outcome, Outcome::Pass, "{}", email.message);
    }

    #[test]
    fn a_cognito_role_without_a_pool_is_open_to_every_pool_in_the_world() {
        let signed_in =
            r#"{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}"#;
        let finding = judged(&trusting("cognito-identity.amazonaws.com", signed_in));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical, "{}", finding.message);
    }

    #[test]
    fn sentinel_is_told_apart_by_the_name_of_its_session() {
        let tenant = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/";
        let named = r#"{"StringEquals":{"sts:RoleSessionName":"MicrosoftSentinel_0c11a1c0"}}"#;
        let finding = judged(&trusting(tenant, named));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        let audience = with_claims(tenant, "StringEquals", &[("aud", "api://1462b192")]);
        assert_eq!(audience.severity, Severity::Critical);
        let wild = r#"{"StringLike":{"sts:RoleSessionName":"MicrosoftSentinel_*"}}"#;
        assert_eq!(judged(&trusting(tenant, wild)).severity, Severity::Critical);
    }

    #[test]
    fn optional_conditions_let_nobody_in_who_has_a_subject_of_another_kind() {
        // Every token has a subject, so that IfExists and ForAllValues take nothing away here.
        for operator in ["StringLikeIfExists", "ForAllValues:StringLike"] {
            let finding = with_claims(GITHUB, operator, &[("sub", "repo:acme/app:*")]);
            assert_eq!(finding.outcome, Outcome::Pass, "{operator}");
        }
        let but = with_claims(GITHUB, "StringNotLike", &[("sub", "repo:evil/*")]);
        assert_eq!(but.severity, Severity::Critical);
    }

    #[test]
    fn a_network_condition_lowers_and_is_named() {
        let address = r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
        let finding = judged(&trusting(GITHUB, address));
        assert_eq!(finding.severity, Severity::High);
        assert!(
            finding
                .message
                .contains("IpAddress aws:SourceIp 203.0.113.0/24")
        );
    }

    #[test]
    fn one_narrow_statement_does_not_make_up_for_a_wide_one_and_a_deny_does() {
        let sub = |value: &str| format!(r#"{{"StringLike":{{"{GITHUB}:sub":"{value}"}}}}"#);
        let narrow = trusting(GITHUB, &sub("repo:acme/app:*"));
        let wide = trusting(GITHUB, &sub("repo:*")).replace("s0", "s1");
        let both = format!("{narrow},{wide}");
        assert_eq!(judged(&both).severity, Severity::Critical);
        let deny = format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{{"StringNotLike":{{"{GITHUB}:sub":"repo:acme/app:*"}}}}}}"#
        );
        let finding = judged(&format!("{both},{deny}"));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn roles_without_such_a_principal_are_not_applicable() {
        for principal in [
            r#"{"Service":"lambda.amazonaws.com"}"#,
            r#"{"Federated":"arn:aws:iam::111122223333:saml-provider/okta"}"#,
        ] {
            let finding = judged(&statement(principal, "sts:*", "{}"));
            assert_eq!(finding.outcome, Outcome::NotApplicable, "{principal}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_assessed() {
        let mut role = role_trusting("");
        role.trust_policy = Some(PolicyDocument("[".to_owned()));
        let finding = run_one(&CHECK, &with_roles(vec![role]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), super::DETAILS);
    }
}
