//! How long the questions of a large account take.
//!
//! `cargo run --release -p tripod-access --example questions` makes an account of a thousand roles with ten policies
//! each, prints seconds for reading it and for its questions. Not a test: a busy machine is no fault of the code.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example for a terminal, which measures with the clock"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use tripod_access::Access;
use tripod_model::{Account, Arn, Observed, PolicyDocument, fixtures, iam};
use tripod_policy::Context;

const ROLES: usize = 1_000;
const POLICIES: usize = 10;
const FUNCTIONS: usize = 1_000;

fn document(role: usize, policy: usize) -> PolicyDocument {
    let service = [
        "s3", "sqs", "sns", "dynamodb", "logs", "kms", "lambda", "iam",
    ][policy % 8];
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":["{service}:Get*","{service}:List*","{service}:Put*"],
          "Resource":"arn:aws:{service}:*:*:a{role}*"}},
        {{"Effect":"Allow","Action":"{service}:Describe*","Resource":"*",
          "Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"t{role}"}}}}}}]}}"#
    ))
}

fn role(index: usize) -> iam::Principal {
    let arn = format!("arn:aws:iam::{}:role/role-{index}", fixtures::ACCOUNT);
    let mut role = iam::Principal::named(Arn::new(arn));
    role.trust_policy = Some(PolicyDocument(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}]}"#
            .to_owned(),
    ));
    role.inline_policies = (0..POLICIES)
        .map(|policy| (format!("policy-{policy}"), document(index, policy)))
        .collect::<BTreeMap<_, _>>();
    if index.is_multiple_of(100) {
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        role.inline_policies
            .insert("all".to_owned(), PolicyDocument(all.to_owned()));
    }
    role
}

fn account() -> Account {
    let mut account = fixtures::snapshot().accounts.remove(0);
    account.organizations.organization = Observed::Absent;
    account.organizations.path = Observed::Absent;
    account.iam.authorization = Observed::Known(iam::Authorization {
        roles: (0..ROLES).map(role).collect(),
        ..iam::Authorization::default()
    });
    let functions = (0..FUNCTIONS).map(|index| fixtures::function(&format!("f{index}")));
    account.regions[0].lambda.functions = Observed::Known(functions.collect());
    account
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what:<60} {:>8.3} s", start.elapsed().as_secs_f64());
    result
}

fn main() {
    let account = account();
    let open = Context::open();
    let access = timed("reading 1,000 roles of 10 policies", || {
        Access::of(&account).unwrap()
    });
    let roles: Vec<&Arn> = access.principals().collect();
    let functions: Vec<String> = access
        .resources()
        .filter(|(arn, _)| arn.contains(":function:f") && !arn.ends_with("LATEST"))
        .map(|(arn, _)| arn.to_owned())
        .collect();
    let functions: Vec<&str> = functions.iter().map(String::as_str).collect();
    timed("who can update the code of one function", || {
        access
            .who_can(&["lambda:UpdateFunctionCode"], &functions[..1], &open)
            .unwrap()
    });
    timed("who can update the code of 1,000 functions", || {
        access
            .who_can(&["lambda:UpdateFunctionCode"], &functions, &open)
            .unwrap()
    });
    timed("what is in reach of an administrator", || {
        access.reach(roles[0], &open).unwrap()
    });
    timed("what is in reach of another role", || {
        access.reach(roles[1], &open).unwrap()
    });
    let asked = timed("every role taking on 100 roles, one by one", || {
        let targets: Vec<_> = roles[..100]
            .iter()
            .map(|role| access.target(role.as_str()).unwrap())
            .collect();
        let mut asked = 0_u32;
        for role in &roles {
            let actor = access.actor(role).unwrap();
            for target in &targets {
                let decision = access.decide_on(&actor, "sts:AssumeRole", target, &open);
                asked += u32::from(decision.is_ok());
            }
        }
        asked
    });
    println!("{asked} decisions");
}
