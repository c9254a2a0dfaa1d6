//! What rate-based rules of a web ACL let one source do.
//!
//! A rule with the key `IP` counts each address for itself: it holds one client back, and the entry as a whole
//! takes as many requests as there are clients. `FORWARDED_IP` believes a header that a client writes. `CUSTOM_KEYS`
//! counts what the customer chose. `CONSTANT` counts all requests together, but AWS demands a scope-down statement
//! with it, and a snapshot does not keep what that statement leaves out. So no such rule bounds an entry here; what
//! it does is say how many sources are needed.
//! <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-aggregation-options.html>

use std::collections::BTreeMap;

use tripod_model::wafv2::{RuleKind, WebAcl};
use tripod_model::{Arn, RegionalAccount, Unknown};

use super::SourceLimit;
use super::rate::Rate;
use crate::Figure;
use crate::stated::{Missing, divided, figure, lacking};

const RATE_BASED: &str =
    "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html";
const GET: &str = "wafv2:GetWebACL";
/// What AWS takes where a rule sets no window.
const WINDOW_SECONDS: i64 = 300;

/// A rule that blocks above a rate: its name, its key, its rate.
type RateRule<'a> = (&'a str, &'a str, Rate);

/// The web ACLs of a region, by ARN.
pub(crate) struct WebAcls<'a>(Result<BTreeMap<&'a str, &'a WebAcl>, Unknown>);

impl<'a> WebAcls<'a> {
    pub(crate) fn of(region: &'a RegionalAccount) -> Self {
        let acls = region.wafv2.web_acls.found();
        Self(acls.map(|acls| {
            let acls = acls.into_iter().flatten();
            acls.map(|it| (it.arn.as_str(), it)).collect()
        }))
    }

    /// What the blocking rate rules of a web ACL let one source ask for at a duration, against a room.
    pub(crate) fn sources(
        &self,
        arn: &Arn,
        milliseconds: i64,
        room: Option<i64>,
        missing: &mut Vec<Missing>,
    ) -> Vec<SourceLimit> {
        match self.rules(arn) {
            Ok((acl, rules)) => rules
                .into_iter()
                .map(|(rule, key, rate)| {
                    let demand = demand(rate, milliseconds);
                    SourceLimit {
                        web_acl: acl.to_owned(),
                        rule: rule.to_owned(),
                        key: key.to_owned(),
                        rate,
                        sources_to_exceed: room.and_then(|room| exceed(room, demand.value)),
                        demand,
                    }
                })
                .collect(),
            Err(unknown) => {
                missing.push(Missing::widening(
                    format!("the rules of web ACL {arn}"),
                    unknown,
                ));
                Vec::new()
            }
        }
    }

    fn rules(&self, arn: &Arn) -> Result<(&'a str, Vec<RateRule<'a>>), Unknown> {
        let acls = self.0.as_ref().map_err(Clone::clone)?;
        let acl = acls.get(arn.as_str()).copied();
        // WAF Classic, or one that is not in the list.
        let acl =
            acl.ok_or_else(|| lacking("wafv2:ListWebACLs", format!("{arn} is not in the answer")))?;
        let details = acl
            .details
            .found()?
            .ok_or_else(|| lacking(GET, "no answer"))?;
        let blocking = details
            .rules
            .iter()
            .filter(|it| it.action.as_deref() == Some("Block"));
        let rules = blocking.filter_map(|rule| match &rule.kind {
            RuleKind::RateBased {
                limit: Some(limit),
                window_seconds,
                key,
            } => {
                let rate = Rate::of(*limit, window_seconds.unwrap_or(WINDOW_SECONDS));
                Some((rule.name.as_str(), key.as_deref().unwrap_or("IP"), rate))
            }
            _ => None,
        });
        Ok((&acl.name, rules.collect()))
    }
}

/// A source may send the whole limit at once, and again in each window that begins before the first request is
/// done.
fn demand(rate: Rate, milliseconds: i64) -> Figure {
    let windows = divided(i128::from(milliseconds), i128::from(rate.seconds) * 1000).max(1);
    figure(
        rate.requests.saturating_mul(windows),
        "requests of a window * windows that begin within the duration",
        [
            ("requests", rate.requests),
            ("seconds", rate.seconds),
            ("duration_milliseconds", milliseconds),
            ("windows", windows),
        ],
        RATE_BASED,
    )
}

fn exceed(room: i64, each: i64) -> Option<Figure> {
    (each > 0).then(|| {
        figure(
            divided(i128::from(room) + 1, i128::from(each)),
            "(room + 1) / demand of one source, rounded up",
            [("room", room), ("demand", each)],
            RATE_BASED,
        )
    })
}
