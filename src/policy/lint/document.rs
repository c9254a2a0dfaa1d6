//! A policy as lints look at it: each statement with the actions it speaks of.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Element, Finding, Lint, arn};
use crate::catalogue::{self, Action};
use crate::{Condition, Effect, Language, Pattern, Policy, Selection, Statement};

/// What a policy is attached to. It decides what a statement may say and what it means.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// To a user, a group or a role: grants.
    Identity,
    /// To a resource: grants to the principals it names.
    Resource,
    /// To a role, saying who may assume it: grants.
    Trust,
    /// Permissions boundary of a user or a role: limits.
    Boundary,
    /// Passed when a role is assumed: limits.
    Session,
    /// Service control policy of an organisation: limits principals.
    ServiceControl,
    /// Resource control policy of an organisation: limits access to resources.
    ResourceControl,
    /// Of a VPC endpoint: limits what passes it.
    Endpoint,
}

impl DocumentKind {
    /// Whether an Allow gives something, rather than leaving it possible.
    pub fn grants(self) -> bool {
        matches!(self, Self::Identity | Self::Resource | Self::Trust)
    }

    /// Whether statements say whom they are about.
    pub fn names_principals(self) -> bool {
        matches!(
            self,
            Self::Resource | Self::Trust | Self::ResourceControl | Self::Endpoint
        )
    }

    /// Whether `Resource` chooses among resources by their ARNs. In a resource's own policy it can only be that
    /// resource, often in a shorter form, and a trust policy has none.
    pub fn chooses_resources(self) -> bool {
        !matches!(self, Self::Resource | Self::Trust)
    }
}

/// A policy whose patterns are read to the letter: evaluation completes an ARN with fields missing, and takes `${…}`
/// for text in actions and in old versions; a lint is about what the author wrote and meant.
pub(super) struct Written(Policy);

impl Written {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut policy = policy.clone();
        for statement in &mut policy.statements {
            to_the_letter(&mut statement.actions);
            to_the_letter(&mut statement.resources);
        }
        Self(policy)
    }
}

fn to_the_letter(selection: &mut Selection) {
    if let Selection::Only(patterns) | Selection::AllBut(patterns) = selection {
        for pattern in patterns {
            *pattern = Pattern::from(pattern.as_str());
        }
    }
}

/// A policy to be looked at.
pub(super) struct Document<'a> {
    pub(super) policy: &'a Policy,
    pub(super) kind: DocumentKind,
    /// The moment for which the policy is judged.
    pub(super) now: Timestamp,
    pub(super) statements: Vec<Facts<'a>>,
}

/// A statement, and what it speaks of.
pub(super) struct Facts<'a> {
    pub(super) statement: &'a Statement,
    /// The patterns of `Action`, each with the actions it matches; none for `NotAction`.
    pub(super) actions: Vec<(&'a Pattern, Vec<&'static Action>)>,
}

impl<'a> Document<'a> {
    pub(super) fn new(Written(policy): &'a Written, kind: DocumentKind, now: Timestamp) -> Self {
        let statements = policy.statements.iter().map(Facts::new).collect();
        Self {
            policy,
            kind,
            now,
            statements,
        }
    }

    /// The statements that allow.
    pub(super) fn allows(&self) -> impl Iterator<Item = &Facts<'a>> {
        self.statements.iter().filter(|facts| facts.allows())
    }
}

impl<'a> Facts<'a> {
    fn new(statement: &'a Statement) -> Self {
        let actions = match &statement.actions {
            Selection::Only(patterns) => patterns
                .iter()
                .map(|pattern| (pattern, catalogue::expand(pattern.as_str())))
                .collect(),
            Selection::Unstated | Selection::AllBut(_) => Vec::new(),
        };
        Self { statement, actions }
    }

    pub(super) fn allows(&self) -> bool {
        self.statement.effect == Effect::Allow
    }

    /// What happens to an action that the statement covers.
    pub(super) fn verb(&self) -> &'static str {
        match self.statement.effect {
            Effect::Allow => "allowed",
            Effect::Deny => "denied",
        }
    }

    /// The patterns of `Action` or `NotAction`, with the name of the element.
    pub(super) fn written_actions(&self) -> (Element, &'a [Pattern]) {
        let element = match self.statement.actions {
            Selection::AllBut(_) => Element::NotAction,
            Selection::Only(_) | Selection::Unstated => Element::Action,
        };
        (element, self.statement.actions.patterns())
    }

    /// The patterns of `Resource` or `NotResource`, with the name of the element.
    pub(super) fn written_resources(&self) -> (Element, &'a [Pattern]) {
        let element = match self.statement.resources {
            Selection::AllBut(_) => Element::NotResource,
            Selection::Only(_) | Selection::Unstated => Element::Resource,
        };
        (element, self.statement.resources.patterns())
    }

    /// The patterns of `Resource`; none where the statement has `NotResource` or neither.
    pub(super) fn resources(&self) -> &'a [Pattern] {
        match &self.statement.resources {
            Selection::Only(patterns) => patterns,
            Selection::Unstated | Selection::AllBut(_) => &[],
        }
    }

    /// The pattern of `Resource` that stands for every resource there is.
    pub(super) fn every_resource(&self) -> Option<&'a Pattern> {
        self.resources().iter().find(|r| arn::is_everything(r))
    }

    /// The actions of `Action`, each once, by service.
    pub(super) fn by_service(
        &self,
    ) -> BTreeMap<&'static str, BTreeMap<&'static str, &'static Action>> {
        let mut services: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for action in self.actions.iter().flat_map(|(_, actions)| actions) {
            let service = services.entry(action.service).or_default();
            service.insert(action.name, *action);
        }
        services
    }

    /// A finding in this statement.
    pub(super) fn finding(
        &self,
        lint: &'static Lint,
        element: Element,
        text: impl Into<String>,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> Finding {
        Finding {
            lint,
            statement: Some(self.statement.reference()),
            element,
            text: text.into(),
            problem: problem.into(),
            cure: cure.into(),
        }
    }

    /// A finding about a condition.
    pub(super) fn condition_finding(
        &self,
        lint: &'static Lint,
        condition: &Condition,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> Finding {
        // Shown by its own formatting, which keeps values to itself that serve as shared secrets.
        self.finding(
            lint,
            Element::Condition,
            condition.to_string(),
            problem,
            cure,
        )
    }
}

/// One value of a condition, as a condition of its own: in a finding only the value at fault is shown.
pub(super) fn with_value(condition: &Condition, value: &str) -> Condition {
    // It is only shown, never compared: any language will do.
    Condition::new(
        &condition.operator.text,
        condition.key.as_str(),
        vec![value.to_owned()],
        Language::WithVariables,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow_on, document};

    fn first_resource(written: &Written) -> &Pattern {
        &written.0.statements[0].resources.patterns()[0]
    }

    #[test]
    fn an_arn_with_fields_missing_is_not_completed() {
        let statement = allow_on(r#""sqs:SendMessage""#, r#""arn:aws:sqs""#);
        let policy = document(&format!(r#"{{"Statement":{statement}}}"#));
        assert!(!policy.statements[0].resources.patterns()[0].is_fixed());
        assert!(first_resource(&Written::of(&policy)).is_fixed());
    }

    #[test]
    fn a_variable_is_one_in_every_version() {
        let statement = allow_on(
            r#""s3:GetObject""#,
            r#""arn:aws:s3:::home/${aws:username}/a""#,
        );
        let policy = document(&format!(r#"{{"Statement":{statement}}}"#));
        assert!(!policy.statements[0].resources.patterns()[0].has_variables());
        assert!(first_resource(&Written::of(&policy)).has_variables());
    }
}
