//! The quotas that serverless systems meet, and where their use is read.

use std::collections::BTreeMap;

use tripod_model::servicequotas::Quota;
use tripod_model::{Account, Observed, RegionalAccount, Unknown};

use super::alarms::{self, Alarm, Watched};
use super::table::{
    API_KEYS, CONCURRENCY, EDGE_APIS, HOME_OF_IAM, IAM, INTERFACES, INTERFACES_OF_VPC, KMS, Known,
    LAMBDA, OF_IAM, PRIVATE_APIS, RATE, REGIONAL_APIS, STORAGE, USAGE_PLANS, known,
};
use super::{Basis, Limit, QuotaUse};
use crate::Figure;
use crate::concurrency::pool::highest;
use crate::stated::{Missing, count, divided, figure, lacking, rounded_up};

/// A row in the making.
struct Row<'a> {
    region: Option<&'a RegionalAccount>,
    quota: Known,
    listed: Option<&'a Quota>,
    made: QuotaUse,
}

impl<'a> Row<'a> {
    /// With the limit that Service Quotas says, or the default where it says none of this quota.
    fn new(
        region: Option<&'a RegionalAccount>,
        quotas: &'a Observed<Vec<Quota>>,
        quota: Known,
        scope: &str,
    ) -> Self {
        let mut row = QuotaUse {
            service: quota.service,
            code: quota.code.map(str::to_owned),
            name: quota.name.to_owned(),
            scope: scope.to_owned(),
            limit: None,
            used: None,
            share_percent: None,
            headroom: None,
            alarm: Alarm::NoMetric,
            missing: Vec::new(),
        };
        let mut listed = None;
        match quotas.found() {
            Ok(quotas) => {
                listed = quotas.into_iter().flatten().find(|it| is(it, quota));
                row.limit = listed
                    .and_then(applied)
                    .or(quota.default.map(|value| Limit {
                        value,
                        basis: Basis::Default,
                    }));
                if let Some(found) = listed {
                    row.code = Some(found.code.clone());
                }
            }
            Err(unknown) => row
                .missing
                .push(Missing::widening("the applied quota", unknown)),
        }
        Self {
            region,
            quota,
            listed,
            made: row,
        }
    }

    /// With the service's own answer, where Service Quotas has none that applies.
    fn or_limit(mut self, value: Option<i64>) -> Self {
        if self.made.limit.is_none_or(|it| it.basis == Basis::Default)
            && let Some(value) = value
        {
            self.made.missing.clear();
            self.made.limit = Some(Limit {
                value,
                basis: Basis::Service,
            });
        }
        self
    }

    fn used(mut self, used: Result<Option<Figure>, Unknown>) -> Self {
        match used {
            Ok(Some(used)) => self.made.used = Some(used),
            Ok(None) => self.made.missing.push(Missing::absent("the use")),
            Err(unknown) => self
                .made
                .missing
                .push(Missing::widening("the use", unknown)),
        }
        self
    }

    /// With what alarms say of the metrics named, and of the one that Service Quotas names.
    fn watched(mut self, mut metrics: Vec<Watched>) -> Self {
        let usage = self.listed.and_then(|it| it.usage.as_ref());
        metrics.extend(usage.and_then(Watched::of_quota));
        if let Some(region) = self.region {
            let limit = self.made.limit.map(|it| it.value);
            self.made.alarm = alarms::of(region, &metrics, limit, &mut self.made.missing);
        } else {
            self.made.alarm = Alarm::Unknown;
        }
        self
    }

    fn done(mut self) -> QuotaUse {
        if self.made.limit.is_none()
            && self
                .made
                .missing
                .iter()
                .all(|it| it.what != "the applied quota")
        {
            self.made.missing.push(Missing::absent("the applied quota"));
        }
        self.made.reckoned(self.quota.source)
    }
}

fn is(listed: &Quota, quota: Known) -> bool {
    let by_code = quota.code.is_some_and(|code| listed.code == code);
    let name = listed.name.as_deref().unwrap_or_default();
    by_code || (quota.code.is_none() && name.eq_ignore_ascii_case(quota.name))
}

fn applied(listed: &Quota) -> Option<Limit> {
    Some(Limit {
        value: rounded_up(listed.value?),
        basis: Basis::Applied,
    })
}

pub(super) fn of_region(region: &RegionalAccount) -> Vec<QuotaUse> {
    let mut rows = vec![concurrency(region), storage(region)];
    rows.extend(interfaces_of_vpcs(region));
    rows.push(interfaces(region));
    rows.push(rate(region));
    rows.extend(apis(region));
    rows.push(keys(region));
    rows.push(plans(region));
    rows.extend(cryptography(region));
    rows
}

fn concurrency(region: &RegionalAccount) -> QuotaUse {
    let settings = region.lambda.account_settings.found().ok().flatten();
    let peak = || {
        let Some(metrics) = region.cloudwatch.metrics.found()? else {
            return Ok(None);
        };
        let peak = highest(&metrics.concurrent_executions)?;
        Ok(peak.map(|peak| {
            figure(
                peak,
                "the highest maximum of ConcurrentExecutions of a day",
                [("peak", peak)],
                "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html",
            )
        }))
    };
    Row::new(
        Some(region),
        &region.servicequotas.lambda,
        CONCURRENCY,
        region.name.as_str(),
    )
    .or_limit(settings.and_then(|it| it.concurrent_executions))
    .used(peak())
    .watched(alarms::of_concurrency())
    .done()
}

/// Service Quotas counts gigabytes, Lambda bytes: Lambda's own answer is the exact one.
fn storage(region: &RegionalAccount) -> QuotaUse {
    let settings = || {
        let settings = region.lambda.account_settings.found()?;
        settings.ok_or_else(|| lacking("lambda:GetAccountSettings", "the answer has no limits"))
    };
    let mut row = Row::new(
        Some(region),
        &region.servicequotas.lambda,
        STORAGE,
        region.name.as_str(),
    );
    row.made.limit = row.made.limit.map(|it| Limit {
        value: it.value.saturating_mul(1 << 30),
        ..it
    });
    let used = settings().map(|settings| {
        let bytes = settings.used_code_storage_bytes?;
        Some(figure(
            bytes,
            "bytes of packages and layers",
            [("bytes", bytes)],
            LAMBDA,
        ))
    });
    row.or_limit(settings().ok().and_then(|it| it.code_storage_bytes))
        .used(used)
        .watched(Vec::new())
        .done()
}

/// Interfaces of Lambda in each VPC that has one, or whose subnets functions use. EFS shares the quota.
fn interfaces_of_vpcs(region: &RegionalAccount) -> Vec<QuotaUse> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for function in region.lambda.functions.items() {
        let vpc = function.configuration.network.vpc.as_ref();
        if let Some(id) = vpc
            .and_then(|it| it.vpc_id.as_deref())
            .filter(|it| !it.is_empty())
        {
            counts.insert(id, 0);
        }
    }
    let listed = region.ec2.network_interfaces.found();
    for interface in listed
        .as_ref()
        .ok()
        .copied()
        .flatten()
        .into_iter()
        .flatten()
    {
        let shared = matches!(interface.kind.as_deref(), Some("lambda" | "efs"));
        if let Some(vpc) = interface.vpc_id.as_deref().filter(|_| shared) {
            *counts.entry(vpc).or_default() += 1;
        }
    }
    let row = |(vpc, interfaces): (&str, i64)| {
        let used = listed.clone().map(|_| {
            let inputs = [("interfaces", interfaces)];
            Some(figure(
                interfaces,
                "interfaces of Lambda and EFS in the VPC",
                inputs,
                LAMBDA,
            ))
        });
        Row::new(
            Some(region),
            &region.servicequotas.lambda,
            INTERFACES_OF_VPC,
            vpc,
        )
        .used(used)
        .watched(Vec::new())
        .done()
    };
    counts.into_iter().map(row).collect()
}

fn interfaces(region: &RegionalAccount) -> QuotaUse {
    let list = &region.ec2.network_interfaces;
    counted(region, &region.servicequotas.vpc, INTERFACES, list, |_| {
        true
    })
}

/// A quota whose use is the length of a list.
fn counted<T>(
    region: &RegionalAccount,
    quotas: &Observed<Vec<Quota>>,
    quota: Known,
    list: &Observed<Vec<T>>,
    counts: impl Fn(&T) -> bool,
) -> QuotaUse {
    let used = list.found().map(|items| {
        let items = items.into_iter().flatten().filter(|it| counts(it));
        let items = count(items.count());
        Some(figure(
            items,
            "items of the list",
            [("items", items)],
            quota.source,
        ))
    });
    Row::new(Some(region), quotas, quota, region.name.as_str())
        .used(used)
        .watched(Vec::new())
        .done()
}

/// The busiest minutes of all stages and APIs as if they were one minute: what they asked for together is
/// no more.
fn rate(region: &RegionalAccount) -> QuotaUse {
    let account = region.apigateway.account.found().ok().flatten();
    let used = || {
        let Some(metrics) = region.cloudwatch.metrics.found()? else {
            return Ok(None);
        };
        let stages = metrics.rest_stages.iter().map(|it| &it.requests);
        let apis = metrics.http_apis.iter().map(|it| &it.requests);
        let (mut requests, mut seen) = (0_i64, 0);
        for entry in stages.chain(apis) {
            if let Some(minute) = entry.busiest_minute.found()? {
                requests = requests.saturating_add(rounded_up(*minute));
                seen += 1;
            }
        }
        Ok((seen > 0).then(|| {
            figure(
                divided(i128::from(requests), 60),
                "sum of the busiest minutes of stages and APIs / 60, rounded up",
                [("requests", requests), ("stages_and_apis", seen)],
                "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html",
            )
        }))
    };
    let limit = account
        .and_then(|it| it.throttle_rate_limit)
        .map(rounded_up);
    Row::new(
        Some(region),
        &region.servicequotas.apigateway,
        RATE,
        region.name.as_str(),
    )
    .or_limit(limit)
    .used(used())
    .watched(Vec::new())
    .done()
}

/// REST APIs by endpoint type; one without a type is edge-optimised, as AWS makes it.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_EndpointConfiguration.html>
fn apis(region: &RegionalAccount) -> [QuotaUse; 3] {
    [
        (REGIONAL_APIS, "REGIONAL"),
        (EDGE_APIS, "EDGE"),
        (PRIVATE_APIS, "PRIVATE"),
    ]
    .map(|(quota, kind)| {
        let list = &region.apigateway.rest_apis;
        counted(
            region,
            &region.servicequotas.apigateway,
            quota,
            list,
            |api| {
                let types = api.endpoint_types();
                types.iter().any(|it| it == kind) || (types.is_empty() && kind == "EDGE")
            },
        )
    })
}

fn keys(region: &RegionalAccount) -> QuotaUse {
    let quotas = &region.servicequotas.apigateway;
    counted(
        region,
        quotas,
        API_KEYS,
        &region.apigateway.api_keys,
        |_| true,
    )
}

fn plans(region: &RegionalAccount) -> QuotaUse {
    let quotas = &region.servicequotas.apigateway;
    counted(
        region,
        quotas,
        USAGE_PLANS,
        &region.apigateway.usage_plans,
        |_| true,
    )
}

/// Every quota of KMS on cryptographic operations that AWS lists. What is called is counted by a metric that
/// no collector reads.
fn cryptography(region: &RegionalAccount) -> Vec<QuotaUse> {
    let quotas = &region.servicequotas.kms;
    let all = known(
        "kms",
        None,
        "Cryptographic operations request rate",
        None,
        KMS,
    );
    let scope = region.name.as_str();
    let row = |quota: Known, listed: Option<&Quota>| {
        let mut row = Row::new(Some(region), quotas, quota, scope);
        if let Some(listed) = listed {
            row.made.name = listed.name.clone().unwrap_or_else(|| listed.code.clone());
            row.made.code = Some(listed.code.clone());
            row.made.limit = applied(listed);
        }
        Row { listed, ..row }
            .used(Err(Unknown::NotCollected))
            .watched(Vec::new())
            .done()
    };
    let listed: Vec<&Quota> = quotas
        .items()
        .iter()
        .filter(|it| {
            let name = it.name.as_deref().unwrap_or_default();
            name.to_ascii_lowercase()
                .contains("cryptographic operations")
        })
        .collect();
    if listed.is_empty() {
        return vec![row(all, None)];
    }
    listed.into_iter().map(|it| row(all, Some(it))).collect()
}

/// IAM says use and limit in one answer; where it leaves the limit out, Service Quotas has it.
pub(super) fn of_account(account: &Account) -> Vec<QuotaUse> {
    let mut regions = account.regions.iter();
    let home = regions.find(|it| it.name.as_str() == HOME_OF_IAM);
    let nowhere = Observed::NotCollected;
    let quotas = home.map_or(&nowhere, |it| &it.servicequotas.iam);
    let summary = account.iam.summary.found();
    let row = |(member, quota): &(&str, Known)| {
        let entries = summary.clone().map(|summary| summary.map(|it| &it.entries));
        let entry = |key: &str| entries.as_ref().ok().copied().flatten()?.get(key).copied();
        let limit = entry(&format!("{member}Quota"));
        let used = entries.clone().map(|_| {
            let objects = entry(member)?;
            Some(figure(
                objects,
                "entry of the account's summary",
                [("objects", objects)],
                IAM,
            ))
        });
        Row::new(home, quotas, *quota, "account")
            .or_limit(limit)
            .used(used)
            .watched(Vec::new())
            .done()
    };
    OF_IAM.iter().map(row).collect()
}
