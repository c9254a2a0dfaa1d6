//! Makes situations. What is written leans towards what the request is like: of policies that never
//! apply nothing is learnt.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::situation::{Policies, Situation, Who};
use crate::words::{
    AWAY, KEYS, OPEN_FOR_SERVICES, OWN, SOURCE_KEYS, SUBJECTS, Subject, TAGS, Type, VARIABLES, Word,
};

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Identity,
    Endpoint,
    Scp,
    Rcp,
    Resource,
}

pub(crate) fn situation(random: &mut Random) -> Situation {
    let subject = random.pick(SUBJECTS);
    let owner = if random.chance(75) { OWN } else { AWAY };
    let who = who(random, subject);
    let tags = |random: &mut Random| {
        if random.chance(75) {
            BTreeMap::from([("team", *random.pick(TAGS))])
        } else {
            BTreeMap::new()
        }
    };
    let organization = |account: &str, joined: bool| match account {
        OWN => Some(("o-own", "o-own/r-1/ou-1/")),
        _ if joined => Some(("o-own", "o-own/r-1/ou-2/")),
        _ => Some(("o-other", "o-other/r-9/")),
    };
    let joined = random.chance(50);
    let mut made = Situation {
        action: subject.action,
        resource: subject.resource.replace('@', owner),
        owner,
        principal_tags: tags(random),
        resource_tags: tags(random),
        owner_organization: organization(owner, joined),
        caller_organization: who
            .account()
            .and_then(|account| organization(account, joined)),
        context: BTreeMap::new(),
        policies: Policies::default(),
        resource_side: false,
        who,
    };
    context(random, subject, &mut made);
    made.policies = policies(random, subject, &made);
    made
}

fn who(random: &mut Random, subject: &Subject) -> Who {
    let account = if random.chance(75) { OWN } else { AWAY };
    match random.below(100) {
        0..40 => Who::User {
            account,
            name: random.pick::<&str>(&["ada", "claims"]),
        },
        40..78 => Who::Session {
            account,
            role: random.pick::<&str>(&["claims", "red"]),
            session: "job-7",
        },
        78..84 => Who::FederatedUser {
            account,
            name: "ada",
        },
        // Roles are taken on with credentials, or for somebody: see the unit tests.
        _ if subject.action == "sts:AssumeRole" || !subject.has_resource_policy => Who::User {
            account,
            name: "ada",
        },
        84..94 => Who::Service {
            name: random.pick::<&str>(&["sns.amazonaws.com", "s3.amazonaws.com"]),
        },
        _ => Who::Anonymous,
    }
}

/// The keys that may be asked about.
fn words(subject: &'static Subject, who: &Who) -> Vec<&'static Word> {
    let service = matches!(who, Who::Service { .. });
    let source = if service { SOURCE_KEYS } else { &[] };
    KEYS.iter()
        .chain(subject.keys)
        .chain(source)
        .filter(|word| !service || !OPEN_FOR_SERVICES.contains(&word.key))
        .collect()
}

fn context(random: &mut Random, subject: &'static Subject, made: &mut Situation) {
    for word in words(subject, &made.who) {
        if word.values.is_empty() || !random.chance(65) {
            continue;
        }
        let values = if word.several {
            let many = random.between(1, word.values.len());
            random.some(word.values, many)
        } else {
            vec![*random.pick(word.values)]
        };
        let blank = word.several && random.chance(3);
        let values = if blank { vec![""] } else { values };
        let values = values.into_iter().map(str::to_owned).collect();
        made.context.insert(word.key.to_owned(), values);
    }
}

fn policies(random: &mut Random, subject: &'static Subject, made: &Situation) -> Policies {
    let mut policies = Policies::default();
    let has_account = made.who.account().is_some();
    let many = |random: &mut Random, place: Place, most: usize| -> Vec<Value> {
        let count = random.between(1, most);
        (0..count)
            .map(|_| policy(random, subject, made, place))
            .collect()
    };
    if has_account {
        if random.chance(90) {
            policies.identity = many(random, Place::Identity, 3);
        }
        if random.chance(25) {
            policies.boundary = many(random, Place::Identity, 1).pop();
        }
        let may_have_one = !matches!(made.who, Who::User { .. });
        let has_one = matches!(made.who, Who::FederatedUser { .. }) || random.chance(25);
        if may_have_one && has_one {
            policies.session = many(random, Place::Identity, 1).pop();
        }
        if random.chance(35) {
            policies.scps = levels(random, subject, made, Place::Scp);
        }
    }
    if subject.under_rcps && random.chance(25) {
        policies.rcps = levels(random, subject, made, Place::Rcp);
    }
    // A key has a policy, and a role its trust, always.
    if subject.by_resource || subject.has_resource_policy && random.chance(75) {
        policies.resource = many(random, Place::Resource, 1).pop();
    }
    if random.chance(12) {
        policies.endpoint = Some(policy(random, subject, made, Place::Endpoint));
    }
    policies
}

/// Levels of an organisation. AWS attaches its policy for everything to each; SCPs can do without.
fn levels(
    random: &mut Random,
    subject: &'static Subject,
    made: &Situation,
    place: Place,
) -> Vec<Vec<Value>> {
    let mut everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    if place == Place::Rcp {
        everything["Principal"] = json!("*");
    }
    let everything = json!({"Version": "2012-10-17", "Statement": [everything]});
    let count = random.between(1, 3);
    (0..count)
        .map(|_| {
            let open = place == Place::Rcp || random.chance(75);
            let mut level = if open {
                vec![everything.clone()]
            } else {
                Vec::new()
            };
            if !open || random.chance(50) {
                level.push(policy(random, subject, made, place));
            }
            level
        })
        .collect()
}

fn policy(random: &mut Random, subject: &'static Subject, made: &Situation, place: Place) -> Value {
    let count = random.between(1, 3);
    let mut statements: Vec<Value> = (0..count)
        .map(|_| Value::Object(statement(random, subject, made, place)))
        .collect();
    let statement = if statements.len() == 1 && random.chance(30) {
        statements.remove(0)
    } else {
        json!(statements)
    };
    let mut policy = json!({"Statement": statement});
    // Of limits that leave everything out nothing is learnt either.
    if place == Place::Identity && random.chance(15) {
        policy = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    }
    match random.below(100) {
        _ if matches!(place, Place::Scp | Place::Rcp) => policy["Version"] = json!("2012-10-17"),
        0..85 => policy["Version"] = json!("2012-10-17"),
        85..96 => policy["Version"] = json!("2008-10-17"),
        _ => {}
    }
    policy
}

fn statement(
    random: &mut Random,
    subject: &'static Subject,
    made: &Situation,
    place: Place,
) -> Map<String, Value> {
    let mut statement = Map::new();
    let mut put = |name: &str, value: Value| _ = statement.insert(name.to_owned(), value);
    let deny = match place {
        Place::Rcp => true,
        Place::Scp => random.chance(50),
        Place::Identity | Place::Endpoint | Place::Resource => random.chance(22),
    };
    put("Effect", json!(if deny { "Deny" } else { "Allow" }));
    let count = random.between(1, 3);
    let actions = random.some(subject.actions, count);
    match place {
        // AWS takes neither `NotAction` nor all services in one.
        Place::Rcp => put(
            "Action",
            json!(format!(
                "{}:*",
                subject.action.split(':').next().unwrap_or_default()
            )),
        ),
        _ if random.chance(12) => put("NotAction", one_or_list(random, &actions)),
        _ => put("Action", one_or_list(random, &actions)),
    }
    let count = random.between(1, 2);
    let resources: Vec<String> = (0..count)
        .map(|_| pattern(random, subject, made, place))
        .collect();
    let name = if random.chance(12) {
        "NotResource"
    } else {
        "Resource"
    };
    if !(subject.action == "sts:AssumeRole" && place == Place::Resource) {
        put(name, one_or_list(random, &resources));
    }
    match place {
        Place::Rcp | Place::Endpoint => put("Principal", json!("*")),
        Place::Resource => {
            let (name, value) = principal(random, made, deny);
            put(name, value);
        }
        Place::Identity | Place::Scp => {}
    }
    let mut conditions = Map::new();
    for _ in 0..[0, 0, 0, 0, 1, 1, 1, 1, 2, 3][random.below(10)] {
        condition(random, subject, made, &mut conditions);
    }
    if !conditions.is_empty() {
        put("Condition", Value::Object(conditions));
    }
    statement
}

fn one_or_list<T: serde::Serialize>(random: &mut Random, values: &[T]) -> Value {
    match values {
        [one] if random.chance(60) => json!(one),
        list => json!(list),
    }
}

/// A pattern that is near the resource, and often matches it.
fn pattern(random: &mut Random, subject: &Subject, made: &Situation, place: Place) -> String {
    let arn = &made.resource;
    let name = arn.rfind(':').map_or(0, |at| at + 1);
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let with = |at: usize, text: &str| {
        let mut fields = fields.clone();
        fields[at] = text;
        fields.join(":")
    };
    match random.below(100) {
        0..25 => "*".to_owned(),
        25..40 => arn.clone(),
        40..55 => format!("{}*", &arn[..random.between(name + 1, arn.len())]),
        55..62 => {
            // Not in the type of the resource, where AWS allows no wildcards.
            let name = arn.rfind(['/', ':']).map_or(0, |at| at + 1);
            let at = random.between(name, arn.len() - 1);
            format!("{}?{}", &arn[..at], &arn[at + 1..])
        }
        62..70 => with(if random.chance(50) { 3 } else { 4 }, "*"),
        70..74 => with(4, if made.owner == OWN { AWAY } else { OWN }),
        74..80 => arn.replace("claims", "other"),
        // Completed with `*`; in identity policies only, elsewhere AWS's pages are silent.
        80..84 if place == Place::Identity => fields[..random.between(3, 5)].join(":"),
        84..88 => format!("arn:aws:{}:*", fields[2..5].join(":")),
        _ => {
            let written = random.pick(subject.variable).replace('@', made.owner);
            match written.split_once('$') {
                Some((_, rest)) if rest.starts_with('{') && !written.contains("$/") => written,
                Some((before, rest)) => format!("{before}{}{rest}", random.pick(VARIABLES)),
                None => written,
            }
        }
    }
}

fn principal(random: &mut Random, made: &Situation, deny: bool) -> (&'static str, Value) {
    let (arn, identity) = (made.who.arn(), made.who.identity_arn());
    let account = made.who.account().unwrap_or(OWN);
    let root = format!("arn:aws:iam::{account}:root");
    let other = format!("arn:aws:iam::{account}:user/other");
    if random.chance(10) {
        // Whom a Deny spares has to be listed with the account and all.
        let list: Vec<String> = match random.below(3) {
            0 => arn.into_iter().chain(identity).chain([root]).collect(),
            1 => vec![
                "arn:aws:iam::777788889999:user/other".to_owned(),
                "777788889999".to_owned(),
            ],
            _ if deny => vec!["arn:aws:iam::777788889999:root".to_owned()],
            _ => vec![root, other],
        };
        return ("NotPrincipal", json!({"AWS": list}));
    }
    let value = match random.below(100) {
        0..20 => json!("*"),
        20..28 => json!({"AWS": "*"}),
        28..45 => json!({"AWS": arn.unwrap_or(other)}),
        45..60 => json!({"AWS": identity.unwrap_or(other)}),
        60..72 => json!({"AWS": if random.chance(50) { account.to_owned() } else { root }}),
        72..77 => json!({"AWS": [other, "arn:aws:iam::777788889999:root"]}),
        77..80 => json!({"AWS": format!("arn:aws:iam::{account}:user/*")}),
        80..92 => {
            json!({"Service": random.pick::<&str>(&["sns.amazonaws.com", "s3.amazonaws.com"])})
        }
        _ => json!({"AWS": [arn.unwrap_or(other)], "Service": ["s3.amazonaws.com"]}),
    };
    ("Principal", value)
}

const TEXT: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const NUMBER: &[&str] = &[
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATE: &[&str] = &[
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];

fn condition(
    random: &mut Random,
    subject: &'static Subject,
    made: &Situation,
    conditions: &mut Map<String, Value>,
) {
    let words = words(subject, &made.who);
    let word = random.pick(&words);
    let base = *random.pick(match word.of {
        Type::Text => TEXT,
        Type::Arn => &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        Type::Address => &["IpAddress", "NotIpAddress"],
        Type::Number => NUMBER,
        Type::Date => DATE,
        Type::Truth => &["Bool"],
        Type::Bytes => &["BinaryEquals"],
    });
    let (operator, values) = if random.chance(10) {
        (
            "Null".to_owned(),
            json!(random.pick::<&str>(&["true", "false"])),
        )
    } else {
        let set = match random.below(100) {
            0..50 if word.several => "ForAnyValue:",
            _ if word.several => "ForAllValues:",
            0..4 => "ForAnyValue:",
            4..8 => "ForAllValues:",
            _ => "",
        };
        let optional = if random.chance(25) { "IfExists" } else { "" };
        let most = if word.of == Type::Truth {
            1
        } else {
            3.min(word.written.len())
        };
        let count = random.between(1, most);
        let mut written = random.some(word.written, count);
        // Which account AWS says a service is of, it does not say.
        if matches!(made.who, Who::Service { .. }) {
            written.retain(|text| *text != "${aws:PrincipalAccount}");
        }
        // AWS takes wildcards there as text, and warns.
        if base.contains("Equals") && word.of == Type::Text && random.chance(80) {
            written.retain(|text| !text.contains('*') || text.starts_with("${"));
        }
        let written = if written.is_empty() {
            vec![word.written[0]]
        } else {
            written
        };
        (
            format!("{set}{base}{optional}"),
            one_or_list(random, &written),
        )
    };
    let key = if random.chance(8) {
        word.key.to_ascii_lowercase()
    } else {
        word.key.to_owned()
    };
    let keys = conditions.entry(operator).or_insert_with(|| json!({}));
    if keys
        .as_object()
        .is_some_and(|keys| keys.keys().all(|own| !own.eq_ignore_ascii_case(&key)))
    {
        keys[key] = values;
    }
}
