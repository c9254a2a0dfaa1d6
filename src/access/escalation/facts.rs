//! What the steps are looked for in: users and roles with what they may do at all, things that run with
//! roles, and which service each role lets in.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::Timestamp;
use tripod_model::iam;
use tripod_policy::{
    Attached, Caller, Case, Context, Policies, Policy, Principal, Principals, Request, Resource,
    Selection, Statement, Variables, administrator, admitted,
};

use super::rules;
use super::weigh::{Ask, Asker, Weight, Written, is_role, weight, weight_after};
use crate::Access;

/// Every action of the table, with its place.
pub(crate) static ACTIONS: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let names = rules::all().flat_map(|rule| rule.actions).copied();
    let mut places = HashMap::new();
    for name in names.chain(["iam:PassRole"]) {
        let next = places.len();
        places.entry(name.to_ascii_lowercase()).or_insert(next);
    }
    places
});

/// The place of an action in sets, by its lower-case name or AWS's spelling.
pub(crate) fn place_of(action: &str) -> Option<usize> {
    static SPELT: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
        let names = rules::all().flat_map(|rule| rule.actions).copied();
        let place = |name: &'static str| Some((name, *ACTIONS.get(&name.to_ascii_lowercase())?));
        names.chain(["iam:PassRole"]).filter_map(place).collect()
    });
    SPELT.get(action).or_else(|| ACTIONS.get(action)).copied()
}

const WORDS: usize = 6;

/// A set of the table's actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Actions([u64; WORDS]);

impl Actions {
    pub(crate) const ALL: Self = Self([u64::MAX; WORDS]);

    fn add(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    fn merge(&mut self, other: Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own |= other;
        }
    }

    /// Whether the action, in lower case or AWS's spelling, is in it.
    pub(crate) fn has(&self, action: &str) -> bool {
        place_of(action).is_some_and(|place| self.0[place / 64] & (1 << (place % 64)) != 0)
    }

    /// The actions that a statement is about.
    fn of(statement: &Statement) -> Self {
        let mut set = Self::default();
        match &statement.actions {
            Selection::Only(patterns) => {
                for pattern in patterns {
                    if pattern.is_fixed() {
                        let place = ACTIONS.get(&pattern.as_str().to_ascii_lowercase());
                        if let Some(place) = place {
                            set.add(*place);
                        }
                        continue;
                    }
                    // The names are in lower case, and so is a pattern of actions.
                    let matching = ACTIONS.iter().filter(|(name, _)| {
                        pattern.matches(name, Case::Sensitive, Variables::Nothing)
                    });
                    matching.for_each(|(_, place)| set.add(*place));
                }
            }
            Selection::Unstated | Selection::AllBut(_) => {
                let covered = ACTIONS
                    .iter()
                    .filter(|(name, _)| statement.covers_action(name));
                covered.for_each(|(_, place)| set.add(*place));
            }
        }
        set
    }
}

/// A user or role.
pub(crate) struct Person<'a> {
    pub(crate) arn: Arc<str>,
    pub(crate) is_role: bool,
    /// AWS keeps it: nobody of the account passes, changes or assumes it. It starts paths all the same:
    /// people sign in to the roles of IAM Identity Center.
    pub(crate) is_fixed: bool,
    pub(crate) details: &'a iam::Principal,
    pub(crate) asker: Asker<'a>,
    /// What some statement grants, wherever and under whatever condition.
    pub(crate) can: Actions,
    /// Whether an identity policy of it could not be read.
    pub(crate) is_blind: bool,
    /// Whether it may do everything.
    pub(crate) admin: Weight,
    /// Whether its identity policies, boundary or not, grant everything.
    pub(crate) grants_everything: bool,
    /// Whether it would, had it a policy that allows everything.
    once_granted: OnceLock<Weight>,
}

impl Person<'_> {
    /// Whether it is a service-linked role.
    pub(crate) fn is_of_a_service(&self) -> bool {
        self.asker.actor.caller().is_service_linked()
    }

    fn granted_by_a_resource(&mut self, actions: Actions) {
        self.can.merge(actions);
        self.asker.by_resource.merge(actions);
    }
}

/// A role that lets a service in, and under which conditions.
#[derive(Debug, Clone)]
pub(crate) struct Trusting {
    pub(crate) role: usize,
    pub(crate) weight: Weight,
    pub(crate) notes: Arc<[String]>,
}

/// Who of the account a role's trust policy names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// The account, or everyone.
    pub(crate) anybody: bool,
    pub(crate) named: Vec<usize>,
}

/// What is looked at.
pub(crate) struct Facts<'a> {
    pub(crate) access: &'a Access<'a>,
    pub(crate) authorization: &'a iam::Authorization,
    pub(crate) people: Vec<Person<'a>>,
    pub(crate) places: HashMap<&'a str, usize>,
    pub(crate) trusting: BTreeMap<String, Vec<Trusting>>,
    /// By role, in the order of `people`.
    pub(crate) names: Vec<Names>,
    pub(crate) regions: Vec<String>,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(access: &'a Access<'a>, observed: Timestamp) -> Self {
        static NONE: LazyLock<iam::Authorization> = LazyLock::new(iam::Authorization::default);
        let account = access.account();
        // `Access` is made of known authorization details only.
        let authorization = match account.iam.authorization.found() {
            Ok(Some(authorization)) => authorization,
            _ => &*NONE,
        };
        let mut cache = Cache::default();
        let principals = authorization.users.iter().chain(&authorization.roles);
        let mut people: Vec<Person<'a>> = principals
            .filter_map(|details| person(access, details, observed, &mut cache))
            .collect();
        people.sort_by(|one, other| one.arn.cmp(&other.arn));
        let places: HashMap<&str, usize> = people
            .iter()
            .enumerate()
            .map(|(place, person)| (person.details.arn.as_str(), place))
            .collect();
        let mut facts = Self {
            access,
            authorization,
            places,
            trusting: BTreeMap::new(),
            names: vec![Names::default(); people.len()],
            people,
            regions: regions(account),
        };
        facts.read_trust();
        facts.read_resources();
        facts.find_administrators(&mut cache);
        facts
    }

    pub(crate) fn account(&self) -> &'a str {
        self.access.account().id.as_str()
    }

    pub(crate) fn partition(&self) -> &'a str {
        &self.access.account().partition
    }

    pub(crate) fn place(&self, arn: &str) -> Option<usize> {
        self.places.get(arn).copied()
    }

    fn read_trust(&mut self) {
        for place in 0..self.people.len() {
            let arn = self.people[place].details.arn.clone();
            let Some(trust) = self.access.identities().trust_of(&arn) else {
                continue;
            };
            let Some(policy) = trust.policy().ok() else {
                // Whom it lets in is not known; the decision says so.
                self.names[place].anybody = true;
                let mut assume = Actions::default();
                if let Some(place) = place_of("sts:AssumeRole") {
                    assume.add(place);
                }
                self.people
                    .iter_mut()
                    .for_each(|it| it.granted_by_a_resource(assume));
                continue;
            };
            let services = self.read_statements(place, policy);
            for service in services {
                if let Some(trusting) = self.lets_in(place, &trust, &service) {
                    self.trusting.entry(service).or_default().push(trusting);
                }
            }
        }
    }

    /// Notes whom of the account the policy names; gives the services it names.
    fn read_statements(&mut self, role: usize, policy: &Policy) -> Vec<String> {
        let mut services = Vec::new();
        for statement in policy.allows() {
            let Principals::Only(principals) = &statement.principals else {
                self.names[role].anybody = true;
                let all = Actions::of(statement);
                self.people
                    .iter_mut()
                    .for_each(|it| it.granted_by_a_resource(all));
                continue;
            };
            for principal in principals {
                match principal {
                    Principal::Service(name) if !services.contains(name) => {
                        services.push(name.clone());
                    }
                    Principal::Aws(arn) => match self.place(arn) {
                        Some(named) => {
                            self.names[role].named.push(named);
                            self.people[named].granted_by_a_resource(Actions::of(statement));
                        }
                        None => {
                            self.names[role].anybody |= principal.is_everyone()
                                || principal.account() == Some(self.account());
                        }
                    },
                    _ => self.names[role].anybody |= principal.is_everyone(),
                }
            }
            if principals.iter().any(Principal::is_everyone) {
                let all = Actions::of(statement);
                self.people
                    .iter_mut()
                    .for_each(|it| it.granted_by_a_resource(all));
            }
        }
        services
    }

    /// Whether the role lets the service take it on for this account.
    fn lets_in(&self, role: usize, trust: &Attached<'a>, service: &str) -> Option<Trusting> {
        let arn = &self.people[role].details.arn;
        let context = Context::open().with("aws:SourceAccount", self.account());
        let policies = Policies {
            resource: Some(trust.clone()),
            ..Policies::default()
        };
        let resource = Resource::new(arn);
        let caller = Caller::service(service);
        let decision = admitted(
            &Request {
                caller: &caller,
                action: "sts:AssumeRole",
                resource: &resource,
                context: &context,
            },
            &policies,
        );
        let weight = weight(&decision);
        let mut step = super::path::Step::of(
            super::rules::entry::RUNS_WITH,
            super::path::Node::Internet,
            super::path::Node::Internet,
        );
        super::weigh::tell_residuals("sts:AssumeRole by the service", &decision, &mut step);
        step.conditions.append(&mut step.unseen);
        (!weight.is_denied()).then(|| Trusting {
            role,
            weight,
            notes: step.conditions.into(),
        })
    }

    /// Policies of resources may grant to users and roles what no identity policy does.
    fn read_resources(&mut self) {
        let access = self.access;
        let resources: Vec<String> = access.resources().map(|(arn, _)| arn.to_owned()).collect();
        for arn in resources {
            let Ok(target) = access.target(&arn) else {
                continue;
            };
            let Some(policy) = target.policy().and_then(|own| own.policy().ok()) else {
                continue;
            };
            for statement in policy.allows() {
                let all = Actions::of(statement);
                match &statement.principals {
                    Principals::Only(principals) => {
                        for principal in principals {
                            if principal.is_everyone() {
                                self.people
                                    .iter_mut()
                                    .for_each(|it| it.granted_by_a_resource(all));
                            } else if let Some(named) = self.place(principal.value()) {
                                self.people[named].granted_by_a_resource(all);
                            }
                        }
                    }
                    Principals::AllBut(_) => {
                        self.people
                            .iter_mut()
                            .for_each(|it| it.granted_by_a_resource(all));
                    }
                    Principals::Unstated => {}
                }
            }
        }
    }

    fn find_administrators(&mut self, cache: &mut Cache) {
        let probes = self.probes();
        for place in 0..self.people.len() {
            let person = &self.people[place];
            let mut granted: Option<usize> = None;
            let mut blind = false;
            for attached in &person.asker.actor.policies().identity {
                match attached.policy().ok() {
                    Some(policy) => {
                        if let Some(conditions) = cache.of(policy).everything {
                            granted = Some(granted.map_or(conditions, |own| own.min(conditions)));
                        }
                    }
                    None => blind = true,
                }
            }
            let mut admin = Weight::Denied;
            if granted.is_some() {
                let worst = probes.iter().map(|probe| person.asker.weigh(probe)).max();
                admin = worst.unwrap_or(Weight::Denied);
            }
            let person = &mut self.people[place];
            person.grants_everything = granted.is_some();
            person.is_blind = blind;
            person.admin = admin;
        }
    }

    /// How somebody stands who has got a policy that grants everything. Asked of few: those whom a step may give one.
    pub(crate) fn once_granted(&self, place: usize) -> Weight {
        let person = &self.people[place];
        *person.once_granted.get_or_init(|| {
            let after = |probe: &Ask| {
                let decision = person.asker.decide(probe);
                decision.map_or(Weight::Denied, |it| weight_after(Written::Identity, &it))
            };
            let worst = self.probes().iter().map(after).max();
            worst.unwrap_or(Weight::Denied)
        })
    }

    /// What an administrator may do and a boundary or an organisation commonly forbids: by each of
    /// them the rest can be won back.
    pub(crate) fn probes(&self) -> Vec<Ask> {
        let arn = |name: &str| format!("arn:{}:iam::{}:{name}", self.partition(), self.account());
        let user = arn("user/somebody");
        vec![
            Ask::on("iam:CreateUser", &*user),
            Ask::on("iam:AttachUserPolicy", &*user)
                .knowing("iam:PolicyARN", self.administrator_access())
                .knowing("iam:PermissionsBoundary", ""),
            Ask::on("iam:PutRolePolicy", arn("role/something"))
                .knowing("iam:PermissionsBoundary", ""),
            Ask::on("iam:CreatePolicyVersion", arn("policy/something")),
        ]
    }

    /// AWS's own policy that allows everything.
    pub(crate) fn administrator_access(&self) -> String {
        format!(
            "arn:{}:iam::aws:policy/AdministratorAccess",
            self.partition()
        )
    }
}

fn person<'a>(
    access: &'a Access<'a>,
    details: &'a iam::Principal,
    observed: Timestamp,
    cache: &mut Cache,
) -> Option<Person<'a>> {
    let actor = access.actor(&details.arn).ok()?;
    let mut can = Actions::default();
    for attached in &actor.policies().identity {
        match attached.policy().ok() {
            Some(policy) => can.merge(cache.of(policy).actions),
            None => can = Actions::ALL,
        }
    }
    let name = details.arn.resource().unwrap_or_default();
    Some(Person {
        arn: details.arn.as_str().into(),
        is_role: is_role(details.arn.as_str()),
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html,
        // https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
        is_fixed: name.starts_with("role/aws-service-role/")
            || name.starts_with("role/aws-reserved/"),
        details,
        asker: Asker::new(access, actor, observed),
        can,
        is_blind: false,
        admin: Weight::Denied,
        grants_everything: false,
        once_granted: OnceLock::new(),
    })
}

/// Regions that were looked at, and so are in use.
fn regions(account: &tripod_model::Account) -> Vec<String> {
    let scanned = account
        .regions
        .iter()
        .filter(|region| region.status == tripod_model::RegionStatus::Scanned);
    let mut names: Vec<String> = scanned.map(|region| region.name.to_string()).collect();
    if names.is_empty() {
        names.push("us-east-1".to_owned());
    }
    names
}

/// What was found out of a policy: the same one is attached to many.
#[derive(Default)]
struct Cache(HashMap<usize, Digest>);

#[derive(Clone, Copy)]
struct Digest {
    actions: Actions,
    /// Whether it grants everything, and under how many conditions.
    everything: Option<usize>,
}

impl Cache {
    fn of(&mut self, policy: &Policy) -> Digest {
        // The place in memory tells policies apart as long as `Access` lives.
        let place = std::ptr::from_ref(policy) as usize;
        *self.0.entry(place).or_insert_with(|| {
            let mut actions = Actions::default();
            for statement in policy.allows() {
                actions.merge(Actions::of(statement));
            }
            Digest {
                actions,
                everything: administrator(policy).map(|grant| grant.conditions.len()),
            }
        })
    }
}
