//! Issuers of OpenID Connect tokens: whose tokens they are, and which claims say so.
//!
//! An issuer that vouches for everybody's jobs or users is only as narrow as the claim that a trust policy
//! compares. AWS lists such issuers, and since 2025 refuses new trust policies without the claim; older ones
//! stand: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html>.
//! Claims that AWS takes as condition keys, beside `sub` and `aud`, are in the Service Authorization
//! Reference of AWS STS: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>.

use tripod_policy::{Case, Pattern, Variables};

use crate::iam::claims::{Claim, Form, claim, field, path};

/// An issuer, or a family of them.
pub(crate) struct Issuer {
    /// Its name, for messages.
    pub(crate) name: &'static str,
    /// The issuer without `https://`; `*` is a wildcard.
    url: &'static str,
    /// Who gets tokens of it.
    pub(crate) vouches: Vouches,
    /// Claims by which a trust policy may say whose tokens it takes. Others, that everybody can have
    /// (`aud` of most, the name of a branch, of an environment, of a reusable workflow), are no such.
    pub(crate) claims: &'static [Claim],
    /// What the claims look like.
    pub(crate) source: &'static str,
}

/// For whom an issuer vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vouches {
    /// For anybody who signs up with it.
    ForAnyone,
    /// For a tenant whom its address names; what is then left open, in words.
    ForTenant(&'static str),
}

/// `sub` of GitHub: the default form, and templates that begin with the owner or the repository. A template
/// without either (only an environment, or a workflow that others may call) is anyone's to set.
static GITHUB: &[Claim] = &[
    claim(
        "sub",
        &[
            path("repo:", "/", ":"),
            path("repository:", "/", ":"),
            field("repository_owner:", ":"),
            field("repository_owner_id:", ":"),
            field("repository_id:", ":"),
            field("enterprise_id:", ":"),
        ],
    ),
    claim("repository", &[field("", "/")]),
    claim("repository_id", &[Form::Whole]),
    claim("repository_owner_id", &[Form::Whole]),
    claim("enterprise_id", &[Form::Whole]),
];

static BUILDKITE: &[Claim] = &[
    claim("sub", &[path("organization:", ":", ":ref:")]),
    claim("organization_id", &[Form::Whole]),
    claim("organization_slug", &[Form::Whole]),
    claim("pipeline_id", &[Form::Whole]),
    claim("cluster_id", &[Form::Whole]),
];

static WHOLE_SUB: &[Claim] = &[claim("sub", &[Form::Whole])];
static SOME_SUB: &[Claim] = &[claim("sub", &[Form::Part])];

/// The more particular address first.
static ISSUERS: &[Issuer] = &[
    Issuer {
        name: "GitHub Actions",
        url: "token.actions.githubusercontent.com",
        vouches: Vouches::ForAnyone,
        claims: GITHUB,
        source: "https://docs.github.com/en/actions/reference/security/oidc",
    },
    Issuer {
        name: "GitHub Actions of one enterprise",
        url: "token.actions.githubusercontent.com/*",
        vouches: Vouches::ForTenant("every repository of the enterprise"),
        claims: GITHUB,
        source: "https://docs.github.com/en/actions/reference/security/oidc",
    },
    Issuer {
        name: "GitHub Actions of one enterprise",
        url: "token.actions.*.ghe.com",
        vouches: Vouches::ForTenant("every repository of the enterprise"),
        claims: GITHUB,
        source: "https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency",
    },
    Issuer {
        name: "GitHub's audit log streaming",
        url: "oidc-configuration.audit-log.githubusercontent.com",
        vouches: Vouches::ForAnyone,
        claims: WHOLE_SUB,
        source: "https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/streaming-the-audit-log-for-your-enterprise",
    },
    Issuer {
        name: "GitLab.com",
        url: "gitlab.com",
        vouches: Vouches::ForAnyone,
        claims: &[
            claim("sub", &[path("project_path:", "/", ":")]),
            claim("namespace_id", &[Form::Whole]),
            claim("project_id", &[Form::Whole]),
        ],
        source: "https://docs.gitlab.com/ci/secrets/id_token_authentication/",
    },
    Issuer {
        name: "HCP Terraform",
        url: "app.terraform.io",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sub", &[field("organization:", ":")])],
        source: "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration",
    },
    Issuer {
        name: "Buildkite",
        url: "agent.buildkite.com",
        vouches: Vouches::ForAnyone,
        claims: BUILDKITE,
        source: "https://buildkite.com/docs/agent/cli/reference/oidc",
    },
    Issuer {
        name: "CircleCI",
        url: "oidc.circleci.com/org/*",
        vouches: Vouches::ForTenant("every project of the CircleCI organisation"),
        claims: &[
            claim("sub", &[field("/project/", "/")]),
            claim("oidc.circleci.com/project-id", &[Form::Whole]),
        ],
        source: "https://circleci.com/docs/openid-connect-tokens/",
    },
    Issuer {
        name: "Bitbucket Pipelines",
        url: "api.bitbucket.org/2.0/workspaces/*",
        vouches: Vouches::ForTenant("every repository of the Bitbucket workspace"),
        claims: &[claim("sub", &[field("", ":")])],
        source: "https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/",
    },
    Issuer {
        name: "Azure DevOps",
        url: "vstoken.dev.azure.com/*",
        vouches: Vouches::ForTenant("every service connection of the Azure DevOps organisation"),
        // sc://ORGANIZATION/PROJECT/CONNECTION, or a form of Microsoft's own; the prefix alone is everybody's.
        claims: &[claim("sub", &[field("sc://", "/"), Form::Whole])],
        source: "https://learn.microsoft.com/en-us/azure/devops/pipelines/release/configure-workload-identity",
    },
    Issuer {
        // One tenant of Microsoft's for all customers. Its session names hold the customer's workspace.
        name: "Microsoft Sentinel",
        url: "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d*",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sts:RoleSessionName", &[Form::Whole])],
        source: "https://learn.microsoft.com/en-us/azure/sentinel/connect-aws",
    },
    Issuer {
        name: "Microsoft Entra ID",
        url: "sts.windows.net/*",
        vouches: Vouches::ForTenant("everybody and every application of the Entra tenant"),
        claims: SOME_SUB,
        source: "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference",
    },
    Issuer {
        name: "Microsoft Entra ID",
        url: "login.microsoftonline.com/*",
        vouches: Vouches::ForTenant("everybody and every application of the Entra tenant"),
        claims: SOME_SUB,
        source: "https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference",
    },
    Issuer {
        name: "Amazon EKS",
        url: "oidc.eks.*.amazonaws.com*/id/*",
        vouches: Vouches::ForTenant("every pod of the cluster"),
        claims: &[claim("sub", &[field("system:serviceaccount:", ":")])],
        source: "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    },
    Issuer {
        name: "a Cognito user pool",
        url: "cognito-idp.*.amazonaws.com/*",
        vouches: Vouches::ForTenant("every user of the pool, who may have signed up alone"),
        claims: SOME_SUB,
        source: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html",
    },
    Issuer {
        name: "Cognito identity pools",
        url: "cognito-identity.amazonaws.com",
        vouches: Vouches::ForAnyone,
        claims: &[claim("aud", &[Form::Whole]), claim("sub", &[Form::Whole])],
        source: "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",
    },
    Issuer {
        name: "Google",
        url: "accounts.google.com",
        vouches: Vouches::ForAnyone,
        claims: &[
            claim("aud", &[Form::Whole]),
            claim("oaud", &[Form::Whole]),
            claim("sub", &[Form::Whole]),
            claim("google/organization_number", &[Form::Whole]),
        ],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    },
    Issuer {
        name: "Facebook",
        url: "graph.facebook.com",
        vouches: Vouches::ForAnyone,
        claims: &[claim("app_id", &[Form::Whole]), claim("id", &[Form::Whole])],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    },
    Issuer {
        name: "Login with Amazon",
        url: "www.amazon.com",
        vouches: Vouches::ForAnyone,
        claims: &[
            claim("app_id", &[Form::Whole]),
            claim("user_id", &[Form::Whole]),
        ],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    },
    Issuer {
        name: "Codefresh",
        url: "oidc.codefresh.io",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sub", &[field("account:", ":")])],
        source: "https://codefresh.io/docs/docs/integrations/oidc-pipelines/",
    },
    Issuer {
        name: "DVC Studio",
        url: "studio.datachain.ai/api",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sub", &[field("credentials:", "/")])],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    },
    Issuer {
        name: "Pulumi Cloud",
        url: "api.pulumi.com/oidc",
        vouches: Vouches::ForAnyone,
        claims: &[
            claim("aud", &[Form::Whole]),
            claim("sub", &[field("org:", ":")]),
        ],
        source: "https://www.pulumi.com/docs/esc/guides/configuring-oidc/aws/",
    },
    Issuer {
        name: "Scalr",
        url: "scalr.io",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sub", &[field("account:", ":")])],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    },
    Issuer {
        name: "Shisho Cloud",
        url: "tokens.cloud.shisho.dev",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sub", &[field("job:", ":")])],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    },
    Issuer {
        name: "Upbound",
        url: "proidc.upbound.io",
        vouches: Vouches::ForAnyone,
        claims: &[claim("sub", &[field("mcp:", "/")])],
        source: "https://docs.upbound.io/providers/provider-aws/authentication/",
    },
    Issuer {
        name: "Vercel",
        url: "oidc.vercel.com",
        vouches: Vouches::ForAnyone,
        claims: &[
            claim("aud", &[Form::Whole]),
            claim("sub", &[field("owner:", ":")]),
        ],
        source: "https://vercel.com/docs/oidc/aws",
    },
    Issuer {
        name: "sandboxes.cloud",
        url: "sandboxes.cloud",
        vouches: Vouches::ForAnyone,
        claims: &[claim("aud", &[Form::Whole]), claim("sub", &[Form::Whole])],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    },
];

/// An issuer that is in no row: somebody's own, such as a GitLab of the company or its identity provider.
static OWN: Issuer = Issuer {
    name: "the issuer",
    url: "*",
    vouches: Vouches::ForTenant("everybody whom the issuer vouches for"),
    claims: SOME_SUB,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
};

/// The issuer of a federated principal: the name of a built-in one, or what follows `oidc-provider/` in the
/// ARN of a provider. None for SAML providers.
pub(crate) fn address(principal: &str) -> Option<&str> {
    match principal.split_once(":oidc-provider/") {
        Some((_, address)) => Some(address),
        None if principal.starts_with("arn:") => None,
        None => Some(principal),
    }
}

/// The row of an issuer, by its address.
pub(crate) fn issuer(address: &str) -> &'static Issuer {
    let is_it = |row: &&Issuer| {
        Pattern::from(row.url).matches(address, Case::Insensitive, Variables::Nothing)
    };
    ISSUERS.iter().find(is_it).unwrap_or(&OWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::claims::Fixed;

    fn fixed(address: &str, claim: &str, value: &str, wild: bool) -> Fixed {
        let claims = issuer(address).claims;
        let claim = claims
            .iter()
            .find(|row| row.name == claim)
            .expect("a claim");
        claim.fixed_by(value, wild)
    }

    #[test]
    fn every_row_has_a_page_and_each_address_finds_its_own() {
        for row in ISSUERS {
            assert!(row.source.starts_with("https://"), "{}", row.name);
            assert!(!row.claims.is_empty(), "{}", row.name);
            let address = row.url.replace('*', "x");
            assert_eq!(issuer(&address).url, row.url);
        }
        assert_eq!(issuer("gitlab.clinic.example").url, "*");
        assert_eq!(
            address("arn:aws:iam::1:oidc-provider/gitlab.com/x"),
            Some("gitlab.com/x")
        );
        assert_eq!(address("accounts.google.com"), Some("accounts.google.com"));
        assert_eq!(address("arn:aws:iam::1:saml-provider/okta"), None);
    }

    #[test]
    fn wildcards_in_front_of_the_tenants_end_leave_it_open_to_strangers() {
        for (address, value) in [
            ("token.actions.githubusercontent.com", "*"),
            ("token.actions.githubusercontent.com", "repo:*"),
            ("token.actions.githubusercontent.com", "repo:acme*"),
            ("token.actions.githubusercontent.com", "repo:acme-*/app:*"),
            (
                "token.actions.githubusercontent.com",
                "repo:*/app:ref:refs/heads/main",
            ),
            (
                "token.actions.githubusercontent.com",
                "*:environment:production",
            ),
            ("gitlab.com", "project_path:*"),
            ("gitlab.com", "project_path:acme*:ref_type:branch:ref:main"),
            (
                "app.terraform.io",
                "organization:*:project:p:workspace:w:run_phase:*",
            ),
            ("app.terraform.io", "organization:acme*"),
            ("agent.buildkite.com", "organization:*:pipeline:deploy:*"),
            ("oidc.circleci.com/org/1", "org/1/project/*"),
            (
                "oidc.eks.eu-central-1.amazonaws.com/id/AB",
                "system:serviceaccount:*:*",
            ),
            ("cognito-identity.amazonaws.com", "eu-central-1:*"),
            ("gitlab.clinic.example", "*"),
            ("gitlab.clinic.example", "project_path:*"),
            ("github.clinic.example/_services/token", "repo:*"),
            ("token.actions.clinic.ghe.com", "repo:*"),
        ] {
            assert_eq!(
                fixed(address, "sub", value, true),
                Fixed::Nothing,
                "{address} {value}"
            );
        }
    }

    #[test]
    fn values_that_name_the_tenant_or_the_project_fix_it() {
        for (address, value, expected) in [
            (
                "token.actions.githubusercontent.com",
                "repo:acme/*",
                Fixed::Tenant,
            ),
            (
                "token.actions.githubusercontent.com",
                "repo:acme/app*",
                Fixed::Tenant,
            ),
            (
                "token.actions.githubusercontent.com",
                "repo:acme/app:*",
                Fixed::Project,
            ),
            (
                "token.actions.githubusercontent.com",
                "repo:acme@12/app@34:ref:*",
                Fixed::Project,
            ),
            (
                "token.actions.githubusercontent.com",
                "repository_owner_id:42:*",
                Fixed::Project,
            ),
            (
                "token.actions.githubusercontent.com",
                "environment:prod:repository_owner:acme",
                Fixed::Project,
            ),
            (
                "gitlab.com",
                "project_path:acme/*:ref_type:branch:ref:main",
                Fixed::Tenant,
            ),
            ("gitlab.com", "project_path:acme/app:*", Fixed::Project),
            (
                "app.terraform.io",
                "organization:acme:project:*:workspace:w:run_phase:*",
                Fixed::Project,
            ),
            (
                "oidc.circleci.com/org/1",
                "org/1/project/2/user/*",
                Fixed::Project,
            ),
            (
                "oidc.eks.eu-central-1.amazonaws.com/id/AB",
                "system:serviceaccount:prod:*",
                Fixed::Project,
            ),
            (
                "vstoken.dev.azure.com/1",
                "sc://acme/project/connection",
                Fixed::Project,
            ),
            (
                "gitlab.clinic.example",
                "project_path:team/*",
                Fixed::Project,
            ),
        ] {
            assert_eq!(
                fixed(address, "sub", value, true),
                expected,
                "{address} {value}"
            );
        }
    }

    #[test]
    fn a_whole_value_may_still_name_nobody() {
        let github = "token.actions.githubusercontent.com";
        assert_eq!(
            fixed(github, "sub", "environment:production", false),
            Fixed::Nothing
        );
        let reusable = "job_workflow_ref:acme/shared/.github/workflows/deploy.yml@main";
        assert_eq!(fixed(github, "sub", reusable, false), Fixed::Nothing);
        assert_eq!(
            fixed(github, "sub", "repo:acme/app:environment:production", false),
            Fixed::Project
        );
        assert_eq!(
            fixed(github, "repository_owner_id", "42", false),
            Fixed::Project
        );
        assert_eq!(
            fixed(
                "accounts.google.com",
                "aud",
                "123.apps.googleusercontent.com",
                false
            ),
            Fixed::Project
        );
    }
}
