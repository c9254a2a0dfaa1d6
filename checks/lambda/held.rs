//! The policies by which others may use a function: its own, and those of its versions and aliases.
//!
//! Each qualifier has a policy of its own: <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>

use std::collections::BTreeSet;

use serde_json::Value;
use tripod_model::lambda::{Alias, Function, FunctionUrl, Version};
use tripod_model::{Arn, Evidence, Observed, PolicyDocument, Severity, Sources, Unknown};
use tripod_policy::{Policy, StatementRef};

use super::failed;
use crate::{Verdict, policies};

const POLICY: &str = "lambda:GetPolicy";

/// What callers do with a function: directly, or through its URL.
pub(crate) const INVOKE: [&str; 2] = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];

/// Whatever a policy of a function can grant.
pub(crate) const ANYTHING: [&str; 1] = ["lambda:*"];

/// A policy, and what it is attached to.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    /// The function, version or alias.
    pub(crate) arn: &'a Arn,
    /// In words: `the function`, `version 1`, `alias live`.
    pub(crate) holder: String,
    /// Says nothing where there is none.
    pub(crate) policy: Policy,
    sources: &'a Sources,
}

impl Held<'_> {
    /// Where the policy can be read.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        self.sources.evidence(POLICY, "/Policy")
    }

    /// "statement 's0' of alias live lets".
    pub(crate) fn sentence(&self, statements: &[StatementRef], one: &str, many: &str) -> String {
        let verb = if statements.len() == 1 { one } else { many };
        let names = policies::names(statements).join(" and ");
        format!("{names} of {} {verb}", self.holder)
    }
}

/// The policies of a function as far as they are known.
#[derive(Debug, Default)]
pub(crate) struct Policies<'a> {
    /// Those that are there and can be read.
    pub(crate) held: Vec<Held<'a>>,
    /// Why another one is not known.
    pub(crate) unknown: Option<Unknown>,
}

impl<'a> Policies<'a> {
    /// Of the function and all its qualifiers.
    pub(crate) fn of(function: &'a Function) -> Self {
        let mut policies = Self::default();
        policies.take(own(function));
        policies.take_versions(function);
        policies.take_aliases(function);
        policies
    }

    /// Of its versions and aliases only.
    pub(crate) fn of_qualifiers(function: &'a Function) -> Self {
        let mut policies = Self::default();
        policies.take_versions(function);
        policies.take_aliases(function);
        policies
    }

    fn take_versions(&mut self, function: &'a Function) {
        for version in &function.versions {
            self.take(of_version(version));
        }
    }

    fn take_aliases(&mut self, function: &'a Function) {
        match function.aliases.found() {
            Ok(aliases) => {
                for alias in aliases.into_iter().flatten() {
                    self.take(of_alias(alias));
                }
            }
            Err(unknown) => self.miss(unknown),
        }
    }

    fn take(&mut self, held: Result<Held<'a>, Unknown>) {
        match held {
            // An empty policy and none are the same.
            Ok(held) if held.policy == Policy::default() => {}
            Ok(held) => self.held.push(held),
            Err(unknown) => self.miss(unknown),
        }
    }

    fn miss(&mut self, unknown: Unknown) {
        self.unknown.get_or_insert(unknown);
    }

    /// Where all of them can be read.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        self.held.iter().flat_map(Held::evidence).collect()
    }

    /// Fails by the faults that `find` sees, is not assessed where it sees none and a policy is not known,
    /// and is otherwise as `in_order` says.
    pub(crate) fn judge(
        &self,
        find: impl Fn(&Held<'a>) -> Vec<Fault>,
        in_order: impl FnOnce() -> Verdict,
    ) -> Result<Verdict, Unknown> {
        let faults = self.held.iter().flat_map(find).collect();
        let in_order = || in_order().evidence(self.evidence());
        verdict(faults, self.unknown.clone(), in_order)
    }
}

fn own(function: &Function) -> Result<Held<'_>, Unknown> {
    let holder = "the function".to_owned();
    read(&function.arn, holder, &function.policy, &function.sources)
}

fn of_version(version: &Version) -> Result<Held<'_>, Unknown> {
    let holder = format!("version {}", version.version);
    read(&version.arn, holder, &version.policy, &version.sources)
}

fn of_alias(alias: &Alias) -> Result<Held<'_>, Unknown> {
    let holder = format!("alias {}", alias.name);
    read(&alias.arn, holder, &alias.policy, &alias.sources)
}

fn read<'a>(
    arn: &'a Arn,
    holder: String,
    document: &PolicyObserved,
    sources: &'a Sources,
) -> Result<Held<'a>, Unknown> {
    let policy = match document.found()? {
        Some(document) => policies::read(document, POLICY)?,
        None => Policy::default(),
    };
    Ok(Held {
        arn,
        holder,
        policy,
        sources,
    })
}

type PolicyObserved = Observed<PolicyDocument>;

/// The policy that decides who gets in by a URL: that of the function or alias it belongs to. It says
/// nothing where there is none.
pub(crate) fn behind_url<'a>(
    function: &'a Function,
    url: &FunctionUrl,
) -> Result<Held<'a>, Unknown> {
    if url.function_arn == function.arn {
        return own(function);
    }
    let aliases = function.aliases.found()?.map_or(&[][..], Vec::as_slice);
    let alias = aliases.iter().find(|alias| alias.arn == url.function_arn);
    alias.map_or_else(
        || {
            let error = format!("the answer lacks {}, which has a URL", url.function_arn);
            Err(failed("lambda:ListAliases", error))
        },
        of_alias,
    )
}

/// What is wrong with a policy.
#[derive(Debug)]
pub(crate) struct Fault {
    message: String,
    names: BTreeSet<String>,
    ceiling: Severity,
    reason: &'static str,
    evidence: Vec<Evidence>,
}

impl Fault {
    /// A fault that the policy shows; `name` is whom or what it is about.
    pub(crate) fn of(held: &Held<'_>, name: impl Into<String>, message: String) -> Self {
        Self {
            message,
            names: BTreeSet::from([name.into()]),
            ceiling: Severity::Critical,
            reason: "",
            evidence: held.evidence(),
        }
    }

    /// Less than the check's severity, for a reason. The lowest of several holds.
    #[must_use]
    pub(crate) fn lowered_to(mut self, ceiling: Severity, reason: &'static str) -> Self {
        if ceiling < self.ceiling {
            self.ceiling = ceiling;
            self.reason = reason;
        }
        self
    }
    /// Adds where else it can be read.
    #[must_use]
    pub(crate) fn evidence(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}

/// A failure where there are faults, whatever else is not known; not assessed where there are none and
/// something is not known; otherwise as `in_order` says.
pub(crate) fn verdict(
    faults: Vec<Fault>,
    unknown: Option<Unknown>,
    in_order: impl FnOnce() -> Verdict,
) -> Result<Verdict, Unknown> {
    match unknown {
        _ if !faults.is_empty() => Ok(fail(faults)),
        Some(unknown) => Err(unknown),
        None => Ok(in_order()),
    }
}

/// One failure of several faults: as severe as the worst of them.
fn fail(faults: Vec<Fault>) -> Verdict {
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let names: BTreeSet<&String> = faults.iter().flat_map(|fault| &fault.names).collect();
    let names: Vec<Value> = names.into_iter().map(|name| name.as_str().into()).collect();
    let verdict = Verdict::fail(messages.join("; ")).detail("found", names);
    let worst = faults.iter().max_by_key(|fault| fault.ceiling);
    let verdict = match worst {
        Some(worst) if worst.ceiling < Severity::Critical => {
            verdict.lowered_to(worst.ceiling, worst.reason)
        }
        _ => verdict,
    };
    let mut evidence: Vec<Evidence> = faults.into_iter().flat_map(|f| f.evidence).collect();
    evidence.dedup();
    verdict.evidence(evidence)
}
