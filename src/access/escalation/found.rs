//! What the snapshot holds of the things that steps act on.

use std::sync::Arc;

use tripod_model::{Account, Arn, Observed, RegionStatus, RegionalAccount};

use super::rules::{Safeguard, Store, Thing};
use crate::resources::reason;

/// A list as far as it was read.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) items: Vec<T>,
    /// What was not read, and why not.
    pub(crate) gaps: Vec<String>,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

impl<T> Found<T> {
    fn take<S>(
        &mut self,
        what: &str,
        region: &RegionalAccount,
        list: &Observed<Vec<S>>,
        mut add: impl FnMut(&mut Self, &S),
    ) {
        match list.found() {
            Ok(items) => items.into_iter().flatten().for_each(|item| add(self, item)),
            Err(unknown) => {
                let name = &region.name;
                self.gaps.push(format!(
                    "{what} in {name} were not read: {}",
                    reason(unknown)
                ));
            }
        }
    }
}

/// A thing and the role it runs with.
pub(crate) type WithRole = (Arc<str>, Arn);

/// The things of a kind with their roles; none where a snapshot does not hold such things at all.
pub(crate) fn things(account: &Account, thing: Thing) -> Option<Found<WithRole>> {
    let add: fn(&mut Found<WithRole>, &RegionalAccount) = match thing {
        Thing::Function => functions,
        Thing::StateMachine => state_machines,
        Thing::Pipe => pipes,
        Thing::Schedule => schedules,
        Thing::EventRule => event_rules,
        Thing::IdentityPool => identity_pools,
        _ => return None,
    };
    let mut found = Found::default();
    regions(account).for_each(|region| add(&mut found, region));
    Some(found)
}

/// Regions that may hold something: not those that the account has not opted in to.
fn regions(account: &Account) -> impl Iterator<Item = &RegionalAccount> {
    account
        .regions
        .iter()
        .filter(|region| region.status != RegionStatus::Disabled)
}

fn functions(found: &mut Found<WithRole>, region: &RegionalAccount) {
    found.take(
        "functions",
        region,
        &region.lambda.functions,
        |found, function| {
            if let Some(role) = &function.configuration.role {
                found
                    .items
                    .push((function.arn.as_str().into(), role.clone()));
            }
        },
    );
}

fn state_machines(found: &mut Found<WithRole>, region: &RegionalAccount) {
    let machines = &region.stepfunctions.state_machines;
    found.take("state machines", region, machines, |found, machine| {
        let role = machine
            .details
            .found()
            .map(|details| details.and_then(|it| it.role.as_ref()));
        found.with_role(&machine.arn, role);
    });
}

fn pipes(found: &mut Found<WithRole>, region: &RegionalAccount) {
    found.take("pipes", region, &region.pipes.pipes, |found, pipe| {
        let role = pipe
            .details
            .found()
            .map(|details| details.and_then(|it| it.role.as_ref()));
        found.with_role(&pipe.arn, role);
    });
}

fn schedules(found: &mut Found<WithRole>, region: &RegionalAccount) {
    found.take(
        "schedules",
        region,
        &region.scheduler.schedules,
        |found, schedule| {
            let role = schedule
                .details
                .found()
                .map(|details| details.and_then(|it| it.role.as_ref()));
            found.with_role(&schedule.arn, role);
        },
    );
}

fn event_rules(found: &mut Found<WithRole>, region: &RegionalAccount) {
    found.take("event buses", region, &region.events.buses, |found, bus| {
        found.take("event rules", region, &bus.rules, |found, rule| {
            let own = rule.role.iter();
            let targets = rule.targets.items().iter();
            for role in own.chain(targets.filter_map(|target| target.role.as_ref())) {
                found.items.push((rule.arn.as_str().into(), role.clone()));
            }
        });
    });
}

fn identity_pools(found: &mut Found<WithRole>, region: &RegionalAccount) {
    let pools = &region.cognito_identity.identity_pools;
    found.take("identity pools", region, pools, |found, pool| {
        match pool.roles.found() {
            Ok(roles) => {
                for role in roles.into_iter().flat_map(|roles| roles.values()) {
                    found.items.push((pool.arn.as_str().into(), role.clone()));
                }
            }
            Err(unknown) => {
                found
                    .gaps
                    .push(format!("the roles of {}: {}", pool.arn, reason(unknown)));
            }
        }
    });
}

impl Found<WithRole> {
    fn with_role(&mut self, arn: &Arn, role: Result<Option<&Arn>, tripod_model::Unknown>) {
        match role {
            Ok(Some(role)) => self.items.push((arn.as_str().into(), role.clone())),
            Ok(None) => {}
            Err(unknown) => self
                .gaps
                .push(format!("the role of {arn}: {}", reason(unknown))),
        }
    }
}

/// What is kept, by ARN.
pub(crate) fn stores(account: &Account, store: Store) -> Found<Arc<str>> {
    let mut found = Found::default();
    if store == Store::Bucket {
        match account.s3.buckets.found() {
            Ok(buckets) => {
                for bucket in buckets.into_iter().flatten() {
                    let arn = format!("arn:{}:s3:::{}", account.partition, bucket.name);
                    found.items.push(arn.into());
                }
            }
            Err(unknown) => found
                .gaps
                .push(format!("buckets were not read: {}", reason(unknown))),
        }
        return found;
    }
    for region in regions(account) {
        match store {
            Store::Key => found.take("keys", region, &region.kms.keys, |found, key| {
                // A key of AWS's own decrypts for its service alone; one that signs decrypts nothing.
                let decrypts = match key.metadata.found() {
                    Ok(Some(metadata)) => {
                        metadata.manager.as_deref() != Some("AWS")
                            && metadata
                                .usage
                                .as_deref()
                                .is_none_or(|usage| usage == "ENCRYPT_DECRYPT")
                    }
                    _ => true,
                };
                if decrypts {
                    found.items.push(key.arn.as_str().into());
                }
            }),
            Store::Secret => {
                let secrets = &region.secretsmanager.secrets;
                found.take("secrets", region, secrets, |found, secret| {
                    found.items.push(secret.arn.as_str().into());
                });
            }
            Store::Parameter => {
                found.take(
                    "parameters",
                    region,
                    &region.ssm.parameters,
                    |found, parameter| {
                        if parameter.kind.as_deref() == Some("SecureString") {
                            found.items.push(parameter.arn.as_str().into());
                        }
                    },
                );
            }
            Store::Table => {
                found.take("tables", region, &region.dynamodb.tables, |found, table| {
                    found.items.push(table.arn.as_str().into());
                });
            }
            Store::Bucket => {}
        }
    }
    found
}

/// What keeps watch, by ARN; `*` for what has none.
pub(crate) fn safeguards(account: &Account, safeguard: Safeguard) -> Found<Arc<str>> {
    let mut found = Found::default();
    match safeguard {
        Safeguard::PublicAccessBlock => {
            if let Ok(Some(_)) = account.s3.public_access_block.found() {
                found.items.push("*".into());
            }
            return found;
        }
        Safeguard::Bucket => return stores(account, Store::Bucket),
        Safeguard::Key => return stores(account, Store::Key),
        _ => {}
    }
    for region in regions(account) {
        in_region(&mut found, account, region, safeguard);
    }
    // A trail of all regions is told in each.
    found.items.sort();
    found.items.dedup();
    found
}

fn in_region(
    found: &mut Found<Arc<str>>,
    account: &Account,
    region: &RegionalAccount,
    safeguard: Safeguard,
) {
    let push = |found: &mut Found<Arc<str>>, arn: &Arn| found.items.push(arn.as_str().into());
    match safeguard {
        Safeguard::Trail => found.take(
            "trails",
            region,
            &region.cloudtrail.trails,
            |found, trail| {
                if trail.arn.account() == Some(account.id.as_str()) {
                    push(found, &trail.arn);
                }
            },
        ),
        Safeguard::TrailBucket => {
            found.take(
                "trails",
                region,
                &region.cloudtrail.trails,
                |found, trail| {
                    let buckets = account.s3.buckets.items();
                    let own = |name: &&String| buckets.iter().any(|bucket| bucket.name == **name);
                    if let Some(bucket) = trail.s3_bucket.as_ref().filter(own) {
                        found
                            .items
                            .push(format!("arn:{}:s3:::{bucket}", account.partition).into());
                    }
                },
            );
        }
        Safeguard::EventDataStore => {
            let stores = &region.cloudtrail.event_data_stores;
            found.take("event data stores", region, stores, |found, store| {
                push(found, &store.arn);
            });
        }
        Safeguard::Detector => {
            let detectors = &region.guardduty.detectors;
            found.take("detectors", region, detectors, |found, it| {
                push(found, &it.arn);
            });
        }
        Safeguard::Recorder => {
            found.take(
                "recorders",
                region,
                &region.config.recorders,
                |found, recorder| {
                    if let Some(arn) = &recorder.arn {
                        push(found, arn);
                    }
                },
            );
        }
        Safeguard::SecurityHub => {
            if let Ok(Some(_)) = region.securityhub.hub.found() {
                let (partition, id) = (&account.partition, &account.id);
                found.items.push(
                    format!(
                        "arn:{partition}:securityhub:{}:{id}:hub/default",
                        region.name
                    )
                    .into(),
                );
            }
        }
        Safeguard::Analyzer => {
            let analyzers = &region.accessanalyzer.analyzers;
            found.take("analyzers", region, analyzers, |found, it| {
                push(found, &it.arn);
            });
        }
        Safeguard::LogGroup => {
            found.take("log groups", region, &region.logs.groups, |found, it| {
                push(found, &it.arn);
            });
        }
        Safeguard::Alarm => {
            let alarms = &region.cloudwatch.metric_alarms;
            found.take("alarms", region, alarms, |found, it| push(found, &it.arn));
        }
        Safeguard::FlowLog => {
            found.take("flow logs", region, &region.ec2.flow_logs, |found, it| {
                push(found, &it.arn);
            });
        }
        Safeguard::SignedFunction => {
            let configs = &region.lambda.code_signing_configs;
            found.take(
                "code signing configurations",
                region,
                configs,
                |found, config| {
                    config
                        .functions
                        .items()
                        .iter()
                        .for_each(|function| push(found, function));
                },
            );
        }
        Safeguard::CodeSigning => {
            let configs = &region.lambda.code_signing_configs;
            found.take(
                "code signing configurations",
                region,
                configs,
                |found, config| {
                    push(found, &config.arn);
                },
            );
        }
        Safeguard::Key | Safeguard::Bucket | Safeguard::PublicAccessBlock => {}
    }
}
