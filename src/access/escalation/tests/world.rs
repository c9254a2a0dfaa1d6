//! A small account, made of names and policies.

use tripod_model::fixtures::{ACCOUNT, TODAY, function, snapshot};
use tripod_model::iam::{Authorization, ManagedPolicy, Principal, RoleDetails};
use tripod_model::{Account, Arn, Observed, PolicyDocument, RegionalAccount};

use super::super::{Answer, Escalation, Path};
use crate::Access;

pub(super) const EVERYTHING: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

/// Services that iam-vulnerable's privileged service role trusts, and those of the serverless paths.
pub(super) const SERVICES: &[&str] = &[
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "glue.amazonaws.com",
    "cloudformation.amazonaws.com",
    "codebuild.amazonaws.com",
    "sagemaker.amazonaws.com",
    "datapipeline.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "states.amazonaws.com",
    "events.amazonaws.com",
    "pipes.amazonaws.com",
    "scheduler.amazonaws.com",
    "ssm.amazonaws.com",
];

pub(super) struct World {
    pub(super) account: Account,
    authorization: Authorization,
}

/// A statement that allows actions on resources, both as JSON.
pub(super) fn allow(actions: &str, resources: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":{resources}}}"#)
}

/// A statement that denies.
pub(super) fn deny(actions: &str, resources: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":{actions},"Resource":{resources}}}"#)
}

/// A policy of statements.
pub(super) fn policy(statements: &[&str]) -> PolicyDocument {
    let statements = statements.join(",");
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

/// A trust policy for these principals, each an element as JSON.
fn trust(principal: &str) -> PolicyDocument {
    policy(&[&format!(
        r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#
    )])
}

pub(super) fn arn(name: &str) -> Arn {
    Arn::new(format!("arn:aws:iam::{ACCOUNT}:{name}"))
}

impl World {
    /// An account of no organisation, whose one region has nothing yet.
    pub(super) fn new() -> Self {
        let mut account = snapshot().accounts.remove(0);
        account.organizations.organization = Observed::Absent;
        Self {
            account,
            authorization: Authorization::default(),
        }
    }

    pub(super) fn region(&mut self) -> &mut RegionalAccount {
        &mut self.account.regions[0]
    }

    pub(super) fn user(&mut self, name: &str, statements: &[&str]) -> &mut Principal {
        let mut user = Principal::named(arn(&format!("user/{name}")));
        if !statements.is_empty() {
            user.inline_policies
                .insert("own".to_owned(), policy(statements));
        }
        self.authorization.users.push(user);
        self.authorization.users.last_mut().expect("just made")
    }

    /// A role that lets in `principal`, an element as JSON.
    pub(super) fn role(
        &mut self,
        name: &str,
        principal: &str,
        statements: &[&str],
    ) -> &mut Principal {
        let mut role = Principal::named(arn(&format!("role/{name}")));
        role.trust_policy = Some(trust(principal));
        role.role = Some(RoleDetails {
            last_used: None,
            instance_profiles: vec![],
            settings: Observed::NotCollected,
        });
        if !statements.is_empty() {
            role.inline_policies
                .insert("own".to_owned(), policy(statements));
        }
        self.authorization.roles.push(role);
        self.authorization.roles.last_mut().expect("just made")
    }

    /// A role for one service.
    pub(super) fn service_role(
        &mut self,
        name: &str,
        service: &str,
        statements: &[&str],
    ) -> &mut Principal {
        self.role(
            name,
            &format!(r#"{{"Service":"{service}.amazonaws.com"}}"#),
            statements,
        )
    }

    /// The administrator that every service may run with, in an instance profile.
    pub(super) fn high_privileged(&mut self) -> &mut Principal {
        let services: Vec<String> = SERVICES.iter().map(|name| format!("\"{name}\"")).collect();
        let principal = format!(r#"{{"Service":[{}]}}"#, services.join(","));
        let role = self.role("high-priv", &principal, &[EVERYTHING]);
        let profile = arn("instance-profile/high-priv");
        if let Some(details) = &mut role.role {
            details.instance_profiles.push(profile);
        }
        role
    }

    pub(super) fn group(&mut self, name: &str, statements: &[&str]) -> &mut Principal {
        let mut group = Principal::named(arn(&format!("group/{name}")));
        if !statements.is_empty() {
            group
                .inline_policies
                .insert("own".to_owned(), policy(statements));
        }
        self.authorization.groups.push(group);
        self.authorization.groups.last_mut().expect("just made")
    }

    /// A customer's managed policy; its ARN.
    pub(super) fn managed(&mut self, name: &str, statements: &[&str]) -> Arn {
        let arn = arn(&format!("policy/{name}"));
        self.authorization.policies.push(ManagedPolicy {
            document: Some(policy(statements)),
            ..ManagedPolicy::named(arn.clone())
        });
        arn
    }

    pub(super) fn policies(&mut self) -> &mut Vec<ManagedPolicy> {
        &mut self.authorization.policies
    }

    /// A function that runs with the role of its name.
    pub(super) fn function(&mut self, name: &str) -> Arn {
        let function = function(name);
        let arn = function.arn.clone();
        match &mut self.region().lambda.functions {
            Observed::Known(functions) => functions.push(function),
            other => *other = Observed::Known(vec![function]),
        }
        arn
    }

    /// Asks the graph of this account.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Escalation<'_>) -> T) -> T {
        let account = Account {
            iam: tripod_model::iam::Iam {
                authorization: Observed::Known(self.authorization.clone()),
                ..self.account.iam.clone()
            },
            ..self.account.clone()
        };
        let access = Access::of(&account).expect("known");
        let escalation = Escalation::of(&access, TODAY.parse().expect("a time"));
        question(&escalation)
    }

    pub(super) fn to_administrator(&self, name: &str) -> Answer {
        let start = if name.starts_with("arn:") {
            Arn::new(name)
        } else {
            arn(name)
        };
        self.ask(|graph| graph.to_administrator(&start).expect("there"))
    }

    /// The certain path to administrator.
    pub(super) fn path(&self, name: &str) -> Path {
        match self.to_administrator(name) {
            Answer::Yes(path) => path,
            other => panic!("{name}: {other:?}"),
        }
    }

    /// The rules of the certain path to administrator.
    pub(super) fn rules(&self, name: &str) -> Vec<&'static str> {
        self.path(name).steps.iter().map(|step| step.rule).collect()
    }

    /// The rules of a path that hangs on what was not seen.
    pub(super) fn perhaps(&self, name: &str) -> Vec<&'static str> {
        match self.to_administrator(name) {
            Answer::Perhaps(path) => path.steps.iter().map(|step| step.rule).collect(),
            other => panic!("{name}: {other:?}"),
        }
    }
}
