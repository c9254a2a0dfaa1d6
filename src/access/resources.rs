//! What an account has, by ARN: with the policy attached to it, or why that is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tripod_model::{
    Account, Arn, Cause, Observed, PolicyDocument, Redacted, RegionStatus, RegionalAccount,
    Unknown, kms, lambda, logs,
};
use tripod_policy::{Policy, Statement, parse};

use crate::asides;
use crate::place::{Kind, Place, with_name};

/// Why something is not known, as half a sentence.
pub(crate) fn reason(unknown: Unknown) -> String {
    Cause::from(unknown).text()
}

/// A resource's policy by name, or why it is not known.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) name: String,
    pub(crate) policy: Result<Policy, String>,
}

/// A resource of the account.
#[derive(Debug)]
pub(crate) struct Entry<'s> {
    pub(crate) kind: Kind,
    /// The region of a bucket, which its ARN does not tell.
    pub(crate) region: Option<&'s str>,
    /// None where there is no policy, and nothing hides one.
    pub(crate) guard: Option<Arc<Guard>>,
    /// None where the tags are not known.
    pub(crate) tags: Option<&'s BTreeMap<String, String>>,
}

/// Everything that the snapshot lists of an account.
#[derive(Debug, Default)]
pub(crate) struct Resources<'s> {
    entries: BTreeMap<String, Entry<'s>>,
    /// Lists by kind and region: read, or why not.
    lists: BTreeMap<(Kind, String), Result<(), String>>,
    /// Resources of which it is not known which parts they have, with the reason.
    partly: BTreeMap<String, String>,
    /// Keys by the ARNs of their aliases.
    aliases: BTreeMap<String, &'s Arn>,
    /// ARNs of keys that AWS manages, and of their aliases.
    managed_keys: BTreeSet<String>,
    /// Grants by the ARNs of their keys.
    grants: BTreeMap<&'s str, &'s Observed<Vec<kms::Grant>>>,
    /// What cannot be told of a resource by policies, by its ARN: grants of keys, what else bars a bucket.
    asides: BTreeMap<String, Vec<String>>,
}

/// What became of a look for a resource.
#[derive(Debug)]
pub(crate) enum Lookup<'a, 's> {
    Found(&'a Entry<'s>),
    /// The list was read, and it is not on it.
    Missing,
    /// The list was not read.
    Unread(String),
}

impl<'s> Resources<'s> {
    pub(crate) fn of(account: &'s Account) -> Self {
        let mut all = Self::default();
        all.buckets(account);
        all.identities(account);
        for region in &account.regions {
            if region.status != RegionStatus::Disabled {
                all.region(account, region);
            }
        }
        all
    }

    pub(crate) fn find(&self, place: &Place) -> Lookup<'_, 's> {
        if let Some(entry) = self.entries.get(&place.holder) {
            return Lookup::Found(entry);
        }
        if let Some(reason) = whole_of(place).and_then(|whole| self.partly.get(&whole)) {
            return Lookup::Unread(reason.clone());
        }
        match self.lists.get(&(place.kind, place.region.clone())) {
            Some(Ok(())) => Lookup::Missing,
            Some(Err(reason)) => Lookup::Unread(reason.clone()),
            None => Lookup::Unread(format!("the region {} was not scanned", place.region)),
        }
    }

    /// The key that an alias stands for.
    pub(crate) fn key_behind(&self, alias: &Arn) -> Option<&'s Arn> {
        self.aliases.get(alias.as_str()).copied()
    }

    /// The grants of a key; none for other resources.
    pub(crate) fn grants_of(&self, key: &str) -> Option<&'s Observed<Vec<kms::Grant>>> {
        self.grants.get(key).copied()
    }

    /// Whether it is a key that AWS manages in the account.
    pub(crate) fn is_managed_key(&self, arn: &str) -> bool {
        self.managed_keys.contains(arn)
    }

    /// What bears on the resource beside policies.
    pub(crate) fn asides_of(&self, arn: &str) -> &[String] {
        let holder = Place::of(&Arn::new(arn)).map(|place| place.holder);
        let asides = holder.and_then(|holder| self.asides.get(&holder));
        asides.map_or(&[], Vec::as_slice)
    }

    /// Lists that were not read, with the reason, by kind and region.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        let lists = self.lists.iter();
        lists.filter_map(|((kind, region), read)| {
            let reason = read.as_ref().err()?;
            Some((*kind, region.as_str(), reason.as_str()))
        })
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Entry<'s>)> {
        self.entries
            .iter()
            .map(|(arn, entry)| (arn.as_str(), entry))
    }

    fn add(
        &mut self,
        arn: impl Into<String>,
        kind: Kind,
        guard: Option<Guard>,
        tags: Option<&'s BTreeMap<String, String>>,
    ) {
        let entry = Entry {
            kind,
            region: None,
            guard: guard.map(Arc::new),
            // A tag that redaction took the value from can be compared with nothing.
            tags: tags.filter(|tags| tags.values().all(|it| it.parse::<Redacted>().is_err())),
        };
        self.entries.insert(arn.into(), entry);
    }

    /// Notes whether a list was read, and gives what is on it.
    fn list<T>(&mut self, kind: Kind, region: &str, list: &'s Observed<Vec<T>>) -> &'s [T] {
        let read = list.found().map(|_| ()).map_err(reason);
        self.lists.insert((kind, region.to_owned()), read);
        list.items()
    }

    fn buckets(&mut self, account: &'s Account) {
        for bucket in self.list(Kind::Bucket, "", &account.s3.buckets) {
            let arn = format!("arn:{}:s3:::{}", account.partition, bucket.name);
            let policy = match bucket.settings.found() {
                Ok(Some(settings)) => guard(&arn, &settings.policy),
                Ok(None) => None,
                Err(Unknown::NotCollected) => Some(Guard {
                    name: arn.clone(),
                    policy: Err(
                        "a scan reads only buckets that others refer to, unless it has --all-buckets"
                            .to_owned(),
                    ),
                }),
                Err(unknown) => Some(unread(&arn, unknown)),
            };
            let aside = asides::of_bucket(account, bucket);
            self.asides.insert(arn.clone(), aside);
            self.add(arn.as_str(), Kind::Bucket, policy, None);
            if let Some(entry) = self.entries.get_mut(&arn) {
                entry.region = bucket.region.as_ref().map(|region| region.as_str());
            }
        }
    }

    fn identities(&mut self, account: &'s Account) {
        let authorization = &account.iam.authorization;
        let read = authorization.found().map(|_| ()).map_err(reason);
        for kind in [Kind::Role, Kind::User, Kind::Group, Kind::ManagedPolicy] {
            self.lists.insert((kind, String::new()), read.clone());
        }
        let Observed::Known(authorization) = authorization else {
            return;
        };
        let kinds = [
            (Kind::Role, &authorization.roles),
            (Kind::User, &authorization.users),
            (Kind::Group, &authorization.groups),
        ];
        for (kind, principals) in kinds {
            for principal in principals {
                // Trust policies stay with the identities: most actions on a role do not ask them.
                self.add(principal.arn.as_str(), kind, None, Some(&principal.tags));
            }
        }
        for policy in &authorization.policies {
            if policy.arn.account() == Some(account.id.as_str()) {
                self.add(policy.arn.as_str(), Kind::ManagedPolicy, None, None);
            }
        }
    }

    fn region(&mut self, account: &'s Account, region: &'s RegionalAccount) {
        let name = region.name.as_str();
        self.lambda(region);
        self.keys(region);
        self.apis(account, region);
        self.data(region);
        self.log_groups(name, &region.logs);
        for machine in self.list(
            Kind::StateMachine,
            name,
            &region.stepfunctions.state_machines,
        ) {
            self.add(machine.arn.as_str(), Kind::StateMachine, None, None);
        }
        for parameter in self.list(Kind::Parameter, name, &region.ssm.parameters) {
            self.add(parameter.arn.as_str(), Kind::Parameter, None, None);
        }
        for pipe in self.list(Kind::Pipe, name, &region.pipes.pipes) {
            self.add(pipe.arn.as_str(), Kind::Pipe, None, None);
        }
        for schedule in self.list(Kind::Schedule, name, &region.scheduler.schedules) {
            self.add(schedule.arn.as_str(), Kind::Schedule, None, None);
        }
        for trail in self.list(Kind::Trail, name, &region.cloudtrail.trails) {
            self.add(
                trail.arn.as_str(),
                Kind::Trail,
                None,
                Some(&trail.tags).and_then(known),
            );
        }
    }

    fn lambda(&mut self, region: &'s RegionalAccount) {
        let name = region.name.as_str();
        let functions = &region.lambda.functions;
        self.list(Kind::Qualifier, name, functions);
        for function in self.list(Kind::Function, name, functions) {
            self.function(function);
        }
        let layers = &region.lambda.layers;
        for layer in self.list(Kind::LayerVersion, name, layers) {
            if let Err(unknown) = layer.versions.found() {
                self.partly.insert(layer.arn.to_string(), reason(unknown));
            }
            for version in layer.versions.items() {
                let arn = version.arn.as_str();
                self.add(arn, Kind::LayerVersion, guard(arn, &version.policy), None);
            }
        }
        for function in self.list(Kind::WebFunction, name, &region.lambda_web.functions) {
            let arn = function.arn.as_str();
            self.add(arn, Kind::WebFunction, guard(arn, &function.policy), None);
        }
    }

    /// A policy of a function lets callers in by the very ARN it is attached to, and by no other.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html>
    fn function(&mut self, function: &'s lambda::Function) {
        let arn = function.arn.as_str();
        let tags = match &function.details {
            Observed::Known(details) => known(&details.tags),
            _ => None,
        };
        self.add(arn, Kind::Function, guard(arn, &function.policy), tags);
        // The unpublished version can have no policy of its own.
        // https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
        self.add(format!("{arn}:$LATEST"), Kind::Qualifier, None, tags);
        for version in &function.versions {
            let arn = version.arn.as_str();
            self.add(arn, Kind::Qualifier, guard(arn, &version.policy), tags);
        }
        if let Err(unknown) = function.aliases.found() {
            self.partly.insert(arn.to_owned(), reason(unknown));
        }
        for alias in function.aliases.items() {
            let arn = alias.arn.as_str();
            self.add(arn, Kind::Qualifier, guard(arn, &alias.policy), tags);
        }
    }

    fn keys(&mut self, region: &'s RegionalAccount) {
        let name = region.name.as_str();
        let keys = &region.kms.keys;
        self.list(Kind::KeyAlias, name, &region.kms.managed_keys);
        for key in self.list(Kind::Key, name, keys) {
            let arn = key.arn.as_str();
            self.add(arn, Kind::Key, guard(arn, &key.policy), known(&key.tags));
            self.asides.insert(arn.to_owned(), asides::of_key(key));
            self.grants.insert(arn, &key.grants);
            for alias in key.aliases.items() {
                self.alias(&key.arn, &alias.name);
            }
        }
        for key in region.kms.managed_keys.items() {
            let guard = Guard {
                name: key.arn.to_string(),
                policy: Err("AWS manages the key, and its policy is not read".to_owned()),
            };
            self.add(key.arn.as_str(), Kind::Key, Some(guard), None);
            self.alias(&key.arn, &key.alias);
            self.managed_keys.insert(key.arn.to_string());
        }
    }

    fn alias(&mut self, key: &'s Arn, name: &str) {
        let arn = with_name(key, name);
        self.aliases.insert(arn.clone(), key);
        self.add(arn, Kind::KeyAlias, None, None);
    }

    fn apis(&mut self, account: &'s Account, region: &'s RegionalAccount) {
        let name = region.name.as_str();
        let caller_side = |id: &str| {
            let (partition, account) = (&account.partition, &account.id);
            format!("arn:{partition}:execute-api:{name}:{account}:{id}")
        };
        self.list(Kind::ApiSettings, name, &region.apigateway.rest_apis);
        for api in self.list(Kind::RestApi, name, &region.apigateway.rest_apis) {
            self.add(api.arn.as_str(), Kind::ApiSettings, None, Some(&api.tags));
            let arn = caller_side(&api.id);
            let guard = own(&arn, api.policy.as_ref());
            self.add(arn, Kind::RestApi, guard, None);
        }
        for api in self.list(Kind::HttpApi, name, &region.apigatewayv2.apis) {
            self.add(api.arn.as_str(), Kind::ApiSettings, None, None);
            self.add(caller_side(&api.id), Kind::HttpApi, None, None);
        }
    }

    fn data(&mut self, region: &'s RegionalAccount) {
        let name = region.name.as_str();
        for queue in self.list(Kind::Queue, name, &region.sqs.queues) {
            let arn = queue.arn.as_str();
            let guard = inner(arn, &queue.attributes, |it| it.policy.as_ref());
            self.add(arn, Kind::Queue, guard, None);
        }
        for topic in self.list(Kind::Topic, name, &region.sns.topics) {
            let arn = topic.arn.as_str();
            let guard = inner(arn, &topic.attributes, |it| it.policy.as_ref());
            self.add(arn, Kind::Topic, guard, None);
        }
        for secret in self.list(Kind::Secret, name, &region.secretsmanager.secrets) {
            let arn = secret.arn.as_str();
            self.add(arn, Kind::Secret, guard(arn, &secret.policy), None);
        }
        for repository in self.list(Kind::Repository, name, &region.ecr.repositories) {
            let arn = repository.arn.as_str();
            self.add(arn, Kind::Repository, guard(arn, &repository.policy), None);
        }
        if let Some(Ok(())) = self.lists.get(&(Kind::Repository, name.to_owned())) {
            let some = "only repositories whose images functions run are read".to_owned();
            self.lists
                .insert((Kind::Repository, name.to_owned()), Err(some));
        }
        for bus in self.list(Kind::Bus, name, &region.events.buses) {
            let arn = bus.arn.as_str();
            self.add(arn, Kind::Bus, own(arn, bus.policy.as_ref()), None);
        }
        self.tables(region);
    }

    fn tables(&mut self, region: &'s RegionalAccount) {
        let name = region.name.as_str();
        let tables = &region.dynamodb.tables;
        self.list(Kind::Stream, name, tables);
        for table in self.list(Kind::Table, name, tables) {
            let arn = table.arn.as_str();
            self.add(arn, Kind::Table, guard(arn, &table.policy), None);
            match table.details.found() {
                Ok(details) => {
                    if let Some(stream) = details.and_then(|details| details.stream.as_ref()) {
                        let stream = stream.as_str();
                        let guard = guard(stream, &table.stream_policy);
                        self.add(stream, Kind::Stream, guard, None);
                    }
                }
                Err(unknown) => {
                    self.partly.insert(arn.to_owned(), reason(unknown));
                }
            }
        }
    }

    /// Policies of logs are of the account and say themselves which groups they are about: for a group
    /// they all hold together.
    fn log_groups(&mut self, region: &str, logs: &'s logs::Logs) {
        let policies = match logs.resource_policies.found() {
            Ok(policies) => together(region, policies.map_or(&[], Vec::as_slice)),
            Err(unknown) => Some(unread(&name_of_logs(region), unknown)),
        };
        let policies = policies.map(Arc::new);
        for group in self.list(Kind::LogGroup, region, &logs.groups) {
            let entry = Entry {
                kind: Kind::LogGroup,
                region: None,
                guard: policies.clone(),
                tags: None,
            };
            self.entries.insert(group.arn.to_string(), entry);
        }
    }
}

/// What a version, an alias or a stream is part of.
fn whole_of(place: &Place) -> Option<String> {
    let arn = Arn::new(place.holder.as_str());
    let name = arn.resource()?;
    let whole = match place.kind {
        Kind::Qualifier | Kind::LayerVersion => name.rsplit_once(':')?.0.to_owned(),
        Kind::Stream => name.split('/').take(2).collect::<Vec<_>>().join("/"),
        _ => return None,
    };
    Some(with_name(&arn, &whole))
}

fn known(tags: &Observed<BTreeMap<String, String>>) -> Option<&BTreeMap<String, String>> {
    match tags {
        Observed::Known(tags) => Some(tags),
        _ => None,
    }
}

fn guard(name: &str, policy: &Observed<PolicyDocument>) -> Option<Guard> {
    inner(name, policy, |text| Some(text))
}

/// The policy that stands in another answer.
fn inner<T>(
    name: &str,
    answer: &Observed<T>,
    policy: impl Fn(&T) -> Option<&PolicyDocument>,
) -> Option<Guard> {
    match answer.found() {
        Ok(answer) => own(name, answer.and_then(policy)),
        Err(unknown) => Some(unread(name, unknown)),
    }
}

fn own(name: &str, policy: Option<&PolicyDocument>) -> Option<Guard> {
    policy.map(|text| Guard {
        name: name.to_owned(),
        policy: parse(text).map_err(|error| error.to_string()),
    })
}

fn unread(name: &str, unknown: Unknown) -> Guard {
    Guard {
        name: name.to_owned(),
        policy: Err(reason(unknown)),
    }
}

fn name_of_logs(region: &str) -> String {
    format!("resource policies of CloudWatch Logs in {region}")
}

/// Several policies as one. Statements keep their names behind that of their policy.
fn together(region: &str, policies: &[logs::ResourcePolicy]) -> Option<Guard> {
    let mut all = Policy::default();
    for policy in policies {
        let Some(text) = &policy.document else {
            return Some(broken(
                region,
                &policy.name,
                "AWS's answer holds no document",
            ));
        };
        match parse(text) {
            Ok(read) => {
                all.unknown.extend(read.unknown);
                let statements = read.statements.into_iter();
                all.statements
                    .extend(statements.map(|statement| renamed(&policy.name, statement)));
            }
            Err(error) => return Some(broken(region, &policy.name, &error.to_string())),
        }
    }
    (!policies.is_empty()).then(|| Guard {
        name: name_of_logs(region),
        policy: Ok(all),
    })
}

fn renamed(policy: &str, statement: Statement) -> Statement {
    let own = statement.sid.clone().filter(|sid| !sid.is_empty());
    let own = own.unwrap_or_else(|| (statement.index + 1).to_string());
    Statement {
        sid: Some(format!("{policy}/{own}")),
        ..statement
    }
}

fn broken(region: &str, policy: &str, why: &str) -> Guard {
    Guard {
        name: name_of_logs(region),
        policy: Err(format!("'{policy}': {why}")),
    }
}
