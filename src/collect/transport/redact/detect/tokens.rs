//! Secrets with a mark of their own: shapes that their issuers document.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use tripod_model::SecretKind;

use super::Finding;
use super::values::{is_placeholder, is_template};

/// One shape.
struct Shape {
    kind: SecretKind,
    /// Whether it means a secret wherever it stands. Those that do not are looked for only in places
    /// that may hold secrets.
    certain: bool,
    /// What every text of the shape holds, short and quick to look for: parts of a regular
    /// expression. Written so that it survives the escapes of JSON, XML and URLs.
    hint: &'static str,
    /// The shape. The secret is the group `secret`, or else all of it.
    pattern: &'static str,
}

const fn sure(kind: SecretKind, hint: &'static str, pattern: &'static str) -> Shape {
    Shape {
        kind,
        certain: true,
        hint,
        pattern,
    }
}

const fn unsure(kind: SecretKind, hint: &'static str, pattern: &'static str) -> Shape {
    Shape {
        kind,
        certain: false,
        hint,
        pattern,
    }
}

use SecretKind::{
    AwsAccessKeyId, AwsSessionToken, ConnectionString, JsonWebToken, PresignedUrl, PrivateKey,
    ServiceToken,
};

/// Every shape. Prefixes without a page of their own are those that GitHub and GitLab look for:
/// <https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns>
/// <https://docs.gitlab.com/user/application_security/secret_detection/detected_secrets/>
static SHAPES: &[Shape] = &[
    // AWS. A key id alone is an identifier, which IAM's answers are full of; only where settings and
    // free text stand is it worth a word. AROA, AIDA and the like are never secrets.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    unsure(
        AwsAccessKeyId,
        "AKIA|ASIA|ABIA",
        r"(?:AKIA|ASIA|ABIA)[A-Z2-7]{16}\b",
    ),
    // Session tokens are opaque; these are how all of them have begun, in base64.
    sure(
        AwsSessionToken,
        "IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz",
        r"(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|AQoDYXdz)(?:[A-Za-z0-9/+=_-]|%2[BbFf]|%3[Dd]){16,}",
    ),
    // An answer to a wrong signature repeats the request's headers and query, this one included.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
    sure(
        AwsSessionToken,
        "(?i:x-amz-security-token)",
        r"(?i:x-amz-security-token)(?:\s*[:=]\s*|%3[Dd])(?P<secret>[^\s&<>\x22';,]{16,})",
    ),
    // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html
    sure(
        ServiceToken,
        "ABSK|bedrock-api-key-",
        r"(?:ABSK[A-Za-z0-9+/]{100,}={0,2}|bedrock-api-key-[A-Za-z0-9+/]{40,}={0,2})",
    ),
    // Presigned URLs of S3, Google and Azure, and CloudFront's signed ones: without the signature
    // the rest opens nothing.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    // https://cloud.google.com/storage/docs/access-control/signed-urls
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
    // https://learn.microsoft.com/rest/api/storageservices/create-service-sas
    sure(
        PresignedUrl,
        "(?i:-signature(?:=|%3d))|Signature=|sig=",
        r"(?:(?i:X-(?:Amz|Goog)-Signature(?:=|%3D))(?P<secret>[A-Za-z0-9%]{16,})|(?:Signature|sig)=(?P<other>[A-Za-z0-9%+/=~_-]{24,}))",
    ),
    // https://www.rfc-editor.org/rfc/rfc7468 (also with its spaces and line ends encoded, cut off, or
    // on one line)
    sure(
        PrivateKey,
        "-----BEGIN",
        r"(?s)-----BEGIN(?:(?: |\+|%20)[A-Z0-9]+)*(?: |\+|%20)PRIVATE(?: |\+|%20)KEY(?:(?: |\+|%20)BLOCK)?-----(?:.*?-----END[A-Z0-9 +%]*-----|[A-Za-z0-9+/=\s\\%:,-]*)",
    ),
    // The same without its frame: the DER of PKCS #8 (RSA, EC) and PKCS #1 in base64.
    // https://www.rfc-editor.org/rfc/rfc5958 https://www.rfc-editor.org/rfc/rfc8017
    sure(
        PrivateKey,
        "IBADANBgkqhkiG9w0BAQEFAA|IBAAKC|AgEAMBMGByqGSM49",
        r"(?:MII[A-Za-z0-9+/]{3}(?:IBADANBgkqhkiG9w0BAQEFAAS|IBAAKC)|MIG[A-Za-z0-9+/]AgEAMBMGByqGSM49)[A-Za-z0-9+/=\s\\]{64,}",
    ),
    // https://age-encryption.org
    sure(
        PrivateKey,
        "AGE-SECRET-KEY-1",
        r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
    ),
    // https://www.rfc-editor.org/rfc/rfc7519
    sure(
        JsonWebToken,
        r"\.eyJ",
        r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    ),
    // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    sure(
        ServiceToken,
        "gh[pousr]_|github_pat_",
        r"(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
    ),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    sure(
        ServiceToken,
        "gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|soat|ffct)-",
        r"gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[A-Za-z0-9_.-]{20,}",
    ),
    // https://docs.slack.dev/authentication/tokens
    sure(
        ServiceToken,
        "xox[abeoprs]-|xapp-|xoxe\\.|hooks\\.slack\\.com",
        r"(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|xoxe\.[A-Za-z0-9-]{20,}|xapp-[0-9]-[A-Za-z0-9-]{20,}|https://hooks\.slack\.com/(?P<secret>(?:services|workflows|triggers)/[A-Za-z0-9/]{20,}))",
    ),
    // https://docs.stripe.com/keys (publishable keys, pk_, are public)
    sure(
        ServiceToken,
        "[rs]k_(?:live|test)_|whsec_",
        r"(?:[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,})",
    ),
    // https://docs.npmjs.com/about-access-tokens https://pypi.org/help/#apitoken
    // https://guides.rubygems.org/api-key-scopes/ https://docs.docker.com/security/access-tokens/
    sure(
        ServiceToken,
        "npm_|pypi-|rubygems_|dckr_[po]at_",
        r"(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|rubygems_[a-f0-9]{48}|dckr_[po]at_[A-Za-z0-9_-]{20,})",
    ),
    // https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
    // https://developers.brevo.com/docs/getting-started
    sure(
        ServiceToken,
        r"SG\.|xkeysib-|xsmtpsib-",
        r"(?:SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16})",
    ),
    // https://cloud.google.com/docs/authentication/api-keys
    // https://developers.google.com/identity/protocols/oauth2
    sure(
        ServiceToken,
        r"AIza|ya29\.|GOCSPX-",
        r"(?:AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{30,}|GOCSPX-[A-Za-z0-9_-]{28})",
    ),
    // https://platform.claude.com/docs/en/api/overview https://platform.openai.com/docs/api-reference
    // (OpenAI's keys hold "OpenAI" in base64)
    sure(
        ServiceToken,
        "sk-ant-|T3BlbkFJ",
        r"(?:sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{16,})",
    ),
    // Hugging Face, Groq, Replicate, xAI, Perplexity.
    sure(
        ServiceToken,
        "hf_|gsk_|r8_|xai-|pplx-",
        r"(?:hf_[A-Za-z]{34}|gsk_[A-Za-z0-9]{48,}|r8_[A-Za-z0-9]{37}|xai-[A-Za-z0-9]{60,}|pplx-[A-Za-z0-9]{40,})",
    ),
    // https://developer.hashicorp.com/vault/docs/concepts/tokens
    // https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens
    sure(
        ServiceToken,
        r"hv[sbr]\.|\.atlasv1\.",
        r"(?:hv[sbr]\.[A-Za-z0-9_-]{24,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,})",
    ),
    // https://docs.digitalocean.com/reference/api/create-personal-access-token/
    // https://docs.databricks.com/aws/en/dev-tools/auth/pat
    // https://www.doppler.com/docs/service-tokens
    sure(
        ServiceToken,
        r"do[opr]_v1_|dapi|dp\.(?:pt|st|ct|sa|scim|audit)\.",
        r"(?:do[opr]_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}(?:-[0-9])?|dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{40,})",
    ),
    // https://grafana.com/docs/grafana/latest/administration/service-accounts/
    // https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/
    // https://docs.sentry.io/account/auth-tokens/
    sure(
        ServiceToken,
        "glsa_|glc_|NRAK-|NRI[IQ]-|sntry[su]_",
        r"(?:glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2}|NRAK-[A-Z0-9]{27}|NRI[IQ]-[A-Za-z0-9_-]{32}|sntry[su]_[A-Za-z0-9_=+/-]{40,})",
    ),
    // https://shopify.dev/docs/apps/build/authentication-authorization
    // https://developer.squareup.com/docs/build-basics/access-tokens
    sure(
        ServiceToken,
        "shp(?:at|ca|pa|ss)_|sq0(?:atp|csp)-",
        r"(?:shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22,})",
    ),
    // Atlassian, Linear, Notion, Postman, Figma, Airtable.
    sure(
        ServiceToken,
        "ATATT3|ATCTT3|ATBB|lin_api_|ntn_|PMAK-|figd_",
        r"(?:AT[AC]TT3[A-Za-z0-9_=-]{60,}|ATBB[A-Za-z0-9]{32}|lin_api_[A-Za-z0-9]{40}|ntn_[A-Za-z0-9]{40,}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|figd_[A-Za-z0-9_-]{40,})",
    ),
    unsure(ServiceToken, "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    // PlanetScale, Supabase, Netlify, Heroku, Fly, CircleCI, Buildkite, 1Password, Discord.
    sure(
        ServiceToken,
        r"pscale_(?:tkn|pw)_|sb_secret_|sbp_|nfp_|HRKU-|FlyV1 fm|CCIPAT_|bkua_|ops_eyJ|discord(?:app)?\.com/api/webhooks/",
        r"(?:pscale_(?:tkn|pw)_[A-Za-z0-9_.=-]{32,}|sb_secret_[A-Za-z0-9_-]{20,}|sbp_[a-f0-9]{40}|nfp_[A-Za-z0-9]{36}|HRKU-[A-Za-z0-9_-]{30,}|FlyV1 fm[0-9]_[A-Za-z0-9+/=,_]{40,}|CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}|bkua_[a-f0-9]{40}|ops_eyJ[A-Za-z0-9+/=_-]{100,}|https://discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]{16,}/[A-Za-z0-9_-]{40,}))",
    ),
    // Microsoft Entra's client secrets; keys of Azure storage accounts.
    // https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage
    sure(
        ServiceToken,
        "8Q~|7Q~|AccountKey=",
        r"(?:[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}|AccountKey=(?P<secret>[A-Za-z0-9+/]{80,}={0,2}))",
    ),
    // Mailgun, Mailchimp, Telegram: short or common enough to be something else.
    unsure(ServiceToken, "key-", r"key-[a-f0-9]{32}\b"),
    unsure(ServiceToken, "-us", r"[a-f0-9]{32}-us[0-9]{1,2}\b"),
    unsure(ServiceToken, ":A", r"[0-9]{8,10}:A[A-Za-z0-9_-]{34}\b"),
    // scheme://user:password@host. The password ends at the last @, because some hold one.
    // https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
    sure(
        ConnectionString,
        r"://[^\s/@\x22'<>]*:[^\s/\x22'<>]*@|:\\/\\/|%3A%2F%2F",
        r"(?i:[a-z][a-z0-9+.-]*)://[^\s:/@\x22'<>]*:(?P<secret>[^\s/\x22'<>]{3,})@[A-Za-z0-9\[*$\{]",
    ),
    // Key=Value pairs parted by semicolons, as ADO.NET and ODBC write them.
    // https://learn.microsoft.com/dotnet/framework/data/adonet/connection-string-syntax
    unsure(
        ConnectionString,
        ";",
        r"(?i:password|pwd|sharedaccesskey)\s*=\s*(?P<secret>[^;\s][^;\r\n]{3,});",
    ),
    unsure(
        ConnectionString,
        ";",
        r"[A-Za-z ]+=[^;=]*;\s*(?i:password|pwd|sharedaccesskey)\s*=\s*(?P<secret>[^;\s][^;\r\n]{3,})",
    ),
];

/// A shape stands at the beginning, after anything that is neither letter nor digit, or after an
/// escape that ends in one.
const BEFORE: &str = r"(?:^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2}|\\[nrtbf])";

static PATTERNS: LazyLock<Vec<(&Shape, Regex)>> = LazyLock::new(|| {
    SHAPES
        .iter()
        .filter_map(|shape| {
            let pattern = format!("{BEFORE}(?P<all>{})", shape.pattern);
            Some((shape, Regex::new(&pattern).ok()?))
        })
        .collect()
});

/// The hint of every pattern, at the same index.
static HINTS: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(PATTERNS.iter().map(|(shape, _)| shape.hint)).ok());

/// All hints in one, which is quicker to say no.
static ANY_HINT: LazyLock<Option<Regex>> = LazyLock::new(|| any_hint(|_| true));

/// All hints of certain secrets in one, for whole bodies. The id of an access key is one, because a
/// secret access key is certain beside it.
static CERTAIN_HINT: LazyLock<Option<Regex>> =
    LazyLock::new(|| any_hint(|shape| shape.certain || shape.kind == AwsAccessKeyId));

fn any_hint(wanted: impl Fn(&Shape) -> bool) -> Option<Regex> {
    let hints: Vec<&str> = SHAPES
        .iter()
        .filter(|shape| wanted(shape))
        .map(|shape| shape.hint)
        .collect();
    Regex::new(&hints.join("|")).ok()
}

/// Whether any hint of a certain secret stands in a text.
pub(super) fn hinted(text: &str) -> bool {
    CERTAIN_HINT
        .as_ref()
        .is_none_or(|hints| hints.is_match(text))
}

/// The marked secrets of a text.
pub(super) fn find(text: &str, certain_only: bool) -> Vec<Finding> {
    let any = if certain_only {
        &CERTAIN_HINT
    } else {
        &ANY_HINT
    };
    if any.as_ref().is_some_and(|any| !any.is_match(text)) {
        return Vec::new();
    }
    let hinted = HINTS.as_ref().map(|hints| hints.matches(text));
    let mut found = Vec::new();
    for (index, (shape, pattern)) in PATTERNS.iter().enumerate() {
        if hinted.as_ref().is_some_and(|hinted| !hinted.matched(index)) {
            continue;
        }
        if shape.kind == AwsAccessKeyId && pattern.is_match(text) {
            found.extend(beside_key_ids(text));
        }
        if shape.certain || !certain_only {
            found.extend(matches(shape, pattern, text));
        }
    }
    found
}

fn matches<'t>(
    shape: &Shape,
    pattern: &'t Regex,
    text: &'t str,
) -> impl Iterator<Item = Finding> + use<'t> {
    let kind = shape.kind;
    pattern.captures_iter(text).filter_map(move |captures| {
        let secret = ["secret", "other", "all"]
            .iter()
            .find_map(|group| captures.name(group))?;
        let span = secret.range();
        genuine(kind, secret.as_str()).then_some(Finding { span, kind })
    })
}

/// Not what stands in for a secret, nor a port with something after it.
fn genuine(kind: SecretKind, secret: &str) -> bool {
    let after_port = secret.trim_start_matches(|c: char| c.is_ascii_digit());
    let port = after_port.len() < secret.len() && after_port.starts_with([',', ';', '?', '#']);
    let port = kind == SecretKind::ConnectionString && port;
    !(port || is_placeholder(secret) || is_template(secret))
}

/// Secret access keys in a text that also holds the id of an access key: 40 characters of base64.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>
fn beside_key_ids(text: &str) -> Vec<Finding> {
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let mut found = Vec::new();
    let mut start = 0;
    for run in text.split(|c| !base64(c)) {
        let mixed = run.contains(|c: char| c.is_ascii_lowercase())
            && run.contains(|c: char| c.is_ascii_uppercase());
        if run.len() == 40 && mixed {
            found.push(Finding {
                span: start..start + run.len(),
                kind: SecretKind::AwsSecretAccessKey,
            });
        }
        // Every character at which the text is split is one that `find` can step over by its length.
        start += run.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles_and_its_hint_is_part_of_it() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
        assert!(CERTAIN_HINT.is_some() && ANY_HINT.is_some() && HINTS.is_some());
    }

    #[test]
    fn a_shape_inside_a_longer_word_is_none() {
        let word = ["task", "sk_live_4eC39HqLyjWDarjt"].concat();
        assert!(find(&word, false).is_empty());
    }
}
