//! What can trigger a function and is there: the resources that statements of its policy may name.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{AccountId, Arn, Observed, RegionalAccount, Snapshot, Unknown};
use tripod_policy::{Case, Pattern, Variables};

/// What became of a resource that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is there, or something that the pattern fits.
    There,
    /// It is gone, and only its account can make it again.
    Gone,
    /// A bucket that is not the account's, although the statement demands one of the account.
    BucketGone,
    /// A bucket that is not the account's, of whatever account: gone, or somebody else's. Anyone can make
    /// one of a name that is free.
    BucketOfAnybody,
    /// Another account's, of which this scan sees nothing.
    Foreign(AccountId),
    /// Of a kind of which no list was collected.
    Unlisted,
    /// A pattern that fits the resources of any account, and is about none of them.
    Open,
}

/// The resources of a service, by ARN.
#[derive(Debug, Default)]
struct List {
    there: BTreeSet<String>,
    gone: BTreeSet<String>,
    /// Why what is in neither is not known. None where `there` is all that there is.
    missing: Option<Unknown>,
}

impl List {
    /// Adds the items of a list, or notes that it is not known.
    fn add<T>(&mut self, items: &Observed<Vec<T>>, arn: impl Fn(&T) -> String) {
        match items.found() {
            Ok(items) => self.there.extend(items.into_iter().flatten().map(arn)),
            Err(unknown) => self.miss(unknown),
        }
    }

    fn miss(&mut self, unknown: Unknown) {
        self.missing.get_or_insert(unknown);
    }

    /// Whether something of the list fits.
    ///
    /// # Errors
    /// When nothing does, and the list is not whole.
    fn has(&self, wanted: &str) -> Result<bool, Unknown> {
        match &self.missing {
            _ if any_fits(&self.there, wanted) => Ok(true),
            Some(unknown) if !any_fits(&self.gone, wanted) => Err(unknown.clone()),
            _ => Ok(false),
        }
    }
}

fn any_fits(arns: &BTreeSet<String>, wanted: &str) -> bool {
    if wanted.contains(['*', '?']) {
        let pattern = Pattern::from(wanted);
        let fits = |arn: &String| pattern.matches(arn, Case::Sensitive, Variables::Nothing);
        return arns.iter().any(fits);
    }
    arns.contains(wanted)
}

/// Lists by the service in their ARNs.
type Lists = BTreeMap<&'static str, List>;

/// What there is of an account: what is not of a region, and the rest by region.
#[derive(Debug, Default)]
struct Holdings {
    buckets: List,
    distributions: List,
    regions: BTreeMap<String, Lists>,
}

/// What there is of all accounts of a snapshot.
#[derive(Debug)]
pub(crate) struct Inventory {
    accounts: BTreeMap<AccountId, Holdings>,
}

impl Inventory {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut accounts: BTreeMap<AccountId, Holdings> = BTreeMap::new();
        for account in &snapshot.accounts {
            let holdings = accounts.entry(account.id.clone()).or_default();
            holdings.buckets.add(&account.s3.buckets, |bucket| {
                format!("arn:{}:s3:::{}", account.partition, bucket.name)
            });
            let distributions = &account.cloudfront.distributions;
            holdings
                .distributions
                .add(distributions, |one| one.arn.to_string());
        }
        for (account, region) in snapshot.regions() {
            let holdings = accounts.entry(account.id.clone()).or_default();
            let place = format!("{}:{}", region.name, account.id);
            let lists = lists(region, &account.partition, &place);
            holdings.regions.insert(region.name.to_string(), lists);
        }
        Self { accounts }
    }

    /// What became of `source`, as the policy of a function of the account `own` names it; the statement
    /// demands a source of one of `owners`, where it names any.
    ///
    /// # Errors
    /// When the list that would tell is not known.
    pub(crate) fn fate(
        &self,
        source: &str,
        owners: &[String],
        own: &AccountId,
    ) -> Result<Fate, Unknown> {
        let fields: Vec<&str> = source.splitn(6, ':').collect();
        let ["arn", _, service, region, account, resource] = fields.as_slice() else {
            return Ok(Fate::Open);
        };
        if *service == "s3" {
            return self.bucket(source, owners, own);
        }
        let Ok(account) = account.parse::<AccountId>() else {
            return Ok(Fate::Open);
        };
        let Some(holdings) = self.accounts.get(&account) else {
            return Ok(Fate::Foreign(account));
        };
        match listed_as(service, source, resource) {
            Some(wanted) => holdings.fate(service, region, &wanted),
            None => Ok(Fate::Unlisted),
        }
    }

    fn bucket(&self, source: &str, owners: &[String], own: &AccountId) -> Result<Fate, Unknown> {
        let is_own = |owner: &String| owner == own.as_str();
        match owners.first() {
            Some(owner) if !owners.iter().any(is_own) => {
                return Ok(Fate::Foreign(AccountId::new(owner)));
            }
            _ => {}
        }
        let holdings = self.accounts.get(own).ok_or(Unknown::NotCollected)?;
        let bucket = source.split('/').next().unwrap_or(source);
        Ok(match (holdings.buckets.has(bucket)?, owners.is_empty()) {
            (true, _) => Fate::There,
            (false, true) => Fate::BucketOfAnybody,
            (false, false) => Fate::BucketGone,
        })
    }
}

impl Holdings {
    /// Gone where every region that the pattern means is known and has nothing that fits.
    fn fate(&self, service: &str, region: &str, wanted: &str) -> Result<Fate, Unknown> {
        if service == "cloudfront" {
            let there = self.distributions.has(wanted)?;
            return Ok(if there { Fate::There } else { Fate::Gone });
        }
        let pattern = Pattern::from(region);
        let meant = |name: &str| pattern.matches(name, Case::Sensitive, Variables::Nothing);
        let mut meant = self
            .regions
            .iter()
            .filter(|(name, _)| meant(name))
            .peekable();
        // A region that was not scanned.
        meant.peek().ok_or(Unknown::NotCollected)?;
        let mut unknown = None;
        for (_, lists) in meant {
            match lists.get(service).map(|list| list.has(wanted)) {
                Some(Ok(true)) => return Ok(Fate::There),
                Some(Ok(false)) | None => {}
                Some(Err(reason)) => _ = unknown.get_or_insert(reason),
            }
        }
        unknown.map_or(Ok(Fate::Gone), Err)
    }
}

/// A source as the list of its service has it; none where there is no such list.
///
/// How services name themselves in `aws:SourceArn`:
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html>,
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html>
fn listed_as(service: &str, source: &str, resource: &str) -> Option<String> {
    let head = source.strip_suffix(resource)?;
    match service {
        // API/STAGE/METHOD/PATH, or API/authorizers/ID: APIs are listed by their ids.
        "execute-api" => {
            let id = resource.split('/').next()?;
            Some(format!("{head}{id}"))
        }
        // With `:*` for its streams, or without.
        "logs" if resource.starts_with("log-group:") => {
            let group = source.split(":log-stream:").next()?;
            Some(group.strip_suffix(":*").unwrap_or(group).to_owned())
        }
        "sns" | "sqs" => Some(source.to_owned()),
        "cloudfront" if resource.starts_with("distribution/") => Some(source.to_owned()),
        "events" if resource.starts_with("rule/") => Some(source.to_owned()),
        "states" if resource.starts_with("stateMachine:") => Some(source.to_owned()),
        "elasticloadbalancing" if resource.starts_with("targetgroup/") => Some(source.to_owned()),
        "cloudwatch" if resource.starts_with("alarm:") => Some(source.to_owned()),
        "cognito-idp" if resource.starts_with("userpool/") => Some(source.to_owned()),
        _ => None,
    }
}

fn lists(region: &RegionalAccount, partition: &str, place: &str) -> Lists {
    let text = |arn: &Arn| arn.to_string();
    let api = |id: &str| format!("arn:{partition}:execute-api:{place}:{id}");
    let mut lists = Lists::new();
    let apis = lists.entry("execute-api").or_default();
    apis.add(&region.apigateway.rest_apis, |one| api(&one.id));
    apis.add(&region.apigatewayv2.apis, |one| api(&one.id));
    let topics = lists.entry("sns").or_default();
    topics.add(&region.sns.topics, |one| text(&one.arn));
    let queues = lists.entry("sqs").or_default();
    queues.add(&region.sqs.queues, |one| text(&one.arn));
    let groups = lists.entry("logs").or_default();
    groups.add(&region.logs.groups, |one| text(&one.arn));
    let machines = lists.entry("states").or_default();
    machines.add(&region.stepfunctions.state_machines, |one| text(&one.arn));
    let targets = lists.entry("elasticloadbalancing").or_default();
    targets.add(&region.elbv2.function_groups, |one| text(&one.arn));
    let alarms = lists.entry("cloudwatch").or_default();
    alarms.add(&region.cloudwatch.metric_alarms, |one| text(&one.arn));
    alarms.add(&region.cloudwatch.composite_alarms, |one| text(&one.arn));
    lists.insert("events", rules(region));
    lists.insert("cognito-idp", pools(region));
    lists
}

/// The rules of every bus.
fn rules(region: &RegionalAccount) -> List {
    let mut rules = List::default();
    match region.events.buses.found() {
        Ok(buses) => {
            for bus in buses.into_iter().flatten() {
                rules.add(&bus.rules, |rule| rule.arn.to_string());
            }
        }
        Err(unknown) => rules.miss(unknown),
    }
    rules
}

/// User pools are asked for one by one, where an authorizer names them: of the others nothing is known.
fn pools(region: &RegionalAccount) -> List {
    let mut pools = List::default();
    for pool in region.cognito_idp.user_pools.items() {
        let arn = pool.arn.to_string();
        match pool.settings.found() {
            Ok(Some(_)) => _ = pools.there.insert(arn),
            Ok(None) => _ = pools.gone.insert(arn),
            Err(unknown) => pools.miss(unknown),
        }
    }
    if let Err(unknown) = region.cognito_idp.user_pools.found() {
        pools.miss(unknown);
    }
    authorizers(region, |unknown| pools.miss(unknown));
    pools.miss(Unknown::NotCollected);
    pools
}

/// Tells why it is not known which user pools authorizers name.
fn authorizers(region: &RegionalAccount, mut tell: impl FnMut(Unknown)) {
    let mut see = |unknown: Result<(), Unknown>| unknown.err().into_iter().for_each(&mut tell);
    let (rest, http) = (&region.apigateway.rest_apis, &region.apigatewayv2.apis);
    see(rest.found().map(drop));
    for api in rest.items() {
        see(api.methods.found().map(drop));
        see(api.authorizers.found().map(drop));
    }
    see(http.found().map(drop));
    for api in http.items() {
        see(api.routes.found().map(drop));
        see(api.authorizers.found().map(drop));
    }
}
