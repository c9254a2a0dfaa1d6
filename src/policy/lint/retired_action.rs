//! Services that AWS has ended, and actions that it has replaced.

use std::sync::LazyLock;

use jiff::Timestamp;

use super::cover::covers;
use super::{Class, Document, Finding, Lint};
use crate::Pattern;
use crate::pattern::{Case, Variables};

pub(super) static LINT: Lint = Lint {
    id: "retired-action",
    title: "action of an ended service, or one that was replaced",
    class: Class::Warning,
    aws: &[],
    run,
};

/// What was ended or replaced.
struct Retired {
    /// Pattern of its actions.
    actions: &'static str,
    what: &'static str,
    /// Since when, `YYYY-MM-DD` or as much of it as AWS says; empty where it gives no date.
    since: &'static str,
    cure: &'static str,
}

const REMOVE: &str = "Remove the action.";

/// Each with the page that says so.
static RETIRED: &[Retired] = &[
    // https://docs.aws.amazon.com/app-mesh/latest/userguide/what-is-app-mesh.html
    ended("appmesh:*", "AWS App Mesh", "2026-09-30"),
    // https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-iam-mapping-reference.html
    Retired {
        actions: "aws-portal:*",
        what: "the actions of the old billing console",
        since: "2023-07",
        cure: "Grant the fine-grained actions of account, billing, payments, tax and others that took its place.",
    },
    // https://docs.aws.amazon.com/codeguru/latest/security-api/Welcome.html
    ended(
        "codeguru-security:*",
        "Amazon CodeGuru Security",
        "2025-11-20",
    ),
    // https://docs.aws.amazon.com/codestar/latest/APIReference/Welcome.html
    ended("codestar:*", "AWS CodeStar projects", "2024-07-31"),
    // https://docs.aws.amazon.com/cloudwatchevidently/latest/APIReference/API_ListProjects.html
    ended("evidently:*", "Amazon CloudWatch Evidently", "2025-10-16"),
    // https://docs.aws.amazon.com/iotanalytics/latest/userguide/api.html
    ended("iotanalytics:*", "AWS IoT Analytics", "2025-12-15"),
    // https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-commands.html
    ended("iotevents:*", "AWS IoT Events", "2026-05-20"),
    // https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/lambda/aws.sdk.kotlin.services.lambda/invoke-async.html
    Retired {
        actions: "lambda:InvokeAsync",
        what: "the operation InvokeAsync of AWS Lambda",
        since: "",
        cure: "Grant lambda:InvokeFunction, which calls asynchronously too.",
    },
    // https://docs.aws.amazon.com/lookout-for-vision/latest/developer-guide/su-awscli-sdk.html
    ended("lookoutvision:*", "Amazon Lookout for Vision", "2025-10-31"),
    // https://docs.aws.amazon.com/mediastore/latest/ug/policies-object-lifecycle-examples.html
    ended("mediastore:*", "AWS Elemental MediaStore", "2025-11-13"),
    // https://docs.aws.amazon.com/opsworks/latest/APIReference/Welcome.html
    ended("opsworks:*", "AWS OpsWorks Stacks", "2024-05-26"),
    // https://docs.aws.amazon.com/panorama/latest/api/Welcome.html
    ended("panorama:*", "AWS Panorama", "2026-05-31"),
    // https://docs.aws.amazon.com/proton/latest/APIReference/API_ServiceSummary.html
    ended("proton:*", "AWS Proton", "2026-10-07"),
    // https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-iam-mapping-reference.html
    Retired {
        actions: "purchase-orders:ModifyPurchaseOrders",
        what: "an action of the old billing console",
        since: "2023-07",
        cure: "Grant the fine-grained actions of purchase-orders that took its place.",
    },
    Retired {
        actions: "purchase-orders:ViewPurchaseOrders",
        what: "an action of the old billing console",
        since: "2023-07",
        cure: "Grant the fine-grained actions of purchase-orders that took its place.",
    },
    // https://docs.aws.amazon.com/qldb/latest/developerguide/document-history.html
    ended("qldb:*", "Amazon QLDB", "2025-07-31"),
    // https://docs.aws.amazon.com/robomaker/latest/dg/chapter-development.html
    ended("robomaker:*", "AWS RoboMaker", "2025-09-10"),
    // https://docs.aws.amazon.com/simspaceweaver/latest/userguide/working-with_local-development.html
    ended("simspaceweaver:*", "AWS SimSpace Weaver", "2026-05-20"),
    // https://docs.aws.amazon.com/waf/latest/APIReference/Welcome.html
    Retired {
        actions: "waf-regional:*",
        what: "AWS WAF Classic",
        since: "2025-09-30",
        cure: "Grant the actions of wafv2, if its successor is used.",
    },
    Retired {
        actions: "waf:*",
        what: "AWS WAF Classic",
        since: "2025-09-30",
        cure: "Grant the actions of wafv2, if its successor is used.",
    },
];

const fn ended(actions: &'static str, what: &'static str, since: &'static str) -> Retired {
    Retired {
        actions,
        what,
        since,
        cure: REMOVE,
    }
}

impl Retired {
    fn is_past(&self, now: Timestamp) -> bool {
        // Both begin with year and month, so that their letters compare as their days do.
        *now.to_string() >= *self.since
    }

    fn problem(&self) -> String {
        match self.since {
            "" => format!("{} is deprecated", self.what),
            since => format!("{}: retired since {since}", self.what),
        }
    }
}

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in document.allows() {
        for (pattern, _) in &facts.actions {
            let Some(row) = row_of(pattern).filter(|row| row.is_past(document.now)) else {
                continue;
            };
            out.push(facts.finding(
                &LINT,
                super::Element::Action,
                pattern.as_str(),
                row.problem(),
                row.cure,
            ));
        }
    }
}

/// Whether the pattern names retired actions only.
pub(super) fn is_retired(pattern: &Pattern) -> bool {
    row_of(pattern).is_some()
}

/// The patterns of [`RETIRED`], row by row.
static PATTERNS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| RETIRED.iter().map(|row| row.actions.into()).collect());

fn row_of(pattern: &Pattern) -> Option<&'static Retired> {
    let text = pattern.as_str();
    let names = |(row, actions): &(&Retired, &Pattern)| {
        covers(row.actions, text, Case::Insensitive)
            || pattern.is_fixed() && actions.matches(text, Case::Insensitive, Variables::Nothing)
    };
    let mut rows = RETIRED.iter().zip(PATTERNS.iter());
    rows.find(names).map(|(row, _)| row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use crate::lint::DocumentKind;
    use crate::lint::document::Written;
    use crate::lint::testing::{allow, clean, deny_on, only, texts};

    #[test]
    fn an_action_of_an_ended_service_is_found_listed_or_not() {
        let found = only(&LINT, &allow(r#""opsworks:Describe*""#));
        assert!(found.contains("AWS OpsWorks Stacks: retired since 2024-05-26"));
        assert_eq!(
            texts(&LINT, &allow(r#"["codestar:*","lambda:invokeasync"]"#)).len(),
            2
        );
    }

    #[test]
    fn what_reaches_further_than_the_retired_service_is_clean() {
        for action in [
            "*",
            "opsworks*:*",
            "lambda:Invoke*",
            "lambda:InvokeFunction",
            "wafv2:*",
        ] {
            clean(&LINT, &allow(&format!("{action:?}")));
        }
    }

    #[test]
    fn a_deny_of_it_does_no_harm() {
        clean(&LINT, &deny_on(r#""opsworks:*""#, r#""*""#));
    }

    #[test]
    fn a_service_is_not_retired_before_its_day() {
        let policy = Written::of(&crate::lint::testing::policy(&allow(r#""proton:*""#)));
        let before = "2026-10-06T23:59:59Z".parse().expect("a time");
        let mut found = Vec::new();
        run(
            &Document::new(&policy, DocumentKind::Identity, before),
            &mut found,
        );
        assert!(found.is_empty(), "{found:?}");
        let on = "2026-10-07T00:00:00Z".parse().expect("a time");
        run(
            &Document::new(&policy, DocumentKind::Identity, on),
            &mut found,
        );
        assert_eq!(found.len(), 1);
    }

    /// A row that no longer resolves fails the build: a refresh of the catalogue has then to name it here.
    #[test]
    fn the_table_is_sorted_and_agrees_with_the_catalogue() {
        const NO_LONGER_LISTED: [&str; 3] = ["codestar:*", "evidently:*", "iotevents:*"];
        for pair in RETIRED.windows(2) {
            assert!(pair[0].actions < pair[1].actions, "{}", pair[1].actions);
        }
        for row in RETIRED {
            let listed = !catalogue::expand(row.actions).is_empty();
            assert_eq!(
                listed,
                !NO_LONGER_LISTED.contains(&row.actions),
                "{}",
                row.actions
            );
        }
    }
}
