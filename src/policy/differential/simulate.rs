//! `@cloud-copilot/iam-simulate`: a simulator in TypeScript, by others, of whole situations. Asked as a
//! process of its own, a situation a line.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::engine::Answer;
use crate::situation::{Situation, Who};

/// Its answers, in the order of the situations.
pub(crate) fn answers(situations: &[Situation]) -> Vec<Answer> {
    if situations.is_empty() {
        return Vec::new();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("simulate");
    let mut node = Command::new("node")
        .arg("simulate.mjs")
        .current_dir(folder)
        // It reads times without a zone in the zone of the machine.
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("node cannot be started: {error}; install Node.js"));
    let lines: Vec<String> = situations
        .iter()
        .map(|situation| asked(situation).to_string())
        .collect();
    let (Some(stdin), Some(stdout)) = (node.stdin.take(), node.stdout.take()) else {
        panic!("node has neither input nor output");
    };
    let writer = thread::spawn(move || {
        let mut stdin = BufWriter::new(stdin);
        for line in lines {
            writeln!(stdin, "{line}").unwrap_or_else(|error| panic!("node takes no more: {error}"));
        }
    });
    let answers: Vec<Answer> = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .map(|line| match line.as_str() {
            "Allowed" => Answer::Allowed,
            "ImplicitlyDenied" | "ExplicitlyDenied" => Answer::Denied,
            other => Answer::Neither(other.to_owned()),
        })
        .collect();
    let done = writer.join().is_ok() && node.wait().is_ok_and(|status| status.success());
    assert!(
        done && answers.len() == situations.len(),
        "simulate.mjs ended early; its errors are above"
    );
    answers
}

/// A situation as `runSimulation` takes it.
fn asked(situation: &Situation) -> Value {
    let policies = &situation.policies;
    let named = |list: &[Value]| -> Vec<Value> {
        let numbered = list.iter().enumerate();
        numbered
            .map(|(at, policy)| json!({"name": at.to_string(), "policy": policy}))
            .collect()
    };
    let levels = |levels: &[Vec<Value>]| -> Vec<Value> {
        let numbered = levels.iter().enumerate();
        numbered
            .map(|(at, level)| json!({"orgIdentifier": at.to_string(), "policies": named(level)}))
            .collect()
    };
    let mut simulation = json!({
        "request": {
            "principal": match &situation.who {
                Who::Service { name } => json!(name),
                Who::Anonymous => json!({"type": "Anonymous"}),
                who => json!(who.arn()),
            },
            "action": situation.action,
            "resource": {"resource": situation.resource, "accountId": situation.owner},
            "contextVariables": situation.keys(),
        },
        "identityPolicies": named(&policies.identity),
        "serviceControlPolicies": levels(&policies.scps),
        // It adds AWS's policy for everything itself.
        "resourceControlPolicies": levels(&policies.rcps.iter().map(|level| level[1..].to_vec()).collect::<Vec<_>>()),
        "additionalSettings": {"s3": {"bucketAbacEnabled": true}},
    });
    if let Some(policy) = &policies.resource {
        simulation["resourcePolicy"] = policy.clone();
    }
    if let Some(policy) = &policies.session {
        simulation["sessionPolicy"] = policy.clone();
    }
    if let Some(policy) = &policies.boundary {
        simulation["permissionBoundaryPolicies"] = json!(named(std::slice::from_ref(policy)));
    }
    if let Some(policy) = &policies.endpoint {
        simulation["vpcEndpointPolicies"] = json!(named(std::slice::from_ref(policy)));
    }
    simulation
}
